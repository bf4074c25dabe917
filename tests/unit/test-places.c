// SPDX-License-Identifier: GPL-2.0
/* cli/places.c: pages by their place for reclaim, and by age. */
#include "places.h"
#include "model.h"
#include "tap.h"

#define NOW 1000000

static struct mmlens_page_run run_on(unsigned int lru, uint32_t pages)
{
	return (struct mmlens_page_run){
		.facts = PLACES_DETAIL, .state = MMLENS_STATE_ANON,
		.flags = MMLENS_PAGE_FLAG_SWAPBACKED, .lru = lru,
		.pages = pages,
	};
}

static struct mmlens_page_run run_in(uint64_t cgroup, uint32_t younger,
				     uint32_t pages)
{
	struct mmlens_page_run run = run_on(MMLENS_LRU_GENERATION, pages);

	run.cgroup = cgroup;
	run.generation = 10 - younger;
	run.younger = younger;
	/* Those of cgroup 2 are a second older. */
	run.birth = NOW - 10000 * younger - cgroup * 1000;
	return run;
}

static void add(struct places *places, struct mmlens_page_run run)
{
	equal(places_add(places, &run), 0);
}

static void generations(void)
{
	struct places places = { 0 };
	struct lruvec_sum lruvecs[2];
	uint64_t idle;
	uint64_t pages[STANDINGS];
	struct mmlens_page_run run = run_in(1, 2, 5);

	add(&places, run);
	run.flags = MMLENS_PAGE_FLAG_ACCESSED;
	run.state = MMLENS_STATE_FILE;
	run.pages = 2;
	add(&places, run);
	add(&places, run_in(2, 0, 7));
	add(&places, run_in(1, 0, 3));
	add(&places, run_in(1, 6, 1));
	places_sort(&places);

	equal(places.count, 4);
	equal(places.resident, 18);
	equal(places.list[0].pages, 3);
	equal(places.list[1].pages, 7);
	equal(places.list[2].pages, 7);
	equal(places.list[2].anon, 5);
	equal(places.list[2].accessed, 2);
	equal(places.list[3].younger, 6);
	places_by_standing(&places, pages);
	equal(pages[STANDS_YOUNGEST], 10);
	equal(pages[STANDS_THIRD], 7);
	equal(pages[STANDS_FOURTH], 1);

	equal(places_older(&places, NOW, 20999), 8);
	equal(places_older(&places, NOW, 21000), 1);
	equal(places_older(&places, NOW, 1000000), 0);

	equal(places_lruvecs(&places, lruvecs, 2), 2);
	equal(lruvecs[0].cgroup, 1);
	equal(lruvecs[0].pages, 11);
	check(lruvecs[0].generations && lruvecs[0].birth_known);
	equal(lruvecs[1].birth, NOW - 2000);
	equal(places_lruvecs(&places, lruvecs, 1), 2);

	/* Whatever was not used since, was not when the next one was opened. */
	check(!place_idle(&places.list[2], NOW, &idle));
	places_learn(&places, &lruvecs[0], 9, NOW - 11000);
	places_learn(&places, &lruvecs[1], 11, NOW);
	check(place_idle(&places.list[2], NOW, &idle));
	equal(idle, 11000);
	check(place_idle(&places.list[0], NOW, &idle));
	equal(idle, 0);
	equal(places_idle(&places, NOW, 11001), 0);
	equal(places_idle(&places, NOW, 11000), 5);
	equal(places_idle(&places, NOW, 0), 15);
	places_free(&places);
}

static void lists(void)
{
	struct places places = { 0 }, buckets;
	struct mmlens_page_run run = run_on(MMLENS_LRU_INACTIVE_FILE, 4);

	run.flags = 0;
	add(&places, run);
	run.flags = MMLENS_PAGE_FLAG_REFERENCED;
	run.node = 1;
	add(&places, run);
	add(&places, run_on(MMLENS_LRU_ACTIVE_ANON, 8));
	add(&places, run_on(MMLENS_LRU_INACTIVE_ANON, 1));
	equal(places.count, 4);

	/* For age, lists of both types and of all nodes are the same. */
	equal(places_buckets(&places, &buckets), 0);
	equal(buckets.count, 3);
	equal(place_standing(&buckets.list[0]), STANDS_ACTIVE);
	equal(place_standing(&buckets.list[1]), STANDS_INACTIVE_REFERENCED);
	equal(place_standing(&buckets.list[2]), STANDS_INACTIVE);
	equal(buckets.list[2].pages, 5);
	equal(buckets.list[2].anon, 1);
	places_free(&buckets);
	places_free(&places);
}

