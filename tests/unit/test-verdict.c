// SPDX-License-Identifier: GPL-2.0
/*
 * The verdict, by a table. What is expected was read from do_wp_page(),
 * do_huge_pmd_wp_page(), hugetlb_wp() and do_swap_page() of 6.1, 6.12 and 7.3.
 */
#include <stddef.h>

#include "tap.h"
#include "verdict.h"

#define COUNT	MMLENS_COW_RULE_COUNT
#define SMALL	MMLENS_COW_RULE_SMALL
#define MM	MMLENS_COW_RULE_MM
#define ON(rule) (1U << MMLENS_COW_RULE_##rule)
#define ALL	(ON(COUNT) | ON(SMALL) | ON(MM))

#define S(name) MMLENS_STATE_##name

/* An anonymous page without the mark, of which the counts are known. */
#define UNLISTED(...) { .state = S(ANON), .present = true, .anon = true, \
			.counted = true, __VA_ARGS__ }
#define UNMARKED(...) UNLISTED(.listed = true, __VA_ARGS__)
/* A page of a large folio that is mapped by PTEs. */
#define PART(...) UNMARKED(.large = true, __VA_ARGS__)
#define WHOLE(...) UNMARKED(.large = true, .whole = true, __VA_ARGS__)

struct verdict_row {
	const char *what;
	unsigned int rules;
	struct mmlens_facts facts;
	enum mmlens_verdict verdict;
	enum mmlens_why why;
	bool open;
};

#define EXPECT(_verdict, _why) .verdict = MMLENS_VERDICT_##_verdict, \
			       .why = MMLENS_WHY_##_why
#define OPEN(_why) EXPECT(SHARED, _why), .open = true

