/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_FORK_H
#define MMLENS_FORK_H

#include "model.h"

/* What a fork would do to the anonymous pages of private mappings, in pages. */
struct fork_sums {
	uint64_t shared;	/* the child would share them */
	uint64_t exclusive;	/* of these, exclusive now */
	uint64_t left_out;	/* the child would not get them */
};

bool vma_is_private(const struct vma *vma);
void fork_add(struct fork_sums *sums, const struct vma *vma,
	      const struct mmlens_page_run *run);

#endif
