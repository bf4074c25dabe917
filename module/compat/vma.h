/* SPDX-License-Identifier: GPL-2.0 */
/* VMAs: what names and flags depend on the version. */
#ifndef MMLENS_COMPAT_VMA_H
#define MMLENS_COMPAT_VMA_H

#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/version.h>

/* Flags that some kernels lack. VM_NONE is never set. */
#ifndef VM_MAYBE_GUARD		/* 6.19 */
#define VM_MAYBE_GUARD		VM_NONE
#endif
#ifndef VM_UFFD_RWP		/* 7.x */
#define VM_UFFD_RWP		VM_NONE
#endif
#ifndef VM_SHADOW_STACK		/* 6.6 */
#define VM_SHADOW_STACK		VM_NONE
#endif
#ifndef VM_DROPPABLE		/* 6.11 */
#define VM_DROPPABLE		VM_NONE
#endif
#ifndef VM_SEALED		/* 6.10 */
#define VM_SEALED		VM_NONE
#endif

/**
 * mmlens_vma_is_heap() - does the kernel call this VMA [heap]?
 * @vma: a VMA without file or name of its own
 *
 * After 6.1 the bounds became strict: VMAs that only touch the heap no longer
 * count.
 *
 * Context: mm->mmap_lock held.
 * Return: true if so.
 */
static inline bool mmlens_vma_is_heap(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return vma->vm_start < mm->brk && vma->vm_end > mm->start_brk;
#else
	return vma->vm_start <= mm->brk && vma->vm_end >= mm->start_brk;
#endif
}

/**
 * mmlens_vma_path() - the path under which user space knows a VMA's file
 * @file: vma->vm_file
 *
 * def3ae83da02 ("fs: store real path instead of fake path in backing file
 * f_path"), 6.7: for a file of a stacked filesystem, the path that was opened
 * must be asked for.
 *
 * Context: mm->mmap_lock held.
 * Return: the path, owned by the file.
 */
static inline const struct path *mmlens_vma_path(struct file *file)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return file_user_path(file);
#else
	return &file->f_path;
#endif
}

/**
 * mmlens_vma_inode() - the inode under which user space knows a VMA's file
 * @file: vma->vm_file
 *
 * Context: mm->mmap_lock held.
 * Return: the inode, owned by the file.
 */
static inline const struct inode *mmlens_vma_inode(struct file *file)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	return file_user_inode(file);
#else
	return file_inode(file);
#endif
}

/**
 * mmlens_cache_shift() - what the page cache of a VMA's file counts in
 * @vma: the VMA
 *
 * a08c7193e4f1 ("mm/filemap: remove hugetlb special casing in filemap.c"), 6.7:
 * hugetlbfs counts in pages of the base size, too. linear_page_index() does as
 * the page cache does.
 *
 * Context: mm->mmap_lock held.
 * Return: log2 of the size of a page.
 */
static inline unsigned int mmlens_cache_shift(struct vm_area_struct *vma)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	if (is_vm_hugetlb_page(vma))
		return huge_page_shift(hstate_vma(vma));
#endif
	return PAGE_SHIFT;
}

#endif
