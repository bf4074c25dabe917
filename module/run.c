// SPDX-License-Identifier: GPL-2.0
#ifdef __KERNEL__
#include <linux/string.h>
#endif

#include "run.h"

static bool merges(const struct mmlens_runs *runs,
		   const struct mmlens_page_run *run)
{
	return !runs->each || run->state == MMLENS_STATE_NONE;
}

static bool continues(const struct mmlens_page_run *run,
		      const struct mmlens_page_run *next)
{
	__u64 bytes = (__u64)run->pages << MMLENS_PAGE_SHIFT;

	if (next->start != run->start + bytes ||
	    next->pages > MMLENS_RUN_PAGES_MAX - run->pages)
		return false;
	if ((run->facts & MMLENS_DETAIL_PFN) &&
	    next->pfn != run->pfn + run->pages)
		return false;
	return next->state == run->state &&
	       next->level == run->level &&
	       next->flags == run->flags &&
	       next->facts == run->facts &&
	       next->mapcount == run->mapcount &&
	       next->refcount == run->refcount &&
	       next->generation == run->generation &&
	       next->cgroup == run->cgroup &&
	       next->node == run->node &&
	       next->order == run->order &&
	       next->lru == run->lru &&
	       next->younger == run->younger &&
	       next->birth == run->birth &&
	       next->mlock_count == run->mlock_count &&
	       next->tier == run->tier &&
	       next->swap_type == run->swap_type &&
	       next->verdict == run->verdict &&
	       next->verdict_why == run->verdict_why &&
	       next->read == run->read &&
	       next->read_else == run->read_else &&
	       next->read_why == run->read_why &&
	       next->write == run->write &&
	       next->write_else == run->write_else &&
	       next->write_why == run->write_why;
}

/**
 * mmlens_runs_add() - add pages that follow the ones before
 * @runs: the records
 * @run: one more, of any number of pages; joined to the last if it continues it
 *
 * Context: Any, page-table locks may be held.
 * Return: false if there is no room, and nothing was added.
 */
bool mmlens_runs_add(struct mmlens_runs *runs,
		     const struct mmlens_page_run *run)
{
	struct mmlens_page_run *last = runs->records + runs->count - 1;

	if (runs->count && !runs->apart && merges(runs, run) &&
	    continues(last, run)) {
		last->pages += run->pages;
		return true;
	}
	if (runs->count == runs->room)
		return false;
	runs->records[runs->count++] = *run;
	runs->apart = false;
	return true;
}

/**
 * mmlens_runs_repeat() - the rest of mmlens_runs_again()
 * @runs: the records, at least one
 * @pfn: frame of the page
 *
 * Context: Any, page-table locks may be held.
 * Return: false if there is no room, and nothing was added.
 */
bool mmlens_runs_repeat(struct mmlens_runs *runs, __u64 pfn)
{
	struct mmlens_page_run next = runs->records[runs->count - 1];

	next.start += (__u64)next.pages << MMLENS_PAGE_SHIFT;
	next.pages = 1;
	if (next.facts & MMLENS_DETAIL_PFN)
		next.pfn = pfn;
	return mmlens_runs_add(runs, &next);
}

/**
 * mmlens_runs_mark() - remember how far the records go
 * @runs: the records
 *
 * Context: Any.
 * Return: what mmlens_runs_rewind() takes.
 */
struct mmlens_runs_mark mmlens_runs_mark(const struct mmlens_runs *runs)
{
	struct mmlens_runs_mark mark = { .count = runs->count };

	if (mark.count)
		mark.pages = runs->records[mark.count - 1].pages;
	return mark;
}

/**
 * mmlens_runs_rewind() - take back what was added since a mark
 * @runs: the records
 * @mark: from mmlens_runs_mark(), of the same records
 *
 * Context: Any, page-table locks may be held.
 */
void mmlens_runs_rewind(struct mmlens_runs *runs, struct mmlens_runs_mark mark)
{
	runs->count = mark.count;
	if (mark.count)
		runs->records[mark.count - 1].pages = mark.pages;
}
