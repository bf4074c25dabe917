/* SPDX-License-Identifier: GPL-2.0 */
/* Huge pages made and split: where to see it. */
#ifndef MMLENS_COMPAT_HUGE_H
#define MMLENS_COMPAT_HUGE_H

#include <linux/mm_types.h>
#include <linux/version.h>
#include <trace/events/huge_memory.h>

/*
 * 7.x collapses into smaller large folios, too, and tells the order.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define MMLENS_COLLAPSE_PROBE(_name)					\
	void _name(void *data, struct mm_struct *mm, int isolated,	\
		   int status, unsigned int order)
#define MMLENS_COLLAPSE_ORDER	order
#else
#define MMLENS_COLLAPSE_PROBE(_name)					\
	void _name(void *data, struct mm_struct *mm, int isolated, int status)
#define MMLENS_COLLAPSE_ORDER	HPAGE_PMD_ORDER
#endif

/*
 * The function that all splits come through. Its first argument is a page of
 * the folio, and since 7.x the folio, which begins with its first page.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define MMLENS_SPLIT_FUNCTION	"__folio_split"
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define MMLENS_SPLIT_FUNCTION	"split_huge_page_to_list_to_order"
#else
#define MMLENS_SPLIT_FUNCTION	"split_huge_page_to_list"
#endif

#endif
