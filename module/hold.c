// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/mm.h>

#include "compat/mm.h"
#include "hold.h"

/**
 * mmlens_hold() - take the target's mmap_lock for a short look
 * @cursor: the answer that needs it
 *
 * Context: Process context. May sleep. On success mm->mmap_lock is held for
 * read, and mm_users, until mmlens_release().
 * Return: 0, -ESRCH if the target has exited, -EINTR if a fatal signal came
 * while waiting.
 */
int mmlens_hold(struct mmlens_cursor *cursor)
{
	struct mm_struct *mm = cursor->mm;
	u64 change;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	if (mmap_read_lock_killable(mm)) {
		mmput_async(mm);
		return -EINTR;
	}
	cursor->since = ktime_get_ns();
	cursor->budget = MMLENS_HOLD_BUDGET;
	change = mmlens_mm_change(mm);
	if (cursor->stall.holds && cursor->change != change)
		cursor->changed = true;
	cursor->change = change;
	return 0;
}

/**
 * mmlens_hold_is_over() - is it time to let others have the lock?
 * @cursor: the answer that holds it
 *
 * Context: Between mmlens_hold() and mmlens_release().
 * Return: true if the budget is used up or a writer waits.
 */
bool mmlens_hold_is_over(const struct mmlens_cursor *cursor)
{
	return cursor->budget <= 0 || mmap_lock_is_contended(cursor->mm);
}

/**
 * mmlens_release() - end a hold and count what it cost
 * @cursor: the answer that holds the lock
 *
 * The last user of an address space tears it down. That is not to be done by
 * somebody who only looks, hence mmput_async().
 *
 * Context: After mmlens_hold(). Releases mm->mmap_lock and mm_users.
 */
void mmlens_release(struct mmlens_cursor *cursor)
{
	struct mmlens_stall *stall = &cursor->stall;
	u64 held = ktime_get_ns() - cursor->since;

	mmap_read_unlock(cursor->mm);
	mmput_async(cursor->mm);
	stall->holds++;
	stall->total_ns += held;
	if (stall->longest_ns < held)
		stall->longest_ns = held;
}
