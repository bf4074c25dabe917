// SPDX-License-Identifier: GPL-2.0
/* Operations about watches. */
#include <linux/capability.h>
#include <linux/cgroup.h>
#include <linux/memcontrol.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/security.h>

#include "compat/genl.h"
#include "compat/mm.h"
#include "fault.h"
#include "genl.h"
#include "genl_gen.h"
#include "kinds.h"
#include "memcg.h"
#include "query.h"
#include "send.h"
#include "watch.h"

#define RING_DEFAULT	(256 << 10)
#define RING_MOST	(16 << 20)

/* Of one watch without CAP_SYS_ADMIN, on all processors together. */
#define RINGS_OF_USER	(4 << 20)

/**
 * struct whom - who is to be watched
 * @mm: the address space, with a reference on mm_count; NULL for many
 * @tgid: the process, with a reference, likewise
 */
struct whom {
	struct mm_struct *mm;
	struct pid *tgid;
};

static int deny(struct netlink_ext_ack *extack, const struct nlattr *attr,
		const char *sentence)
{
	NL_SET_BAD_ATTR(extack, attr);
	if (extack)
		extack->_msg = sentence;
	return -EPERM;
}

/* For each processor. */
static u32 ring_of_user(void)
{
	return clamp_t(u32, RINGS_OF_USER / num_possible_cpus(), 2 * PAGE_SIZE,
		       RING_DEFAULT);
}

/* The numbers are checked by the policy, what they mean together is not. */
static int read_wish(struct mmlens_wish *wish, struct nlattr **attrs,
		     bool admin, struct netlink_ext_ack *extack)
{
	const struct nlattr *kinds = attrs[MMLENS_A_WATCH_KINDS];
	const struct nlattr *ring = attrs[MMLENS_A_WATCH_RING_BYTES];
	const struct nlattr *stacks = attrs[MMLENS_A_WATCH_STACKS];

	*wish = (struct mmlens_wish){
		.kinds = kinds ? nla_get_u32(kinds) : MMLENS_WATCH_KIND_COUNT,
		.classes = U32_MAX,
		.end = U64_MAX,
		.sample = 1,
		.ring_bytes = admin ? RING_DEFAULT : ring_of_user(),
		.follow = attrs[MMLENS_A_WATCH_FOLLOW],
		.everything = attrs[MMLENS_A_WATCH_EVERYTHING],
		.stacks = stacks,
	};
	if (attrs[MMLENS_A_WATCH_CLASSES])
		wish->classes = nla_get_u32(attrs[MMLENS_A_WATCH_CLASSES]);
	if (attrs[MMLENS_A_WATCH_START])
		wish->start = nla_get_u64(attrs[MMLENS_A_WATCH_START]);
	if (attrs[MMLENS_A_WATCH_END])
		wish->end = nla_get_u64(attrs[MMLENS_A_WATCH_END]);
	if (attrs[MMLENS_A_WATCH_MIN_LATENCY])
		wish->min_latency = nla_get_u64(attrs[MMLENS_A_WATCH_MIN_LATENCY]);
	if (attrs[MMLENS_A_WATCH_SAMPLE])
		wish->sample = nla_get_u32(attrs[MMLENS_A_WATCH_SAMPLE]);
	if (!wish->kinds) {
		NL_SET_ERR_MSG_ATTR(extack, kinds, "kinds: none is given");
		return -EINVAL;
	}
	if (!wish->classes) {
		NL_SET_ERR_MSG_ATTR(extack, attrs[MMLENS_A_WATCH_CLASSES],
				    "classes: none is given");
		return -EINVAL;
	}
	if (wish->end <= wish->start) {
		NL_SET_ERR_MSG_ATTR(extack, attrs[MMLENS_A_WATCH_END], "end: must lie behind start");
		return -EINVAL;
	}
	if (ring)
		wish->ring_bytes = nla_get_u32(ring);
	if (wish->ring_bytes > RING_MOST) {
		NL_SET_ERR_MSG_ATTR(extack, ring, "ring-bytes: at most 16 MiB for each processor");
		return -ERANGE;
	}
	if (admin)
		return 0;
	if (wish->kinds & ~FAULTS)
		return deny(extack, kinds, "kinds: all but faults are for CAP_SYS_ADMIN");
	if (wish->ring_bytes > ring_of_user())
		return deny(extack, ring, "ring-bytes: so much is for CAP_SYS_ADMIN");
	if (stacks)
		return deny(extack, stacks, "stacks: kernel addresses are for CAP_SYS_ADMIN");
	return 0;
}

