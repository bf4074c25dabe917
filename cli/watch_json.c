// SPDX-License-Identifier: GPL-2.0
/*
 * Events as JSON, one object a line. There may be a hundred thousand a second:
 * so they are written straight away, without a tree of objects before.
 */
#include <inttypes.h>
#include <stdio.h>

#include "names_gen.h"
#include "quote.h"
#include "watch.h"

/**
 * watch_json_begin() - print the first line
 * @w: the run
 */
void watch_json_begin(struct watching *w)
{
	struct context *c = w->c;
	struct json_object *object = js_object(c->root, "watch");

	if (w->whom.process)
		context_who(c, object);
	else if (w->whom.query.has_cgroup)
		js_number(object, "cgroup", w->whom.query.cgroup);
	else
		js_bool(object, "everything", true);
	if (w->whom.process)
		js_hex(object, "cookie", w->watch.begun.cookie);
	js_flags(object, "kinds", &names_watch_kind, w->wanted);
	js_number(object, "began_ns", w->began);
	if (w->remark)
		js_text(object, "remark", w->remark);
	puts(js_string(c->root, false));
	fflush(stdout);
	/* What goes wrong from now on stands in a line of its own. */
	json_object_put(c->root);
	c->root = NULL;
	c->lines = true;
}

static void put_vma(const struct watched_vma *at)
{
	char kind[NAME_MAX_LEN], name[QUOTE_ROOM(256)];

	if (!at)
		return;
	printf(",\"vma\":{\"start\":\"0x%" PRIx64 "\",\"end\":\"0x%" PRIx64
	       "\",\"kind\":\"%s\"", (uint64_t)at->vma.v.start,
	       (uint64_t)at->vma.v.end,
	       name_of(&names_vma_kind, at->vma.v.kind, kind));
	if (at->vma.v.inode)
		printf(",\"offset\":%" PRIu64, (uint64_t)at->vma.v.offset);
	if (at->vma.name)
		printf(",\"name\":%s", quote(at->vma.name, name, sizeof(name)));
	putchar('}');
}

static void put_flags(uint32_t flags)
{
	const char *comma = "";
	char name[NAME_MAX_LEN];
	unsigned int i;

	fputs(",\"flags\":[", stdout);
	for (i = 0; i < 32; i++) {
		if (!(flags >> i & 1))
			continue;
		printf("%s\"%s\"", comma, name_of(&names_fault_flag, i, name));
		comma = ",";
	}
	putchar(']');
}

static void put_stack(const struct watching *w, const struct watch_stack *stack)
{
	char text[SYMBOL_TEXT], symbol[QUOTE_ROOM(SYMBOL_TEXT)];
	const char *comma = "";
	size_t i;

	if (!stack)
		return;
	fputs(",\"stack\":[", stdout);
	for (i = symbols_skip(&w->symbols, stack->address, stack->count);
	     i < stack->count; i++) {
		printf("%s{\"address\":\"0x%" PRIx64 "\"", comma,
		       stack->address[i]);
		comma = ",";
		if (w->symbols.count)
			printf(",\"symbol\":%s",
			       quote(symbol_text(&w->symbols, stack->address[i],
						 text), symbol, sizeof(symbol)));
		putchar('}');
	}
	putchar(']');
}

static void put_fault(const struct watching *w, const struct happening *h,
		      const struct watched_vma *vma)
{
	const struct mmlens_fault_event *e = &h->fault;
	char comm[QUOTE_ROOM(16)], class[NAME_MAX_LEN], access[NAME_MAX_LEN];
	char origin[NAME_MAX_LEN], level[NAME_MAX_LEN];

	printf("{\"event\":\"fault\",\"serial\":%" PRIu64 ",\"time_ns\":%" PRIu64
	       ",\"latency_ns\":%" PRIu64, (uint64_t)e->serial,
	       (uint64_t)e->time, (uint64_t)e->latency);
	printf(",\"pid\":%u,\"tid\":%u,\"comm\":%s,\"class\":\"%s\",\"access\":\"%s\",\"origin\":\"%s\"",
	       e->pid, e->tid, quote((const char *)e->comm, comm, sizeof(comm)),
	       name_of(&names_forecast, e->fault_class, class),
	       name_of(&names_access, e->access, access),
	       name_of(&names_origin, e->origin, origin));
	printf(",\"address\":\"0x%" PRIx64 "\",\"ip\":\"0x%" PRIx64
	       "\",\"cookie\":\"0x%" PRIx64 "\"", (uint64_t)e->address,
	       (uint64_t)e->ip, (uint64_t)e->cookie);
	printf(",\"pages\":%u,\"level\":\"%s\",\"result\":\"0x%x\",\"retries\":%u,\"cpu\":%u",
	       e->pages, name_of(&names_level, e->level, level), e->result,
	       e->retries, e->cpu);
	put_flags(e->flags);
	put_vma(vma);
	if (h->refault)
		printf(",\"away_ns\":%" PRIu64, h->away);
	put_stack(w, h->stack);
	fputs("}\n", stdout);
}

