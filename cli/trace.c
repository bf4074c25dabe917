// SPDX-License-Identifier: GPL-2.0
#include "trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "names_gen.h"
#include "quote.h"

/**
 * trace_begin() - begin a file
 * @trace: filled, to be ended also after a failure
 * @path: of the file; NULL for none
 * @f: told what went wrong
 *
 * Return: 0 or -errno.
 */
int trace_begin(struct trace *trace, const char *path, struct failure *f)
{
	memset(trace, 0, sizeof(*trace));
	if (!path)
		return 0;
	trace->path = path;
	trace->named = calloc(TRACE_NAMES, sizeof(*trace->named));
	if (!trace->named)
		return fail_memory(f);
	trace->file = fopen(path, "we");
	if (!trace->file)
		return fail(f, FAIL_OUTPUT, errno, "cannot open '%.256s': %s",
			    path, strerror(errno));
	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", trace->file);
	return 0;
}

/* Is the thread named for the first time? */
static bool is_new(struct trace *trace, uint32_t pid, uint32_t tid)
{
	uint64_t key = (uint64_t)pid << 32 | tid;
	uint32_t at = (uint32_t)(key * 0x9e3779b97f4a7c15 >> 32) % TRACE_NAMES;

	/* A table that is too full would be slow to search. */
	if (!key || trace->names > TRACE_NAMES / 2)
		return false;
	while (trace->named[at] && trace->named[at] != key)
		at = (at + 1) % TRACE_NAMES;
	if (trace->named[at])
		return false;
	trace->named[at] = key;
	trace->names++;
	return true;
}

static void begin(struct trace *trace)
{
	fputs(trace->comma ? ",\n" : "\n", trace->file);
	trace->comma = true;
}

static void name_thread(struct trace *trace, uint32_t pid, uint32_t tid,
			const uint8_t comm[16])
{
	char name[QUOTE_ROOM(16)];

	if (!is_new(trace, pid, tid))
		return;
	quote((const char *)comm, name, sizeof(name));
	/* A process has the name of whichever of its threads comes first. */
	if (tid == pid || is_new(trace, pid, 0)) {
		is_new(trace, pid, 0);
		begin(trace);
		fprintf(trace->file,
			"{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"args\":{\"name\":%s}}",
			pid, tid, name);
	}
	begin(trace);
	fprintf(trace->file,
		"{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"args\":{\"name\":%s}}",
		pid, tid, name);
}

/* Time is in microseconds there. */
static void put_times(struct trace *trace, uint64_t time, uint64_t length,
		      bool instant)
{
	if (instant)
		fprintf(trace->file,
			",\"ph\":\"i\",\"s\":\"t\",\"ts\":%" PRIu64 ".%03" PRIu64,
			time / 1000, time % 1000);
	else
		fprintf(trace->file,
			",\"ph\":\"X\",\"ts\":%" PRIu64 ".%03" PRIu64
			",\"dur\":%" PRIu64 ".%03" PRIu64, time / 1000,
			time % 1000, length / 1000, length % 1000);
}

static void write_fault(struct trace *trace, const struct happening *h,
			const struct watched_vma *vma)
{
	const struct mmlens_fault_event *e = &h->fault;
	char class[NAME_MAX_LEN], access[NAME_MAX_LEN], origin[NAME_MAX_LEN];
	char name[QUOTE_ROOM(128)];

	name_thread(trace, e->pid, e->tid, e->comm);
	begin(trace);
	fprintf(trace->file, "{\"name\":\"%s\",\"cat\":\"fault\"",
		name_of(&names_forecast, e->fault_class, class));
	put_times(trace, e->time, e->latency, false);
	fprintf(trace->file,
		",\"pid\":%u,\"tid\":%u,\"args\":{\"address\":\"0x%" PRIx64
		"\",\"access\":\"%s\",\"origin\":\"%s\",\"pages\":%u",
		e->pid, e->tid, (uint64_t)e->address,
		name_of(&names_access, e->access, access),
		name_of(&names_origin, e->origin, origin), e->pages);
	if (vma && vma->vma.name)
		fprintf(trace->file, ",\"vma\":%s",
			quote(vma->vma.name, name, sizeof(name)));
	if (h->refault)
		fprintf(trace->file, ",\"away_ns\":%" PRIu64, h->away);
	fputs("}}", trace->file);
}

