// SPDX-License-Identifier: GPL-2.0
/*
 * A table of PTEs is told as it was at one moment: if its records do not fit
 * behind those of the tables before, they are taken back, and the table is read
 * anew for the next message.
 */
#include <linux/hugetlb.h>

#include "pages.h"

static struct mmlens_pages *pages_of(struct mmlens_walk *walk)
{
	return container_of(walk, struct mmlens_pages, walk);
}

/**
 * mmlens_pages_enter() - the visitor's part when a VMA begins
 * @walk: the walk of a struct mmlens_pages
 *
 * Context: mm->mmap_lock held.
 */
void mmlens_pages_enter(struct mmlens_walk *walk)
{
	mmlens_page_enter(&pages_of(walk)->reader, walk->vma, true);
}

/* A run lies in one VMA. */
static void begin(struct mmlens_pages *pages, unsigned long addr)
{
	pages->runs.apart = addr == pages->walk.vma->vm_start;
}

/* Adds pages if there is room for them. */
static bool add(struct mmlens_pages *pages, const struct mmlens_page_run *run)
{
	pages->walk.full = !mmlens_runs_add(&pages->runs, run);
	return !pages->walk.full;
}

static unsigned long hole(struct mmlens_walk *walk, unsigned long addr,
			  unsigned long end, enum mmlens_level level)
{
	struct mmlens_pages *pages = pages_of(walk);
	struct mmlens_page_run run;
	unsigned long next;

	begin(pages, addr);
	do {
		next = mmlens_page_read_none(&pages->reader, walk->vma, addr,
					     end, level, &run);
		run.start = addr;
		run.pages = min_t(u64, (next - addr) >> PAGE_SHIFT,
				  MMLENS_RUN_PAGES_MAX);
		if (!add(pages, &run))
			break;
		addr += (u64)run.pages << PAGE_SHIFT;
		walk->cursor->budget--;
	} while (addr < end && walk->cursor->budget > 0);
	return addr;
}

/* Adds one page of an entry that is not empty. */
static bool add_page(struct mmlens_pages *pages, unsigned long addr,
		     const struct mmlens_entry *entry, u32 length)
{
	struct mmlens_page_run run;

	mmlens_page_read(&pages->reader, pages->walk.vma, addr, entry, &run);
	run.start = addr;
	run.pages = length;
	return add(pages, &run);
}

static unsigned long leaf(struct mmlens_walk *walk, unsigned long addr,
			  unsigned long end, const struct mmlens_entry *leaf)
{
	struct mmlens_pages *pages = pages_of(walk);
	struct mmlens_entry entry = *leaf;

	begin(pages, addr);
	/* Entries of others may map single pages of a huge one. */
	if (!pages->runs.each &&
	    !(pages->reader.detail & MMLENS_DETAIL_COUNTS && leaf->present &&
	      !is_vm_hugetlb_page(walk->vma)))
		return add_page(pages, addr, leaf, (end - addr) >> PAGE_SHIFT) ?
		       end : addr;
	for (; addr < end; addr += PAGE_SIZE, entry.offset++) {
		if (!add_page(pages, addr, &entry, 1))
			break;
		walk->cursor->budget--;
	}
	return addr;
}

static bool add_pte(struct mmlens_pages *pages, unsigned long addr, pte_t pte)
{
	struct mmlens_entry entry = {
		.pte = pte,
		.level = MMLENS_LEVEL_PTE,
		.present = pte_present(pte),
	};
	struct mmlens_page_run none;

	if (pte_none(pte)) {
		mmlens_page_read_none(&pages->reader, pages->walk.vma, addr,
				      addr + PAGE_SIZE, MMLENS_LEVEL_PTE, &none);
		none.start = addr;
		none.pages = 1;
		return mmlens_runs_add(&pages->runs, &none);
	}
	if (entry.present)
		entry.pfn = pte_pfn(pte);
	return add_page(pages, addr, &entry, 1);
}

/*
 * The hot path. An entry with the same bits, frame and all, tells the same,
 * unless frames are to count up; one that maps a page like the last does, too.
 */
static unsigned long table(struct mmlens_walk *walk, unsigned long addr,
			   unsigned long end, pte_t *ptep)
{
	struct mmlens_pages *pages = pages_of(walk);
	struct mmlens_runs_mark mark = mmlens_runs_mark(&pages->runs);
	bool pfns = pages->reader.detail & MMLENS_DETAIL_PFN;
	bool holes = mmlens_page_none_same(&pages->reader);
	unsigned long start = addr;
	pteval_t val, last;
	pte_t pte;
	bool ok;

	begin(pages, addr);
	mmlens_page_forget(&pages->reader);
	pte = ptep_get(ptep);
	last = pte_val(pte);
	ok = add_pte(pages, addr, pte);
	while (ok && (addr += PAGE_SIZE) < end) {
		pte = ptep_get(++ptep);
		val = pte_val(pte);
		if (val == last && (pte_present(pte) || holes) &&
		    (!pfns || pte_none(pte))) {
			ok = mmlens_runs_again(&pages->runs, 0);
			continue;
		}
		last = val;
		if (mmlens_page_same(&pages->reader, val))
			ok = mmlens_runs_again(&pages->runs,
					       mmlens_entry_frame(val));
		else
			ok = add_pte(pages, addr, pte);
	}
	if (ok)
		return end;
	mmlens_runs_rewind(&pages->runs, mark);
	walk->full = true;
	return start;
}

/* For those who look at more than the pages on the same walk. */
const struct mmlens_walk_ops mmlens_pages_ops = {
	.enter = mmlens_pages_enter,
	.hole = hole,
	.leaf = leaf,
	.table = table,
};

/**
 * mmlens_pages_init() - get ready to read pages
 * @pages: filled, but for pages->reader and pages->runs.each
 * @cursor: target and range
 * @records: room for the records
 * @room: how many there fit: at least MMLENS_PAGES_ROOM, or as many as there
 *	are pages in the range
 *
 * Context: Any.
 */
void mmlens_pages_init(struct mmlens_pages *pages, struct mmlens_cursor *cursor,
		       struct mmlens_page_run *records, unsigned int room)
{
	*pages = (struct mmlens_pages){
		.walk = { .cursor = cursor, .ops = &mmlens_pages_ops },
		.runs = { .records = records, .room = room },
	};
}

/**
 * mmlens_pages_read() - read on, until the room is used up
 * @pages: the records of the time before are overwritten
 *
 * Context: Process context. May sleep. See mmlens_walk().
 * Return: 0, and the end is reached if the cursor says so; or what
 * mmlens_walk() returns, and the records tell what was read until then.
 */
int mmlens_pages_read(struct mmlens_pages *pages)
{
	pages->runs.count = 0;
	return mmlens_walk(&pages->walk);
}