static const struct verdict_row verdicts[] = {
	{ "marked", ALL,
	  UNMARKED(.exclusive = true, .refcount = 9, .mapcount = 1),
	  EXPECT(EXCLUSIVE, MARKED) },
	{ "marked, the rest is withheld", ALL,
	  { .state = S(ANON), .present = true, .anon = true,
	    .exclusive = true }, EXPECT(EXCLUSIVE, MARKED) },
	{ "not marked, the rest is withheld", ALL,
	  { .state = S(ANON), .present = true, .anon = true }, OPEN(WITHHELD) },
	{ "mapped twice", ALL, UNMARKED(.refcount = 2, .mapcount = 2),
	  EXPECT(SHARED, MAPPED_ELSEWHERE) },
	{ "mapped once, nobody else", ALL,
	  UNMARKED(.refcount = 1, .mapcount = 1),
	  EXPECT(REUSABLE, LAST_MAPPING) },
	{ "mapped once, somebody refers to it", ALL,
	  UNMARKED(.refcount = 2, .mapcount = 1), EXPECT(SHARED, REFERENCED) },
	{ "pinned", ALL, UNMARKED(.refcount = 1025, .mapcount = 1),
	  EXPECT(SHARED, REFERENCED) },
	{ "in a batch", ALL,
	  UNLISTED(.refcount = 2, .mapcount = 1),
	  OPEN(BATCH) },
	{ "in a batch and referred to", ALL,
	  UNLISTED(.refcount = 3, .mapcount = 1),
	  EXPECT(SHARED, REFERENCED) },
	{ "in the swap cache", ALL,
	  UNMARKED(.swapcache = true, .refcount = 2, .mapcount = 1),
	  OPEN(SWAP_CACHE) },
	{ "in the swap cache, mapped twice", ALL,
	  UNMARKED(.swapcache = true, .refcount = 3, .mapcount = 2),
	  EXPECT(SHARED, MAPPED_ELSEWHERE) },
	{ "in the swap cache and in a batch", ALL,
	  UNLISTED(.swapcache = true, .refcount = 3, .mapcount = 1),
	  OPEN(SWAP_CACHE) },
	{ "in the swap cache, in a batch, and referred to", ALL,
	  UNLISTED(.swapcache = true, .refcount = 4, .mapcount = 1),
	  EXPECT(SHARED, REFERENCED) },
	{ "in the swap cache, listed and referred to", ALL,
	  UNMARKED(.swapcache = true, .refcount = 3, .mapcount = 1),
	  EXPECT(SHARED, REFERENCED) },

	{ "huge page, mapped once", ALL,
	  WHOLE(.refcount = 1, .mapcount = 1, .folio_mapcount = 1),
	  EXPECT(REUSABLE, LAST_MAPPING) },
	{ "huge page, mapped twice", ALL,
	  WHOLE(.refcount = 2, .mapcount = 2, .folio_mapcount = 2),
	  EXPECT(SHARED, MAPPED_ELSEWHERE) },
	{ "huge page, parts of it mapped by others", ALL,
	  WHOLE(.refcount = 101, .mapcount = 1, .folio_mapcount = 101),
	  EXPECT(SHARED, MAPPED_ELSEWHERE) },
	{ "huge page, mapped once and referred to", ALL,
	  WHOLE(.refcount = 2, .mapcount = 1, .folio_mapcount = 1),
	  EXPECT(SHARED, REFERENCED) },
	{ "huge page in the swap cache", ALL,
	  WHOLE(.swapcache = true, .refcount = 513, .mapcount = 1,
		.folio_mapcount = 1), OPEN(SWAP_CACHE) },

	{ "part of a large folio, the only page left", ON(COUNT),
	  PART(.refcount = 1, .mapcount = 1, .folio_mapcount = 1),
	  EXPECT(REUSABLE, LAST_MAPPING) },
	{ "part of a large folio", ON(COUNT) | ON(SMALL),
	  PART(.refcount = 512, .mapcount = 1, .folio_mapcount = 512),
	  EXPECT(SHARED, LARGE_FOLIO) },
	{ "part of a large folio, mapped twice", ALL,
	  PART(.refcount = 1024, .mapcount = 2, .folio_mapcount = 1024,
	       .elsewhere = true), EXPECT(SHARED, MAPPED_ELSEWHERE) },
	{ "part of a large folio in the swap cache", ON(COUNT),
	  PART(.swapcache = true, .refcount = 513, .mapcount = 1,
	       .folio_mapcount = 1), EXPECT(SHARED, LARGE_FOLIO) },
	{ "part of a large folio, the only page left", ON(SMALL) | ON(MM),
	  PART(.refcount = 1, .mapcount = 1, .folio_mapcount = 1),
	  EXPECT(SHARED, LARGE_FOLIO) },
	{ "part of a large folio, all of it here", ON(MM),
	  PART(.refcount = 512, .mapcount = 1, .folio_mapcount = 512),
	  EXPECT(REUSABLE, LAST_MAPPING) },
	{ "part of a large folio, two pages of it here", ON(MM),
	  PART(.refcount = 2, .mapcount = 1, .folio_mapcount = 2),
	  EXPECT(REUSABLE, LAST_MAPPING) },
	{ "part of a large folio, another part there", ON(MM),
	  PART(.elsewhere = true, .refcount = 1023, .mapcount = 1,
	       .folio_mapcount = 1023), EXPECT(SHARED, MAPPED_ELSEWHERE) },
	{ "part of a large folio, referred to", ON(MM),
	  PART(.refcount = 513, .mapcount = 1, .folio_mapcount = 512),
	  EXPECT(SHARED, REFERENCED) },
	{ "part of a large folio, isolated", ON(MM),
	  UNLISTED(.large = true, .refcount = 513, .mapcount = 1,
		   .folio_mapcount = 512), EXPECT(SHARED, REFERENCED) },
	{ "part of a large folio, in the swap cache", ON(MM),
	  PART(.swapcache = true, .refcount = 32, .mapcount = 1,
	       .folio_mapcount = 16), OPEN(SWAP_CACHE) },

	{ "KSM", ALL, { .state = S(KSM), .present = true, .anon = true,
			.counted = true, .listed = true, .refcount = 1,
			.mapcount = 1 }, EXPECT(SHARED, KSM) },
	{ "hugetlb, mapped once, whoever refers to it", ALL,
	  { .state = S(HUGETLB), .present = true, .anon = true,
	    .counted = true, .whole = true, .large = true, .refcount = 3,
	    .mapcount = 1 }, EXPECT(REUSABLE, LAST_MAPPING) },
	{ "hugetlb, mapped twice", ALL,
	  { .state = S(HUGETLB), .present = true, .anon = true,
	    .counted = true, .whole = true, .large = true, .refcount = 2,
	    .mapcount = 2 }, EXPECT(SHARED, MAPPED_ELSEWHERE) },
	{ "hugetlb, of a file", ALL, { .state = S(HUGETLB), .present = true },
	  EXPECT(SHARED, PAGE_CACHE) },
	{ "file", ALL, { .state = S(FILE), .present = true },
	  EXPECT(SHARED, PAGE_CACHE) },
	{ "shared memory", ALL, { .state = S(SHMEM), .present = true },
	  EXPECT(SHARED, PAGE_CACHE) },
	{ "device", ALL, { .state = S(DEVICE), .present = true },
	  EXPECT(SHARED, NOT_ANON) },
	{ "frames", ALL, { .state = S(PFNMAP), .present = true },
	  EXPECT(SHARED, NOT_ANON) },
	{ "kernel", ALL, { .state = S(KERNEL), .present = true },
	  EXPECT(SHARED, NOT_ANON) },
	{ "zero page", ALL, { .state = S(ZERO), .present = true },
	  EXPECT(SHARED, ZERO_PAGE) },
	{ "huge zero page", ALL, { .state = S(HUGE_ZERO), .present = true },
	  EXPECT(SHARED, ZERO_PAGE) },
	{ "swap", ALL, { .state = S(SWAP) }, OPEN(SWAP_SHARED) },
	{ "swap, marked", ALL, { .state = S(SWAP), .exclusive = true },
	  EXPECT(EXCLUSIVE, MARKED) },
	{ "migration, marked", ALL, { .state = S(MIGRATION), .anon = true,
				      .exclusive = true },
	  EXPECT(EXCLUSIVE, MARKED) },
	{ "migration, not marked", ALL, { .state = S(MIGRATION), .anon = true },
	  OPEN(MIGRATING) },
	{ "migration of a page of a file", ALL, { .state = S(MIGRATION) },
	  EXPECT(SHARED, PAGE_CACHE) },
	{ "nothing", ALL, { .state = S(NONE) }, EXPECT(N_A, NOT_MAPPED) },
	{ "guard", ALL, { .state = S(GUARD) }, EXPECT(N_A, NOT_MAPPED) },
	{ "poison", ALL, { .state = S(POISON_MARKER) },
	  EXPECT(N_A, NOT_MAPPED) },
	{ "hwpoison", ALL, { .state = S(HWPOISON) }, EXPECT(N_A, NOT_MAPPED) },
	{ "uffd marker", ALL, { .state = S(UFFD_MARKER) },
	  EXPECT(N_A, NOT_MAPPED) },
	{ "device-private", ALL, { .state = S(DEVICE_PRIVATE) },
	  EXPECT(N_A, NOT_MAPPED) },
};