/* Whose an address space is. */
static struct pid *owner_of(struct mm_struct *mm)
{
	struct task_struct *owner;
	struct pid *tgid = NULL;

	rcu_read_lock();
	owner = rcu_dereference(mm->owner);
	if (owner)
		tgid = get_pid(task_tgid(owner));
	rcu_read_unlock();
	return tgid;
}

static int find_whom(struct whom *whom, struct sk_buff *skb,
		     struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	struct mm_struct *mm;

	mm = mmlens_query_target(attrs[MMLENS_A_WATCH_PAGEMAP_FD],
				 attrs[MMLENS_A_WATCH_PID], skb, extack);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	whom->tgid = owner_of(mm);
	if (!whom->tgid) {
		NL_SET_ERR_MSG(extack, "the target has exited");
		mmdrop(mm);
		return -ESRCH;
	}
	whom->mm = mm;
	return 0;
}

static int find_cgroup(struct mmlens_wish *wish, const struct nlattr *attr,
		       struct netlink_ext_ack *extack)
{
	struct mem_cgroup *memcg = mmlens_memcg_find(nla_get_u64(attr));

	if (IS_ERR_OR_NULL(memcg)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "cgroup: no such cgroup, or none that the memory controller knows");
		return -ENOENT;
	}
	if (memcg->css.cgroup->root != &cgrp_dfl_root) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "cgroup: is of the first version, and tasks are looked up in the second");
		mem_cgroup_put(memcg);
		return -EOPNOTSUPP;
	}
	wish->cgroup = memcg->css.cgroup;
	cgroup_get(wish->cgroup);
	mem_cgroup_put(memcg);
	return 0;
}

/* One of a process, a cgroup, and everything. */
static int choose(struct whom *whom, struct mmlens_wish *wish,
		  struct sk_buff *skb, struct genl_info *info, bool admin)
{
	const struct nlattr *cgroup = info->attrs[MMLENS_A_WATCH_CGROUP];
	const struct nlattr *all = info->attrs[MMLENS_A_WATCH_EVERYTHING];
	bool process = info->attrs[MMLENS_A_WATCH_PAGEMAP_FD] ||
		       info->attrs[MMLENS_A_WATCH_PID];

	if (process + !!cgroup + !!all != 1) {
		NL_SET_ERR_MSG(info->extack, "one of pagemap-fd, pid, cgroup and everything is to be given");
		return -EINVAL;
	}
	if (info->attrs[MMLENS_A_WATCH_PID] && !admin)
		return deny(info->extack, info->attrs[MMLENS_A_WATCH_PID],
			    "pid: to watch by PID is for CAP_SYS_ADMIN, pass an open pagemap instead");
	if (process)
		return find_whom(whom, skb, info->attrs, info->extack);
	if (!admin)
		return deny(info->extack, cgroup ?: all,
			    "to watch more than a process is for CAP_SYS_ADMIN in the initial user namespace");
	return cgroup ? find_cgroup(wish, cgroup, info->extack) : 0;
}

static void let_go(struct whom *whom)
{
	if (!whom->mm)
		return;
	put_pid(whom->tgid);
	mmdrop(whom->mm);
}

static void explain(struct netlink_ext_ack *extack, s64 err)
{
	if (err == -ESRCH)
		NL_SET_ERR_MSG(extack, "the target has exited");
	else if (err == -EUSERS)
		NL_SET_ERR_MSG(extack, "there are too many watches");
	else if (err == -EOPNOTSUPP)
		NL_SET_ERR_MSG(extack, "this kernel cannot be probed there, or its log tells why not now");
}

