// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "compat/mm.h"
#include "hold.h"

/**
 * mmlens_cursor_init() - get ready to look at all of an address space
 * @cursor: filled
 * @mm: the target
 *
 * Context: Any.
 */
void mmlens_cursor_init(struct mmlens_cursor *cursor, struct mm_struct *mm)
{
	*cursor = (struct mmlens_cursor){
		.mm = mm,
		/* Not set yet for a moment in exec. */
		.end = mm->task_size ?: TASK_SIZE_MAX,
	};
}

/**
 * mmlens_wait() - sleep a little before a lock is tried again
 * @cursor: the answer that needs it
 *
 * Context: Process context, no locks held. Sleeps.
 * Return: 0, -EINTR if the caller is being killed, -EBUSY if it has waited
 * long enough.
 */
int mmlens_wait(struct mmlens_cursor *cursor)
{
	if (fatal_signal_pending(current))
		return -EINTR;
	if (cursor->hurried && !cursor->patience--)
		return -EBUSY;
	usleep_range(500, 1000);
	return 0;
}

/*
 * A request is answered with a lock of all generic netlink held, so it must not
 * wait for a process that somebody may have stopped with its mmap_lock taken.
 */
static int lock(struct mmlens_cursor *cursor)
{
	int err = 0;

	if (!cursor->hurried)
		return mmap_read_lock_killable(cursor->mm);
	while (!err && !mmap_read_trylock(cursor->mm))
		err = mmlens_wait(cursor);
	return err;
}

/**
 * mmlens_hold() - take the target's mmap_lock for a short look
 * @cursor: the answer that needs it
 *
 * Context: Process context. May sleep. On success mm->mmap_lock is held for
 * read, and mm_users, until mmlens_release().
 * Return: 0, -ESRCH if the target has exited, -EINTR if a fatal signal came
 * while waiting, -EBUSY if a hurried cursor did not get the lock in time.
 */
int mmlens_hold(struct mmlens_cursor *cursor)
{
	struct mm_struct *mm = cursor->mm;
	u64 change;
	int err;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	err = lock(cursor);
	if (err) {
		mmput_async(mm);
		return err;
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
 * mmlens_stall_add() - count what a hold of a lock cost
 * @stall: the sum
 * @held: how long the lock was held, in nanoseconds
 *
 * Context: Any.
 */
void mmlens_stall_add(struct mmlens_stall *stall, u64 held)
{
	stall->holds++;
	stall->total_ns += held;
	if (stall->longest_ns < held)
		stall->longest_ns = held;
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
	u64 held = ktime_get_ns() - cursor->since;

	mmap_read_unlock(cursor->mm);
	mmput_async(cursor->mm);
	mmlens_stall_add(&cursor->stall, held);
}
