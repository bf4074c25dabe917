/* SPDX-License-Identifier: GPL-2.0 */
/* The tasks that share an address space. */
#ifndef MMLENS_SHARER_H
#define MMLENS_SHARER_H

#include <linux/types.h>
#include <linux/mmlens.h>

struct mm_struct;
struct pid_namespace;

/**
 * struct mmlens_sharers - looks for tasks
 * @mm: the target
 * @ns: namespace that PIDs are told in
 * @next: where the search goes on; 0 to begin with
 * @hidden: sharers without a PID in @ns, so far
 * @tell: takes one sharer, under RCU; false if it can take no more, and then
 *	the same comes first the next time
 */
struct mmlens_sharers {
	struct mm_struct *mm;
	struct pid_namespace *ns;
	int next;
	u32 hidden;
	bool (*tell)(struct mmlens_sharers *sharers,
		     const struct mmlens_sharer *sharer);
};

int mmlens_sharers_read(struct mmlens_sharers *sharers, bool *end);

#endif
