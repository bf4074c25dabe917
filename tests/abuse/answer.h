/* SPDX-License-Identifier: GPL-2.0 */
/* Is an answer one that the spec allows? */
#ifndef NETFUZZ_ANSWER_H
#define NETFUZZ_ANSWER_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

#include "table.h"

/* What an error says. */
struct refusal {
	int error;		/* positive; 0 for none */
	bool sentence;
};

extern bool answer_unprivileged;

const char *answer_check(const struct spec_op *op, const struct nlmsghdr *header);
const char *answer_refusal(const struct nlmsghdr *header, struct refusal *refusal);
bool answer_is_sane(int error);
uint32_t answer_id(const struct nlmsghdr *header);

#endif
