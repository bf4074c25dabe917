// SPDX-License-Identifier: GPL-2.0
/*
 * Where an event happens, locks may be held of which nothing is known: it is
 * written to a ring there, an interrupt of its own has a work item queued, and
 * that sends.
 *
 * A message goes to the very socket that asked for the watch, and not to its
 * port, which another one may have taken over by now. Events take half of its
 * receive buffer: an answer that finds no room is dropped, and who waits for it
 * hears nothing. What has no room is kept and tried again, longer and longer
 * after. So who stops reading costs a message, and a look at it five times a
 * second; what happens then stays in the rings, and is lost and counted when
 * these are full.
 */
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "genl.h"
#include "send.h"

/* Events are put together for so long, in milliseconds. */
#define TOGETHER	10
#define BACKOFF_MOST	200

/* No more than two pages in a row: there may be none when it matters most. */
#define MESSAGE_SIZE	(SKB_WITH_OVERHEAD(8192) - NLMSG_HDRLEN - GENL_HDRLEN)
/* The largest record, with its VMA and its stack. */
#define EVENT_ROOM	1024

struct workqueue_struct *mmlens_wq;
static DEFINE_SPINLOCK(room_lock);

static void on_kick(struct irq_work *work)
{
	struct mmlens_watch *watch = container_of(work, struct mmlens_watch,
						  kick);
	bool full = atomic_read(&watch->unsent) >= watch->enough;

	/* What the socket has no room for is tried again in its own time. */
	if (full && !READ_ONCE(watch->skb))
		mod_delayed_work(mmlens_wq, &watch->send, 0);
	else
		queue_delayed_work(mmlens_wq, &watch->send,
				   msecs_to_jiffies(TOGETHER));
}

/**
 * mmlens_send_kick() - have what there is sent before long
 * @watch: the watch
 *
 * Context: Any, also in interrupts.
 */
void mmlens_send_kick(struct mmlens_watch *watch)
{
	irq_work_queue(&watch->kick);
}

/**
 * mmlens_send() - send an event, or count it as lost
 * @watch: the watch
 * @record: the event; its serial number is filled in
 *
 * Context: Any, also in interrupts.
 */
void mmlens_send(struct mmlens_watch *watch, struct mmlens_record *record)
{
	u64 serial = atomic64_inc_return(&watch->serial) - 1;
	size_t size = offsetof(struct mmlens_record, stack);
	int unsent;

	switch (record->kind) {
	case MMLENS_RECORD_FAULT:
		record->fault.serial = serial;
		size += record->depth * sizeof(record->stack[0]);
		break;
	case MMLENS_RECORD_EVICTION:
		record->eviction.serial = serial;
		break;
	case MMLENS_RECORD_MEMORY:
		record->memory.serial = serial;
		break;
	}
	/* Before it can be taken, so that no more are taken than were counted. */
	unsent = atomic_inc_return(&watch->unsent);
	if (!mmlens_ring_write(&watch->ring, record, size)) {
		/* Who came meanwhile was not the first, and has not kicked. */
		if (atomic_dec_return(&watch->unsent) > 0 &&
		    (unsent == 1 || unsent == watch->enough))
			mmlens_send_kick(watch);
	} else if (unsent == 1 || unsent == watch->enough) {
		mmlens_send_kick(watch);
	}
}

/**
 * mmlens_send_lost() - events that there was no room for
 * @watch: the watch
 *
 * Context: Any.
 * Return: their number.
 */
u64 mmlens_send_lost(const struct mmlens_watch *watch)
{
	u64 lost = 0;
	int cpu;

	if (!watch->ring.buffer)
		return 0;
	for_each_possible_cpu(cpu)
		lost += *per_cpu_ptr(watch->ring.lost, cpu);
	return lost;
}

static int put_vma(struct sk_buff *skb, struct mmlens_watch *watch, u32 index)
{
	int err;

	if (!index || test_bit(index - 1, watch->told) ||
	    !mmlens_tally_vma_is_ready(watch->tally, index))
		return 0;
	err = mmlens_genl_put_watched_vma(skb, watch->tally, index);
	if (!err)
		set_bit(index - 1, watch->told);
	return err;
}

