/* SPDX-License-Identifier: GPL-2.0 */
/* Folios and pages: flag words, counts, who pays. */
#ifndef MMLENS_COMPAT_FOLIO_H
#define MMLENS_COMPAT_FOLIO_H

#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/version.h>

/**
 * mmlens_page_flags() - the flag word of one page, with node and zone in it
 * @page: the page, head or tail
 *
 * 53fbef56e07d ("mm: introduce memdesc_flags_t"), 6.18: the word lies in a
 * type of its own.
 *
 * Context: Any.
 * Return: the word.
 */
static inline unsigned long mmlens_page_flags(const struct page *page)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	return READ_ONCE(page->flags.f);
#else
	return READ_ONCE(page->flags);
#endif
}

/**
 * mmlens_page_mapcount() - how many entries map one page
 * @folio: its folio
 * @page: the page
 *
 * For a page of a large folio, entries that map the folio as a whole count.
 * 6.11 took page_mapcount() away; this is what /proc/kpagecount makes of the
 * same fields.
 *
 * Context: The folio is kept, by its mapping or a reference.
 * Return: the count.
 */
static inline int mmlens_page_mapcount(struct folio *folio, struct page *page)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
	int mapcount = atomic_read(&page->_mapcount) + 1;

	/* The field may hold a page type instead. */
	if (page_mapcount_is_type(mapcount))
		mapcount = 0;
	if (folio_test_large(folio))
		mapcount += folio_entire_mapcount(folio);
	return mapcount;
#else
	return page_mapcount(page);
#endif
}

/**
 * mmlens_folio_tier() - tier of a folio within its generation
 * @folio: the folio
 *
 * 4d5d14a01e2c ("mm/mglru: rework workingset protection"), 6.14: a workingset
 * folio is in the last tier whatever its count.
 *
 * Context: The folio is kept, by its mapping or otherwise.
 * Return: the tier.
 */
static inline unsigned int mmlens_folio_tier(struct folio *folio)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
	return lru_tier_from_refs(folio_lru_refs(folio),
				  folio_test_workingset(folio));
#else
	return lru_tier_from_refs(folio_lru_refs(folio));
#endif
}

/**
 * mmlens_folio_hugetlb() - is a folio of a hugetlb pool?
 * @folio: the folio, with a reference
 *
 * 6.1 asks the page's destructor.
 *
 * Context: Any.
 * Return: true if so.
 */
static inline bool mmlens_folio_hugetlb(struct folio *folio)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	return folio_test_hugetlb(folio);
#else
	return PageHuge(&folio->page);
#endif
}

#endif
