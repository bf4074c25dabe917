// SPDX-License-Identifier: GPL-2.0
/*
 * Why an access will end as it will, in the order in which the processor and
 * the kernel come to it: VMA, entry, page, rule, system.
 */
#include "reasons.h"

#include <stdarg.h>
#include <stdio.h>

#include "names_gen.h"
#include "sums.h"
#include "text.h"

#define ACCESSIBLE (MMLENS_VMA_FLAG_READ | MMLENS_VMA_FLAG_WRITE | \
		    MMLENS_VMA_FLAG_EXEC)

/* One access to one page. */
struct access {
	struct context *c;
	const struct walk_answer *answer;
	struct reasons *reasons;
	bool write;
	unsigned int told_why;	/* before it was completed */
	unsigned int why;
};

__attribute__((format(printf, 2, 3)))
static void add(const struct access *access, const char *fmt, ...)
{
	struct reasons *reasons = access->reasons;
	va_list ap;

	if (reasons->count == REASONS)
		return;
	va_start(ap, fmt);
	vsnprintf(reasons->sentence[reasons->count++], REASON_MAX, fmt, ap);
	va_end(ap);
}

static const char *size(const struct access *access, uint64_t bytes,
			char buf[SIZE_AMOUNT])
{
	return text_amount(bytes, access->c->options.bytes, buf);
}

static const char *limit(const struct access *access, uint64_t bytes,
			 char buf[SIZE_AMOUNT])
{
	return bytes == LIMIT_NONE ? "unlimited" : size(access, bytes, buf);
}

static const char *doc(const struct name_set *set, unsigned int value)
{
	return value < set->count ? set->entries[value].doc : "";
}

static void add_growth(const struct access *access)
{
	const struct growth_limits *limits =
		&context_system(access->c)->limits;
	const struct walk_answer *answer = access->answer;
	const struct mmlens_vma *stack = &answer->above->v;
	uint64_t start = answer->walk.run.start;
	char a[SIZE_AMOUNT], b[SIZE_AMOUNT], d[SIZE_AMOUNT];

	switch (answer->growth) {
	case GROWTH_DONE:
		add(access, "It grows by %s to %s. RLIMIT_STACK is %s.",
		    size(access, stack->start - start, a),
		    size(access, stack->end - start, b),
		    limit(access, limits->stack, d));
		break;
	case GROWTH_LOWEST:
		add(access, "It may not: nothing may be mapped below %s.",
		    size(access, limits->lowest, a));
		break;
	case GROWTH_GAP:
		add(access, "It may not: it has to keep %s away from the VMA below, and %s would be left.",
		    size(access, limits->gap, a),
		    size(access, start - answer->below->v.end, b));
		break;
	case GROWTH_STACK:
		add(access, "It may not: it would be %s long, and RLIMIT_STACK is %s.",
		    size(access, stack->end - start, a),
		    limit(access, limits->stack, b));
		break;
	case GROWTH_SPACE:
		add(access, "It may not: RLIMIT_AS is %s, and %s are mapped already.",
		    limit(access, limits->space, a),
		    size(access, limits->space_used, b));
		break;
	case GROWTH_LOCKED:
		add(access, "It may not: it is locked, RLIMIT_MEMLOCK is %s, and %s are locked already.",
		    limit(access, limits->locked, a),
		    size(access, limits->locked_used, b));
		break;
	case GROWTH_COMMIT:
		add(access, "It may not: it would grow by more than the %s of memory and swap.",
		    size(access, limits->commit, a));
		break;
	case GROWTH_OPEN:
		add(access, "Whether it may cannot be told: %s.",
		    limits->known ? "vm.overcommit_memory asks for a strict count" :
		    "the limits of the process cannot be read");
		break;
	}
}

/* Returns false where the way ends. */
static bool add_outside(const struct access *access)
{
	const struct walk_answer *answer = access->answer;

	if (access->told_why == MMLENS_WHY_NO_VMA || !answer->above) {
		add(access, "No VMA covers the address.");
		return false;
	}
	add(access, "No VMA covers the address, but the one above is a stack and may grow down to it.");
	if (access->told_why != MMLENS_WHY_STACK_GROWTH)
		return true;
	add_growth(access);
	return answer->growth == GROWTH_DONE;
}

static void add_rights(const struct access *access, uint64_t flags)
{
	const char *what = access->write ? "writing" : "reading";

	if (access->write ? flags & MMLENS_VMA_FLAG_WRITE :
	    flags & MMLENS_VMA_FLAG_READ)
		add(access, "The VMA permits %s.", what);
	else if (!access->write && flags & ACCESSIBLE)
		add(access, "The VMA permits %s, and reading cannot be kept from that.",
		    flags & MMLENS_VMA_FLAG_WRITE ? "writing" : "executing");
	else
		add(access, "The VMA does not permit %s.", what);
}

