/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_COMPLETE_H
#define MMLENS_COMPLETE_H

#include "model.h"

/*
 * The module leaves open what no exported symbol tells it: settings of huge
 * pages, limits, pools. Here they are known, and what they decide is decided.
 * Nothing here does I/O.
 */

/* When a mapping gets huge pages. */
enum thp_mode { THP_NEVER, THP_MADVISE, THP_ALWAYS };

/* A pool of hugetlb pages of one size. */
struct huge_pool {
	uint64_t page_size;
	uint64_t free;
	uint64_t reserved;	/* of the free ones */
	bool may_grow;		/* overcommit permits another page */
};

#define HUGE_POOLS 8

#define LIMIT_NONE UINT64_MAX

/* What decides whether a stack may grow. All in bytes. */
struct growth_limits {
	bool known;
	uint64_t gap;		/* to keep to what lies below */
	uint64_t lowest;	/* nothing is mapped below it */
	uint64_t stack;		/* RLIMIT_STACK, of the whole VMA */
	uint64_t space;		/* RLIMIT_AS */
	uint64_t locked;	/* RLIMIT_MEMLOCK; LIMIT_NONE with CAP_IPC_LOCK */
	uint64_t space_used;	/* of RLIMIT_AS */
	uint64_t locked_used;	/* of RLIMIT_MEMLOCK */
	uint64_t commit;	/* no single request may be longer */
	bool strict;		/* commitments are counted, and may run out */
};

/* What the system says besides the module. */
struct system {
	enum thp_mode thp;	/* for pages of the size of a PMD */
	bool huge_zero;		/* reads get the huge zero page */
	struct huge_pool pool[HUGE_POOLS];
	unsigned int pools;
	struct growth_limits limits;
};

/* Whether a stack may grow down to an address. */
enum growth {
	GROWTH_DONE,		/* it will */
	GROWTH_LOWEST,		/* no, the address is too low for anything */
	GROWTH_GAP,		/* no, the guard gap would shrink */
	GROWTH_STACK,		/* no, RLIMIT_STACK */
	GROWTH_SPACE,		/* no, RLIMIT_AS */
	GROWTH_LOCKED,		/* no, RLIMIT_MEMLOCK */
	GROWTH_COMMIT,		/* no, more than the machine has */
	GROWTH_OPEN,		/* not to be told */
};

bool thp_mode_parse(const char *text, enum thp_mode global,
		    enum thp_mode *mode);
bool limit_parse(const char *limits, const char *name, uint64_t *bytes);

void complete_run(const struct system *sys, const struct vma *vma,
		  struct mmlens_page_run *run);
enum growth growth_of(const struct system *sys, const struct vma *stack,
		      const struct vma *below, uint64_t address,
		      uint64_t page_size);
void complete_growth(const struct system *sys, const struct vma *stack,
		     enum growth growth, struct mmlens_page_run *run);

#endif
