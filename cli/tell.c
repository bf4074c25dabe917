// SPDX-License-Identifier: GPL-2.0
#include "tell.h"

#include <inttypes.h>
#include <stdio.h>

#include "bar.h"
#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "text.h"

/* Width of a bar in the table of states. */
#define BAR 24
#define TEXT_MAX 8192

/**
 * vma_address_width() - columns that the longest address needs
 * @vmas: the VMAs
 *
 * Return: Their number.
 */
int vma_address_width(const struct vma_list *vmas)
{
	uint64_t last = vmas->count ? vmas->list[vmas->count - 1].v.start : 0;

	/* Beyond 47 bits, with five levels, addresses are longer than usual. */
	return last >> 48 ? 16 : 12;
}

/**
 * vma_heading() - print a VMA above what it holds
 * @c: the run
 * @vma: the VMA; NULL for one that came while this was read
 */
void vma_heading(const struct context *c, const struct vma *vma)
{
	char perms[5], size[SIZE_TEXT], safe[4096 * 4], name[4096 * 4];
	char head[128], kind[NAME_MAX_LEN];
	int used;

	if (!vma) {
		puts("(a VMA that came while this was read)");
		return;
	}
	vma_perms(vma, perms);
	used = snprintf(head, sizeof(head), "%" PRIx64 "-%" PRIx64 " %s %s %s",
			(uint64_t)vma->v.start, (uint64_t)vma->v.end,
			text_size(vma->v.end - vma->v.start, c->options.bytes,
				  size), perms,
			name_of(&names_vma_kind, vma->v.kind, kind));
	text_safe(text_vma_name(vma), safe, sizeof(safe));
	text_fit(safe, c->term.width - used - 1, c->term.utf8, name,
		 sizeof(name));
	printf("%s%s%s%s%s\n", term_on(&c->term, PAINT_HEAD), head,
	       *name ? " " : "", name, term_off(&c->term));
}

/**
 * states_text() - how many pages are what
 * @c: the run
 * @totals: the sums
 *
 * Return: 0, or -errno with the failure told.
 */
int states_text(struct context *c, const struct totals *totals)
{
	static const struct column columns[] = {
		{ "State", 0 }, { "pages", SCOLS_FL_RIGHT },
		{ "size", SCOLS_FL_RIGHT }, { "", 0 },
	};
	char a[SIZE_TEXT * 2], b[SIZE_TEXT], name[NAME_MAX_LEN];
	char blocks[BAR_TEXT(BAR)];
	struct table table;
	unsigned int i;

	if (!totals->pages)
		return 0;
	putchar('\n');
	table_begin(&table, &c->term, columns, 4, true);
	for (i = 1; i <= TOTAL_STATES; i++) {
		unsigned int state = i % TOTAL_STATES;
		uint64_t pages = totals->state[state];

		if (!pages)
			continue;
		table_row(&table);
		table_cell(&table, 0, paint_of_state(state), "  %s",
			   name_of(&names_state, state, name));
		table_cell(&table, 1, PAINT_NONE, "%s", text_count(pages, a));
		table_cell(&table, 2, PAINT_NONE, "%s",
			   text_size(pages * c->page_size, c->options.bytes, b));
		table_cell(&table, 3, paint_of_state(state), "%s",
			   bar_text(pages, totals->pages, BAR, c->term.utf8,
				    blocks));
	}
	return context_table(c, table_end(&table));
}

/* A table of pages by what is decided about them. */
static const struct column decision_columns[] = {
	{ "", 0 }, { "", SCOLS_FL_RIGHT }, { "", SCOLS_FL_RIGHT },
	{ "", COLUMN_WORDS },
};

static void decision_row(struct context *c, struct table *table,
			 enum paint paint, const char *name, uint64_t pages,
			 const char *doc)
{
	char count[SIZE_TEXT * 2], size[SIZE_TEXT];

	table_row(table);
	table_cell(table, 0, paint, "  %s", name);
	table_cell(table, 1, PAINT_NONE, "%s", text_count(pages, count));
	table_cell(table, 2, PAINT_NONE, "%s",
		   text_size(pages * c->page_size, c->options.bytes, size));
	table_cell(table, 3, PAINT_DIM, "%s", doc);
}

static const char *doc_of(const struct name_set *set, unsigned int value)
{
	return value < set->count ? set->entries[value].doc : "";
}

static bool any(const uint64_t *pages, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (pages[i])
			return true;
	return false;
}

static int verdicts_text(struct context *c, const struct totals *totals)
{
	char name[NAME_MAX_LEN];
	struct table table;
	unsigned int i;

	if (!any(totals->verdict, TOTAL_VERDICTS))
		return 0;
	say(&c->term, PAINT_HEAD, "\nCopy-on-write verdict");
	table_begin(&table, &c->term, decision_columns, 4, false);
	for (i = 0; i < TOTAL_VERDICTS; i++)
		if (totals->verdict[i])
			decision_row(c, &table, paint_of_verdict(i),
				     name_of(&names_verdict, i, name),
				     totals->verdict[i],
				     doc_of(&names_verdict, i));
	return context_table(c, table_end(&table));
}

