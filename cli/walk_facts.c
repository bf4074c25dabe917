// SPDX-License-Identifier: GPL-2.0
/* What a walk came to: the page, its verdict, and the next accesses. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "names_gen.h"
#include "reasons.h"
#include "swaps.h"
#include "table.h"
#include "text.h"

#define TEXT_MAX 4096

static void fact_painted(struct table *table, const char *name,
			 enum paint paint, const char *text)
{
	table_row(table);
	table_cell(table, 0, PAINT_HEAD, "%-11s", name);
	table_cell(table, 1, paint, "%s", text);
}

static void fact(struct table *table, const char *name, const char *text)
{
	fact_painted(table, name, PAINT_NONE, text);
}

static void denied(char *text, size_t room, const char *what, bool ok,
		   unsigned int level)
{
	size_t n = strlen(text);
	char name[NAME_MAX_LEN];

	if (ok)
		snprintf(text + n, room - n, "%s%s", n ? ", " : "", what);
	else
		snprintf(text + n, room - n, "%sno %s (the %s entry says so)",
			 n ? ", " : "", what, text_level(level, name));
}

static void rights_fact(struct table *table, const struct walk *walk)
{
	const struct mmlens_step *last = walk_last(walk);
	struct rights rights;
	char text[256] = "";

	walk_rights(walk, &rights);
	if (!rights.known)
		return;
	if (last->flags & MMLENS_ENTRY_FLAG_PROTNONE) {
		fact(table, "Rights", "none: any access faults (protnone)");
		return;
	}
	denied(text, sizeof(text), "read", rights.user, rights.user_denied);
	denied(text, sizeof(text), "write", rights.write, rights.write_denied);
	denied(text, sizeof(text), "execute", rights.exec, rights.exec_denied);
	fact(table, "Rights", text);
}

/* Why there is no page, as far as the tables tell. */
static void end_fact(struct table *table, const struct walk *walk)
{
	const struct mmlens_step *last = walk_last(walk);
	char text[128], name[NAME_MAX_LEN];

	if (last->kind == MMLENS_ENTRY_KIND_EMPTY)
		snprintf(text, sizeof(text),
			 "at the %s entry, which is empty: %s",
			 text_level(last->level, name),
			 last->level == MMLENS_LEVEL_PTE ? "no page is mapped" :
			 "no table lies below it");
	else if (last->kind == MMLENS_ENTRY_KIND_TABLE)
		snprintf(text, sizeof(text),
			 "at the %s entry: no VMA keeps the tables below it in place",
			 text_level(last->level, name));
	else
		return;
	fact(table, "Ends", text);
}

/* What the words of the line above mean, where the spec does not say it. */
static const char *const lru_docs[] = {
	[MMLENS_LRU_GENERATION] =
		"A generation holds the pages that were last found in use, or came, at about the same time. Reclaim takes from the oldest one. The tier tells how often, beside the accessed bits of page tables, the kernel was told that a page was used, as by read and write.",
	[MMLENS_LRU_INACTIVE_ANON] =
		"Reclaim takes from this list. What is found in use there is kept, or becomes active.",
	[MMLENS_LRU_INACTIVE_FILE] =
		"Reclaim takes from this list. What is found in use there is kept, or becomes active.",
	[MMLENS_LRU_ACTIVE_ANON] =
		"Counts as in use. It becomes inactive before reclaim can take it.",
	[MMLENS_LRU_ACTIVE_FILE] =
		"Counts as in use. It becomes inactive before reclaim can take it.",
	[MMLENS_LRU_UNEVICTABLE] =
		"Reclaim leaves it alone.",
};

static const char *lru_doc(unsigned int lru)
{
	if (lru < sizeof(lru_docs) / sizeof(lru_docs[0]) && lru_docs[lru])
		return lru_docs[lru];
	return lru < names_lru.count ? names_lru.entries[lru].doc : "";
}

static void lru_fact(const struct context *c, struct table *table,
		     const struct mmlens_page_run *run)
{
	char text[256], age[SIZE_TEXT], buf[NAME_MAX_LEN];
	const char *name = name_of(&names_lru, run->lru, buf);

	if (run->lru != MMLENS_LRU_GENERATION)
		snprintf(text, sizeof(text), run->mlock_count ?
			 "%s, locked by %u VMA%s" : "%s", name,
			 run->mlock_count, run->mlock_count == 1 ? "" : "s");
	else
		snprintf(text, sizeof(text), "%s, %s old, tier %u",
			 text_generation(run->younger, run->generation, buf),
			 text_age(age_of(run->birth, c->now), age), run->tier);
	fact(table, "LRU", text);
	fact_painted(table, "", PAINT_DIM, lru_doc(run->lru));
}

static void place_fact(struct context *c, struct table *table,
		       const struct walk_answer *answer)
{
	const struct mmlens_page_run *run = &answer->walk.run;
	char text[SWAP_NAME * 4 + 64], device[SWAP_NAME], name[SWAP_NAME * 4];
	uint64_t physical;

	if (!(run->facts & MMLENS_DETAIL_PFN))
		return;
	if (run->state == MMLENS_STATE_SWAP) {
		if (swap_device(run->swap_type, device, sizeof(device)))
			text_safe(device, name, sizeof(name));
		else
			snprintf(name, sizeof(name), "swap type %u",
				 run->swap_type);
		snprintf(text, sizeof(text), "%s, offset %" PRIu64, name,
			 (uint64_t)run->pfn);
		fact(table, "Swap", text);
	} else if (walk_physical(c, answer, &physical)) {
		snprintf(text, sizeof(text),
			 "PFN %" PRIx64 ", this byte at physical address %" PRIx64,
			 (uint64_t)run->pfn, physical);
		fact(table, "Frame", text);
	}
}

