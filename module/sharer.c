// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel keeps no list of the tasks that share an mm_struct: all tasks are
 * looked at, a few hundred instructions each. They are found by their PIDs in
 * the first namespace, and told by those in the caller's.
 */
#include <linux/idr.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "sharer.h"

/* Tasks looked at under one RCU read lock. */
#define BATCH	512

/* The caller holds RCU. */
static enum mmlens_relation relation(struct task_struct *task,
				     struct mm_struct *mm)
{
	struct task_struct *owner = rcu_dereference(mm->owner);
	struct task_struct *leader = READ_ONCE(task->group_leader);

	if (task == owner)
		return MMLENS_RELATION_OWNER;
	if (task->flags & PF_KTHREAD)
		return MMLENS_RELATION_KTHREAD;
	if (owner && same_thread_group(task, owner))
		return MMLENS_RELATION_THREAD;
	/* Set while the parent waits in vfork(). */
	if (READ_ONCE(leader->vfork_done) &&
	    READ_ONCE(rcu_dereference(leader->real_parent)->mm) == mm)
		return MMLENS_RELATION_VFORK;
	return MMLENS_RELATION_CLONE_VM;
}

/* Returns false if the sharer could not be told. The caller holds RCU. */
static bool tell_task(struct mmlens_sharers *sharers, struct task_struct *task)
{
	struct mmlens_sharer sharer = { };

	/* Compared only. */
	if (READ_ONCE(task->mm) != sharers->mm)
		return true;
	sharer.tid = task_pid_nr_ns(task, sharers->ns);
	sharer.pid = task_tgid_nr_ns(task, sharers->ns);
	if (!sharer.tid || !sharer.pid) {
		sharers->hidden++;
		return true;
	}
	sharer.relation = relation(task, sharers->mm);
	strscpy((char *)sharer.comm, task->comm, sizeof(sharer.comm));
	return sharers->tell(sharers, &sharer);
}

/**
 * mmlens_sharers_read() - tell sharers on, until the end or no more are taken
 * @sharers: goes on where it stopped
 * @end: set if all have been told
 *
 * A task that comes or goes meanwhile may be told or not.
 *
 * Context: Process context. Takes RCU, and gives way now and then.
 * Return: 0, -ESRCH if the target has exited, -EINTR if the caller is being
 * killed.
 */
int mmlens_sharers_read(struct mmlens_sharers *sharers, bool *end)
{
	struct task_struct *task;
	struct pid *pid;
	bool full = false;
	int left;

	*end = false;
	if (!atomic_read(&sharers->mm->mm_users))
		return -ESRCH;
	while (!*end && !full) {
		rcu_read_lock();
		for (left = BATCH; left && !full; left--) {
			pid = idr_get_next(&init_pid_ns.idr, &sharers->next);
			*end = !pid;
			if (*end)
				break;
			task = pid_task(pid, PIDTYPE_PID);
			full = task && !tell_task(sharers, task);
			if (!full)
				sharers->next++;
		}
		rcu_read_unlock();
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}
