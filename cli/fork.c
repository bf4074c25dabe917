// SPDX-License-Identifier: GPL-2.0
/*
 * The rule of dup_mmap() and copy_page_range(), the same on all kernels: a VMA
 * is left out, or wiped in the child, by its flags; of the rest, whatever has an
 * anon_vma has its entries copied, and no anonymous page is without one. Pages
 * that are pinned for a device are copied at once instead; who pins what cannot
 * be seen, so they count as shared.
 */
#include "fork.h"

/**
 * vma_is_private() - is it a mapping that copies on write?
 * @vma: the VMA
 *
 * Return: true if so.
 */
bool vma_is_private(const struct vma *vma)
{
	return !(vma->v.flags & MMLENS_VMA_FLAG_SHARED) &&
	       vma->v.flags & MMLENS_VMA_FLAG_MAY_WRITE;
}

/* Anonymous memory, wherever it is; a page of a file is shared in any case. */
static bool is_anonymous(const struct mmlens_page_run *run)
{
	switch (run->state) {
	case MMLENS_STATE_ANON:
	case MMLENS_STATE_KSM:
	case MMLENS_STATE_SWAP:
	case MMLENS_STATE_DEVICE_PRIVATE:
	case MMLENS_STATE_DEVICE_EXCLUSIVE:
		return true;
	case MMLENS_STATE_HUGETLB:
	case MMLENS_STATE_MIGRATION:
		return run->verdict_why != MMLENS_WHY_PAGE_CACHE;
	}
	return false;
}

/**
 * fork_add() - count a run
 * @sums: the sums
 * @vma: a private mapping
 * @run: a run in it, with its verdict
 */
void fork_add(struct fork_sums *sums, const struct vma *vma,
	      const struct mmlens_page_run *run)
{
	if (!is_anonymous(run))
		return;
	if (vma->v.flags & (MMLENS_VMA_FLAG_DONT_COPY |
			    MMLENS_VMA_FLAG_WIPE_ON_FORK)) {
		sums->left_out += run->pages;
		return;
	}
	sums->shared += run->pages;
	if (run->verdict == MMLENS_VERDICT_EXCLUSIVE)
		sums->exclusive += run->pages;
}
