// SPDX-License-Identifier: GPL-2.0
#include <linux/cgroup.h>
#include <linux/hugetlb.h>
#include <linux/memcontrol.h>
#include <linux/string.h>

#include "compat/entry.h"
#include "compat/vma.h"
#include "lru.h"
#include "page.h"

static const struct {
	unsigned long bit;
	u32 flag;
} flag_bits[] = {
	{ BIT(PG_locked), MMLENS_PAGE_FLAG_LOCKED },
	{ BIT(PG_referenced), MMLENS_PAGE_FLAG_REFERENCED },
	{ BIT(PG_uptodate), MMLENS_PAGE_FLAG_UPTODATE },
	{ BIT(PG_dirty), MMLENS_PAGE_FLAG_FOLIO_DIRTY },
	{ BIT(PG_writeback), MMLENS_PAGE_FLAG_WRITEBACK },
	{ BIT(PG_reclaim), MMLENS_PAGE_FLAG_RECLAIM },
	{ BIT(PG_swapbacked), MMLENS_PAGE_FLAG_SWAPBACKED },
	{ BIT(PG_workingset), MMLENS_PAGE_FLAG_WORKINGSET },
	{ BIT(PG_mlocked), MMLENS_PAGE_FLAG_MLOCKED },
};

/**
 * mmlens_page_reader_init() - get ready to read pages for a caller
 * @reader: filled
 * @asked: details that the caller wants
 * @admin: the caller has CAP_SYS_ADMIN
 *
 * Context: Any.
 */
void mmlens_page_reader_init(struct mmlens_page_reader *reader, u32 asked,
			     bool admin)
{
	unsigned int i;

	*reader = (struct mmlens_page_reader){
		.detail = admin ? asked : asked & ~MMLENS_DETAIL_ADMIN,
		.admin = admin,
	};
	if (!admin)
		reader->withheld = asked & MMLENS_DETAIL_ADMIN;

	reader->entry_mask = MMLENS_ENTRY_BITS;
	if (!(asked & MMLENS_DETAIL_ENTRY))
		reader->entry_mask &= ~MMLENS_ENTRY_HISTORY;

	reader->folio_mask = BIT(PG_head) | BIT(PG_swapbacked) |
			     ZONES_MASK << ZONES_PGSHIFT;
	if (reader->detail & (MMLENS_DETAIL_NODE | MMLENS_DETAIL_LRU))
		reader->folio_mask |= NODES_MASK << NODES_PGSHIFT;
	if (asked & MMLENS_DETAIL_ENTRY)
		reader->page_mask = BIT(PG_anon_exclusive);
	if (reader->detail & MMLENS_DETAIL_LRU)
		reader->folio_mask |= BIT(PG_lru) | BIT(PG_active) |
				      BIT(PG_unevictable) |
				      BIT(PG_referenced) | BIT(PG_workingset) |
				      LRU_GEN_MASK | LRU_REFS_MASK;
	if (reader->detail & MMLENS_DETAIL_FOLIO) {
		reader->folio_mask |= BIT(PG_swapcache);
		for (i = 0; i < ARRAY_SIZE(flag_bits); i++)
			reader->folio_mask |= flag_bits[i].bit;
	}
	reader->folio_mask |= reader->page_mask;
}

static void read_absent(struct mmlens_page_reader *reader,
			struct vm_area_struct *vma,
			const struct mmlens_entry *entry,
			struct mmlens_page_run *run)
{
	struct mmlens_absent absent;

	mmlens_absent_read(entry->pte, &absent);
	run->state = absent.state;
	if (reader->detail & MMLENS_DETAIL_PFN) {
		if (absent.state == MMLENS_STATE_SWAP) {
			run->swap_type = absent.swap_type;
			run->pfn = absent.swap_offset + entry->offset;
			run->facts |= MMLENS_DETAIL_PFN;
		} else if (absent.pfn) {
			run->pfn = absent.pfn + entry->offset;
			run->facts |= MMLENS_DETAIL_PFN;
		}
	}
	if (!(reader->detail & MMLENS_DETAIL_ENTRY))
		return;
	run->facts |= MMLENS_DETAIL_ENTRY;
	/* A page in migration is locked: it stays as long as the entry. */
	if (absent.exclusive &&
	    (absent.state == MMLENS_STATE_SWAP ||
	     folio_test_anon(page_folio(pfn_to_page(absent.pfn)))))
		run->flags |= MMLENS_PAGE_FLAG_EXCLUSIVE;
	if (vma->vm_flags & VM_SOFTDIRTY || pte_swp_soft_dirty(entry->pte))
		run->flags |= MMLENS_PAGE_FLAG_SOFT_DIRTY;
	if (absent.state == MMLENS_STATE_UFFD_MARKER ||
	    mmlens_pte_swp_uffd(entry->pte))
		run->flags |= MMLENS_PAGE_FLAG_UFFD;
}

