/* SPDX-License-Identifier: GPL-2.0 */
/* Counts of the faults of a watch: by class, thread and VMA, with latencies. */
#ifndef MMLENS_TALLY_H
#define MMLENS_TALLY_H

#include <linux/atomic.h>
#include <linux/mm_types.h>
#include <linux/types.h>
#include <linux/mmlens.h>

/* Four buckets for each doubling, from 256 ns to 137 s. */
#define MMLENS_LATENCY_FIRST	8
#define MMLENS_LATENCY_LAST	37
#define MMLENS_LATENCY_BUCKETS	(4 * (MMLENS_LATENCY_LAST - MMLENS_LATENCY_FIRST) + 2)
#define MMLENS_CLASSES		(MMLENS_FORECAST_OTHER + 1)
#define MMLENS_TALLY_THREADS	512
#define MMLENS_TALLY_VMAS	1024
#define MMLENS_TALLY_NAME	120

/**
 * struct mmlens_cost - how many, and how long it took
 * @count: how many
 * @total: nanoseconds in all
 * @longest: nanoseconds of the longest
 */
struct mmlens_cost {
	atomic64_t count;
	atomic64_t total;
	atomic64_t longest;
};

/**
 * struct mmlens_class_tally - faults of a class
 * @cost: all of them
 * @pages: pages that they mapped
 * @major: those that waited for a device
 * @bucket: by latency
 */
struct mmlens_class_tally {
	struct mmlens_cost cost;
	atomic64_t pages;
	atomic64_t major;
	atomic64_t bucket[MMLENS_LATENCY_BUCKETS];
};

/**
 * struct mmlens_thread_tally - faults of a thread
 * @key: whose it is; 0 for nobody's
 * @cost: all of them
 * @major: those that waited for a device
 * @pid: its process, in the PID namespace of the watch
 * @tid: itself, likewise
 * @comm: its name, when it faulted last
 */
struct mmlens_thread_tally {
	atomic64_t key;
	struct mmlens_cost cost;
	atomic64_t major;
	u32 pid;
	u32 tid;
	char comm[16];
};

/**
 * struct mmlens_vma_tally - faults in a VMA
 * @key: which it is; 0 for none
 * @ready: the rest may be read
 * @cost: all of them
 * @major: those that waited for a device
 * @cookie: identity of the address space
 * @vma: what it was like at the first of them
 * @name: the end of its name, or empty
 */
struct mmlens_vma_tally {
	atomic64_t key;
	bool ready;
	struct mmlens_cost cost;
	atomic64_t major;
	u64 cookie;
	struct mmlens_vma vma;
	char name[MMLENS_TALLY_NAME];
};

/**
 * struct mmlens_tally - the counts of a watch
 * @minor: faults that the kernel counted as minor for who made them
 * @major: faults that it counted as major
 * @failed: faults that it counted as neither
 * @remote: of all, those of other processes
 * @elsewhere_minor: faults of the processes watched, in memory of others, or
 *	of the program that they were about to become
 * @elsewhere_major: likewise
 * @unnamed: faults in VMAs or by threads for which there was no room
 * @class: by class
 * @thread: by thread
 * @vma: by VMA
 */
struct mmlens_tally {
	atomic64_t minor;
	atomic64_t major;
	atomic64_t failed;
	atomic64_t remote;
	atomic64_t elsewhere_minor;
	atomic64_t elsewhere_major;
	atomic64_t unnamed;
	struct mmlens_class_tally class[MMLENS_CLASSES];
	struct mmlens_thread_tally thread[MMLENS_TALLY_THREADS];
	struct mmlens_vma_tally vma[MMLENS_TALLY_VMAS];
};

/**
 * struct mmlens_counted - a fault that is over, as it is counted
 * @class: its class
 * @latency: how long it took, in nanoseconds
 * @pages: pages that it mapped
 * @major: it waited for a device
 * @failed: it ended with an error
 * @remote: somebody else made it
 * @nobody: it is not told who made it, and of no thread then
 * @nowhere: it came so far as to no VMA
 * @vma: what mmlens_tally_vma() returned
 */
struct mmlens_counted {
	enum mmlens_forecast class;
	u64 latency;
	u32 pages;
	bool major;
	bool failed;
	bool remote;
	bool nobody;
	bool nowhere;
	u32 vma;
};

struct pid_namespace;

struct mmlens_tally *mmlens_tally_new(void);
void mmlens_tally_free(struct mmlens_tally *tally);
u64 mmlens_tally_vma_key(struct vm_area_struct *vma);
u32 mmlens_tally_find_vma(struct mmlens_tally *tally, u64 key);
u32 mmlens_tally_vma(struct mmlens_tally *tally, struct vm_area_struct *vma,
		     u64 key, char *path);
bool mmlens_tally_vma_is_ready(const struct mmlens_tally *tally, u32 index);
void mmlens_tally_fault(struct mmlens_tally *tally,
			const struct mmlens_counted *fault,
			struct pid_namespace *pids);
u64 mmlens_latency_from(unsigned int bucket);

#endif
