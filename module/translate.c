// SPDX-License-Identifier: GPL-2.0
/*
 * Inside a VMA, the entries are read in the visitor of a walk, with the lock of
 * the last of them held if it is not empty: they and the page are told as of
 * one moment.
 *
 * Outside, nothing keeps a table but its neighbours: one that a VMA reaches
 * into stays as long as that VMA, another may just be freed, by an munmap()
 * that needs no mmap_lock any more. The walk goes only into tables that stay.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "compat/arch.h"
#include "translate.h"

/* A VMA may come after the look for one. */
#define TRIES	8

static void add_step(struct mmlens_translation *told, enum mmlens_level level,
		     unsigned int index, u64 entry, enum mmlens_entry_kind kind)
{
	bool maps = kind == MMLENS_ENTRY_KIND_TABLE ||
		    kind == MMLENS_ENTRY_KIND_LEAF;

	told->steps[told->count++] = (struct mmlens_step){
		.entry = told->pages.reader.admin ? entry : 0,
		.flags = maps ? mmlens_entry_flags(entry, level,
				kind == MMLENS_ENTRY_KIND_LEAF) : 0,
		.index = index,
		.level = level,
		.kind = kind,
	};
}

#define entry_kind(type, entry, is_leaf)				\
	(type##_none(entry) ? MMLENS_ENTRY_KIND_EMPTY :			\
	 !type##_present(entry) ? MMLENS_ENTRY_KIND_NON_PRESENT :	\
	 (is_leaf) ? MMLENS_ENTRY_KIND_LEAF :				\
	 type##_bad(entry) ? MMLENS_ENTRY_KIND_BAD :			\
	 MMLENS_ENTRY_KIND_TABLE)

/* At the top there are tables only, and what is none of them is bad. */
#define top_kind(type, entry)						\
	(type##_none(entry) ? MMLENS_ENTRY_KIND_EMPTY :			\
	 type##_bad(entry) ? MMLENS_ENTRY_KIND_BAD :			\
	 MMLENS_ENTRY_KIND_TABLE)

/* Of hugetlb, it has the form of a PTE: it maps its page also without rights. */
static enum mmlens_entry_kind pud_kind(pud_t pud)
{
	if (!pud_present(pud) && pte_present(__pte(pud_val(pud))))
		return MMLENS_ENTRY_KIND_LEAF;
	return entry_kind(pud, pud, pud_leaf(pud));
}

/* Is the table below an entry that spans @size sure to stay? */
static bool stays(unsigned long address, unsigned long size,
		  unsigned long below, unsigned long above)
{
	unsigned long start = address & ~(size - 1);

	return start < below || start + size > above;
}

/*
 * Reads the entries on the way to an address. A VMA ends at @below, and one
 * begins at @above. The caller holds mmap_lock and RCU.
 */
static void read_steps(struct mmlens_translation *told, unsigned long address,
		       unsigned long below, unsigned long above)
{
	struct mm_struct *mm = told->cursor->mm;
	enum mmlens_entry_kind kind;
	pgd_t *pgdp, pgd;
	p4d_t *p4dp, p4d;
	pud_t *pudp, pud;
	pmd_t *pmdp, pmd;
	pte_t pte;

	told->count = 0;
	pgdp = pgd_offset(mm, address);
	pgd = READ_ONCE(*pgdp);
	if (!mm_p4d_folded(mm)) {
		kind = top_kind(pgd, pgd);
		add_step(told, MMLENS_LEVEL_PGD, pgd_index(address),
			 pgd_val(pgd), kind);
		if (kind != MMLENS_ENTRY_KIND_TABLE ||
		    !stays(address, PGDIR_SIZE, below, above))
			return;
	}
	/* With four levels, this is the entry of the first. */
	p4dp = p4d_offset(pgdp, address);
	p4d = READ_ONCE(*p4dp);
	kind = top_kind(p4d, p4d);
	if (mm_p4d_folded(mm))
		add_step(told, MMLENS_LEVEL_PGD, pgd_index(address),
			 p4d_val(p4d), kind);
	else
		add_step(told, MMLENS_LEVEL_P4D, p4d_index(address),
			 p4d_val(p4d), kind);
	if (kind != MMLENS_ENTRY_KIND_TABLE ||
	    !stays(address, P4D_SIZE, below, above))
		return;
	pudp = pud_offset(&p4d, address);
	pud = READ_ONCE(*pudp);
	kind = pud_kind(pud);
	add_step(told, MMLENS_LEVEL_PUD, pud_index(address), pud_val(pud), kind);
	if (kind != MMLENS_ENTRY_KIND_TABLE ||
	    !stays(address, PUD_SIZE, below, above))
		return;
	pmdp = pmd_offset(&pud, address);
	pmd = READ_ONCE(*pmdp);
	kind = entry_kind(pmd, pmd, pmd_leaf(pmd));
	add_step(told, MMLENS_LEVEL_PMD, pmd_index(address), pmd_val(pmd), kind);
	if (kind != MMLENS_ENTRY_KIND_TABLE ||
	    !stays(address, PMD_SIZE, below, above))
		return;
	pte = ptep_get(pte_offset_kernel(&pmd, address));
	kind = pte_none(pte) ? MMLENS_ENTRY_KIND_EMPTY :
	       pte_present(pte) ? MMLENS_ENTRY_KIND_LEAF :
	       MMLENS_ENTRY_KIND_NON_PRESENT;
	add_step(told, MMLENS_LEVEL_PTE, pte_index(address), pte_val(pte), kind);
}

