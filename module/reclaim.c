// SPDX-License-Identifier: GPL-2.0
/*
 * Who reclaims memory. A task that does it for itself or for a cgroup says when
 * it begins and when it has done: this is marked, so that what happens meanwhile
 * can be laid at its door, and told as one event at its end.
 */
#include <linux/sched.h>
#include <linux/swap.h>

#include "compat/trace.h"
#include "compat/vmscan.h"
#include "mark.h"
#include "memory.h"
#include "reclaim.h"

static void end(enum mmlens_doing doing, enum mmlens_memory_kind kind,
		unsigned long reclaimed)
{
	struct mmlens_memory_event event = {
		.kind = kind,
		.pages = reclaimed,
	};
	struct mmlens_mark mark;

	mmlens_memory_since(&event, doing, &mark);
	event.order = mark.value;
	mmlens_memory_tell(MMLENS_WATCH_KIND_RECLAIM, &event, current);
}

static MMLENS_RECLAIM_BEGIN_PROBE(on_direct_begin)
{
	mmlens_mark_begin(MMLENS_DOING_DIRECT, order);
}

static MMLENS_RECLAIM_END_PROBE(on_direct_end)
{
	end(MMLENS_DOING_DIRECT, MMLENS_MEMORY_KIND_DIRECT_RECLAIM, reclaimed);
}

/* Of its own node first, before another one has to help out. */
static void on_node_begin(void *data, int node, int order, gfp_t gfp)
{
	mmlens_mark_begin(MMLENS_DOING_DIRECT, order);
}

static MMLENS_RECLAIM_BEGIN_PROBE(on_memcg_begin)
{
	mmlens_mark_begin(MMLENS_DOING_MEMCG, order);
}

static MMLENS_RECLAIM_END_PROBE(on_memcg_end)
{
	end(MMLENS_DOING_MEMCG, MMLENS_MEMORY_KIND_MEMCG_RECLAIM, reclaimed);
}

MMLENS_DEFINE_TRACE(direct_begin, mm_vmscan_direct_reclaim_begin,
		    on_direct_begin);
MMLENS_DEFINE_TRACE(direct_end, mm_vmscan_direct_reclaim_end, on_direct_end);
MMLENS_DEFINE_TRACE(node_begin, mm_vmscan_node_reclaim_begin, on_node_begin);
MMLENS_DEFINE_TRACE(node_end, mm_vmscan_node_reclaim_end, on_direct_end);
MMLENS_DEFINE_TRACE(memcg_begin, mm_vmscan_memcg_reclaim_begin,
		    on_memcg_begin);
MMLENS_DEFINE_TRACE(memcg_end, mm_vmscan_memcg_reclaim_end, on_memcg_end);

/* An end is there before its begin, and longer. */
static struct mmlens_trace *const traces[] = {
	&direct_end, &direct_begin, &node_end, &node_begin,
	&memcg_end, &memcg_begin,
};

/**
 * mmlens_reclaim_evictor() - as what the calling task takes pages away
 *
 * Context: Process context. Does not sleep. After mmlens_reclaim_attach().
 * Return: what it is.
 */
enum mmlens_evictor mmlens_reclaim_evictor(void)
{
	struct mmlens_mark mark;

	if (current_is_kswapd())
		return MMLENS_EVICTOR_KSWAPD;
	if (mmlens_mark_find(MMLENS_DOING_MEMCG, &mark))
		return MMLENS_EVICTOR_MEMCG;
	if (mmlens_mark_find(MMLENS_DOING_DIRECT, &mark))
		return MMLENS_EVICTOR_DIRECT;
	/*
	 * reclaim_pages() sets it for what madvise() and process_madvise() were
	 * given. Of threads of the kernel, DAMON comes this way.
	 */
	return (current->flags & (PF_MEMALLOC | PF_KTHREAD)) == PF_MEMALLOC ?
	       MMLENS_EVICTOR_ADVICE : MMLENS_EVICTOR_OTHER;
}

/**
 * mmlens_reclaim_attach() - begin to see who reclaims
 *
 * Context: Process context. May sleep. Serialized by the caller. After
 * mmlens_mark_attach().
 * Return: 0, -EOPNOTSUPP if this kernel has none of the tracepoints, or another
 * negative errno.
 */
int mmlens_reclaim_attach(void)
{
	return mmlens_traces_attach(traces, ARRAY_SIZE(traces));
}

/**
 * mmlens_reclaim_detach() - see it no more
 *
 * Context: Process context. May sleep. Serialized by the caller.
 */
void mmlens_reclaim_detach(void)
{
	mmlens_traces_detach(traces, ARRAY_SIZE(traces));
	mmlens_mark_forget(BIT(MMLENS_DOING_DIRECT) | BIT(MMLENS_DOING_MEMCG));
}
