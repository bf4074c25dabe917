// SPDX-License-Identifier: GPL-2.0
/*
 * Pages in columns of fixed width: a row is printed as it comes, no later one
 * can ask for more room. What does not fit beside the rest goes to a further
 * line, which begins indented.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "names_gen.h"
#include "pages.h"
#include "say.h"
#include "tell.h"
#include "text.h"

#define INDENT 2
#define INDENT_FURTHER 6
#define CELL_MAX 512

static const struct {
	uint32_t flag;
	char letter;
} letters[] = {
	{ MMLENS_PAGE_FLAG_WRITE, 'w' },
	{ MMLENS_PAGE_FLAG_DIRTY, 'd' },
	{ MMLENS_PAGE_FLAG_ACCESSED, 'a' },
	{ MMLENS_PAGE_FLAG_SOFT_DIRTY, 's' },
	{ MMLENS_PAGE_FLAG_EXCLUSIVE, 'x' },
	{ MMLENS_PAGE_FLAG_UFFD, 'u' },
	{ MMLENS_PAGE_FLAG_PROTNONE, 'n' },
	{ MMLENS_PAGE_FLAG_NUMA_HINT, 'h' },
	{ MMLENS_PAGE_FLAG_SPECIAL, 'k' },
};

static const char letters_legend[] =
	"w write  d dirty  a accessed  s soft-dirty  x anon-exclusive\n"
	"u userfaultfd  n protnone  h NUMA hint  k without struct page\n";

/* The columns, in their order. */
enum {
	COLUMN_START,
	COLUMN_PAGES,
	COLUMN_SIZE,
	COLUMN_STATE,
	COLUMN_LEVEL,
	COLUMN_FLAGS,
	COLUMN_PFN,
	COLUMN_MAPS,
	COLUMN_REFS,
	COLUMN_LRU,
	COLUMN_NODE,
	COLUMN_CGROUP,
	COLUMN_ORDER,
	COLUMN_FOLIO,
	COLUMNS
};

static const struct {
	const char *name;
	int width;		/* negative: to the left */
	uint32_t detail;	/* shown only where this is asked for */
} columns[COLUMNS] = {
	[COLUMN_START] = { "START", 12, 0 },
	[COLUMN_PAGES] = { "PAGES", 9, 0 },
	[COLUMN_SIZE] = { "SIZE", 7, 0 },
	[COLUMN_STATE] = { "STATE", -9, 0 },
	[COLUMN_LEVEL] = { "LVL", -3, 0 },
	[COLUMN_FLAGS] = { "FLAGS", -9, MMLENS_DETAIL_ENTRY },
	[COLUMN_PFN] = { "PFN", 9, MMLENS_DETAIL_PFN },
	[COLUMN_MAPS] = { "MAPS", 5, MMLENS_DETAIL_COUNTS },
	[COLUMN_REFS] = { "REFS", 5, MMLENS_DETAIL_COUNTS },
	[COLUMN_LRU] = { "LRU", -14, MMLENS_DETAIL_LRU },
	[COLUMN_NODE] = { "NODE", 4, MMLENS_DETAIL_NODE },
	[COLUMN_CGROUP] = { "CGROUP", 8, MMLENS_DETAIL_CGROUP },
	[COLUMN_ORDER] = { "ORDER", 5, MMLENS_DETAIL_FOLIO },
	[COLUMN_FOLIO] = { "FOLIO", -20, MMLENS_DETAIL_FOLIO },
};

/* A letter for each flag, and - where it is not set. */
static void fill_letters(uint32_t flags, char *to)
{
	size_t i;

	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		to[i] = '-';
		if (flags & letters[i].flag)
			to[i] = letters[i].letter;
	}
	to[i] = '\0';
}

static bool is_shown(const struct pages_answer *answer, unsigned int column)
{
	if (column == COLUMN_SIZE && answer->c->options.each)
		return false;
	return !columns[column].detail ||
	       answer->detail & columns[column].detail;
}

static void pfn_cell(const struct mmlens_page_run *run, char *to)
{
	if (run->state == MMLENS_STATE_SWAP)
		snprintf(to, CELL_MAX, "%u:%" PRIx64, run->swap_type,
			 (uint64_t)run->pfn);
	else
		snprintf(to, CELL_MAX, "%" PRIx64, (uint64_t)run->pfn);
}

static void lru_cell(const struct mmlens_page_run *run, char *to)
{
	char buf[NAME_MAX_LEN];

	if (run->lru == MMLENS_LRU_GENERATION)
		snprintf(to, CELL_MAX, "gen %u tier %u", run->generation,
			 run->tier);
	else
		snprintf(to, CELL_MAX, "%s",
			 name_of(&names_lru, run->lru, buf));
}

