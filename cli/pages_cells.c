// SPDX-License-Identifier: GPL-2.0
/* The columns of pages, and what is in their cells. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "names_gen.h"
#include "pages.h"
#include "text.h"

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

static const struct {
	const char *name;
	int width;		/* negative: to the left */
	uint32_t detail;	/* shown only where this is asked for */
} columns[COLUMNS] = {
	[COLUMN_START] = { "START", 0, 0 },
	[COLUMN_PAGES] = { "PAGES", 8, 0 },
	[COLUMN_SIZE] = { "SIZE", 7, 0 },
	[COLUMN_STATE] = { "STATE", -9, 0 },
	[COLUMN_LEVEL] = { "LVL", -3, 0 },
	[COLUMN_FLAGS] = { "FLAGS", -9, MMLENS_DETAIL_ENTRY },
	[COLUMN_VERDICT] = { "VERDICT", -9, MMLENS_DETAIL_VERDICT },
	[COLUMN_READ] = { "READ", -11, MMLENS_DETAIL_FORECAST },
	[COLUMN_WRITE] = { "WRITE", -12, MMLENS_DETAIL_FORECAST },
	[COLUMN_WHY] = { "WHY", -16, MMLENS_DETAIL_VERDICT },
	[COLUMN_PFN] = { "PFN", 9, MMLENS_DETAIL_PFN },
	[COLUMN_MAPS] = { "MAPS", 5, MMLENS_DETAIL_COUNTS },
	[COLUMN_REFS] = { "REFS", 5, MMLENS_DETAIL_COUNTS },
	[COLUMN_LRU] = { "LRU", -31, MMLENS_DETAIL_LRU },
	[COLUMN_NODE] = { "NODE", 4, MMLENS_DETAIL_NODE },
	[COLUMN_CGROUP] = { "CGROUP", 8, MMLENS_DETAIL_CGROUP },
	[COLUMN_ORDER] = { "ORDER", 5, MMLENS_DETAIL_FOLIO },
	[COLUMN_FOLIO] = { "FOLIO", -5, MMLENS_DETAIL_FOLIO },
};

/**
 * page_column_width() - the width of a column
 * @answer: the answer
 * @column: the column
 *
 * Return: Its width, negative if it is filled from the left.
 */
int page_column_width(const struct pages_answer *answer,
		      enum page_column column)
{
	return column == COLUMN_START ? answer->address_width :
	       columns[column].width;
}

static bool is_asked(const struct pages_answer *answer, unsigned int column)
{
	if (column == COLUMN_SIZE && answer->c->options.each)
		return false;
	return !columns[column].detail ||
	       answer->detail & columns[column].detail;
}

/* The reason of a verdict is told where it does not ask for a further line. */
static bool has_room_for_why(const struct pages_answer *answer)
{
	int used = LINE_INDENT - 1;
	unsigned int i;

	for (i = 0; i < COLUMNS; i++)
		if (is_asked(answer, i))
			used += 1 + abs(page_column_width(answer, i));
	return used <= answer->c->term.width;
}

/**
 * page_column_name() - the heading of a column
 * @answer: the answer
 * @column: the column
 *
 * Return: Its heading, or NULL if the column is not shown.
 */
const char *page_column_name(const struct pages_answer *answer,
			     enum page_column column)
{
	if (!is_asked(answer, column) ||
	    (column == COLUMN_WHY && !has_room_for_why(answer)))
		return NULL;
	return columns[column].name;
}

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

static void pfn_cell(const struct mmlens_page_run *run, char *to)
{
	if (run->state == MMLENS_STATE_SWAP)
		snprintf(to, LINE_CELL, "%u:%" PRIx64, run->swap_type,
			 (uint64_t)run->pfn);
	else
		snprintf(to, LINE_CELL, "%" PRIx64, (uint64_t)run->pfn);
}

static void lru_cell(const struct context *c, const struct mmlens_page_run *run,
		     char *to)
{
	char buf[NAME_MAX_LEN], age[SIZE_TEXT];

	if (run->lru == MMLENS_LRU_GENERATION)
		snprintf(to, LINE_CELL, "%s, %s, tier %u",
			 text_generation(run->younger, run->generation, buf),
			 text_age(age_of(run->birth, c->now), age), run->tier);
	else if (run->lru == MMLENS_LRU_UNEVICTABLE && run->mlock_count)
		snprintf(to, LINE_CELL, "unevictable, mlock %u",
			 run->mlock_count);
	else
		snprintf(to, LINE_CELL, "%s",
			 name_of(&names_lru, run->lru, buf));
}

