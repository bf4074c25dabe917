/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the facts of a page mean: its copy-on-write verdict, and what the next
 * read and the next write will do. Pure: compiles in user space, too.
 */
#ifndef MMLENS_VERDICT_H
#define MMLENS_VERDICT_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#endif
#include <linux/mmlens.h>

/**
 * enum mmlens_cow_rule - when a kernel takes over a page that is marked shared
 * @MMLENS_COW_RULE_COUNT: if its only reference is the mapping, small or large
 * @MMLENS_COW_RULE_SMALL: the same, but never a page of a large folio that is
 *	mapped by PTEs. 6.7 to 6.14
 * @MMLENS_COW_RULE_MM: a page of a large folio also if all mappings of the
 *	folio are in one address space, more than one, and its only references.
 *	Since 6.15
 */
enum mmlens_cow_rule {
	MMLENS_COW_RULE_COUNT,
	MMLENS_COW_RULE_SMALL,
	MMLENS_COW_RULE_MM,
};

/**
 * enum mmlens_backing - what fills an empty entry of a VMA
 * @MMLENS_BACKING_ANON: zeroes
 * @MMLENS_BACKING_FILE: the page cache of a file
 * @MMLENS_BACKING_SHMEM: the page cache of shared memory or tmpfs
 * @MMLENS_BACKING_HUGETLB: a hugetlb pool
 * @MMLENS_BACKING_KERNEL: the kernel's own pages, as the vdso
 * @MMLENS_BACKING_DRIVER: a fault handler of which nothing is known
 * @MMLENS_BACKING_NOTHING: no fault handler
 */
enum mmlens_backing {
	MMLENS_BACKING_ANON,
	MMLENS_BACKING_FILE,
	MMLENS_BACKING_SHMEM,
	MMLENS_BACKING_HUGETLB,
	MMLENS_BACKING_KERNEL,
	MMLENS_BACKING_DRIVER,
	MMLENS_BACKING_NOTHING,
};

/**
 * struct mmlens_area - what is to be known of a VMA
 * @backing: what fills it
 * @rule: the kernel's rule
 * @huge_zero_copy: a write to the huge zero page allocates a huge page.
 *	Since 6.13
 * @accessible: it may be accessed in some way
 * @writable: it may be written
 * @cow: a private mapping that may be, or become, writable
 * @pkey: a protection key other than the default one; each thread has rights of
 *	its own to it
 * @execute_only: the protection key denies all but execution
 * @thp: huge pages are not forbidden here; the system's settings decide
 * @uffd_missing: userfaultfd is asked for what is missing
 * @uffd_minor: userfaultfd is asked for what is cached but not mapped
 * @uffd_wp: userfaultfd is asked about writes to marked pages
 * @uffd_rwp: userfaultfd is asked about accesses to marked pages
 * @uffd_async: marks are resolved by the kernel
 */
struct mmlens_area {
	enum mmlens_backing backing;
	enum mmlens_cow_rule rule;
	bool huge_zero_copy;
	bool accessible;
	bool writable;
	bool cow;
	bool pkey;
	bool execute_only;
	bool thp;
	bool uffd_missing;
	bool uffd_minor;
	bool uffd_wp;
	bool uffd_rwp;
	bool uffd_async;
};

/**
 * enum mmlens_cache - what the page cache holds for an empty entry
 * @MMLENS_CACHE_WITHHELD: not to be told
 * @MMLENS_CACHE_ABSENT: nothing
 * @MMLENS_CACHE_PRESENT: a page that is ready
 * @MMLENS_CACHE_BUSY: a page that is being read, locked, or marked to start
 *	read-ahead; the fault may have to be repeated and then counts as major
 * @MMLENS_CACHE_SWAPPED: a swap entry, of shared memory
 * @MMLENS_CACHE_POISONED: a page that is lost
 * @MMLENS_CACHE_BEYOND: the file is shorter
 */
enum mmlens_cache {
	MMLENS_CACHE_WITHHELD,
	MMLENS_CACHE_ABSENT,
	MMLENS_CACHE_PRESENT,
	MMLENS_CACHE_BUSY,
	MMLENS_CACHE_SWAPPED,
	MMLENS_CACHE_POISONED,
	MMLENS_CACHE_BEYOND,
};

/**
 * struct mmlens_facts - what is to be known of a page
 * @state: its state
 * @present: the entry maps a page
 * @write: the entry permits writing
 * @uffd: the entry carries userfaultfd's mark
 * @numa_hint: the entry makes the processor fault for NUMA balancing
 * @anon: the page is anonymous, KSM included
 * @exclusive: the page, or its swap or migration entry, carries the mark
 * @counted: the fields below may be used
 * @whole: a huge page mapped as a whole
 * @large: the page is part of a large folio
 * @listed: the folio is on an LRU list, and in no per-CPU batch
 * @swapcache: the folio is in the swap cache
 * @elsewhere: of a large folio, others map it, too. Since 6.15
 * @refcount: references to the folio
 * @mapcount: entries that map the page
 * @folio_mapcount: entries that map any page of the folio; until 6.10, its first
 * @room: an empty entry: a huge page would fit
 * @cache: an empty entry of a file: what its page cache holds
 */
struct mmlens_facts {
	enum mmlens_state state;
	bool present;
	bool write;
	bool uffd;
	bool numa_hint;
	bool anon;
	bool exclusive;
	bool counted;
	bool whole;
	bool large;
	bool listed;
	bool swapcache;
	bool elsewhere;
	unsigned int refcount;
	unsigned int mapcount;
	unsigned int folio_mapcount;
	bool room;
	enum mmlens_cache cache;
};

/**
 * struct mmlens_judgement - a verdict
 * @verdict: what it is
 * @why: and why
 * @open: it may as well be MMLENS_VERDICT_REUSABLE; @why says on what it hangs
 */
struct mmlens_judgement {
	enum mmlens_verdict verdict;
	enum mmlens_why why;
	bool open;
};

/**
 * struct mmlens_outcome - what an access will do
 * @what: this
 * @or_else: or this; the same if it is decided
 * @why: why, or on what it hangs
 */
struct mmlens_outcome {
	enum mmlens_forecast what;
	enum mmlens_forecast or_else;
	enum mmlens_why why;
};

/**
 * mmlens_backing_is_cached() - is it filled from a page cache that can be seen?
 * @backing: what fills a VMA
 *
 * Context: Any.
 * Return: true if so.
 */
static inline bool mmlens_backing_is_cached(enum mmlens_backing backing)
{
	return backing == MMLENS_BACKING_FILE ||
	       backing == MMLENS_BACKING_SHMEM ||
	       backing == MMLENS_BACKING_HUGETLB;
}

struct mmlens_judgement mmlens_judge(const struct mmlens_area *area,
				     const struct mmlens_facts *facts);
struct mmlens_outcome mmlens_foresee(const struct mmlens_area *area,
				     const struct mmlens_facts *facts,
				     const struct mmlens_judgement *judgement,
				     bool write);
struct mmlens_outcome mmlens_foresee_growth(const struct mmlens_area *area,
					    const struct mmlens_facts *facts,
					    bool write);

#endif