static struct mmlens_area private_area(enum mmlens_cow_rule rule)
{
	return (struct mmlens_area){
		.backing = MMLENS_BACKING_ANON, .rule = rule,
		.accessible = true, .writable = true, .cow = true,
	};
}

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void judge_rows(void)
{
	enum mmlens_cow_rule rule;
	size_t i;

	for (i = 0; i < LENGTH(verdicts); i++)
		for (rule = COUNT; rule <= MM; rule++) {
			const struct verdict_row *row = &verdicts[i];
			struct mmlens_area area = private_area(rule);
			struct mmlens_judgement got;
			int before = tap_wrong;

			if (!(row->rules & 1U << rule))
				continue;
			got = mmlens_judge(&area, &row->facts);
			equal(got.verdict, row->verdict);
			equal(got.why, row->why);
			equal(got.open, row->open);
			if (tap_wrong > before)
				printf("# %s, rule %d\n", row->what, rule);
		}
}

/* What is not a private mapping has no verdict, whatever is in it. */
static void judge_shared(void)
{
	struct mmlens_area area = private_area(MM);
	size_t i;

	area.cow = false;
	for (i = 0; i < LENGTH(verdicts); i++) {
		struct mmlens_judgement got;

		got = mmlens_judge(&area, &verdicts[i].facts);
		equal(got.verdict, MMLENS_VERDICT_N_A);
		equal(got.why, MMLENS_WHY_NOT_PRIVATE);
		check(!got.open);
	}
}

static const struct test tests[] = {
	{ "each fact, by the rule of each kernel", judge_rows },
	{ "a shared mapping has no verdict", judge_shared },
};

TAP_MAIN(tests)
