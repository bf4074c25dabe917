/* SPDX-License-Identifier: GPL-2.0 */
/* A fault, between the probe that sees it and those who are told. */
#ifndef MMLENS_FAULT_TELL_H
#define MMLENS_FAULT_TELL_H

#include "glance.h"

struct mmlens_watch;

/**
 * struct mmlens_fault - a fault under way, and then what became of it
 * @began: when, CLOCK_MONOTONIC in nanoseconds
 * @mm: the address space
 * @address: the address
 * @vma: key of the VMA
 * @area: the VMA
 * @before: the entry before the first try
 * @after: the entry after the last
 * @around: pages around that were mapped before, if more may come
 * @flags: FAULT_FLAG_ of the last try
 * @access: what the access was to do
 * @origin: who made it
 * @retries: how often it was tried again
 * @account: whose share of the probe's room it takes
 * @session: it began while the probe was there for so many times
 * @elsewhere: not in memory that is watched, but by a process that is
 * @write: as MMLENS_ACCESS_WRITE
 * @major: a device was waited for
 * @asked: see struct mmlens_traces
 * @unready: it may be repeated for want of an anon_vma alone
 * @vma_lock: a try was made under the lock of the VMA
 * @result: what the last try returned
 * @latency: from the first try to the last
 * @end: how it ended
 * @class: what it did
 * @pages: what it mapped
 */
struct mmlens_fault {
	u64 began;
	struct mm_struct *mm;
	unsigned long address;
	u64 vma;
	struct mmlens_area area;
	struct mmlens_glance before;
	struct mmlens_glance after;
	u64 around;
	unsigned int flags;
	enum mmlens_access access;
	enum mmlens_origin origin;
	u16 retries;
	u16 account;
	bool elsewhere;
	bool write;
	bool major;
	bool asked;
	bool unready;
	bool vma_lock;
	vm_fault_t result;
	u64 latency;
	enum mmlens_fault_end end;
	enum mmlens_forecast class;
	u32 pages;
	u32 session;
};

bool mmlens_fault_is_wanted(const struct mmlens_watch *watch,
			    const struct mmlens_fault *fault);
void mmlens_fault_tell(const struct mmlens_fault *fault);
void mmlens_fault_tell_elsewhere(const struct mmlens_fault *fault);
void mmlens_fault_tell_missed(struct mm_struct *mm, unsigned long address);

#endif
