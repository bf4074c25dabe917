// SPDX-License-Identifier: GPL-2.0
/*
 * Rows are printed as they come, in columns of fixed width: there may be as
 * many as pages.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cow_pair.h"
#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "tell.h"
#include "text.h"

#define SHARING_WIDTH 12

static const enum paint paints[SHARINGS] = {
	[SHARING_SAME] = PAINT_SHARED,
	[SHARING_DIVERGED] = PAINT_ANON,
	[SHARING_UNDECIDED] = PAINT_AWAY,
};

static const char *sharing_name(const struct pair_answer *answer,
				enum sharing sharing, char buf[32])
{
	switch (sharing) {
	case SHARING_SAME:
		return "same";
	case SHARING_DIVERGED:
		return "diverged";
	case SHARING_ONLY_FIRST:
		snprintf(buf, 32, "only %d", answer->c->target.pid);
		return buf;
	case SHARING_ONLY_SECOND:
		snprintf(buf, 32, "only %d", answer->other.pid);
		return buf;
	default:
		return "undecided";
	}
}

static const char *size(const struct pair_answer *answer, uint64_t pages,
			char buf[SIZE_TEXT])
{
	const struct context *c = answer->c;

	return text_size(pages * c->page_size, c->options.bytes, buf);
}

static void headline(const struct pair_answer *answer)
{
	const struct context *c = answer->c;
	char a[256], b[256];

	text_safe(c->target.comm, a, sizeof(a));
	text_safe(answer->other.comm, b, sizeof(b));
	say(&c->term, PAINT_HEAD, "%s (PID %d) and %s (PID %d), page by page",
	    a, c->target.pid, b, answer->other.pid);
}

/* Pages where both have one. */
static uint64_t in_both(const struct pair_answer *answer)
{
	const uint64_t *pages = answer->sums.pages;

	return pages[SHARING_SAME] + pages[SHARING_DIVERGED] +
	       pages[SHARING_UNDECIDED];
}

static const char *amount(const struct pair_answer *answer, uint64_t pages,
			  char buf[SIZE_AMOUNT])
{
	const struct context *c = answer->c;

	return text_amount(pages * c->page_size, c->options.bytes, buf);
}

static void sentence(const struct pair_answer *answer)
{
	const uint64_t *pages = answer->sums.pages;
	uint64_t both = in_both(answer);
	char a[SIZE_AMOUNT], b[SIZE_AMOUNT], d[SIZE_AMOUNT];

	if (!both) {
		say(&answer->c->term, PAINT_NONE,
		    "At no address both have a page.");
		return;
	}
	say(&answer->c->term, PAINT_NONE,
	    "At equal addresses both have %s: %s of it is the same memory, %s has diverged.",
	    amount(answer, both, a), amount(answer, pages[SHARING_SAME], b),
	    amount(answer, pages[SHARING_DIVERGED], d));
}

static void sums_row(const struct pair_answer *answer, struct table *table,
		     enum paint paint, const char *name, uint64_t pages,
		     const char *note)
{
	char a[SIZE_TEXT * 2], b[SIZE_TEXT];

	if (!pages)
		return;
	table_row(table);
	table_cell(table, 0, paint, "  %s", name);
	table_cell(table, 1, PAINT_NONE, "%s", text_count(pages, a));
	table_cell(table, 2, PAINT_NONE, "%s", size(answer, pages, b));
	table_cell(table, 3, PAINT_DIM, "%s", note);
}

static int sums_text(const struct pair_answer *answer)
{
	static const struct column columns[] = {
		{ "Sharing", 0 }, { "pages", SCOLS_FL_RIGHT },
		{ "size", SCOLS_FL_RIGHT }, { "", COLUMN_WORDS },
	};
	static const char *const notes[SHARINGS] = {
		[SHARING_SAME] = "one frame, or one slot of swap, for both",
		[SHARING_DIVERGED] = "each has a page of its own",
		[SHARING_UNDECIDED] = "one has it in swap, and the other's page may be the very same, read back",
	};
	struct context *c = answer->c;
	struct table table;
	unsigned int i;
	char buf[32];

	putchar('\n');
	table_begin(&table, &c->term, columns, 4, true);
	for (i = 0; i < SHARINGS; i++)
		sums_row(answer, &table, paints[i],
			 sharing_name(answer, i, buf), answer->sums.pages[i],
			 notes[i] ? notes[i] : "the other maps no page there");
	sums_row(answer, &table, PAINT_SHARED, "elsewhere",
		 answer->sums.elsewhere,
		 "frames that both map, but at no equal address");
	return context_table(c, table_end(&table));
}