static void put_eviction(const struct happening *h,
			 const struct watched_vma *vma)
{
	const struct mmlens_eviction_event *e = &h->eviction;
	char comm[QUOTE_ROOM(16)], state[NAME_MAX_LEN], by[NAME_MAX_LEN];
	char level[NAME_MAX_LEN], lru[NAME_MAX_LEN];

	printf("{\"event\":\"eviction\",\"serial\":%" PRIu64 ",\"time_ns\":%" PRIu64
	       ",\"pid\":%u,\"address\":\"0x%" PRIx64
	       "\",\"cookie\":\"0x%" PRIx64 "\"", (uint64_t)e->serial,
	       (uint64_t)e->time, e->pid, (uint64_t)e->address,
	       (uint64_t)e->cookie);
	printf(",\"pages\":%u,\"state\":\"%s\",\"level\":\"%s\",\"evictor\":\"%s\",\"by_comm\":%s",
	       e->pages, name_of(&names_state, e->state, state),
	       name_of(&names_level, e->level, level),
	       name_of(&names_evictor, e->evictor, by),
	       quote((const char *)e->by_comm, comm, sizeof(comm)));
	if (e->by_pid)
		printf(",\"by_pid\":%u", e->by_pid);
	if (e->swapped)
		printf(",\"swap\":{\"type\":%u,\"offset\":%" PRIu64 "}",
		       e->swap_type, (uint64_t)e->swap_offset);
	put_vma(vma);
	if (h->has_seen) {
		printf(",\"seen\":{\"lru\":\"%s\",\"ago_ms\":%" PRIu64,
		       name_of(&names_lru, h->seen.lru, lru),
		       age_of(h->seen.when, h->end / 1000000));
		if (h->seen.lru == MMLENS_LRU_GENERATION)
			printf(",\"generation\":%u,\"younger\":%u,\"age_ms\":%" PRIu64,
			       h->seen.generation, h->seen.younger,
			       age_of(h->seen.birth, h->seen.when));
		putchar('}');
	}
	fputs("}\n", stdout);
}

/* Which watch kind an event belongs to. */
static const char *kind_of_memory(unsigned int kind)
{
	switch (kind) {
	case MMLENS_MEMORY_KIND_COMPACTION:
	case MMLENS_MEMORY_KIND_MIGRATION:
		return "compaction";
	case MMLENS_MEMORY_KIND_COLLAPSE:
	case MMLENS_MEMORY_KIND_SPLIT:
		return "huge";
	case MMLENS_MEMORY_KIND_OOM_VICTIM:
		return "oom";
	case MMLENS_MEMORY_KIND_TLB_FLUSH:
		return "tlb";
	default:
		return "reclaim";
	}
}

static void put_number(const char *key, uint64_t value)
{
	if (value)
		printf(",\"%s\":%" PRIu64, key, value);
}

/* What does not apply is 0, and absent; pages that were done are told always. */
static void put_memory(const struct happening *h)
{
	const struct mmlens_memory_event *e = &h->memory;
	char comm[QUOTE_ROOM(16)], kind[NAME_MAX_LEN], type[NAME_MAX_LEN];

	printf("{\"event\":\"%s\",\"kind\":\"%s\",\"serial\":%" PRIu64
	       ",\"time_ns\":%" PRIu64, kind_of_memory(e->kind),
	       name_of(&names_memory_kind, e->kind, kind), (uint64_t)e->serial,
	       (uint64_t)e->time);
	printf(",\"pid\":%u,\"tid\":%u,\"comm\":%s,\"node\":%u,\"cpu\":%u",
	       e->pid, e->tid, quote((const char *)e->comm, comm, sizeof(comm)),
	       e->node, e->cpu);
	if (e->pages == ALL_PAGES)
		fputs(",\"all_pages\":true", stdout);
	else
		printf(",\"pages\":%" PRIu64, (uint64_t)e->pages);
	put_number("duration_ns", e->duration);
	put_number("scanned", e->scanned);
	put_number("points", e->points);
	put_number("order", e->order);
	put_number("reason", e->reason);
	if (e->kind == MMLENS_MEMORY_KIND_SHRINK_LIST)
		printf(",\"priority\":%u", e->priority);
	if (e->kind == MMLENS_MEMORY_KIND_SHRINK_LIST ||
	    e->kind == MMLENS_MEMORY_KIND_WRITE_OUT)
		printf(",\"type\":\"%s\"",
		       name_of(&names_lru_type, e->type, type));
	if (e->cookie)
		printf(",\"cookie\":\"0x%" PRIx64 "\"", (uint64_t)e->cookie);
	if (e->address && (e->kind == MMLENS_MEMORY_KIND_SPLIT ||
			   e->kind == MMLENS_MEMORY_KIND_WRITE_OUT))
		printf(",\"pfn\":\"0x%" PRIx64 "\"", (uint64_t)e->address);
	else if (e->address)
		printf(",\"address\":\"0x%" PRIx64 "\"", (uint64_t)e->address);
	fputs("}\n", stdout);
}

/**
 * watch_json_show() - print what happened
 * @w: the run
 * @h: what happened
 * @vma: where, or NULL
 */
