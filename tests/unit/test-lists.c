// SPDX-License-Identifier: GPL-2.0
/* cli/lruvec.c and cli/peek.c: sums of lists, and what stands at their ends. */
#include <stdlib.h>

#include "lruvec.h"
#include "peek.h"
#include "tap.h"

static struct mmlens_lru_size sizes[] = {
	{ .pages = 10, .lru = MMLENS_LRU_GENERATION, .generation = 7,
	  .type = MMLENS_LRU_TYPE_ANON, .zone = MMLENS_ZONE_KIND_NORMAL },
	{ .pages = 20, .lru = MMLENS_LRU_GENERATION, .generation = 6,
	  .type = MMLENS_LRU_TYPE_FILE, .zone = MMLENS_ZONE_KIND_NORMAL },
	{ .pages = 40, .lru = MMLENS_LRU_GENERATION, .generation = 5,
	  .type = MMLENS_LRU_TYPE_FILE, .zone = MMLENS_ZONE_KIND_DMA },
	{ .pages = 80, .lru = MMLENS_LRU_UNEVICTABLE,
	  .zone = MMLENS_ZONE_KIND_DMA },
};

static struct mmlens_generation generations[] = {
	{ .number = 7, .age = 100 }, { .number = 6, .age = 200 },
	{ .number = 5, .age = 300 }, { .number = 4, .age = 400 },
};

static const struct lruvec aged = {
	.v = { .youngest = 7, .oldest_anon = 4, .oldest_file = 4 },
	.sizes = { sizes, 4, 4 }, .generations = { generations, 4, 4 },
};

static void by_generation(void)
{
	struct lru_sums sums = { 0 };

	lru_sums_add(&sums, &aged);
	check(sums.generations && !sums.lists && !sums.counted);
	equal(sums.generation[0].pages[MMLENS_LRU_TYPE_ANON], 10);
	equal(sums.generation[1].pages[MMLENS_LRU_TYPE_FILE], 20);
	equal(sums.generation[2].pages[MMLENS_LRU_TYPE_FILE], 40);
	equal(sums.unevictable, 80);
	equal(lru_sums_pages(&sums), 150);
	equal(lru_sums_type(&sums, MMLENS_LRU_TYPE_FILE), 60);
	/* The two youngest are active. */
	equal(lru_sums_counter(&sums, MMLENS_LRU_ACTIVE_ANON), 10);
	equal(lru_sums_counter(&sums, MMLENS_LRU_ACTIVE_FILE), 20);
	equal(lru_sums_counter(&sums, MMLENS_LRU_INACTIVE_FILE), 40);
	equal(lru_sums_counter(&sums, MMLENS_LRU_ISOLATED), 0);
	equal(lru_sums_cold(&sums), 40);
	equal(sums.zone[MMLENS_ZONE_KIND_DMA][LRU_TYPES], 80);
	equal(sums.zone[MMLENS_ZONE_KIND_NORMAL][MMLENS_LRU_TYPE_ANON], 10);
	/* A generation without pages has no age to tell. */
	equal(sums.generation[2].most_ms, 300);
	check(!sums.generation[3].aged);
}

/* Numbers of two lruvecs do not compare, ranks do; so do ages. */
static void two(void)
{
	struct mmlens_lru_size size = {
		.pages = 1, .lru = MMLENS_LRU_GENERATION, .generation = 100,
		.type = MMLENS_LRU_TYPE_ANON,
	};
	struct mmlens_generation generation = { .number = 100, .age = 5 };
	struct lruvec other = {
		.v = { .youngest = 100 }, .sizes = { &size, 1, 1 },
		.generations = { &generation, 1, 1 },
	};
	const struct lruvec *list[] = { &other, &aged };
	struct lru_sums sums = { 0 };

	lru_sums_add(&sums, &aged);
	lru_sums_add(&sums, &other);
	equal(lru_place_pages(&sums.generation[0]), 11);
	equal(sums.generation[0].least_ms, 5);
	equal(sums.generation[0].most_ms, 100);
	qsort(list, 2, sizeof(list[0]), lruvec_largest_first);
	check(list[0] == &aged);
	/* A number beyond all that is known is the last rank, not no rank. */
	size.generation = 1;
	memset(&sums, 0, sizeof(sums));
	lru_sums_add(&sums, &other);
	equal(lru_place_pages(&sums.generation[LRU_GENERATIONS - 1]), 1);
	size.generation = 101;
	memset(&sums, 0, sizeof(sums));
	lru_sums_add(&sums, &other);
	equal(lru_place_pages(&sums.generation[0]), 1);
}

