// SPDX-License-Identifier: GPL-2.0
/*
 * Entries may change under this look, and tables be freed. As in the
 * kernel's own lockless walk (mm/gup.c) interrupts are off meanwhile: who frees
 * tables waits for RCU, or interrupts all processors that run this address space.
 * The latter is no help to others, as on 6.1 and 6.12 without a hypervisor's way
 * to flush TLBs. So either the address space is that of the calling task, or the
 * caller holds its mmap_lock, the lock of the VMA, or one of its reverse map.
 */
#include <linux/bitmap.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "compat/entry.h"
#include "glance.h"

/* What an address translates to: an entry, and the table that it stands in. */
struct place {
	pte_t entry;
	pte_t *table;		/* of PTEs, or NULL */
	enum mmlens_level level;
	bool present;
	unsigned long pfn;
};

static bool at_pmd(pmd_t *pmdp, unsigned long addr, struct place *place)
{
	pmd_t pmd = READ_ONCE(*pmdp);
	pte_t *ptep;

	if (pmd_none(pmd))
		return false;
	if (!pmd_present(pmd) || pmd_leaf(pmd)) {
		place->level = MMLENS_LEVEL_PMD;
		place->entry = __pte(pmd_val(pmd));
		place->present = pmd_present(pmd);
		place->pfn = pmd_pfn(pmd) + ((addr & ~PMD_MASK) >> PAGE_SHIFT);
		return true;
	}
	if (unlikely(pmd_bad(pmd)))
		return false;
	place->table = pte_offset_kernel(&pmd, addr & PMD_MASK);
	ptep = place->table + pte_index(addr);
	place->entry = READ_ONCE(*ptep);
	place->present = pte_present(place->entry);
	if (place->present)
		place->pfn = pte_pfn(place->entry);
	return !pte_none(place->entry);
}

/* Returns false if nothing is there. */
static bool find(struct mm_struct *mm, unsigned long addr, struct place *place)
{
	pgd_t *pgdp = pgd_offset(mm, addr);
	pgd_t pgd = READ_ONCE(*pgdp);
	p4d_t p4d;
	pud_t pud;

	*place = (struct place){ .level = MMLENS_LEVEL_PTE };
	if (pgd_none(pgd) || unlikely(pgd_bad(pgd)))
		return false;
	p4d = READ_ONCE(*p4d_offset(pgdp, addr));
	if (p4d_none(p4d) || unlikely(p4d_bad(p4d)))
		return false;
	pud = READ_ONCE(*pud_offset(&p4d, addr));
	if (pud_none(pud))
		return false;
	if (!pud_present(pud) || pud_leaf(pud)) {
		place->level = MMLENS_LEVEL_PUD;
		place->entry = __pte(pud_val(pud));
		place->present = pte_present(place->entry);
		place->pfn = pud_pfn(pud) + ((addr & ~PUD_MASK) >> PAGE_SHIFT);
		return true;
	}
	if (unlikely(pud_bad(pud)))
		return false;
	return at_pmd(pmd_offset(&pud, addr), addr, place);
}

/* The folio may be freed meanwhile: it is read, and nothing is followed. */
static bool is_anon(unsigned long pfn)
{
	return folio_test_anon(page_folio(pfn_to_page(pfn)));
}

static enum mmlens_state mapped_state(const struct place *place,
				      const struct mmlens_area *area)
{
	if (place->level == MMLENS_LEVEL_PTE) {
		if (is_zero_pfn(place->pfn))
			return MMLENS_STATE_ZERO;
		if (pte_special(place->entry))
			return MMLENS_STATE_PFNMAP;
	} else if (!pfn_valid(place->pfn)) {
		return MMLENS_STATE_PFNMAP;
	}
	if (is_anon(place->pfn))
		return MMLENS_STATE_ANON;
	return area->backing == MMLENS_BACKING_ANON ? MMLENS_STATE_HUGE_ZERO :
						      MMLENS_STATE_FILE;
}

static void read_mapped(const struct place *place,
			const struct mmlens_area *area,
			struct mmlens_glance *glance)
{
	glance->present = true;
	glance->pfn = place->pfn;
	glance->write = pte_write(place->entry);
	glance->uffd = mmlens_pte_uffd(place->entry);
	glance->numa_hint = pte_protnone(place->entry) && area->accessible;
	glance->state = mapped_state(place, area);
}

static void read_absent(const struct place *place, struct mmlens_glance *glance)
{
	struct mmlens_absent absent;

	mmlens_absent_read(place->entry, &absent);
	glance->state = absent.state;
	glance->uffd = absent.state == MMLENS_STATE_UFFD_MARKER ||
		       mmlens_pte_swp_uffd(place->entry);
}

