/* SPDX-License-Identifier: GPL-2.0 */
/* Copy-on-write: which rule this kernel follows, and what it draws on. */
#ifndef MMLENS_COMPAT_COW_H
#define MMLENS_COMPAT_COW_H

#include <linux/huge_mm.h>
#include <linux/mm.h>
#include <linux/userfaultfd_k.h>
#include <linux/version.h>

#include "folio.h"
#include "mm.h"
#include "vma.h"
#include "../verdict.h"

/*
 * dec078cc2181 ("memory: move exclusivity detection in do_wp_page() into
 * wp_can_reuse_anon_folio()"), 6.7: pages of large folios are no longer taken
 * over. 1da190f4d0a6 ("mm: Copy-on-Write (COW) reuse support for PTE-mapped
 * THP"), 6.15: they are again, if the whole folio is this process's.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define MMLENS_COW_RULE	MMLENS_COW_RULE_MM
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#define MMLENS_COW_RULE	MMLENS_COW_RULE_SMALL
#else
#define MMLENS_COW_RULE	MMLENS_COW_RULE_COUNT
#endif

/*
 * 4db1d1d8a4d9 ("mm: allocate THP on hugezeropage wp-fault"), 6.13.
 */
#define MMLENS_HUGE_ZERO_COPY	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0))

/**
 * mmlens_folio_elsewhere() - do other address spaces map a large folio?
 * @folio: the folio
 *
 * Context: Any.
 * Return: true if so; false where the kernel does not know.
 */
static inline bool mmlens_folio_elsewhere(struct folio *folio)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	return folio_maybe_mapped_shared(folio);
#else
	return false;
#endif
}

/**
 * mmlens_folio_mapcount() - how many entries map any page of a folio
 * @folio: the folio
 *
 * Until 6.10 that had to be summed up, by a function that is not exported.
 *
 * Context: The folio is mapped, and the page-table lock is held.
 * Return: the count; before 6.10, that of its first page.
 */
static inline unsigned int mmlens_folio_mapcount(struct folio *folio)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
	return folio_mapcount(folio);
#else
	return mmlens_page_mapcount(folio, &folio->page);
#endif
}

/**
 * mmlens_thp_forbidden() - are huge pages forbidden to a process?
 * @vma: the VMA
 *
 * 9dc21bbd62ed ("prctl: extend PR_SET_THP_DISABLE to optionally exclude
 * VM_HUGEPAGE"), 6.18: where they were advised they may remain.
 *
 * Context: mm->mmap_lock held.
 * Return: true if so.
 */
static inline bool mmlens_thp_forbidden(struct vm_area_struct *vma)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	return mmlens_mm_flag(vma->vm_mm, MMF_DISABLE_THP_COMPLETELY) ||
	       (!(vma->vm_flags & VM_HUGEPAGE) &&
		mmlens_mm_flag(vma->vm_mm, MMF_DISABLE_THP_EXCEPT_ADVISED));
#else
	return mmlens_mm_flag(vma->vm_mm, MMF_DISABLE_THP);
#endif
}

/**
 * mmlens_uffd_async() - does the kernel itself resolve userfaultfd's marks?
 * @vma: the VMA, registered for write or read protection
 *
 * Such a mode came with 6.7, and userfaultfd's context became visible with
 * 6.12.
 *
 * Context: mm->mmap_lock held.
 * Return: true if so.
 */
static inline bool mmlens_uffd_async(struct vm_area_struct *vma)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	const struct userfaultfd_ctx *ctx = vma->vm_userfaultfd_ctx.ctx;
	unsigned int async = UFFD_FEATURE_WP_ASYNC;

#ifdef UFFD_FEATURE_RWP_ASYNC	/* 7.x */
	if (vma->vm_flags & VM_UFFD_RWP)
		async = UFFD_FEATURE_RWP_ASYNC;
#endif
	return ctx && ctx->features & async;
#else
	return false;
#endif
}

#endif
