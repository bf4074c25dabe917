// SPDX-License-Identifier: GPL-2.0
/*
 * The page cache is looked at without a reference on its folios: under RCU they
 * stay what they are or are freed, and then the answer is one that was true a
 * moment ago, as any answer about the page cache is.
 */
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/pagemap.h>
#include <linux/xarray.h>

#include "cache.h"
#include "compat/vma.h"

static enum mmlens_cache entry_cache(const void *entry,
				     enum mmlens_backing backing)
{
	struct folio *folio = (struct folio *)entry;

	/* Of a file, it is the shadow of a page that was evicted. */
	if (xa_is_value(entry))
		return backing == MMLENS_BACKING_SHMEM ?
		       MMLENS_CACHE_SWAPPED : MMLENS_CACHE_ABSENT;
	if (folio_test_hwpoison(folio))
		return MMLENS_CACHE_POISONED;
	/* Other pages are filled without being read, or waited for in place. */
	if (backing != MMLENS_BACKING_FILE)
		return MMLENS_CACHE_PRESENT;
	return folio_test_uptodate(folio) && !folio_test_locked(folio) &&
	       !folio_test_readahead(folio) ?
	       MMLENS_CACHE_PRESENT : MMLENS_CACHE_BUSY;
}

/**
 * mmlens_cache_look() - look up one page, and how far it goes on like that
 * @vma: a VMA of a file, of shared memory or of hugetlb
 * @backing: which of them
 * @addr: the page
 * @end: look no further; at most the end of the VMA
 * @content: tell what it holds, not only where the file ends
 * @cached: filled; at least one page, at most up to @end
 *
 * Context: Under RCU and mm->mmap_lock.
 */
void mmlens_cache_look(struct vm_area_struct *vma, enum mmlens_backing backing,
		       unsigned long addr, unsigned long end, bool content,
		       struct mmlens_cached *cached)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	unsigned int shift = mmlens_cache_shift(vma);
	pgoff_t index = linear_page_index(vma, addr);
	pgoff_t size = ALIGN(i_size_read(mapping->host), 1UL << shift) >> shift;
	unsigned long start = addr & ~((1UL << shift) - 1);
	pgoff_t last, next;
	XA_STATE(xas, &mapping->i_pages, index);
	struct folio *folio;
	void *entry;

	cached->cache = MMLENS_CACHE_BEYOND;
	cached->end = end;
	if (index >= size)
		return;
	last = min(index + ((end - 1 - start) >> shift), size - 1);
	if (!content) {
		cached->cache = MMLENS_CACHE_WITHHELD;
		cached->end = min(end, start + ((last + 1 - index) << shift));
		return;
	}
again:
	do {
		entry = xas_find(&xas, last);
	} while (xas_retry(&xas, entry));

	next = last + 1;
	if (!entry || xas.xa_index > index) {
		cached->cache = MMLENS_CACHE_ABSENT;
		if (entry)
			next = xas.xa_index;
	} else {
		cached->cache = entry_cache(entry, backing);
		folio = entry;
		next = index + 1;
		if (!xa_is_value(entry) && shift == PAGE_SHIFT)
			next = clamp(folio->index + folio_nr_pages(folio),
				     next, last + 1);
		/* Another page may have taken its place while it was read. */
		if (xas_reload(&xas) != entry) {
			xas_set(&xas, index);
			goto again;
		}
	}
	cached->end = min(end, start + ((next - index) << shift));
}
