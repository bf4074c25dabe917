/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a fault did, by the names of the forecast: from the entry before and
 * after, and the result. Pure: compiles in user space, too.
 */
#ifndef MMLENS_CLASSIFY_H
#define MMLENS_CLASSIFY_H

#include "verdict.h"

/**
 * struct mmlens_glance - the entry of an address, read without a lock
 * @state: what it is; of a page that is mapped only zero, huge-zero and anon are
 *	told apart, all others are file
 * @level: level of the entry
 * @pfn: the frame that the address lies in, if present
 * @present: it maps a page
 * @write: it permits writing
 * @uffd: it carries userfaultfd's mark
 * @numa_hint: it makes the processor fault for NUMA balancing
 */
struct mmlens_glance {
	enum mmlens_state state;
	enum mmlens_level level;
	__u64 pfn;
	bool present;
	bool write;
	bool uffd;
	bool numa_hint;
};

/**
 * enum mmlens_fault_end - how a fault ended
 * @MMLENS_FAULT_DONE: the access is repeated
 * @MMLENS_FAULT_SIGSEGV: SIGSEGV
 * @MMLENS_FAULT_SIGBUS: SIGBUS
 * @MMLENS_FAULT_FAILED: no memory, or it was given up
 */
enum mmlens_fault_end {
	MMLENS_FAULT_DONE,
	MMLENS_FAULT_SIGSEGV,
	MMLENS_FAULT_SIGBUS,
	MMLENS_FAULT_FAILED,
};

/**
 * struct mmlens_traces - what is known of a fault
 * @before: the entry before its first try
 * @after: the entry after its last
 * @end: how it ended
 * @write: the access was a write, or was to break sharing like one
 * @major: it waited for a device
 * @asked: it was to be repeated, and not because of a device; in a VMA with
 *	userfaultfd, that has been asked
 */
struct mmlens_traces {
	struct mmlens_glance before;
	struct mmlens_glance after;
	enum mmlens_fault_end end;
	bool write;
	bool major;
	bool asked;
};

enum mmlens_forecast mmlens_classify(const struct mmlens_area *area,
				     const struct mmlens_traces *traces);

#endif
