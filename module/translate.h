/* SPDX-License-Identifier: GPL-2.0 */
/* The translation of one address, level by level. */
#ifndef MMLENS_TRANSLATE_H
#define MMLENS_TRANSLATE_H

#include "pages.h"
#include "vma.h"

/**
 * struct mmlens_translation - what is told of an address
 * @cursor: the target; the address is its range
 * @pages: reads the page
 * @names: names of the VMA
 * @in_vma: a VMA covers the address, and @vma is filled
 * @vma: that VMA
 * @run: the page
 * @count: how many steps there are
 * @steps: the entries, from the top; raw ones only for the reader's admin
 */
struct mmlens_translation {
	struct mmlens_cursor *cursor;
	struct mmlens_pages pages;
	struct mmlens_vma_names names;
	bool in_vma;
	struct mmlens_vma vma;
	struct mmlens_page_run run;
	unsigned int count;
	struct mmlens_step steps[MMLENS_LEVEL_PGD + 1];
};

int mmlens_translate(struct mmlens_translation *told, unsigned long address);

#endif