void watch_json_show(struct watching *w, const struct happening *h,
		     const struct watched_vma *vma)
{
	switch (h->kind) {
	case HAPPENED_FAULT:
		put_fault(w, h, vma);
		break;
	case HAPPENED_EVICTION:
		put_eviction(h, vma);
		break;
	case HAPPENED_MEMORY:
		put_memory(h);
		break;
	case HAPPENED_LOSS:
		printf("{\"event\":\"loss\",\"lost\":%" PRIu64 "}\n", h->lost);
		break;
	}
}

static void classes_json(struct json_object *object,
			 const struct watch_counts *counts)
{
	struct json_object *array = js_array(object, "classes"), *item;
	char class[NAME_MAX_LEN];
	size_t i;

	for (i = 0; i < counts->classes.count; i++) {
		const struct mmlens_class_counts *row = &counts->classes.list[i];

		item = js_item(array);
		js_text(item, "class", name_of(&names_forecast,
					       row->fault_class, class));
		js_number(item, "count", row->count);
		js_number(item, "pages", row->pages);
		js_number(item, "major", row->major);
		js_number(item, "total_ns", row->total);
		js_number(item, "longest_ns", row->longest);
	}
}

static void memory_json(struct json_object *object, const struct watching *w)
{
	struct json_object *array = js_array(object, "memory"), *item;
	char kind[NAME_MAX_LEN];
	unsigned int i;

	for (i = 0; i < 32; i++) {
		if (!w->memory[i].count)
			continue;
		item = js_item(array);
		js_text(item, "kind", name_of(&names_memory_kind, i, kind));
		js_number(item, "count", w->memory[i].count);
		js_number(item, "pages", w->memory[i].pages);
		js_number(item, "total_ns", w->memory[i].duration);
		js_number(item, "longest_ns", w->memory[i].longest);
	}
}

static void evictions_json(struct json_object *object, const struct watching *w)
{
	struct json_object *array = js_array(object, "evictions"), *item;
	char by[NAME_MAX_LEN];
	unsigned int i;

	for (i = 0; i < 8; i++) {
		if (!w->evictions[i])
			continue;
		item = js_item(array);
		js_text(item, "evictor", name_of(&names_evictor, i, by));
		js_number(item, "count", w->evictions[i]);
		js_number(item, "pages", w->evicted[i]);
	}
	js_number(object, "refaults", w->refaulted);
	if (w->refaulted)
		js_number(object, "away_total_ns", w->away_total);
}

static void losses_json(struct json_object *object,
			const struct watch_counts *counts)
{
	struct json_object *array = js_array(object, "losses"), *item;
	size_t i;

	for (i = 0; i < counts->losses.count; i++) {
		item = js_item(array);
		js_number(item, "cpu", counts->losses.list[i].cpu);
		js_number(item, "lost", counts->losses.list[i].lost);
	}
}

static const char *ended_by(const struct watching *w,
			    const struct mmlens_fault_counts *f)
{
	if (signals.stop)
		return "signal";
	if (w->c->failure.kind)
		return "error";
	if (!w->left)
		return "time";
	return f->withdrawn && !w->whom.query.follow ? "privileges" : "exit";
}

/**
 * watch_json_end() - print the last line
 * @w: the run
 * @counts: the module's counts
 */
void watch_json_end(struct watching *w, const struct watch_counts *counts)
{
	struct json_object *root = json_object_new_object();
	struct json_object *object = js_object(root, "summary"), *command;
	const struct mmlens_fault_counts *f = &counts->faults;
	char outcome[LAUNCH_TEXT];

	js_number(object, "duration_ns", f->time);
	js_text(object, "ended_by", ended_by(w, f));
	js_number(object, "events", f->events);
	js_number(object, "received", w->watch.received);
	js_number(object, "shown", w->shown);
	js_number(object, "lost", watch_counts_lost(counts));
	losses_json(object, counts);
	js_number(object, "missed", f->missed);
	js_number(object, "missed_evictions", f->missed_evictions);
	js_number(object, "abandoned", f->abandoned);
	js_number(object, "unnamed", f->unnamed);
	js_number(object, "unfollowed", f->unfollowed);
	js_number(object, "withdrawn", f->withdrawn);
	if (w->whom.query.kinds & MMLENS_WATCH_KIND_FAULT) {
		js_number(object, "minflt", f->minor);
		js_number(object, "majflt", f->major);
		js_number(object, "failed", f->failed);
		js_number(object, "remote", f->remote);
		js_number(object, "elsewhere_minflt", f->elsewhere_minor);
		js_number(object, "elsewhere_majflt", f->elsewhere_major);
		classes_json(object, counts);
	}
	if (w->wanted & MMLENS_WATCH_KIND_EVICTION)
		evictions_json(object, w);
	memory_json(object, w);
	if (w->whom.command) {
		command = js_object(object, "command");
		js_number(command, "pid", (uint64_t)w->whom.launch.pid);
		js_text(command, "outcome",
			launch_outcome(&w->whom.launch, outcome));
	}
	puts(js_string(root, false));
	json_object_put(root);
}
