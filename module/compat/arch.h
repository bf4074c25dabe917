/* SPDX-License-Identifier: GPL-2.0 */
/* What depends on the processor: the bits of an entry. */
#ifndef MMLENS_COMPAT_ARCH_H
#define MMLENS_COMPAT_ARCH_H

#include <linux/kernel.h>
#include <linux/mm_types.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/mmlens.h>
#include <asm/trap_pf.h>

#ifndef CONFIG_X86_64
#error "mmlens knows the page-table entries of x86-64 only"
#endif

/* Renamed with the read protection of 7.x, and the same bit. */
#ifdef _PAGE_UFFD_WP
#define MMLENS_ENTRY_UFFD	_PAGE_UFFD_WP
#else
#define MMLENS_ENTRY_UFFD	_PAGE_UFFD
#endif

/* All of an entry but its frame. */
#define MMLENS_ENTRY_BITS	(~PTE_PFN_MASK)

/* Where a dirty page stays dirty while it is write-protected. Since 6.6. */
#ifdef _PAGE_SAVED_DIRTY
#define MMLENS_ENTRY_SAVED_DIRTY	_PAGE_SAVED_DIRTY
#else
#define MMLENS_ENTRY_SAVED_DIRTY	0
#endif

/* Bits in which neighbours of the same kind may differ. */
#define MMLENS_ENTRY_HISTORY	(_PAGE_RW | _PAGE_DIRTY | _PAGE_ACCESSED | \
				 MMLENS_ENTRY_SAVED_DIRTY | \
				 _PAGE_SOFT_DIRTY | MMLENS_ENTRY_UFFD)

/* Of these, the bits that decide about an access. */
#define MMLENS_ENTRY_ACCESS	(_PAGE_RW | MMLENS_ENTRY_UFFD)

/**
 * mmlens_pkey_is_execute_only() - does a protection key forbid all but to execute?
 * @mm: the address space
 * @pkey: the key
 *
 * Context: mm->mmap_lock held.
 * Return: true if so.
 */
static inline bool mmlens_pkey_is_execute_only(const struct mm_struct *mm,
					       int pkey)
{
#ifdef CONFIG_X86_INTEL_MEMORY_PROTECTION_KEYS
	return pkey == mm->context.execute_only_pkey;
#else
	return false;
#endif
}

/**
 * mmlens_entry_frame() - frame of an entry that the processor accepts
 * @val: value of a present PTE that is not protnone; of those the frame is
 *	kept inverted, and pte_pfn() asks for that each time
 *
 * Context: Any.
 * Return: the frame number.
 */
static inline unsigned long mmlens_entry_frame(pteval_t val)
{
	return (val & PTE_PFN_MASK) >> PAGE_SHIFT;
}

/**
 * mmlens_entry_flags() - the bits of a present entry, by name
 * @entry: the raw entry
 * @level: its level
 * @leaf: it maps memory; some bits mean nothing, or other things, in tables
 *
 * Context: Any.
 * Return: bits of enum mmlens_entry_flag.
 */
static inline u32 mmlens_entry_flags(u64 entry, enum mmlens_level level,
				     bool leaf)
{
	static const struct {
		u64 bit;
		u32 flag;
		bool leaf;
	} bits[] = {
		{ _PAGE_PRESENT, MMLENS_ENTRY_FLAG_PRESENT },
		{ _PAGE_RW, MMLENS_ENTRY_FLAG_WRITE },
		{ _PAGE_USER, MMLENS_ENTRY_FLAG_USER },
		{ _PAGE_PWT, MMLENS_ENTRY_FLAG_WRITE_THROUGH },
		{ _PAGE_PCD, MMLENS_ENTRY_FLAG_CACHE_DISABLE },
		{ _PAGE_ACCESSED, MMLENS_ENTRY_FLAG_ACCESSED },
		{ _PAGE_NX, MMLENS_ENTRY_FLAG_NO_EXEC },
		{ _PAGE_DIRTY, MMLENS_ENTRY_FLAG_DIRTY, true },
		{ MMLENS_ENTRY_SAVED_DIRTY, MMLENS_ENTRY_FLAG_SAVED_DIRTY,
		  true },
		{ _PAGE_SOFT_DIRTY, MMLENS_ENTRY_FLAG_SOFT_DIRTY, true },
		{ MMLENS_ENTRY_UFFD, MMLENS_ENTRY_FLAG_UFFD, true },
		{ _PAGE_SPECIAL, MMLENS_ENTRY_FLAG_SPECIAL, true },
	};
	u32 flags = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bits); i++)
		if (entry & bits[i].bit && (leaf || !bits[i].leaf))
			flags |= bits[i].flag;
	if (!leaf)
		return flags;
	/* In a PTE this bit chooses a cache type. */
	if (level != MMLENS_LEVEL_PTE && entry & _PAGE_PSE)
		flags |= MMLENS_ENTRY_FLAG_PAGE_SIZE;
	/* The bit that is "global" in the kernel's own entries. */
	if (entry & _PAGE_GLOBAL)
		flags |= entry & _PAGE_PRESENT ? MMLENS_ENTRY_FLAG_GLOBAL :
						 MMLENS_ENTRY_FLAG_PROTNONE;
	return flags;
}

/**
 * mmlens_arch_access() - what the access was to do that a task gets SIGSEGV for
 * @task: the calling task, while it gets it
 *
 * Context: Any.
 * Return: the access, as the processor told it.
 */
static inline enum mmlens_access mmlens_arch_access(const struct task_struct *task)
{
	unsigned long error = task->thread.error_code;

	if (error & X86_PF_INSTR)
		return MMLENS_ACCESS_EXEC;
	return error & X86_PF_WRITE ? MMLENS_ACCESS_WRITE : MMLENS_ACCESS_READ;
}

#endif
