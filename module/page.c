// SPDX-License-Identifier: GPL-2.0
#include <linux/cgroup.h>
#include <linux/hugetlb.h>
#include <linux/memcontrol.h>
#include <linux/string.h>

#include "compat/cow.h"
#include "compat/entry.h"
#include "compat/vma.h"
#include "lru.h"
#include "page.h"

/* What counts besides for a page that is not marked exclusive. */
#define COW_FLAGS	(BIT(PG_lru) | BIT(PG_swapcache))

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
	if (asked & MMLENS_DETAIL_FORECAST)
		reader->entry_mask |= MMLENS_ENTRY_ACCESS;

	reader->folio_mask = BIT(PG_head) | BIT(PG_swapbacked) |
			     ZONES_MASK << ZONES_PGSHIFT;
	if (reader->detail & (MMLENS_DETAIL_NODE | MMLENS_DETAIL_LRU))
		reader->folio_mask |= NODES_MASK << NODES_PGSHIFT;
	if (asked & (MMLENS_DETAIL_ENTRY | MMLENS_DETAIL_MEANING))
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

/**
 * mmlens_page_enter() - get ready for the pages of a VMA
 * @reader: the reader
 * @vma: the VMA
 * @locked: mm->mmap_lock is held
 *
 * Context: mm->mmap_lock held for read, or the lock of a reverse map that led to
 * the VMA. To be called anew after it was released.
 */
void mmlens_page_enter(struct mmlens_page_reader *reader,
		       struct vm_area_struct *vma, bool locked)
{
	if (reader->detail & MMLENS_DETAIL_MEANING)
		mmlens_area_read(vma, &reader->area, locked);
	reader->cached.end = 0;
	mmlens_page_forget(reader);
}

static void tell_forecast(struct mmlens_page_run *run,
			  struct mmlens_outcome read,
			  struct mmlens_outcome write)
{
	run->read = read.what;
	run->read_else = read.or_else;
	run->read_why = read.why;
	run->write = write.what;
	run->write_else = write.or_else;
	run->write_why = write.why;
	run->facts |= MMLENS_DETAIL_FORECAST;
}

/* What the facts mean. */
static void conclude(struct mmlens_page_reader *reader,
		     struct mmlens_facts *facts, struct mmlens_page_run *run)
{
	struct mmlens_judgement judgement;

	if (!(reader->detail & MMLENS_DETAIL_MEANING))
		return;
	facts->state = run->state;
	judgement = mmlens_judge(&reader->area, facts);
	if (reader->detail & MMLENS_DETAIL_VERDICT) {
		run->verdict = judgement.verdict;
		run->verdict_why = judgement.why;
		run->facts |= MMLENS_DETAIL_VERDICT;
	}
	if (!(reader->detail & MMLENS_DETAIL_FORECAST))
		return;
	tell_forecast(run,
		      mmlens_foresee(&reader->area, facts, &judgement, false),
		      mmlens_foresee(&reader->area, facts, &judgement, true));
}

/* Does a huge page fit in around an address? At @end that may change. */
static bool has_room(struct vm_area_struct *vma, unsigned long addr,
		     unsigned long *end)
{
	unsigned long first = ALIGN(vma->vm_start, PMD_SIZE);
	unsigned long last = ALIGN_DOWN(vma->vm_end, PMD_SIZE);

	if (addr < first)
		*end = min(*end, first);
	else if (addr < last)
		*end = min(*end, last);
	return addr >= first && addr < last;
}

/* Asks the page cache, if there is one to be asked. */
static bool look_up(struct mmlens_page_reader *reader,
		    struct vm_area_struct *vma, unsigned long addr,
		    struct mmlens_facts *facts)
{
	if (!mmlens_backing_is_cached(reader->area.backing))
		return false;
	if (addr >= reader->cached.end)
		mmlens_cache_look(vma, reader->area.backing, addr, vma->vm_end,
				  reader->admin, &reader->cached);
	facts->cache = reader->cached.cache;
	return true;
}

