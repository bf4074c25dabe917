/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_HAPPENING_H
#define MMLENS_HAPPENING_H

#include "decode_watch.h"

/* What is told of while watching: events, and that some were lost. */

enum happened {
	HAPPENED_FAULT,
	HAPPENED_EVICTION,
	HAPPENED_MEMORY,
	HAPPENED_LOSS,
};

/* Instead of a number, of a flush of the TLB. */
#define ALL_PAGES UINT64_MAX

/* Where a page stood for reclaim when it was looked at. */
struct seen {
	uint32_t lru;		/* enum mmlens_lru */
	uint32_t generation;
	uint32_t younger;
	uint64_t birth;		/* of the generation, CLOCK_MONOTONIC in ms */
	uint64_t when;		/* likewise, when it was looked at */
};

struct happening {
	enum happened kind;
	uint64_t end;		/* CLOCK_MONOTONIC, in nanoseconds */
	union {
		struct mmlens_fault_event fault;
		struct mmlens_eviction_event eviction;
		struct mmlens_memory_event memory;
		uint64_t lost;
	};
	struct watch_stack *stack;	/* of a fault; NULL without one */
	bool refault;		/* of a fault: its page was evicted */
	uint64_t away;		/* for so many nanoseconds */
	bool has_seen;		/* of an eviction */
	struct seen seen;
};

#endif
