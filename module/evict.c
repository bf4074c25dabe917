// SPDX-License-Identifier: GPL-2.0
/*
 * A probe on try_to_unmap_one(), which takes a folio out of the page tables of
 * one VMA. What it returns says whether to go on, not what it did: so the tables
 * are looked at before and after. Who migrates or splits anonymous pages calls
 * another function, and takes nothing away.
 *
 * Reclaim is who calls it most. Memory errors and the collapse, split and
 * truncation of files come this way, too: they are told, as somebody else's.
 * Pages of hugetlb are never reclaimed.
 *
 * The handlers run with preemption off, in who takes the pages. The lock of the
 * reverse map that led to the VMA keeps this and its address space; the lock of
 * the folio keeps others from mapping it meanwhile.
 */
#include <linux/bitmap.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "compat/entry.h"
#include "compat/mm.h"
#include "evict.h"
#include "glance.h"
#include "hook.h"
#include "reclaim.h"
#include "send.h"
#include "watch.h"

/* Reclaim does not sleep in there for long. */
#define INSTANCES_PER_CPU	16
#define INSTANCES_LEAST		64

/**
 * struct eviction - a folio that is being taken out of a VMA
 * @vma: the VMA
 * @address: where it is mapped from
 * @pages: how many pages there may be of it
 * @pfn: its first frame
 * @frames: its frames
 * @state: what it is
 * @level: of its first entry, before
 * @mapped: which of the pages map it, before; then, which do not any more
 */
struct eviction {
	struct vm_area_struct *vma;
	unsigned long address;
	unsigned int pages;
	unsigned long pfn;
	unsigned long frames;
	enum mmlens_state state;
	enum mmlens_level level;
	DECLARE_BITMAP(mapped, MMLENS_GLANCE_FOLIO);
};

/**
 * struct stretch - neighbouring pages that were lost
 * @first: the first of them, counted from where the folio is mapped
 * @pages: how many
 * @absent: what the entry of the first is now
 */
struct stretch {
	unsigned int first;
	unsigned int pages;
	struct mmlens_absent absent;
};

static char __percpu *paths;

static u64 missed_before;

static bool wants(const struct mmlens_watch *watch)
{
	return watch->wish.kinds & MMLENS_WATCH_KIND_EVICTION;
}

/* Has who owns the address space to do with the watch? */
static bool is_covered(const struct mmlens_watch *watch, struct mm_struct *mm,
		       struct task_struct **owner)
{
	*owner = rcu_dereference(mm->owner);
	if (!*owner)
		return watch->wish.everything;
	return mmlens_watch_covers(watch, *owner);
}

static bool is_wanted(struct mm_struct *mm)
{
	struct mmlens_watched *watched;
	struct mmlens_watch *watch;
	struct task_struct *owner;

	mmlens_for_each_watched_mm(watched, mm)
		if (wants(watched->watch))
			return true;
	mmlens_for_each_wide(watch)
		if (wants(watch) && is_covered(watch, mm, &owner))
			return true;
	return false;
}

static enum mmlens_state state_of(struct folio *folio)
{
	if (folio_test_anon(folio))
		return MMLENS_STATE_ANON;
	return folio_test_swapbacked(folio) ? MMLENS_STATE_SHMEM :
					      MMLENS_STATE_FILE;
}

/* Returns false if nobody watches, or nothing is mapped. */
static bool see_begin(struct eviction *eviction, struct pt_regs *regs)
{
	struct folio *folio = (void *)regs_get_kernel_argument(regs, 0);
	struct vm_area_struct *vma = (void *)regs_get_kernel_argument(regs, 1);
	unsigned long address = regs_get_kernel_argument(regs, 2);

	if (!is_wanted(vma->vm_mm) || folio_test_hugetlb(folio))
		return false;
	eviction->vma = vma;
	eviction->address = address;
	eviction->pfn = folio_pfn(folio);
	eviction->frames = folio_nr_pages(folio);
	eviction->pages = min3(eviction->frames,
			       (vma->vm_end - address) >> PAGE_SHIFT,
			       (unsigned long)MMLENS_GLANCE_FOLIO);
	eviction->state = state_of(folio);
	eviction->level = mmlens_glance_folio(vma->vm_mm, address,
					      eviction->pages, eviction->pfn,
					      eviction->frames,
					      eviction->mapped);
	return !bitmap_empty(eviction->mapped, eviction->pages);
}

static struct mmlens_hook hook;

static int on_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	bool seen;

	/* That preemption is off is as good, but not in the eyes of lockdep. */
	rcu_read_lock();
	seen = mmlens_hook_live(&hook) &&
	       see_begin((void *)instance->data, regs);
	rcu_read_unlock();
	return !seen;
}

/*
 * What the VMA is called is asked once. A name that the process gave to anonymous
 * memory may be freed now: the lock of a reverse map does not keep it.
 */
static u32 row_of(struct mmlens_watch *watch, struct vm_area_struct *vma)
{
	u64 key = mmlens_tally_vma_key(vma);
	char *path = vma->vm_file ? this_cpu_ptr(paths) : NULL;

	return mmlens_tally_find_vma(watch->tally, key) ?:
	       mmlens_tally_vma(watch->tally, vma, key, path);
}

