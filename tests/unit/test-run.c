// SPDX-License-Identifier: GPL-2.0
/* module/run.c: what is merged, and that nothing is lost by it. */
#include <stddef.h>
#include <stdlib.h>

#include "run.h"
#include "tap.h"

#define ROOM 64
#define PAGE 4096ULL

static struct mmlens_page_run records[ROOM];
static struct mmlens_runs runs;

static void begin(unsigned int room, bool each)
{
	/* Whatever is read without having been written must not look right. */
	memset(records, 0xa5, sizeof(records));
	runs = (struct mmlens_runs){
		.records = records, .room = room, .each = each,
	};
}

static struct mmlens_page_run page(__u64 number)
{
	return (struct mmlens_page_run){
		.start = 0x10000 + number * PAGE,
		.pages = 1,
		.state = MMLENS_STATE_ANON,
		.flags = MMLENS_PAGE_FLAG_PRESENT,
		.facts = MMLENS_DETAIL_ENTRY | MMLENS_DETAIL_PFN,
		.pfn = 1000 + number,
	};
}

static bool add(struct mmlens_page_run run)
{
	return mmlens_runs_add(&runs, &run);
}

static void equal_neighbours(void)
{
	begin(ROOM, false);
	check(add(page(0)));
	check(add(page(1)));
	check(add(page(2)));
	equal(runs.count, 1);
	equal(records[0].pages, 3);
	equal(records[0].start, 0x10000);
	equal(records[0].pfn, 1000);
}

static void gap(void)
{
	begin(ROOM, false);
	add(page(0));
	add(page(2));
	equal(runs.count, 2);
}

static void frames(void)
{
	struct mmlens_page_run run = page(1);

	begin(ROOM, false);
	add(page(0));
	run.pfn += 5;
	add(run);
	equal(runs.count, 2);
	/* Not asked for, a frame splits nothing. */
	begin(ROOM, false);
	run.facts = 0;
	add(run);
	run = page(2);
	run.facts = 0;
	run.pfn = 7;
	add(run);
	equal(runs.count, 1);
}

/*
 * Each field by itself splits: a byte of a page is changed and must be told. Of
 * the struct's bytes only start, pfn and pages mean something else.
 */
static void every_field(void)
{
	size_t at, untold = 0;

	for (at = offsetof(struct mmlens_page_run, cgroup);
	     at < sizeof(struct mmlens_page_run); at++) {
		struct mmlens_page_run run = page(1);

		if (at >= offsetof(struct mmlens_page_run, pages) &&
		    at < offsetof(struct mmlens_page_run, flags))
			continue;
		((unsigned char *)&run)[at] ^= 0x40;
		begin(ROOM, false);
		add(page(0));
		add(run);
		if (runs.count != 2) {
			printf("# byte %zu splits nothing\n", at);
			untold++;
		}
	}
	equal(untold, 0);
}

static void longest(void)
{
	struct mmlens_page_run run = {
		.start = 0, .pages = MMLENS_RUN_PAGES_MAX,
		.state = MMLENS_STATE_NONE,
	};

	begin(ROOM, false);
	add(run);
	run.start = MMLENS_RUN_PAGES_MAX * PAGE;
	run.pages = 1;
	add(run);
	equal(runs.count, 2);
	equal(records[0].pages, MMLENS_RUN_PAGES_MAX);
	/* Up to the last page, runs grow. */
	begin(ROOM, false);
	run.start = 0;
	run.pages = MMLENS_RUN_PAGES_MAX - 1;
	add(run);
	run.start = run.pages * PAGE;
	run.pages = 1;
	add(run);
	equal(runs.count, 1);
	check(mmlens_runs_again(&runs, 0));
	equal(runs.count, 2);
}

