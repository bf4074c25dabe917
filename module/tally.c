// SPDX-License-Identifier: GPL-2.0
/*
 * Everything is counted by whoever faults, on any processor at once: rows are
 * taken by their key, once and for all, and then only added to.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "compat/mm.h"
#include "tally.h"
#include "vma.h"

/* Rows that are looked at for a key before it is given up. */
#define PROBES	16

/**
 * mmlens_tally_new() - make room for counts
 *
 * A user at the limit of the own cgroup is told by an error; the kernel's log,
 * which vmalloc() would tell at each try, is for others.
 *
 * Context: Process context. May sleep.
 * Return: counts, all zero; NULL without memory.
 */
struct mmlens_tally *mmlens_tally_new(void)
{
	return __vmalloc(sizeof(struct mmlens_tally),
			 GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
}

/**
 * mmlens_tally_free() - give the room back
 * @tally: the counts
 *
 * Context: Process context. May sleep.
 */
void mmlens_tally_free(struct mmlens_tally *tally)
{
	vfree(tally);
}

/* The bucket of a latency: the position of its first bit, and the two below. */
static unsigned int bucket_of(u64 ns)
{
	unsigned int order;

	if (ns < 1ULL << MMLENS_LATENCY_FIRST)
		return 0;
	order = ilog2(ns);
	if (order >= MMLENS_LATENCY_LAST)
		return MMLENS_LATENCY_BUCKETS - 1;
	return 1 + 4 * (order - MMLENS_LATENCY_FIRST) +
	       (ns >> (order - 2) & 3);
}

/**
 * mmlens_latency_from() - where a bucket of latencies begins
 * @bucket: the bucket
 *
 * Context: Any.
 * Return: nanoseconds.
 */
u64 mmlens_latency_from(unsigned int bucket)
{
	unsigned int order = MMLENS_LATENCY_FIRST + (bucket - 1) / 4;

	if (!bucket)
		return 0;
	return (4 + (bucket - 1) % 4) * (1ULL << (order - 2));
}

static void raise(atomic64_t *most, u64 value)
{
	s64 old = atomic64_read(most);

	while ((u64)old < value && !atomic64_try_cmpxchg(most, &old, value))
		;
}

static void add_cost(struct mmlens_cost *cost, u64 latency)
{
	atomic64_inc(&cost->count);
	atomic64_add(latency, &cost->total);
	raise(&cost->longest, latency);
}

/* 0 is nobody's key. */
static u64 no_zero(u64 key)
{
	return key ?: 1;
}

/**
 * mmlens_tally_vma_key() - what tells a VMA from others
 * @vma: the VMA
 *
 * Context: The VMA is kept by a lock.
 * Return: a number that is never 0.
 */
u64 mmlens_tally_vma_key(struct vm_area_struct *vma)
{
	u64 key = mmlens_mm_cookie(vma->vm_mm);

	/* A stack grows at its start. */
	key = hash_64(key, 64) ^ (vma->vm_flags & VM_GROWSDOWN ? vma->vm_end :
				  vma->vm_start);
	if (vma->vm_file) {
		key = hash_64(key, 64) ^ file_inode(vma->vm_file)->i_ino;
		key = hash_64(key, 64) ^ vma->vm_pgoff;
	}
	return no_zero(hash_64(key, 64));
}

/**
 * mmlens_tally_find_vma() - the row of a VMA that was seen before
 * @tally: the counts
 * @key: its key
 *
 * Context: Any.
 * Return: its number, counted from 1; 0 for none.
 */
u32 mmlens_tally_find_vma(struct mmlens_tally *tally, u64 key)
{
	u32 i, at = hash_64(key, ilog2(MMLENS_TALLY_VMAS));

	for (i = 0; i < PROBES; i++) {
		u32 n = (at + i) % MMLENS_TALLY_VMAS;
		u64 found = atomic64_read(&tally->vma[n].key);

		if (found == key)
			return n + 1;
		if (!found)
			return 0;
	}
	return 0;
}

/* The end of a name tells more than its start. */
static void keep_name(char *to, size_t room, const char *name)
{
	size_t length = name ? strlen(name) : 0;

	if (length < room)
		strscpy(to, name ?: "", room);
	else
		snprintf(to, room, "...%s", name + length - (room - 4));
}

/**
 * mmlens_tally_vma() - the row of a VMA, made if it is new
 * @tally: the counts
 * @vma: the VMA
 * @key: what mmlens_tally_vma_key() returned
 * @path: room of PAGE_SIZE; NULL if it is not to be named
 *
 * Context: The VMA is kept, by mm->mmap_lock or its own lock; or, if it has a
 * file or is not to be named, by the lock of a reverse map. Does not sleep.
 * Return: its number, counted from 1; 0 if there is no room.
 */
u32 mmlens_tally_vma(struct mmlens_tally *tally, struct vm_area_struct *vma,
		     u64 key, char *path)
{
	u32 i, at = hash_64(key, ilog2(MMLENS_TALLY_VMAS));

	for (i = 0; i < PROBES; i++) {
		u32 n = (at + i) % MMLENS_TALLY_VMAS;
		struct mmlens_vma_tally *row = &tally->vma[n];
		s64 found;

		found = atomic64_read(&row->key);
		if (!found && atomic64_try_cmpxchg(&row->key, &found, key)) {
			row->cookie = mmlens_mm_cookie(vma->vm_mm);
			mmlens_vma_facts(vma, &row->vma);
			/* Who is exiting has no root that a path starts at. */
			if (path && current->fs)
				keep_name(row->name, sizeof(row->name),
					  mmlens_vma_name(vma, path));
			/* Pairs with mmlens_tally_vma_is_ready(). */
			smp_store_release(&row->ready, true);
			return n + 1;
		}
		if ((u64)found == key) {
			WRITE_ONCE(row->vma.start, vma->vm_start);
			WRITE_ONCE(row->vma.end, vma->vm_end);
			return n + 1;
		}
	}
	return 0;
}

/**
 * mmlens_tally_vma_is_ready() - may a row of a VMA be read?
 * @tally: the counts
 * @index: its number, counted from 1
 *
 * Context: Any.
 * Return: false while somebody fills it in.
 */
bool mmlens_tally_vma_is_ready(const struct mmlens_tally *tally, u32 index)
{
	/* Pairs with mmlens_tally_vma(). */
	return smp_load_acquire(&tally->vma[index - 1].ready);
}

static struct mmlens_thread_tally *find_thread(struct mmlens_tally *tally,
					       struct pid_namespace *pids)
{
	/* A number comes back, a task's address and the time of its birth do not. */
	u64 key = hash_64((unsigned long)current, 64) ^ current->start_time;
	u32 i, at;

