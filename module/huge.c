// SPDX-License-Identifier: GPL-2.0
/*
 * Small pages that are collapsed into a large one, and large folios that are
 * split. That only a mapping is split, and the folio is not, is not told.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "clock.h"
#include "compat/huge.h"
#include "compat/mm.h"
#include "compat/trace.h"
#include "hook.h"
#include "huge.h"
#include "memory.h"

/* enum scan_result is no header's; on all kernels it begins with the failure. */
#define SCAN_SUCCEED	1

/* A split waits for locks: so many can be under way at once. */
#define INSTANCES	128

/**
 * struct split - a split under way
 * @began: when, CLOCK_MONOTONIC in nanoseconds
 * @pfn: first frame of the folio
 * @order: of the folio, before
 * @node: where it lies
 */
struct split {
	u64 began;
	unsigned long pfn;
	unsigned int order;
	int node;
};

static MMLENS_COLLAPSE_PROBE(on_collapse)
{
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_COLLAPSE,
		.pages = status == SCAN_SUCCEED ? 1UL << MMLENS_COLLAPSE_ORDER : 0,
		.order = MMLENS_COLLAPSE_ORDER,
		.cookie = mmlens_mm_cookie(mm),
		.reason = status,
	};

	mmlens_memory_tell(MMLENS_WATCH_KIND_HUGE, &event, current);
}

static struct mmlens_hook hook;

static int on_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct page *page = (void *)regs_get_kernel_argument(regs, 0);
	struct split *split = (void *)instance->data;
	/* Its caller has locked it. */
	struct folio *folio = page_folio(page);

	if (!mmlens_hook_live(&hook))
		return 1;
	*split = (struct split){
		.began = ktime_get_mono_fast_ns(),
		.pfn = folio_pfn(folio),
		.order = folio_order(folio),
		.node = folio_nid(folio),
	};
	return 0;
}

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct split *split = (void *)instance->data;
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_SPLIT,
		.time = split->began,
		.duration = mmlens_since(split->began),
		.pages = 1UL << split->order,
		.address = split->pfn,
		.order = split->order,
		.node = split->node,
	};

	if (mmlens_hook_live(&hook) && !(int)regs_return_value(regs))
		mmlens_memory_tell(MMLENS_WATCH_KIND_HUGE, &event, current);
	return 0;
}

static struct mmlens_hook hook = {
	.probe.entry_handler = on_entry,
	.probe.handler = on_return,
	.probe.data_size = sizeof(struct split),
	.probe.maxactive = INSTANCES,
};

MMLENS_DEFINE_TRACE(collapse, mm_collapse_huge_page, on_collapse);

/**
 * mmlens_huge_attach() - begin to see huge pages made and split
 *
 * Context: Process context. May sleep. Serialized by the caller.
 * Return: 0; -EOPNOTSUPP if this kernel can be probed for neither; -ENOMEM.
 */
int mmlens_huge_attach(void)
{
	int trace = mmlens_trace_attach(&collapse), split;

	if (trace && trace != -EOPNOTSUPP)
		return trace;
	/* One of the two is enough, if it is the kernel that lacks the other. */
	split = mmlens_hook_attach(&hook, MMLENS_SPLIT_FUNCTION);
	if (!split || (!trace && split == -EOPNOTSUPP))
		return 0;
	if (!trace) {
		mmlens_trace_detach(&collapse);
		tracepoint_synchronize_unregister();
	}
	return split;
}

/**
 * mmlens_huge_detach() - see it no more
 *
 * Context: Process context. May sleep. Serialized by the caller.
 */
void mmlens_huge_detach(void)
{
	mmlens_hook_detach(&hook);
	mmlens_trace_detach(&collapse);
	tracepoint_synchronize_unregister();
}
