// SPDX-License-Identifier: GPL-2.0
/* cli/order.c, cli/refault.c, cli/recall.c: what becomes of events. */
#include <stdlib.h>

#include "order.h"
#include "recall.h"
#include "refault.h"
#include "tap.h"

static struct happening at(uint64_t end, uint64_t serial)
{
	return (struct happening){
		.kind = HAPPENED_FAULT, .end = end, .fault.serial = serial,
	};
}

static void in_order(void)
{
	struct happening h, want;
	struct order order;
	unsigned int i;

	equal(order_begin(&order, 100), 0);
	check(!order_is_due(&order, UINT64_MAX, UINT64_MAX));
	check(!order_take(&order, &h));
	/* 0, 37, 74, 11, ...: each number below 100 once. */
	for (i = 0; i < 100; i++) {
		check(!order_is_full(&order));
		want = at(i * 37 % 100, i);
		order_add(&order, &want);
		check(order_last(&order, i));
		check(!order_last(&order, i + 1));
	}
	check(order_is_full(&order));
	for (i = 0; i < 100; i++) {
		check(!order_is_due(&order, i - 1, 0) || !i);
		check(order_is_due(&order, i, 0));
		check(order_take(&order, &h));
		equal(h.end, i);
	}
	check(!order_take(&order, &h));
	order_end(&order);
}

/* A stack for it would have found a place that nobody frees. */
static void last_left(void)
{
	struct happening h = { .kind = HAPPENED_FAULT, .end = 5 };
	struct order order;

	equal(order_begin(&order, 4), 0);
	check(!order_last(&order, 0));
	order_add(&order, &h);
	h.end = 1;
	h.fault.serial = 1;
	order_add(&order, &h);
	check(order_last(&order, 1));
	check(order_take(&order, &h));
	equal(h.fault.serial, 1);
	check(!order_last(&order, 1));
	check(!order_last(&order, 0));
	order_end(&order);
}

static void same_time(void)
{
	struct happening h, want;
	struct order order;
	unsigned int i;

	equal(order_begin(&order, 8), 0);
	for (i = 0; i < 8; i++) {
		want = at(5, i * 3 % 8);
		order_add(&order, &want);
	}
	for (i = 0; i < 8; i++) {
		order_take(&order, &h);
		equal(h.fault.serial, i);
	}
	order_end(&order);
}

static void missing(void)
{
	struct happening h = { 0 }, want;
	struct order order;

	equal(order_begin(&order, 8), 0);
	want = at(20, 1);
	order_add(&order, &want);
	want = at(30, 2);
	order_add(&order, &want);
	/* 0 may be on its way: until it is overdue, nobody leaves. */
	check(!order_is_due(&order, 1000, 19));
	check(order_is_due(&order, 1000, 20));
	want = at(10, 0);
	order_add(&order, &want);
	check(!order_is_due(&order, 9, 0));
	while (order_is_due(&order, 25, 0))
		order_take(&order, &h);
	equal(h.fault.serial, 1);
	order_take(&order, &h);
	/* 3 is given up as soon as 4 has left. */
	want = at(40, 4);
	order_add(&order, &want);
	check(!order_is_due(&order, 1000, 0));
	order_take(&order, &h);
	want = at(50, 5);
	order_add(&order, &want);
	check(order_is_due(&order, 50, 0));
	/* What was lost does not wait, and nobody waits for it. */
	want = (struct happening){ .kind = HAPPENED_LOSS, .end = 45 };
	order_add(&order, &want);
	check(order_is_due(&order, 45, 0));
	order_take(&order, &h);
	equal(h.kind, HAPPENED_LOSS);
	check(order_is_due(&order, 50, 0));
	order_take(&order, &h);
	/* So many are missing that they are not waited for. */
	want = at(60, 1000000);
	order_add(&order, &want);
	check(!order_is_due(&order, 1000, 0));
	want = at(70, 3000000);
	order_add(&order, &want);
	check(order_is_due(&order, 1000, 0));
	order_end(&order);
}

