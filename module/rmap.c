// SPDX-License-Identifier: GPL-2.0
/*
 * No reference on the page is kept: it would make the kernel copy the page where
 * it would have reused it. What keeps the reverse map is its own lock, taken
 * while the page is known to be mapped: a VMA must take it to leave, and the
 * anon_vma or the file stays as long as a VMA does.
 *
 * The lock is dropped now and then. To go on, the page is looked up anew, and
 * then the VMA that was the last: VMAs keep their order in the tree. They cannot
 * be found by a key, since most lie at the same place of a file, so those told
 * before are passed one by one. The kernel itself passes all of them, and looks
 * at each, under one lock.
 */
#include <linux/fs.h>
#include <linux/interval_tree_generic.h>
#include <linux/ktime.h>
#include <linux/memory_hotplug.h>
#include <linux/pagemap.h>
#include <linux/pid.h>
#include <linux/rmap.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "compat/mm.h"
#include "compat/rmap.h"
#include "rmap.h"

/* VMAs looked at under one lock, and while somebody waits for it. */
#define BATCH		256
#define BATCH_CONTENDED	32

static inline pgoff_t vma_first(struct vm_area_struct *vma)
{
	return vma->vm_pgoff;
}

static inline pgoff_t vma_last(struct vm_area_struct *vma)
{
	return vma->vm_pgoff + vma_pages(vma) - 1;
}

static inline pgoff_t avc_first(struct anon_vma_chain *avc)
{
	return mmlens_anon_first(avc->vma);
}

static inline pgoff_t avc_last(struct anon_vma_chain *avc)
{
	return mmlens_anon_first(avc->vma) + vma_pages(avc->vma) - 1;
}

/* The kernel's own functions are not exported. */
INTERVAL_TREE_DEFINE(struct vm_area_struct, shared.rb, pgoff_t,
		     shared.rb_subtree_last, vma_first, vma_last,
		     static inline, file_tree)
INTERVAL_TREE_DEFINE(struct anon_vma_chain, rb, pgoff_t, rb_subtree_last,
		     avc_first, avc_last, static inline, anon_tree)

/**
 * struct reverse - a locked reverse map
 * @lock: its lock; NULL if it is not locked
 * @since: when it was locked, in nanoseconds
 * @anon_vma: of an anonymous page
 * @mapping: of a file
 * @index: of the page in it
 * @pfn: the page
 */
struct reverse {
	struct rw_semaphore *lock;
	u64 since;
	struct anon_vma *anon_vma;
	struct address_space *mapping;
	pgoff_t index;
	unsigned long pfn;
};

static bool trylock(struct reverse *reverse, struct rw_semaphore *lock)
{
	if (!down_read_trylock(lock))
		return false;
	reverse->lock = lock;
	reverse->since = ktime_get_ns();
	return true;
}

/*
 * What the lock lies in may be freed as soon as the lock is: by RCU, an anon_vma
 * as well as an inode.
 */
static void unlock(struct reverse *reverse)
{
	rcu_read_lock();
	up_read(reverse->lock);
	rcu_read_unlock();
	reverse->lock = NULL;
}

static bool trylock_anon(struct reverse *reverse, const void *mapping)
{
	reverse->anon_vma = mmlens_anon_vma(mapping);
	/* If it has been freed meanwhile, its root may be another one soon. */
	return trylock(reverse, &READ_ONCE(reverse->anon_vma->root)->rwsem);
}

static bool trylock_file(struct reverse *reverse, struct address_space *mapping)
{
	reverse->mapping = mapping;
	return trylock(reverse, &mapping->i_mmap_rwsem);
}

/* What a look at one entry needs, of the target or of somebody else. */
struct look {
	struct mmlens_cursor cursor;
	struct mmlens_walk walk;
	struct mmlens_mappers *mappers;
	struct reverse *reverse;
	int (*at)(struct look *look, unsigned long addr,
		  const struct mmlens_entry *entry);
	int result;
};

static void enter(struct mmlens_walk *walk)
{
	struct look *look = container_of(walk, struct look, walk);

	/* Of those who map the page, no mmap_lock is held. */
	mmlens_page_enter(&look->mappers->reader, walk->vma, false);
}

static unsigned long hole(struct mmlens_walk *walk, unsigned long addr,
			  unsigned long end, enum mmlens_level level)
{
	return end;
}

