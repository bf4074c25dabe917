// SPDX-License-Identifier: GPL-2.0
#include "sums.h"

#include <string.h>

static unsigned int slot(unsigned int value, unsigned int count)
{
	return value < count ? value : count - 1;
}

static void add_write(struct writes *writes, const struct mmlens_page_run *run,
		      uint64_t pages)
{
	unsigned int i;

	if (run->write == run->write_else) {
		writes->decided[slot(run->write, TOTAL_FORECASTS)] += pages;
		return;
	}
	for (i = 0; i < TOTAL_UNDECIDED - 1; i++) {
		struct undecided *u = &writes->undecided[i];

		if (!u->pages || (u->what == run->write &&
				  u->or_else == run->write_else &&
				  u->why == run->write_why))
			break;
	}
	writes->undecided[i].what = run->write;
	writes->undecided[i].or_else = run->write_else;
	writes->undecided[i].why = run->write_why;
	writes->undecided[i].pages += pages;
}

/**
 * totals_add() - count a run
 * @totals: the sums
 * @run: a run, its forecast completed
 * @pages: how many of its pages to count
 */
void totals_add(struct totals *totals, const struct mmlens_page_run *run,
		uint64_t pages)
{
	totals->runs++;
	totals->pages += pages;
	totals->state[slot(run->state, TOTAL_STATES)] += pages;
	if (run->facts & MMLENS_DETAIL_VERDICT)
		totals->verdict[slot(run->verdict, TOTAL_VERDICTS)] += pages;
	if (run->facts & MMLENS_DETAIL_FORECAST)
		add_write(run->state == MMLENS_STATE_NONE ?
			  &totals->holes : &totals->present, run, pages);
}

/**
 * forecast_is_copy() - does it copy what a page holds?
 * @forecast: enum mmlens_forecast
 *
 * Return: true if so.
 */
bool forecast_is_copy(unsigned int forecast)
{
	return forecast == MMLENS_FORECAST_COW_COPY ||
	       forecast == MMLENS_FORECAST_FILE_COPY;
}

static bool does_split(const struct mmlens_page_run *run, unsigned int forecast)
{
	if (run->state == MMLENS_STATE_HUGE_ZERO)
		return forecast == MMLENS_FORECAST_ZERO_COPY;
	if (run->state != MMLENS_STATE_ANON)
		return false;
	/* A mark that the kernel itself takes away goes page by page. */
	if (run->flags & MMLENS_PAGE_FLAG_UFFD &&
	    forecast == MMLENS_FORECAST_COW_REUSE)
		return true;
	return forecast_is_copy(forecast);
}

/**
 * write_splits() - does a write split the huge page that it finds?
 * @run: a run with forecast, completed, and the flags of its entry
 *
 * A huge page is split before a part of it is copied, and the huge zero page
 * before a page of zeroes takes the place of a part of it.
 *
 * Return: whether it does.
 */
enum splits write_splits(const struct mmlens_page_run *run)
{
	if (run->level != MMLENS_LEVEL_PMD ||
	    !(run->facts & MMLENS_DETAIL_FORECAST))
		return SPLITS_NOT;
	if (does_split(run, run->write) != does_split(run, run->write_else))
		return SPLITS_PERHAPS;
	return does_split(run, run->write) ? SPLITS : SPLITS_NOT;
}

static uint64_t *part_of(struct write_sum *sum, unsigned int forecast)
{
	switch (forecast) {
	case MMLENS_FORECAST_COW_COPY:
	case MMLENS_FORECAST_FILE_COPY:
		return &sum->copied;
	case MMLENS_FORECAST_ZERO_COPY:
	case MMLENS_FORECAST_HUGE_ANON:
		return &sum->zeroed;
	case MMLENS_FORECAST_COW_REUSE:
		return &sum->reused;
	case MMLENS_FORECAST_NONE:
		return &sum->plain;
	case MMLENS_FORECAST_SIGSEGV:
	case MMLENS_FORECAST_SIGBUS:
		return &sum->refused;
	case MMLENS_FORECAST_SWAP_IN:
	case MMLENS_FORECAST_NUMA_HINT:
	case MMLENS_FORECAST_UFFD:
	case MMLENS_FORECAST_WAIT:
		return &sum->later;
	}
	return &sum->other;
}

/**
 * totals_writes() - what a write to each page that is there would come to
 * @totals: the sums
 * @sum: filled
 *
 * Where nothing is yet, a write fills rather than copies; only of files it
 * does.
 */
void totals_writes(const struct totals *totals, struct write_sum *sum)
{
	const struct undecided *u = totals->present.undecided;
	unsigned int i;

	memset(sum, 0, sizeof(*sum));
	sum->hole_copied = totals->holes.decided[MMLENS_FORECAST_FILE_COPY];
	for (i = 0; i < TOTAL_FORECASTS; i++)
		*part_of(sum, i) += totals->present.decided[i];
	for (i = 0; i < TOTAL_UNDECIDED && u[i].pages; i++) {
		uint64_t *part = part_of(sum, u[i].what);

		if (part == part_of(sum, u[i].or_else))
			*part += u[i].pages;
		else if (forecast_is_copy(u[i].what) ||
			 forecast_is_copy(u[i].or_else))
			sum->may_copy += u[i].pages;
		else if (part == &sum->later ||
			 part_of(sum, u[i].or_else) == &sum->later)
			sum->later += u[i].pages;
		else
			sum->other += u[i].pages;
	}
}
