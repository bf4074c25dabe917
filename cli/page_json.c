// SPDX-License-Identifier: GPL-2.0
/*
 * A run of pages as a JSON object. There may be millions of them: so they are
 * written straight into a buffer. Everything here is a number or a name of the
 * spec, nothing needs escaping.
 */
#include "page_json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "names_gen.h"

/* Entry flags that are always told, and those only where they are set. */
#define ALWAYS_TOLD (MMLENS_PAGE_FLAG_PRESENT | MMLENS_PAGE_FLAG_WRITE | \
		     MMLENS_PAGE_FLAG_DIRTY | MMLENS_PAGE_FLAG_ACCESSED | \
		     MMLENS_PAGE_FLAG_SOFT_DIRTY)
#define TOLD_IF_SET (MMLENS_PAGE_FLAG_UFFD | MMLENS_PAGE_FLAG_SPECIAL | \
		     MMLENS_PAGE_FLAG_PROTNONE | MMLENS_PAGE_FLAG_NUMA_HINT)

struct writer {
	char *to;
	size_t n;
};

__attribute__((format(printf, 2, 3)))
static void put(struct writer *w, const char *fmt, ...)
{
	va_list ap;
	int length;

	va_start(ap, fmt);
	length = vsnprintf(w->to + w->n, PAGE_JSON_MAX - w->n, fmt, ap);
	va_end(ap);
	w->n += (size_t)length;
	if (w->n >= PAGE_JSON_MAX)
		w->n = PAGE_JSON_MAX - 1;
}

static bool has_anon_exclusive(unsigned int state)
{
	return state == MMLENS_STATE_ANON || state == MMLENS_STATE_KSM ||
	       state == MMLENS_STATE_SWAP || state == MMLENS_STATE_MIGRATION ||
	       state == MMLENS_STATE_HUGETLB;
}

/* What a write will do is told as "write": so the bit that permits it is not. */
static const char *flag_key(unsigned int bit)
{
	return 1U << bit == MMLENS_PAGE_FLAG_WRITE ?
	       "writable" : names_page_flag.entries[bit].key;
}

static void put_entry(struct writer *w, const struct mmlens_page_run *run)
{
	unsigned int bit;

	for (bit = 0; bit < names_page_flag.count; bit++) {
		uint32_t flag = 1U << bit;
		bool set = run->flags & flag;

		if (flag & ALWAYS_TOLD || (flag & TOLD_IF_SET && set))
			put(w, ",\"%s\":%s", flag_key(bit),
			    set ? "true" : "false");
	}
	if (has_anon_exclusive(run->state))
		put(w, ",\"anon_exclusive\":%s",
		    run->flags & MMLENS_PAGE_FLAG_EXCLUSIVE ? "true" : "false");
}

static void put_folio(struct writer *w, const struct mmlens_page_run *run)
{
	const char *comma = "";
	unsigned int bit;

	put(w, ",\"order\":%u,\"folio\":[", run->order);
	for (bit = 0; bit < names_page_flag.count; bit++) {
		if (1U << bit < MMLENS_PAGE_FLAG_LOCKED ||
		    !(run->flags >> bit & 1))
			continue;
		put(w, "%s\"%s\"", comma, names_page_flag.entries[bit].name);
		comma = ",";
	}
	put(w, "]");
}

static void put_lru(struct writer *w, const struct mmlens_page_run *run,
		    uint64_t now)
{
	char buf[NAME_MAX_LEN];

	put(w, ",\"lru\":\"%s\"", name_of(&names_lru, run->lru, buf));
	if (run->lru == MMLENS_LRU_GENERATION)
		put(w, ",\"generation\":%u,\"generation_age_ms\":%" PRIu64
		    ",\"younger\":%u,\"tier\":%u", run->generation,
		    age_of(run->birth, now), run->younger, run->tier);
	else if (run->lru == MMLENS_LRU_UNEVICTABLE)
		put(w, ",\"mlock_count\":%u", run->mlock_count);
}