static bool any_writes(const struct writes *writes)
{
	return any(writes->decided, TOTAL_FORECASTS) ||
	       writes->undecided[0].pages;
}

static int writes_text(struct context *c, const char *heading,
		       const struct writes *writes)
{
	const struct undecided *u = writes->undecided;
	char a[NAME_MAX_LEN], b[NAME_MAX_LEN], both[NAME_MAX_LEN * 3];
	struct table table;
	unsigned int i;

	if (!any_writes(writes))
		return 0;
	say(&c->term, PAINT_HEAD, "\n%s", heading);
	table_begin(&table, &c->term, decision_columns, 4, false);
	for (i = 0; i < TOTAL_FORECASTS; i++)
		if (writes->decided[i])
			decision_row(c, &table, paint_of_forecast(i),
				     name_of(&names_forecast, i, a),
				     writes->decided[i],
				     doc_of(&names_forecast, i));
	for (i = 0; i < TOTAL_UNDECIDED && u[i].pages; i++) {
		snprintf(both, sizeof(both), "%s or %s",
			 name_of(&names_forecast, u[i].what, a),
			 name_of(&names_forecast, u[i].or_else, b));
		decision_row(c, &table, PAINT_NONE, both, u[i].pages,
			     doc_of(&names_why, u[i].why));
	}
	return context_table(c, table_end(&table));
}

/**
 * copies_text() - how much all writes together would copy
 * @c: the run
 * @totals: the sums
 *
 * What may not be written is no part of it, whatever its verdict.
 */
void copies_text(struct context *c, const struct totals *totals)
{
	char copied[SIZE_AMOUNT], may_copy[SIZE_AMOUNT], zeroed[SIZE_AMOUNT];
	char later[SIZE_AMOUNT];
	struct write_sum sum;
	char zeroes[96] = "";

	totals_writes(totals, &sum);
	text_amount(sum.copied * c->page_size, c->options.bytes, copied);
	text_amount(sum.may_copy * c->page_size, c->options.bytes, may_copy);
	text_amount(sum.zeroed * c->page_size, c->options.bytes, zeroed);
	if (sum.zeroed)
		snprintf(zeroes, sizeof(zeroes),
			 ", %s put %s of zeroes in the place of the zero page",
			 sum.copied || sum.may_copy ? "and" : "but", zeroed);
	if (sum.copied && sum.may_copy)
		say(&c->term, PAINT_NONE,
		    "A write to all that is there, and may be written, would copy %s, perhaps %s more%s.",
		    copied, may_copy, zeroes);
	else if (sum.may_copy)
		say(&c->term, PAINT_NONE,
		    "A write to all that is there, and may be written, would perhaps copy %s%s.",
		    may_copy, zeroes);
	else
		say(&c->term, PAINT_NONE,
		    "A write to all that is there, and may be written, would copy %s%s.",
		    sum.copied ? copied : "nothing", zeroes);
	if (sum.later)
		say(&c->term, PAINT_NONE,
		    "Of %s more nobody knows yet: another fault comes first, as swap-in.",
		    text_amount(sum.later * c->page_size, c->options.bytes,
				later));
	if (sum.hole_copied)
		say(&c->term, PAINT_NONE,
		    "Where nothing is mapped yet, a write would copy %s of files.",
		    text_amount(sum.hole_copied * c->page_size,
				c->options.bytes, later));
}

/**
 * decisions_text() - how many pages have which verdict and forecast
 * @c: the run
 * @totals: the sums
 *
 * Return: 0, or -errno with the failure told.
 */
int decisions_text(struct context *c, const struct totals *totals)
{
	int ret;

	if (!totals->pages)
		return 0;
	ret = verdicts_text(c, totals);
	if (!ret)
		ret = writes_text(c, "A write to what is there",
				  &totals->present);
	if (!ret)
		ret = writes_text(c, "A write to a hole", &totals->holes);
	return ret;
}

/**
 * remarks_text() - how far an answer can be relied on
 * @c: the run
 * @withheld: bits of enum mmlens_detail
 * @changed: the address space changed meanwhile
 * @stall: what the answer cost its target
 */
void remarks_text(struct context *c, uint32_t withheld, bool changed,
		  const struct mmlens_stall *stall)
{
	char text[TEXT_MAX], time[SIZE_TEXT];

	if (withheld) {
		text_flags(&names_detail, withheld, text, sizeof(text));
		putchar('\n');
		say(&c->term, PAINT_NONE,
		    "Withheld, in all or in part, for lack of CAP_SYS_ADMIN: %s",
		    text);
	}
	if (changed) {
		putchar('\n');
		say(&c->term, PAINT_AWAY,
		    "The address space changed while it was read: not all of this was true at once.");
	}
	if (stall->holds) {
		putchar('\n');
		say(&c->term, PAINT_DIM, "Longest hold of its mmap_lock: %s",
		    text_time(stall->longest_ns, time));
	}
}