static u32 entry_flags(struct vm_area_struct *vma, pte_t pte)
{
	u32 flags = MMLENS_PAGE_FLAG_PRESENT;

	if (pte_write(pte))
		flags |= MMLENS_PAGE_FLAG_WRITE;
	/* On x86 also for a bit of the kernel's own, write-protected. */
	if (pte_dirty(pte))
		flags |= MMLENS_PAGE_FLAG_DIRTY;
	if (pte_young(pte))
		flags |= MMLENS_PAGE_FLAG_ACCESSED;
	if (vma->vm_flags & VM_SOFTDIRTY || pte_soft_dirty(pte))
		flags |= MMLENS_PAGE_FLAG_SOFT_DIRTY;
	if (mmlens_pte_uffd(pte))
		flags |= MMLENS_PAGE_FLAG_UFFD;
	if (pte_special(pte))
		flags |= MMLENS_PAGE_FLAG_SPECIAL;
	if (pte_protnone(pte)) {
		flags |= MMLENS_PAGE_FLAG_PROTNONE;
		/* PROT_NONE by right, by userfaultfd, or to see who comes. */
		if (vma_is_accessible(vma) &&
		    !(vma->vm_flags & VM_UFFD_RWP && mmlens_pte_uffd(pte)))
			flags |= MMLENS_PAGE_FLAG_NUMA_HINT;
	}
	return flags;
}

/*
 * The struct page behind an entry, or NULL if it is not to be touched, with
 * the state that follows.
 */
static struct page *entry_page(struct vm_area_struct *vma,
			       const struct mmlens_entry *entry,
			       enum mmlens_state *state)
{
	unsigned long pfn = entry->pfn + entry->offset;
	struct page *page = pfn_to_page(pfn);

	*state = MMLENS_STATE_PFNMAP;
	if (is_vm_hugetlb_page(vma)) {
		*state = MMLENS_STATE_HUGETLB;
		return page;
	}
	if (entry->level == MMLENS_LEVEL_PTE) {
		if (!pte_special(entry->pte))
			return page;
		if (is_zero_pfn(pfn))
			*state = MMLENS_STATE_ZERO;
		else if (mmlens_pte_device(entry->pte))
			*state = MMLENS_STATE_DEVICE;
		return NULL;
	}
	/* Only newer kernels mark special leaves above the PTE level. */
	if (vma->vm_flags & VM_PFNMAP)
		return NULL;
	if (vma->vm_flags & VM_MIXEDMAP)
		return pte_special(entry->pte) || !pfn_valid(pfn) ? NULL : page;
	/* All other huge pages of an anonymous VMA are anonymous folios. */
	if (pte_special(entry->pte) ||
	    (vma_is_anonymous(vma) && !folio_test_anon(page_folio(page)))) {
		*state = MMLENS_STATE_HUGE_ZERO;
		return NULL;
	}
	return page;
}

static enum mmlens_state folio_state(const struct mmlens_page_reader *reader,
				     struct folio *folio)
{
	if (folio_is_zone_device(folio))
		return MMLENS_STATE_DEVICE;
	if (folio_test_anon(folio))
		return reader->admin && folio_test_ksm(folio) ?
		       MMLENS_STATE_KSM : MMLENS_STATE_ANON;
	if (!folio->mapping)
		return MMLENS_STATE_KERNEL;
	return folio_test_swapbacked(folio) ?
	       MMLENS_STATE_SHMEM : MMLENS_STATE_FILE;
}

static void read_folio_flags(struct folio *folio, struct mmlens_page_run *run)
{
	unsigned long flags = mmlens_page_flags(&folio->page);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flag_bits); i++)
		if (flags & flag_bits[i].bit)
			run->flags |= flag_bits[i].flag;
	if (folio_test_swapcache(folio))
		run->flags |= MMLENS_PAGE_FLAG_SWAPCACHE;
	run->order = folio_order(folio);
	run->facts |= MMLENS_DETAIL_FOLIO;
}

static void read_lru(struct folio *folio, struct mmlens_page_run *run)
{
	struct mmlens_lru_place place;

	mmlens_lru_place(folio, &place);
	run->lru = place.lru;
	run->tier = place.tier;
	run->generation = place.generation;
	run->facts |= MMLENS_DETAIL_LRU;
}

static u64 folio_cgroup(struct folio *folio)
{
	struct mem_cgroup *memcg;

	if (mem_cgroup_disabled() || folio_is_zone_device(folio))
		return 0;
	memcg = folio_memcg(folio);
	return memcg ? cgroup_id(memcg->css.cgroup) : 0;
}