static int reply_watch(struct genl_info *info, u32 id,
		       const struct mm_struct *mm)
{
	struct sk_buff *reply;
	void *header;

	reply = mmlens_genl_new_reply(info, GENLMSG_DEFAULT_SIZE, &header);
	if (!reply)
		return -ENOMEM;
	if (nla_put_u32(reply, MMLENS_A_WATCH_ID, id) ||
	    (mm && nla_put_u64_64bit(reply, MMLENS_A_WATCH_COOKIE,
				     mmlens_mm_cookie((struct mm_struct *)mm),
				     MMLENS_A_WATCH_PAD))) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	return mmlens_genl_send_reply(info, reply, header);
}

/**
 * mmlens_nl_watch_doit() - begin a watch
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: Process context of the requester. May sleep. See
 * mmlens_watch_begin().
 * Return: 0 or a negative errno.
 */
int mmlens_nl_watch_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool admin = netlink_capable(skb, CAP_SYS_ADMIN);
	struct whom whom = { };
	struct mmlens_wish wish;
	s64 id;
	int err;

	err = read_wish(&wish, info->attrs, admin, info->extack);
	if (err)
		return err;
	if (wish.stacks && security_locked_down(LOCKDOWN_KCORE))
		return deny(info->extack, info->attrs[MMLENS_A_WATCH_STACKS],
			    "stacks: the kernel is locked down");
	err = choose(&whom, &wish, skb, info, admin);
	if (err)
		return err;
	id = mmlens_watch_begin(NETLINK_CB(skb).sk, info->snd_portid, admin,
				&wish, whom.mm, whom.tgid);
	if (id < 0) {
		explain(info->extack, id);
		err = id;
	} else {
		err = reply_watch(info, id, whom.mm);
		if (err)
			mmlens_watch_cancel(NETLINK_CB(skb).sk, id);
	}
	let_go(&whom);
	return err;
}

/* No watch has the number 0. */
static struct mmlens_watch *get_watch(const struct sock *sk, u32 id,
				      struct netlink_ext_ack *extack)
{
	struct mmlens_watch *watch = mmlens_watch_get(sk, id);

	if (!watch)
		NL_SET_ERR_MSG(extack, "id: this socket has no such watch");
	return watch;
}