/* As while watching: one leaves, another comes; stacks are given back. */
static void mixed(void)
{
	uint64_t seed = 1, last = 0;
	struct happening h, want, *kept;
	struct order order;
	unsigned int i;

	equal(order_begin(&order, 64), 0);
	for (i = 0; i < 10000; i++) {
		if (order_is_full(&order)) {
			order_take(&order, &h);
			check(h.end >= last || last - h.end < 1000);
			last = h.end;
			free(h.stack);
		}
		seed = seed * 6364136223846793005 + 1442695040888963407;
		want = at(i * 100UL + (seed >> 33) % 1000, i);
		kept = order_add(&order, &want);
		equal(kept->end, want.end);
		if (i % 3 == 0)
			kept->stack = calloc(1, sizeof(*kept->stack));
	}
	order_end(&order);
}

static void wanted_again(void)
{
	struct refaults table;
	uint64_t time, i, found = 0;

	equal(refaults_begin(&table), 0);
	check(!refaults_take(&table, 1, 5, &time));
	refaults_note(&table, 1, 5, 100);
	refaults_note(&table, 2, 5, 200);
	check(!refaults_take(&table, 1, 6, &time));
	check(refaults_take(&table, 1, 5, &time));
	equal(time, 100);
	check(!refaults_take(&table, 1, 5, &time));
	/* Taken twice: the second time counts. */
	refaults_note(&table, 2, 5, 300);
	check(refaults_take(&table, 2, 5, &time));
	equal(time, 300);
	equal(table.forgotten, 0);
	/* More than there is room for: the newest are there. */
	for (i = 0; i < 1000000; i++)
		refaults_note(&table, 3, i, i + 1);
	for (i = 990000; i < 1000000; i++)
		found += refaults_take(&table, 3, i, &time) && time == i + 1;
	equal(found, 10000);
	check(!refaults_take(&table, 3, 5, &time));
	check(table.forgotten >= 1000000 - REFAULT_ROWS * REFAULT_ROW);
	refaults_end(&table);
	check(refaults_class(MMLENS_FORECAST_SWAP_IN));
	check(!refaults_class(MMLENS_FORECAST_ANON));
	check(!refaults_class(200));
}

static void recalled(void)
{
	struct mmlens_page_run run = {
		.start = 0x10000, .pages = 4, .facts = MMLENS_DETAIL_LRU,
		.lru = MMLENS_LRU_GENERATION, .generation = 7, .birth = 900,
	};
	struct recall recall = { 0 };
	struct seen seen;

	recall_begin(&recall);
	equal(recall_add(&recall, &run, 4096), 0);
	run.start = 0x20000;
	run.lru = MMLENS_LRU_NONE;
	equal(recall_add(&recall, &run, 4096), 0);
	run.start = 0x30000;
	run.lru = MMLENS_LRU_INACTIVE_FILE;
	equal(recall_add(&recall, &run, 4096), 0);
	check(!recall_find(&recall, 5, 0x10000, &seen));
	recall_done(&recall, 5, 1000);
	check(recall_find(&recall, 5, 0x10000, &seen));
	equal(seen.generation, 7);
	equal(seen.birth, 900);
	equal(seen.when, 1000);
	check(recall_find(&recall, 5, 0x13fff, &seen));
	check(!recall_find(&recall, 5, 0x14000, &seen));
	check(!recall_find(&recall, 5, 0xffff, &seen));
	check(!recall_find(&recall, 5, 0x20000, &seen));
	check(recall_find(&recall, 5, 0x31000, &seen));
	equal(seen.lru, MMLENS_LRU_INACTIVE_FILE);
	/* Another address space, since an exec. */
	check(!recall_find(&recall, 6, 0x10000, &seen));
	recall_begin(&recall);
	check(!recall_find(&recall, 5, 0x10000, &seen));
	recall_free(&recall);
}

static const struct test tests[] = {
	{ "what came in any order leaves in that of time", in_order },
	{ "the one that came last may have left", last_left },
	{ "at the same time, the number decides", same_time },
	{ "one that is missing is waited for, and given up", missing },
	{ "one leaves, another comes", mixed },
	{ "pages that are wanted again", wanted_again },
	{ "where pages stood", recalled },
};

TAP_MAIN(tests)
