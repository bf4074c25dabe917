// SPDX-License-Identifier: GPL-2.0
/* cli/filter.c: which pages to show. */
#include <stddef.h>

#include "filter.h"
#include "tap.h"

static struct failure failure;

static struct mmlens_page_run page(void)
{
	return (struct mmlens_page_run){
		.state = MMLENS_STATE_ANON, .verdict = MMLENS_VERDICT_SHARED,
		.read = MMLENS_FORECAST_NONE, .read_else = MMLENS_FORECAST_NONE,
		.write = MMLENS_FORECAST_COW_COPY,
		.write_else = MMLENS_FORECAST_COW_REUSE,
		.flags = MMLENS_PAGE_FLAG_PRESENT | MMLENS_PAGE_FLAG_DIRTY,
	};
}

static bool takes(const struct filter *filter)
{
	struct mmlens_page_run run = page();

	return filter_takes(filter, &run);
}

static void nothing(void)
{
	struct filter filter = { 0 };

	check(!filter_is_on(&filter));
	equal(filter_detail(&filter), 0);
	check(takes(&filter));
}

/* One of a kind, all of the kinds. */
static void combined(void)
{
	struct filter filter = { 0 };

	equal(filter_states(&filter, "zero,anon", &failure), 0);
	check(filter_is_on(&filter));
	equal(filter_detail(&filter), 0);
	check(takes(&filter));
	equal(filter_verdicts(&filter, "exclusive", &failure), 0);
	check(!takes(&filter));
	equal(filter_verdicts(&filter, "shared", &failure), 0);
	check(takes(&filter));
	equal(filter_flags(&filter, "accessed", &failure), 0);
	check(!takes(&filter));
	equal(filter_flags(&filter, "dirty", &failure), 0);
	check(takes(&filter));
	equal(filter_detail(&filter), MMLENS_DETAIL_VERDICT |
	      MMLENS_DETAIL_ENTRY);
	equal(filter_flags(&filter, "writeback", &failure), 0);
	equal(filter_detail(&filter), MMLENS_DETAIL_VERDICT |
	      MMLENS_DETAIL_ENTRY | MMLENS_DETAIL_FOLIO);
}

static void forecasts(void)
{
	struct filter filter = { 0 };

	equal(filter_forecasts(&filter, "write:none", &failure), 0);
	check(!takes(&filter));
	filter = (struct filter){ 0 };
	equal(filter_forecasts(&filter, "read:cow-copy", &failure), 0);
	check(!takes(&filter));
	equal(filter_forecasts(&filter, "read:none", &failure), 0);
	check(takes(&filter));
	/* The second of two possible outcomes. */
	filter = (struct filter){ 0 };
	equal(filter_forecasts(&filter, "zero,cow-reuse", &failure), 0);
	check(takes(&filter));
	equal(filter_detail(&filter), MMLENS_DETAIL_FORECAST);
}

static void mapped(void)
{
	struct mmlens_page_run hole = { .state = MMLENS_STATE_NONE };
	struct filter filter = { .mapped = true };

	check(filter_is_on(&filter));
	check(takes(&filter));
	check(!filter_takes(&filter, &hole));
}

static void places(void)
{
	static const char *const wrong[] = { "", "generation:", "generation:x",
		"generation:-1", "generation,", ",generation:1", "young",
		"generation:1,generation:2,generation:3,generation:4,generation:5" };
	struct mmlens_page_run run = page();
	struct filter filter = { 0 };
	size_t i;

	equal(filter_places(&filter, "generation:7,inactive-file", &failure), 0);
	check(filter_is_on(&filter));
	equal(filter_detail(&filter), MMLENS_DETAIL_LRU);
	run.lru = MMLENS_LRU_GENERATION;
	run.generation = 7;
	check(!filter_takes(&filter, &run));
	run.facts = MMLENS_DETAIL_LRU;
	check(filter_takes(&filter, &run));
	run.generation = 6;
	check(!filter_takes(&filter, &run));
	run.lru = MMLENS_LRU_INACTIVE_FILE;
	check(filter_takes(&filter, &run));
	run.lru = MMLENS_LRU_ACTIVE_FILE;
	check(!filter_takes(&filter, &run));

	filter = (struct filter){ 0 };
	equal(filter_places(&filter, "generation", &failure), 0);
	run.lru = MMLENS_LRU_GENERATION;
	check(filter_takes(&filter, &run));
	filter = (struct filter){ 0 };
	equal(filter_places(&filter, "generation:0", &failure), 0);
	check(filter_is_on(&filter));
	check(!filter_takes(&filter, &run));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		failure = (struct failure){ 0 };
		filter = (struct filter){ 0 };
		check(filter_places(&filter, wrong[i], &failure) < 0);
		equal(failure.kind, FAIL_USAGE);
	}
}

/* What who asks may not see passes where it may fit. */
static void withheld(void)
{
	struct mmlens_page_run run = page();
	struct filter filter = { 0 };

	filter_verdicts(&filter, "reusable", &failure);
	check(!filter_takes(&filter, &run));
	run.verdict_why = MMLENS_WHY_WITHHELD;
	check(filter_takes(&filter, &run));
	run.verdict = MMLENS_VERDICT_EXCLUSIVE;
	check(!filter_takes(&filter, &run));

	filter = (struct filter){ 0 };
	filter_states(&filter, "ksm,zero", &failure);
	check(filter_needs_ksm(&filter));
	equal(filter_detail(&filter), 0);
	check(!takes(&filter));
	filter.blind = true;
	equal(filter_detail(&filter), MMLENS_DETAIL_ENTRY);
	run = page();
	run.level = MMLENS_LEVEL_PTE;
	check(filter_may_be_ksm(&filter, &run));
	check(filter_takes(&filter, &run));
	run.flags |= MMLENS_PAGE_FLAG_EXCLUSIVE;
	check(!filter_takes(&filter, &run));
	run.state = MMLENS_STATE_ZERO;
	check(!filter_may_be_ksm(&filter, &run));
	check(filter_takes(&filter, &run));
}

static void unknown(void)
{
	static const char *const lists[] = { "", "anonymous", "anon,,zero",
		",anon", "anon,", ",", "anon, zero", "ANON", "anon,zero,none,x" };
	struct filter filter;
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		failure = (struct failure){ 0 };
		filter = (struct filter){ 0 };
		check(filter_states(&filter, lists[i], &failure) < 0);
		equal(failure.kind, FAIL_USAGE);
		check(strstr(failure.text, "uffd-marker"));
		check(strstr(failure.text, ", guard"));
	}
	failure = (struct failure){ 0 };
	check(filter_forecasts(&filter, "exec:none", &failure) < 0);
	check(strstr(failure.text, "hugetlb"));
	failure = (struct failure){ 0 };
	check(filter_flags(&filter, "clean", &failure) < 0);
	check(strstr(failure.text, "mlocked"));
	failure = (struct failure){ 0 };
	check(filter_verdicts(&filter, "n-a", &failure) < 0);
	equal_text(failure.text,
		   "'n-a' is no verdict: they are n/a, exclusive, shared, reusable");
}

static const struct test tests[] = {
	{ "nothing asked for", nothing },
	{ "one of a kind, all of the kinds", combined },
	{ "forecasts of one access or of any", forecasts },
	{ "what is mapped", mapped },
	{ "lists and generations", places },
	{ "what is withheld", withheld },
	{ "names that do not exist", unknown },
};

TAP_MAIN(tests)
