// SPDX-License-Identifier: GPL-2.0
/*
 * A probe on handle_mm_fault() sees the entry of the address before and after,
 * and both say together what was done. It is there only while somebody watches.
 *
 * A fault may be tried more than once: what handle_mm_fault() wants to have
 * repeated is kept by task until the task comes again for the same page. If it
 * comes for another one, or not at all, the fault was abandoned: the kernel does
 * not count it either.
 *
 * The handlers run with preemption off, in the task that faults. They do not
 * sleep, touch no user memory, and follow no pointer of the VMA once the fault
 * has been handled: its lock may have been dropped.
 */
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <trace/events/signal.h>

#include "area.h"
#include "clock.h"
#include "compat/arch.h"
#include "compat/fault.h"
#include "compat/trace.h"
#include "fault.h"
#include "fault_tell.h"
#include "glance.h"
#include "hook.h"
#include "share.h"
#include "watch.h"

/* A fault may sleep: so many can be under way at once, on each processor. */
#define INSTANCES_PER_CPU	64
#define INSTANCES_LEAST		1024
#define INSTANCES_MOST		8192

/* A user's may be one of so many parts: others can still be seen then. */
#define PARTS			4

/* Who fell asleep under earlier watches still has a place, and is not told. */
static u32 session;
static u32 share;

/* Tasks whose fault is to be repeated, in buckets. */
#define BUCKET_BITS		6
#define BUCKET_SIZE		16

/**
 * struct chain - a fault that is to be repeated
 * @task: by whom; NULL for an empty place
 * @since: when it was kept
 * @answered: it is over, and its signal has still to come
 * @fault: the fault
 */
struct chain {
	const struct task_struct *task;
	u64 since;
	bool answered;
	struct mmlens_fault fault;
};

/*
 * A signal is told with the lock of its receivers held, which interrupts take,
 * too: interrupts are off for the lock of a bucket.
 */
struct bucket {
	raw_spinlock_t lock;	/* of its chains */
	struct chain chain[BUCKET_SIZE];
};

static struct bucket *buckets;
static atomic_t chains = ATOMIC_INIT(0);
static atomic64_t abandoned = ATOMIC64_INIT(0);
static char __percpu *paths;

static struct bucket *bucket_of(const struct task_struct *task)
{
	return &buckets[hash_ptr(task, BUCKET_BITS)];
}

/* Keeps a fault until its task comes again. */
static void keep(const struct mmlens_fault *fault, bool answered)
{
	struct bucket *bucket = bucket_of(current);
	struct chain *chain, *oldest = &bucket->chain[0];
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&bucket->lock, flags);
	for (i = 0; i < BUCKET_SIZE; i++) {
		chain = &bucket->chain[i];
		if (!chain->task || chain->task == current) {
			oldest = chain;
			break;
		}
		if (chain->since < oldest->since)
			oldest = chain;
	}
	/* Of tasks that never came again there is one left at times. */
	if (!oldest->task)
		atomic_inc(&chains);
	else if (!oldest->answered)
		atomic64_inc(&abandoned);
	oldest->task = current;
	oldest->since = fault->began;
	oldest->answered = answered;
	oldest->fault = *fault;
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
}

enum kept {
	KEPT_NOTHING,
	KEPT_RETRY,
	KEPT_ANSWERED,
};

/* What was kept of the calling task, which is forgotten. */
static enum kept take(struct mmlens_fault *fault)
{
	struct bucket *bucket = bucket_of(current);
	enum kept kept = KEPT_NOTHING;
	unsigned long flags;
	unsigned int i;

	if (!atomic_read(&chains))
		return KEPT_NOTHING;
	raw_spin_lock_irqsave(&bucket->lock, flags);
	for (i = 0; i < BUCKET_SIZE; i++) {
		struct chain *chain = &bucket->chain[i];

		if (chain->task != current)
			continue;
		kept = chain->answered ? KEPT_ANSWERED : KEPT_RETRY;
		*fault = chain->fault;
		chain->task = NULL;
		atomic_dec(&chains);
		break;
	}
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	return kept;
}

static bool is_here(const struct mm_struct *mm)
{
	struct mmlens_watched *watched;
	struct mmlens_watch *watch;

	mmlens_for_each_watched_mm(watched, mm)
		return true;
	mmlens_for_each_wide(watch)
		if (mmlens_watch_is_wide(watch))
			return true;
	return false;
}

static bool is_elsewhere(void)
{
	struct mmlens_watched *watched;

	mmlens_for_each_watched_tgid(watched, task_tgid(current))
		return true;
	return false;
}

