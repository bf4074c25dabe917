// SPDX-License-Identifier: GPL-2.0
/* A fault that is over, as watches are told of it. */
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/stacktrace.h>

#include "compat/fault.h"
#include "compat/mm.h"
#include "fault_tell.h"
#include "kinds.h"
#include "send.h"
#include "watch.h"

static bool is_wanted_at(const struct mmlens_watch *watch, unsigned long address)
{
	return watch->wish.kinds & FAULTS && address >= watch->wish.start &&
	       address < watch->wish.end;
}

/**
 * mmlens_fault_is_wanted() - has a watch to do with faults there?
 * @watch: the watch
 * @fault: the fault
 *
 * Context: Any.
 * Return: true if so.
 */
bool mmlens_fault_is_wanted(const struct mmlens_watch *watch,
			    const struct mmlens_fault *fault)
{
	return is_wanted_at(watch, fault->address);
}

static u32 fault_flags(const struct mmlens_fault *fault)
{
	u32 flags = 0;

	if (fault->major)
		flags |= MMLENS_FAULT_FLAG_MAJOR;
	if (fault->end != MMLENS_FAULT_DONE)
		flags |= MMLENS_FAULT_FLAG_FAILED;
	if (fault->flags & MMLENS_FAULT_VMA_LOCK)
		flags |= MMLENS_FAULT_FLAG_VMA_LOCK;
	else if (fault->vma_lock)
		flags |= MMLENS_FAULT_FLAG_FELL_BACK;
	return flags;
}

/* Who reads or writes the memory of others is not for everybody to know. */
static bool may_know(const struct mmlens_watch *watch, const struct mmlens_fault *fault)
{
	return watch->admin || fault->origin != MMLENS_ORIGIN_REMOTE;
}

static void name_task(struct mmlens_watch *watch, const struct mmlens_fault *fault,
		      struct mmlens_fault_event *event)
{
	if (!may_know(watch, fault))
		return;
	event->pid = task_tgid_nr_ns(current, watch->pids);
	event->tid = task_pid_nr_ns(current, watch->pids);
	if (current->mm)
		event->ip = instruction_pointer(task_pt_regs(current));
	memcpy(event->comm, current->comm, sizeof(event->comm));
}

static void send(struct mmlens_watch *watch, const struct mmlens_fault *fault, u32 vma)
{
	struct mmlens_record record;

	record.kind = MMLENS_RECORD_FAULT;
	record.depth = 0;
	record.fault = (struct mmlens_fault_event){
		.time = fault->began,
		.latency = fault->latency,
		.address = fault->address,
		.cookie = mmlens_mm_cookie(fault->mm),
		.vma = vma,
		.pages = fault->pages,
		.flags = fault_flags(fault),
		.result = (__force u32)fault->result,
		.retries = fault->retries,
		.fault_class = fault->class,
		.access = fault->access,
		.origin = fault->origin,
		.level = fault->after.level,
		.cpu = raw_smp_processor_id(),
	};
	name_task(watch, fault, &record.fault);
	if (watch->wish.stacks)
		record.depth = stack_trace_save(record.stack,
						MMLENS_STACK_DEPTH, 0);
	mmlens_send(watch, &record);
}

static void tell(struct mmlens_watch *watch, const struct mmlens_fault *fault,
		 bool remote)
{
	const struct mmlens_wish *wish = &watch->wish;
	struct mmlens_counted counted = {
		.class = fault->class,
		.latency = fault->latency,
		.pages = fault->pages,
		.major = fault->major,
		.failed = fault->end != MMLENS_FAULT_DONE,
		.remote = remote,
		.nobody = !may_know(watch, fault),
		.nowhere = fault->origin == MMLENS_ORIGIN_SIGNAL,
	};

	if (!mmlens_fault_is_wanted(watch, fault) || !(wish->classes >> fault->class & 1))
		return;
	if (fault->vma)
		counted.vma = mmlens_tally_find_vma(watch->tally, fault->vma);
	mmlens_tally_fault(watch->tally, &counted, watch->pids);
	if (!(wish->kinds & MMLENS_WATCH_KIND_FAULT) ||
	    fault->latency < wish->min_latency)
		return;
	if (wish->sample > 1 &&
	    atomic64_inc_return(&watch->ticks) % wish->sample)
		return;
	send(watch, fault, counted.vma);
}

/* A child of vfork() has the memory of its parent, and counts of its own. */
static bool is_of_child(const struct mmlens_watched *watched)
{
	return !watched->watch->wish.follow &&
	       watched->tgid != task_tgid(current);
}

/**
 * mmlens_fault_tell() - tell a fault to all who watch where it was
 * @fault: the fault, which is over
 *
 * Context: Under RCU, in the task that made it. Does not sleep.
 */
void mmlens_fault_tell(const struct mmlens_fault *fault)
{
	bool remote = fault->origin == MMLENS_ORIGIN_REMOTE;
	struct mmlens_watched *watched;
	struct mmlens_watch *watch;

	mmlens_for_each_watched_mm(watched, fault->mm)
		tell(watched->watch, fault, remote || is_of_child(watched));
	mmlens_for_each_wide(watch)
		if (mmlens_watch_is_wide(watch))
			tell(watch, fault, remote);
}

/* Is a fault told to the watch as one in memory of the process itself? */
static bool is_own(const struct mmlens_watched *watched, const struct mm_struct *where)
{
	const struct mm_struct *mm = READ_ONCE(watched->mm);
	struct mmlens_watched *at;

	if (mm || current->mm != where)
		return mm == where;
	mmlens_for_each_watched_mm(at, where)
		if (at->watch == watched->watch)
			return true;
	return false;
}

/**
 * mmlens_fault_tell_elsewhere() - count a fault for who watches the calling task,
 * and not what it was in
 * @fault: the fault, which is over; others may well watch the memory that it was
 *	in
 *
 * Context: As mmlens_fault_tell().
 */
void mmlens_fault_tell_elsewhere(const struct mmlens_fault *fault)
{
	struct mmlens_watched *watched;

	if (fault->end != MMLENS_FAULT_DONE)
		return;
	mmlens_for_each_watched_tgid(watched, task_tgid(current))
		if (!is_own(watched, fault->mm))
			atomic64_inc(fault->major ?
				     &watched->watch->tally->elsewhere_major :
				     &watched->watch->tally->elsewhere_minor);
}

static void miss(struct mmlens_watch *watch, unsigned long address)
{
	if (is_wanted_at(watch, address))
		atomic64_inc(&watch->missed);
}

/**
 * mmlens_fault_tell_missed() - count a fault that is not looked at, for who would
 * have been told of it
 * @mm: the address space
 * @address: the address
 *
 * Context: Under RCU, in the task that makes it. Does not sleep.
 */
void mmlens_fault_tell_missed(struct mm_struct *mm, unsigned long address)
{
	struct mmlens_watched *watched;
	struct mmlens_watch *watch;

	mmlens_for_each_watched_mm(watched, mm)
		miss(watched->watch, address);
	mmlens_for_each_wide(watch)
		if (mmlens_watch_is_wide(watch))
			miss(watch, address);
	mmlens_for_each_watched_tgid(watched, task_tgid(current))
		if (!is_own(watched, mm))
			atomic64_inc(&watched->watch->missed);
}