static void add_entry(const struct access *access)
{
	const struct mmlens_page_run *run = &access->answer->walk.run;
	const struct mmlens_step *last = walk_last(&access->answer->walk);
	bool leaf = last->kind == MMLENS_ENTRY_KIND_LEAF;
	char level[NAME_MAX_LEN], state[NAME_MAX_LEN];

	text_level(last->level, level);
	if (run->state == MMLENS_STATE_NONE)
		add(access, "The %s entry is empty.", level);
	else if (!leaf)
		add(access, "The %s entry maps no page, it says %s.", level,
		    name_of(&names_state, run->state, state));
	else if (last->flags & MMLENS_ENTRY_FLAG_PROTNONE)
		add(access, "The %s entry has a page, but makes any access fault.",
		    level);
	else if (!access->write)
		add(access, "The %s entry maps a page.", level);
	else
		add(access, "The %s entry maps a page, %s writing.", level,
		    last->flags & MMLENS_ENTRY_FLAG_WRITE ? "and permits" :
		    "but does not permit");
}

/* What kind of page it is that an access has to do with. */
static void add_page(const struct access *access)
{
	const struct walk *walk = &access->answer->walk;
	bool is_private = !(walk->vma.v.flags & MMLENS_VMA_FLAG_MAY_SHARE);
	char buf[NAME_MAX_LEN];

	if (walk->run.state == MMLENS_STATE_NONE)
		add(access, "A %s mapping of the kind %s fills it.", is_private ? "private" :
		    "shared", name_of(&names_vma_kind, walk->vma.v.kind, buf));
	else if (walk->run.flags & MMLENS_PAGE_FLAG_PRESENT)
		add(access, "The page is %s, in a %s mapping.",
		    name_of(&names_state, walk->run.state, buf),
		    is_private ? "private" : "shared");
}

/* Of a huge page, a write is to a part. */
static void add_split(const struct access *access)
{
	switch (write_splits(&access->answer->walk.run)) {
	case SPLITS_NOT:
		break;
	case SPLITS_PERHAPS:
		add(access, "A huge page that is neither kept nor replaced as a whole is split first.");
		break;
	case SPLITS:
		add(access, "The huge page is split first: the rest of it stays as it is.");
	}
}

/* Huge pages were possible, until the settings were looked at. */
static void add_thp(const struct access *access)
{
	const struct system *sys = context_system(access->c);
	const struct walk_answer *answer = access->answer;
	const struct vma *vma = answer->walk.has_vma ? &answer->walk.vma :
						       answer->above;
	bool advised = vma->v.flags & MMLENS_VMA_FLAG_HUGE_PAGE;

	if (sys->thp == THP_NEVER)
		add(access, "A huge page would fit, but they are off.");
	else if (sys->thp == THP_MADVISE && !advised)
		add(access, "A huge page would fit, but is given on advice only, and there was none.");
	else
		add(access, "A huge page fits, and they are on%s: it hangs on a free one.",
		    sys->thp == THP_MADVISE ? " for what was advised, as this" :
		    "");
}

static void add_pool(const struct access *access)
{
	const struct system *sys = context_system(access->c);
	const struct mmlens_vma *vma = &access->answer->walk.vma.v;
	char buf[SIZE_AMOUNT];
	unsigned int i;

	for (i = 0; i < sys->pools; i++) {
		const struct huge_pool *pool = &sys->pool[i];

		if (pool->page_size != vma->page_size)
			continue;
		add(access, "The pool of %s pages has %llu free, of which %llu are reserved%s.",
		    size(access, pool->page_size, buf),
		    (unsigned long long)pool->free,
		    (unsigned long long)pool->reserved,
		    pool->may_grow ? ", and may grow" : "");
		return;
	}
	add(access, "%s", doc(&names_why, MMLENS_WHY_HUGE_POOL));
}

/* The rule that decides, and what the system adds to it. */
static void add_rule(const struct access *access)
{
	if (access->told_why == MMLENS_WHY_HUGE_POOL) {
		add_pool(access);
		return;
	}
	if (access->told_why == MMLENS_WHY_THP)
		add_thp(access);
	else if (access->why != MMLENS_WHY_MAPPED &&
		 access->why != MMLENS_WHY_STACK_GROWTH)
		add(access, "%s", doc(&names_why, access->why));
	if (access->why == MMLENS_WHY_PROTECTION_KEY &&
	    access->why != access->told_why)
		add(access, "%s", doc(&names_why, access->why));
}

/**
 * reasons_of() - what leads to the outcome of an access
 * @c: the run
 * @answer: a walk that has a run, its forecast completed
 * @write: of a write
 * @reasons: filled
 */
void reasons_of(struct context *c, const struct walk_answer *answer, bool write,
		struct reasons *reasons)
{
	const struct mmlens_page_run *run = &answer->walk.run;
	struct access access = {
		.c = c, .answer = answer, .reasons = reasons, .write = write,
		.told_why = write ? answer->told.write_why :
				    answer->told.read_why,
		.why = write ? run->write_why : run->read_why,
	};

	reasons->count = 0;
	if (!answer->walk.has_vma) {
		if (!add_outside(&access))
			return;
		add_rights(&access, answer->above->v.flags);
		if (access.why == MMLENS_WHY_HUGE_PAGE)
			add_thp(&access);
		else if (access.why != MMLENS_WHY_STACK_GROWTH &&
			 access.why != MMLENS_WHY_UNTOUCHED &&
			 access.why != MMLENS_WHY_RIGHTS)
			add_rule(&access);
		return;
	}
	add_rights(&access, answer->walk.vma.v.flags);
	if (access.why == MMLENS_WHY_RIGHTS)
		return;
	add_entry(&access);
	if (access.why == MMLENS_WHY_MAPPED)
		return;
	add_page(&access);
	add_rule(&access);
	if (write)
		add_split(&access);
}
