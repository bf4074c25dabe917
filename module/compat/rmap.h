/* SPDX-License-Identifier: GPL-2.0 */
/* Reverse maps: tags of folio->mapping, indices, pages that have one. */
#ifndef MMLENS_COMPAT_RMAP_H
#define MMLENS_COMPAT_RMAP_H

#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/version.h>

#include "folio.h"

/* 6.17 renamed the tags in the low bits of folio->mapping. */
#ifdef FOLIO_MAPPING_FLAGS
#define MMLENS_MAPPING_FLAGS	FOLIO_MAPPING_FLAGS
#define MMLENS_MAPPING_ANON	FOLIO_MAPPING_ANON
#else
#define MMLENS_MAPPING_FLAGS	PAGE_MAPPING_FLAGS
#define MMLENS_MAPPING_ANON	PAGE_MAPPING_ANON
#endif

/**
 * mmlens_mapping_is_anon() - does folio->mapping point to an anon_vma?
 * @mapping: folio->mapping, read once: KSM changes it when it likes
 *
 * Context: Any.
 * Return: true if so; false for KSM.
 */
static inline bool mmlens_mapping_is_anon(const void *mapping)
{
	return ((unsigned long)mapping & MMLENS_MAPPING_FLAGS) ==
	       MMLENS_MAPPING_ANON;
}

/**
 * mmlens_anon_vma() - the anon_vma of an anonymous folio
 * @mapping: folio->mapping, of which mmlens_mapping_is_anon() is true
 *
 * Context: Any.
 * Return: the anon_vma.
 */
static inline struct anon_vma *mmlens_anon_vma(const void *mapping)
{
	return (void *)((unsigned long)mapping & ~MMLENS_MAPPING_FLAGS);
}

/**
 * mmlens_mapping_is_file() - does folio->mapping point to that of a file?
 * @mapping: folio->mapping, read once
 *
 * Context: Any.
 * Return: true if so.
 */
static inline bool mmlens_mapping_is_file(const void *mapping)
{
	return mapping && !((unsigned long)mapping & MMLENS_MAPPING_FLAGS);
}

/**
 * mmlens_anon_first() - index of a VMA's first page in the tree of an anon_vma
 * @vma: the VMA
 *
 * 7.x gave the anonymous pages of private file mappings indices of their own.
 *
 * Context: The lock of the reverse map, or mmap_lock.
 * Return: the index.
 */
static inline pgoff_t mmlens_anon_first(struct vm_area_struct *vma)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
	return vma_start_anon_pgoff(vma);
#else
	return vma->vm_pgoff;
#endif
}

/**
 * mmlens_folio_index() - index of a page in its reverse map
 * @folio: its folio, with a reference
 * @page: the page
 *
 * Until 6.7, hugetlb folios counted in huge pages.
 *
 * Context: Any.
 * Return: the index.
 */
static inline pgoff_t mmlens_folio_index(struct folio *folio, struct page *page)
{
	pgoff_t index = folio->index;

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	if (mmlens_folio_hugetlb(folio))
		index <<= folio_order(folio);
#endif
	return index + folio_page_idx(folio, page);
}

/**
 * mmlens_page_is_typed() - is a page used by the kernel for itself?
 * @page: the page, with a reference on its folio
 *
 * Such a page keeps other things where pages of processes keep their mapping.
 * Until 6.17 the allocators of zswap and zram tagged it, and kept other things
 * in the page's type.
 *
 * Context: Any.
 * Return: true if so.
 */
static inline bool mmlens_page_is_typed(struct page *page)
{
	struct folio *folio = page_folio(page);

#ifdef PAGE_MAPPING_MOVABLE
	if (((unsigned long)folio->mapping & MMLENS_MAPPING_FLAGS) ==
	    PAGE_MAPPING_MOVABLE)
		return true;
#endif
	return folio_test_slab(folio) ||
	       (page_has_type(&folio->page) && !mmlens_folio_hugetlb(folio));
}

#endif
