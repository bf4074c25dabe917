// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "tell.h"
#include "text.h"
#include "zero.h"

static const char *size(const struct context *c, uint64_t pages,
			char buf[SIZE_TEXT])
{
	return text_size(pages * c->page_size, c->options.bytes, buf);
}

static const char *amount(const struct context *c, uint64_t pages,
			  char buf[SIZE_AMOUNT])
{
	return text_amount(pages * c->page_size, c->options.bytes, buf);
}

static void sum_row(const struct context *c, struct table *table,
		    enum paint paint, const char *name, uint64_t pages,
		    const char *note)
{
	char a[SIZE_TEXT * 2], b[SIZE_TEXT];

	table_row(table);
	table_cell(table, 0, paint, "  %s", name);
	table_cell(table, 1, PAINT_NONE, "%s", text_count(pages, a));
	table_cell(table, 2, PAINT_NONE, "%s", size(c, pages, b));
	table_cell(table, 3, PAINT_DIM, "%s", note);
}

static int sums_text(struct context *c, const struct zero_answer *answer)
{
	static const struct column columns[] = {
		{ "Reads as zero", 0 }, { "pages", SCOLS_FL_RIGHT },
		{ "size", SCOLS_FL_RIGHT }, { "", COLUMN_WORDS },
	};
	struct table table;

	putchar('\n');
	table_begin(&table, &c->term, columns, 4, true);
	sum_row(c, &table, PAINT_ZERO, "zero", answer->sum.small,
		"entries for the zero page, one for the whole machine");
	sum_row(c, &table, PAINT_ZERO, "huge-zero", answer->sum.huge,
		"the same, by huge pages");
	sum_row(c, &table, PAINT_DIM, "untouched", answer->sum.untouched,
		"not even an entry; a read would make one");
	/* The process has one RSS, and no part of it has one of its own. */
	if (!answer->selection.range.given)
		sum_row(c, &table, PAINT_NONE, "beside it: RSS",
			zero_rss(answer),
			"memory in use; no zero page is part of it");
	return context_table(c, table_end(&table));
}

static void size_cell(const struct context *c, struct table *table,
		      size_t column, enum paint paint, uint64_t pages)
{
	char buf[SIZE_TEXT];

	table_cell(table, column, pages ? paint : PAINT_DIM, "%s",
		   pages ? size(c, pages, buf) : "-");
}

static int list_text(struct context *c, const struct zero_answer *answer)
{
	static const struct column columns[] = {
		{ "START", SCOLS_FL_RIGHT }, { "SIZE", SCOLS_FL_RIGHT },
		{ "PERM", 0 }, { "ZERO", SCOLS_FL_RIGHT },
		{ "HUGE-ZERO", SCOLS_FL_RIGHT },
		{ "UNTOUCHED", SCOLS_FL_RIGHT }, { "NAME", COLUMN_WORDS },
	};
	const struct vma_list *vmas = &answer->selection.vmas;
	struct table table;
	size_t i;

	if (!zero_pages(&answer->sum))
		return 0;
	putchar('\n');
	table_begin(&table, &c->term, columns, 7, true);
	for (i = 0; i < vmas->count; i++) {
		const struct zero_sums *sums = &answer->sums[i];
		const struct vma *vma = &vmas->list[i];
		char perms[5], name[1024], buf[SIZE_TEXT], kind[NAME_MAX_LEN];

		if (!zero_pages(sums))
			continue;
		vma_perms(vma, perms);
		text_safe(text_vma_name(vma), name, sizeof(name));
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%" PRIx64,
			   (uint64_t)vma->v.start);
		table_cell(&table, 1, PAINT_NONE, "%s",
			   text_size(vma->v.end - vma->v.start,
				     c->options.bytes, buf));
		table_cell(&table, 2, PAINT_NONE, "%s", perms);
		size_cell(c, &table, 3, PAINT_ZERO, sums->small);
		size_cell(c, &table, 4, PAINT_ZERO, sums->huge);
		size_cell(c, &table, 5, PAINT_NONE, sums->untouched);
		table_cell(&table, 6, paint_of_kind(vma->v.kind), "%s", *name ?
			   name : name_of(&names_vma_kind, vma->v.kind, kind));
	}
	return context_table(c, table_end(&table));
}

/**
 * zero_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int zero_text(struct context *c, const struct zero_answer *answer)
{
	const struct zero_sums *sum = &answer->sum;
	char comm[256], a[SIZE_AMOUNT];
	int ret = 0;

	text_safe(c->target.comm, comm, sizeof(comm));
	say(&c->term, PAINT_HEAD, "%s (PID %d): zeroes that take no memory",
	    comm, c->target.pid);
	if (answer->selection.vmas.count) {
		if (sum->small + sum->huge)
			say(&c->term, PAINT_NONE,
			    "It has %s of zero pages: they read as zero like any others, but take no memory until they are written.",
			    amount(c, sum->small + sum->huge, a));
		else
			puts("It has no zero pages.");
		if (sum->untouched)
			say(&c->term, PAINT_NONE,
			    "%s without an entry would read as zero, too.",
			    amount(c, sum->untouched, a));
		ret = sums_text(c, answer);
		if (!ret)
			ret = list_text(c, answer);
	} else {
		puts("No VMA lies there.");
	}
	if (!ret)
		remarks_text(c, 0, answer->changed, &answer->stall);
	return ret ? ret : context_output(c);
}
