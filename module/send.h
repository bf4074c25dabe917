/* SPDX-License-Identifier: GPL-2.0 */
/* Events, from where they happen to the socket of a watch. */
#ifndef MMLENS_SEND_H
#define MMLENS_SEND_H

#include "watch.h"

/* Frames of a kernel stack at most. */
#define MMLENS_STACK_DEPTH	32

/**
 * enum mmlens_record_kind - what a record in a ring is
 * @MMLENS_RECORD_FAULT: struct mmlens_fault_event, and return addresses
 * @MMLENS_RECORD_EVICTION: struct mmlens_eviction_event
 * @MMLENS_RECORD_MEMORY: struct mmlens_memory_event
 */
enum mmlens_record_kind {
	MMLENS_RECORD_FAULT,
	MMLENS_RECORD_EVICTION,
	MMLENS_RECORD_MEMORY,
};

/**
 * struct mmlens_record - an event on its way
 * @kind: which of them
 * @depth: return addresses behind it
 * @fault: the fault
 * @eviction: the eviction
 * @memory: the memory event
 * @stack: return addresses, innermost first
 */
struct mmlens_record {
	u16 kind;
	u16 depth;
	union {
		struct mmlens_fault_event fault;
		struct mmlens_eviction_event eviction;
		struct mmlens_memory_event memory;
	};
	unsigned long stack[MMLENS_STACK_DEPTH];
};

extern struct workqueue_struct *mmlens_wq;

int mmlens_send_init(struct mmlens_watch *watch);
void mmlens_send_exit(struct mmlens_watch *watch);
void mmlens_send(struct mmlens_watch *watch, struct mmlens_record *record);
void mmlens_send_kick(struct mmlens_watch *watch);
u64 mmlens_send_lost(const struct mmlens_watch *watch);

#endif
