/* SPDX-License-Identifier: GPL-2.0 */
/* The pages of a range, as runs: what both faces ask for. */
#ifndef MMLENS_PAGES_H
#define MMLENS_PAGES_H

#include "page.h"
#include "run.h"
#include "walk.h"

/* Records read at a time. A table of single pages must always fit. */
#define MMLENS_PAGES_ROOM	PTRS_PER_PTE

/**
 * struct mmlens_pages - reads the pages of a range
 * @walk: the walk through it
 * @runs: where the records go
 * @reader: tells what a page is
 */
struct mmlens_pages {
	struct mmlens_walk walk;
	struct mmlens_runs runs;
	struct mmlens_page_reader reader;
};

extern const struct mmlens_walk_ops mmlens_pages_ops;

void mmlens_pages_init(struct mmlens_pages *pages, struct mmlens_cursor *cursor,
		       struct mmlens_page_run *records, unsigned int room);
void mmlens_pages_enter(struct mmlens_walk *walk);
int mmlens_pages_read(struct mmlens_pages *pages);

#endif