static void put_access(struct writer *w, const char *access, unsigned int what,
		       unsigned int or_else, unsigned int why)
{
	char a[NAME_MAX_LEN], b[NAME_MAX_LEN];

	put(w, ",\"%s\":\"%s\"", access, name_of(&names_forecast, what, a));
	if (or_else != what)
		put(w, ",\"%s_or\":\"%s\"", access,
		    name_of(&names_forecast, or_else, b));
	put(w, ",\"%s_why\":\"%s\"", access, name_of(&names_why, why, a));
}

/* What the next accesses will do, and why. */
static void put_decisions(struct writer *w, const struct mmlens_page_run *run)
{
	char a[NAME_MAX_LEN], b[NAME_MAX_LEN];

	if (run->facts & MMLENS_DETAIL_VERDICT)
		put(w, ",\"verdict\":\"%s\",\"verdict_why\":\"%s\"",
		    name_of(&names_verdict, run->verdict, a),
		    name_of(&names_why, run->verdict_why, b));
	if (run->facts & MMLENS_DETAIL_FORECAST) {
		put_access(w, "read", run->read, run->read_else, run->read_why);
		put_access(w, "write", run->write, run->write_else,
			   run->write_why);
	}
}

static void put_withheld(struct writer *w, uint32_t details)
{
	const char *comma = "";
	char name[NAME_MAX_LEN];
	unsigned int i;

	if (!details)
		return;
	put(w, ",\"withheld\":[");
	for (i = 0; i < names_detail.count; i++) {
		if (!(details & 1U << i))
			continue;
		put(w, "%s\"%s\"", comma, name_of(&names_detail, i, name));
		comma = ",";
	}
	put(w, "]");
}

/**
 * page_json() - write a run
 * @row: the run
 * @withheld: details that this caller is not told
 * @page_size: base page size, in bytes
 * @now: for ages, milliseconds on the clock of births
 * @to: filled
 *
 * Return: The length of @to.
 */
size_t page_json(const struct page_row *row, uint32_t withheld,
		 uint64_t page_size, uint64_t now, char to[PAGE_JSON_MAX])
{
	const struct mmlens_page_run *run = &row->run;
	char state[NAME_MAX_LEN], level[NAME_MAX_LEN];
	struct writer w = { to, 0 };

	put(&w, "{\"start\":\"0x%" PRIx64 "\",\"end\":\"0x%" PRIx64
	    "\",\"pages\":%" PRIu64 ",\"state\":\"%s\",\"level\":\"%s\"",
	    (uint64_t)run->start, (uint64_t)run->start + row->pages * page_size,
	    row->pages, name_of(&names_state, run->state, state),
	    name_of(&names_level, run->level, level));
	if (run->facts & MMLENS_DETAIL_ENTRY)
		put_entry(&w, run);
	if (run->facts & MMLENS_DETAIL_FOLIO)
		put_folio(&w, run);
	if (run->facts & MMLENS_DETAIL_PFN && run->state == MMLENS_STATE_SWAP)
		put(&w, ",\"swap\":{\"type\":%u,\"offset\":%" PRIu64 "}",
		    run->swap_type, (uint64_t)run->pfn);
	else if (run->facts & MMLENS_DETAIL_PFN)
		put(&w, ",\"pfn\":\"0x%" PRIx64 "\"", (uint64_t)run->pfn);
	if (run->facts & MMLENS_DETAIL_COUNTS)
		put(&w, ",\"mapcount\":%u,\"refcount\":%u", run->mapcount,
		    run->refcount);
	if (run->facts & MMLENS_DETAIL_LRU)
		put_lru(&w, run, now);
	if (run->facts & MMLENS_DETAIL_NODE)
		put(&w, ",\"node\":%u", run->node);
	if (run->facts & MMLENS_DETAIL_CGROUP)
		put(&w, ",\"cgroup\":%" PRIu64, (uint64_t)run->cgroup);
	put_decisions(&w, run);
	if (run->state != MMLENS_STATE_NONE)
		put_withheld(&w, withheld & ~run->facts);
	put(&w, "}");
	return w.n;
}
