// SPDX-License-Identifier: GPL-2.0
#include "complete.h"

#include <stdlib.h>
#include <string.h>

/* One of the two outcomes of a run, as it is worked upon. */
struct outcome {
	uint8_t what;
	uint8_t or_else;
	uint8_t why;
};

/**
 * thp_mode_parse() - read a setting of transparent huge pages
 * @text: what its file holds, "always [madvise] never"
 * @global: what "inherit" stands for
 * @mode: filled
 *
 * Return: false if it makes no sense.
 */
bool thp_mode_parse(const char *text, enum thp_mode global, enum thp_mode *mode)
{
	static const char *const names[] = {
		[THP_NEVER] = "[never]", [THP_MADVISE] = "[madvise]",
		[THP_ALWAYS] = "[always]",
	};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strstr(text, names[i])) {
			*mode = (enum thp_mode)i;
			return true;
		}
	}
	*mode = global;
	return strstr(text, "[inherit]");
}

/**
 * limit_parse() - look up a soft limit
 * @limits: what /proc/PID/limits holds
 * @name: as it is called there, "Max stack size"
 * @bytes: filled, LIMIT_NONE for "unlimited"
 *
 * Return: false if it is not there.
 */
bool limit_parse(const char *limits, const char *name, uint64_t *bytes)
{
	const char *line = strstr(limits, name);
	char *end;

	if (!line || (line != limits && line[-1] != '\n'))
		return false;
	line += strlen(name);
	line += strspn(line, " ");
	*bytes = LIMIT_NONE;
	if (!strncmp(line, "unlimited", 9))
		return true;
	*bytes = strtoull(line, &end, 10);
	return end != line;
}

static void decide(struct outcome *outcome, const struct vma *vma,
		   unsigned int what, unsigned int why)
{
	outcome->what = (uint8_t)what;
	outcome->or_else = (uint8_t)what;
	outcome->why = (uint8_t)why;
	/* The module has told of only one doubt; this is the other. */
	if (vma->v.pkey) {
		outcome->or_else = MMLENS_FORECAST_SIGSEGV;
		outcome->why = MMLENS_WHY_PROTECTION_KEY;
	}
}

/*
 * An empty mapping with room for a huge page. Without one that is free, or that
 * the cgroup may have, there will be a small one: of that, nothing is known.
 */
static void complete_thp(const struct system *sys, const struct vma *vma,
			 struct outcome *outcome)
{
	bool read = outcome->what == MMLENS_FORECAST_HUGE_ZERO;
	bool advised = vma->v.flags & MMLENS_VMA_FLAG_HUGE_PAGE;

	if (sys->thp == THP_NEVER || (sys->thp == THP_MADVISE && !advised)) {
		decide(outcome, vma, read ? MMLENS_FORECAST_ZERO :
		       MMLENS_FORECAST_ANON, MMLENS_WHY_UNTOUCHED);
		return;
	}
	outcome->what = read && sys->huge_zero ? MMLENS_FORECAST_HUGE_ZERO :
						 MMLENS_FORECAST_HUGE_ANON;
	outcome->or_else = read ? MMLENS_FORECAST_ZERO : MMLENS_FORECAST_ANON;
	outcome->why = MMLENS_WHY_HUGE_PAGE;
}

static const struct huge_pool *pool_of(const struct system *sys,
				       const struct vma *vma)
{
	unsigned int i;

	for (i = 0; i < sys->pools; i++)
		if (sys->pool[i].page_size == vma->v.page_size)
			return &sys->pool[i];
	return NULL;
}

/*
 * Of the free pages of a pool, those that are reserved are for mappings that
 * have reserved them: whether this one has is not to be seen. A copy that finds
 * the pool empty may take a page from a child. Limits of cgroups, and policies
 * that forbid a node, are not looked at.
 */
static void complete_pool(const struct system *sys, const struct vma *vma,
			  struct outcome *outcome)
{
	const struct huge_pool *pool = pool_of(sys, vma);

	if (!pool)
		return;
	if (pool->free > pool->reserved)
		decide(outcome, vma, outcome->what, MMLENS_WHY_HUGE_POOL);
	else if (!pool->free && !pool->may_grow &&
		 outcome->what == MMLENS_FORECAST_HUGETLB)
		decide(outcome, vma, MMLENS_FORECAST_SIGBUS,
		       MMLENS_WHY_HUGE_POOL);
}

