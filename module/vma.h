/* SPDX-License-Identifier: GPL-2.0 */
/* The VMAs of a range. */
#ifndef MMLENS_VMA_H
#define MMLENS_VMA_H

#include <linux/kallsyms.h>
#include <linux/mm_types.h>
#include <linux/mmlens.h>

#include "hold.h"

/**
 * struct mmlens_vma_names - what a VMA is called
 * @name: path of its file, or the kernel's name for it in brackets, or NULL
 * @ops: symbol of its operations, or NULL
 * @known: operations that @symbol names
 * @symbol: room for the symbol; most VMAs share a few
 * @path: room for the path, PAGE_SIZE bytes
 */
struct mmlens_vma_names {
	const char *name;
	const char *ops;
	const void *known;
	char symbol[KSYM_SYMBOL_LEN];
	char *path;
};

/**
 * struct mmlens_vmas - reads the VMAs of a range
 * @cursor: target and range
 * @names: names of the VMA that is told
 * @one: stop after each VMA
 * @tell: takes one VMA, under mmap_lock; false if it can take no more, and
 *	then the same VMA comes first the next time
 */
struct mmlens_vmas {
	struct mmlens_cursor *cursor;
	struct mmlens_vma_names names;
	bool one;
	bool (*tell)(struct mmlens_vmas *vmas, const struct mmlens_vma *vma);
};

int mmlens_vma_names_init(struct mmlens_vma_names *names);
void mmlens_vma_names_free(struct mmlens_vma_names *names);
void mmlens_vma_facts(struct vm_area_struct *vma, struct mmlens_vma *told);
const char *mmlens_vma_name(struct vm_area_struct *vma, char *path);
void mmlens_vma_read(struct vm_area_struct *vma, struct mmlens_vma *told,
		     struct mmlens_vma_names *names);
int mmlens_vmas_read(struct mmlens_vmas *vmas);

#endif
