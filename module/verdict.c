// SPDX-License-Identifier: GPL-2.0
/*
 * The rules are those of do_wp_page(), do_huge_pmd_wp_page(), hugetlb_wp() and
 * of what comes before them in handle_mm_fault() and in the architecture's
 * fault handler.
 */
#include "verdict.h"

#define JUDGEMENT(_verdict, _why)					\
	((struct mmlens_judgement){ .verdict = MMLENS_VERDICT_##_verdict, \
				    .why = MMLENS_WHY_##_why })
#define UNSURE(_why)							\
	((struct mmlens_judgement){ .verdict = MMLENS_VERDICT_SHARED,	\
				    .why = MMLENS_WHY_##_why, .open = true })
#define OUTCOME(_what, _why)						\
	((struct mmlens_outcome){ .what = MMLENS_FORECAST_##_what,	\
				  .or_else = MMLENS_FORECAST_##_what,	\
				  .why = MMLENS_WHY_##_why })
#define EITHER(_what, _or_else, _why)					\
	((struct mmlens_outcome){ .what = MMLENS_FORECAST_##_what,	\
				  .or_else = MMLENS_FORECAST_##_or_else, \
				  .why = MMLENS_WHY_##_why })

/* A large folio of which single pages are mapped. */
static struct mmlens_judgement judge_part(const struct mmlens_area *area,
					  const struct mmlens_facts *facts)
{
	if (facts->mapcount > 1)
		return JUDGEMENT(SHARED, MAPPED_ELSEWHERE);
	if (area->rule == MMLENS_COW_RULE_SMALL)
		return JUDGEMENT(SHARED, LARGE_FOLIO);
	if (facts->elsewhere)
		return JUDGEMENT(SHARED, MAPPED_ELSEWHERE);
	/* The copy gives the rest of the folio back sooner. */
	if (facts->folio_mapcount <= 1)
		return JUDGEMENT(SHARED, LARGE_FOLIO);
	if (facts->swapcache)
		return UNSURE(SWAP_CACHE);
	/* No batch is emptied for a large folio. */
	return facts->refcount == facts->folio_mapcount ?
	       JUDGEMENT(REUSABLE, LAST_MAPPING) : JUDGEMENT(SHARED, REFERENCED);
}

/* A folio of which the mapping must hold the only reference. */
static struct mmlens_judgement judge_counts(const struct mmlens_facts *facts)
{
	unsigned int others = facts->refcount - 1;
	unsigned int passing = !facts->listed + facts->swapcache;

	if ((facts->whole ? facts->folio_mapcount : facts->mapcount) > 1)
		return JUDGEMENT(SHARED, MAPPED_ELSEWHERE);
	if (!others)
		return JUDGEMENT(REUSABLE, LAST_MAPPING);
	if (facts->large && !facts->whole)
		return JUDGEMENT(SHARED, LARGE_FOLIO);
	/* Of a huge page it has a reference for each part. */
	if (facts->whole)
		return facts->swapcache ? UNSURE(SWAP_CACHE) :
					  JUDGEMENT(SHARED, REFERENCED);
	/*
	 * The kernel empties the batch of one processor, and then lets the swap
	 * cache go if nobody else needs it.
	 */
	if (others > passing)
		return JUDGEMENT(SHARED, REFERENCED);
	return facts->swapcache ? UNSURE(SWAP_CACHE) : UNSURE(BATCH);
}

/* Marks that the kernel itself resolves are resolved by parts. */
static bool is_split_first(const struct mmlens_area *area,
			   const struct mmlens_facts *facts)
{
	return facts->whole && facts->uffd && area->uffd_wp && area->uffd_async;
}

static struct mmlens_judgement judge_anon(const struct mmlens_area *area,
					  const struct mmlens_facts *facts)
{
	if (facts->exclusive)
		return JUDGEMENT(EXCLUSIVE, MARKED);
	if (!facts->counted)
		return UNSURE(WITHHELD);
	if (facts->state == MMLENS_STATE_KSM)
		return JUDGEMENT(SHARED, KSM);
	if (facts->state == MMLENS_STATE_HUGETLB)
		return facts->mapcount == 1 ? JUDGEMENT(REUSABLE, LAST_MAPPING) :
					      JUDGEMENT(SHARED, MAPPED_ELSEWHERE);
	if (facts->large && !facts->whole &&
	    area->rule != MMLENS_COW_RULE_COUNT)
		return judge_part(area, facts);
	if (is_split_first(area, facts) && area->rule == MMLENS_COW_RULE_SMALL)
		return judge_part(area, facts);
	return judge_counts(facts);
}

/**
 * mmlens_judge() - the copy-on-write verdict
 * @area: the VMA
 * @facts: the page
 *
 * Context: Any.
 * Return: the verdict, MMLENS_VERDICT_N_A for what no private mapping maps.
 */
struct mmlens_judgement mmlens_judge(const struct mmlens_area *area,
				     const struct mmlens_facts *facts)
{
	if (!area->cow)
		return JUDGEMENT(N_A, NOT_PRIVATE);
	switch (facts->state) {
	case MMLENS_STATE_ZERO:
	case MMLENS_STATE_HUGE_ZERO:
		return JUDGEMENT(SHARED, ZERO_PAGE);
	case MMLENS_STATE_SWAP:
		return facts->exclusive ? JUDGEMENT(EXCLUSIVE, MARKED) :
					  UNSURE(SWAP_SHARED);
	case MMLENS_STATE_MIGRATION:
		if (!facts->anon)
			return JUDGEMENT(SHARED, PAGE_CACHE);
		return facts->exclusive ? JUDGEMENT(EXCLUSIVE, MARKED) :
					  UNSURE(MIGRATING);
	default:
		break;
	}
	if (!facts->present)
		return JUDGEMENT(N_A, NOT_MAPPED);
	if (facts->anon)
		return judge_anon(area, facts);
	return facts->state == MMLENS_STATE_FILE ||
	       facts->state == MMLENS_STATE_SHMEM ||
	       facts->state == MMLENS_STATE_HUGETLB ?
	       JUDGEMENT(SHARED, PAGE_CACHE) : JUDGEMENT(SHARED, NOT_ANON);
}

static struct mmlens_outcome fill_anon(const struct mmlens_area *area,
				       const struct mmlens_facts *facts,
				       bool write)
{
	bool huge = area->thp && facts->room;

	if (area->uffd_missing)
		return OUTCOME(UFFD, UFFD_MISSING);
	if (write)
		return huge ? EITHER(HUGE_ANON, ANON, THP) :
			      OUTCOME(ANON, UNTOUCHED);
	return huge ? EITHER(HUGE_ZERO, ZERO, THP) : OUTCOME(ZERO, UNTOUCHED);
}

static struct mmlens_outcome fill_hugetlb(const struct mmlens_area *area,
					  const struct mmlens_facts *facts,
					  bool write)
{
	switch (facts->cache) {
	case MMLENS_CACHE_BEYOND:
		return OUTCOME(SIGBUS, END_OF_FILE);
	case MMLENS_CACHE_POISONED:
		return OUTCOME(SIGBUS, POISON);
	case MMLENS_CACHE_PRESENT:
	case MMLENS_CACHE_BUSY:
		if (area->uffd_minor)
			return OUTCOME(UFFD, UFFD_MINOR);
		/* It is copied at once, and the copy is taken from the pool. */
		if (!write || !area->cow)
			return OUTCOME(HUGETLB, CACHED);
		break;
	case MMLENS_CACHE_WITHHELD:
		if (area->uffd_missing || area->uffd_minor)
			return EITHER(UFFD, HUGETLB, WITHHELD);
		break;
	default:
		if (area->uffd_missing)
			return OUTCOME(UFFD, UFFD_MISSING);
	}
	/* What a mapping has reserved, a hole punched into its file gives back. */
	return EITHER(HUGETLB, SIGBUS, HUGE_POOL);
}

static struct mmlens_outcome fill_shmem(const struct mmlens_area *area,
					const struct mmlens_facts *facts)
{
	switch (facts->cache) {
	case MMLENS_CACHE_BEYOND:
		return OUTCOME(SIGBUS, END_OF_FILE);
	case MMLENS_CACHE_POISONED:
		return OUTCOME(SIGBUS, POISON);
	case MMLENS_CACHE_WITHHELD:
		if (area->uffd_missing || area->uffd_minor)
			return EITHER(UFFD, SHMEM_MINOR, WITHHELD);
		return EITHER(SHMEM_MINOR, SHMEM_MAJOR, WITHHELD);
	case MMLENS_CACHE_ABSENT:
		return area->uffd_missing ? OUTCOME(UFFD, UFFD_MISSING) :
					    OUTCOME(SHMEM_MINOR, UNTOUCHED);
	case MMLENS_CACHE_SWAPPED:
		return area->uffd_minor ?
		       OUTCOME(UFFD, UFFD_MINOR) :
		       EITHER(SHMEM_MAJOR, SHMEM_MINOR, SWAP_CACHE);
	default:
		return area->uffd_minor ? OUTCOME(UFFD, UFFD_MINOR) :
					  OUTCOME(SHMEM_MINOR, CACHED);
	}
}

static struct mmlens_outcome fill_file(const struct mmlens_facts *facts)
{
	switch (facts->cache) {
	case MMLENS_CACHE_BEYOND:
		return OUTCOME(SIGBUS, END_OF_FILE);
	case MMLENS_CACHE_POISONED:
		return OUTCOME(SIGBUS, POISON);
	case MMLENS_CACHE_WITHHELD:
		return EITHER(FILE_MINOR, FILE_MAJOR, WITHHELD);
	case MMLENS_CACHE_ABSENT:
		return OUTCOME(FILE_MAJOR, NOT_CACHED);
	case MMLENS_CACHE_BUSY:
		return EITHER(FILE_MINOR, FILE_MAJOR, BUSY);
	default:
		return OUTCOME(FILE_MINOR, CACHED);
	}
}

/* A write to a private mapping: the page is found, or read, and then copied. */
static struct mmlens_outcome copy_filled(struct mmlens_outcome filled)
{
	if (filled.what == MMLENS_FORECAST_SIGBUS)
		return filled;
	if (filled.what != MMLENS_FORECAST_UFFD)
		return OUTCOME(FILE_COPY, PAGE_CACHE);
	if (filled.or_else != MMLENS_FORECAST_UFFD)
		filled.or_else = MMLENS_FORECAST_FILE_COPY;
	return filled;
}

static struct mmlens_outcome fill(const struct mmlens_area *area,
				  const struct mmlens_facts *facts, bool write)
{
	struct mmlens_outcome outcome;

	switch (area->backing) {
	case MMLENS_BACKING_ANON:
		return fill_anon(area, facts, write);
	case MMLENS_BACKING_HUGETLB:
		return fill_hugetlb(area, facts, write);
	case MMLENS_BACKING_NOTHING:
		return OUTCOME(SIGBUS, NO_HANDLER);
	case MMLENS_BACKING_KERNEL:
		return write && area->cow ? OUTCOME(FILE_COPY, KERNEL_PAGE) :
					    OUTCOME(FILE_MINOR, KERNEL_PAGE);
	case MMLENS_BACKING_DRIVER:
		return write && area->cow ? EITHER(FILE_COPY, SIGBUS, DRIVER) :
					    EITHER(FILE_MINOR, SIGBUS, DRIVER);
	case MMLENS_BACKING_SHMEM:
		outcome = fill_shmem(area, facts);
		break;
	default:
		outcome = fill_file(facts);
		break;
	}
	/* Whatever it begins with, it ends with a copy. */
	if (write && area->cow)
		outcome = copy_filled(outcome);
	return outcome;
}

/* Of the page cache, a huge page is unmapped, to be mapped by parts. */
static struct mmlens_outcome write_tracked(const struct mmlens_facts *facts)
{
	if (facts->whole && facts->state == MMLENS_STATE_SHMEM)
		return OUTCOME(SHMEM_MINOR, WRITE_TRACKED);
	if (facts->whole && facts->state == MMLENS_STATE_FILE)
		return OUTCOME(FILE_MINOR, WRITE_TRACKED);
	return OUTCOME(WRITE_NOTIFY, WRITE_TRACKED);
}

/* A write to an entry that forbids it, in a VMA that permits it. */
static struct mmlens_outcome write_protected(const struct mmlens_area *area,
					     const struct mmlens_facts *facts,
					     const struct mmlens_judgement *judgement)
{
	enum mmlens_forecast copy;

	if (!area->cow)
		return write_tracked(facts);
	if (facts->state == MMLENS_STATE_ZERO)
		return OUTCOME(ZERO_COPY, ZERO_PAGE);
	if (facts->state == MMLENS_STATE_HUGE_ZERO)
		return area->huge_zero_copy && !is_split_first(area, facts) ?
		       EITHER(HUGE_ANON, ZERO_COPY, HUGE_PAGE) :
		       OUTCOME(ZERO_COPY, ZERO_PAGE);
	if (judgement->verdict != MMLENS_VERDICT_SHARED)
		return (struct mmlens_outcome){
			.what = MMLENS_FORECAST_COW_REUSE,
			.or_else = MMLENS_FORECAST_COW_REUSE,
			.why = judgement->why,
		};
	if (judgement->open)
		return (struct mmlens_outcome){
			.what = MMLENS_FORECAST_COW_COPY,
			.or_else = MMLENS_FORECAST_COW_REUSE,
			.why = judgement->why,
		};
	copy = facts->anon ? MMLENS_FORECAST_COW_COPY : MMLENS_FORECAST_FILE_COPY;
	if (facts->state == MMLENS_STATE_HUGETLB)
		return (struct mmlens_outcome){
			.what = copy,
			.or_else = MMLENS_FORECAST_SIGBUS,
			.why = MMLENS_WHY_HUGE_POOL,
		};
	return (struct mmlens_outcome){
		.what = copy,
		.or_else = copy,
		.why = judgement->why,
	};
}

static struct mmlens_outcome touch(const struct mmlens_area *area,
				   const struct mmlens_facts *facts,
				   const struct mmlens_judgement *judgement,
				   bool write)
{
	if (area->uffd_rwp && facts->uffd) {
		if (!area->uffd_async)
			return OUTCOME(UFFD, UFFD_PROTECTED);
		/* Rights are given back, but none to write what is shared. */
		if (!write || !area->cow ||
		    judgement->verdict == MMLENS_VERDICT_EXCLUSIVE)
			return OUTCOME(WRITE_NOTIFY, UFFD_PROTECTED);
		return write_protected(area, facts, judgement);
	}
	if (!write || facts->write)
		return OUTCOME(NONE, MAPPED);
	if (area->uffd_wp && facts->uffd && !area->uffd_async)
		return OUTCOME(UFFD, UFFD_PROTECTED);
	return write_protected(area, facts, judgement);
}

static struct mmlens_outcome absent(const struct mmlens_area *area,
				    const struct mmlens_facts *facts,
				    bool write)
{
	bool caught = facts->uffd && !area->uffd_async &&
		      (area->uffd_rwp || (write && area->uffd_wp));
	struct mmlens_outcome outcome;

	switch (facts->state) {
	case MMLENS_STATE_SWAP:
		return caught ? OUTCOME(UFFD, UFFD_PROTECTED) :
				OUTCOME(SWAP_IN, SWAPPED);
	case MMLENS_STATE_MIGRATION:
		return OUTCOME(WAIT, MIGRATING);
	case MMLENS_STATE_DEVICE_PRIVATE:
	case MMLENS_STATE_DEVICE_EXCLUSIVE:
		return OUTCOME(WAIT, DEVICE);
	case MMLENS_STATE_HWPOISON:
	case MMLENS_STATE_POISON_MARKER:
		return OUTCOME(SIGBUS, POISON);
	case MMLENS_STATE_GUARD:
		return OUTCOME(SIGSEGV, GUARD);
	case MMLENS_STATE_UFFD_MARKER:
		outcome = fill(area, facts, write);
		/* It is filled write-protected, and then the write is caught. */
		return caught && outcome.what != MMLENS_FORECAST_SIGBUS ?
		       OUTCOME(UFFD, UFFD_PROTECTED) : outcome;
	default:
		return fill(area, facts, write);
	}
}

/**
 * mmlens_foresee() - what the next access will do
 * @area: the VMA
 * @facts: the page
 * @judgement: what mmlens_judge() says of it
 * @write: the access is a write
 *
 * Context: Any.
 * Return: the outcome, or both that are possible.
 */
struct mmlens_outcome mmlens_foresee(const struct mmlens_area *area,
				     const struct mmlens_facts *facts,
				     const struct mmlens_judgement *judgement,
				     bool write)
{
	struct mmlens_outcome outcome;

	if (write ? !area->writable : !area->accessible)
		return OUTCOME(SIGSEGV, RIGHTS);
	if (area->execute_only)
		return OUTCOME(SIGSEGV, EXECUTE_ONLY);
	if (facts->numa_hint)
		outcome = OUTCOME(NUMA_HINT, NUMA);
	else if (!facts->present)
		outcome = absent(area, facts, write);
	else
		outcome = touch(area, facts, judgement, write);
	if (area->pkey && outcome.what == outcome.or_else &&
	    outcome.what != MMLENS_FORECAST_SIGSEGV) {
		outcome.or_else = MMLENS_FORECAST_SIGSEGV;
		outcome.why = MMLENS_WHY_PROTECTION_KEY;
	}
	return outcome;
}

/**
 * mmlens_foresee_growth() - what the next access below a stack will do
 * @area: the VMA of the stack
 * @facts: the page, as if the stack reached down to it
 * @write: the access is a write
 *
 * Context: Any.
 * Return: the outcome; that limits forbid the growth is always possible.
 */
struct mmlens_outcome mmlens_foresee_growth(const struct mmlens_area *area,
					    const struct mmlens_facts *facts,
					    bool write)
{
	const struct mmlens_judgement none = JUDGEMENT(N_A, NOT_MAPPED);
	struct mmlens_outcome outcome;

	outcome = mmlens_foresee(area, facts, &none, write);
	if (outcome.what == MMLENS_FORECAST_SIGSEGV)
		return outcome;
	outcome.or_else = MMLENS_FORECAST_SIGSEGV;
	outcome.why = MMLENS_WHY_STACK_GROWTH;
	return outcome;
}
