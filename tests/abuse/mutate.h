/* SPDX-License-Identifier: GPL-2.0 */
/* Messages as bytes: mutated, and made fit to be sent. */
#ifndef NETFUZZ_MUTATE_H
#define NETFUZZ_MUTATE_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

size_t mutate(struct rng *rng, uint8_t *data, size_t size, size_t room,
	      const uint8_t *other, size_t other_size);
struct nlmsghdr *next_request(uint8_t *data, size_t size, size_t *at);
void tame(uint8_t *data, size_t size);

#endif
