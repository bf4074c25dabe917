// SPDX-License-Identifier: GPL-2.0
#include "filter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "names_gen.h"

/* The flags of an entry come before those of its folio. */
#define ENTRY_FLAGS ((uint64_t)MMLENS_PAGE_FLAG_LOCKED - 1)

/* All names, separated by commas. */
static void list_names(const struct name_set *set, char *to, size_t size)
{
	unsigned int i;
	size_t n = 0;

	for (i = 0; i < set->count && n < size; i++)
		n += (size_t)snprintf(to + n, size - n, "%s%s", i ? ", " : "",
				      set->entries[i].name);
}

static int unknown(const struct name_set *set, const char *what,
		   const char *word, struct failure *f)
{
	char names[480];

	list_names(set, names, sizeof(names));
	return fail(f, FAIL_USAGE, EINVAL, "'%s' is no %s: they are %s", word,
		    what, names);
}

static int add_words(uint64_t *bits, const struct name_set *set,
		     const char *what, const char *list, struct failure *f)
{
	char word[NAME_MAX_LEN] = "";
	int value;

	while (list_word(&list, word)) {
		value = name_find(set, word);
		if (value < 0)
			return unknown(set, what, word, f);
		*bits |= 1ULL << value;
	}
	return 0;
}

/**
 * filter_states() - ask for states
 * @filter: added to
 * @list: their names, separated by commas
 * @f: told what is wrong with them
 *
 * Return: 0 or -errno.
 */
int filter_states(struct filter *filter, const char *list, struct failure *f)
{
	return add_words(&filter->states, &names_state, "state", list, f);
}

/**
 * filter_verdicts() - ask for verdicts
 * @filter: added to
 * @list: their names, separated by commas
 * @f: told what is wrong with them
 *
 * Return: 0 or -errno.
 */
int filter_verdicts(struct filter *filter, const char *list, struct failure *f)
{
	return add_words(&filter->verdicts, &names_verdict, "verdict", list, f);
}

/**
 * filter_flags() - ask for flags
 * @filter: added to
 * @list: their names, separated by commas
 * @f: told what is wrong with them
 *
 * Return: 0 or -errno.
 */
int filter_flags(struct filter *filter, const char *list, struct failure *f)
{
	return add_words(&filter->flags, &names_page_flag, "flag", list, f);
}

/**
 * filter_forecasts() - ask for forecasts
 * @filter: added to
 * @list: their names, separated by commas; "read:" or "write:" before a name
 *        asks for that access alone
 * @f: told what is wrong with them
 *
 * Return: 0 or -errno.
 */
int filter_forecasts(struct filter *filter, const char *list, struct failure *f)
{
	char word[NAME_MAX_LEN];

	while (list_word(&list, word)) {
		bool read = !strncmp(word, "read:", 5);
		bool write = !strncmp(word, "write:", 6);
		const char *name = word + (read ? 5 : write ? 6 : 0);
		int value = name_find(&names_forecast, name);

		if (value < 0)
			return unknown(&names_forecast, "forecast", name, f);
		if (!write)
			filter->reads |= 1ULL << value;
		if (!read)
			filter->writes |= 1ULL << value;
	}
	return 0;
}

static int add_generation(struct filter *filter, const char *number,
			  struct failure *f)
{
	if (filter->generation_count == FILTER_GENERATIONS)
		return fail(f, FAIL_USAGE, EINVAL,
			    "at most %d generations can be asked for at once",
			    FILTER_GENERATIONS);
	return arg_number(number, "a generation", 0, UINT64_MAX,
			  &filter->generations[filter->generation_count++], f);
}

/**
 * filter_places() - ask for places on the LRU
 * @filter: added to
 * @list: their names, separated by commas; "generation:" and a number asks for
 *        that generation alone
 * @f: told what is wrong with them
 *
 * Return: 0 or -errno.
 */
int filter_places(struct filter *filter, const char *list, struct failure *f)
{
	static const char numbered[] = "generation:";
	const size_t length = sizeof(numbered) - 1;
	char word[NAME_MAX_LEN];
	int ret = 0;

	while (!ret && list_word(&list, word)) {
		if (!strncmp(word, numbered, length))
			ret = add_generation(filter, word + length, f);
		else
			ret = add_words(&filter->places, &names_lru, "LRU list",
					word, f);
	}
	return ret;
}

/**
 * filter_is_on() - does it ask for anything?
 * @filter: the filter
 *
 * Return: true if so.
 */