/* The text of a cell; empty where it does not apply, ? where it is withheld. */
static void fill_cell(const struct pages_answer *answer,
		      const struct page_row *row, unsigned int column, char *to)
{
	const struct mmlens_page_run *run = &row->run;
	const struct context *c = answer->c;
	uint32_t detail = columns[column].detail;
	char buf[NAME_MAX_LEN];

	to[0] = '\0';
	if (detail && !(run->facts & detail)) {
		if (run->state != MMLENS_STATE_NONE &&
		    answer->said.withheld & detail)
			snprintf(to, CELL_MAX, "?");
		return;
	}
	switch (column) {
	case COLUMN_START:
		snprintf(to, CELL_MAX, "%" PRIx64, (uint64_t)run->start);
		break;
	case COLUMN_PAGES:
		snprintf(to, CELL_MAX, "%" PRIu64, row->pages);
		break;
	case COLUMN_SIZE:
		text_size(row->pages * c->page_size, c->options.bytes, to);
		break;
	case COLUMN_STATE:
		snprintf(to, CELL_MAX, "%s",
			 name_of(&names_state, run->state, buf));
		break;
	case COLUMN_LEVEL:
		snprintf(to, CELL_MAX, "%s",
			 name_of(&names_level, run->level, buf));
		break;
	case COLUMN_FLAGS:
		fill_letters(run->flags, to);
		break;
	case COLUMN_PFN:
		pfn_cell(run, to);
		break;
	case COLUMN_MAPS:
		snprintf(to, CELL_MAX, "%u", run->mapcount);
		break;
	case COLUMN_REFS:
		snprintf(to, CELL_MAX, "%u", run->refcount);
		break;
	case COLUMN_LRU:
		lru_cell(run, to);
		break;
	case COLUMN_NODE:
		snprintf(to, CELL_MAX, "%u", run->node);
		break;
	case COLUMN_CGROUP:
		snprintf(to, CELL_MAX, "%" PRIu64, (uint64_t)run->cgroup);
		break;
	case COLUMN_ORDER:
		snprintf(to, CELL_MAX, "%u", run->order);
		break;
	case COLUMN_FOLIO:
		text_flags(&names_page_flag, run->flags &
			   ~(MMLENS_PAGE_FLAG_LOCKED - 1), to, CELL_MAX);
		break;
	}
}

/* A row, which may be several lines on the terminal. */
struct line {
	char text[4096];
	size_t length;
	int used;		/* columns of the terminal in the present line */
};

static void add(struct line *line, const char *text, size_t length)
{
	if (line->length + length >= sizeof(line->text))
		return;
	memcpy(line->text + line->length, text, length);
	line->length += length;
}

/* Blanks at the end of a line are of no use to anybody. */
static void trim(struct line *line)
{
	while (line->length && line->text[line->length - 1] == ' ')
		line->length--;
}

/* Puts a cell where it belongs; the colour takes no room. */
static void add_cell(const struct term *term, struct line *line, int width,
		     enum paint paint, const char *text)
{
	int room = width < 0 ? -width : width;
	const char *on = term_on(term, paint);
	char cell[CELL_MAX];

	if (line->used && line->used + 1 + room > term->width) {
		trim(line);
		add(line, "\n", 1);
		line->used = 0;
		snprintf(cell, sizeof(cell), "%*s", INDENT_FURTHER, "");
	} else {
		snprintf(cell, sizeof(cell), "%*s", line->used ? 1 : INDENT,
			 "");
	}
	add(line, cell, strlen(cell));
	line->used += (int)strlen(cell);
	snprintf(cell, sizeof(cell), "%*s", width, text);
	add(line, on, strlen(on));
	add(line, cell, strlen(cell));
	if (*on)
		add(line, term_off(term), strlen(term_off(term)));
	line->used += (int)strlen(cell);
}

static void print_line(struct line *line)
{
	trim(line);
	/* The last line may have come out empty. */
	if (line->length && line->text[line->length - 1] == '\n')
		line->length--;
	fwrite(line->text, 1, line->length, stdout);
	putchar('\n');
}

/* Words of any number, over as many lines as they need. */
static void add_words(const struct term *term, struct line *line,
		      const char *text)
{
	char word[NAME_MAX_LEN];

	while (*text) {
		size_t length = strcspn(text, " ");

		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		add_cell(term, line, -(int)length, PAINT_NONE, word);
		text += length + (text[length] == ' ');
	}
}

static int width_of(const struct pages_answer *answer, unsigned int column)
{
	return column == COLUMN_START ? answer->address_width :
	       columns[column].width;
}

static void print_headings(const struct pages_answer *answer)
{
	const struct term *term = &answer->c->term;
	struct line line = { 0 };
	unsigned int i;

	for (i = 0; i < COLUMNS; i++)
		if (is_shown(answer, i))
			add_cell(term, &line, width_of(answer, i), PAINT_HEAD,
				 columns[i].name);
	print_line(&line);
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
	char text[CELL_MAX];
	unsigned int i;

	if (!answer->rows || answer->headed != answer->vma) {
		vma_heading(answer->c, answer->vma);
		answer->headed = answer->vma;
	}
	for (i = 0; i < COLUMNS; i++) {
		if (!is_shown(answer, i))
			continue;
		fill_cell(answer, row, i, text);
		if (i == COLUMN_FOLIO)
			add_words(term, &line, text);
		else
			add_cell(term, &line, width_of(answer, i),
				 i == COLUMN_STATE ?
				 paint_of_state(row->run.state) : PAINT_NONE,
				 text);
	}
	print_line(&line);
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

	if (!answer->totals.pages)
		puts("  no pages: no VMA lies there");
	else if (answer->rows && answer->detail & MMLENS_DETAIL_ENTRY)
		printf("\n%s%s%s", term_on(&c->term, PAINT_DIM),
		       letters_legend, term_off(&c->term));
	print_cgroups(answer);
	ret = states_text(c, &answer->totals);
	if (!ret)
		remarks_text(c, answer->said.withheld, answer->changed,
			     &answer->stall);
	return ret ? ret : context_output(c);
}
