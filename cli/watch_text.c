// SPDX-License-Identifier: GPL-2.0
/* Events as lines, as they come. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "names_gen.h"
#include "row.h"
#include "say.h"
#include "swaps.h"
#include "text.h"
#include "watch.h"

/* What is told of those who are watched, and of the machine whoever they are. */
#define OF_PROCESSES (MMLENS_WATCH_KIND_FAULT | MMLENS_WATCH_KIND_EVICTION)
#define OF_MACHINE (MMLENS_WATCH_KIND_RECLAIM | MMLENS_WATCH_KIND_COMPACTION | \
		    MMLENS_WATCH_KIND_HUGE | MMLENS_WATCH_KIND_OOM)

/* Are there lines of more than one process? */
static bool is_of_many(const struct watching *w)
{
	return !w->whom.process || w->whom.query.follow ||
	       w->wanted & OF_MACHINE;
}

static void put_time(const struct watching *w, struct row *row, uint64_t time)
{
	/* What was under way when the watch began, has begun before. */
	row_put(row, ROW_TIME, PAINT_DIM, "%.6f", time > w->began ?
		(double)(time - w->began) / 1e9 : 0.0);
}

static void put_who(const struct watching *w, struct row *row, uint32_t tid,
		    const uint8_t comm[16])
{
	const struct term *term = row->term;
	char safe[80], name[80];

	row_put(row, row_tid_width(), PAINT_NONE, "%u", tid);
	if (!is_of_many(w))
		return;
	text_safe((const char *)comm, safe, sizeof(safe));
	row_put(row, -ROW_COMM, PAINT_NONE, "%s",
		text_cut(safe, ROW_COMM, term->utf8, name, sizeof(name)));
}

/* How it comes to be seen is of no interest, if it can be told apart. */
static void print_stack(const struct watching *w, const struct happening *h)
{
	const struct term *term = &w->c->term;
	char text[SYMBOL_TEXT];
	size_t i;

	if (!h->stack)
		return;
	for (i = symbols_skip(&w->symbols, h->stack->address, h->stack->count);
	     i < h->stack->count; i++)
		printf("%*s%s%s%s\n", ROW_TIME + row_tid_width() + 2, "",
		       term_on(term, PAINT_DIM),
		       symbol_text(&w->symbols, h->stack->address[i], text),
		       term_off(term));
}

/* " x16", but nothing for a single page. */
static const char *times(const struct row *row, uint64_t pages,
			 char to[NAME_MAX_LEN])
{
	to[0] = '\0';
	if (pages > 1)
		snprintf(to, NAME_MAX_LEN, " %s%" PRIu64,
			 row->term->utf8 ? "\u00d7" : "x", pages);
	return to;
}

static void show_fault(const struct watching *w, const struct happening *h,
		       const struct watched_vma *vma)
{
	const struct mmlens_fault_event *e = &h->fault;
	struct row row = { .term = &w->c->term, .narrow = w->narrow };
	enum paint paint = paint_of_forecast(e->fault_class);
	char class[NAME_MAX_LEN], text[SIZE_TEXT], notes[256] = "";
	char behind[NAME_MAX_LEN];

	put_time(w, &row, h->end);
	put_who(w, &row, e->tid, e->comm);
	row_put(&row, -ROW_WHAT, paint, "%-12s %c",
		name_of(&names_forecast, e->fault_class, class),
		e->access < 3 ? "rwx"[e->access] : '?');
	/* No handler was reached, and so none took its time. */
	if (e->origin == MMLENS_ORIGIN_SIGNAL)
		row_put(&row, ROW_LATENCY + 1 + ROW_BAR, PAINT_NONE, "%s", "");
	else
		row_put_latency(&row, e->latency, paint);
	row_put(&row, ROW_ADDRESS, PAINT_NONE, "%" PRIx64, (uint64_t)e->address);
	if (e->origin == MMLENS_ORIGIN_KERNEL)
		note(notes, sizeof(notes), "by kernel");
	else if (e->origin == MMLENS_ORIGIN_GUP)
		note(notes, sizeof(notes), "by gup");
	else if (e->origin == MMLENS_ORIGIN_REMOTE)
		note(notes, sizeof(notes), "remote");
	else if (e->origin == MMLENS_ORIGIN_SIGNAL)
		note(notes, sizeof(notes), e->result == SEGV_MAPERR ? "no VMA" :
		     e->result == SEGV_ACCERR ? "no right" : "si_code %u",
		     e->result);
	if (h->refault)
		note(notes, sizeof(notes), "back after %s",
		     text_time(h->away, text));
	if (e->flags & MMLENS_FAULT_FLAG_MAJOR)
		note(notes, sizeof(notes), "major");
	if (e->flags & MMLENS_FAULT_FLAG_FAILED &&
	    e->origin != MMLENS_ORIGIN_SIGNAL)
		note(notes, sizeof(notes), "failed");
	if (e->retries)
		note(notes, sizeof(notes), e->retries == 1 ? "retried" :
		     "retried %ux", e->retries);
	if (e->flags & MMLENS_FAULT_FLAG_FELL_BACK)
		note(notes, sizeof(notes), "mmap_lock");
	row_put_rest(&row, vma, e->address, times(&row, e->pages, behind), notes);
	print_stack(w, h);
}

