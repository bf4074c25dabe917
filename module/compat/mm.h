/* SPDX-License-Identifier: GPL-2.0 */
/* mm_struct: counters, flags, signs of change. */
#ifndef MMLENS_COMPAT_MM_H
#define MMLENS_COMPAT_MM_H

#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/oom.h>
#include <linux/sched/coredump.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
#include <linux/sched/exec_state.h>
#endif

/*
 * f1a7941243c1 ("mm: convert mm's rss stats into percpu_counter"), 6.2: the
 * counters can be summed up exactly. Before, each thread kept back up to 64
 * events in its task_struct, out of anybody else's reach.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define MMLENS_EXACT_COUNTERS	true
#else
#define MMLENS_EXACT_COUNTERS	false
#endif

/**
 * mmlens_mm_counter() - an RSS counter, as exact as the kernel has it
 * @mm: the address space
 * @member: MM_ANONPAGES and so on
 *
 * Context: Any.
 * Return: pages, never negative.
 */
static inline unsigned long mmlens_mm_counter(struct mm_struct *mm, int member)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	s64 value = percpu_counter_sum(&mm->rss_stat[member]);

	return value > 0 ? value : 0;
#else
	return get_mm_counter(mm, member);
#endif
}

/**
 * mmlens_task_is_dumpable() - may others of the same user look at a task?
 * @task: the calling task, which has an address space
 *
 * 7.3 keeps it with the task, and no more with the address space.
 *
 * Context: Any.
 * Return: true if so, as far as it is for the program to say.
 */
static inline bool mmlens_task_is_dumpable(struct task_struct *task)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
	bool dumpable;

	rcu_read_lock();
	dumpable = READ_ONCE(rcu_dereference(task->exec_state)->dumpable) ==
		   TASK_DUMPABLE_OWNER;
	rcu_read_unlock();
	return dumpable;
#else
	return get_dumpable(task->mm) == SUID_DUMP_USER;
#endif
}

/**
 * mmlens_mm_flag() - test a flag of an address space
 * @mm: the address space
 * @bit: MMF_OOM_SKIP and so on
 *
 * 6.18 made the flags a bitmap of their own type.
 *
 * Context: Any.
 * Return: true if it is set.
 */
static inline bool mmlens_mm_flag(struct mm_struct *mm, int bit)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	return mm_flags_test(bit, mm);
#else
	return test_bit(bit, &mm->flags);
#endif
}

/*
 * 5e31275cc997 ("mm: add per-VMA lock and helper functions to control it"),
 * 6.4: mm_lock_seq counts the write-locked sections of mmap_lock. It became a
 * seqcount in 6.13, and in the stable releases of 6.12.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0) && defined(CONFIG_PER_VMA_LOCK)
#define MMLENS_CHANGE_COUNT	1
#else
#define MMLENS_CHANGE_COUNT	0
#endif

/**
 * mmlens_mm_change() - a number that differs once an address space changed
 * @mm: the address space
 *
 * Where the kernel counts writers, any writer is noticed, also one that
 * changed nothing. Where it does not, the number is made from the sizes and
 * the root of the VMA tree, and a change that leaves all of them alone (as an
 * mprotect() of a whole VMA) goes unnoticed.
 *
 * Context: mm->mmap_lock held for read.
 * Return: the number.
 */
static inline u64 mmlens_mm_change(struct mm_struct *mm)
{
#if !MMLENS_CHANGE_COUNT
	u64 change = (u64)(unsigned long)mm->mm_mt.ma_root;

	change = hash_64(change ^ mm->total_vm, 64);
	change = hash_64(change ^ mm->map_count, 64);
	change = hash_64(change ^ mm->locked_vm, 64);
	change = hash_64(change ^ mm->data_vm, 64);
	change = hash_64(change ^ mm->exec_vm, 64);
	return hash_64(change ^ mm->brk, 64);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	return READ_ONCE(mm->mm_lock_seq.sequence);
#else
	return mm->mm_lock_seq;
#endif
}

/**
 * mmlens_mm_cookie() - the identity of an address space
 * @mm: the address space
 *
 * Addresses of mm_structs come back; this number does not until the next boot.
 *
 * Context: Any.
 * Return: the number.
 */
static inline u64 mmlens_mm_cookie(struct mm_struct *mm)
{
#ifdef CONFIG_X86
	return mm->context.ctx_id;
#else
#error "mmlens needs an identity of mm_structs on this architecture"
#endif
}

#endif