bool filter_is_on(const struct filter *filter)
{
	return filter->states || filter->verdicts || filter->reads ||
	       filter->writes || filter->flags || filter->places ||
	       filter->generation_count || filter->mapped;
}

/**
 * filter_needs_ksm() - does it matter what KSM has merged?
 * @filter: the filter
 *
 * Return: true if so.
 */
bool filter_needs_ksm(const struct filter *filter)
{
	return filter->states >> MMLENS_STATE_KSM & 1;
}

/**
 * filter_detail() - what must be known of a page
 * @filter: the filter
 *
 * Return: Bits of enum mmlens_detail.
 */
uint32_t filter_detail(const struct filter *filter)
{
	uint32_t detail = 0;

	if (filter->verdicts)
		detail |= MMLENS_DETAIL_VERDICT;
	if (filter->reads || filter->writes)
		detail |= MMLENS_DETAIL_FORECAST;
	if (filter->places || filter->generation_count)
		detail |= MMLENS_DETAIL_LRU;
	if (filter->flags & ENTRY_FLAGS ||
	    (filter->blind && filter_needs_ksm(filter)))
		detail |= MMLENS_DETAIL_ENTRY;
	if (filter->flags & ~ENTRY_FLAGS)
		detail |= MMLENS_DETAIL_FOLIO;
	return detail;
}

/* Does only the lack of a privilege leave open whether it is reusable? */
static bool may_be_reusable(const struct mmlens_page_run *run)
{
	return run->verdict == MMLENS_VERDICT_SHARED &&
	       run->verdict_why == MMLENS_WHY_WITHHELD;
}

static bool has(uint64_t bits, unsigned int value)
{
	return value < 64 && bits >> value & 1;
}

static bool takes_forecast(const struct filter *filter,
			   const struct mmlens_page_run *run)
{
	return has(filter->reads, run->read) ||
	       has(filter->reads, run->read_else) ||
	       has(filter->writes, run->write) ||
	       has(filter->writes, run->write_else);
}

static bool takes_place(const struct filter *filter,
			const struct mmlens_page_run *run)
{
	size_t i;

	/* What is nowhere, as a page in swap, has no place. */
	if (!(run->facts & MMLENS_DETAIL_LRU))
		return false;
	if (has(filter->places, run->lru))
		return true;
	if (run->lru != MMLENS_LRU_GENERATION)
		return false;
	for (i = 0; i < filter->generation_count; i++)
		if (filter->generations[i] == run->generation)
			return true;
	return false;
}

static bool takes_verdict(const struct filter *filter,
			  const struct mmlens_page_run *run)
{
	return has(filter->verdicts, run->verdict) ||
	       (has(filter->verdicts, MMLENS_VERDICT_REUSABLE) &&
		may_be_reusable(run));
}

/**
 * filter_may_be_ksm() - is a run shown because KSM may have merged its pages?
 * @filter: the filter
 * @run: the run, with its entry's flags
 *
 * What KSM merged is told as anon to who may not know, and never exclusive.
 *
 * Return: true if that alone lets it pass as a state that is asked for.
 */
bool filter_may_be_ksm(const struct filter *filter,
		       const struct mmlens_page_run *run)
{
	return filter->blind && filter_needs_ksm(filter) &&
	       !has(filter->states, run->state) &&
	       run->state == MMLENS_STATE_ANON &&
	       run->level == MMLENS_LEVEL_PTE &&
	       !(run->flags & MMLENS_PAGE_FLAG_EXCLUSIVE);
}

/**
 * filter_takes() - is a run to be shown?
 * @filter: the filter
 * @run: the run, with the details that the filter asks for, as far as they may
 *       be known; of two possible outcomes one is enough
 *
 * Return: true if so.
 */
bool filter_takes(const struct filter *filter,
		  const struct mmlens_page_run *run)
{
	if (filter->mapped && run->state == MMLENS_STATE_NONE)
		return false;
	if (filter->states && !has(filter->states, run->state) &&
	    !filter_may_be_ksm(filter, run))
		return false;
	if (filter->verdicts && !takes_verdict(filter, run))
		return false;
	if ((filter->places || filter->generation_count) &&
	    !takes_place(filter, run))
		return false;
	if ((filter->reads || filter->writes) && !takes_forecast(filter, run))
		return false;
	return !filter->flags || filter->flags & run->flags;
}
