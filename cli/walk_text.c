// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "tell.h"
#include "text.h"
#include "walk.h"

#define TEXT_MAX 4096

static const char *size(const struct context *c, uint64_t bytes,
			char buf[SIZE_TEXT])
{
	return text_size(bytes, c->options.bytes, buf);
}

static const char *upper(const char *name, char buf[NAME_MAX_LEN])
{
	size_t i;

	for (i = 0; name[i] && i < NAME_MAX_LEN - 1; i++)
		buf[i] = (char)toupper((unsigned char)name[i]);
	buf[i] = '\0';
	return buf;
}

static const char *level_name(unsigned int level, char buf[NAME_MAX_LEN])
{
	char name[NAME_MAX_LEN];

	return upper(name_of(&names_level, level, name), buf);
}

static void vma_line(const struct context *c, const struct vma *vma,
		     const char *before)
{
	char perms[5], name[TEXT_MAX], fit[TEXT_MAX], buf[NAME_MAX_LEN];
	char head[160];
	int used;

	vma_perms(vma, perms);
	used = snprintf(head, sizeof(head), "%s%" PRIx64 "-%" PRIx64 " %s %s",
			before, (uint64_t)vma->v.start, (uint64_t)vma->v.end,
			perms, name_of(&names_vma_kind, vma->v.kind, buf));
	text_safe(text_vma_name(vma), name, sizeof(name));
	text_fit(name, c->term.width - used - 1, c->term.utf8, fit,
		 sizeof(fit));
	printf("%s%s%s\n", head, *fit ? " " : "", fit);
}

static void hole_text(const struct context *c, const struct walk_answer *answer)
{
	const struct vma *below = answer->below, *above = answer->above;
	char buf[SIZE_TEXT];

	say(&c->term, PAINT_BAD,
	    "No VMA covers it: an access ends with SIGSEGV%s.",
	    above && above->v.flags & MMLENS_VMA_FLAG_GROWS_DOWN ?
	    ", unless the stack above may grow down to it" : "");
	if (below) {
		printf("  The VMA below ends %s lower:\n",
		       size(c, answer->address - below->v.end, buf));
		vma_line(c, below, "    ");
	} else {
		puts("  No VMA lies below it.");
	}
	if (above) {
		printf("  The VMA above begins %s higher:\n",
		       size(c, above->v.start - answer->address, buf));
		vma_line(c, above, "    ");
	} else {
		puts("  No VMA lies above it.");
	}
}

static const char *leads_to(const struct context *c,
			    const struct walk_answer *answer,
			    const struct mmlens_step *step, char buf[64])
{
	/* With four levels the one below PGD is PUD. */
	unsigned int shift = level_shift(answer, step->level);
	unsigned int below = shift > 21 ? (shift - 21) / 9 : MMLENS_LEVEL_PTE;
	char number[SIZE_TEXT], name[NAME_MAX_LEN];

	switch (step->kind) {
	case MMLENS_ENTRY_KIND_TABLE:
		snprintf(buf, 64, "%s table", level_name(below, name));
		return buf;
	case MMLENS_ENTRY_KIND_LEAF:
		snprintf(buf, 64, "%s page",
			 size(c, 1ULL << shift, number));
		return buf;
	case MMLENS_ENTRY_KIND_EMPTY:
		return "nothing";
	case MMLENS_ENTRY_KIND_NON_PRESENT:
		return "not present";
	}
	return name_of(&names_entry_kind, step->kind, buf);
}

