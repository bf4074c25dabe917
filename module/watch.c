// SPDX-License-Identifier: GPL-2.0
/*
 * Watches come by request and go with their socket. What a watch needs from the
 * kernel is attached with the first that needs it and detached with the last.
 *
 * A watch holds a reference to the module: it cannot be unloaded meanwhile.
 *
 * Lock order: watch_mutex, then watches_lock or what the kernel's probes take.
 * Who closes a socket, ours or another, does not wait for probes: it takes the
 * lock alone.
 */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "evict.h"
#include "fault.h"
#include "huge.h"
#include "kinds.h"
#include "mark.h"
#include "move.h"
#include "oom.h"
#include "reclaim.h"
#include "send.h"
#include "tlb.h"
#include "watch.h"

static DEFINE_MUTEX(watch_mutex);	/* of what watches are, and what is attached */
static DEFINE_SPINLOCK(watches_lock);	/* of the two lists that follow */
static LIST_HEAD(watches);
static LIST_HEAD(ending);
LIST_HEAD(mmlens_wide_watches);
LIST_HEAD(mmlens_memory_watches);
static u32 last_id;

/* What watches need, in the order in which it is attached; how many of them do. */
static struct facility {
	u32 kinds;		/* bits of enum mmlens_watch_kind */
	u32 told;		/* likewise, that it is attached for if need be */
	int (*attach)(void);
	void (*detach)(void);
	unsigned int users;
} facilities[] = {
	{ U32_MAX, 0, mmlens_watched_attach, mmlens_watched_detach },
	{ FAULTS, FAULTS, mmlens_fault_attach, mmlens_fault_detach },
	{ EVICTION | RECLAIM | COMPACTION | OOM, 0,
	  mmlens_mark_attach, mmlens_mark_detach },
	{ EVICTION | RECLAIM, 0, mmlens_reclaim_attach, mmlens_reclaim_detach },
	{ EVICTION, EVICTION, mmlens_evict_attach, mmlens_evict_detach },
	{ RECLAIM, RECLAIM, mmlens_vmscan_attach, mmlens_vmscan_detach },
	{ COMPACTION, COMPACTION, mmlens_move_attach, mmlens_move_detach },
	{ HUGE, HUGE, mmlens_huge_attach, mmlens_huge_detach },
	{ OOM, OOM, mmlens_oom_attach, mmlens_oom_detach },
	{ TLB, TLB, mmlens_tlb_attach, mmlens_tlb_detach },
};

static bool needs(const struct mmlens_watch *watch,
		  const struct facility *facility)
{
	return watch->wish.kinds & facility->kinds;
}

/* Who asks how many there are does not wait for probes. */
static unsigned int add_user(struct facility *facility, int more)
{
	unsigned int users = facility->users + more;

	lockdep_assert_held(&watch_mutex);
	WRITE_ONCE(facility->users, users);
	return users;
}

static void detach(struct mmlens_watch *watch, struct facility *end)
{
	while (end-- > facilities)
		if (needs(watch, end) && !add_user(end, -1))
			end->detach();
}

static int attach(struct mmlens_watch *watch)
{
	struct facility *facility = facilities;
	int err;

	for (; facility < facilities + ARRAY_SIZE(facilities); facility++) {
		if (!needs(watch, facility))
			continue;
		err = facility->users ? 0 : facility->attach();
		if (err) {
			detach(watch, facility);
			return err;
		}
		add_user(facility, 1);
	}
	return 0;
}

/**
 * mmlens_watch_covers() - has a task to do with a wide watch?
 * @watch: a watch of a cgroup, or of everything
 * @task: the task
 *
 * Context: Under RCU.
 * Return: true if so.
 */
bool mmlens_watch_covers(const struct mmlens_watch *watch,
			 struct task_struct *task)
{
	return watch->wish.everything ||
	       cgroup_is_descendant(task_css_set(task)->dfl_cgrp,
				    watch->wish.cgroup);
}

/**
 * mmlens_watch_is_wide() - has the calling task to do with a wide watch?
 * @watch: a watch of a cgroup, or of everything
 *
 * Context: Under RCU.
 * Return: true if so.
 */