/**
 * mmlens_page_read_none() - read what can be said of an empty entry
 * @reader: what to tell
 * @vma: the VMA it lies in
 * @addr: the first page
 * @end: up to where nothing is mapped
 * @level: the level of the entry
 * @run: all filled but start and pages
 *
 * Context: Under RCU and mm->mmap_lock; if it is a PTE, its lock is held.
 * Return: up to where the same holds.
 */
unsigned long mmlens_page_read_none(struct mmlens_page_reader *reader,
				    struct vm_area_struct *vma,
				    unsigned long addr, unsigned long end,
				    enum mmlens_level level,
				    struct mmlens_page_run *run)
{
	struct mmlens_facts facts = { };

	*run = (struct mmlens_page_run){
		.state = MMLENS_STATE_NONE,
		.level = level,
	};
	mmlens_page_forget(reader);
	if (reader->detail & MMLENS_DETAIL_FORECAST) {
		if (level > MMLENS_LEVEL_PTE)
			facts.room = has_room(vma, addr, &end);
		if (look_up(reader, vma, addr, &facts))
			end = min(end, reader->cached.end);
	}
	conclude(reader, &facts, run);
	return end;
}

/**
 * mmlens_page_read_outside() - read what can be said of an address without VMA
 * @reader: what to tell; must tell forecasts
 * @above: the VMA above, or NULL
 * @addr: the page
 * @level: the level of the empty entry
 * @run: all filled but start and pages
 *
 * Context: mm->mmap_lock.
 */
void mmlens_page_read_outside(struct mmlens_page_reader *reader,
			      struct vm_area_struct *above, unsigned long addr,
			      enum mmlens_level level,
			      struct mmlens_page_run *run)
{
	const struct mmlens_outcome nothing = {
		.what = MMLENS_FORECAST_SIGSEGV,
		.or_else = MMLENS_FORECAST_SIGSEGV,
		.why = MMLENS_WHY_NO_VMA,
	};
	struct mmlens_facts facts = { };

	*run = (struct mmlens_page_run){
		.state = MMLENS_STATE_NONE,
		.level = level,
		.verdict = MMLENS_VERDICT_N_A,
		.verdict_why = MMLENS_WHY_NOT_MAPPED,
		.facts = MMLENS_DETAIL_VERDICT,
	};
	if (!above || !(above->vm_flags & VM_GROWSDOWN)) {
		tell_forecast(run, nothing, nothing);
		return;
	}
	mmlens_page_enter(reader, above, true);
	facts.room = level > MMLENS_LEVEL_PTE && IS_ALIGNED(addr, PMD_SIZE) &&
		     above->vm_end - addr >= PMD_SIZE;
	tell_forecast(run, mmlens_foresee_growth(&reader->area, &facts, false),
		      mmlens_foresee_growth(&reader->area, &facts, true));
}

static void read_absent(struct mmlens_page_reader *reader,
			struct vm_area_struct *vma, unsigned long addr,
			const struct mmlens_entry *entry,
			struct mmlens_page_run *run,
			struct mmlens_facts *facts)
{
	struct mmlens_absent absent;

	mmlens_absent_read(entry->pte, &absent);
	run->state = absent.state;
	/* A page in migration is locked: it stays as long as the entry. */
	facts->anon = absent.state == MMLENS_STATE_MIGRATION &&
		      folio_test_anon(page_folio(pfn_to_page(absent.pfn)));
	facts->exclusive = absent.exclusive &&
			   (absent.state == MMLENS_STATE_SWAP || facts->anon);
	facts->uffd = absent.state == MMLENS_STATE_UFFD_MARKER ||
		      mmlens_pte_swp_uffd(entry->pte);
	if (absent.state == MMLENS_STATE_UFFD_MARKER &&
	    reader->detail & MMLENS_DETAIL_FORECAST)
		look_up(reader, vma, addr, facts);
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
	if (facts->exclusive)
		run->flags |= MMLENS_PAGE_FLAG_EXCLUSIVE;
	if (vma->vm_flags & VM_SOFTDIRTY || pte_swp_soft_dirty(entry->pte))
		run->flags |= MMLENS_PAGE_FLAG_SOFT_DIRTY;
	if (facts->uffd)
		run->flags |= MMLENS_PAGE_FLAG_UFFD;
}

