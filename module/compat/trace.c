// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/string.h>

#include "trace.h"

static void find(struct tracepoint *point, void *data)
{
	struct mmlens_trace *trace = data;

	if (!strcmp(point->name, trace->name))
		trace->point = point;
}

/**
 * mmlens_trace_attach() - have a function called at its tracepoint
 * @trace: both
 *
 * Context: Process context. May sleep.
 * Return: 0, -EOPNOTSUPP if this kernel has no such tracepoint, or another
 * negative errno.
 */
int mmlens_trace_attach(struct mmlens_trace *trace)
{
	int err;

	trace->point = NULL;
	for_each_kernel_tracepoint(find, trace);
	if (!trace->point)
		return -EOPNOTSUPP;
	err = tracepoint_probe_register(trace->point, trace->probe, NULL);
	if (err)
		trace->point = NULL;
	return err;
}

/**
 * mmlens_trace_detach() - have it called no more
 * @trace: what was attached, or not
 *
 * Context: Process context. May sleep. The function may still run until
 * tracepoint_synchronize_unregister().
 */
void mmlens_trace_detach(struct mmlens_trace *trace)
{
	if (trace->point)
		tracepoint_probe_unregister(trace->point, trace->probe, NULL);
	trace->point = NULL;
}

/**
 * mmlens_traces_attach() - have functions called at those of their tracepoints
 *	that this kernel has
 * @traces: them
 * @count: how many
 *
 * Context: Process context. May sleep.
 * Return: 0, -EOPNOTSUPP if this kernel has none of them, or another negative
 * errno.
 */
int mmlens_traces_attach(struct mmlens_trace *const *traces, unsigned int count)
{
	unsigned int i, found = 0;
	int err;

	for (i = 0; i < count; i++) {
		err = mmlens_trace_attach(traces[i]);
		if (err && err != -EOPNOTSUPP) {
			mmlens_traces_detach(traces, i);
			return err;
		}
		found += !err;
	}
	return found ? 0 : -EOPNOTSUPP;
}

/**
 * mmlens_traces_detach() - have them called no more
 * @traces: what was attached, or not
 * @count: how many
 *
 * Context: Process context. May sleep. None of them runs any more afterwards.
 */
void mmlens_traces_detach(struct mmlens_trace *const *traces, unsigned int count)
{
	while (count--)
		mmlens_trace_detach(traces[count]);
	tracepoint_synchronize_unregister();
}
