/* SPDX-License-Identifier: GPL-2.0 */
/* Entries of the page tables: what a non-present one says, and renamed bits. */
#ifndef MMLENS_COMPAT_ENTRY_H
#define MMLENS_COMPAT_ENTRY_H

#include <linux/pgtable.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/version.h>
#include <linux/mmlens.h>

/*
 * 6.19: is_migration_entry() and the like gave way to softleaf_type().
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#define MMLENS_SOFTLEAF	1
#include <linux/leafops.h>
#else
#define MMLENS_SOFTLEAF	0
#endif

/**
 * struct mmlens_absent - what a non-present entry stands for
 * @state: what it is
 * @pfn: frame of a page that is in transit or lost; 0 without one
 * @exclusive: an anonymous page behind it belongs to this mapping alone
 * @swap_type: swap device, for state swap
 * @swap_offset: slot on it
 */
struct mmlens_absent {
	enum mmlens_state state;
	unsigned long pfn;
	bool exclusive;
	unsigned int swap_type;
	unsigned long swap_offset;
};

/* Of several marks on one entry, the one that decides about an access. */
static inline enum mmlens_state mmlens_marker_state(unsigned long marker)
{
#ifdef PTE_MARKER_POISONED	/* 6.6 */
	if (marker & PTE_MARKER_POISONED)
		return MMLENS_STATE_POISON_MARKER;
#endif
#ifdef PTE_MARKER_GUARD		/* 6.13 */
	if (marker & PTE_MARKER_GUARD)
		return MMLENS_STATE_GUARD;
#endif
	return MMLENS_STATE_UFFD_MARKER;
}

static inline void mmlens_absent_swap(swp_entry_t entry, pte_t pte,
				      struct mmlens_absent *absent)
{
	absent->state = MMLENS_STATE_SWAP;
	absent->exclusive = pte_swp_exclusive(pte);
	absent->swap_type = swp_type(entry);
	absent->swap_offset = swp_offset(entry);
}

/**
 * mmlens_absent_read() - decode an entry that is neither empty nor present
 * @pte: the entry, in the form of a PTE
 * @absent: filled
 *
 * A migration entry that may write is exclusive, if its page is anonymous.
 *
 * Context: Any.
 */
#if MMLENS_SOFTLEAF
static inline void mmlens_absent_read(pte_t pte, struct mmlens_absent *absent)
{
	softleaf_t entry = softleaf_from_pte(pte);

	*absent = (struct mmlens_absent){ };
	switch (softleaf_type(entry)) {
	case SOFTLEAF_MIGRATION_READ_EXCLUSIVE:
	case SOFTLEAF_MIGRATION_WRITE:
		absent->exclusive = true;
		fallthrough;
	case SOFTLEAF_MIGRATION_READ:
		absent->state = MMLENS_STATE_MIGRATION;
		break;
	case SOFTLEAF_DEVICE_PRIVATE_READ:
	case SOFTLEAF_DEVICE_PRIVATE_WRITE:
		absent->state = MMLENS_STATE_DEVICE_PRIVATE;
		break;
	case SOFTLEAF_DEVICE_EXCLUSIVE:
		absent->state = MMLENS_STATE_DEVICE_EXCLUSIVE;
		break;
	case SOFTLEAF_HWPOISON:
		absent->state = MMLENS_STATE_HWPOISON;
		break;
	case SOFTLEAF_MARKER:
		absent->state = mmlens_marker_state(softleaf_to_marker(entry));
		return;
	default:
		mmlens_absent_swap(entry, pte, absent);
		return;
	}
	absent->pfn = softleaf_to_pfn(entry);
}
#else
static inline void mmlens_absent_read(pte_t pte, struct mmlens_absent *absent)
{
	swp_entry_t entry = pte_to_swp_entry(pte);

	*absent = (struct mmlens_absent){ };
	if (!non_swap_entry(entry)) {
		mmlens_absent_swap(entry, pte, absent);
		return;
	}
	if (is_pte_marker_entry(entry)) {
		absent->state = mmlens_marker_state(pte_marker_get(entry));
		return;
	}
#ifdef SWP_SWAPIN_ERROR		/* on 6.1, then a marker */
	if (is_swapin_error_entry(entry)) {
		absent->state = MMLENS_STATE_POISON_MARKER;
		return;
	}
#endif
	if (is_migration_entry(entry)) {
		absent->state = MMLENS_STATE_MIGRATION;
		absent->exclusive = is_readable_exclusive_migration_entry(entry) ||
				    is_writable_migration_entry(entry);
	} else if (is_device_private_entry(entry)) {
		absent->state = MMLENS_STATE_DEVICE_PRIVATE;
	} else if (is_device_exclusive_entry(entry)) {
		absent->state = MMLENS_STATE_DEVICE_EXCLUSIVE;
	} else {
		absent->state = MMLENS_STATE_HWPOISON;
	}
	absent->pfn = swp_offset_pfn(entry);
}
#endif

/*
 * userfaultfd's bit can mean read protection, too, since 7.x, and lost "wp"
 * from its name then.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define mmlens_pte_uffd(pte)		pte_uffd(pte)
#define mmlens_pte_swp_uffd(pte)	pte_swp_uffd(pte)
#else
#define mmlens_pte_uffd(pte)		pte_uffd_wp(pte)
#define mmlens_pte_swp_uffd(pte)	pte_swp_uffd_wp(pte)
#endif

/**
 * mmlens_pte_device() - does a special entry map device memory with pages?
 * @pte: the entry
 *
 * d438d2734170 ("mm: remove devmap related functions and page table bits"),
 * 6.17: such memory is mapped as any other since.
 *
 * Context: Any.
 * Return: true if so.
 */
static inline bool mmlens_pte_device(pte_t pte)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
	return pte_devmap(pte);
#else
	return false;
#endif
}

#endif
