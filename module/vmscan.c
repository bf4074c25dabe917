// SPDX-License-Identifier: GPL-2.0
/*
 * What reclaim does: the threads of the nodes, lists, caches of the kernel, and
 * what is written.
 */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "compat/trace.h"
#include "compat/vmscan.h"
#include "lru.h"
#include "mark.h"
#include "memory.h"
#include "reclaim.h"

static void tell(struct mmlens_memory_event *event)
{
	mmlens_memory_tell(MMLENS_WATCH_KIND_RECLAIM, event, current);
}

static void on_wake(void *data, int node, int zone, int order)
{
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_KSWAPD_WAKE,
		.node = node,
		.order = order,
	};

	tell(&event);
}

static void on_sleep(void *data, int node)
{
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_KSWAPD_SLEEP,
		.node = node,
	};

	tell(&event);
}

/* In reclaim, generations are told as inactive lists. */
static enum mmlens_lru list_of(bool active, bool file)
{
	if (mmlens_lru_regime() == MMLENS_REGIME_GENERATIONS && !active)
		return MMLENS_LRU_GENERATION;
	if (active)
		return file ? MMLENS_LRU_ACTIVE_FILE : MMLENS_LRU_ACTIVE_ANON;
	return file ? MMLENS_LRU_INACTIVE_FILE : MMLENS_LRU_INACTIVE_ANON;
}

/* @file may be a list of files, too, so it is not just 0 or 1. */
static void tell_list(int node, unsigned long scanned, unsigned long reclaimed,
		      int priority, int file, bool active)
{
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_SHRINK_LIST,
		.node = node,
		.scanned = scanned,
		.pages = reclaimed,
		.priority = priority,
		.type = file ? MMLENS_LRU_TYPE_FILE : MMLENS_LRU_TYPE_ANON,
		.reason = list_of(active, file),
	};

	tell(&event);
}

static void on_inactive(void *data, int node, unsigned long scanned,
			unsigned long reclaimed, struct reclaim_stat *stat,
			int priority, int file)
{
	tell_list(node, scanned, reclaimed, priority, file, false);
}

static void on_active(void *data, int node, unsigned long taken,
		      unsigned long active, unsigned long deactivated,
		      unsigned long referenced, int priority, int file)
{
	tell_list(node, taken, 0, priority, file, true);
}

static void on_write(void *data, struct folio *folio)
{
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_WRITE_OUT,
		.node = folio_nid(folio),
		.pages = folio_nr_pages(folio),
		.address = folio_pfn(folio),
		.order = folio_order(folio),
		.type = folio_test_swapbacked(folio) ? MMLENS_LRU_TYPE_ANON :
						       MMLENS_LRU_TYPE_FILE,
	};

	tell(&event);
}

static MMLENS_SLAB_BEGIN_PROBE(on_slab_begin)
{
	mmlens_mark_begin(MMLENS_DOING_SLAB, scan);
}

/* Each cache is asked again and again: those that had nothing to do are many. */
static MMLENS_SLAB_END_PROBE(on_slab_end)
{
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_SHRINK_SLAB,
		.node = node,
		.pages = max(freed, 0),
	};
	struct mmlens_mark mark;

	mmlens_memory_since(&event, MMLENS_DOING_SLAB, &mark);
	if (mark.began)
		event.scanned = max((s64)mark.value - left, 0);
	if (event.scanned || event.pages)
		tell(&event);
}

MMLENS_DEFINE_TRACE(wake, mm_vmscan_kswapd_wake, on_wake);
MMLENS_DEFINE_TRACE(sleep, mm_vmscan_kswapd_sleep, on_sleep);
MMLENS_DEFINE_TRACE(inactive, mm_vmscan_lru_shrink_inactive, on_inactive);
MMLENS_DEFINE_TRACE(active, mm_vmscan_lru_shrink_active, on_active);
MMLENS_DEFINE_TRACE(write_out, mm_vmscan_write_folio, on_write);
MMLENS_DEFINE_TRACE(slab_begin, mm_shrink_slab_start, on_slab_begin);
MMLENS_DEFINE_TRACE(slab_end, mm_shrink_slab_end, on_slab_end);

static struct mmlens_trace *const traces[] = {
	&wake, &sleep, &inactive, &active, &write_out, &slab_end, &slab_begin,
};

/**
 * mmlens_vmscan_attach() - begin to see what reclaim does
 *
 * Context: Process context. May sleep. Serialized by the caller. After
 * mmlens_mark_attach().
 * Return: 0, -EOPNOTSUPP if this kernel has none of the tracepoints, or another
 * negative errno.
 */
int mmlens_vmscan_attach(void)
{
	return mmlens_traces_attach(traces, ARRAY_SIZE(traces));
}

/**
 * mmlens_vmscan_detach() - see it no more
 *
 * Context: Process context. May sleep. Serialized by the caller.
 */
void mmlens_vmscan_detach(void)
{
	mmlens_traces_detach(traces, ARRAY_SIZE(traces));
	mmlens_mark_forget(BIT(MMLENS_DOING_SLAB));
}