/**
 * mmlens_glance() - look at the entry of an address without a lock
 * @mm: an address space that cannot be freed meanwhile
 * @addr: the address
 * @area: its VMA
 * @glance: filled
 *
 * Context: Any. Interrupts are off meanwhile.
 */
void mmlens_glance(struct mm_struct *mm, unsigned long addr,
		   const struct mmlens_area *area, struct mmlens_glance *glance)
{
	struct place place;
	unsigned long flags;

	*glance = (struct mmlens_glance){ };
	local_irq_save(flags);
	if (find(mm, addr, &place)) {
		if (place.present)
			read_mapped(&place, area, glance);
		else
			read_absent(&place, glance);
	}
	glance->level = place.level;
	local_irq_restore(flags);
}

/**
 * mmlens_glance_around() - which pages around an address PTEs map, without a lock
 * @mm: an address space that cannot be freed meanwhile
 * @addr: the address
 *
 * Context: Any. Interrupts are off meanwhile, for the time of 64 loads.
 * Return: a bit for each page of a window that is aligned to its size.
 */
u64 mmlens_glance_around(struct mm_struct *mm, unsigned long addr)
{
	struct place place;
	unsigned long flags;
	unsigned int i;
	u64 mapped = 0;

	addr = round_down(addr, MMLENS_GLANCE_WINDOW * PAGE_SIZE);
	local_irq_save(flags);
	find(mm, addr, &place);
	if (place.table) {
		const pte_t *ptep = place.table + pte_index(addr);

		for (i = 0; i < MMLENS_GLANCE_WINDOW; i++)
			if (pte_present(READ_ONCE(ptep[i])))
				mapped |= 1ULL << i;
	}
	local_irq_restore(flags);
	return mapped;
}

/**
 * mmlens_glance_size() - the size of the folio that an entry maps
 * @glance: an entry that maps a page with a struct page
 *
 * Context: Any. The folio may be freed meanwhile: then this may be the size of
 * another one.
 * Return: pages of the base size, at most those of a table.
 */
unsigned int mmlens_glance_size(const struct mmlens_glance *glance)
{
	return min_t(unsigned long, PTRS_PER_PTE,
		     folio_nr_pages(page_folio(pfn_to_page(glance->pfn))));
}

/**
 * mmlens_glance_entry() - the entry of an address, without a lock
 * @mm: an address space that cannot be freed meanwhile
 * @addr: the address
 *
 * Context: Any. Interrupts are off meanwhile.
 * Return: the entry, in the form of a PTE; an empty one if there is none.
 */
pte_t mmlens_glance_entry(struct mm_struct *mm, unsigned long addr)
{
	struct place place;
	unsigned long flags;

	local_irq_save(flags);
	find(mm, addr, &place);
	local_irq_restore(flags);
	return place.entry;
}

/* Those of a table's entries that map the frames, from @first on. */
static void find_frames(const pte_t *ptep, unsigned int first, unsigned int end,
			unsigned long pfn, unsigned long frames,
			unsigned long *mapped)
{
	for (; first < end; first++) {
		pte_t pte = READ_ONCE(*ptep++);

		if (pte_present(pte) && pte_pfn(pte) - pfn < frames)
			__set_bit(first, mapped);
	}
}

/**
 * mmlens_glance_folio() - which pages map a folio, without a lock
 * @mm: an address space that cannot be freed meanwhile
 * @start: address of the first page
 * @pages: how many pages, at most MMLENS_GLANCE_FOLIO
 * @pfn: first frame of the folio
 * @frames: frames of the folio
 * @mapped: bitmap of MMLENS_GLANCE_FOLIO bits, filled
 *
 * Context: Any. Interrupts are off meanwhile, for the time of a table at most.
 * Return: level of the first entry that maps it.
 */
enum mmlens_level mmlens_glance_folio(struct mm_struct *mm, unsigned long start,
				      unsigned int pages, unsigned long pfn,
				      unsigned long frames,
				      unsigned long *mapped)
{
	enum mmlens_level level = MMLENS_LEVEL_PTE;
	unsigned int first = 0;

	bitmap_zero(mapped, MMLENS_GLANCE_FOLIO);
	while (first < pages) {
		unsigned long addr = start + first * PAGE_SIZE;
		unsigned int end = min_t(unsigned long, pages, first +
					 PTRS_PER_PTE - pte_index(addr));
		struct place place;
		unsigned long flags;

		local_irq_save(flags);
		find(mm, addr, &place);
		if (place.table) {
			find_frames(place.table + pte_index(addr), first, end,
				    pfn, frames, mapped);
		} else if (place.present && place.pfn - pfn < frames) {
			bitmap_set(mapped, first, end - first);
			level = place.level;
		}
		local_irq_restore(flags);
		first = end;
	}
	return level;
}
