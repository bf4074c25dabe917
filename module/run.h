/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Merging of equal neighbours into runs. Pure: compiles in user space, too.
 */
#ifndef MMLENS_RUN_H
#define MMLENS_RUN_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#endif
#include <linux/mmlens.h>

#define MMLENS_PAGE_SHIFT	12
#define MMLENS_RUN_PAGES_MAX	0xffffffffU

/**
 * struct mmlens_runs - records of pages, in the order of addresses
 * @records: room for them
 * @count: how many there are
 * @room: how many there may be
 * @each: one record a page, except for state none
 * @apart: the next record begins something new and is not joined to the last
 */
struct mmlens_runs {
	struct mmlens_page_run *records;
	unsigned int count;
	unsigned int room;
	bool each;
	bool apart;
};

/**
 * struct mmlens_runs_mark - a place to come back to
 * @count: records at that time
 * @pages: length of the last of them
 */
struct mmlens_runs_mark {
	unsigned int count;
	__u32 pages;
};

bool mmlens_runs_add(struct mmlens_runs *runs,
		     const struct mmlens_page_run *run);
bool mmlens_runs_repeat(struct mmlens_runs *runs, __u64 pfn);
struct mmlens_runs_mark mmlens_runs_mark(const struct mmlens_runs *runs);
void mmlens_runs_rewind(struct mmlens_runs *runs, struct mmlens_runs_mark mark);

/**
 * mmlens_runs_again() - add one page that is like the last
 * @runs: the records, at least one
 * @pfn: its frame; the only thing that may differ
 *
 * Context: Any, page-table locks may be held.
 * Return: false if there is no room, and nothing was added.
 */
static inline bool mmlens_runs_again(struct mmlens_runs *runs, __u64 pfn)
{
	struct mmlens_page_run *last = runs->records + runs->count - 1;

	if (!runs->each && last->pages < MMLENS_RUN_PAGES_MAX &&
	    (!(last->facts & MMLENS_DETAIL_PFN) ||
	     pfn == last->pfn + last->pages)) {
		last->pages++;
		return true;
	}
	return mmlens_runs_repeat(runs, pfn);
}

#endif
