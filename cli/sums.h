/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_SUMS_H
#define MMLENS_SUMS_H

#include <linux/mmlens.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Sums over runs of pages: by state, by verdict, and by what a write to each of
 * them would do. All commands that tell a sum take it from here.
 */

/* The details from which all of it can be told. */
#define DECISIONS (MMLENS_DETAIL_VERDICT | MMLENS_DETAIL_FORECAST)

/* Values that are counted one by one; the last stands for any newer one. */
#define TOTAL_STATES 32
#define TOTAL_VERDICTS 8
#define TOTAL_FORECASTS 32

/* Pages of which only the access itself will decide between two outcomes. */
struct undecided {
	uint64_t pages;
	uint8_t what;
	uint8_t or_else;
	uint8_t why;
};

/* More kinds of doubt than there are; the last takes what finds no room. */
#define TOTAL_UNDECIDED 16

/* What writes to a number of pages do, one write to each. */
struct writes {
	uint64_t decided[TOTAL_FORECASTS];	/* pages */
	struct undecided undecided[TOTAL_UNDECIDED];	/* up to the first 0 */
};

struct totals {
	uint64_t runs;
	uint64_t pages;
	uint64_t state[TOTAL_STATES];	/* pages */
	uint64_t verdict[TOTAL_VERDICTS];	/* of runs that have one */
	struct writes present;	/* where something is, of runs with a forecast */
	struct writes holes;	/* where nothing is yet, the state none */
};

/* What writing to all pages that are there would come to, in pages. */
struct write_sum {
	uint64_t copied;	/* cow-copy and file-copy */
	uint64_t may_copy;	/* undecided, one of the two outcomes is a copy */
	uint64_t zeroed;	/* zero-copy and huge-anon: a page of zeroes each */
	uint64_t reused;	/* cow-reuse: a fault, but no copy */
	uint64_t plain;		/* none: no fault */
	uint64_t refused;	/* sigsegv and sigbus */
	uint64_t later;		/* a copy may follow on another fault: swap-in, ... */
	uint64_t other;		/* all else */
	uint64_t hole_copied;	/* no part of these: file-copy into holes */
};

/* Does a write split the huge page that it finds? */
enum splits {
	SPLITS_NOT,
	SPLITS_PERHAPS,
	SPLITS,
};

void totals_add(struct totals *totals, const struct mmlens_page_run *run,
		uint64_t pages);
bool forecast_is_copy(unsigned int forecast);
enum splits write_splits(const struct mmlens_page_run *run);
void totals_writes(const struct totals *totals, struct write_sum *sum);

#endif