static void cgroup_text(const struct context *c, uint64_t id, char *to,
			size_t room)
{
	char path[TEXT_MAX];

	if (!id)
		snprintf(to, room, "none");
	else if (c->options.numeric || cgroup_path(id, path, sizeof(path)))
		snprintf(to, room, "%" PRIu64, id);
	else
		text_safe(path, to, room);
}

static void page_facts(struct context *c, struct table *table,
		       const struct walk_answer *answer)
{
	const struct mmlens_page_run *run = &answer->walk.run;
	char text[TEXT_MAX], buf[NAME_MAX_LEN], number[SIZE_TEXT];

	snprintf(text, sizeof(text), "%s: %s",
		 name_of(&names_state, run->state, buf),
		 run->state < names_state.count ?
		 names_state.entries[run->state].doc : "");
	fact(table, "Page", text);
	if (run->facts & MMLENS_DETAIL_ENTRY && run->flags) {
		text_flags(&names_page_flag, run->flags &
			   (MMLENS_PAGE_FLAG_LOCKED - 1), text, sizeof(text));
		fact(table, "Entry", text);
	}
	place_fact(c, table, answer);
	if (run->facts & MMLENS_DETAIL_FOLIO) {
		int n = snprintf(text, sizeof(text), "order %u, %s; ",
				 run->order, text_size(c->page_size << run->order,
					   c->options.bytes, number));

		text_flags(&names_page_flag, run->flags &
			   ~(MMLENS_PAGE_FLAG_LOCKED - 1), text + n,
			   sizeof(text) - (size_t)n);
		fact(table, "Folio", text);
	}
	if (run->facts & MMLENS_DETAIL_COUNTS) {
		snprintf(text, sizeof(text),
			 "mapped by %u entr%s, %u reference%s to the folio",
			 run->mapcount, run->mapcount == 1 ? "y" : "ies",
			 run->refcount, run->refcount == 1 ? "" : "s");
		fact(table, "Counts", text);
	}
	if (run->facts & MMLENS_DETAIL_LRU)
		lru_fact(c, table, run);
	if (run->facts & MMLENS_DETAIL_NODE) {
		snprintf(text, sizeof(text), "%u", run->node);
		fact(table, "NUMA node", text);
	}
	if (run->facts & MMLENS_DETAIL_CGROUP) {
		cgroup_text(c, run->cgroup, text, sizeof(text));
		fact(table, "Cgroup", text);
	}
}

static void verdict_fact(struct table *table, const struct mmlens_page_run *run)
{
	char text[TEXT_MAX], name[NAME_MAX_LEN];

	if (!(run->facts & MMLENS_DETAIL_VERDICT))
		return;
	snprintf(text, sizeof(text), "%s: %s",
		 name_of(&names_verdict, run->verdict, name),
		 run->verdict_why < names_why.count ?
		 names_why.entries[run->verdict_why].doc : "");
	fact(table, "Verdict", text);
}

static void access_facts(struct context *c, struct table *table,
			 const struct walk_answer *answer, bool write)
{
	const struct mmlens_page_run *run = &answer->walk.run;
	unsigned int what = write ? run->write : run->read;
	unsigned int or_else = write ? run->write_else : run->read_else;
	char text[TEXT_MAX], a[NAME_MAX_LEN], b[NAME_MAX_LEN];
	struct reasons reasons;
	unsigned int i;

	if (what != or_else)
		snprintf(text, sizeof(text), "%s or %s",
			 name_of(&names_forecast, what, a),
			 name_of(&names_forecast, or_else, b));
	else
		snprintf(text, sizeof(text), "%s: %s",
			 name_of(&names_forecast, what, a),
			 what < names_forecast.count ?
			 names_forecast.entries[what].doc : "");
	fact_painted(table, write ? "Next write" : "Next read",
		     what != or_else ? PAINT_NONE : paint_of_forecast(what),
		     text);
	reasons_of(c, answer, write, &reasons);
	for (i = 0; i < reasons.count; i++) {
		snprintf(text, sizeof(text), "%u. %s", i + 1,
			 reasons.sentence[i]);
		fact_painted(table, "", PAINT_DIM, text);
	}
}

/**
 * walk_facts_text() - the page, and what will happen to it
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int walk_facts_text(struct context *c, const struct walk_answer *answer)
{
	static const struct column columns[] = {
		{ "", 0 }, { "", COLUMN_WORDS },
	};
	struct table table;

	putchar('\n');
	table_begin(&table, &c->term, columns, 2, false);
	rights_fact(&table, &answer->walk);
	end_fact(&table, &answer->walk);
	if (answer->walk.has_run)
		page_facts(c, &table, answer);
	if (answer->walk.run.facts & MMLENS_DETAIL_FORECAST) {
		verdict_fact(&table, &answer->walk.run);
		access_facts(c, &table, answer, false);
		access_facts(c, &table, answer, true);
	}
	return context_table(c, table_end(&table));
}