bool mmlens_watch_is_wide(const struct mmlens_watch *watch)
{
	return mmlens_watch_covers(watch, current);
}

static bool is_of_memory(const struct mmlens_watch *watch)
{
	return watch->wish.kinds & MMLENS_WATCH_KINDS_OF_MEMORY;
}

/* Those that are ending still have their memory, and count. */
static struct list_head *const lists[] = { &watches, &ending };

static int check_count(kuid_t uid, bool admin)
{
	unsigned int all = 0, users = 0, own = 0, i;
	struct mmlens_watch *watch;

	spin_lock(&watches_lock);
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		list_for_each_entry(watch, lists[i], node) {
			all++;
			users += !watch->admin;
			own += !watch->admin && uid_eq(watch->uid, uid);
		}
	spin_unlock(&watches_lock);
	if (all >= MMLENS_WATCHES)
		return -EUSERS;
	return !admin && (users >= MMLENS_WATCHES_OF_USERS ||
			  own >= MMLENS_WATCHES_OF_USER) ? -EUSERS : 0;
}

/* Of a watch that nobody sends for. */
static void release(struct mmlens_watch *watch)
{
	mmlens_tally_free(watch->tally);
	if (watch->wish.cgroup)
		cgroup_put(watch->wish.cgroup);
	put_pid_ns(watch->pids);
	sock_put(watch->sk);
	kfree(watch);
	/* To unload, the work that this may be is waited for. */
	module_put(THIS_MODULE);
}

/* What it has gone through, from what was there when it began. */
static struct mmlens_span span_now(const struct mmlens_watch *watch)
{
	const struct mmlens_span *began = &watch->span;

	return (struct mmlens_span){
		.time = ktime_get_ns() - began->time,
		.missed = mmlens_fault_missed() +
			  atomic64_read(&watch->missed) - began->missed,
		.abandoned = mmlens_fault_abandoned() - began->abandoned,
		.missed_evictions = mmlens_evict_missed() -
				    began->missed_evictions,
	};
}

/**
 * mmlens_watch_span() - for how long a watch has counted, and what it missed
 * @watch: the watch
 *
 * Context: Process context. watch_mutex is held.
 * Return: all of it since it began, and until it was stopped.
 */
struct mmlens_span mmlens_watch_span(const struct mmlens_watch *watch)
{
	return watch->stopped ? watch->span : span_now(watch);
}

/* Nobody counts for it or writes to it any more. */
static void stop(struct mmlens_watch *watch)
{
	u64 time;

	if (watch->stopped)
		return;
	if (mmlens_watch_is_of_many(watch))
		list_del_rcu(&watch->wide);
	else
		mmlens_watched_remove_all(watch);
	if (is_of_memory(watch))
		list_del_rcu(&watch->memory);
	/* To detach takes a while, in which nothing is counted. */
	time = span_now(watch).time;
	detach(watch, facilities + ARRAY_SIZE(facilities));
	/* Probes of others may still be at it. */
	synchronize_rcu();
	watch->span = span_now(watch);
	watch->span.time = time;
	WRITE_ONCE(watch->stopped, true);
}

static void end(struct work_struct *work)
{
	struct mmlens_watch *watch = container_of(work, struct mmlens_watch,
						  end);

	mutex_lock(&watch_mutex);
	stop(watch);
	mutex_unlock(&watch_mutex);
	mmlens_send_exit(watch);
	spin_lock(&watches_lock);
	list_del(&watch->node);
	spin_unlock(&watches_lock);
	release(watch);
}

/* Nobody finds it any more. */
static void begin_end(struct mmlens_watch *watch)
{
	lockdep_assert_held(&watches_lock);
	list_move(&watch->node, &ending);
	queue_work(mmlens_wq, &watch->end);
}

/* A socket was closed. Another one may have its port by now. */
static int on_release(struct notifier_block *block, unsigned long event,
		      void *data)
{
	const struct netlink_notify *notify = data;
	struct mmlens_watch *watch, *next;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC ||
	    !net_eq(notify->net, &init_net))
		return NOTIFY_DONE;
	spin_lock(&watches_lock);
	list_for_each_entry_safe(watch, next, &watches, node)
		if (watch->port == notify->portid &&
		    sock_flag(watch->sk, SOCK_DEAD))
			begin_end(watch);
	spin_unlock(&watches_lock);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {
	.notifier_call = on_release,
};