/* Where the page stood, of what was seen of it last. */
static void note_seen(char *notes, size_t size, const struct happening *h)
{
	const struct seen *seen = &h->seen;
	char age[SIZE_TEXT], ago[SIZE_TEXT], rank[NAME_MAX_LEN];
	uint64_t now = h->end / 1000000;

	text_age(age_of(seen->when, now), ago);
	if (seen->lru == MMLENS_LRU_GENERATION)
		note(notes, size, "%s old in %s generation, seen %s before",
		     text_age(age_of(seen->birth, seen->when), age),
		     text_rank(seen->younger, rank), ago);
	else
		note(notes, size, "%s, seen %s before",
		     name_of(&names_lru, seen->lru, rank), ago);
}

static void show_eviction(const struct watching *w, const struct happening *h,
			  const struct watched_vma *vma)
{
	const struct mmlens_eviction_event *e = &h->eviction;
	static const uint8_t nobody[16];
	struct row row = { .term = &w->c->term, .narrow = w->narrow };
	char state[NAME_MAX_LEN], evictor[NAME_MAX_LEN], notes[256] = "";
	const char *by = name_of(&names_evictor, e->evictor, evictor);
	char behind[NAME_MAX_LEN * 2];
	size_t n;
	bool has_pid = e->evictor != MMLENS_EVICTOR_KSWAPD && e->by_pid;

	put_time(w, &row, h->end);
	put_who(w, &row, e->pid, nobody);
	row_put(&row, -ROW_WHAT, PAINT_AWAY, "evicted %s",
		name_of(&names_state, e->state, state));
	if (has_pid)
		row_put(&row, -(ROW_LATENCY + 1 + ROW_BAR), PAINT_KERNEL,
			"%.6s %u", by, e->by_pid);
	else
		row_put(&row, -(ROW_LATENCY + 1 + ROW_BAR), PAINT_KERNEL,
			"%s", by);
	row_put(&row, ROW_ADDRESS, PAINT_NONE, "%" PRIx64, (uint64_t)e->address);
	n = strlen(times(&row, e->pages, behind));
	if (e->swapped)
		snprintf(behind + n, sizeof(behind) - n, " %s%u:%" PRIx64,
			 row.term->utf8 ? "\u2192" : ">", e->swap_type,
			 (uint64_t)e->swap_offset);
	if (h->has_seen)
		note_seen(notes, sizeof(notes), h);
	row_put_rest(&row, vma, e->address, behind, notes);
}

