// SPDX-License-Identifier: GPL-2.0
/* cli/counts.c and cli/kernel_faults.c: order, sums, quantiles, accounts. */
#include <stdlib.h>

#include "counts.h"
#include "kernel_faults.h"
#include "tap.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void order(void)
{
	struct mmlens_class_counts classes[] = {
		{ .fault_class = MMLENS_FORECAST_ZERO, .count = 3, .pages = 3,
		  .total = 30, .longest = 20 },
		{ .fault_class = MMLENS_FORECAST_ANON, .count = 7, .pages = 9,
		  .major = 1, .total = 70, .longest = 15 },
		{ .fault_class = MMLENS_FORECAST_FILE_MINOR, .count = 3,
		  .pages = 48, .total = 1, .longest = 1 },
	};
	struct mmlens_thread_counts threads[] = {
		{ .tid = 9, .count = 1 }, { .tid = 5, .count = 4 },
		{ .tid = 4, .count = 4 },
	};
	struct watched_vma vmas[] = {
		{ .counts = { .index = 1, .count = 2 }, .vma.v.start = 0x3000 },
		{ .counts = { .index = 0 } },
		{ .counts = { .index = 3, .count = 2 }, .vma.v.start = 0x1000 },
		{ .counts = { .index = 4, .count = 0 }, .vma.v.start = 0x2000 },
		{ .counts = { .index = 5, .count = 8 }, .vma.v.start = 0x4000 },
	};
	struct watch_counts counts = {
		.classes = { classes, COUNT(classes), COUNT(classes) },
		.threads = { threads, COUNT(threads), COUNT(threads) },
		.vmas = { vmas, COUNT(vmas), COUNT(vmas) },
	};
	const struct watched_vma **sorted;
	struct class_sum sum;
	size_t count;

	counts_sort(&counts);
	equal(classes[0].fault_class, MMLENS_FORECAST_ANON);
	equal(classes[1].fault_class, MMLENS_FORECAST_ZERO);
	equal(classes[2].fault_class, MMLENS_FORECAST_FILE_MINOR);
	equal(threads[0].tid, 4);
	equal(threads[1].tid, 5);
	equal(threads[2].tid, 9);
	sorted = counts_vmas(&counts, &count);
	equal(count, 3);
	equal(sorted[0]->counts.index, 5);
	equal(sorted[1]->counts.index, 3);
	equal(sorted[2]->counts.index, 1);
	free(sorted);
	counts_all(&counts, &sum);
	equal(sum.count, 13);
	equal(sum.pages, 60);
	equal(sum.major, 1);
	equal(sum.total, 101);
	equal(sum.longest, 20);
}

static void nothing(void)
{
	struct watch_counts counts = { 0 };
	const struct watched_vma **sorted;
	struct latency_counts steps;
	struct class_sum sum;
	size_t count;

	counts_sort(&counts);
	sorted = counts_vmas(&counts, &count);
	check(sorted);
	equal(count, 0);
	free(sorted);
	counts_all(&counts, &sum);
	equal(sum.count, 0);
	equal(counts_steps(&counts, COUNTS_ALL, &steps), 0);
	equal(steps.count, 0);
	equal(steps_quantile(&steps, 500, 0), 0);
	free(steps.list);
}

