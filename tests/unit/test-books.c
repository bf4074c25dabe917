// SPDX-License-Identifier: GPL-2.0
/* cli/demo_books.c: what an access did, by pagemap, RSS and faults. */
#include "demo_books.h"
#include "tap.h"

#define PAGE 4096
#define PRESENT (1ULL << 63)
#define ALONE (1ULL << 56)

struct row {
	const char *name;
	uint64_t before;	/* entry of the page */
	uint64_t after;
	int grown;		/* RSS, pages */
	int added;		/* mapped pages */
	unsigned int minor;
	unsigned int major;
	enum mmlens_forecast what;
	enum mmlens_forecast or_else;
};

#define ONE(_what) .what = MMLENS_FORECAST_##_what, \
		   .or_else = MMLENS_FORECAST_##_what

static const struct row known[] = {
	{ "no fault", PRESENT | 7, PRESENT | 7, 0, 0, 0, 0, ONE(NONE) },
	{ "zero", 0, PRESENT | 7, 0, 1, 1, 0, ONE(ZERO) },
	{ "huge zero", 0, PRESENT | 7, 0, 512, 1, 0, ONE(HUGE_ZERO) },
	{ "anon", 0, PRESENT | 7, 1, 1, 1, 0, ONE(ANON) },
	{ "sixteen pages", 0, PRESENT | 7, 16, 16, 1, 0, ONE(ANON) },
	{ "huge", 0, PRESENT | 7, 512, 512, 1, 0, ONE(HUGE_ANON) },
	{ "zero copied", PRESENT | 7, PRESENT | 9, 1, 0, 1, 0, ONE(ZERO_COPY) },
	{ "huge zero copied", PRESENT | 7, PRESENT | 9, 512, 0, 1, 0,
	  ONE(HUGE_ANON) },
	{ "copied", PRESENT | 7, PRESENT | 9, 0, 0, 1, 0, ONE(COW_COPY) },
	{ "reused", PRESENT | 7, PRESENT | 7, 0, 0, 1, 0, ONE(COW_REUSE) },
	{ "copied, without frames", PRESENT, PRESENT | ALONE, 0, 0, 1, 0,
	  ONE(COW_COPY) },
	{ "kept or copied, without frames", PRESENT | ALONE, PRESENT | ALONE,
	  0, 0, 1, 0, .what = MMLENS_FORECAST_COW_REUSE,
	  .or_else = MMLENS_FORECAST_COW_COPY },
};

static const struct row unknown[] = {
	{ "from disk", 0, PRESENT | 7, 1, 1, 0, 1, ONE(NONE) },
	{ "still nothing there", 0, 0, 0, 0, 1, 0, ONE(NONE) },
	{ "less than before", PRESENT | 7, PRESENT | 7, -1, 0, 1, 0, ONE(NONE) },
};

static struct happening tell(const struct row *row)
{
	struct books before = { .pages = 512, .present = 512, .rss = 512UL * PAGE };
	struct books after = before;

	before.entry[3] = row->before;
	after.entry[3] = row->after;
	after.rss += (uint64_t)(row->grown * PAGE);
	after.present += (unsigned int)row->added;
	return books_tell(&before, &after, 3, PAGE, row->minor, row->major);
}

static void outcomes(void)
{
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct happening happened = tell(&known[i]);

		printf("# %s\n", known[i].name);
		check(happened.known);
		equal(happened.what, known[i].what);
		equal(happened.or_else, known[i].or_else);
	}
}

static void nothing_known(void)
{
	size_t i;

	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		printf("# %s\n", unknown[i].name);
		check(!tell(&unknown[i]).known);
	}
}

static const struct test tests[] = {
	{ "outcomes are told apart", outcomes },
	{ "what no scene predicts is not taken for it", nothing_known },
};

TAP_MAIN(tests)