static void mixed(void)
{
	struct mmlens_lru_size classic[] = {
		{ .pages = 3, .lru = MMLENS_LRU_ACTIVE_FILE, .counted = 1,
		  .type = MMLENS_LRU_TYPE_FILE },
		{ .pages = 5, .lru = MMLENS_LRU_INACTIVE_ANON, .zone = 99 },
		{ .pages = 9, .lru = 77 },
	};
	struct lruvec lruvec = { .sizes = { classic, 3, 3 } };
	struct lru_sums sums = { 0 };

	lru_sums_add(&sums, &lruvec);
	check(sums.lists && !sums.generations && sums.counted);
	lru_sums_add(&sums, &aged);
	check(sums.lists && sums.generations);
	equal(lru_sums_counter(&sums, MMLENS_LRU_ACTIVE_FILE), 23);
	equal(lru_sums_counter(&sums, MMLENS_LRU_INACTIVE_ANON), 5);
	equal(lru_sums_pages(&sums), 158);
}

static struct mmlens_lru_folio folio(uint64_t inode, uint64_t index,
				     unsigned int order)
{
	return (struct mmlens_lru_folio){
		.inode = inode, .index = index, .order = (uint8_t)order,
		.state = MMLENS_STATE_FILE,
	};
}

static void rows(void)
{
	struct mmlens_lru_folio list[] = {
		folio(1, 0, 0), folio(1, 1, 2), folio(1, 5, 0),	/* upwards */
		folio(1, 8, 0), folio(1, 7, 0),			/* downwards */
		folio(2, 8, 0),			/* another file */
		folio(0, 0, 0), folio(0, 1, 0),	/* none: each by itself */
		folio(2, 9, 0), folio(2, 10, 0), /* in other states */
	};
	struct peek peek = { .folios = { list, 10, 10 } };
	struct peek_row row;

	list[9].flags = MMLENS_PAGE_FLAG_FOLIO_DIRTY;
	/* A block device has no inode number. */
	list[6].dev_major = 8;
	list[7].dev_major = 8;
	equal(peek_next_row(&peek, 6, &row), 8);
	list[6].dev_major = 0;
	list[7].dev_major = 0;
	equal(peek_next_row(&peek, 0, &row), 3);
	equal(row.folios, 3);
	equal(row.pages, 6);
	equal(row.index, 0);
	equal(peek_next_row(&peek, 3, &row), 5);
	equal(row.pages, 2);
	equal(row.index, 7);
	equal(peek_next_row(&peek, 5, &row), 6);
	equal(peek_next_row(&peek, 6, &row), 7);
	equal(peek_next_row(&peek, 7, &row), 8);
	equal(peek_next_row(&peek, 8, &row), 9);
	equal(peek_next_row(&peek, 9, &row), 10);
	equal(row.folios, 1);
}

static void fates(void)
{
	const struct {
		uint32_t flags;
		bool swap;
		enum peek_fate fate;
	} cases[] = {
		{ 0, false, PEEK_DROP },
		{ MMLENS_PAGE_FLAG_FOLIO_DIRTY, false, PEEK_WRITE },
		{ MMLENS_PAGE_FLAG_WRITEBACK, true, PEEK_WAIT },
		{ MMLENS_PAGE_FLAG_MLOCKED, true, PEEK_KEEP },
		{ MMLENS_PAGE_FLAG_SWAPBACKED, true, PEEK_SWAP },
		{ MMLENS_PAGE_FLAG_SWAPBACKED, false, PEEK_STAY },
		{ MMLENS_PAGE_FLAG_SWAPBACKED | MMLENS_PAGE_FLAG_SWAPCACHE,
		  false, PEEK_DROP },
		{ MMLENS_PAGE_FLAG_SWAPBACKED | MMLENS_PAGE_FLAG_SWAPCACHE |
		  MMLENS_PAGE_FLAG_FOLIO_DIRTY, false, PEEK_SWAP },
	};
	struct mmlens_lru_folio one = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		one.flags = cases[i].flags;
		equal(peek_fate(&one, 0, cases[i].swap), cases[i].fate);
	}
	/* Its own generation is younger than that of the list, or is not. */
	one.flags = 0;
	one.younger = 1;
	equal(peek_fate(&one, 2, true), PEEK_MOVE);
	equal(peek_fate(&one, 1, true), PEEK_DROP);
	for (i = 0; i < PEEK_FATES; i++)
		check(peek_fate_name((enum peek_fate)i)[0]);
}

static void files(void)
{
	char a[] = "/a", b[] = "/b";
	struct peek_file list[] = {
		{ .inode = 5, .dev_major = 8, .dev_minor = 1, .path = a },
		{ .inode = 5, .dev_major = 8, .dev_minor = 2, .path = b },
	};
	struct peek peek = { .files = { list, 2, 2 } };
	struct mmlens_lru_folio one = { .inode = 5, .dev_major = 8,
					.dev_minor = 2 };

	check(peek_file_of(&peek, &one) == &list[1]);
	one.dev_minor = 3;
	check(!peek_file_of(&peek, &one));
	one.inode = 0;
	check(!peek_file_of(&peek, &one));
}

static const struct test tests[] = {
	{ "generations by their rank", by_generation },
	{ "two lruvecs", two },
	{ "lists and generations at once", mixed },
	{ "neighbours of a file in one row", rows },
	{ "what reclaim would do", fates },
	{ "the file of a folio", files },
};

TAP_MAIN(tests)
