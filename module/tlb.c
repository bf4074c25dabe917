// SPDX-License-Identifier: GPL-2.0
/*
 * Flushes of the TLB: there are a great many. The scheduler makes some, with its
 * locks held.
 */
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <trace/events/tlb.h>

#include "compat/trace.h"
#include "memory.h"
#include "tlb.h"

static void on_flush(void *data, int reason, unsigned long pages)
{
	struct mmlens_memory_event event = {
		.kind = MMLENS_MEMORY_KIND_TLB_FLUSH,
		.pages = pages,
		.reason = reason,
	};

	mmlens_memory_tell(MMLENS_WATCH_KIND_TLB, &event, current);
}

MMLENS_DEFINE_TRACE(flush, tlb_flush, on_flush);

/**
 * mmlens_tlb_attach() - begin to see flushes
 *
 * Context: Process context. May sleep. Serialized by the caller.
 * Return: 0, -EOPNOTSUPP if this kernel has no such tracepoint, or another
 * negative errno.
 */
int mmlens_tlb_attach(void)
{
	return mmlens_trace_attach(&flush);
}

/**
 * mmlens_tlb_detach() - see them no more
 *
 * Context: Process context. May sleep. Serialized by the caller.
 */
void mmlens_tlb_detach(void)
{
	mmlens_trace_detach(&flush);
	tracepoint_synchronize_unregister();
}
