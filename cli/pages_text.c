// SPDX-License-Identifier: GPL-2.0
/* Pages in columns: a row is printed as it comes. */
#include <inttypes.h>
#include <stdio.h>

#include "cgroup.h"
#include "names_gen.h"
#include "pages.h"
#include "say.h"
#include "swaps.h"
#include "tell.h"
#include "text.h"

static const char letters_legend[] =
	"w write  d dirty  a accessed  s soft-dirty  x anon-exclusive\n"
	"u userfaultfd  n protnone  h NUMA hint  k without struct page\n";

static const char generations_legend[] =
	"2nd (gen N): of its cgroup's generations, the second youngest, with number N;\n"
	"how long ago it became the youngest; and the tier: how often, beside the\n"
	"accessed bits of page tables, the kernel was told of a use, as by read and write\n";

/* "      write: cow-copy or cow-reuse (swap-cache)" */
static void print_undecided(const struct pages_answer *answer,
			    const char *access, unsigned int what,
			    unsigned int or_else, unsigned int why)
{
	const struct term *term = &answer->c->term;
	char a[NAME_MAX_LEN], b[NAME_MAX_LEN], c[NAME_MAX_LEN];

	if (what == or_else)
		return;
	printf("%*s%s%s: %s or %s (%s)%s\n", LINE_INDENT_FURTHER, "",
	       term_on(term, PAINT_DIM), access,
	       name_of(&names_forecast, what, a),
	       name_of(&names_forecast, or_else, b),
	       name_of(&names_why, why, c), term_off(term));
}

static void print_headings(const struct pages_answer *answer)
{
	const struct term *term = &answer->c->term;
	struct line line = { 0 };
	unsigned int i;

	for (i = 0; i < COLUMNS; i++) {
		const char *name = page_column_name(answer, i);

		if (name)
			line_cell(&line, term, page_column_width(answer, i),
				  PAINT_HEAD, name);
	}
	line_print(&line);
}

/**
 * page_columns_begin() - print what stands above the rows
 * @answer: the answer
 */
void page_columns_begin(struct pages_answer *answer)
{
	const struct context *c = answer->c;
	char comm[256];

	answer->address_width = vma_address_width(&answer->selection.vmas);
	text_safe(c->target.comm, comm, sizeof(comm));
	say(&c->term, PAINT_HEAD, "%s (PID %d), %s", comm, c->target.pid,
	    c->options.each ? "page by page" :
	    "equal neighbours in one row");
	putchar('\n');
	print_headings(answer);
}

/**
 * page_columns_row() - print a row, and before the first of a VMA its name
 * @answer: the answer
 * @row: the row
 *
 * Return: 0, or -errno with the failure told.
 */
int page_columns_row(struct pages_answer *answer, const struct page_row *row)
{
	const struct term *term = &answer->c->term;
	struct line line = { 0 };
	char text[LINE_CELL];
	unsigned int i;

	if (!answer->totals.runs || answer->headed != answer->vma) {
		vma_heading(answer->c, answer->vma);
		answer->headed = answer->vma;
	}
	for (i = 0; i < COLUMNS; i++) {
		if (!page_column_name(answer, i))
			continue;
		page_cell(answer, row, i, text);
		if (i == COLUMN_FOLIO)
			line_words(&line, term, text);
		else
			line_cell(&line, term, page_column_width(answer, i),
				  page_cell_paint(&row->run, i), text);
	}
	line_print(&line);
	if (row->run.facts & MMLENS_DETAIL_FORECAST) {
		print_undecided(answer, "read", row->run.read,
				row->run.read_else, row->run.read_why);
		print_undecided(answer, "write", row->run.write,
				row->run.write_else, row->run.write_why);
	}
	return context_output(answer->c);
}

/* The columns have room for a number, the paths are told below. */
static void print_cgroups(const struct pages_answer *answer)
{
	char path[4096], safe[4096 * 4];
	size_t i;

	if (answer->c->options.numeric)
		return;
	for (i = 0; i < answer->cgroup_count; i++) {
		if (cgroup_path(answer->cgroups[i], path, sizeof(path)))
			continue;
		text_safe(path, safe, sizeof(safe));
		printf("%scgroup %" PRIu64 " %s\n", i ? "" : "\n",
		       answer->cgroups[i], safe);
	}
}

static void print_swaps(const struct pages_answer *answer)
{
	char name[SWAP_NAME], safe[SWAP_NAME * 4];
	const char *before = "\n";
	unsigned int type;

	for (type = 0; type < 32; type++) {
		if (!(answer->swap_types >> type & 1) ||
		    !swap_device(type, name, sizeof(name)))
			continue;
		text_safe(name, safe, sizeof(safe));
		printf("%sswap %u is %s\n", before, type, safe);
		before = "";
	}
}

static void print_shown(const struct pages_answer *answer)
{
	const struct context *c = answer->c;
	char pages[SIZE_TEXT * 2], all[SIZE_TEXT * 2];
	char size[SIZE_TEXT], all_size[SIZE_TEXT];

	putchar('\n');
	say(&c->term, PAINT_NONE, "Shown: %s of %s page%s, %s of %s.",
	    text_count(answer->totals.pages, pages),
	    text_count(answer->all_pages, all),
	    answer->all_pages == 1 ? "" : "s",
	    text_size(answer->totals.pages * c->page_size, c->options.bytes,
		      size),
	    text_size(answer->all_pages * c->page_size, c->options.bytes,
		      all_size));
}

/* Of the flags of a folio, nobody can tell who may not see them. */
static void print_none(const struct pages_answer *answer)
{
	if (answer->withheld & filter_detail(&answer->c->options.filter))
		puts("  none that you may see: what was asked for is withheld");
	else
		puts("  none of the pages is like that");
}

static void print_doubts(const struct pages_answer *answer)
{
	const struct term *term = &answer->c->term;

	if (answer->withheld & MMLENS_DETAIL_VERDICT) {
		putchar('\n');
		say(term, PAINT_NONE,
		    "Who else maps a page is withheld for lack of CAP_SYS_ADMIN: what is told as shared may be reusable.");
	}
	if (answer->withheld_ksm) {
		putchar('\n');
		say(term, PAINT_NONE,
		    "What KSM has merged is withheld for lack of CAP_SYS_ADMIN: told as anon, it may be among the pages that are not exclusive.");
	}
}

/**
 * page_columns_end() - print what stands below the rows
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int page_columns_end(struct pages_answer *answer)
{
	struct context *c = answer->c;
	int ret;

	if (!answer->all_pages)
		puts("  no pages: no VMA lies there");
	else if (!answer->totals.runs)
		print_none(answer);
	else if (answer->detail & MMLENS_DETAIL_ENTRY)
		printf("\n%s%s%s", term_on(&c->term, PAINT_DIM),
		       letters_legend, term_off(&c->term));
	if (answer->has_generation)
		printf("\n%s%s%s", term_on(&c->term, PAINT_DIM),
		       generations_legend, term_off(&c->term));
	print_cgroups(answer);
	print_swaps(answer);
	if (filter_is_on(&c->options.filter) && answer->all_pages)
		print_shown(answer);
	ret = states_text(c, &answer->totals);
	if (!ret && answer->detail & DECISIONS)
		ret = decisions_text(c, &answer->totals);
	if (!ret && answer->detail & MMLENS_DETAIL_FORECAST &&
	    answer->totals.runs) {
		putchar('\n');
		copies_text(c, &answer->totals);
	}
	if (!ret)
		print_doubts(answer);
	if (!ret)
		remarks_text(c, answer->withheld, answer->changed,
			     &answer->stall);
	return ret ? ret : context_output(c);
}
