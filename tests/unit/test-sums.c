// SPDX-License-Identifier: GPL-2.0
/* cli/sums.c: pages by state, by verdict, by what a write would do. */
#include "sums.h"
#include "tap.h"

#define DECIDED (MMLENS_DETAIL_VERDICT | MMLENS_DETAIL_FORECAST)

static struct mmlens_page_run run_of(unsigned int state, unsigned int what,
				     unsigned int or_else, unsigned int why)
{
	return (struct mmlens_page_run){
		.facts = DECIDED, .pages = 1, .state = state,
		.verdict = MMLENS_VERDICT_SHARED, .write = what,
		.write_else = or_else, .write_why = why,
	};
}

static void add(struct totals *totals, unsigned int what, unsigned int or_else,
		unsigned int why, uint64_t pages)
{
	struct mmlens_page_run run = run_of(MMLENS_STATE_ANON, what, or_else,
					    why);

	totals_add(totals, &run, pages);
}

static void states(void)
{
	struct mmlens_page_run run = { .pages = 5, .state = MMLENS_STATE_ZERO };
	struct totals totals = { 0 };
	struct write_sum sum;

	totals_add(&totals, &run, 5);
	totals_add(&totals, &run, 2);
	run.state = 255;
	totals_add(&totals, &run, 1);
	equal(totals.runs, 3);
	equal(totals.pages, 8);
	equal(totals.state[MMLENS_STATE_ZERO], 7);
	equal(totals.state[TOTAL_STATES - 1], 1);
	/* Nobody asked for verdicts and forecasts: none are counted. */
	equal(totals.verdict[0], 0);
	totals_writes(&totals, &sum);
	equal(sum.plain + sum.copied + sum.other, 0);
}

static void writes(void)
{
	struct totals totals = { 0 };
	struct write_sum sum;

	add(&totals, MMLENS_FORECAST_COW_COPY, MMLENS_FORECAST_COW_COPY, 0, 5);
	add(&totals, MMLENS_FORECAST_FILE_COPY, MMLENS_FORECAST_FILE_COPY, 0, 3);
	add(&totals, MMLENS_FORECAST_COW_REUSE, MMLENS_FORECAST_COW_REUSE, 0, 7);
	add(&totals, MMLENS_FORECAST_ZERO_COPY, MMLENS_FORECAST_ZERO_COPY, 0, 11);
	add(&totals, MMLENS_FORECAST_NONE, MMLENS_FORECAST_NONE, 0, 13);
	add(&totals, MMLENS_FORECAST_SIGSEGV, MMLENS_FORECAST_SIGSEGV, 0, 17);
	add(&totals, MMLENS_FORECAST_SWAP_IN, MMLENS_FORECAST_SWAP_IN, 0, 19);
	add(&totals, 200, 200, 0, 23);
	totals_writes(&totals, &sum);
	equal(sum.copied, 8);
	equal(sum.reused, 7);
	equal(sum.zeroed, 11);
	equal(sum.plain, 13);
	equal(sum.refused, 17);
	equal(sum.later, 19);
	equal(sum.other, 23);
	equal(sum.may_copy, 0);
	equal(totals.verdict[MMLENS_VERDICT_SHARED], 98);
	equal(totals.present.decided[TOTAL_FORECASTS - 1], 23);
}