	key = no_zero(key);
	at = hash_64(key, ilog2(MMLENS_TALLY_THREADS));
	for (i = 0; i < PROBES; i++) {
		struct mmlens_thread_tally *row =
			&tally->thread[(at + i) % MMLENS_TALLY_THREADS];
		s64 found = atomic64_read(&row->key);

		if (!found && atomic64_try_cmpxchg(&row->key, &found, key)) {
			row->pid = task_tgid_nr_ns(current, pids);
			row->tid = task_pid_nr_ns(current, pids);
			found = (s64)key;
		}
		if ((u64)found == key) {
			/* Programs and threads get their name after they began. */
			if (memcmp(row->comm, current->comm, sizeof(row->comm)))
				memcpy(row->comm, current->comm,
				       sizeof(row->comm));
			return row;
		}
	}
	return NULL;
}

/**
 * mmlens_tally_fault() - count a fault of the calling task
 * @tally: the counts
 * @fault: the fault
 * @pids: PID namespace of who watches
 *
 * Context: Any.
 */
void mmlens_tally_fault(struct mmlens_tally *tally,
			const struct mmlens_counted *fault,
			struct pid_namespace *pids)
{
	struct mmlens_class_tally *class = &tally->class[fault->class];
	struct mmlens_thread_tally *thread = fault->nobody ? NULL :
					     find_thread(tally, pids);
	struct mmlens_vma_tally *vma;

	atomic64_inc(fault->failed ? &tally->failed :
		     fault->major ? &tally->major : &tally->minor);
	if (fault->remote)
		atomic64_inc(&tally->remote);
	add_cost(&class->cost, fault->latency);
	atomic64_add(fault->pages, &class->pages);
	atomic64_add(fault->major, &class->major);
	atomic64_inc(&class->bucket[bucket_of(fault->latency)]);
	if (thread) {
		add_cost(&thread->cost, fault->latency);
		atomic64_add(fault->major, &thread->major);
	}
	if (fault->vma) {
		vma = &tally->vma[fault->vma - 1];
		add_cost(&vma->cost, fault->latency);
		atomic64_add(fault->major, &vma->major);
	}
	if ((!thread && !fault->nobody) || (!fault->vma && !fault->nowhere))
		atomic64_inc(&tally->unnamed);
}