/* PROT_NONE by right, by userfaultfd, or to see who comes. */
static bool is_numa_hint(struct vm_area_struct *vma, pte_t pte)
{
	return pte_protnone(pte) && vma_is_accessible(vma) &&
	       !(vma->vm_flags & VM_UFFD_RWP && mmlens_pte_uffd(pte));
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
	if (pte_protnone(pte))
		flags |= MMLENS_PAGE_FLAG_PROTNONE;
	if (is_numa_hint(vma, pte))
		flags |= MMLENS_PAGE_FLAG_NUMA_HINT;
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

/**
 * mmlens_page_folio_flags() - the flags of a folio, by their names in the protocol
 * @folio: the folio
 *
 * Context: The folio is kept, by its mapping, a reference, or its list's lock.
 * Return: the flags.
 */
u32 mmlens_page_folio_flags(struct folio *folio)
{
	unsigned long flags = mmlens_page_flags(&folio->page);
	unsigned int i;
	u32 told = 0;

	for (i = 0; i < ARRAY_SIZE(flag_bits); i++)
		if (flags & flag_bits[i].bit)
			told |= flag_bits[i].flag;
	if (folio_test_swapcache(folio))
		told |= MMLENS_PAGE_FLAG_SWAPCACHE;
	return told;
}

static void read_lru(struct folio *folio, struct mmlens_page_run *run)
{
	struct mmlens_lru_place place;

	mmlens_lru_place(folio, &place);
	run->lru = place.lru;
	run->tier = place.tier;
	run->generation = place.generation;
	run->younger = place.younger;
	run->birth = place.birth;
	run->mlock_count = place.mlock_count;
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

static void read_details(struct mmlens_page_reader *reader, struct page *page,
			 struct mmlens_page_run *run)
{
	struct folio *folio = page_folio(page);

	if (reader->detail & MMLENS_DETAIL_FOLIO) {
		run->flags |= mmlens_page_folio_flags(folio);
		run->order = folio_order(folio);
		run->facts |= MMLENS_DETAIL_FOLIO;
	}
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

/* What the verdict on an anonymous page draws on. */
static void read_anon(struct mmlens_page_reader *reader,
		      const struct mmlens_entry *entry, struct page *page,
		      struct mmlens_facts *facts)
{
	struct folio *folio = page_folio(page);

	facts->anon = true;
	/* A huge page that is mapped as a whole keeps it in its head. */
	facts->exclusive = !folio_test_ksm(folio) &&
			   PageAnonExclusive(facts->whole ? &folio->page :
							    page);
	if (facts->exclusive || !reader->admin ||
	    !(reader->detail & MMLENS_DETAIL_MEANING))
		return;
	facts->counted = true;
	facts->large = folio_test_large(folio);
	facts->listed = folio_test_lru(folio);
	facts->swapcache = folio_test_swapcache(folio);
	facts->refcount = folio_ref_count(folio);
	facts->mapcount = mmlens_page_mapcount(folio, page);
	facts->folio_mapcount = mmlens_folio_mapcount(folio);
	facts->elsewhere = facts->large && mmlens_folio_elsewhere(folio);
}

static void read_page(struct mmlens_page_reader *reader,
		      const struct mmlens_entry *entry, struct page *page,
		      struct mmlens_page_run *run, struct mmlens_facts *facts)
{
	struct folio *folio = page_folio(page);

	if (run->state != MMLENS_STATE_HUGETLB)
		run->state = folio_state(reader, folio);
	if (!folio_is_zone_device(folio) && folio_test_anon(folio))
		read_anon(reader, entry, page, facts);
	if (facts->exclusive && reader->detail & MMLENS_DETAIL_ENTRY)
		run->flags |= MMLENS_PAGE_FLAG_EXCLUSIVE;
	read_details(reader, page, run);
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
		.lru_besides = mmlens_lru_besides(folio,
						  mmlens_page_flags(&folio->page)),
	};
}

/*
 * Keeps the page to compare the next with, unless it changed while it was read:
 * then nobody knows which of its facts were told.
 */
static void remember(struct mmlens_page_reader *reader,
		     const struct mmlens_entry *entry, struct page *page,
		     const struct mmlens_neighbour *before, bool counted)
{
	struct mmlens_neighbour *last = &reader->last;

	*last = look_at(entry, page);
	last->counts = counted || reader->detail & MMLENS_DETAIL_COUNTS;
	last->folio_mask = reader->folio_mask | (counted ? COW_FLAGS : 0);
	last->known = !pte_protnone(entry->pte) &&
		      !(last->counts && folio_test_large(page_folio(page))) &&
		      last->page_flags == before->page_flags &&
		      last->folio_flags == before->folio_flags &&
		      last->mapping == before->mapping &&
		      last->memcg_data == before->memcg_data &&
		      last->mapcount == before->mapcount &&
		      last->refcount == before->refcount &&
		      last->lru_besides == before->lru_besides;
}

/**
 * mmlens_page_read() - read the facts of one page
 * @reader: what to tell; remembers the page for mmlens_page_same()
 * @vma: the VMA it lies in
 * @addr: its address
 * @entry: its entry, not empty
 * @run: all filled but start and pages
 *
 * Context: Under RCU, mm->mmap_lock or the lock of a reverse map, and the lock of
 * the entry, which keeps the folio.
 */
void mmlens_page_read(struct mmlens_page_reader *reader,
		      struct vm_area_struct *vma, unsigned long addr,
		      const struct mmlens_entry *entry,
		      struct mmlens_page_run *run)
{
	struct mmlens_facts facts = { .present = entry->present };
	struct mmlens_neighbour before;
	enum mmlens_state state;
	struct page *page;

	memset(run, 0, sizeof(*run));
	run->level = entry->level;
	mmlens_page_forget(reader);
	if (!entry->present) {
		read_absent(reader, vma, addr, entry, run, &facts);
		conclude(reader, &facts, run);
		return;
	}
	facts.whole = entry->level != MMLENS_LEVEL_PTE;
	facts.write = pte_write(entry->pte);
	facts.uffd = mmlens_pte_uffd(entry->pte);
	facts.numa_hint = is_numa_hint(vma, entry->pte);
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
	if (page) {
		before = look_at(entry, page);
		read_page(reader, entry, page, run, &facts);
		if (entry->level == MMLENS_LEVEL_PTE)
			remember(reader, entry, page, &before, facts.counted);
	}
	conclude(reader, &facts, run);
}

/**
 * mmlens_page_read_frame() - read the facts of a page apart from any entry
 * @reader: what to tell
 * @page: the page
 * @run: all filled but start and pages
 *
 * Context: Any. The folio is kept. Takes RCU, which keeps its cgroup.
 */
void mmlens_page_read_frame(struct mmlens_page_reader *reader,
			    struct page *page, struct mmlens_page_run *run)
{
	struct folio *folio = page_folio(page);

	*run = (struct mmlens_page_run){
		.state = mmlens_folio_hugetlb(folio) ?
			 MMLENS_STATE_HUGETLB : folio_state(reader, folio),
		.pfn = page_to_pfn(page),
		.facts = MMLENS_DETAIL_PFN,
	};
	rcu_read_lock();
	read_details(reader, page, run);
	rcu_read_unlock();
}
