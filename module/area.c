// SPDX-License-Identifier: GPL-2.0
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/pkeys.h>

#include "area.h"
#include "compat/arch.h"
#include "compat/cow.h"

/* Is it filled from a page cache that is filled by reading? */
static bool is_read_in(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	return (S_ISREG(inode->i_mode) || S_ISBLK(inode->i_mode)) &&
	       file->f_mapping->a_ops->read_folio;
}

static bool is_shmem(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	return S_ISREG(inode->i_mode) && inode->i_sb->s_magic == TMPFS_MAGIC;
}

static enum mmlens_backing backing(struct vm_area_struct *vma)
{
	const struct file *file = vma->vm_file;

	if (is_vm_hugetlb_page(vma))
		return MMLENS_BACKING_HUGETLB;
	if (vma_is_anonymous(vma))
		/* Of a file without operations, if it is shared. */
		return vma->vm_flags & VM_SHARED ? MMLENS_BACKING_NOTHING :
						   MMLENS_BACKING_ANON;
	if (!vma->vm_ops->fault)
		return MMLENS_BACKING_NOTHING;
	/* Some pages of [vvar] are there only if a clock or namespace is used. */
	if (!file && vma->vm_ops->name && !(vma->vm_flags & VM_PFNMAP))
		return MMLENS_BACKING_KERNEL;
	if (!file || vma_is_dax(vma) || vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP))
		return MMLENS_BACKING_DRIVER;
	if (is_shmem(file))
		return MMLENS_BACKING_SHMEM;
	return is_read_in(file) ? MMLENS_BACKING_FILE : MMLENS_BACKING_DRIVER;
}

/* Key 0 is everybody's; one is set aside for what may only be executed. */
static void read_pkey(struct vm_area_struct *vma, struct mmlens_area *area)
{
	int pkey = vma_pkey(vma);

	area->execute_only = pkey && mmlens_pkey_is_execute_only(vma->vm_mm, pkey);
	area->pkey = pkey && !area->execute_only;
}

/**
 * mmlens_area_read() - read what decides about the pages of a VMA
 * @vma: the VMA
 * @area: filled
 * @locked: a lock is held that keeps userfaultfd's context
 *
 * Context: mm->mmap_lock held for read, or the lock of the VMA; or, without
 * @locked, the lock of a reverse map that led to the VMA.
 */
void mmlens_area_read(struct vm_area_struct *vma, struct mmlens_area *area,
		      bool locked)
{
	unsigned long flags = vma->vm_flags;

	*area = (struct mmlens_area){
		.backing = backing(vma),
		.rule = MMLENS_COW_RULE,
		.huge_zero_copy = MMLENS_HUGE_ZERO_COPY,
		.accessible = vma_is_accessible(vma),
		/* A shadow stack is written by calls only. */
		.writable = flags & VM_WRITE && !(flags & VM_SHADOW_STACK),
		.cow = (flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE,
		.thp = !(flags & VM_NOHUGEPAGE) && !mmlens_thp_forbidden(vma) &&
		       !vma_is_temporary_stack(vma),
		.uffd_missing = flags & VM_UFFD_MISSING,
		.uffd_minor = flags & VM_UFFD_MINOR,
		.uffd_wp = flags & VM_UFFD_WP,
		.uffd_rwp = flags & VM_UFFD_RWP,
	};
	read_pkey(vma, area);
	if (locked)
		area->uffd_async = mmlens_uffd_async(vma);
}
