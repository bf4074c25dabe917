/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who watches whom.
 *
 * A watch belongs to a socket. It is found by who faults, or loses a page, by
 * the address space or the process; for that, watched processes stand in hash
 * tables that are read under RCU. See watched.c for these, follow.c for how they
 * change, and send.c for how events get to the socket.
 */
#ifndef MMLENS_WATCH_H
#define MMLENS_WATCH_H

#include <linux/hash.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/rculist.h>
#include <linux/workqueue.h>
#include <net/sock.h>

#include "ring.h"
#include "tally.h"

#define MMLENS_WATCHES		64
/* Of all who have no CAP_SYS_ADMIN, and of one of them. */
#define MMLENS_WATCHES_OF_USERS	48
#define MMLENS_WATCHES_OF_USER	4

struct cgroup;

/**
 * struct mmlens_wish - what a watch is to tell
 * @kinds: bits of enum mmlens_watch_kind: events that are sent
 * @classes: bits of enum mmlens_forecast: faults that are counted and sent
 * @start: first address
 * @end: behind the last address
 * @min_latency: faults that took less, in nanoseconds, are not sent
 * @sample: one fault of so many is sent
 * @ring_bytes: room for events, for each processor
 * @follow: children, too
 * @everything: all processes
 * @stacks: kernel stacks, too
 * @cgroup: all processes in and below it, with a reference; or NULL
 */
struct mmlens_wish {
	u32 kinds;
	u32 classes;
	u64 start;
	u64 end;
	u64 min_latency;
	u32 sample;
	u32 ring_bytes;
	bool follow;
	bool everything;
	bool stacks;
	struct cgroup *cgroup;
};

/**
 * struct mmlens_span - what a watch has gone through
 * @time: nanoseconds
 * @missed: tries of faults that the probe had no room for, or none left for their
 *          user
 * @abandoned: faults that were to be repeated, and were not
 * @missed_evictions: as @missed, of calls that take pages away
 */
struct mmlens_span {
	u64 time;
	u64 missed;
	u64 abandoned;
	u64 missed_evictions;
};

/**
 * struct mmlens_watch - a watch
 * @node: among all
 * @wide: among those of a cgroup or of everything
 * @memory: among those that are told of the memory of the whole machine
 * @id: its number, never used again
 * @sk: the socket, with a reference
 * @port: the socket's port
 * @uid: whose it is
 * @admin: who asked has CAP_SYS_ADMIN
 * @pids: the PID namespace of who asked, with a reference
 * @wish: what is to be told
 * @span: what there was when it began; once it is stopped, what came since
 * @stopped: nothing is counted any more
 * @ended: that nothing comes any more has been told
 * @leaving: no process is added any more, under watched_lock
 * @processes: processes watched now
 * @guests: those of them that have no address space of their own
 * @unfollowed: processes that could not be followed
 * @withdrawn: processes that gained privileges, and are not watched any more
 * @missed: faults that were more than the share of who made them, see share.c
 * @tally: its counts
 * @serial: events so far
 * @ticks: faults so far that sampling chooses from
 * @ring: events on their way
 * @unsent: events that are in the rings
 * @enough: so many are sent at once
 * @kick: has it sent, from anywhere
 * @send: sends
 * @skb: a message that the socket had no room for
 * @backoff: milliseconds until that is tried again
 * @first_cpu: the processor that the last message began with
 * @told: rows of VMAs that the socket knows
 * @told_lost: losses that the socket knows
 * @end: takes it down
 */
struct mmlens_watch {
	struct list_head node;
	struct list_head wide;
	struct list_head memory;
	u32 id;
	struct sock *sk;
	u32 port;
	kuid_t uid;
	bool admin;
	struct pid_namespace *pids;
	struct mmlens_wish wish;
	struct mmlens_span span;
	bool stopped;
	bool ended;
	bool leaving;
	atomic_t processes;
	struct hlist_head guests;
	atomic64_t unfollowed;
	atomic64_t withdrawn;
	atomic64_t missed;
	struct mmlens_tally *tally;

	atomic64_t serial;
	atomic64_t ticks;
	struct mmlens_ring ring;
	atomic_t unsent;
	int enough;
	struct irq_work kick;
	struct delayed_work send;
	struct sk_buff *skb;
	unsigned int backoff;
	unsigned int first_cpu;
	DECLARE_BITMAP(told, MMLENS_TALLY_VMAS);
	u64 told_lost;
	struct work_struct end;
};

/**
 * struct mmlens_watched - a process that a watch is about
 * @by_mm: among all that have an address space of their own, or among the guests
 * @by_tgid: among all
 * @mm: its address space, with a reference on mm_count; NULL if it shares that
 *	of another which is watched, too
 * @tgid: the process, with a reference
 * @watch: the watch
 * @gone: among those to be let go
 * @rcu: frees it
 */