static void read_page(struct mmlens_page_reader *reader,
		      const struct mmlens_entry *entry, struct page *page,
		      struct mmlens_page_run *run)
{
	struct folio *folio = page_folio(page);
	bool exclusive;

	if (run->state != MMLENS_STATE_HUGETLB)
		run->state = folio_state(reader, folio);
	/* A huge page that is mapped as a whole keeps it in its head. */
	exclusive = !folio_is_zone_device(folio) && folio_test_anon(folio) &&
		    !folio_test_ksm(folio) &&
		    PageAnonExclusive(entry->level == MMLENS_LEVEL_PTE ?
				      page : &folio->page);
	if (exclusive && reader->detail & MMLENS_DETAIL_ENTRY)
		run->flags |= MMLENS_PAGE_FLAG_EXCLUSIVE;
	if (reader->detail & MMLENS_DETAIL_FOLIO)
		read_folio_flags(folio, run);
	if (reader->detail & MMLENS_DETAIL_COUNTS) {
		run->mapcount = mmlens_page_mapcount(folio, page);
		run->refcount = folio_ref_count(folio);
		run->facts |= MMLENS_DETAIL_COUNTS;
	}
	if (reader->detail & MMLENS_DETAIL_LRU)
		read_lru(folio, run);
	if (reader->detail & MMLENS_DETAIL_NODE) {
		run->node = folio_nid(folio);
		run->facts |= MMLENS_DETAIL_NODE;
	}
	if (reader->detail & MMLENS_DETAIL_CGROUP) {
		run->cgroup = folio_cgroup(folio);
		run->facts |= MMLENS_DETAIL_CGROUP;
	}
}

static struct mmlens_neighbour look_at(const struct mmlens_entry *entry,
				       struct page *page)
{
	struct folio *folio = page_folio(page);

	return (struct mmlens_neighbour){
		.entry = pte_val(entry->pte),
		.folio = folio,
		.page_flags = mmlens_page_flags(page),
		.folio_flags = mmlens_page_flags(&folio->page),
		.mapping = folio->mapping,
		.memcg_data = folio->memcg_data,
		.mapcount = atomic_read(&page->_mapcount),
		.refcount = folio_ref_count(folio),
	};
}

/*
 * Keeps the page to compare the next with, unless it changed while it was read:
 * then nobody knows which of its facts were told.
 */
static void remember(struct mmlens_page_reader *reader,
		     const struct mmlens_entry *entry, struct page *page,
		     const struct mmlens_neighbour *before)
{
	struct mmlens_neighbour *last = &reader->last;

	*last = look_at(entry, page);
	last->known = !pte_protnone(entry->pte) &&
		      !(reader->detail & MMLENS_DETAIL_COUNTS &&
			folio_test_large(page_folio(page))) &&
		      last->page_flags == before->page_flags &&
		      last->folio_flags == before->folio_flags &&
		      last->mapping == before->mapping &&
		      last->memcg_data == before->memcg_data &&
		      last->mapcount == before->mapcount &&
		      last->refcount == before->refcount;
}

/**
 * mmlens_page_read() - read the facts of one page
 * @reader: what to tell; remembers the page for mmlens_page_same()
 * @vma: the VMA it lies in
 * @entry: its entry, not empty
 * @run: all filled but start and pages
 *
 * Context: Under RCU, mm->mmap_lock and the lock of the entry, which keeps the
 * folio.
 */
void mmlens_page_read(struct mmlens_page_reader *reader,
		      struct vm_area_struct *vma,
		      const struct mmlens_entry *entry,
		      struct mmlens_page_run *run)
{
	struct mmlens_neighbour before;
	enum mmlens_state state;
	struct page *page;

	memset(run, 0, sizeof(*run));
	run->level = entry->level;
	mmlens_page_forget(reader);
	if (!entry->present) {
		read_absent(reader, vma, entry, run);
		return;
	}
	if (reader->detail & MMLENS_DETAIL_PFN) {
		run->pfn = entry->pfn + entry->offset;
		run->facts |= MMLENS_DETAIL_PFN;
	}
	if (reader->detail & MMLENS_DETAIL_ENTRY) {
		run->flags = entry_flags(vma, entry->pte);
		run->facts |= MMLENS_DETAIL_ENTRY;
	}
	page = entry_page(vma, entry, &state);
	run->state = state;
	if (!page)
		return;
	before = look_at(entry, page);
	read_page(reader, entry, page, run);
	if (entry->level == MMLENS_LEVEL_PTE)
		remember(reader, entry, page, &before);
}