static void write_eviction(struct trace *trace, const struct happening *h)
{
	const struct mmlens_eviction_event *e = &h->eviction;
	char state[NAME_MAX_LEN], evictor[NAME_MAX_LEN];
	char name[QUOTE_ROOM(16)];

	begin(trace);
	fprintf(trace->file, "{\"name\":\"evicted %s\",\"cat\":\"eviction\"",
		name_of(&names_state, e->state, state));
	put_times(trace, e->time, 0, true);
	fprintf(trace->file,
		",\"pid\":%u,\"tid\":%u,\"args\":{\"address\":\"0x%" PRIx64
		"\",\"pages\":%u,\"evictor\":\"%s\",\"by_pid\":%u,\"by_comm\":%s}}",
		e->pid, e->pid, (uint64_t)e->address, e->pages,
		name_of(&names_evictor, e->evictor, evictor), e->by_pid,
		quote((const char *)e->by_comm, name, sizeof(name)));
}

static void write_memory(struct trace *trace, const struct happening *h)
{
	const struct mmlens_memory_event *e = &h->memory;
	char kind[NAME_MAX_LEN];

	name_thread(trace, e->pid, e->tid, e->comm);
	begin(trace);
	fprintf(trace->file, "{\"name\":\"%s\",\"cat\":\"memory\"",
		name_of(&names_memory_kind, e->kind, kind));
	put_times(trace, e->time, e->duration, !e->duration);
	fprintf(trace->file,
		",\"pid\":%u,\"tid\":%u,\"args\":{\"node\":%u", e->pid,
		e->tid, e->node);
	if (e->pages == ALL_PAGES)
		fputs(",\"all_pages\":true", trace->file);
	else
		fprintf(trace->file, ",\"pages\":%" PRIu64,
			(uint64_t)e->pages);
	fprintf(trace->file, ",\"scanned\":%" PRIu64 "}}",
		(uint64_t)e->scanned);
}

/**
 * trace_flush() - have what was written so far arrive
 * @trace: the file; nothing is done without one
 *
 * Return: false if there is no room for it, which trace_end() tells.
 */
bool trace_flush(struct trace *trace)
{
	return !trace->file || (!fflush(trace->file) && !ferror(trace->file));
}

/**
 * trace_write() - write what happened
 * @trace: the file; nothing is done without one
 * @h: what happened
 * @vma: where, or NULL
 */
void trace_write(struct trace *trace, const struct happening *h,
		 const struct watched_vma *vma)
{
	if (!trace->file)
		return;
	switch (h->kind) {
	case HAPPENED_FAULT:
		write_fault(trace, h, vma);
		break;
	case HAPPENED_EVICTION:
		write_eviction(trace, h);
		break;
	case HAPPENED_MEMORY:
		write_memory(trace, h);
		break;
	case HAPPENED_LOSS:
		begin(trace);
		fprintf(trace->file,
			"{\"name\":\"%" PRIu64 " events lost\",\"cat\":\"loss\"",
			h->lost);
		fprintf(trace->file,
			",\"ph\":\"i\",\"s\":\"g\",\"ts\":%" PRIu64
			",\"pid\":0,\"tid\":0}", h->end / 1000);
		break;
	}
}

/**
 * trace_end() - end the file
 * @trace: what trace_begin() filled
 * @f: told if not all could be written
 *
 * Return: 0 or -errno.
 */
int trace_end(struct trace *trace, struct failure *f)
{
	int ret = 0;
	bool bad;

	free(trace->named);
	if (trace->file) {
		fputs("\n]}\n", trace->file);
		bad = ferror(trace->file);
		errno = 0;
		if (fclose(trace->file) || bad)
			ret = fail(f, FAIL_OUTPUT, errno ? errno : EIO,
				   "cannot write '%.256s': %s", trace->path,
				   strerror(errno ? errno : EIO));
	}
	memset(trace, 0, sizeof(*trace));
	return ret;
}