static void complete(const struct system *sys, const struct vma *vma,
		     uint8_t *what, uint8_t *or_else, uint8_t *why)
{
	struct outcome outcome = { *what, *or_else, *why };

	if (*what == *or_else)
		return;
	if (*why == MMLENS_WHY_THP)
		complete_thp(sys, vma, &outcome);
	else if (*why == MMLENS_WHY_HUGE_POOL)
		complete_pool(sys, vma, &outcome);
	*what = outcome.what;
	*or_else = outcome.or_else;
	*why = outcome.why;
}

/**
 * complete_run() - decide what the system's settings decide
 * @sys: the system
 * @vma: the VMA of the run; NULL for one that is not known
 * @run: a run; what is left open stays as it is
 */
void complete_run(const struct system *sys, const struct vma *vma,
		  struct mmlens_page_run *run)
{
	if (!vma || !(run->facts & MMLENS_DETAIL_FORECAST))
		return;
	complete(sys, vma, &run->read, &run->read_else, &run->read_why);
	complete(sys, vma, &run->write, &run->write_else, &run->write_why);
}

/* What may be accessed in some way keeps its distance to a stack. */
static bool keeps_gap(const struct vma *below)
{
	return !(below->v.flags & MMLENS_VMA_FLAG_GROWS_DOWN) &&
	       below->v.flags & (MMLENS_VMA_FLAG_READ | MMLENS_VMA_FLAG_WRITE |
				 MMLENS_VMA_FLAG_EXEC);
}

/**
 * growth_of() - may a stack grow down to an address?
 * @sys: the system
 * @stack: the VMA of the stack
 * @below: the VMA below the address, or NULL
 * @address: the address, between the two
 * @page_size: base page size, in bytes
 *
 * The rules are those of expand_downwards() and acct_stack_growth(), which are
 * the same from 6.1 to 7.3.
 *
 * Return: What would come of it.
 */
enum growth growth_of(const struct system *sys, const struct vma *stack,
		      const struct vma *below, uint64_t address,
		      uint64_t page_size)
{
	const struct growth_limits *limits = &sys->limits;
	uint64_t start = address - address % page_size;
	uint64_t grow = stack->v.start - start;

	if (!limits->known)
		return GROWTH_OPEN;
	if (start < limits->lowest)
		return GROWTH_LOWEST;
	if (below && keeps_gap(below) && start - below->v.end < limits->gap)
		return GROWTH_GAP;
	if (limits->space_used + grow > limits->space)
		return GROWTH_SPACE;
	if (stack->v.end - start > limits->stack)
		return GROWTH_STACK;
	if (stack->v.flags & MMLENS_VMA_FLAG_LOCKED &&
	    limits->locked_used + grow > limits->locked)
		return GROWTH_LOCKED;
	if (grow > limits->commit)
		return GROWTH_COMMIT;
	return limits->strict ? GROWTH_OPEN : GROWTH_DONE;
}

static void complete_grown(const struct system *sys, const struct vma *stack,
			   enum growth growth, uint8_t *what, uint8_t *or_else,
			   uint8_t *why)
{
	struct outcome outcome = { *what, *or_else, *why };

	if (*why != MMLENS_WHY_STACK_GROWTH || growth == GROWTH_OPEN)
		return;
	if (growth != GROWTH_DONE) {
		*what = MMLENS_FORECAST_SIGSEGV;
		*or_else = MMLENS_FORECAST_SIGSEGV;
		return;
	}
	if (*what == MMLENS_FORECAST_HUGE_ZERO ||
	    *what == MMLENS_FORECAST_HUGE_ANON)
		complete_thp(sys, stack, &outcome);
	else
		decide(&outcome, stack, *what, MMLENS_WHY_STACK_GROWTH);
	*what = outcome.what;
	*or_else = outcome.or_else;
	*why = outcome.why == MMLENS_WHY_UNTOUCHED ? MMLENS_WHY_STACK_GROWTH :
						     outcome.why;
}

/**
 * complete_growth() - decide what an access below a stack will do
 * @sys: the system
 * @stack: the VMA of the stack
 * @growth: what growth_of() says
 * @run: the run of the address
 */
void complete_growth(const struct system *sys, const struct vma *stack,
		     enum growth growth, struct mmlens_page_run *run)
{
	if (!(run->facts & MMLENS_DETAIL_FORECAST))
		return;
	complete_grown(sys, stack, growth, &run->read, &run->read_else,
		       &run->read_why);
	complete_grown(sys, stack, growth, &run->write, &run->write_else,
		       &run->write_why);
}
