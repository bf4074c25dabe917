/* SPDX-License-Identifier: GPL-2.0 */
/* The page-table walker: levels, holes, locks. Knows nothing of meaning. */
#ifndef MMLENS_WALK_H
#define MMLENS_WALK_H

#include <linux/mm_types.h>
#include <linux/pgtable.h>
#include <linux/mmlens.h>

#include "hold.h"

struct mmlens_walk;

/**
 * struct mmlens_entry - an entry that is not empty
 * @pte: the entry, in the form of a PTE
 * @pfn: first frame that it maps, if present
 * @offset: the page that the walk stands at, in pages from the first
 * @level: its level
 * @present: it maps memory
 */
struct mmlens_entry {
	pte_t pte;
	unsigned long pfn;
	unsigned long offset;
	enum mmlens_level level;
	bool present;
};

/**
 * struct mmlens_walk_ops - what to do with what is found
 * @enter: a VMA begins, or goes on in another hold; may be NULL
 * @hole: nothing is mapped, the entry at the given level is empty
 * @leaf: a leaf or non-present entry above the PTE level, its lock held
 * @table: a table of PTEs, its lock held; NULL to pass them by
 *
 * Each is called in the order of addresses, with the VMA in walk->vma, under
 * mmap_lock or the lock of the reverse map that led there. All but @enter are
 * called under RCU, too, and tell of addresses from @addr on. They return the
 * first address that they did not tell, @end or less, and set walk->full if they
 * can take no more.
 */
struct mmlens_walk_ops {
	void (*enter)(struct mmlens_walk *walk);
	unsigned long (*hole)(struct mmlens_walk *walk, unsigned long addr,
			      unsigned long end, enum mmlens_level level);
	unsigned long (*leaf)(struct mmlens_walk *walk, unsigned long addr,
			      unsigned long end,
			      const struct mmlens_entry *leaf);
	unsigned long (*table)(struct mmlens_walk *walk, unsigned long addr,
			       unsigned long end, pte_t *ptep);
};

/**
 * struct mmlens_walk - a walk over the VMAs of a range
 * @cursor: target and range
 * @ops: the visitor
 * @vma: the VMA of the present address; only inside the visitor
 * @full: the visitor can take no more
 * @blocked: a lock below mmap_lock was taken; the hold ended there
 * @tables: table pages passed, by the level of their entries
 * @passed: the last table counted at each level, to count each once
 */
struct mmlens_walk {
	struct mmlens_cursor *cursor;
	const struct mmlens_walk_ops *ops;
	struct vm_area_struct *vma;
	bool full;
	bool blocked;
	unsigned long tables[MMLENS_LEVEL_PGD + 1];
	unsigned long passed[MMLENS_LEVEL_PGD + 1];
};

int mmlens_walk(struct mmlens_walk *walk);
void mmlens_walk_page(struct mmlens_walk *walk, struct vm_area_struct *vma,
		      unsigned long addr);

#endif
