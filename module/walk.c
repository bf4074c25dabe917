// SPDX-License-Identifier: GPL-2.0
/*
 * Each step starts at the top and goes down to the entry that decides about
 * the address: an empty one, a leaf, or a table of PTEs. That costs a few
 * loads a step, a step covers at least a table of PTEs, and nothing needs to be
 * remembered that might have been freed meanwhile.
 *
 * Tables above the PTE level stay while a VMA over them does, and mmap_lock
 * keeps the VMA. One that several processes share for hugetlb memory may be
 * left by this one at any time, but not while i_mmap_rwsem is held. A table of
 * PTEs may go even so: by khugepaged on 6.12 and later, by MADV_DONTNEED with
 * CONFIG_PT_RECLAIM. Hence RCU, its lock, and a second look at the PMD entry.
 */
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "walk.h"

static void pass_table(struct mmlens_walk *walk, enum mmlens_level level,
		       unsigned long number)
{
	/* Addresses only go up, so a table seen before is the last one. */
	if (walk->passed[level] == number + 1)
		return;
	walk->passed[level] = number + 1;
	walk->tables[level]++;
}

static unsigned long pud_leaf_step(struct mmlens_walk *walk, pud_t *pudp,
				   pud_t pud, unsigned long addr,
				   unsigned long end)
{
	spinlock_t *ptl = pud_lockptr(walk->cursor->mm, pudp);
	struct mmlens_entry found = { .level = MMLENS_LEVEL_PUD };
	unsigned long next = addr;

	spin_lock(ptl);
	if (pud_val(pud) == pud_val(READ_ONCE(*pudp))) {
		found.pte = __pte(pud_val(pud));
		/* Of hugetlb, it has the form of a PTE: also without rights. */
		found.present = pte_present(found.pte);
		if (found.present)
			found.pfn = pud_pfn(pud);
		found.offset = (addr & ~PUD_MASK) >> PAGE_SHIFT;
		next = walk->ops->leaf(walk, addr, end, &found);
	}
	spin_unlock(ptl);
	return next;
}

static unsigned long pmd_leaf_step(struct mmlens_walk *walk, pmd_t *pmdp,
				   pmd_t pmd, unsigned long addr,
				   unsigned long end)
{
	spinlock_t *ptl = pmd_lockptr(walk->cursor->mm, pmdp);
	struct mmlens_entry found = { .level = MMLENS_LEVEL_PMD };
	unsigned long next = addr;

	spin_lock(ptl);
	if (pmd_same(pmd, READ_ONCE(*pmdp))) {
		found.pte = __pte(pmd_val(pmd));
		found.present = pmd_present(pmd);
		if (found.present)
			found.pfn = pmd_pfn(pmd);
		found.offset = (addr & ~PMD_MASK) >> PAGE_SHIFT;
		next = walk->ops->leaf(walk, addr, end, &found);
	}
	spin_unlock(ptl);
	return next;
}

static unsigned long table_step(struct mmlens_walk *walk, pmd_t *pmdp,
				pmd_t pmd, unsigned long addr,
				unsigned long end)
{
	unsigned long next = addr;
	spinlock_t *ptl; /* of the table */

	if (!walk->ops->table)
		return end;
	/* Of the copy: the table's own page is where the lock lives. */
	ptl = pte_lockptr(walk->cursor->mm, &pmd);
	spin_lock(ptl);
	if (pmd_same(pmd, READ_ONCE(*pmdp))) {
		next = walk->ops->table(walk, addr, end,
					pte_offset_kernel(&pmd, addr));
	}
	spin_unlock(ptl);
	walk->cursor->budget -= (next - addr) >> PAGE_SHIFT;
	return next;
}

static unsigned long pmd_step(struct mmlens_walk *walk, pmd_t *pmdp,
			      unsigned long addr, unsigned long end)
{
	unsigned long next = pmd_addr_end(addr, end);
	pmd_t pmd = READ_ONCE(*pmdp);

	pass_table(walk, MMLENS_LEVEL_PMD, addr >> PUD_SHIFT);
	if (pmd_none(pmd)) {
		while (next < end && (next & ~PUD_MASK) &&
		       pmd_none(READ_ONCE(*++pmdp))) {
			next = pmd_addr_end(next, end);
			walk->cursor->budget--;
		}
		return walk->ops->hole(walk, addr, next, MMLENS_LEVEL_PMD);
	}
	/* pmd_present() stays true while a huge page is being split. */
	if (!pmd_present(pmd) || pmd_leaf(pmd))
		return pmd_leaf_step(walk, pmdp, pmd, addr, next);
	if (unlikely(pmd_bad(pmd)))
		return walk->ops->hole(walk, addr, next, MMLENS_LEVEL_PMD);
	pass_table(walk, MMLENS_LEVEL_PTE, addr >> PMD_SHIFT);
	return table_step(walk, pmdp, pmd, addr, next);
}

static unsigned long pud_step(struct mmlens_walk *walk, pud_t *pudp,
			      unsigned long addr, unsigned long end)
{
	unsigned long next = pud_addr_end(addr, end);
	pud_t pud = READ_ONCE(*pudp);

	pass_table(walk, MMLENS_LEVEL_PUD, addr >> P4D_SHIFT);
	if (pud_none(pud)) {
		while (next < end && (next & ~P4D_MASK) &&
		       pud_none(READ_ONCE(*++pudp))) {
			next = pud_addr_end(next, end);
			walk->cursor->budget--;
		}
		return walk->ops->hole(walk, addr, next, MMLENS_LEVEL_PUD);
	}
	/* A part at a time: its lock is held for as many pages as one of PMDs. */
	if (!pud_present(pud) || pud_leaf(pud))
		return pud_leaf_step(walk, pudp, pud, addr,
				     pmd_addr_end(addr, next));
	if (unlikely(pud_bad(pud)))
		return walk->ops->hole(walk, addr, next, MMLENS_LEVEL_PUD);
	return pmd_step(walk, pmd_offset(&pud, addr), addr, next);
}