/* What was done, in words; the numbers mean different things. */
static void memory_words(const struct watching *w,
			 const struct mmlens_memory_event *e, uint64_t count,
			 char *to, size_t size)
{
	char pages[SIZE_TEXT * 2], scanned[SIZE_TEXT * 2], type[NAME_MAX_LEN];
	char amount[SIZE_TEXT * 2];

	text_count(e->pages, pages);
	text_count(e->scanned, scanned);
	switch (e->kind) {
	case MMLENS_MEMORY_KIND_KSWAPD_WAKE:
	case MMLENS_MEMORY_KIND_KSWAPD_SLEEP:
		note(to, size, "node %u", e->node);
		if (e->order)
			note(to, size, "for order %u", e->order);
		break;
	case MMLENS_MEMORY_KIND_DIRECT_RECLAIM:
	case MMLENS_MEMORY_KIND_MEMCG_RECLAIM:
		note(to, size, "%s pages reclaimed", pages);
		if (e->order)
			note(to, size, "for order %u", e->order);
		break;
	case MMLENS_MEMORY_KIND_SHRINK_LIST:
		/* A second try takes what the first has scanned. */
		if (e->scanned)
			note(to, size, "%s: %s of %s taken",
			     name_of(&names_lru_type, e->type, type), pages,
			     scanned);
		else
			note(to, size, "%s: %s taken",
			     name_of(&names_lru_type, e->type, type), pages);
		note(to, size, "priority %u", e->priority);
		break;
	case MMLENS_MEMORY_KIND_WRITE_OUT:
		note(to, size, "%s, %s page%s from frame %" PRIx64 " on",
		     name_of(&names_lru_type, e->type, type), pages,
		     e->pages == 1 ? "" : "s", (uint64_t)e->address);
		break;
	case MMLENS_MEMORY_KIND_SHRINK_SLAB:
		note(to, size, "%s of %s objects freed", pages, scanned);
		break;
	case MMLENS_MEMORY_KIND_COMPACTION:
		note(to, size, "node %u, order %u", e->node, e->order);
		break;
	case MMLENS_MEMORY_KIND_MIGRATION:
		note(to, size, "%s pages moved", pages);
		if (e->scanned)
			note(to, size, "%s not", scanned);
		break;
	case MMLENS_MEMORY_KIND_COLLAPSE:
		note(to, size, "%s pages", pages);
		if (e->address)
			note(to, size, "at %" PRIx64, (uint64_t)e->address);
		break;
	case MMLENS_MEMORY_KIND_SPLIT:
		note(to, size, "order %u, frame %" PRIx64, e->order,
		     (uint64_t)e->address);
		break;
	case MMLENS_MEMORY_KIND_OOM_VICTIM:
		note(to, size, "%" PRIu64 " points, %s resident",
		     (uint64_t)e->points,
		     text_size(e->pages * w->c->page_size,
			       w->c->options.bytes, amount));
		break;
	case MMLENS_MEMORY_KIND_TLB_FLUSH:
		if (e->pages == ALL_PAGES)
			note(to, size, "all pages");
		else
			note(to, size, "%s page%s", pages,
			     e->pages == 1 ? "" : "s");
		break;
	}
	if (count > 1)
		note(to, size, "%s times", text_count(count, amount));
}

static void show_memory(const struct watching *w, const struct happening *h)
{
	const struct mmlens_memory_event *e = &h->memory;
	enum paint paint = e->kind == MMLENS_MEMORY_KIND_OOM_VICTIM ?
			   PAINT_BAD : PAINT_KERNEL;
	struct row row = { .term = &w->c->term, .narrow = w->narrow };
	char kind[NAME_MAX_LEN], words[256] = "";

	put_time(w, &row, h->end);
	put_who(w, &row, e->tid, e->comm);
	row_put(&row, -ROW_WHAT, paint, "%s",
		name_of(&names_memory_kind, e->kind, kind));
	if (e->duration)
		row_put_latency(&row, e->duration, paint);
	else
		row_put(&row, ROW_LATENCY + 1 + ROW_BAR, PAINT_NONE, "%s", "");
	memory_words(w, e, w->held_count, words, sizeof(words));
	row_put_rest(&row, NULL, 0, "", words);
}

static void show_now(const struct watching *w, const struct happening *h,
		     const struct watched_vma *vma)
{
	const struct term *term = &w->c->term;
	char count[SIZE_TEXT * 2];

	switch (h->kind) {
	case HAPPENED_FAULT:
		show_fault(w, h, vma);
		break;
	case HAPPENED_EVICTION:
		show_eviction(w, h, vma);
		break;
	case HAPPENED_MEMORY:
		show_memory(w, h);
		break;
	case HAPPENED_LOSS:
		printf("%*s %s%s %s event%s lost%s\n", ROW_TIME, "",
		       term_on(term, PAINT_BAD), term->utf8 ? "\u2026" : "...",
		       text_count(h->lost, count), h->lost == 1 ? "" : "s",
		       term_off(term));
		break;
	}
}

/* Is it the neighbour of what was evicted before, and went the same way? */
static bool continues_eviction(const struct watching *w,
			       const struct happening *held,
			       const struct happening *h)
{
	const struct mmlens_eviction_event *a = &held->eviction;
	const struct mmlens_eviction_event *b = &h->eviction;

	return a->cookie == b->cookie && a->vma == b->vma &&
	       a->address + a->pages * w->c->page_size == b->address &&
	       a->state == b->state && a->evictor == b->evictor &&
	       a->by_pid == b->by_pid && a->swapped == b->swapped &&
	       (!a->swapped || (a->swap_type == b->swap_type &&
				a->swap_offset + a->pages == b->swap_offset)) &&
	       held->has_seen == h->has_seen &&
	       held->seen.lru == h->seen.lru &&
	       held->seen.generation == h->seen.generation &&
	       held->seen.birth == h->seen.birth;
}

