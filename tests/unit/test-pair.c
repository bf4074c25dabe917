// SPDX-License-Identifier: GPL-2.0
/* cli/pair.c: two address spaces, page by page. cli/fork.c: what a fork does. */
#include "fork.h"
#include "pair.h"
#include "tap.h"

#define PAGE 4096ULL

static void add(struct pair *pair, int which, uint64_t page, uint64_t pages,
		unsigned int state, uint64_t place, uint32_t flags)
{
	struct mmlens_page_run run = {
		.start = page * PAGE, .pages = pages, .state = state,
		.pfn = place, .facts = MMLENS_DETAIL_PFN, .flags = flags,
	};

	equal(pieces_add(&pair->pieces[which], &run), 0);
}

static void anon(struct pair *pair, int which, uint64_t page, uint64_t pages,
		 uint64_t frame)
{
	add(pair, which, page, pages, MMLENS_STATE_ANON, frame, 0);
}

/* Both have one VMA. */
static struct vma one = { .v = { .start = PAGE, .end = 1000 * PAGE } };
static const struct vma_list whole = { .list = &one, .count = 1 };

static struct pair new_pair(void)
{
	return (struct pair){ .vmas = { &whole, &whole }, .page_size = PAGE };
}

static void end(struct pair *pair)
{
	pieces_free(&pair->pieces[0]);
	pieces_free(&pair->pieces[1]);
}

/* The next row, and whether it is as it should be. */
static void expect(struct pair_walk *walk, uint64_t page, uint64_t pages,
		   enum sharing sharing)
{
	struct pair_row row = { 0 };

	check(pair_next(walk, &row));
	equal(row.start, page * PAGE);
	equal(row.pages, pages);
	equal(row.sharing, sharing);
}

static void expect_end(struct pair_walk *walk)
{
	struct pair_row row;

	check(!pair_next(walk, &row));
	check(!pair_next(walk, &row));
}

static void nothing(void)
{
	struct pair pair = new_pair();
	struct pair_walk walk = { .pair = &pair };
	struct mmlens_page_run hole = { .start = PAGE, .pages = 5 };
	struct pair_sums sums;

	/* What has no frame and no slot is nothing. */
	equal(pieces_add(&pair.pieces[0], &hole), 0);
	expect_end(&walk);
	equal(pair_sum(&pair, &sums), 0);
	equal(sums.pages[SHARING_SAME], 0);
	equal(sums.elsewhere, 0);
	end(&pair);
}

static void sharings(void)
{
	struct pair pair = new_pair();
	struct pair_walk walk = { .pair = &pair };
	struct pair_sums sums;

	/* First:  10 ------------ 20      30 -- 40 */
	/* Second: 10 -- 14 16 -------- 25 30 -- 40, of which 15 has moved */
	anon(&pair, 0, 10, 10, 100);
	anon(&pair, 1, 10, 4, 100);
	anon(&pair, 1, 16, 9, 206);
	anon(&pair, 0, 30, 10, 300);
	anon(&pair, 1, 30, 5, 300);
	anon(&pair, 1, 35, 5, 305);
	expect(&walk, 10, 4, SHARING_SAME);
	expect(&walk, 14, 2, SHARING_ONLY_FIRST);
	expect(&walk, 16, 4, SHARING_DIVERGED);
	expect(&walk, 20, 5, SHARING_ONLY_SECOND);
	/* Pieces end where they may; the row goes on. */
	expect(&walk, 30, 10, SHARING_SAME);
	expect_end(&walk);
	equal(pair_sum(&pair, &sums), 0);
	equal(sums.pages[SHARING_SAME], 14);
	equal(sums.pages[SHARING_DIVERGED], 4);
	equal(sums.pages[SHARING_ONLY_FIRST], 2);
	equal(sums.pages[SHARING_ONLY_SECOND], 5);
	equal(sums.elsewhere, 0);
	end(&pair);
}

static void inside(void)
{
	struct pair pair = new_pair();
	struct pair_walk walk = { .pair = &pair };

	/* One lies in the middle of the other. */
	anon(&pair, 1, 50, 20, 500);
	anon(&pair, 0, 55, 5, 505);
	expect(&walk, 50, 5, SHARING_ONLY_SECOND);
	expect(&walk, 55, 5, SHARING_SAME);
	expect(&walk, 60, 10, SHARING_ONLY_SECOND);
	expect_end(&walk);
	end(&pair);
}

static void swapped(void)
{
	const unsigned int swap = MMLENS_STATE_SWAP;
	struct pair pair = new_pair();
	struct pair_walk walk = { .pair = &pair };

	add(&pair, 0, 10, 8, swap, 70, 0);
	add(&pair, 1, 10, 2, swap, 70, 0);
	add(&pair, 1, 12, 2, swap, 99, 0);
	/* A frame with the number of the slot is another thing. */
	anon(&pair, 1, 14, 2, 74);
	add(&pair, 1, 16, 2, MMLENS_STATE_ANON, 5,
	    MMLENS_PAGE_FLAG_SWAPCACHE);
	expect(&walk, 10, 2, SHARING_SAME);
	expect(&walk, 12, 2, SHARING_DIVERGED);
	expect(&walk, 14, 2, SHARING_DIVERGED);
	expect(&walk, 16, 2, SHARING_UNDECIDED);
	expect_end(&walk);
	end(&pair);
}

static void devices(void)
{
	struct pair pair = new_pair();
	struct pair_walk walk = { .pair = &pair };

	add(&pair, 0, 10, 1, MMLENS_STATE_SWAP, 70, 0);
	add(&pair, 1, 10, 1, MMLENS_STATE_SWAP, 70, 0);
	pair.pieces[1].list[0].swap_type = 1;
	expect(&walk, 10, 1, SHARING_DIVERGED);
	expect_end(&walk);
	end(&pair);
}

