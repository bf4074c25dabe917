/* SPDX-License-Identifier: GPL-2.0 */
/* The entry of an address, read without a lock, as in a fault. */
#ifndef MMLENS_GLANCE_H
#define MMLENS_GLANCE_H

#include <linux/mm_types.h>

#include "classify.h"

/* Neighbours in one table that are looked at together: as many as a u64 has bits. */
#define MMLENS_GLANCE_WINDOW	64

/* Pages of a folio that are looked at together: as many as the largest has. */
#define MMLENS_GLANCE_FOLIO	512

void mmlens_glance(struct mm_struct *mm, unsigned long addr,
		   const struct mmlens_area *area,
		   struct mmlens_glance *glance);
u64 mmlens_glance_around(struct mm_struct *mm, unsigned long addr);
unsigned int mmlens_glance_size(const struct mmlens_glance *glance);
pte_t mmlens_glance_entry(struct mm_struct *mm, unsigned long addr);
enum mmlens_level mmlens_glance_folio(struct mm_struct *mm, unsigned long start,
				      unsigned int pages, unsigned long pfn,
				      unsigned long frames,
				      unsigned long *mapped);

#endif
