/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looking at an address space, a hold of its mmap_lock at a time.
 *
 * Lock order, outermost first:
 *
 *	mm->mmap_lock, for read, never across a message to user space
 *	  i_mmap_rwsem of the file, for read, if it is shared hugetlb memory
 *	    rcu_read_lock, for one page table or less
 *	      the page-table lock of the table
 *
 * Nothing is allocated below mmap_lock, and nothing is waited for but these.
 */
#ifndef MMLENS_HOLD_H
#define MMLENS_HOLD_H

#include <linux/types.h>
#include <linux/mmlens.h>

struct mm_struct;

/* Entries looked at in one hold: some tens of microseconds. */
#define MMLENS_HOLD_BUDGET	2048
/* What finding a VMA and telling of it costs, in entries. */
#define MMLENS_HOLD_VMA		16

/**
 * struct mmlens_cursor - how far an answer has come
 * @mm: the target, held by mm_count
 * @pos: first address not yet told
 * @end: end of the range asked for
 * @stall: what the answer cost the target so far
 * @change: change count of the address space at the last hold
 * @changed: the address space changed between two holds
 * @budget: entries left in the present hold
 * @since: when the present hold began, in nanoseconds
 */
struct mmlens_cursor {
	struct mm_struct *mm;
	unsigned long pos;
	unsigned long end;
	struct mmlens_stall stall;
	u64 change;
	bool changed;
	int budget;
	u64 since;
};

int mmlens_hold(struct mmlens_cursor *cursor);
bool mmlens_hold_is_over(const struct mmlens_cursor *cursor);
void mmlens_release(struct mmlens_cursor *cursor);

#endif
