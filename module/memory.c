// SPDX-License-Identifier: GPL-2.0
/*
 * What reclaim and the like do concerns everybody: a watch that asks for it is
 * told all of it, whomever the watch is about. Only what a processor flushes from
 * its TLB is told by the process that it ran.
 *
 * Where this happens, list and page table locks may be held and interrupts be
 * off; tracepoints may also be run with preemption on, and not under RCU.
 */
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "clock.h"
#include "memory.h"
#include "send.h"
#include "watch.h"

static bool is_about(const struct mmlens_watch *watch, struct task_struct *task)
{
	struct mmlens_watched *watched;

	if (mmlens_watch_is_of_many(watch))
		return mmlens_watch_covers(watch, task);
	mmlens_for_each_watched_tgid(watched, task_tgid(task))
		if (watched->watch == watch)
			return true;
	return false;
}

/**
 * mmlens_memory_tell() - tell all watches that asked for it
 * @watched: what they must have asked for
 * @event: the event; CPU and task are filled in, and the time if there is none
 * @task: whom it is about
 *
 * Context: Any, also in interrupts.
 */
void mmlens_memory_tell(enum mmlens_watch_kind watched,
			struct mmlens_memory_event *event,
			struct task_struct *task)
{
	struct mmlens_record record = { .kind = MMLENS_RECORD_MEMORY };
	struct mmlens_watch *watch;

	if (!event->time)
		event->time = ktime_get_mono_fast_ns();
	event->cpu = raw_smp_processor_id();
	memcpy(event->comm, task->comm, sizeof(event->comm));
	rcu_read_lock();
	mmlens_for_each_memory_watch(watch) {
		if (!(watch->wish.kinds & watched) ||
		    (watched == MMLENS_WATCH_KIND_TLB && !is_about(watch, task)))
			continue;
		record.memory = *event;
		record.memory.pid = task_tgid_nr_ns(task, watch->pids);
		record.memory.tid = task_pid_nr_ns(task, watch->pids);
		mmlens_send(watch, &record);
	}
	rcu_read_unlock();
}

/**
 * mmlens_memory_since() - tell when something began that ends now
 * @event: its time and duration are filled in; without a begin it has no
 *	duration
 * @doing: what the calling task was doing
 * @mark: filled; all zero without a begin
 *
 * Context: Process context. Does not sleep. mmlens_mark_attach() was called.
 */
void mmlens_memory_since(struct mmlens_memory_event *event,
			 enum mmlens_doing doing, struct mmlens_mark *mark)
{
	*mark = (struct mmlens_mark){ };
	event->time = ktime_get_mono_fast_ns();
	if (!mmlens_mark_end(doing, mark))
		return;
	event->time = mark->began;
	event->duration = mmlens_since(mark->began);
}
