/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Facts of one entry, read under its lock.
 *
 * Most pages are like their neighbour. To see that costs a few loads and
 * comparisons (mmlens_page_same()); only where it is not so are the facts read
 * (mmlens_page_read()). What is compared follows from what was asked for, and
 * both must be kept in step.
 */
#ifndef MMLENS_PAGE_H
#define MMLENS_PAGE_H

#include <linux/mm.h>
#include <linux/mmlens.h>

#include "area.h"
#include "cache.h"
#include "compat/arch.h"
#include "compat/folio.h"
#include "lru.h"
#include "walk.h"

/* Details that tell of others, or of the machine, and not of the target. */
#define MMLENS_DETAIL_ADMIN	(MMLENS_DETAIL_FOLIO | MMLENS_DETAIL_PFN | \
				 MMLENS_DETAIL_COUNTS | MMLENS_DETAIL_LRU | \
				 MMLENS_DETAIL_CGROUP)
#define MMLENS_DETAIL_ALL	(MMLENS_DETAIL_ADMIN | MMLENS_DETAIL_ENTRY | \
				 MMLENS_DETAIL_NODE | MMLENS_DETAIL_MEANING)
/* Those that are drawn from all facts. */
#define MMLENS_DETAIL_MEANING	(MMLENS_DETAIL_VERDICT | MMLENS_DETAIL_FORECAST)

/**
 * struct mmlens_neighbour - what the page before looked like
 * @known: it can be compared with: mapped by a PTE, not protnone, with a
 *	struct page, and nothing was told that differs between equal neighbours
 * @entry: value of its entry
 * @folio: its folio; compared only, it may be gone
 * @page_flags: flag word of the page
 * @folio_flags: flag word of the folio
 * @mapping: mapping of the folio
 * @memcg_data: who pays for the folio
 * @mapcount: raw map count of the page
 * @refcount: references to the folio
 * @lru_besides: what besides its flags tells where it stands for reclaim
 * @folio_mask: the flags of a folio that counted for it
 * @counts: its counts did, too
 */
struct mmlens_neighbour {
	bool known;
	bool counts;
	unsigned long folio_mask;
	pteval_t entry;
	const struct folio *folio;
	unsigned long page_flags;
	unsigned long folio_flags;
	const void *mapping;
	unsigned long memcg_data;
	int mapcount;
	int refcount;
	unsigned long lru_besides;
};

/**
 * struct mmlens_page_reader - reads pages for one caller
 * @detail: what to tell, of what the caller may see
 * @withheld: what the caller asked for and may not see
 * @admin: the caller may see everything
 * @entry_mask: the bits of an entry that count
 * @page_mask: the flags of a page that count
 * @folio_mask: the flags of a folio that count
 * @last: the page before
 * @area: the VMA, if verdicts or forecasts are asked for
 * @cached: what the page cache holds from where it was looked up last
 */
struct mmlens_page_reader {
	u32 detail;
	u32 withheld;
	bool admin;
	pteval_t entry_mask;
	unsigned long page_mask;
	unsigned long folio_mask;
	struct mmlens_neighbour last;
	struct mmlens_area area;
	struct mmlens_cached cached;
};

void mmlens_page_reader_init(struct mmlens_page_reader *reader, u32 asked,
			     bool admin);
void mmlens_page_read_outside(struct mmlens_page_reader *reader,
			      struct vm_area_struct *above, unsigned long addr,
			      enum mmlens_level level,
			      struct mmlens_page_run *run);
void mmlens_page_enter(struct mmlens_page_reader *reader,
		       struct vm_area_struct *vma, bool locked);
unsigned long mmlens_page_read_none(struct mmlens_page_reader *reader,
				    struct vm_area_struct *vma,
				    unsigned long addr, unsigned long end,
				    enum mmlens_level level,
				    struct mmlens_page_run *run);
void mmlens_page_read(struct mmlens_page_reader *reader,
		      struct vm_area_struct *vma, unsigned long addr,
		      const struct mmlens_entry *entry,
		      struct mmlens_page_run *run);
u32 mmlens_page_folio_flags(struct folio *folio);
void mmlens_page_read_frame(struct mmlens_page_reader *reader,
			    struct page *page, struct mmlens_page_run *run);

/**
 * mmlens_page_forget() - compare the next page with none
 * @reader: the reader
 *
 * Context: Any. To be called when another table begins.
 */
static inline void mmlens_page_forget(struct mmlens_page_reader *reader)
{
	reader->last.known = false;
}

/**
 * mmlens_page_none_same() - are all empty entries of a table told alike?
 * @reader: the reader
 *
 * Context: Any.
 * Return: false if each must be read.
 */
static inline bool mmlens_page_none_same(const struct mmlens_page_reader *reader)
{
	return !(reader->detail & MMLENS_DETAIL_FORECAST) ||
	       !mmlens_backing_is_cached(reader->area.backing);
}

/**
 * mmlens_page_same() - is this page told as the one before, but for its frame?
 * @reader: the reader
 * @val: value of a PTE in the table of the page before
 *
 * Context: The page-table lock is held.
 * Return: true if so, and then mmlens_entry_frame() knows its frame.
 */
static inline bool mmlens_page_same(const struct mmlens_page_reader *reader,
				    pteval_t val)
{
	const struct mmlens_neighbour *last = &reader->last;
	const struct folio *folio;
	const struct page *page;
	unsigned long flags;

	if (!last->known || (val ^ last->entry) & reader->entry_mask)
		return false;
	page = pfn_to_page(mmlens_entry_frame(val));
	folio = page_folio(page);
	flags = mmlens_page_flags(page);
	if (folio == last->folio)
		return !((flags ^ last->page_flags) & reader->page_mask);
	/* One page of each large folio is read. */
	if (&folio->page != page ||
	    (flags ^ last->folio_flags) & last->folio_mask ||
	    flags & BIT(PG_head) || folio->mapping != last->mapping)
		return false;
	if (last->counts &&
	    (atomic_read(&page->_mapcount) != last->mapcount ||
	     folio_ref_count(folio) != last->refcount))
		return false;
	if (!(reader->detail & (MMLENS_DETAIL_CGROUP | MMLENS_DETAIL_LRU)))
		return true;
	return folio->memcg_data == last->memcg_data &&
	       (!(reader->detail & MMLENS_DETAIL_LRU) ||
		mmlens_lru_besides(folio, flags) == last->lru_besides);
}

#endif