struct mmlens_watched {
	struct hlist_node by_mm;
	struct hlist_node by_tgid;
	struct mm_struct *mm;
	struct pid *tgid;
	struct mmlens_watch *watch;
	struct llist_node gone;
	struct rcu_head rcu;
};

#define MMLENS_WATCHED_BITS	10
extern struct hlist_head mmlens_watched_by_mm[1 << MMLENS_WATCHED_BITS];
extern struct hlist_head mmlens_watched_by_tgid[1 << MMLENS_WATCHED_BITS];

static inline struct hlist_head *mmlens_watched_of_mm(const struct mm_struct *mm)
{
	return &mmlens_watched_by_mm[hash_ptr(mm, MMLENS_WATCHED_BITS)];
}

static inline struct hlist_head *mmlens_watched_of_tgid(const struct pid *tgid)
{
	return &mmlens_watched_by_tgid[hash_ptr(tgid, MMLENS_WATCHED_BITS)];
}

/* The next of an address space, or with NULL the first. Under RCU. */
static inline struct mmlens_watched *
mmlens_watched_next_mm(struct mmlens_watched *at, const struct mm_struct *mm)
{
	struct hlist_node __rcu **next = at ? &hlist_next_rcu(&at->by_mm) :
		&hlist_first_rcu(mmlens_watched_of_mm(mm));
	struct hlist_node *node;

	while ((node = rcu_dereference(*next))) {
		at = hlist_entry(node, struct mmlens_watched, by_mm);
		if (READ_ONCE(at->mm) == mm)
			return at;
		next = &hlist_next_rcu(node);
	}
	return NULL;
}

/* Likewise, of a process. */
static inline struct mmlens_watched *
mmlens_watched_next_tgid(struct mmlens_watched *at, const struct pid *tgid)
{
	struct hlist_node __rcu **next = at ? &hlist_next_rcu(&at->by_tgid) :
		&hlist_first_rcu(mmlens_watched_of_tgid(tgid));
	struct hlist_node *node;

	while ((node = rcu_dereference(*next))) {
		at = hlist_entry(node, struct mmlens_watched, by_tgid);
		if (at->tgid == tgid)
			return at;
		next = &hlist_next_rcu(node);
	}
	return NULL;
}

/* All entries of an address space, and of a process. Under RCU. */
#define mmlens_for_each_watched_mm(_at, _mm)				\
	for (_at = mmlens_watched_next_mm(NULL, _mm); _at;		\
	     _at = mmlens_watched_next_mm(_at, _mm))
#define mmlens_for_each_watched_tgid(_at, _tgid)			\
	for (_at = mmlens_watched_next_tgid(NULL, _tgid); _at;		\
	     _at = mmlens_watched_next_tgid(_at, _tgid))

int mmlens_watched_add_first(struct mmlens_watch *watch, struct mm_struct *mm,
			     struct pid *tgid);
void mmlens_watched_remove_all(struct mmlens_watch *watch);
int mmlens_watched_attach(void);
void mmlens_watched_detach(void);

/* Watches of a cgroup or of everything. */
extern struct list_head mmlens_wide_watches;
#define mmlens_for_each_wide(_watch)					\
	list_for_each_entry_rcu(_watch, &mmlens_wide_watches, wide)

/* Has the calling task to do with it? Under RCU. */
bool mmlens_watch_is_wide(const struct mmlens_watch *watch);
bool mmlens_watch_covers(const struct mmlens_watch *watch,
			 struct task_struct *task);

/* Events that tell of the whole machine. */
#define MMLENS_WATCH_KINDS_OF_MEMORY					\
	(MMLENS_WATCH_KIND_RECLAIM | MMLENS_WATCH_KIND_COMPACTION |	\
	 MMLENS_WATCH_KIND_HUGE | MMLENS_WATCH_KIND_OOM |		\
	 MMLENS_WATCH_KIND_TLB)

/* Watches that are told of them. Under RCU. */
extern struct list_head mmlens_memory_watches;
#define mmlens_for_each_memory_watch(_watch)				\
	list_for_each_entry_rcu(_watch, &mmlens_memory_watches, memory)

/* Is it not about single processes, that come to an end? */
static inline bool mmlens_watch_is_of_many(const struct mmlens_watch *watch)
{
	return watch->wish.everything || watch->wish.cgroup;
}

s64 mmlens_watch_begin(struct sock *sk, u32 port, bool admin,
		       const struct mmlens_wish *wish, struct mm_struct *mm,
		       struct pid *tgid);
struct mmlens_watch *mmlens_watch_get(const struct sock *sk, u32 id);
struct mmlens_watch *mmlens_watch_next(u32 id);
void mmlens_watch_put(void);
struct mmlens_span mmlens_watch_span(const struct mmlens_watch *watch);
void mmlens_watch_cancel(const struct sock *sk, u32 id);
void mmlens_watch_stop(struct mmlens_watch *watch);
unsigned int mmlens_watch_count(void);
u32 mmlens_watch_attached(void);
int mmlens_watch_init(void);
void mmlens_watch_exit(void);

#endif
