/* SPDX-License-Identifier: GPL-2.0 */
/* What a task is just doing about memory, from its begin to its end. */
#ifndef MMLENS_MARK_H
#define MMLENS_MARK_H

#include <linux/types.h>

/**
 * enum mmlens_doing - what has a begin and an end
 * @MMLENS_DOING_DIRECT: reclaims memory that it needs itself
 * @MMLENS_DOING_MEMCG: reclaims memory of a cgroup
 * @MMLENS_DOING_SLAB: asks a cache of the kernel for memory
 * @MMLENS_DOING_COMPACTION: compacts a zone
 * @MMLENS_DOING_OOM: kills for memory
 * @MMLENS_DOINGS: how many there are
 */
enum mmlens_doing {
	MMLENS_DOING_DIRECT,
	MMLENS_DOING_MEMCG,
	MMLENS_DOING_SLAB,
	MMLENS_DOING_COMPACTION,
	MMLENS_DOING_OOM,
	MMLENS_DOINGS,
};

/**
 * struct mmlens_mark - since when a task does something
 * @began: when it began, CLOCK_MONOTONIC in nanoseconds
 * @value: what is to be known at the end
 */
struct mmlens_mark {
	u64 began;
	u64 value;
};

int mmlens_mark_attach(void);
void mmlens_mark_detach(void);
void mmlens_mark_begin(enum mmlens_doing doing, u64 value);
bool mmlens_mark_find(enum mmlens_doing doing, struct mmlens_mark *mark);
bool mmlens_mark_end(enum mmlens_doing doing, struct mmlens_mark *mark);
void mmlens_mark_forget(unsigned int doings);

#endif
