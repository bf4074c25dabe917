// SPDX-License-Identifier: GPL-2.0
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/kdev_t.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/pkeys.h>
#include <linux/slab.h>
#include <linux/sched/signal.h>

#include "compat/vma.h"
#include "vma.h"

static const struct {
	u64 bit;
	u64 flag;
} vma_flags[] = {
	{ VM_READ, MMLENS_VMA_FLAG_READ },
	{ VM_WRITE, MMLENS_VMA_FLAG_WRITE },
	{ VM_EXEC, MMLENS_VMA_FLAG_EXEC },
	{ VM_SHARED, MMLENS_VMA_FLAG_SHARED },
	{ VM_MAYREAD, MMLENS_VMA_FLAG_MAY_READ },
	{ VM_MAYWRITE, MMLENS_VMA_FLAG_MAY_WRITE },
	{ VM_MAYEXEC, MMLENS_VMA_FLAG_MAY_EXEC },
	{ VM_MAYSHARE, MMLENS_VMA_FLAG_MAY_SHARE },
	{ VM_GROWSDOWN, MMLENS_VMA_FLAG_GROWS_DOWN },
	{ VM_PFNMAP, MMLENS_VMA_FLAG_PFNMAP },
	{ VM_MAYBE_GUARD, MMLENS_VMA_FLAG_MAYBE_GUARD },
	{ VM_LOCKED, MMLENS_VMA_FLAG_LOCKED },
	{ VM_IO, MMLENS_VMA_FLAG_IO },
	{ VM_SEQ_READ, MMLENS_VMA_FLAG_SEQ_READ },
	{ VM_RAND_READ, MMLENS_VMA_FLAG_RAND_READ },
	{ VM_DONTCOPY, MMLENS_VMA_FLAG_DONT_COPY },
	{ VM_DONTEXPAND, MMLENS_VMA_FLAG_DONT_EXPAND },
	{ VM_LOCKONFAULT, MMLENS_VMA_FLAG_LOCK_ON_FAULT },
	{ VM_ACCOUNT, MMLENS_VMA_FLAG_ACCOUNT },
	{ VM_NORESERVE, MMLENS_VMA_FLAG_NO_RESERVE },
	{ VM_HUGETLB, MMLENS_VMA_FLAG_HUGETLB },
	{ VM_SYNC, MMLENS_VMA_FLAG_SYNC },
	{ VM_ARCH_1, MMLENS_VMA_FLAG_ARCH_1 },
	{ VM_WIPEONFORK, MMLENS_VMA_FLAG_WIPE_ON_FORK },
	{ VM_DONTDUMP, MMLENS_VMA_FLAG_DONT_DUMP },
	{ VM_SOFTDIRTY, MMLENS_VMA_FLAG_SOFT_DIRTY },
	{ VM_MIXEDMAP, MMLENS_VMA_FLAG_MIXED_MAP },
	{ VM_HUGEPAGE, MMLENS_VMA_FLAG_HUGE_PAGE },
	{ VM_NOHUGEPAGE, MMLENS_VMA_FLAG_NO_HUGE_PAGE },
	{ VM_MERGEABLE, MMLENS_VMA_FLAG_MERGEABLE },
	{ VM_UFFD_MISSING, MMLENS_VMA_FLAG_UFFD_MISSING },
	{ VM_UFFD_WP, MMLENS_VMA_FLAG_UFFD_WP },
	{ VM_UFFD_MINOR, MMLENS_VMA_FLAG_UFFD_MINOR },
	{ VM_UFFD_RWP, MMLENS_VMA_FLAG_UFFD_RWP },
	{ VM_SHADOW_STACK, MMLENS_VMA_FLAG_SHADOW_STACK },
	{ VM_DROPPABLE, MMLENS_VMA_FLAG_DROPPABLE },
	{ VM_SEALED, MMLENS_VMA_FLAG_SEALED },
};

static u64 read_flags(const struct vm_area_struct *vma)
{
	u64 flags = vma->anon_vma ? MMLENS_VMA_FLAG_HAS_ANON_VMA : 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vma_flags); i++)
		if (vma->vm_flags & vma_flags[i].bit)
			flags |= vma_flags[i].flag;
	return flags;
}

static bool is_stack(const struct vm_area_struct *vma)
{
	return vma->vm_start <= vma->vm_mm->start_stack &&
	       vma->vm_end >= vma->vm_mm->start_stack;
}

static const char *special_name(struct vm_area_struct *vma)
{
	return vma->vm_ops && vma->vm_ops->name ? vma->vm_ops->name(vma) : NULL;
}

static enum mmlens_vma_kind read_kind(struct vm_area_struct *vma)
{
	const struct inode *inode = vma->vm_file ? file_inode(vma->vm_file) :
						   NULL;

	if (is_vm_hugetlb_page(vma))
		return MMLENS_VMA_KIND_HUGETLB;
	if (!inode && special_name(vma))
		return MMLENS_VMA_KIND_SPECIAL;
	if (vma_is_anonymous(vma)) {
		if (mmlens_vma_is_heap(vma))
			return MMLENS_VMA_KIND_HEAP;
		return is_stack(vma) ? MMLENS_VMA_KIND_STACK :
				       MMLENS_VMA_KIND_ANON;
	}
	if (inode && S_ISREG(inode->i_mode))
		return inode->i_sb->s_magic == TMPFS_MAGIC ?
		       MMLENS_VMA_KIND_SHMEM : MMLENS_VMA_KIND_FILE;
	if (inode && !S_ISCHR(inode->i_mode) && !(vma->vm_flags & VM_PFNMAP))
		return MMLENS_VMA_KIND_FILE;
	return MMLENS_VMA_KIND_DEVICE;
}