static void doubts(void)
{
	struct totals totals = { 0 };
	struct write_sum sum;

	add(&totals, MMLENS_FORECAST_COW_COPY, MMLENS_FORECAST_COW_REUSE,
	    MMLENS_WHY_SWAP_CACHE, 2);
	add(&totals, MMLENS_FORECAST_COW_COPY, MMLENS_FORECAST_COW_REUSE,
	    MMLENS_WHY_BATCH, 3);
	add(&totals, MMLENS_FORECAST_COW_COPY, MMLENS_FORECAST_COW_REUSE,
	    MMLENS_WHY_SWAP_CACHE, 5);
	add(&totals, MMLENS_FORECAST_HUGE_ANON, MMLENS_FORECAST_ZERO_COPY,
	    MMLENS_WHY_HUGE_PAGE, 7);
	add(&totals, MMLENS_FORECAST_SWAP_IN, MMLENS_FORECAST_SIGSEGV,
	    MMLENS_WHY_PROTECTION_KEY, 11);
	equal(totals.present.undecided[0].pages, 7);
	equal(totals.present.undecided[1].pages, 3);
	equal(totals.present.undecided[1].why, MMLENS_WHY_BATCH);
	totals_writes(&totals, &sum);
	equal(sum.may_copy, 10);
	equal(sum.later, 11);
	/* Either way a page of zeroes. */
	equal(sum.zeroed, 7);
	equal(sum.copied, 0);
}

static void many_doubts(void)
{
	struct totals totals = { 0 };
	struct write_sum sum;
	unsigned int i;

	for (i = 0; i < 100; i++)
		add(&totals, MMLENS_FORECAST_COW_COPY, MMLENS_FORECAST_COW_REUSE,
		    i, 1);
	totals_writes(&totals, &sum);
	equal(sum.may_copy, 100);
	equal(totals.present.undecided[TOTAL_UNDECIDED - 1].pages,
	      100 - TOTAL_UNDECIDED + 1);
}

static void holes(void)
{
	struct mmlens_page_run run = run_of(MMLENS_STATE_NONE,
					    MMLENS_FORECAST_FILE_COPY,
					    MMLENS_FORECAST_FILE_COPY, 0);
	struct totals totals = { 0 };
	struct write_sum sum;

	totals_add(&totals, &run, 9);
	totals_writes(&totals, &sum);
	equal(sum.copied, 0);
	equal(sum.hole_copied, 9);
}

static enum splits splits_of(unsigned int level, enum mmlens_state state,
			     unsigned int what, unsigned int or_else)
{
	struct mmlens_page_run run = run_of(state, what, or_else, 0);

	run.level = level;
	return write_splits(&run);
}

static void splits(void)
{
	const unsigned int copy = MMLENS_FORECAST_COW_COPY;
	const unsigned int reuse = MMLENS_FORECAST_COW_REUSE;
	const unsigned int zero = MMLENS_FORECAST_ZERO_COPY;
	const unsigned int huge = MMLENS_FORECAST_HUGE_ANON;
	struct mmlens_page_run run = run_of(MMLENS_STATE_ANON, reuse, reuse, 0);

	run.level = MMLENS_LEVEL_PMD;
#define SPLITS_OF(level, state, what, or_else)				\
	splits_of(MMLENS_LEVEL_##level, MMLENS_STATE_##state, what, or_else)
	equal(SPLITS_OF(PMD, ANON, copy, copy), SPLITS);
	equal(SPLITS_OF(PMD, ANON, copy, reuse), SPLITS_PERHAPS);
	equal(SPLITS_OF(PMD, ANON, reuse, reuse), SPLITS_NOT);
	equal(SPLITS_OF(PTE, ANON, copy, copy), SPLITS_NOT);
	equal(SPLITS_OF(PMD, HUGE_ZERO, zero, zero), SPLITS);
	equal(SPLITS_OF(PMD, HUGE_ZERO, huge, zero), SPLITS_PERHAPS);
	equal(SPLITS_OF(PMD, HUGETLB, copy, copy), SPLITS_NOT);
	run.flags = MMLENS_PAGE_FLAG_UFFD;
	equal(write_splits(&run), SPLITS);
#undef SPLITS_OF
}

static const struct test tests[] = {
	{ "states", states },
	{ "writes", writes },
	{ "what is undecided stays apart", doubts },
	{ "more doubts than there is room for", many_doubts },
	{ "holes are apart", holes },
	{ "huge pages that a write splits", splits },
};

TAP_MAIN(tests)
