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
 * Who maps a page is looked up under the lock of its reverse map, for read, which
 * takes the place of mmap_lock then. It is tried for below the page-table lock of
 * an entry that maps the page, or below the lock of its folio.
 *
 * Below mmap_lock, where they are needed: mm->arg_lock, the locks of per-CPU
 * counters, and what d_path() takes. Nothing is allocated there.
 */
#ifndef MMLENS_HOLD_H
#define MMLENS_HOLD_H

#include <linux/types.h>
#include <linux/mmlens.h>

struct mm_struct;

/* Entries looked at in one hold: as a rule less than 100 microseconds. */
#define MMLENS_HOLD_BUDGET	2048
/* What finding a VMA and telling of it costs, in entries. */
#define MMLENS_HOLD_VMA		16
/* How long to wait in all where others wait for us, in milliseconds. */
#define MMLENS_PATIENCE		1000

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
 * @hurried: a lock is waited for only until @patience is used up
 * @patience: milliseconds left
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
	bool hurried;
	unsigned int patience;
};

/**
 * mmlens_cursor_hurry() - do not wait for locks without end
 * @cursor: the answer; for its caller others wait
 *
 * Context: Any.
 */
static inline void mmlens_cursor_hurry(struct mmlens_cursor *cursor)
{
	cursor->hurried = true;
	cursor->patience = MMLENS_PATIENCE;
}

void mmlens_cursor_init(struct mmlens_cursor *cursor, struct mm_struct *mm);
int mmlens_wait(struct mmlens_cursor *cursor);
int mmlens_hold(struct mmlens_cursor *cursor);
bool mmlens_hold_is_over(const struct mmlens_cursor *cursor);
void mmlens_stall_add(struct mmlens_stall *stall, u64 held);
void mmlens_release(struct mmlens_cursor *cursor);

#endif