static enum mmlens_access access_of(unsigned int flags)
{
	if (flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE))
		return MMLENS_ACCESS_WRITE;
	return flags & FAULT_FLAG_INSTRUCTION ? MMLENS_ACCESS_EXEC :
						MMLENS_ACCESS_READ;
}

static enum mmlens_origin origin_of(const struct mm_struct *mm,
				    unsigned int flags, bool has_regs)
{
	/* One's own by way of /proc/self/mem is not. */
	if (current->mm != mm)
		return MMLENS_ORIGIN_REMOTE;
	if (flags & FAULT_FLAG_USER)
		return MMLENS_ORIGIN_USER;
	return has_regs ? MMLENS_ORIGIN_KERNEL : MMLENS_ORIGIN_GUP;
}

static void name_vma_for(struct mmlens_watch *watch, const struct mmlens_fault *fault,
			 struct vm_area_struct *vma)
{
	char *path = this_cpu_ptr(paths);

	if (!mmlens_fault_is_wanted(watch, fault))
		return;
	/* A path is told as who asks for it would see it, and that is us. */
	if (!watch->admin && current->mm != fault->mm)
		path = NULL;
	mmlens_tally_vma(watch->tally, vma, fault->vma, path);
}

/* All watches learn what the VMA is called, as long as it can be asked. */
static void name_vma(struct vm_area_struct *vma, struct mmlens_fault *fault)
{
	struct mmlens_watched *watched;
	struct mmlens_watch *watch;

	fault->vma = mmlens_tally_vma_key(vma);
	mmlens_for_each_watched_mm(watched, fault->mm)
		name_vma_for(watched->watch, fault, vma);
	mmlens_for_each_wide(watch)
		if (mmlens_watch_is_wide(watch))
			name_vma_for(watch, fault, vma);
}

/* What comes from a page cache or from swap may bring its neighbours. */
static bool may_map_more(const struct mmlens_fault *fault)
{
	return !fault->before.present &&
	       (fault->area.backing != MMLENS_BACKING_ANON ||
		fault->before.state != MMLENS_STATE_NONE);
}

static void begin(struct mmlens_fault *fault, struct vm_area_struct *vma,
		  unsigned long address, unsigned int flags, bool has_regs,
		  bool here)
{
	*fault = (struct mmlens_fault){
		.mm = vma->vm_mm,
		.address = address,
		.access = access_of(flags),
		.elsewhere = !here,
	};
	if (!here)
		return;
	fault->write = fault->access == MMLENS_ACCESS_WRITE;
	fault->origin = origin_of(vma->vm_mm, flags, has_regs);
	mmlens_area_read(vma, &fault->area, true);
	/* The lock of a VMA is not enough to make one. */
	fault->unready = fault->write && fault->area.cow && !vma->anon_vma;
	mmlens_glance(fault->mm, address, &fault->area, &fault->before);
	if (may_map_more(fault))
		fault->around = mmlens_glance_around(fault->mm, address);
	name_vma(vma, fault);
}

/*
 * Is it the next try of a fault? Who was interrupted by a signal may come for
 * the same page, too, and begins anew.
 */
static bool goes_on(const struct mmlens_fault *fault, const struct mm_struct *mm,
		    unsigned long address, unsigned int flags)
{
	return fault->mm == mm && (fault->address ^ address) < PAGE_SIZE &&
	       (flags & FAULT_FLAG_TRIED ||
		(fault->flags & MMLENS_FAULT_VMA_LOCK &&
		 !(flags & MMLENS_FAULT_VMA_LOCK)));
}

/* Returns false if nobody watches, or its user has too many under way. */
static bool see_begin(struct mmlens_fault *fault, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)regs_get_kernel_argument(regs, 0);
	unsigned long address = regs_get_kernel_argument(regs, 1);
	unsigned int flags = regs_get_kernel_argument(regs, 2);
	bool here = is_here(vma->vm_mm), next = false;
	u16 account;

	if (!here && !is_elsewhere())
		return false;
	if (take(fault) == KEPT_RETRY) {
		next = goes_on(fault, vma->vm_mm, address, flags);
		if (!next)
			atomic64_inc(&abandoned);
	}
	if (!mmlens_share_take(share, &account)) {
		mmlens_fault_tell_missed(vma->vm_mm, address);
		return false;
	}
	if (next) {
		fault->retries++;
	} else {
		begin(fault, vma, address, flags,
		      regs_get_kernel_argument(regs, 3), here);
		fault->began = ktime_get_mono_fast_ns();
	}
	fault->account = account;
	fault->session = session;
	fault->flags = flags;
	fault->vma_lock |= flags & MMLENS_FAULT_VMA_LOCK;
	return true;
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