static unsigned long leaf(struct mmlens_walk *walk, unsigned long addr,
			  unsigned long end, const struct mmlens_entry *leaf)
{
	struct look *look = container_of(walk, struct look, walk);

	if (leaf->present)
		look->result = look->at(look, addr, leaf);
	return end;
}

static unsigned long table(struct mmlens_walk *walk, unsigned long addr,
			   unsigned long end, pte_t *ptep)
{
	struct mmlens_entry entry = {
		.pte = ptep_get(ptep),
		.level = MMLENS_LEVEL_PTE,
		.present = true,
	};

	if (!pte_present(entry.pte))
		return end;
	entry.pfn = pte_pfn(entry.pte);
	return leaf(walk, addr, end, &entry);
}

static const struct mmlens_walk_ops look_ops = {
	.enter = enter,
	.hole = hole,
	.leaf = leaf,
	.table = table,
};

static bool has_reverse_map(const struct mmlens_page_run *page)
{
	return page->state == MMLENS_STATE_ANON ||
	       page->state == MMLENS_STATE_FILE ||
	       page->state == MMLENS_STATE_SHMEM ||
	       page->state == MMLENS_STATE_HUGETLB;
}

/*
 * Is it the page that was asked for, and does it have a reverse map? A frame
 * alone does not say: it may have been freed, and be another page by now.
 */
static bool accept(struct mmlens_mappers *mappers,
		   const struct mmlens_page_run *page, const void *mapping,
		   const struct reverse *reverse)
{
	if (mappers->found) {
		mappers->changed = page->pfn != mappers->page.pfn ||
				   mapping != mappers->mapping ||
				   reverse->index != mappers->index;
		return !mappers->changed;
	}
	mappers->found = true;
	mappers->page = *page;
	mappers->page.pages = 1;
	mappers->mapping = mapping;
	mappers->index = reverse->index;
	/* Not those of KSM, nor those that a driver or the kernel maps. */
	mappers->unknown = !has_reverse_map(page) ||
			   (!mmlens_mapping_is_anon(mapping) &&
			    !mmlens_mapping_is_file(mapping));
	return !mappers->unknown;
}

/* The entry's lock keeps the page mapped, and so its reverse map. */
static int at_target(struct look *look, unsigned long addr,
		     const struct mmlens_entry *entry)
{
	struct mmlens_mappers *mappers = look->mappers;
	struct vm_area_struct *vma = look->walk.vma;
	struct reverse *reverse = look->reverse;
	pgoff_t offset = (addr - vma->vm_start) >> PAGE_SHIFT;
	const struct address_space *file;
	struct mmlens_page_run page;
	void *mapping = NULL;

	mmlens_page_read(&mappers->reader, vma, addr, entry, &page);
	page.start = addr;
	reverse->pfn = page.pfn;
	file = vma->vm_file ? vma->vm_file->f_mapping : NULL;
	if (has_reverse_map(&page))
		mapping = READ_ONCE(page_folio(pfn_to_page(page.pfn))->mapping);
	reverse->index = mmlens_mapping_is_anon(mapping) ?
			 mmlens_anon_first(vma) + offset : vma->vm_pgoff + offset;
	/* A driver may show pages of another file. */
	if (mmlens_mapping_is_file(mapping) && mapping != file)
		mapping = NULL;
	if (!accept(mappers, &page, mapping, reverse))
		return 0;
	if (mmlens_mapping_is_anon(mapping) ? trylock_anon(reverse, mapping) :
					      trylock_file(reverse, mapping))
		return 0;
	return -EAGAIN;
}

static int lock_by_address(struct mmlens_mappers *mappers,
			   struct reverse *reverse)
{
	struct look look = {
		.walk.cursor = mappers->cursor,
		.walk.ops = &look_ops,
		.mappers = mappers,
		.reverse = reverse,
		.at = at_target,
		.result = -ENOENT,
	};
	int err;

	mappers->cursor->pos = mappers->address;
	mappers->cursor->end = mappers->address + PAGE_SIZE;
	err = mmlens_walk(&look.walk);
	if (!err)
		return look.result;
	if (reverse->lock)
		unlock(reverse);
	return err;
}

/* A reference is held for this moment only. */
static int lock_anon_frame(struct reverse *reverse, struct folio *folio,
			   struct page *page, const void *mapping)
{
	int ret = -EAGAIN;

