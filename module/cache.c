// SPDX-License-Identifier: GPL-2.0
/*
 * The page cache is looked at without a reference on its folios. One may be
 * freed, and be anything else, while it is read: nothing is asked of it but plain
 * words, and they count only if it is still there afterwards.
 */
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/pagemap.h>
#include <linux/xarray.h>

#include "cache.h"
#include "compat/folio.h"
#include "compat/vma.h"

#ifdef CONFIG_MEMORY_FAILURE
#define POISONED	BIT(PG_hwpoison)
#else
#define POISONED	0UL
#endif
#define READY		(BIT(PG_uptodate) | BIT(PG_locked) | BIT(PG_readahead))

static enum mmlens_cache folio_cache(unsigned long flags,
				     enum mmlens_backing backing)
{
	if (flags & POISONED)
		return MMLENS_CACHE_POISONED;
	/* Other pages are filled without being read, or waited for in place. */
	if (backing != MMLENS_BACKING_FILE)
		return MMLENS_CACHE_PRESENT;
	return (flags & READY) == BIT(PG_uptodate) ?
	       MMLENS_CACHE_PRESENT : MMLENS_CACHE_BUSY;
}

/*
 * Reads what stands for a page. Returns the index behind it; for a folio, that
 * behind the folio.
 */
static pgoff_t read_entry(void *entry, enum mmlens_backing backing,
			  pgoff_t index, enum mmlens_cache *cache)
{
	struct folio *folio = entry;
	unsigned int order;

	if (xa_is_value(entry)) {
		/* Of a file, it is the shadow of a page that was evicted. */
		*cache = backing == MMLENS_BACKING_SHMEM ?
			 MMLENS_CACHE_SWAPPED : MMLENS_CACHE_ABSENT;
		return index + 1;
	}
	*cache = folio_cache(mmlens_page_flags(&folio->page), backing);
	order = compound_order(&folio->page) % BITS_PER_LONG;
	return READ_ONCE(folio->index) + (1UL << order);
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
		next = read_entry(entry, backing, index, &cached->cache);
		/* Where the cache counts in huge pages, each is one. */
		next = shift == PAGE_SHIFT ? clamp(next, index + 1, last + 1) :
					     index + 1;
		/*
		 * Another page may have taken its place while it was read: it
		 * is read before that is asked.
		 */
		smp_rmb();
		if (xas_reload(&xas) != entry) {
			xas_set(&xas, index);
			goto again;
		}
	}
	cached->end = min(end, start + ((next - index) << shift));
}
