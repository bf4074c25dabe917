/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_RECALL_H
#define MMLENS_RECALL_H

#include "happening.h"

/*
 * Where the pages of a process stood for reclaim when they were looked at last:
 * once a page was taken, nobody can say any more. Pure.
 */

/* More than so many runs are not remembered: about 12 MiB. */
#define RECALL_RUNS (1U << 18)

struct recalled {
	uint64_t start;
	uint64_t end;
	uint64_t birth;
	uint32_t generation;
	uint16_t younger;
	uint8_t lru;
};

struct recall {
	struct recalled *list;	/* by address */
	size_t count;
	size_t room;
	uint64_t cookie;	/* of the address space */
	uint64_t when;		/* CLOCK_MONOTONIC in ms; 0: nothing is known */
	bool cut;		/* there were more */
};

void recall_begin(struct recall *recall);
int recall_add(struct recall *recall, const struct mmlens_page_run *run,
	       uint64_t page_size);
void recall_done(struct recall *recall, uint64_t cookie, uint64_t when);
bool recall_find(const struct recall *recall, uint64_t cookie,
		 uint64_t address, struct seen *seen);
void recall_free(struct recall *recall);

#endif