/* Pages that are mapped now and were not before. */
static u32 count_pages(const struct mmlens_fault *fault)
{
	const struct mmlens_glance *after = &fault->after;

	if (!after->present || fault->before.present)
		return 0;
	if (after->level == MMLENS_LEVEL_PMD)
		return PTRS_PER_PMD;
	if (after->level == MMLENS_LEVEL_PUD)
		return PTRS_PER_PMD * PTRS_PER_PUD;
	if (may_map_more(fault))
		return hweight64(mmlens_glance_around(fault->mm, fault->address) &
				 ~fault->around);
	/* A new large folio is mapped at once. */
	return after->state == MMLENS_STATE_ANON ? mmlens_glance_size(after) : 1;
}

static enum mmlens_fault_end end_of(vm_fault_t result)
{
	if (result & VM_FAULT_SIGSEGV)
		return MMLENS_FAULT_SIGSEGV;
	if (result & (VM_FAULT_SIGBUS | VM_FAULT_HWPOISON |
		      VM_FAULT_HWPOISON_LARGE))
		return MMLENS_FAULT_SIGBUS;
	return result & VM_FAULT_ERROR ? MMLENS_FAULT_FAILED :
					 MMLENS_FAULT_DONE;
}

/*
 * Of an address space that is not ours, the tables are ours to look at only as
 * long as the caller of handle_mm_fault() holds its lock (see glance.c). It is
 * let go when a write to a shared file may have to wait for dirty pages to be
 * written; what is there then is known without a look, but for how much of a
 * large folio was mapped: one page is told.
 */
static void see_after(struct mmlens_fault *fault)
{
	if (fault->mm == current->mm ||
	    !(fault->result & VM_FAULT_COMPLETED)) {
		mmlens_glance(fault->mm, fault->address, &fault->area,
			      &fault->after);
		fault->pages = count_pages(fault);
		return;
	}
	fault->after = (struct mmlens_glance){
		.present = true,
		.write = true,
		.state = MMLENS_STATE_FILE,
		.level = MMLENS_LEVEL_PTE,
		.pfn = fault->before.pfn,
	};
	fault->pages = !fault->before.present;
}

static void conclude(struct mmlens_fault *fault)
{
	struct mmlens_traces traces;

	see_after(fault);
	traces = (struct mmlens_traces){
		.before = fault->before,
		.after = fault->after,
		.end = fault->end,
		.write = fault->write,
		.major = fault->major,
		.asked = fault->asked,
	};
	fault->class = mmlens_classify(&fault->area, &traces);
}

static void see_end(struct mmlens_fault *fault)
{
	if (fault->result & VM_FAULT_RETRY) {
		if (!(fault->result & VM_FAULT_MAJOR) &&
		    !(fault->unready && fault->flags & MMLENS_FAULT_VMA_LOCK))
			fault->asked = true;
		keep(fault, false);
		return;
	}
	/* As mm_account_fault() has it. */
	fault->major = fault->result & VM_FAULT_MAJOR ||
		       fault->flags & FAULT_FLAG_TRIED;
	fault->end = end_of(fault->result);
	mmlens_fault_tell_elsewhere(fault);
	if (fault->elsewhere)
		return;
	conclude(fault);
	mmlens_fault_tell(fault);
	/* Who wants the page for others gets an error, and no signal. */
	if (fault->end == MMLENS_FAULT_SIGSEGV &&
	    fault->origin == MMLENS_ORIGIN_USER)
		keep(fault, true);
}

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct mmlens_fault *fault = (void *)instance->data;

	fault->latency = mmlens_since(fault->began);
	fault->result = (__force vm_fault_t)regs_return_value(regs);
	rcu_read_lock();
	if (mmlens_hook_live(&hook) && fault->session == READ_ONCE(session))
		see_end(fault);
	rcu_read_unlock();
	/* Also of who was killed in its sleep: it returns like any other. */
	mmlens_share_give(fault->account);
	return 0;
}

static bool is_of_access(const struct kernel_siginfo *info)
{
	return info > SEND_SIG_PRIV && info->si_code > 0 &&
	       info->si_code != SI_KERNEL;
}