/* Both outcomes find room on a line of their own only. */
static void forecast_cell(unsigned int what, unsigned int or_else, char *to)
{
	char buf[NAME_MAX_LEN];

	snprintf(to, LINE_CELL, "%s", what != or_else ? "undecided" :
		 name_of(&names_forecast, what, buf));
}

/**
 * page_cell_paint() - the colour of a cell
 * @run: the page
 * @column: the column
 *
 * Return: The colour.
 */
enum paint page_cell_paint(const struct mmlens_page_run *run,
			   enum page_column column)
{
	switch (column) {
	case COLUMN_STATE:
		return paint_of_state(run->state);
	case COLUMN_VERDICT:
		return paint_of_verdict(run->verdict);
	case COLUMN_READ:
		return run->read != run->read_else ? PAINT_NONE :
		       paint_of_forecast(run->read);
	case COLUMN_WRITE:
		return run->write != run->write_else ? PAINT_NONE :
		       paint_of_forecast(run->write);
	default:
		return PAINT_NONE;
	}
}

/**
 * page_cell() - the text of a cell
 * @answer: the answer
 * @row: the row
 * @column: the column
 * @to: filled; empty where it does not apply, ? where it is withheld
 */
void page_cell(const struct pages_answer *answer, const struct page_row *row,
	       enum page_column column, char to[LINE_CELL])
{
	const struct mmlens_page_run *run = &row->run;
	const struct context *c = answer->c;
	uint32_t detail = columns[column].detail;
	char buf[NAME_MAX_LEN];

	to[0] = '\0';
	if (detail && !(run->facts & detail)) {
		if (run->state != MMLENS_STATE_NONE &&
		    answer->reading.said.withheld & detail)
			snprintf(to, LINE_CELL, "?");
		return;
	}
	switch (column) {
	case COLUMN_START:
		snprintf(to, LINE_CELL, "%" PRIx64, (uint64_t)run->start);
		break;
	case COLUMN_PAGES:
		snprintf(to, LINE_CELL, "%" PRIu64, row->pages);
		break;
	case COLUMN_SIZE:
		text_size(row->pages * c->page_size, c->options.bytes, to);
		break;
	case COLUMN_STATE:
		snprintf(to, LINE_CELL, "%s",
			 name_of(&names_state, run->state, buf));
		break;
	case COLUMN_LEVEL:
		snprintf(to, LINE_CELL, "%s",
			 name_of(&names_level, run->level, buf));
		break;
	case COLUMN_FLAGS:
		fill_letters(run->flags, to);
		break;
	case COLUMN_VERDICT:
		snprintf(to, LINE_CELL, "%s",
			 name_of(&names_verdict, run->verdict, buf));
		break;
	case COLUMN_WHY:
		snprintf(to, LINE_CELL, "%s",
			 name_of(&names_why, run->verdict_why, buf));
		break;
	case COLUMN_READ:
		forecast_cell(run->read, run->read_else, to);
		break;
	case COLUMN_WRITE:
		forecast_cell(run->write, run->write_else, to);
		break;
	case COLUMN_PFN:
		pfn_cell(run, to);
		break;
	case COLUMN_MAPS:
		snprintf(to, LINE_CELL, "%u", run->mapcount);
		break;
	case COLUMN_REFS:
		snprintf(to, LINE_CELL, "%u", run->refcount);
		break;
	case COLUMN_LRU:
		lru_cell(c, run, to);
		break;
	case COLUMN_NODE:
		snprintf(to, LINE_CELL, "%u", run->node);
		break;
	case COLUMN_CGROUP:
		snprintf(to, LINE_CELL, "%" PRIu64, (uint64_t)run->cgroup);
		break;
	case COLUMN_ORDER:
		snprintf(to, LINE_CELL, "%u", run->order);
		break;
	case COLUMN_FOLIO:
		text_flags(&names_page_flag, run->flags &
			   ~(MMLENS_PAGE_FLAG_LOCKED - 1), to, LINE_CELL);
		break;
	case COLUMNS:
		break;
	}
}
