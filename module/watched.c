// SPDX-License-Identifier: GPL-2.0
/*
 * The processes that are watched, and how they come, change and go: children by
 * fork, new address spaces by exec. The kernel tells by its tracepoints, in the
 * task that does it.
 *
 * Lock order: watched_lock is innermost.
 */
#include <linux/binfmts.h>
#include <linux/llist.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <trace/events/sched.h>

#include "compat/mm.h"
#include "compat/trace.h"
#include "send.h"
#include "watch.h"

/* Of one watch: a storm of forks must not fill the machine with our notes. */
#define WATCHED_MOST		32768
#define WATCHED_MOST_OF_USER	1024

struct hlist_head mmlens_watched_by_mm[1 << MMLENS_WATCHED_BITS];
struct hlist_head mmlens_watched_by_tgid[1 << MMLENS_WATCHED_BITS];
static DEFINE_SPINLOCK(watched_lock);	/* of both tables */

/* Where the last user of an address space is let go, it may sleep. */
static LLIST_HEAD(gone);

static void free_watched(struct rcu_head *rcu)
{
	struct mmlens_watched *watched = container_of(rcu, struct mmlens_watched,
						      rcu);

	put_pid(watched->tgid);
	kfree(watched);
}

static void free_gone(struct work_struct *work)
{
	struct mmlens_watched *watched, *next;

	llist_for_each_entry_safe(watched, next, llist_del_all(&gone), gone) {
		/* Readers compare the pointer, and do not follow it. */
		if (watched->mm)
			mmdrop(watched->mm);
		call_rcu(&watched->rcu, free_watched);
		cond_resched();
	}
}

static DECLARE_WORK(free_work, free_gone);

static void add_locked(struct mmlens_watched *watched)
{
	if (watched->mm)
		hlist_add_head_rcu(&watched->by_mm,
				   mmlens_watched_of_mm(watched->mm));
	else
		hlist_add_head(&watched->by_mm, &watched->watch->guests);
	hlist_add_head_rcu(&watched->by_tgid,
			   mmlens_watched_of_tgid(watched->tgid));
	atomic_inc(&watched->watch->processes);
}

static void remove_locked(struct mmlens_watched *watched)
{
	struct mmlens_watch *watch = watched->watch;

	hlist_del_init_rcu(&watched->by_mm);
	hlist_del_rcu(&watched->by_tgid);
	if (llist_add(&watched->gone, &gone))
		queue_work(mmlens_wq, &free_work);
	/* That nobody is left is told, too. */
	if (atomic_dec_and_test(&watch->processes))
		mmlens_send_kick(watch);
}

static bool uses(struct pid *tgid, const struct mm_struct *mm)
{
	struct task_struct *leader, *thread;
	bool used = false;

	rcu_read_lock();
	leader = pid_task(tgid, PIDTYPE_TGID);
	/* It may have left, and its threads not. */
	if (leader)
		for_each_thread(leader, thread)
			used |= READ_ONCE(thread->mm) == mm;
	rcu_read_unlock();
	return used;
}

/* A guest in the address space of another, or NULL. */
static struct mmlens_watched *heir_of(const struct mmlens_watched *watched)
{
	struct mmlens_watched *guest;

	if (watched->mm)
		hlist_for_each_entry(guest, &watched->watch->guests, by_mm)
			if (uses(guest->tgid, watched->mm))
				return guest;
	return NULL;
}

/*
 * A process leaves its address space, in which a guest may stay: by that one it
 * is found from now on. Who looks meanwhile finds one of them: who has come to
 * the old one still finds it right, and goes on behind the new one.
 */
static void leave_locked(struct mmlens_watched *watched)
{
	struct mmlens_watched *heir = heir_of(watched);

	if (heir) {
		hlist_del(&heir->by_mm);
		mmgrab(watched->mm);
		WRITE_ONCE(heir->mm, watched->mm);
		hlist_replace_rcu(&watched->by_mm, &heir->by_mm);
		WRITE_ONCE(watched->by_mm.pprev, NULL);
	}
	remove_locked(watched);
}

static struct mmlens_watched *new_watched(struct mmlens_watch *watch,
					  struct mm_struct *mm,
					  struct pid *tgid, gfp_t gfp)
{
	struct mmlens_watched *watched;

	watched = kmalloc(sizeof(*watched), gfp | __GFP_NOWARN | __GFP_ACCOUNT);
	if (!watched)
		return NULL;
	if (mm)
		mmgrab(mm);
	watched->mm = mm;
	watched->tgid = get_pid(tgid);
	watched->watch = watch;
	return watched;
}

static bool is_full(const struct mmlens_watch *watch)
{
	return atomic_read(&watch->processes) >=
	       (watch->admin ? WATCHED_MOST : WATCHED_MOST_OF_USER);
}

/* Has it neither left nor become another program? Both are told after this. */
static bool is_alive(const struct mm_struct *mm, struct pid *tgid)
{
	struct task_struct *task;
	bool alive;

	rcu_read_lock();
	task = rcu_dereference(mm->owner);
	alive = task && task_tgid(task) == tgid &&
		atomic_read(&task->signal->live);
	rcu_read_unlock();
	return alive;
}

/**
 * mmlens_watched_add_first() - watch a process
 * @watch: the watch
 * @mm: its address space
 * @tgid: the process
 *
 * Context: Process context. May sleep. mmlens_watched_attach() was called.
 * Takes watched_lock.
 * Return: 0; -ESRCH if it has left or become another program meanwhile, and
 * mmlens_watched_remove_all() was called; -ENOMEM.
 */
int mmlens_watched_add_first(struct mmlens_watch *watch, struct mm_struct *mm,
			     struct pid *tgid)
{
	struct mmlens_watched *watched = new_watched(watch, mm, tgid,
						     GFP_KERNEL);

