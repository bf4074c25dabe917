// SPDX-License-Identifier: GPL-2.0
/*
 * Who is killed for memory, and with how many points. A point is a page; the
 * adjustment adds or takes away thousandths of all memory that the killer looks
 * at, and how much that is only oom_kill_process() is told: so it is marked.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/oom.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <trace/events/oom.h>

#include "compat/mm.h"
#include "compat/oom.h"
#include "compat/trace.h"
#include "hook.h"
#include "mark.h"
#include "memory.h"
#include "oom.h"

/* A lock lets one task kill at a time, for all or for a cgroup. */
#define INSTANCES	64

static unsigned long rss_of(struct mm_struct *mm)
{
	return mmlens_oom_counter(mm, MM_ANONPAGES) +
	       mmlens_oom_counter(mm, MM_FILEPAGES) +
	       mmlens_oom_counter(mm, MM_SHMEMPAGES);
}

/* As oom_badness() does. */
static u64 points_of(struct task_struct *task, struct mm_struct *mm,
		     unsigned long total)
{
	long points = rss_of(mm) + mmlens_oom_counter(mm, MM_SWAPENTS) +
		      mm_pgtables_bytes(mm) / PAGE_SIZE;

	points += task->signal->oom_score_adj * (long)(total / 1000);
	return max(points, 0L);
}

/* The task is locked, and keeps its address space. */
static void on_victim(void *data, struct task_struct *task, uid_t uid)
{
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_OOM_VICTIM,
	};
	struct mmlens_mark mark;

	if (task->mm) {
		event.cookie = mmlens_mm_cookie(task->mm);
		event.pages = rss_of(task->mm);
		/* Who is dying anyway is not chosen, and has no points. */
		if (mmlens_mark_find(MMLENS_DOING_OOM, &mark))
			event.points = points_of(task, task->mm, mark.value);
	}
	mmlens_memory_tell(MMLENS_WATCH_KIND_OOM, &event, task);
}

static struct mmlens_hook hook;

static int on_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct oom_control *control =
		(void *)regs_get_kernel_argument(regs, 0);

	if (!mmlens_hook_live(&hook))
		return 1;
	mmlens_mark_begin(MMLENS_DOING_OOM, control->totalpages);
	return 0;
}

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct mmlens_mark mark;

	if (mmlens_hook_live(&hook))
		mmlens_mark_end(MMLENS_DOING_OOM, &mark);
	return 0;
}

static struct mmlens_hook hook = {
	.probe.entry_handler = on_entry,
	.probe.handler = on_return,
	.probe.maxactive = INSTANCES,
};

MMLENS_DEFINE_TRACE(victim, mark_victim, on_victim);

/**
 * mmlens_oom_attach() - begin to see victims
 *
 * Context: Process context. May sleep. Serialized by the caller. After
 * mmlens_mark_attach().
 * Return: 0; -EOPNOTSUPP if this kernel has no such tracepoint; or another
 * negative errno.
 */
int mmlens_oom_attach(void)
{
	int err = mmlens_hook_attach(&hook, "oom_kill_process");

	/* On a kernel without it there are no points, but victims. */
	if (err && err != -EOPNOTSUPP)
		return err;
	err = mmlens_trace_attach(&victim);
	if (err) {
		mmlens_hook_detach(&hook);
		mmlens_mark_forget(BIT(MMLENS_DOING_OOM));
	}
	return err;
}

/**
 * mmlens_oom_detach() - see them no more
 *
 * Context: Process context. May sleep. Serialized by the caller.
 */
void mmlens_oom_detach(void)
{
	mmlens_trace_detach(&victim);
	tracepoint_synchronize_unregister();
	mmlens_hook_detach(&hook);
	mmlens_mark_forget(BIT(MMLENS_DOING_OOM));
}
