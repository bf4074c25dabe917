/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_TRACE_H
#define MMLENS_TRACE_H

#include <stdio.h>

#include "fail.h"
#include "happening.h"

/*
 * A file in the trace event format, which Perfetto and chrome://tracing load:
 * what takes time is drawn on the line of its thread.
 */

/* Threads whose names are written; those of more are not. */
#define TRACE_NAMES 65536

struct trace {
	FILE *file;		/* NULL: there is none */
	const char *path;
	uint64_t *named;	/* PID and TID, in a table of TRACE_NAMES */
	uint32_t names;
	bool comma;
};

int trace_begin(struct trace *trace, const char *path, struct failure *f);
void trace_write(struct trace *trace, const struct happening *h,
		 const struct watched_vma *vma);
bool trace_flush(struct trace *trace);
int trace_end(struct trace *trace, struct failure *f);

#endif
