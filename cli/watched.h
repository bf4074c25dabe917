/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_WATCHED_H
#define MMLENS_WATCHED_H

#include "lruvec.h"
#include "model.h"

/* What the module told of a watch. Pure. */

/* A VMA that an event or a count is about. */
struct watched_vma {
	struct mmlens_vma_counts counts;
	struct vma vma;		/* only the end of a long name */
};

/* No module has so many in a watch. */
#define WATCHED_VMAS_MOST 65536

/* By index, which counts from 1: list[index - 1]. What was not told is empty. */
LIST_OF(watched_vmas, struct watched_vma);

LIST_OF(class_counts, struct mmlens_class_counts);
LIST_OF(latency_counts, struct mmlens_latency_count);
LIST_OF(thread_counts, struct mmlens_thread_counts);
LIST_OF(losses, struct mmlens_loss);

/* The counts of a watch, since it began. */
struct watch_counts {
	struct mmlens_fault_counts faults;
	struct class_counts classes;
	struct latency_counts latencies;	/* by class, then by latency */
	struct thread_counts threads;
	struct watched_vmas vmas;
	struct losses losses;	/* of processors that lost any */
};

struct watched_vma *watched_vma_at(struct watched_vmas *vmas, uint32_t index);
const struct watched_vma *watched_vma_of(const struct watched_vmas *vmas,
					 uint32_t index);
void watched_vmas_free(struct watched_vmas *vmas);
uint64_t watch_counts_lost(const struct watch_counts *counts);
void watch_counts_free(struct watch_counts *counts);

#endif