static void tell_signal(const struct kernel_siginfo *info)
{
	struct mmlens_fault fault;
	enum kept kept;

	if (!is_here(current->mm))
		return;
	kept = take(&fault);
	if (kept == KEPT_ANSWERED)
		return;
	if (kept == KEPT_RETRY)
		atomic64_inc(&abandoned);
	fault = (struct mmlens_fault){
		.began = ktime_get_mono_fast_ns(),
		.mm = current->mm,
		.address = (unsigned long)info->si_addr,
		.access = mmlens_arch_access(current),
		.origin = MMLENS_ORIGIN_SIGNAL,
		.result = (__force vm_fault_t)info->si_code,
		.end = MMLENS_FAULT_SIGSEGV,
		.class = MMLENS_FORECAST_SIGSEGV,
	};
	mmlens_fault_tell(&fault);
}

/*
 * What lies outside all VMAs, or is not permitted by its VMA, is answered
 * without handle_mm_fault().
 */
static void on_signal(void *data, int sig, struct kernel_siginfo *info,
		      struct task_struct *task, int group, int result)
{
	if (sig != SIGSEGV || task != current || !task->mm ||
	    !is_of_access(info))
		return;
	/* A function at a tracepoint is no reader under RCU on 7.x. */
	rcu_read_lock();
	tell_signal(info);
	rcu_read_unlock();
}

static struct mmlens_hook hook = {
	.probe.entry_handler = on_entry,
	.probe.handler = on_return,
	.probe.data_size = sizeof(struct mmlens_fault),
	.in_use = mmlens_share_any,
};

MMLENS_DEFINE_TRACE(signal_trace, signal_generate, on_signal);

static u64 missed_before;	/* by probes of earlier watches */

static int make_room(void)
{
	unsigned int i;

	buckets = kvcalloc(1 << BUCKET_BITS, sizeof(*buckets), GFP_KERNEL);
	paths = __alloc_percpu(PAGE_SIZE, sizeof(long));
	if (!buckets || !paths)
		return -ENOMEM;
	for (i = 0; i < 1 << BUCKET_BITS; i++)
		raw_spin_lock_init(&buckets[i].lock);
	atomic_set(&chains, 0);
	return 0;
}

static void free_room(void)
{
	kvfree(buckets);
	free_percpu(paths);
	buckets = NULL;
	paths = NULL;
}

/**
 * mmlens_fault_attach() - begin to see faults
 *
 * Context: Process context. May sleep. Serialized by the caller.
 * Return: 0; -EOPNOTSUPP if this kernel cannot be probed there; -ENOMEM.
 */
int mmlens_fault_attach(void)
{
	int err = make_room();

	if (err)
		goto out_free;
	hook.probe.maxactive = clamp_t(int,
				       INSTANCES_PER_CPU * num_possible_cpus(),
				       INSTANCES_LEAST, INSTANCES_MOST);
	share = hook.probe.maxactive / PARTS;
	WRITE_ONCE(session, session + 1);
	err = mmlens_trace_attach(&signal_trace);
	if (err)
		goto out_free;
	err = mmlens_hook_attach(&hook, "handle_mm_fault");
	if (!err)
		return 0;
	mmlens_trace_detach(&signal_trace);
	tracepoint_synchronize_unregister();
out_free:
	free_room();
	return err;
}

/**
 * mmlens_fault_detach() - see no faults any more
 *
 * Faults that are under way end without being told.
 *
 * Context: Process context. May sleep. Serialized by the caller.
 */
void mmlens_fault_detach(void)
{
	mmlens_hook_detach(&hook);
	mmlens_trace_detach(&signal_trace);
	tracepoint_synchronize_unregister();
	missed_before = mmlens_fault_missed();
	hook.probe.nmissed = 0;
	hook.probe.kp.nmissed = 0;
	free_room();
}

/**
 * mmlens_fault_exit() - have no probe left, whoever sleeps
 *
 * Context: Process context. May sleep. As the module goes; after
 * mmlens_fault_detach().
 */
void mmlens_fault_exit(void)
{
	mmlens_hook_exit(&hook);
}

/**
 * mmlens_fault_missed() - faults for which there was no room, since load
 *
 * Context: As mmlens_fault_attach(), under the same lock.
 * Return: their number.
 */
u64 mmlens_fault_missed(void)
{
	return missed_before + hook.probe.nmissed + hook.probe.kp.nmissed;
}

/**
 * mmlens_fault_abandoned() - faults that were to be repeated and were not
 *
 * Context: Any.
 * Return: their number, since load.
 */
u64 mmlens_fault_abandoned(void)
{
	return atomic64_read(&abandoned);
}