static int ladder_text(struct context *c, const struct walk_answer *answer)
{
	static const struct column columns[] = {
		{ "LEVEL", 0 }, { "BITS", SCOLS_FL_RIGHT },
		{ "INDEX", SCOLS_FL_RIGHT }, { "ENTRY", SCOLS_FL_RIGHT },
		{ "LEADS TO", 0 }, { "FLAGS", COLUMN_WORDS },
	};
	const struct walk *walk = &answer->walk;
	const struct mmlens_step *last = walk_last(walk);
	bool withheld = walk->answer.withheld & MMLENS_DETAIL_PFN;
	char text[TEXT_MAX], buf[64], name[NAME_MAX_LEN];
	struct table table;
	unsigned int i;

	putchar('\n');
	table_begin(&table, &c->term, columns, 6, true);
	for (i = 0; i < walk->steps; i++) {
		const struct mmlens_step *step = &walk->step[i];
		unsigned int shift = level_shift(answer, step->level);

		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%*s%s", (int)i, "",
			   level_name(step->level, name));
		table_cell(&table, 1, PAINT_DIM, "%u-%u", shift + 8, shift);
		table_cell(&table, 2, PAINT_NONE, "%u", step->index);
		if (withheld)
			table_cell(&table, 3, PAINT_DIM, "withheld");
		else
			table_cell(&table, 3, PAINT_NONE, "%" PRIx64,
				   (uint64_t)step->entry);
		table_cell(&table, 4, step->kind == MMLENS_ENTRY_KIND_LEAF ?
			   PAINT_ANON : step->kind == MMLENS_ENTRY_KIND_TABLE ?
			   PAINT_NONE : PAINT_AWAY, "%s",
			   leads_to(c, answer, step, buf));
		text_flags(&names_entry_flag, step->flags, text, sizeof(text));
		table_cell(&table, 5, PAINT_DIM, "%s", text);
	}
	if (last && last->kind == MMLENS_ENTRY_KIND_LEAF) {
		unsigned int shift = level_shift(answer, last->level);

		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%*soffset",
			   (int)walk->steps, "");
		table_cell(&table, 1, PAINT_DIM, "%u-0", shift - 1);
		table_cell(&table, 2, PAINT_NONE, "%" PRIx64,
			   answer->address & ~(UINT64_MAX << shift));
		table_cell(&table, 3, PAINT_NONE, "%s", "");
		table_cell(&table, 4, PAINT_NONE, "%s", "");
		table_cell(&table, 5, PAINT_DIM, "%s", "hexadecimal");
	}
	return context_table(c, table_end(&table));
}

static void fact(struct table *table, const char *name, const char *text)
{
	table_row(table);
	table_cell(table, 0, PAINT_HEAD, "%-11s", name);
	table_cell(table, 1, PAINT_NONE, "%s", text);
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
			 n ? ", " : "", what, level_name(level, name));
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
			 level_name(last->level, name),
			 last->level == MMLENS_LEVEL_PTE ? "no page is mapped" :
			 "no table lies below it");
	else if (last->kind == MMLENS_ENTRY_KIND_TABLE)
		snprintf(text, sizeof(text),
			 "at the %s entry: no VMA keeps the tables below it in place",
			 level_name(last->level, name));
	else
		return;
	fact(table, "Ends", text);
}

static void lru_text(const struct mmlens_page_run *run, char *to, size_t room)
{
	char buf[NAME_MAX_LEN];

	if (run->lru == MMLENS_LRU_GENERATION)
		snprintf(to, room, "generation %u, tier %u", run->generation,
			 run->tier);
	else
		snprintf(to, room, "%s", name_of(&names_lru, run->lru, buf));
}

static void place_fact(struct context *c, struct table *table,
		       const struct walk_answer *answer)
{
	const struct mmlens_page_run *run = &answer->walk.run;
	uint64_t physical;
	char text[128];

	if (!(run->facts & MMLENS_DETAIL_PFN))
		return;
	if (run->state == MMLENS_STATE_SWAP) {
		snprintf(text, sizeof(text), "swap device %u, offset %" PRIu64,
			 run->swap_type, (uint64_t)run->pfn);
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
				 run->order, size(c, c->page_size << run->order,
						  number));

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
	if (run->facts & MMLENS_DETAIL_LRU) {
		lru_text(run, text, sizeof(text));
		fact(table, "LRU", text);
	}
	if (run->facts & MMLENS_DETAIL_NODE) {
		snprintf(text, sizeof(text), "%u", run->node);
		fact(table, "NUMA node", text);
	}
	if (run->facts & MMLENS_DETAIL_CGROUP) {
		cgroup_text(c, run->cgroup, text, sizeof(text));
		fact(table, "Cgroup", text);
	}
}

static int facts_text(struct context *c, const struct walk_answer *answer)
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
	return context_table(c, table_end(&table));
}

/**
 * walk_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int walk_text(struct context *c, const struct walk_answer *answer)
{
	const struct walk *walk = &answer->walk;
	char comm[256];
	int ret;

	text_safe(c->target.comm, comm, sizeof(comm));
	say(&c->term, PAINT_HEAD, "%" PRIx64 " of %s (PID %d)", answer->address,
	    comm, c->target.pid);
	if (walk->has_vma)
		vma_line(c, &walk->vma, "in ");
	else
		hole_text(c, answer);
	ret = ladder_text(c, answer);
	if (!ret)
		ret = facts_text(c, answer);
	if (!ret)
		remarks_text(c, walk->answer.withheld, false,
			     &walk->answer.stall);
	return ret ? ret : context_output(c);
}