static void send(struct mmlens_watch *watch, const struct eviction *eviction,
		 const struct stretch *stretch, u32 pid)
{
	unsigned long address = eviction->address + stretch->first * PAGE_SIZE;
	struct mmlens_record record = { .kind = MMLENS_RECORD_EVICTION };

	if (address >= watch->wish.end ||
	    address + stretch->pages * PAGE_SIZE <= watch->wish.start)
		return;
	record.eviction = (struct mmlens_eviction_event){
		.time = ktime_get_mono_fast_ns(),
		.address = address,
		.cookie = mmlens_mm_cookie(eviction->vma->vm_mm),
		.vma = row_of(watch, eviction->vma),
		.pages = stretch->pages,
		.pid = pid,
		.by_pid = task_tgid_nr_ns(current, watch->pids),
		.state = eviction->state,
		.evictor = mmlens_reclaim_evictor(),
		.level = eviction->level,
	};
	if (stretch->absent.state == MMLENS_STATE_SWAP) {
		record.eviction.swapped = 1;
		record.eviction.swap_type = stretch->absent.swap_type;
		record.eviction.swap_offset = stretch->absent.swap_offset;
	}
	memcpy(record.eviction.by_comm, current->comm,
	       sizeof(record.eviction.by_comm));
	mmlens_send(watch, &record);
}

static void tell(const struct eviction *eviction, const struct stretch *stretch)
{
	struct mm_struct *mm = eviction->vma->vm_mm;
	struct mmlens_watched *watched;
	struct mmlens_watch *watch;
	struct task_struct *owner;

	mmlens_for_each_watched_mm(watched, mm)
		if (wants(watched->watch))
			send(watched->watch, eviction, stretch,
			     pid_nr_ns(watched->tgid, watched->watch->pids));
	mmlens_for_each_wide(watch)
		if (wants(watch) && is_covered(watch, mm, &owner))
			send(watch, eviction, stretch,
			     owner ? task_tgid_nr_ns(owner, watch->pids) : 0);
}

/* Slots of a folio stand in a row as its pages do. */
static void read_stretch(const struct eviction *eviction,
			 struct stretch *stretch)
{
	pte_t entry = mmlens_glance_entry(eviction->vma->vm_mm,
					  eviction->address +
					  stretch->first * PAGE_SIZE);

	stretch->absent = (struct mmlens_absent){ };
	if (!pte_none(entry) && !pte_present(entry))
		mmlens_absent_read(entry, &stretch->absent);
}

static void see_end(struct eviction *eviction)
{
	DECLARE_BITMAP(left, MMLENS_GLANCE_FOLIO);
	struct stretch stretch;
	unsigned int end;

	mmlens_glance_folio(eviction->vma->vm_mm, eviction->address,
			    eviction->pages, eviction->pfn, eviction->frames,
			    left);
	bitmap_andnot(eviction->mapped, eviction->mapped, left,
		      eviction->pages);
	for_each_set_bitrange(stretch.first, end, eviction->mapped,
			      eviction->pages) {
		stretch.pages = end - stretch.first;
		read_stretch(eviction, &stretch);
		tell(eviction, &stretch);
	}
}

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	rcu_read_lock();
	if (mmlens_hook_live(&hook))
		see_end((void *)instance->data);
	rcu_read_unlock();
	return 0;
}

static struct mmlens_hook hook = {
	.probe.entry_handler = on_entry,
	.probe.handler = on_return,
	.probe.data_size = sizeof(struct eviction),
};

/**
 * mmlens_evict_missed() - calls that there was no room for
 *
 * Context: Any.
 * Return: their number, since the module was loaded.
 */
u64 mmlens_evict_missed(void)
{
	return missed_before + hook.probe.nmissed + hook.probe.kp.nmissed;
}

/**
 * mmlens_evict_attach() - begin to see evictions
 *
 * Context: Process context. May sleep. Serialized by the caller. After
 * mmlens_mark_attach().
 * Return: 0; -EOPNOTSUPP if this kernel cannot be probed there; -ENOMEM.
 */
int mmlens_evict_attach(void)
{
	int err;

	paths = __alloc_percpu(PAGE_SIZE, sizeof(long));
	if (!paths)
		return -ENOMEM;
	hook.probe.maxactive = max_t(int,
				     INSTANCES_PER_CPU * num_possible_cpus(),
				     INSTANCES_LEAST);
	err = mmlens_hook_attach(&hook, "try_to_unmap_one");
	if (err)
		free_percpu(paths);
	return err;
}

/**
 * mmlens_evict_detach() - see them no more
 *
 * Context: Process context. May sleep. Serialized by the caller.
 */
void mmlens_evict_detach(void)
{
	mmlens_hook_detach(&hook);
	missed_before = mmlens_evict_missed();
	hook.probe.nmissed = 0;
	hook.probe.kp.nmissed = 0;
	free_percpu(paths);
}