	rcu_read_lock();
	if (READ_ONCE(folio->mapping) == mapping &&
	    mmlens_page_mapcount(folio, page) &&
	    trylock_anon(reverse, mapping)) {
		/* While it is mapped, nobody takes the anon_vma away. */
		if (READ_ONCE(folio->mapping) == mapping &&
		    mmlens_page_mapcount(folio, page))
			ret = 0;
		else
			unlock(reverse);
	}
	rcu_read_unlock();
	return ret;
}

static int lock_file_frame(struct reverse *reverse, struct folio *folio,
			   struct address_space *mapping)
{
	int ret = -EAGAIN;

	/* Keeps the file from letting the folio go. */
	if (!folio_trylock(folio))
		return -EAGAIN;
	if (folio->mapping == mapping && trylock_file(reverse, mapping)) {
		/* From here on, a VMA in the tree keeps the file. */
		ret = 0;
		if (!file_tree_iter_first(&mapping->i_mmap, reverse->index,
					  reverse->index))
			unlock(reverse);
	}
	folio_unlock(folio);
	return ret;
}

static int lock_folio(struct mmlens_mappers *mappers, struct reverse *reverse,
		      struct folio *folio, struct page *page)
{
	void *mapping = READ_ONCE(folio->mapping);
	struct mmlens_page_run told;

	if (mmlens_page_is_typed(page) || !mmlens_page_mapcount(folio, page))
		return -ENOENT;
	mmlens_page_read_frame(&mappers->reader, page, &told);
	/* Our own reference is none of the page's. */
	told.refcount--;
	reverse->pfn = mappers->frame;
	reverse->index = mmlens_folio_index(folio, page);
	if (!accept(mappers, &told, mapping, reverse))
		return 0;
	return mmlens_mapping_is_anon(mapping) ?
	       lock_anon_frame(reverse, folio, page, mapping) :
	       lock_file_frame(reverse, folio, mapping);
}

static int lock_by_frame(struct mmlens_mappers *mappers,
			 struct reverse *reverse)
{
	struct page *page = pfn_to_online_page(mappers->frame);
	const struct mmlens_page_run zero = {
		.state = MMLENS_STATE_ZERO,
		.pfn = mappers->frame,
		.facts = MMLENS_DETAIL_PFN,
	};
	struct folio *folio;
	int ret = -EAGAIN;

	if (is_zero_pfn(mappers->frame)) {
		accept(mappers, &zero, NULL, reverse);
		return 0;
	}
	if (!page)
		return -ENOENT;
	folio = page_folio(page);
	if (!folio_try_get(folio))
		return -ENOENT;
	if (page_folio(page) == folio)
		ret = lock_folio(mappers, reverse, folio, page);
	folio_put(folio);
	return ret;
}

/* The process, as it is told of. The caller holds a lock that keeps @mm. */
static void read_owner(struct mmlens_mappers *mappers, struct mm_struct *mm,
		       struct mmlens_mapper *mapper)
{
	struct task_struct *owner;

	rcu_read_lock();
	owner = rcu_dereference(mm->owner);
	if (owner) {
		/* 0 while it is being forked: its leader is the parent's then. */
		mapper->pid = task_tgid_nr_ns(owner, mappers->ns);
		strscpy((char *)mapper->comm, owner->comm,
			sizeof(mapper->comm));
	}
	rcu_read_unlock();
}

/* Returns 1 if the mapper finds no room. */
static int at_mapper(struct look *look, unsigned long addr,
		     const struct mmlens_entry *entry)
{
	struct mmlens_mappers *mappers = look->mappers;
	struct mm_struct *mm = look->walk.vma->vm_mm;
	struct mmlens_page_run page;
	struct mmlens_mapper mapper = {
		.cookie = mmlens_mm_cookie(mm),
		.address = addr,
		.mm_users = atomic_read(&mm->mm_users),
		.level = entry->level,
	};

	if (entry->pfn + entry->offset != look->reverse->pfn)
		return 0;
	mmlens_page_read(&mappers->reader, look->walk.vma, addr, entry, &page);
	mapper.flags = page.flags;
	mapper.state = page.state;
	mapper.verdict = page.verdict;
	mapper.verdict_why = page.verdict_why;
	read_owner(mappers, mm, &mapper);
	return !mappers->tell(mappers, &mapper);
}

/* A place in a reverse map. */
struct place {
	struct anon_vma_chain *avc;
	struct vm_area_struct *vma;
};

