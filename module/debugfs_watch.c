// SPDX-License-Identifier: GPL-2.0
/* The files of debugfs about watches. Root only. */
#include <linux/cgroup.h>
#include <linux/debugfs.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched.h>

#include "compat/mm.h"
#include "debugfs.h"
#include "show.h"
#include "watch.h"

/* Is an address space watched? Its owner may have left it. */
static bool watches(const struct mmlens_watch *watch, struct mm_struct *mm)
{
	struct mmlens_watched *watched;
	struct task_struct *owner;
	bool found = false;

	rcu_read_lock();
	owner = rcu_dereference(mm->owner);
	if (watch->stopped)
		found = false;
	else if (watch->wish.everything)
		found = true;
	else if (watch->wish.cgroup)
		found = owner && cgroup_is_descendant(task_css_set(owner)->dfl_cgrp,
						      watch->wish.cgroup);
	else
		mmlens_for_each_watched_mm(watched, mm)
			found |= watched->watch == watch;
	rcu_read_unlock();
	return found;
}

static u32 pid_of(struct mm_struct *mm, struct pid_namespace *pids)
{
	struct task_struct *owner;
	u32 pid = 0;

	rcu_read_lock();
	owner = rcu_dereference(mm->owner);
	if (owner)
		pid = task_tgid_nr_ns(owner, pids);
	rcu_read_unlock();
	return pid;
}

/**
 * mmlens_debugfs_next_watch() - the next watch of an address space
 * @mm: the address space
 * @id: number of the last one; 0 for the first
 *
 * Context: Process context. May sleep. Takes watch_mutex.
 * Return: its number; 0 for none.
 */
u32 mmlens_debugfs_next_watch(struct mm_struct *mm, u32 id)
{
	struct mmlens_watch *watch;
	bool found;

	while ((watch = mmlens_watch_next(id))) {
		id = watch->id;
		found = watches(watch, mm);
		mmlens_watch_put();
		if (found)
			return id;
	}
	return 0;
}

/**
 * mmlens_debugfs_show_faults() - write what a watch counted of a process
 * @m: where to
 * @mm: its address space
 * @id: number of the watch, which may have ended meanwhile
 *
 * Context: Process context. May sleep. Takes watch_mutex.
 */
void mmlens_debugfs_show_faults(struct seq_file *m, struct mm_struct *mm,
				u32 id)
{
	struct mmlens_watch *watch = mmlens_watch_next(id - 1);

	if (!watch)
		return;
	if (watch->id == id)
		mmlens_show_faults(m, watch, mmlens_mm_cookie(mm),
				   pid_of(mm, watch->pids));
	mmlens_watch_put();
}

static int watches_show(struct seq_file *m, void *unused)
{
	struct mmlens_watch *watch;
	u32 id = 0;

	while (!seq_has_overflowed(m) && (watch = mmlens_watch_next(id))) {
		id = watch->id;
		mmlens_show_watch(m, watch);
		mmlens_watch_put();
	}
	return 0;
}

MMLENS_ADMIN_FILE(watches);

/**
 * mmlens_debugfs_watch_init() - make the files about watches
 * @root: where
 *
 * Context: Process context. May sleep.
 */
void __init mmlens_debugfs_watch_init(struct dentry *root)
{
	debugfs_create_file("watches", 0400, root, NULL, &watches_fops);
}
