// SPDX-License-Identifier: GPL-2.0
/* Pages that are moved, for larger blocks or for other reasons. */
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "compat/move.h"
#include "compat/trace.h"
#include "mark.h"
#include "memory.h"
#include "move.h"

static void on_begin(void *data, struct compact_control *cc,
		     unsigned long start, unsigned long end, bool sync)
{
	mmlens_mark_begin(MMLENS_DOING_COMPACTION, 0);
}

static u32 node_of(unsigned long pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	return page ? page_to_nid(page) : 0;
}

static void on_end(void *data, struct compact_control *cc, unsigned long start,
		   unsigned long end, bool sync, int status)
{
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_COMPACTION,
		.node = node_of(start),
		.reason = status,
	};
	struct mmlens_mark mark;

	mmlens_memory_since(&event, MMLENS_DOING_COMPACTION, &mark);
	mmlens_memory_tell(MMLENS_WATCH_KIND_COMPACTION, &event, current);
}

static MMLENS_MIGRATE_PROBE(on_migrate)
{
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_MIGRATION,
		.pages = moved,
		.scanned = failed,
		.reason = reason,
	};

	mmlens_memory_tell(MMLENS_WATCH_KIND_COMPACTION, &event, current);
}

MMLENS_DEFINE_TRACE(compaction_begin, mm_compaction_begin, on_begin);
MMLENS_DEFINE_TRACE(compaction_end, mm_compaction_end, on_end);
MMLENS_DEFINE_TRACE(migrate, mm_migrate_pages, on_migrate);

static struct mmlens_trace *const traces[] = {
	&compaction_end, &compaction_begin, &migrate,
};

/**
 * mmlens_move_attach() - begin to see pages move
 *
 * Context: Process context. May sleep. Serialized by the caller. After
 * mmlens_mark_attach().
 * Return: 0, -EOPNOTSUPP if this kernel has none of the tracepoints, or another
 * negative errno.
 */
int mmlens_move_attach(void)
{
	return mmlens_traces_attach(traces, ARRAY_SIZE(traces));
}

/**
 * mmlens_move_detach() - see it no more
 *
 * Context: Process context. May sleep. Serialized by the caller.
 */
void mmlens_move_detach(void)
{
	mmlens_traces_detach(traces, ARRAY_SIZE(traces));
	mmlens_mark_forget(BIT(MMLENS_DOING_COMPACTION));
}