static bool first_place(const struct reverse *reverse, struct place *place)
{
	if (reverse->mapping) {
		place->vma = file_tree_iter_first(&reverse->mapping->i_mmap,
						  reverse->index,
						  reverse->index);
		return place->vma;
	}
	place->avc = anon_tree_iter_first(&reverse->anon_vma->rb_root,
					  reverse->index, reverse->index);
	place->vma = place->avc ? place->avc->vma : NULL;
	return place->vma;
}

static bool next_place(const struct reverse *reverse, struct place *place)
{
	if (reverse->mapping) {
		place->vma = file_tree_iter_next(place->vma, reverse->index,
						 reverse->index);
		return place->vma;
	}
	place->avc = anon_tree_iter_next(place->avc, reverse->index,
					 reverse->index);
	place->vma = place->avc ? place->avc->vma : NULL;
	return place->vma;
}

/* Behind the place that was the last: false if there is none. */
static bool resume_place(const struct mmlens_mappers *mappers,
			 const struct reverse *reverse, struct place *place)
{
	unsigned long count = mappers->told;
	bool more = first_place(reverse, place);

	if (!mappers->last)
		return more;
	for (; more; more = next_place(reverse, place))
		if (place->vma == mappers->last)
			return next_place(reverse, place);
	/* It has left: as many are passed as were told. */
	for (more = first_place(reverse, place); more && count; count--)
		more = next_place(reverse, place);
	return more;
}

static int look_at(struct mmlens_mappers *mappers, struct reverse *reverse,
		   struct vm_area_struct *vma)
{
	struct look look = {
		.walk.cursor = &look.cursor,
		.walk.ops = &look_ops,
		.mappers = mappers,
		.reverse = reverse,
		.at = at_mapper,
	};
	pgoff_t first = reverse->mapping ? vma->vm_pgoff :
					   mmlens_anon_first(vma);

	mmlens_walk_page(&look.walk, vma, vma->vm_start +
			 ((reverse->index - first) << PAGE_SHIFT));
	return look.result;
}

/* Returns true when no more can be taken. */
static bool tell_batch(struct mmlens_mappers *mappers, struct reverse *reverse)
{
	struct place place;
	int left = BATCH;
	bool more;

	for (more = resume_place(mappers, reverse, &place); more && left;
	     more = next_place(reverse, &place)) {
		if (left <= BATCH - BATCH_CONTENDED &&
		    rwsem_is_contended(reverse->lock))
			return false;
		if (look_at(mappers, reverse, place.vma))
			return true;
		mappers->last = place.vma;
		mappers->told++;
		left--;
	}
	mappers->ended = !more;
	return false;
}

/* Locks the reverse map of the page, unless it has none or it changed. */
static int lock(struct mmlens_mappers *mappers, struct reverse *reverse)
{
	int err;

	do {
		*reverse = (struct reverse){ };
		err = mappers->cursor->mm ? lock_by_address(mappers, reverse) :
					   lock_by_frame(mappers, reverse);
		if (err == -EAGAIN)
			err = mmlens_wait(mappers->cursor) ?: -EAGAIN;
	} while (err == -EAGAIN);
	if (err == -ENOENT && mappers->found) {
		mappers->changed = true;
		err = 0;
	}
	/* What else changed in the target is of no matter. */
	mappers->cursor->changed = mappers->changed;
	return err;
}

/**
 * mmlens_mappers_read() - tell mappers on, until the end or no more are taken
 * @mappers: goes on where it stopped
 *
 * While mappers come, go or change, one may be told or not, or twice.
 *
 * Context: Process context, no locks held. May sleep. Takes mm->mmap_lock of the
 * target for read for a moment, and the lock of the reverse map, for read, to
 * pass the VMAs told before and look at BATCH more.
 * Return: 0, -ENOENT if there is no page, -EBUSY if a lock was not to be had for
 * MMLENS_PATIENCE, or what mmlens_walk() returns.
 */
int mmlens_mappers_read(struct mmlens_mappers *mappers)
{
	struct reverse reverse;
	bool full = false;
	int err = 0;

	/* Who holds a folio or a reverse map may be waiting for a disk. */
	mmlens_cursor_hurry(mappers->cursor);
	while (!err && !full && !mappers->ended) {
		err = lock(mappers, &reverse);
		if (err)
			break;
		if (!reverse.lock) {
			mappers->ended = true;
			break;
		}
		full = tell_batch(mappers, &reverse);
		mmlens_stall_add(&mappers->cursor->stall,
				 ktime_get_ns() - reverse.since);
		unlock(&reverse);
		cond_resched();
		if (fatal_signal_pending(current))
			err = -EINTR;
	}
	return err;
}
