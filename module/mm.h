/* SPDX-License-Identifier: GPL-2.0 */
/* The address space as a whole. */
#ifndef MMLENS_MM_H
#define MMLENS_MM_H

#include <linux/mmlens.h>

#include "hold.h"

/**
 * struct mmlens_mm - what is told of an address space
 * @layout: where its parts lie
 * @counters: its counters
 * @tables: its page tables
 */
struct mmlens_mm {
	struct mmlens_layout layout;
	struct mmlens_counters counters;
	struct mmlens_tables tables;
};

int mmlens_mm_read(struct mmlens_cursor *cursor, struct mmlens_mm *told);

#endif