/*
 * One step down from the top. Returns the first address not yet told; @addr
 * itself if an entry changed under the walk, or if the visitor is full.
 */
static unsigned long step(struct mmlens_walk *walk, unsigned long addr,
			  unsigned long end)
{
	pgd_t *pgdp = pgd_offset(walk->cursor->mm, addr);
	pgd_t pgd = READ_ONCE(*pgdp);
	p4d_t *p4dp, p4d;

	walk->cursor->budget--;
	pass_table(walk, MMLENS_LEVEL_PGD, 0);
	end = pgd_addr_end(addr, end);
	if (pgd_none(pgd) || unlikely(pgd_bad(pgd)))
		return walk->ops->hole(walk, addr, end, MMLENS_LEVEL_PGD);

	p4dp = p4d_offset(pgdp, addr);
	p4d = READ_ONCE(*p4dp);
	end = p4d_addr_end(addr, end);
	if (!mm_p4d_folded(walk->cursor->mm))
		pass_table(walk, MMLENS_LEVEL_P4D, addr >> PGDIR_SHIFT);
	if (p4d_none(p4d) || unlikely(p4d_bad(p4d)))
		return walk->ops->hole(walk, addr, end,
			    mm_p4d_folded(walk->cursor->mm) ?
			    MMLENS_LEVEL_PGD : MMLENS_LEVEL_P4D);
	return pud_step(walk, pud_offset(&p4d, addr), addr, end);
}

/* Whose page tables of the PMD level may be shared with other processes. */
static struct address_space *shared_tables(struct vm_area_struct *vma)
{
	return is_vm_hugetlb_page(vma) && vma->vm_flags & VM_MAYSHARE ?
	       vma->vm_file->f_mapping : NULL;
}

static unsigned long walk_vma(struct mmlens_walk *walk,
			      struct vm_area_struct *vma)
{
	struct address_space *shared = shared_tables(vma);
	struct mmlens_cursor *cursor = walk->cursor;
	unsigned long addr = max(cursor->pos, vma->vm_start);
	unsigned long end = min(cursor->end, vma->vm_end);

	walk->vma = vma;
	if (walk->ops->enter)
		walk->ops->enter(walk);
	cursor->budget -= MMLENS_HOLD_VMA;
	if (shared && !i_mmap_trylock_read(shared)) {
		walk->blocked = true;
		return addr;
	}
	do {
		rcu_read_lock();
		addr = step(walk, addr, end);
		rcu_read_unlock();
	} while (addr < end && !walk->full && !mmlens_hold_is_over(cursor));
	if (shared)
		i_mmap_unlock_read(shared);
	walk->vma = NULL;
	return addr;
}

static int walk_hold(struct mmlens_walk *walk)
{
	struct mmlens_cursor *cursor = walk->cursor;
	struct vm_area_struct *vma;
	struct vma_iterator vmi;
	int err;

	walk->blocked = false;
	err = mmlens_hold(cursor);
	if (err)
		return err;
	vma_iter_init(&vmi, cursor->mm, cursor->pos);
	do {
		vma = vma_next(&vmi);
		if (!vma || vma->vm_start >= cursor->end)
			cursor->pos = cursor->end;
		else
			cursor->pos = walk_vma(walk, vma);
	} while (cursor->pos < cursor->end && cursor->pos >= vma->vm_end &&
		 !walk->full && !mmlens_hold_is_over(cursor));
	mmlens_release(cursor);
	return walk->blocked ? mmlens_wait(cursor) : 0;
}

/**
 * mmlens_walk() - visit what is mapped in the cursor's range
 * @walk: the walk; goes on where the cursor stands
 *
 * Only what VMAs cover is visited. Cost follows what is mapped: an empty entry
 * is passed in one go, whatever it spans.
 *
 * Context: Process context, no locks held. May sleep. Takes mm->mmap_lock for
 * read, in holds of at most MMLENS_HOLD_BUDGET entries.
 * Return: 0 when the end is reached or the visitor is full, or what
 * mmlens_hold() and mmlens_wait() return.
 */
int mmlens_walk(struct mmlens_walk *walk)
{
	int err = 0;

	walk->full = false;
	while (!err && !walk->full && walk->cursor->pos < walk->cursor->end) {
		err = walk_hold(walk);
		cond_resched();
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
	}
	return err;
}

/**
 * mmlens_walk_page() - visit one page of a VMA that a reverse map led to
 * @walk: the walk; nothing is to be expected of its cursor afterwards
 * @vma: the VMA
 * @addr: the page
 *
 * Context: The lock of the reverse map is held for read: a VMA leaves that
 * before its tables are freed. No mmap_lock is needed. Takes RCU and the lock of
 * the entry.
 */
void mmlens_walk_page(struct mmlens_walk *walk, struct vm_area_struct *vma,
		      unsigned long addr)
{
	unsigned long next;

	walk->vma = vma;
	walk->full = false;
	walk->cursor->mm = vma->vm_mm;
	if (walk->ops->enter)
		walk->ops->enter(walk);
	do {
		rcu_read_lock();
		next = step(walk, addr, addr + PAGE_SIZE);
		rcu_read_unlock();
	} while (next == addr && !walk->full);
	walk->vma = NULL;
}
