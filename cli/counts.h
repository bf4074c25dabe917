/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_COUNTS_H
#define MMLENS_COUNTS_H

#include "watched.h"

/* What follows from the counts of a watch. Nothing here does I/O. */

/* A class that stands for all. */
#define COUNTS_ALL (-1)

/* What the classes come to, all together. */
struct class_sum {
	uint64_t count;
	uint64_t pages;
	uint64_t major;
	uint64_t total;
	uint64_t longest;
};

/*
 * What the kernel counted meanwhile, for who made the faults. It is read before
 * and after a watch begins, and again where it stops: there were so many at least
 * and at most.
 */
struct kernel_count {
	uint64_t least;
	uint64_t most;
};

/* Why the watch may have counted otherwise. */
enum differs {
	DIFFERS_REMOTE,		/* others made some, and they are counted for them */
	DIFFERS_MISSED,		/* the probe had no room */
	DIFFERS_UNFOLLOWED,	/* children could not be followed */
	DIFFERS_CHILDREN,	/* the kernel counts them when they are waited for */
	DIFFERS_WITHDRAWN,	/* it gained privileges, the watch let go */
	DIFFERS,
};

/* Do both agree? */
struct accounts {
	struct kernel_count minor;
	struct kernel_count major;
	bool follow;
	bool minor_same;
	bool major_same;
	uint32_t reasons;	/* bits of enum differs, unless both are the same */
};

void counts_sort(struct watch_counts *counts);
const struct watched_vma **counts_vmas(const struct watch_counts *counts,
				       size_t *count);
void counts_all(const struct watch_counts *counts, struct class_sum *sum);
int counts_steps(const struct watch_counts *counts, int fault_class,
		 struct latency_counts *steps);
uint64_t steps_quantile(const struct latency_counts *steps,
			unsigned int per_mille, uint64_t longest);
void accounts_compare(const struct mmlens_fault_counts *faults,
		      struct accounts *accounts);
const char *differs_name(enum differs differs);

#endif
