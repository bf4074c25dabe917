/* SPDX-License-Identifier: GPL-2.0 */
/* What the page cache holds for addresses where nothing is mapped. */
#ifndef MMLENS_CACHE_H
#define MMLENS_CACHE_H

#include <linux/mm_types.h>

#include "verdict.h"

/**
 * struct mmlens_cached - a stretch of which the page cache tells the same
 * @cache: what it holds
 * @end: first address after the stretch
 */
struct mmlens_cached {
	enum mmlens_cache cache;
	unsigned long end;
};

void mmlens_cache_look(struct vm_area_struct *vma, enum mmlens_backing backing,
		       unsigned long addr, unsigned long end, bool content,
		       struct mmlens_cached *cached);

#endif