/* Has its counts and its facilities. From here on it is found by probes. */
static int start(struct mmlens_watch *watch, struct mm_struct *mm,
		 struct pid *tgid)
{
	int err;

	watch->tally = mmlens_tally_new();
	if (!watch->tally)
		return -ENOMEM;
	err = attach(watch);
	if (err)
		return err;
	watch->span = (struct mmlens_span){ };
	watch->span = span_now(watch);
	watch->id = ++last_id;
	if (mmlens_watch_is_of_many(watch)) {
		list_add_rcu(&watch->wide, &mmlens_wide_watches);
	} else {
		err = mmlens_watched_add_first(watch, mm, tgid);
		if (err) {
			detach(watch, facilities + ARRAY_SIZE(facilities));
			synchronize_rcu();
			return err;
		}
	}
	if (is_of_memory(watch))
		list_add_rcu(&watch->memory, &mmlens_memory_watches);
	spin_lock(&watches_lock);
	list_add(&watch->node, &watches);
	spin_unlock(&watches_lock);
	return 0;
}

/* What it may not have it does not ask memory for. */
static int begin(struct mmlens_watch *watch, struct mm_struct *mm,
		 struct pid *tgid)
{
	int err = check_count(watch->uid, watch->admin);

	if (err)
		return err;
	err = mmlens_send_init(watch);
	if (err)
		return err;
	err = start(watch, mm, tgid);
	if (err)
		mmlens_send_exit(watch);
	return err;
}

/**
 * mmlens_watch_begin() - begin to watch
 * @sk: the socket that asks
 * @port: its port
 * @admin: who asks has CAP_SYS_ADMIN
 * @wish: what is to be told; takes over the reference to a cgroup
 * @mm: the address space of the process; NULL for a watch of many
 * @tgid: the process, likewise
 *
 * Context: Process context of the requester. May sleep. Takes watch_mutex.
 * Return: the number of the watch, or a negative errno: -EUSERS if there are
 * too many, -EOPNOTSUPP if this kernel cannot be probed, -ENODEV if the module
 * is being unloaded, -ENOMEM.
 */
s64 mmlens_watch_begin(struct sock *sk, u32 port, bool admin,
		       const struct mmlens_wish *wish, struct mm_struct *mm,
		       struct pid *tgid)
{
	struct mmlens_watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL_ACCOUNT);
	s64 err = watch ? -ENODEV : -ENOMEM;

	/* A request keeps the family, and not the module. */
	if (!watch || !try_module_get(THIS_MODULE)) {
		kfree(watch);
		if (wish->cgroup)
			cgroup_put(wish->cgroup);
		return err;
	}
	watch->wish = *wish;
	sock_hold(sk);
	watch->sk = sk;
	watch->port = port;
	watch->admin = admin;
	watch->uid = current_euid();
	watch->pids = get_pid_ns(task_active_pid_ns(current));
	INIT_WORK(&watch->end, end);
	mutex_lock(&watch_mutex);
	err = begin(watch, mm, tgid);
	/* Not by "?:", which would make an errno unsigned like a number. */
	if (!err)
		err = watch->id;
	mutex_unlock(&watch_mutex);
	if (err < 0)
		release(watch);
	return err;
}

static struct mmlens_watch *find(const struct sock *sk, u32 id)
{
	struct mmlens_watch *watch;

	lockdep_assert_held(&watches_lock);
	list_for_each_entry(watch, &watches, node)
		if (watch->sk == sk && watch->id == id)
			return watch;
	return NULL;
}

/**
 * mmlens_watch_cancel() - end a watch that its socket never learned of
 * @sk: the socket
 * @id: its number
 *
 * Context: Process context. Takes watches_lock.
 */