static void no_room(void)
{
	begin(2, false);
	check(add(page(0)));
	check(add(page(2)));
	check(!add(page(4)));
	equal(runs.count, 2);
	/* What continues the last needs no room. */
	check(add(page(3)));
	equal(records[1].pages, 2);
	check(!mmlens_runs_again(&runs, 9));
	equal(runs.count, 2);
	equal(records[1].pages, 2);
	begin(0, false);
	check(!add(page(0)));
}

static void again(void)
{
	begin(ROOM, false);
	add(page(0));
	check(mmlens_runs_again(&runs, 1001));
	equal(runs.count, 1);
	equal(records[0].pages, 2);
	check(mmlens_runs_again(&runs, 5));
	equal(runs.count, 2);
	equal(records[1].start, 0x10000 + 2 * PAGE);
	equal(records[1].pfn, 5);
	equal(records[1].pages, 1);
	equal(records[1].flags, records[0].flags);
}

static void each(void)
{
	struct mmlens_page_run none = page(2);
	int i;

	begin(ROOM, true);
	add(page(0));
	add(page(1));
	equal(runs.count, 2);
	check(mmlens_runs_again(&runs, 1002));
	equal(runs.count, 3);
	equal(records[2].start, 0x10000 + 2 * PAGE);
	/* Stretches of nothing stay merged. */
	none.state = MMLENS_STATE_NONE;
	none.facts = 0;
	for (i = 3; i < 6; i++) {
		none.start = 0x10000 + i * PAGE;
		add(none);
	}
	equal(runs.count, 4);
	equal(records[3].pages, 3);
}

static void rewind_to_mark(void)
{
	struct mmlens_runs_mark mark;

	begin(ROOM, false);
	mark = mmlens_runs_mark(&runs);
	add(page(0));
	mmlens_runs_rewind(&runs, mark);
	equal(runs.count, 0);

	add(page(0));
	add(page(1));
	mark = mmlens_runs_mark(&runs);
	add(page(2));
	add(page(9));
	add(page(10));
	mmlens_runs_rewind(&runs, mark);
	equal(runs.count, 1);
	equal(records[0].pages, 2);
}

/* Any sequence unfolds to what went in, however it was cut and merged. */
static void nothing_lost(void)
{
	struct mmlens_page_run in[ROOM * 4];
	unsigned int seed, round, i, k, at;

	for (round = 0; round < 5000; round++) {
		seed = round;
		begin(ROOM, round & 1);
		for (i = 0; i < ROOM * 4; i++) {
			in[i] = page(i);
			in[i].state = rand_r(&seed) % 4 ? MMLENS_STATE_ANON :
							  MMLENS_STATE_NONE;
			in[i].pfn += rand_r(&seed) % 8 ? 0 : 100;
			in[i].flags = rand_r(&seed) % 16 ? 1 : 3;
			if (i && in[i].state == in[i - 1].state &&
			    in[i].flags == in[i - 1].flags &&
			    rand_r(&seed) % 2) {
				if (!mmlens_runs_again(&runs, in[i].pfn))
					break;
			} else if (!add(in[i])) {
				break;
			}
		}
		for (k = at = 0; k < runs.count; k++) {
			__u32 p;

			for (p = 0; p < records[k].pages; p++, at++) {
				struct mmlens_page_run one = records[k];

				one.start += p * PAGE;
				one.pfn += p;
				one.pages = 1;
				if (at < i && !memcmp(&one, &in[at], sizeof(one)))
					continue;
				printf("# round %u, page %u\n", round, at);
				check(false);
				return;
			}
		}
		equal(at, i);
	}
}

static const struct test tests[] = {
	{ "equal neighbours are one run", equal_neighbours },
	{ "a gap splits", gap },
	{ "frames split where they are told", frames },
	{ "every field splits", every_field },
	{ "the longest run", longest },
	{ "no room", no_room },
	{ "one more like the last", again },
	{ "one record a page", each },
	{ "back to a mark", rewind_to_mark },
	{ "nothing is lost", nothing_lost },
};

TAP_MAIN(tests)