/* Is it more of the same, in one piece? What has a length stands for itself. */
static bool continues_memory(const struct happening *held,
			     const struct happening *h)
{
	const struct mmlens_memory_event *a = &held->memory;
	const struct mmlens_memory_event *b = &h->memory;

	if (a->kind != b->kind || a->tid != b->tid || a->type != b->type ||
	    a->node != b->node || a->order != b->order ||
	    a->priority != b->priority || a->duration || b->duration)
		return false;
	if (a->kind == MMLENS_MEMORY_KIND_WRITE_OUT)
		return a->address + a->pages == b->address;
	return a->kind == MMLENS_MEMORY_KIND_SHRINK_LIST ||
	       a->kind == MMLENS_MEMORY_KIND_SHRINK_SLAB;
}

/* Equal neighbours in one row, as everywhere. */
static bool joins(struct watching *w, const struct happening *h)
{
	struct happening *held = &w->held;

	if (!w->held_count || held->kind != h->kind)
		return false;
	if (h->kind == HAPPENED_EVICTION && continues_eviction(w, held, h)) {
		held->eviction.pages += h->eviction.pages;
	} else if (h->kind == HAPPENED_MEMORY && continues_memory(held, h)) {
		held->memory.pages += h->memory.pages;
		held->memory.scanned += h->memory.scanned;
		/* Of what is one piece, nobody wants to know how many it was. */
		if (h->memory.kind != MMLENS_MEMORY_KIND_WRITE_OUT)
			w->held_count++;
	} else {
		return false;
	}
	held->end = h->end;
	return true;
}

/**
 * watch_text_flush() - print what may have had a neighbour, and has none
 * @w: the run
 */
void watch_text_flush(struct watching *w)
{
	const struct happening *held = &w->held;

	if (!w->held_count)
		return;
	show_now(w, held, held->kind == HAPPENED_EVICTION ?
		 watched_vma_of(&w->watch.vmas, held->eviction.vma) : NULL);
	w->held_count = 0;
}

/**
 * watch_text_show() - print what happened
 * @w: the run
 * @h: what happened
 * @vma: where, or NULL
 */
void watch_text_show(struct watching *w, const struct happening *h,
		     const struct watched_vma *vma)
{
	if (joins(w, h))
		return;
	watch_text_flush(w);
	if (h->kind != HAPPENED_EVICTION && h->kind != HAPPENED_MEMORY) {
		show_now(w, h, vma);
		return;
	}
	w->held = *h;
	w->held_count = 1;
}

static void headline(const struct watching *w)
{
	const struct context *c = w->c;
	char name[256], kinds[256];

	text_flags(&names_watch_kind, w->wanted, kinds, sizeof(kinds));
	if (w->whom.process) {
		text_safe(c->target.comm, name, sizeof(name));
		say(&c->term, PAINT_HEAD, "%s (PID %d)%s: %s", name,
		    c->target.pid, w->whom.query.follow ? " and its children" : "",
		    kinds);
	} else if (c->options.cgroup) {
		text_safe(c->options.cgroup, name, sizeof(name));
		say(&c->term, PAINT_HEAD, "cgroup %s: %s", name, kinds);
	} else {
		say(&c->term, PAINT_HEAD, "%s: %s", w->wanted & OF_PROCESSES ?
		    "all processes" : "this machine", kinds);
	}
	if (w->wanted & OF_MACHINE && !w->machine) {
		text_flags(&names_watch_kind, w->wanted & OF_MACHINE, kinds,
			   sizeof(kinds));
		say(&c->term, PAINT_NONE, "Of the whole machine: %s.", kinds);
	}
}

static void headings(const struct watching *w)
{
	struct row row = { .term = &w->c->term, .narrow = w->narrow };

	putchar('\n');
	row_put(&row, ROW_TIME, PAINT_HEAD, "TIME");
	row_put(&row, row_tid_width(), PAINT_HEAD, "TID");
	if (is_of_many(w))
		row_put(&row, -ROW_COMM, PAINT_HEAD, "COMM");
	row_put(&row, -ROW_WHAT, PAINT_HEAD, "EVENT");
	row_put(&row, ROW_LATENCY, PAINT_HEAD, "TOOK");
	row_put(&row, -ROW_BAR, PAINT_HEAD, "%s", "");
	if (w->wanted & OF_PROCESSES) {
		row_put(&row, ROW_ADDRESS, PAINT_HEAD, "ADDRESS");
		row_put(&row, 0, PAINT_HEAD, "WHERE");
	}
	row_print(&row);
}

/**
 * watch_text_begin() - print what stands above the lines
 * @w: the run
 */
void watch_text_begin(struct watching *w)
{
	w->narrow = isatty(STDOUT_FILENO);
	headline(w);
	if (w->remark)
		say(&w->c->term, PAINT_NONE, "%s", w->remark);
	if (!w->c->options.watch.summary)
		headings(w);
	fflush(stdout);
}