void mmlens_watch_cancel(const struct sock *sk, u32 id)
{
	struct mmlens_watch *watch;

	spin_lock(&watches_lock);
	watch = find(sk, id);
	if (watch)
		begin_end(watch);
	spin_unlock(&watches_lock);
}

/**
 * mmlens_watch_get() - the watch of a socket
 * @sk: the socket
 * @id: its number
 *
 * Context: Process context. May sleep. On success watch_mutex is held until
 * mmlens_watch_put().
 * Return: the watch, or NULL.
 */
struct mmlens_watch *mmlens_watch_get(const struct sock *sk, u32 id)
{
	struct mmlens_watch *watch;

	mutex_lock(&watch_mutex);
	spin_lock(&watches_lock);
	watch = find(sk, id);
	spin_unlock(&watches_lock);
	/* It may be ending by now, but not before the mutex is free. */
	if (!watch)
		mutex_unlock(&watch_mutex);
	return watch;
}

/**
 * mmlens_watch_next() - the watch behind another, by its number
 * @id: the number
 *
 * Context: Process context. May sleep. On success watch_mutex is held until
 * mmlens_watch_put().
 * Return: the watch with the least number above, or NULL.
 */
struct mmlens_watch *mmlens_watch_next(u32 id)
{
	struct mmlens_watch *watch, *next = NULL;

	mutex_lock(&watch_mutex);
	spin_lock(&watches_lock);
	list_for_each_entry(watch, &watches, node)
		if (watch->id > id && (!next || watch->id < next->id))
			next = watch;
	spin_unlock(&watches_lock);
	if (!next)
		mutex_unlock(&watch_mutex);
	return next;
}

/**
 * mmlens_watch_put() - be done with a watch
 *
 * Context: After mmlens_watch_get() or mmlens_watch_next(). Releases
 * watch_mutex.
 */
void mmlens_watch_put(void)
{
	mutex_unlock(&watch_mutex);
}

/**
 * mmlens_watch_stop() - count no more
 * @watch: the watch
 *
 * What is in its rings is still sent.
 *
 * Context: Process context. May sleep. watch_mutex is held.
 */
void mmlens_watch_stop(struct mmlens_watch *watch)
{
	stop(watch);
	mmlens_send_kick(watch);
}

/**
 * mmlens_watch_count() - how many watches there are
 *
 * Context: Process context. Takes watches_lock.
 * Return: their number, with those that are ending, as the limit counts them.
 */
unsigned int mmlens_watch_count(void)
{
	struct mmlens_watch *watch;
	unsigned int i, count = 0;

	spin_lock(&watches_lock);
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		list_for_each_entry(watch, lists[i], node)
			count++;
	spin_unlock(&watches_lock);
	return count;
}

/**
 * mmlens_watch_attached() - what there is a probe for now
 *
 * Many a command asks this at its start: it must not wait for watches that come
 * and go, each of which takes grace periods of RCU with watch_mutex held. So it is
 * true of what is wanted: a probe may be on its way in or out.
 *
 * Context: Any.
 * Return: bits of enum mmlens_watch_kind.
 */
u32 mmlens_watch_attached(void)
{
	unsigned int i;
	u32 kinds = 0;

	for (i = 0; i < ARRAY_SIZE(facilities); i++)
		if (READ_ONCE(facilities[i].users))
			kinds |= facilities[i].told;
	return kinds;
}

/**
 * mmlens_watch_init() - get ready for watches
 *
 * Context: Process context. May sleep.
 * Return: 0 or a negative errno.
 */
int __init mmlens_watch_init(void)
{
	int err;

	mmlens_wq = alloc_workqueue("mmlens", WQ_UNBOUND, 0);
	if (!mmlens_wq)
		return -ENOMEM;
	err = netlink_register_notifier(&notifier);
	if (err)
		destroy_workqueue(mmlens_wq);
	return err;
}

/**
 * mmlens_watch_exit() - be done with watches, of which there are none any more
 *
 * Context: Process context. Waits for those that are just ending.
 */
void mmlens_watch_exit(void)
{
	netlink_unregister_notifier(&notifier);
	destroy_workqueue(mmlens_wq);
	mmlens_fault_exit();
	/* For what is freed by our functions. */
	rcu_barrier();
}