/**
 * mmlens_nl_unwatch_doit() - stop a watch
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: Process context of the requester. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_nl_unwatch_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *id = info->attrs[MMLENS_A_WATCH_ID];
	struct mmlens_watch *watch;

	watch = get_watch(NETLINK_CB(skb).sk, id ? nla_get_u32(id) : 0,
			  info->extack);
	if (!watch)
		return -ENOENT;
	mmlens_watch_stop(watch);
	mmlens_watch_put();
	return 0;
}

/**
 * mmlens_genl_put_watched_vma() - tell of a VMA, and of the faults in it
 * @skb: the message
 * @tally: counts
 * @index: which VMA, counted from 1
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int mmlens_genl_put_watched_vma(struct sk_buff *skb,
				const struct mmlens_tally *tally, u32 index)
{
	const struct mmlens_vma_tally *row = &tally->vma[index - 1];
	struct mmlens_vma_counts counts = {
		.index = index,
		.count = atomic64_read(&row->cost.count),
		.major = atomic64_read(&row->major),
		.total = atomic64_read(&row->cost.total),
		.longest = atomic64_read(&row->cost.longest),
	};
	struct nlattr *nest;

	if (!mmlens_tally_vma_is_ready(tally, index))
		return 0;
	counts.cookie = row->cookie;
	nest = nla_nest_start(skb, MMLENS_A_WATCH_WATCHED_VMA);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put(skb, MMLENS_A_WATCHED_VMA_COUNTS, sizeof(counts), &counts) ||
	    nla_put(skb, MMLENS_A_WATCHED_VMA_VMA, sizeof(row->vma), &row->vma) ||
	    (row->name[0] &&
	     nla_put_string(skb, MMLENS_A_WATCHED_VMA_NAME, row->name))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_fault_counts(struct sk_buff *skb,
			    const struct mmlens_watch *watch)
{
	const struct mmlens_tally *tally = watch->tally;
	struct mmlens_span span = mmlens_watch_span(watch);
	struct mmlens_fault_counts counts = {
		.time = span.time,
		.minor = atomic64_read(&tally->minor),
		.major = atomic64_read(&tally->major),
		.failed = atomic64_read(&tally->failed),
		.remote = atomic64_read(&tally->remote),
		.elsewhere_minor = atomic64_read(&tally->elsewhere_minor),
		.elsewhere_major = atomic64_read(&tally->elsewhere_major),
		.missed = span.missed,
		.missed_evictions = span.missed_evictions,
		.abandoned = span.abandoned,
		.unnamed = atomic64_read(&tally->unnamed),
		.unfollowed = atomic64_read(&watch->unfollowed),
		.withdrawn = atomic64_read(&watch->withdrawn),
		.events = atomic64_read(&watch->serial),
		.processes = atomic_read(&watch->processes),
	};

	return nla_put(skb, MMLENS_A_WATCH_FAULT_COUNTS, sizeof(counts),
		       &counts);
}

static int put_class(struct sk_buff *skb, const struct mmlens_watch *watch,
		     unsigned int i)
{
	const struct mmlens_class_tally *row = &watch->tally->class[i];
	struct mmlens_class_counts counts = {
		.fault_class = i,
		.count = atomic64_read(&row->cost.count),
		.pages = atomic64_read(&row->pages),
		.major = atomic64_read(&row->major),
		.total = atomic64_read(&row->cost.total),
		.longest = atomic64_read(&row->cost.longest),
	};

	if (!counts.count)
		return 0;
	return nla_put(skb, MMLENS_A_WATCH_CLASS_COUNTS, sizeof(counts),
		       &counts);
}

static int put_latency(struct sk_buff *skb, const struct mmlens_watch *watch,
		       unsigned int i)
{
	unsigned int bucket = i % MMLENS_LATENCY_BUCKETS;
	struct mmlens_latency_count count = {
		.fault_class = i / MMLENS_LATENCY_BUCKETS,
		.latency = mmlens_latency_from(bucket),
	};

	count.count = atomic64_read(&watch->tally->class[count.fault_class].bucket[bucket]);
	if (!count.count)
		return 0;
	if (bucket < MMLENS_LATENCY_BUCKETS - 1)
		count.end = mmlens_latency_from(bucket + 1);
	return nla_put(skb, MMLENS_A_WATCH_LATENCY_COUNT, sizeof(count),
		       &count);
}

static int put_thread(struct sk_buff *skb, const struct mmlens_watch *watch,
		      unsigned int i)
{
	const struct mmlens_thread_tally *row = &watch->tally->thread[i];
	struct mmlens_thread_counts counts = {
		.pid = row->pid,
		.tid = row->tid,
		.count = atomic64_read(&row->cost.count),
		.major = atomic64_read(&row->major),
		.total = atomic64_read(&row->cost.total),
		.longest = atomic64_read(&row->cost.longest),
	};

	if (!counts.count)
		return 0;
	memcpy(counts.comm, row->comm, sizeof(counts.comm));
	return nla_put(skb, MMLENS_A_WATCH_THREAD_COUNTS, sizeof(counts),
		       &counts);
}

static int put_vma(struct sk_buff *skb, const struct mmlens_watch *watch,
		   unsigned int i)
{
	return atomic64_read(&watch->tally->vma[i].cost.count) ?
	       mmlens_genl_put_watched_vma(skb, watch->tally, i + 1) : 0;
}

static int put_loss(struct sk_buff *skb, const struct mmlens_watch *watch,
		    unsigned int cpu)
{
	struct mmlens_loss loss = { .cpu = cpu };

	if (!watch->ring.buffer || !cpu_possible(cpu))
		return 0;
	loss.lost = *per_cpu_ptr(watch->ring.lost, cpu);
	return loss.lost ? nla_put(skb, MMLENS_A_WATCH_LOSS, sizeof(loss),
				   &loss) : 0;
}

static int put_head(struct sk_buff *skb, const struct mmlens_watch *watch,
		    unsigned int i)
{
	return nla_put_u32(skb, MMLENS_A_WATCH_ID, watch->id) ?:
	       put_fault_counts(skb, watch);
}

/* What counts are made of, in the order in which it is told. */
static const struct {
	int (*put)(struct sk_buff *skb, const struct mmlens_watch *watch,
		   unsigned int i);
	unsigned int count;	/* 0: of processors there are nr_cpu_ids */
} parts[] = {
	{ put_head, 1 },
	{ put_class, MMLENS_CLASSES },
	{ put_latency, MMLENS_CLASSES * MMLENS_LATENCY_BUCKETS },
	{ put_thread, MMLENS_TALLY_THREADS },
	{ put_vma, MMLENS_TALLY_VMAS },
	{ put_loss },
};