static void quantiles(void)
{
	struct mmlens_latency_count latencies[] = {
		{ .fault_class = 2, .latency = 1000, .end = 2000, .count = 90 },
		{ .fault_class = 2, .latency = 8000, .end = 10000, .count = 9 },
		{ .fault_class = 2, .latency = 50000, .end = 0, .count = 1 },
		{ .fault_class = 3, .latency = 0, .end = 256, .count = 4 },
		{ .fault_class = 3, .latency = 1000, .end = 2000, .count = 10 },
	};
	struct watch_counts counts = {
		.latencies = { latencies, COUNT(latencies), COUNT(latencies) },
	};
	struct latency_counts steps;

	equal(counts_steps(&counts, 2, &steps), 0);
	equal(steps.count, 3);
	/* In the first step, a little above its middle; at its end; behind it. */
	equal(steps_quantile(&steps, 500, 90000), 1550);
	equal(steps_quantile(&steps, 900, 90000), 1994);
	equal(steps_quantile(&steps, 901, 90000), 8111);
	equal(steps_quantile(&steps, 990, 90000), 9888);
	/* The last step ends with the longest, and so does any other. */
	equal(steps_quantile(&steps, 1000, 90000), 70000);
	equal(steps_quantile(&steps, 990, 8500), 8472);
	equal(steps_quantile(&steps, 1000, 8500), 8500);
	equal(steps_quantile(&steps, 0, 90000), 1005);
	free(steps.list);

	/* All classes: steps that are the same are one, in order. */
	equal(counts_steps(&counts, COUNTS_ALL, &steps), 0);
	equal(steps.count, 4);
	equal(steps.list[0].latency, 0);
	equal(steps.list[1].count, 100);
	equal(steps.list[3].end, 0);
	free(steps.list);

	/* One fault alone lies within its step, and is no longer than it was. */
	counts.latencies = (struct latency_counts){ latencies, 1, 1 };
	latencies[0].count = 1;
	equal(counts_steps(&counts, 2, &steps), 0);
	equal(steps_quantile(&steps, 990, 1000), 1000);
	equal(steps_quantile(&steps, 500, 1100), 1050);
	/* Many do not overflow. */
	steps.list[0].count = UINT64_MAX / 1000;
	check(steps_quantile(&steps, 999, 2000) >= 1990);
	free(steps.list);
}

static void accounts(void)
{
	struct mmlens_fault_counts faults = {
		.minor = 9, .elsewhere_minor = 2, .major = 1,
	};
	struct accounts books = { .minor = { 11, 11 }, .major = { 1, 1 } };

	accounts_compare(&faults, &books);
	check(books.minor_same);
	check(books.major_same);
	equal(books.reasons, 0);
	/* It was read twice at each end. */
	books.minor = (struct kernel_count){ 9, 12 };
	books.major = (struct kernel_count){ 0, 1 };
	accounts_compare(&faults, &books);
	check(books.minor_same);
	check(books.major_same);
	/* More than that, and nobody knows why. */
	books.minor = (struct kernel_count){ 12, 13 };
	accounts_compare(&faults, &books);
	check(!books.minor_same);
	check(books.major_same);
	equal(books.reasons, 0);
	faults.missed = 1;
	faults.unfollowed = 1;
	books.follow = true;
	faults.withdrawn = 1;
	accounts_compare(&faults, &books);
	equal(books.reasons, 1U << DIFFERS_MISSED | 1U << DIFFERS_UNFOLLOWED |
	      1U << DIFFERS_CHILDREN | 1U << DIFFERS_WITHDRAWN);
	/* Of those that others made, any may be among them. */
	books.minor = (struct kernel_count){ 8, 8 };
	faults.remote = 2;
	accounts_compare(&faults, &books);
	check(!books.minor_same);
	check(books.reasons & 1U << DIFFERS_REMOTE);
	faults.remote = 3;
	accounts_compare(&faults, &books);
	check(books.minor_same);
	equal(books.reasons, 0);
	equal_text(differs_name(DIFFERS_WITHDRAWN), "withdrawn");
}

static void stat_line(void)
{
	static const char line[] =
		"12 (a) (b c) S 1 12 12 0 -1 4194560 4000000000 5 6 7 1 2 3 4 20 0 3 0 99";
	static const char alone[] =
		"12 (a) S 1 12 12 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 99";
	static const char runs[] =
		"12 (a) R 1 12 12 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 99";
	struct kernel_faults faults;

	check(kernel_faults_parse(line, &faults));
	equal(faults.minor, 4000000000);
	equal(faults.children_minor, 5);
	equal(faults.major, 6);
	equal(faults.children_major, 7);
	equal(faults.under_way, 3);
	check(kernel_faults_parse(alone, &faults));
	equal(faults.under_way, 0);
	check(kernel_faults_parse(runs, &faults));
	equal(faults.under_way, 1);
	check(!kernel_faults_parse("12 (a", &faults));
	check(!kernel_faults_parse("12 (a) S 1 12", &faults));
	check(!kernel_faults_parse("", &faults));
}

static const struct test tests[] = {
	{ "what there is most of comes first, and is summed up", order },
	{ "of nothing there is nothing", nothing },
	{ "quantiles lie within their step", quantiles },
	{ "what the kernel counted is accounted for", accounts },
	{ "a line of /proc/PID/stat", stat_line },
};

TAP_MAIN(tests)