static void print_row(const struct pair_answer *answer,
		      const struct pair_row *row, int address_width,
		      bool several)
{
	const struct term *term = &answer->c->term;
	char a[SIZE_TEXT], sharing[32], first[NAME_MAX_LEN];
	char second[NAME_MAX_LEN];
	const char *on = term_on(term, paints[row->sharing]);

	printf("  %*" PRIx64 " %9" PRIu64 " %7s %s%-*s%s ", address_width,
	       row->start, row->pages, size(answer, row->pages, a), on,
	       SHARING_WIDTH, sharing_name(answer, row->sharing, sharing),
	       *on ? term_off(term) : "");
	if (several)
		puts("several");
	else if (row->sharing == SHARING_ONLY_SECOND ||
		 row->state[0] == row->state[1])
		printf("%s\n", name_of(&names_state, row->state[1], second));
	else if (row->sharing == SHARING_ONLY_FIRST)
		printf("%s\n", name_of(&names_state, row->state[0], first));
	else
		printf("%s, %s\n", name_of(&names_state, row->state[0], first),
		       name_of(&names_state, row->state[1], second));
}

/* What each has in a VMA of which the other has nothing. */
struct only {
	struct pair_row row;	/* from the first; its pages those of all */
	bool several;		/* they are of several states */
};

static void print_only(const struct pair_answer *answer,
		       const struct only only[2], int width)
{
	unsigned int i;

	if (!only[0].row.pages && !only[1].row.pages)
		return;
	vma_heading(answer->c, only[0].row.pages ? only[0].row.vma :
						   only[1].row.vma);
	for (i = 0; i < 2; i++)
		if (only[i].row.pages)
			print_row(answer, &only[i].row, width,
				  only[i].several);
}

/* Where nothing is in both, a row for each VMA tells enough. */
static int only_text(const struct pair_answer *answer, int width)
{
	struct pair_walk walk = { .pair = &answer->pair };
	struct only only[2] = { 0 };
	const struct vma *vma = NULL;
	struct pair_row row;
	int ret = 0;

	while (!ret && pair_next(&walk, &row)) {
		unsigned int which = row.sharing == SHARING_ONLY_SECOND;
		struct only *of = &only[which];

		if (row.vma != vma) {
			print_only(answer, only, width);
			memset(only, 0, sizeof(only));
			ret = context_output(answer->c);
		}
		vma = row.vma;
		if (!of->row.pages) {
			of->row = row;
			continue;
		}
		of->row.pages += row.pages;
		of->several |= of->row.state[which] != row.state[which];
	}
	print_only(answer, only, width);
	return ret ? ret : context_output(answer->c);
}

static int rows_text(const struct pair_answer *answer)
{
	struct pair_walk walk = { .pair = &answer->pair };
	struct context *c = answer->c;
	const struct vma *headed = NULL;
	struct pair_row row;
	int width, ret = 0;
	bool first = true;

	width = vma_address_width(&answer->selection.vmas);
	if (vma_address_width(&answer->other_vmas) > width)
		width = vma_address_width(&answer->other_vmas);
	printf("\n%s  %*s %9s %7s %-*s STATE%s\n", term_on(&c->term, PAINT_HEAD),
	       width, "START", "PAGES", "SIZE", SHARING_WIDTH, "SHARING",
	       term_off(&c->term));
	if (!in_both(answer))
		return only_text(answer, width);
	while (!ret && pair_next(&walk, &row)) {
		if (first || row.vma != headed)
			vma_heading(c, row.vma);
		first = false;
		headed = row.vma;
		print_row(answer, &row, width, false);
		ret = context_output(c);
	}
	return ret;
}

/**
 * pair_text() - tell a person
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int pair_text(struct pair_answer *answer)
{
	static const struct mmlens_stall none;
	struct context *c = answer->c;
	char time[SIZE_TEXT];
	int ret = 0;

	headline(answer);
	if (answer->one_mm) {
		say(&c->term, PAINT_NONE,
		    "They share one address space: every page is the same, and a write by one is seen by the other at once.");
		return context_output(c);
	}
	sentence(answer);
	if (answer->pair.pieces[0].count + answer->pair.pieces[1].count) {
		ret = sums_text(answer);
		if (!ret)
			ret = rows_text(answer);
	}
	if (ret)
		return ret;
	putchar('\n');
	say(&c->term, PAINT_DIM,
	    "The one was read after the other: what they wrote meanwhile may be told as it was before or after.");
	remarks_text(c, 0, answer->changed, &none);
	if (answer->stall.holds) {
		putchar('\n');
		say(&c->term, PAINT_DIM,
		    "Longest hold of the mmap_lock of either: %s",
		    text_time(answer->stall.longest_ns, time));
	}
	return context_output(c);
}