/* Goes on from part cb->args[1], row cb->args[2]. */
static void put_parts(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct mmlens_watch *watch)
{
	for (; cb->args[1] < ARRAY_SIZE(parts); cb->args[1]++) {
		unsigned int count = parts[cb->args[1]].count ?: nr_cpu_ids;

		for (; cb->args[2] < count; cb->args[2]++)
			if (parts[cb->args[1]].put(skb, watch, cb->args[2]))
				return;
		cb->args[2] = 0;
	}
}

/**
 * mmlens_nl_counts_start() - begin to dump the counts of a watch
 * @cb: the dump
 *
 * Context: Process context of the requester. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_nl_counts_start(struct netlink_callback *cb)
{
	const struct nlattr *id = mmlens_dump_attrs(cb)[MMLENS_A_WATCH_ID];

	cb->args[0] = id ? nla_get_u32(id) : 0;
	/* On 6.1 there is room for a sentence only once the dump has begun. */
	if (!cb->extack)
		return 0;
	if (!get_watch(NETLINK_CB(cb->skb).sk, cb->args[0], cb->extack))
		return -ENOENT;
	mmlens_watch_put();
	return 0;
}

/**
 * mmlens_nl_counts_dumpit() - dump the counts of a watch
 * @skb: the message
 * @cb: the dump
 *
 * Context: Process context. May sleep.
 * Return: bytes in the message; 0 at the end; -ENOENT if the watch has ended.
 */
int mmlens_nl_counts_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mmlens_watch *watch;
	void *header;

	if (cb->args[1] >= ARRAY_SIZE(parts))
		return 0;
	watch = get_watch(NETLINK_CB(cb->skb).sk, cb->args[0], cb->extack);
	if (!watch)
		return -ENOENT;
	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &mmlens_genl_family, NLM_F_MULTI,
			     MMLENS_CMD_COUNTS);
	if (header) {
		put_parts(skb, cb, watch);
		genlmsg_end(skb, header);
	}
	mmlens_watch_put();
	return header ? skb->len : -EMSGSIZE;
}

static int check_watcher(const struct netlink_callback *cb)
{
	if (netlink_capable(cb->skb, CAP_SYS_ADMIN))
		return 0;
	NL_SET_ERR_MSG(cb->extack, "watches of others are for CAP_SYS_ADMIN in the initial user namespace");
	return -EPERM;
}

/**
 * mmlens_nl_watcher_start() - begin to dump all watches
 * @cb: the dump
 *
 * Context: Process context of the requester.
 * Return: 0 or -EPERM.
 */
int mmlens_nl_watcher_start(struct netlink_callback *cb)
{
	/* As mmlens_nl_counts_start(). */
	return cb->extack ? check_watcher(cb) : 0;
}

static int put_watcher(struct sk_buff *skb, const struct mmlens_watch *watch)
{
	return nla_put_u32(skb, MMLENS_A_WATCH_ID, watch->id) ?:
	       nla_put_u32(skb, MMLENS_A_WATCH_PORT, watch->port) ?:
	       nla_put_u32(skb, MMLENS_A_WATCH_KINDS, watch->wish.kinds) ?:
	       put_fault_counts(skb, watch);
}

/**
 * mmlens_nl_watcher_dumpit() - dump all watches, one a message
 * @skb: the message
 * @cb: the dump
 *
 * Context: Process context. May sleep.
 * Return: bytes in the message; 0 at the end.
 */
int mmlens_nl_watcher_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mmlens_watch *watch;
	void *header;
	int err;

	err = check_watcher(cb);
	if (err)
		return err;
	watch = mmlens_watch_next(cb->args[0]);
	if (!watch)
		return 0;
	err = -EMSGSIZE;
	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &mmlens_genl_family, NLM_F_MULTI,
			     MMLENS_CMD_WATCHER);
	if (header)
		err = put_watcher(skb, watch);
	cb->args[0] = watch->id;
	mmlens_watch_put();
	if (err)
		return err;
	genlmsg_end(skb, header);
	return skb->len;
}