static struct mmlens_translation *translation_of(struct mmlens_walk *walk)
{
	return container_of(walk, struct mmlens_translation, pages.walk);
}

static void read_steps_in_vma(struct mmlens_walk *walk, unsigned long address)
{
	read_steps(translation_of(walk), address, walk->vma->vm_end, walk->vma->vm_start);
}

/* VMA and page are read under one hold. */
static void enter(struct mmlens_walk *walk)
{
	struct mmlens_translation *told = translation_of(walk);

	mmlens_pages_enter(walk);
	mmlens_vma_read(walk->vma, &told->vma, &told->names);
}

static unsigned long hole(struct mmlens_walk *walk, unsigned long addr,
			  unsigned long end, enum mmlens_level level)
{
	struct mmlens_translation *told = translation_of(walk);
	const struct mmlens_step *last;

	/*
	 * No lock is held here: a fault may have filled the hole meanwhile, or
	 * put a table of holes there.
	 */
	read_steps_in_vma(walk, addr);
	last = &told->steps[told->count - 1];
	if (last->level != level || (last->kind != MMLENS_ENTRY_KIND_EMPTY &&
				     last->kind != MMLENS_ENTRY_KIND_BAD))
		return addr;
	return mmlens_pages_ops.hole(walk, addr, end, level);
}

static unsigned long leaf(struct mmlens_walk *walk, unsigned long addr,
			  unsigned long end, const struct mmlens_entry *leaf)
{
	read_steps_in_vma(walk, addr);
	return mmlens_pages_ops.leaf(walk, addr, end, leaf);
}

static unsigned long table(struct mmlens_walk *walk, unsigned long addr,
			   unsigned long end, pte_t *ptep)
{
	read_steps_in_vma(walk, addr);
	return mmlens_pages_ops.table(walk, addr, end, ptep);
}

static const struct mmlens_walk_ops translate_ops = {
	.enter = enter,
	.hole = hole,
	.leaf = leaf,
	.table = table,
};

/*
 * Tells what the tables say where no VMA is. Returns -EAGAIN if one has come
 * meanwhile.
 */
static int read_outside(struct mmlens_translation *told, unsigned long address)
{
	struct vm_area_struct *prev, *next;
	struct vma_iterator vmi;
	int err;

	err = mmlens_hold(told->cursor);
	if (err)
		return err;
	vma_iter_init(&vmi, told->cursor->mm, address);
	next = vma_next(&vmi);
	if (next && next->vm_start <= address) {
		err = -EAGAIN;
	} else {
		vma_iter_init(&vmi, told->cursor->mm, address);
		prev = vma_prev(&vmi);
		rcu_read_lock();
		read_steps(told, address, prev ? prev->vm_end : 0,
			   next ? next->vm_start : ULONG_MAX);
		rcu_read_unlock();
		mmlens_page_read_outside(&told->pages.reader, next,
					 address & PAGE_MASK,
					 told->steps[told->count - 1].level,
					 &told->run);
		told->run.start = address & PAGE_MASK;
		told->run.pages = 1;
	}
	mmlens_release(told->cursor);
	return err;
}

/**
 * mmlens_translate() - read the way from an address to its page
 * @told: all zero but cursor, names (ready) and pages.reader
 * @address: below the target's task_size
 *
 * Context: Process context, no locks held. May sleep. Takes mm->mmap_lock for
 * read, and below it what mmlens_walk() and mmlens_vma_read() do.
 * Return: 0, -EAGAIN if VMAs kept coming and going, or what mmlens_walk()
 * returns.
 */
int mmlens_translate(struct mmlens_translation *told, unsigned long address)
{
	struct mmlens_cursor *cursor = told->cursor;
	struct mmlens_page_reader reader = told->pages.reader;
	int tries, err;

	mmlens_pages_init(&told->pages, cursor, &told->run, 1);
	told->pages.reader = reader;
	told->pages.walk.ops = &translate_ops;
	for (tries = 0; tries < TRIES; tries++) {
		cursor->pos = address & PAGE_MASK;
		cursor->end = cursor->pos + PAGE_SIZE;
		err = mmlens_pages_read(&told->pages);
		told->in_vma = told->pages.runs.count;
		if (err || told->in_vma)
			return err;
		err = read_outside(told, address);
		if (err != -EAGAIN)
			return err;
	}
	return -EAGAIN;
}
