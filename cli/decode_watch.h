/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_DECODE_WATCH_H
#define MMLENS_DECODE_WATCH_H

#include <linux/netlink.h>

#include "watched.h"

/*
 * Netlink messages of watches -> structs. As with decode.h, every function
 * returns 0, -EBADMSG for a message that makes no sense, or -ENOMEM.
 */

/* A watch that was begun. */
struct watch_begun {
	uint32_t id;
	uint64_t cookie;	/* of the process's address space; else 0 */
};

/* Return addresses of a fault, innermost first. */
#define STACK_MOST 64

struct watch_stack {
	uint64_t serial;
	size_t count;
	uint64_t address[STACK_MOST];
};

/*
 * Who is told of events, one by one in the order of the message. A negative
 * value ends that. A stack comes right behind its fault.
 */
struct watch_sink {
	int (*vma)(void *data, uint32_t index);
	int (*fault)(void *data, const struct mmlens_fault_event *fault);
	int (*eviction)(void *data, const struct mmlens_eviction_event *event);
	int (*memory)(void *data, const struct mmlens_memory_event *event);
	int (*stack)(void *data, const struct watch_stack *stack);
	int (*lost)(void *data, uint64_t lost);
	int (*ended)(void *data);
	void *data;
	struct watched_vmas *vmas;	/* VMAs that were told are kept here */
};

int decode_watch(const struct nlmsghdr *nlh, struct watch_begun *begun);
int decode_event(const struct nlmsghdr *nlh, const struct watch_sink *sink);
int decode_counts(const struct nlmsghdr *nlh, struct watch_counts *counts);

#endif