static void states(void)
{
	struct pair pair = new_pair();
	struct pair_walk walk = { .pair = &pair };

	/* A page on its way to another frame is still the one that it was. */
	anon(&pair, 0, 10, 2, 100);
	anon(&pair, 1, 10, 1, 100);
	add(&pair, 1, 11, 1, MMLENS_STATE_MIGRATION, 101, 0);
	expect(&walk, 10, 1, SHARING_SAME);
	expect(&walk, 11, 1, SHARING_SAME);
	expect_end(&walk);
	end(&pair);
}

static void borders(void)
{
	struct vma two[] = {
		{ .v = { .start = 10 * PAGE, .end = 12 * PAGE } },
		{ .v = { .start = 12 * PAGE, .end = 20 * PAGE } },
	};
	const struct vma_list list = { .list = two, .count = 2 };
	struct pair pair = { .vmas = { &list, &whole }, .page_size = PAGE };
	struct pair_walk walk = { .pair = &pair };
	struct pair_row row;

	anon(&pair, 0, 10, 2, 100);
	anon(&pair, 0, 12, 2, 102);
	anon(&pair, 1, 10, 4, 100);
	anon(&pair, 1, 30, 1, 200);
	check(pair_next(&walk, &row));
	equal(row.pages, 2);
	check(row.vma == &two[0]);
	check(pair_next(&walk, &row));
	equal(row.pages, 2);
	check(row.vma == &two[1]);
	check(pair_next(&walk, &row));
	check(row.vma == &one);
	expect_end(&walk);
	end(&pair);
}

static void elsewhere(void)
{
	struct pair pair = new_pair();
	struct pair_sums sums;

	/* Frames 100 to 109: five of them have moved in the second. */
	anon(&pair, 0, 10, 10, 100);
	anon(&pair, 1, 10, 5, 100);
	anon(&pair, 1, 100, 5, 105);
	/* Mapped twice by the second: one page, once at the same address. */
	anon(&pair, 1, 200, 1, 102);
	/* Everybody has the zero page. */
	add(&pair, 0, 300, 1, MMLENS_STATE_ZERO, 7, 0);
	add(&pair, 1, 301, 1, MMLENS_STATE_ZERO, 7, 0);
	/* A slot is no frame. */
	add(&pair, 0, 400, 1, MMLENS_STATE_SWAP, 900, 0);
	anon(&pair, 1, 401, 1, 900);
	equal(pair_sum(&pair, &sums), 0);
	equal(sums.pages[SHARING_SAME], 5);
	equal(sums.elsewhere, 5);
	end(&pair);
}

static struct vma vma_with(uint64_t flags)
{
	return (struct vma){ .v.flags = flags | MMLENS_VMA_FLAG_MAY_WRITE };
}

static uint64_t shares(struct vma vma, unsigned int state, unsigned int why)
{
	struct mmlens_page_run run = {
		.pages = 1, .state = state, .verdict_why = why,
	};
	struct fork_sums sums = { 0 };

	fork_add(&sums, &vma, &run);
	return sums.shared;
}

static void forks(void)
{
	struct vma plain = vma_with(0);
	struct mmlens_page_run run = {
		.pages = 3, .state = MMLENS_STATE_ANON,
		.verdict = MMLENS_VERDICT_EXCLUSIVE,
	};
	struct fork_sums sums = { 0 };
	struct vma vma;

	check(vma_is_private(&plain));
	vma = vma_with(MMLENS_VMA_FLAG_SHARED);
	check(!vma_is_private(&vma));
	vma.v.flags = MMLENS_VMA_FLAG_READ;
	check(!vma_is_private(&vma));

	equal(shares(plain, MMLENS_STATE_ANON, 0), 1);
	equal(shares(plain, MMLENS_STATE_KSM, 0), 1);
	equal(shares(plain, MMLENS_STATE_SWAP, 0), 1);
	equal(shares(plain, MMLENS_STATE_HUGETLB, MMLENS_WHY_MARKED), 1);
	equal(shares(plain, MMLENS_STATE_HUGETLB, MMLENS_WHY_PAGE_CACHE), 0);
	equal(shares(plain, MMLENS_STATE_MIGRATION, MMLENS_WHY_PAGE_CACHE), 0);
	equal(shares(plain, MMLENS_STATE_MIGRATION, MMLENS_WHY_MIGRATING), 1);
	equal(shares(plain, MMLENS_STATE_FILE, MMLENS_WHY_PAGE_CACHE), 0);
	equal(shares(plain, MMLENS_STATE_ZERO, MMLENS_WHY_ZERO_PAGE), 0);
	equal(shares(plain, MMLENS_STATE_NONE, MMLENS_WHY_NOT_MAPPED), 0);

	fork_add(&sums, &plain, &run);
	run.verdict = MMLENS_VERDICT_SHARED;
	fork_add(&sums, &plain, &run);
	vma = vma_with(MMLENS_VMA_FLAG_DONT_COPY);
	fork_add(&sums, &vma, &run);
	vma = vma_with(MMLENS_VMA_FLAG_WIPE_ON_FORK);
	fork_add(&sums, &vma, &run);
	equal(sums.shared, 6);
	equal(sums.exclusive, 3);
	equal(sums.left_out, 6);
}

static const struct test tests[] = {
	{ "pair: nothing", nothing },
	{ "pair: same, diverged, only one", sharings },
	{ "pair: one inside the other", inside },
	{ "pair: swapped", swapped },
	{ "pair: swap devices", devices },
	{ "pair: states part rows", states },
	{ "pair: VMAs part rows", borders },
	{ "pair: frames at other addresses", elsewhere },
	{ "fork: what it shares", forks },
};

TAP_MAIN(tests)
