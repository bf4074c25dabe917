/* SPDX-License-Identifier: GPL-2.0 */
/* What of a VMA decides about its pages. */
#ifndef MMLENS_AREA_H
#define MMLENS_AREA_H

#include <linux/mm_types.h>

#include "verdict.h"

void mmlens_area_read(struct vm_area_struct *vma, struct mmlens_area *area,
		      bool locked);

#endif