static void no_age(void)
{
	struct places places = { 0 }, buckets;
	struct mmlens_page_run run = run_on(MMLENS_LRU_UNEVICTABLE, 6);
	uint64_t pages[STANDINGS];

	run.flags |= MMLENS_PAGE_FLAG_MLOCKED;
	add(&places, run);
	add(&places, run_on(MMLENS_LRU_BATCH, 2));
	add(&places, run_on(MMLENS_LRU_ISOLATED, 3));
	run = run_on(MMLENS_LRU_NONE, 512);
	run.state = MMLENS_STATE_HUGETLB;
	add(&places, run);
	/* A driver's frame has no struct page to ask. */
	run.state = MMLENS_STATE_PFNMAP;
	run.facts = MMLENS_DETAIL_ENTRY;
	run.pages = 1;
	add(&places, run);
	run.state = MMLENS_STATE_ZERO;
	add(&places, run);
	run.state = MMLENS_STATE_SWAP;
	add(&places, run);
	run.state = MMLENS_STATE_NONE;
	add(&places, run);

	places_sort(&places);
	equal(places.resident, 524);
	equal(places_rss(&places), 11);
	equal(places.beside[MMLENS_STATE_ZERO], 1);
	equal(places.beside[MMLENS_STATE_SWAP], 1);
	equal(places.beside[MMLENS_STATE_NONE], 0);
	places_by_standing(&places, pages);
	equal(pages[STANDS_UNEVICTABLE], 6);
	equal(pages[STANDS_BATCH], 2);
	equal(pages[STANDS_ISOLATED], 3);
	equal(pages[STANDS_NOWHERE], 513);
	equal(places.list[0].mlocked, 6);
	equal(places_buckets(&places, &buckets), 0);
	equal(buckets.count, 0);
	places_free(&buckets);
	places_free(&places);
}

static void many(void)
{
	struct places places = { 0 };
	uint32_t i;

	for (i = 0; i < 3000; i++)
		add(&places, run_in(i % 100, i % 3, 1));
	equal(places.count, 300);
	equal(places.resident, 3000);
	places_sort(&places);
	for (i = 1; i < 300; i++)
		check(places.list[i - 1].birth >= places.list[i].birth);
	places_free(&places);
}

static void reclaim(void)
{
	struct mmlens_page_run run = run_on(MMLENS_LRU_INACTIVE_ANON, 1);

	equal(reclaim_of(&run), RECLAIM_SWAP);
	run.flags = 0;
	equal(reclaim_of(&run), RECLAIM_LAZYFREE);
	run.flags = MMLENS_PAGE_FLAG_DIRTY;
	equal(reclaim_of(&run), RECLAIM_SWAP);
	run.state = MMLENS_STATE_FILE;
	equal(reclaim_of(&run), RECLAIM_DIRTY_FILE);
	run.flags = MMLENS_PAGE_FLAG_WRITEBACK;
	equal(reclaim_of(&run), RECLAIM_DIRTY_FILE);
	run.flags = MMLENS_PAGE_FLAG_UPTODATE;
	equal(reclaim_of(&run), RECLAIM_CLEAN_FILE);
	run.lru = MMLENS_LRU_UNEVICTABLE;
	equal(reclaim_of(&run), RECLAIM_UNEVICTABLE);
	run.lru = MMLENS_LRU_NONE;
	equal(reclaim_of(&run), RECLAIM_NO_LIST);
}

static void ages(void)
{
	equal(age_of(1000, 4000), 3000);
	/* By a tick too late, and by a tick before boot. */
	equal(age_of(4004, 4000), 0);
	equal(age_of((uint64_t)-4, 4000), 4004);
}

static const struct test tests[] = {
	{ "generations", generations },
	{ "active and inactive lists", lists },
	{ "what has no age", no_age },
	{ "many cgroups", many },
	{ "what reclaim could do", reclaim },
	{ "ages", ages },
};

TAP_MAIN(tests)