static int put_stack(struct sk_buff *skb, const struct mmlens_record *record)
{
	struct nlattr *nest;
	unsigned int i;

	if (!record->depth)
		return 0;
	nest = nla_nest_start(skb, MMLENS_A_WATCH_STACK);
	if (!nest || nla_put_u64_64bit(skb, MMLENS_A_STACK_SERIAL,
				       record->fault.serial, MMLENS_A_STACK_PAD))
		return -EMSGSIZE;
	for (i = 0; i < record->depth; i++)
		if (nla_put_u64_64bit(skb, MMLENS_A_STACK_ADDRESS,
				      record->stack[i], MMLENS_A_STACK_PAD))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_record(struct sk_buff *skb, struct mmlens_watch *watch,
		      const struct mmlens_record *record)
{
	switch (record->kind) {
	case MMLENS_RECORD_FAULT:
		return put_vma(skb, watch, record->fault.vma) ?:
		       nla_put(skb, MMLENS_A_WATCH_FAULT,
			       sizeof(record->fault), &record->fault) ?:
		       put_stack(skb, record);
	case MMLENS_RECORD_EVICTION:
		return put_vma(skb, watch, record->eviction.vma) ?:
		       nla_put(skb, MMLENS_A_WATCH_EVICTION,
			       sizeof(record->eviction), &record->eviction);
	default:
		return nla_put(skb, MMLENS_A_WATCH_MEMORY,
			       sizeof(record->memory), &record->memory);
	}
}

/*
 * Takes from all processors as much as there is room for. Each message begins
 * with another one: none waits for ever behind one that is busier.
 */
static unsigned int fill(struct sk_buff *skb, struct mmlens_watch *watch)
{
	const struct mmlens_record *record;
	unsigned int taken = 0, i;

	/* One that only counts still says when it has ended. */
	if (!watch->ring.buffer)
		return 0;
	watch->first_cpu = (watch->first_cpu + 1) % nr_cpu_ids;
	for (i = 0; i < nr_cpu_ids; i++) {
		int cpu = (watch->first_cpu + i) % nr_cpu_ids;

		while (skb_tailroom(skb) >= EVENT_ROOM &&
		       (record = mmlens_ring_next(&watch->ring, cpu))) {
			WARN_ON_ONCE(put_record(skb, watch, record));
			taken++;
		}
	}
	atomic_sub(taken, &watch->unsent);
	return taken;
}

/* Will nothing happen any more? */
static bool is_over(const struct mmlens_watch *watch)
{
	return READ_ONCE(watch->stopped) ||
	       (!atomic_read(&watch->processes) &&
		!mmlens_watch_is_of_many(watch));
}

/* Is there anything to be said? Nobody else takes from the rings. */
static bool has_news(struct mmlens_watch *watch)
{
	return atomic_read(&watch->unsent) > 0 ||
	       mmlens_send_lost(watch) != watch->told_lost ||
	       (is_over(watch) && !watch->ended);
}

static struct sk_buff *new_message(struct mmlens_watch *watch)
{
	struct sk_buff *skb = genlmsg_new(MESSAGE_SIZE, GFP_KERNEL | __GFP_NORETRY |
					  __GFP_NOWARN);
	bool over = is_over(watch);
	u64 lost = mmlens_send_lost(watch);
	bool news;
	void *header;

	if (!skb)
		return NULL;
	header = genlmsg_put(skb, 0, 0, &mmlens_genl_family, 0,
			     MMLENS_CMD_EVENT);
	if (WARN_ON_ONCE(!header ||
			 nla_put_u32(skb, MMLENS_A_WATCH_ID, watch->id))) {
		nlmsg_free(skb);
		return NULL;
	}
	news = fill(skb, watch);
	if (lost != watch->told_lost &&
	    !nla_put_u64_64bit(skb, MMLENS_A_WATCH_LOST, lost, MMLENS_A_WATCH_PAD)) {
		watch->told_lost = lost;
		news = true;
	}
	/* After all that was done. */
	if (over && !watch->ended && atomic_read(&watch->unsent) <= 0 &&
	    !nla_put_flag(skb, MMLENS_A_WATCH_ENDED)) {
		watch->ended = true;
		news = true;
	}
	/* A record that is just being written has to wait for the next time. */
	if (!news) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, header);
	return skb;
}

/*
 * Where there is nothing yet, any message may come. A dump goes on while no more
 * than half is taken, too (netlink_recvmsg()). Watches of one socket send at once:
 * room_lock is for their sum. The socket's own lock a user can hold for as long as
 * they like (SO_ATTACH_FILTER, from memory that does not come).
 */
static int queue_events(struct sock *sk, struct sk_buff *skb)
{
	int taken, err = -ENOBUFS;

	spin_lock(&room_lock);
	taken = atomic_read(&sk->sk_rmem_alloc);
	if (!taken || taken + skb->truesize <= READ_ONCE(sk->sk_rcvbuf) / 2)
		err = sock_queue_rcv_skb(sk, skb);
	spin_unlock(&room_lock);
	return err;
}

static void send(struct work_struct *work)
{
	struct mmlens_watch *watch = container_of(to_delayed_work(work),
						  struct mmlens_watch, send);
	unsigned int wait = TOGETHER;

	while (watch->skb || has_news(watch)) {
		if (!watch->skb)
			WRITE_ONCE(watch->skb, new_message(watch));
		if (!watch->skb || queue_events(watch->sk, watch->skb)) {
			wait = watch->backoff;
			watch->backoff = min(2 * wait, BACKOFF_MOST);
			queue_delayed_work(mmlens_wq, &watch->send,
					   msecs_to_jiffies(wait));
			return;
		}
		WRITE_ONCE(watch->skb, NULL);
		watch->backoff = TOGETHER;
		cond_resched();
	}
}

/**
 * mmlens_send_init() - get ready to send
 * @watch: the watch, its wish and its socket filled in
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int mmlens_send_init(struct mmlens_watch *watch)
{
	init_irq_work(&watch->kick, on_kick);
	INIT_DELAYED_WORK(&watch->send, send);
	watch->backoff = TOGETHER;
	watch->enough = watch->wish.ring_bytes / 4 /
			offsetof(struct mmlens_record, stack);
	return watch->wish.kinds & ~MMLENS_WATCH_KIND_COUNT ?
	       mmlens_ring_init(&watch->ring, watch->wish.ring_bytes) : 0;
}

/**
 * mmlens_send_exit() - send nothing any more
 * @watch: a watch that nobody finds any more
 *
 * Context: Process context. May sleep.
 */
void mmlens_send_exit(struct mmlens_watch *watch)
{
	irq_work_sync(&watch->kick);
	cancel_delayed_work_sync(&watch->send);
	kfree_skb(watch->skb);
	mmlens_ring_free(&watch->ring);
}