	if (!watched)
		return -ENOMEM;
	spin_lock(&watched_lock);
	add_locked(watched);
	spin_unlock(&watched_lock);
	/* Pairs with the count of threads, which falls before that is told. */
	smp_mb();
	if (is_alive(mm, tgid))
		return 0;
	mmlens_watched_remove_all(watch);
	return -ESRCH;
}

/**
 * mmlens_watched_remove_all() - watch nobody any more
 * @watch: the watch
 *
 * There may be tens of thousands, of 64 watches: who forks or exits does not
 * wait for all of them to be passed. Nobody is added from here on.
 *
 * Context: Process context. May sleep. Takes watched_lock, again and again.
 */
void mmlens_watched_remove_all(struct mmlens_watch *watch)
{
	struct mmlens_watched *watched;
	struct hlist_node *next;
	unsigned int i;

	spin_lock(&watched_lock);
	watch->leaving = true;
	spin_unlock(&watched_lock);
	for (i = 0; i < ARRAY_SIZE(mmlens_watched_by_tgid); i++) {
		spin_lock(&watched_lock);
		hlist_for_each_entry_safe(watched, next,
					  &mmlens_watched_by_tgid[i], by_tgid)
			if (watched->watch == watch)
				remove_locked(watched);
		spin_unlock(&watched_lock);
		cond_resched();
	}
}

static bool is_watched(struct pid *tgid)
{
	bool watched;

	/* A function at a tracepoint is no reader under RCU on 7.x. */
	rcu_read_lock();
	watched = mmlens_watched_next_tgid(NULL, tgid);
	rcu_read_unlock();
	return watched;
}

static void on_fork(void *data, struct task_struct *parent,
		    struct task_struct *child)
{
	struct mmlens_watched *watched, *new;
	struct hlist_node *next;
	struct mm_struct *mm = child->mm;

	if (!thread_group_leader(child) || !is_watched(task_tgid(parent)))
		return;
	/* It is found by its parent's then, until it has one of its own. */
	if (mm == parent->mm)
		mm = NULL;
	spin_lock(&watched_lock);
	hlist_for_each_entry_safe(watched, next,
				  mmlens_watched_of_tgid(task_tgid(parent)),
				  by_tgid) {
		if (watched->tgid != task_tgid(parent) ||
		    !watched->watch->wish.follow || watched->watch->leaving)
			continue;
		new = is_full(watched->watch) ? NULL :
		      new_watched(watched->watch, mm, task_tgid(child),
				  GFP_ATOMIC);
		if (new)
			add_locked(new);
		else
			atomic64_inc(&watched->watch->unfollowed);
	}
	spin_unlock(&watched_lock);
}

/* May who asked for the process look at what it has become? */
static bool may_go_on(const struct mmlens_watch *watch,
		      const struct linux_binprm *bprm)
{
	return watch->admin ||
	       (!bprm->secureexec && mmlens_task_is_dumpable(current) &&
		!(bprm->interp_flags & BINPRM_FLAGS_ENFORCE_NONDUMP));
}

static void on_exec(void *data, struct task_struct *task, pid_t old_pid,
		    struct linux_binprm *bprm)
{
	struct mmlens_watched *watched, *new = NULL;
	struct hlist_node *next;

	if (!is_watched(task_tgid(task)))
		return;
	spin_lock(&watched_lock);
	hlist_for_each_entry_safe(watched, next,
				  mmlens_watched_of_tgid(task_tgid(task)),
				  by_tgid) {
		if (watched->tgid != task_tgid(task) ||
		    watched->mm == task->mm)
			continue;
		if (!may_go_on(watched->watch, bprm)) {
			atomic64_inc(&watched->watch->withdrawn);
		} else if (!watched->watch->leaving) {
			new = new_watched(watched->watch, task->mm,
					  task_tgid(task), GFP_ATOMIC);
			if (new)
				add_locked(new);
			else
				atomic64_inc(&watched->watch->unfollowed);
		}
		leave_locked(watched);
	}
	spin_unlock(&watched_lock);
}

/* The last thread is leaving. */
static MMLENS_EXIT_PROBE(on_exit)
{
	struct mmlens_watched *watched;
	struct hlist_node *next;

	if (atomic_read(&task->signal->live) || !is_watched(task_tgid(task)))
		return;
	spin_lock(&watched_lock);
	hlist_for_each_entry_safe(watched, next,
				  mmlens_watched_of_tgid(task_tgid(task)),
				  by_tgid)
		if (watched->tgid == task_tgid(task))
			leave_locked(watched);
	spin_unlock(&watched_lock);
}

MMLENS_DEFINE_TRACE(fork_trace, sched_process_fork, on_fork);
MMLENS_DEFINE_TRACE(exec_trace, sched_process_exec, on_exec);
MMLENS_DEFINE_TRACE(exit_trace, sched_process_exit, on_exit);

static struct mmlens_trace *const traces[] = {
	&fork_trace, &exec_trace, &exit_trace,
};

/**
 * mmlens_watched_attach() - begin to see processes come, change and go
 *
 * Context: Process context. May sleep. Serialized by the caller.
 * Return: 0 or a negative errno.
 */
int mmlens_watched_attach(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(traces); i++) {
		err = mmlens_trace_attach(traces[i]);
		if (err) {
			mmlens_watched_detach();
			return err;
		}
	}
	return 0;
}

/**
 * mmlens_watched_detach() - see them no more
 *
 * Context: Process context. May sleep. Serialized by the caller.
 */
void mmlens_watched_detach(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(traces); i++)
		mmlens_trace_detach(traces[i]);
	tracepoint_synchronize_unregister();
	flush_work(&free_work);
}