static const char *read_ops(const struct vm_area_struct *vma,
			    struct mmlens_vma_names *names)
{
	if (!vma->vm_ops)
		return NULL;
	if (names->known != vma->vm_ops) {
		names->known = vma->vm_ops;
		snprintf(names->symbol, sizeof(names->symbol), "%ps",
			 vma->vm_ops);
		/* Without a symbol it would be the address. */
		if (!strncmp(names->symbol, "0x", 2))
			names->symbol[0] = '\0';
	}
	return names->symbol[0] ? names->symbol : NULL;
}

/**
 * mmlens_vma_names_init() - make room for names
 * @names: filled
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int mmlens_vma_names_init(struct mmlens_vma_names *names)
{
	memset(names, 0, sizeof(*names));
	names->path = kmalloc(PAGE_SIZE, GFP_KERNEL);
	return names->path ? 0 : -ENOMEM;
}

/**
 * mmlens_vma_names_free() - give the room back
 * @names: after mmlens_vma_names_init(), or all zero
 *
 * Context: Any.
 */
void mmlens_vma_names_free(struct mmlens_vma_names *names)
{
	kfree(names->path);
}

/**
 * mmlens_vma_facts() - read all of a VMA but its names
 * @vma: the VMA
 * @told: filled
 *
 * Context: The VMA is kept, by mm->mmap_lock or its own lock.
 */
void mmlens_vma_facts(struct vm_area_struct *vma, struct mmlens_vma *told)
{
	*told = (struct mmlens_vma){
		.start = vma->vm_start,
		.end = vma->vm_end,
		.flags = read_flags(vma),
		.kind = read_kind(vma),
		.page_size = is_vm_hugetlb_page(vma) ?
			     huge_page_size(hstate_vma(vma)) : PAGE_SIZE,
		.pkey = vma_pkey(vma),
	};
	if (vma->vm_file) {
		const struct inode *inode = mmlens_vma_inode(vma->vm_file);

		told->offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
		told->inode = inode->i_ino;
		told->dev_major = MAJOR(inode->i_sb->s_dev);
		told->dev_minor = MINOR(inode->i_sb->s_dev);
	}
}

/**
 * mmlens_vma_name() - what /proc/PID/maps calls a VMA
 * @vma: the VMA
 * @path: room of PAGE_SIZE
 *
 * Context: The VMA is kept, by mm->mmap_lock or its own lock. Takes rename_lock
 * and the like inside d_path(), does not sleep. Paths are told as seen from the
 * root of the calling task.
 * Return: The name, perhaps in @path; NULL for none.
 */
const char *mmlens_vma_name(struct vm_area_struct *vma, char *path)
{
	const char *name;

	if (vma->vm_file) {
		name = d_path(mmlens_vma_path(vma->vm_file), path, PAGE_SIZE);
		return IS_ERR(name) ? NULL : name;
	}
	name = special_name(vma);
	if (name) {
		/* The string is its owner's, who may leave with the VMA. */
		strscpy(path, name, PAGE_SIZE);
		return path;
	}
	if (mmlens_vma_is_heap(vma))
		return "[heap]";
	return is_stack(vma) ? "[stack]" : NULL;
}

/**
 * mmlens_vma_read() - read one VMA
 * @vma: the VMA
 * @told: filled
 * @names: filled; valid until the next call
 *
 * Context: As for mmlens_vma_name().
 */
void mmlens_vma_read(struct vm_area_struct *vma, struct mmlens_vma *told,
		     struct mmlens_vma_names *names)
{
	mmlens_vma_facts(vma, told);
	names->name = mmlens_vma_name(vma, names->path);
	names->ops = read_ops(vma, names);
}

static int read_hold(struct mmlens_vmas *vmas, bool *full)
{
	struct mmlens_cursor *cursor = vmas->cursor;
	struct vm_area_struct *vma;
	struct vma_iterator vmi;
	struct mmlens_vma told;
	int err;

	err = mmlens_hold(cursor);
	if (err)
		return err;
	vma_iter_init(&vmi, cursor->mm, cursor->pos);
	do {
		vma = vma_next(&vmi);
		if (!vma || vma->vm_start >= cursor->end) {
			cursor->pos = cursor->end;
			break;
		}
		mmlens_vma_read(vma, &told, &vmas->names);
		cursor->budget -= MMLENS_HOLD_VMA;
		*full = !vmas->tell(vmas, &told);
		if (*full)
			break;
		cursor->pos = vma->vm_end;
		*full = vmas->one;
	} while (!*full && cursor->pos < cursor->end &&
		 !mmlens_hold_is_over(cursor));
	mmlens_release(cursor);
	return 0;
}

/**
 * mmlens_vmas_read() - tell VMAs on, until the end or no more can be taken
 * @vmas: goes on where its cursor stands
 *
 * Context: Process context, no locks held. May sleep. Takes mm->mmap_lock for
 * read, in short holds.
 * Return: 0, -ESRCH if the target has exited, -EINTR if the caller is being
 * killed, -EBUSY if a cursor in a hurry found a lock held too long.
 */
int mmlens_vmas_read(struct mmlens_vmas *vmas)
{
	bool full = false;
	int err = 0;

	while (!err && !full && vmas->cursor->pos < vmas->cursor->end) {
		err = read_hold(vmas, &full);
		cond_resched();
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
	}
	return err;
}
