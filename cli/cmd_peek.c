// SPDX-License-Identifier: GPL-2.0
/* mmlens lru --peek: what stands at the end of a list. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "peek_answer.h"
#include "names_gen.h"

#define COUNT_DEFAULT 16
#define COUNT_MOST 64

/* Without --cgroup: the root and the largest others. */
#define CGROUPS_SHOWN 3

/* Which lists are asked for. */
struct wish {
	bool given;		/* false: where reclaim looks next */
	bool all;		/* every list there is, instead */
	uint32_t lru;
	bool numbered;
	uint64_t generation;
};

static int parse_end(struct context *c, uint32_t *end)
{
	int found = name_find(&names_lru_end, c->options.peek);

	if (found < 0)
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "--peek is tail or head, not '%.64s'",
			    c->options.peek);
	*end = (uint32_t)found;
	return 0;
}

static int parse_list(struct context *c, struct wish *wish)
{
	static const char numbered[] = "generation:";
	const char *text = c->options.list;
	int lru;

	memset(wish, 0, sizeof(*wish));
	if (!text)
		return 0;
	wish->given = true;
	if (!strncmp(text, numbered, sizeof(numbered) - 1)) {
		wish->lru = MMLENS_LRU_GENERATION;
		wish->numbered = true;
		return arg_number(text + sizeof(numbered) - 1, "a generation",
				  0, UINT64_MAX, &wish->generation,
				  &c->failure);
	}
	lru = name_find(&names_lru, text);
	if (lru == MMLENS_LRU_UNEVICTABLE)
		return fail(&c->failure, FAIL_KERNEL, EOPNOTSUPP,
			    "the kernel counts unevictable pages, but keeps no list of them that could be shown");
	if (lru < MMLENS_LRU_INACTIVE_ANON || lru > MMLENS_LRU_GENERATION)
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "there is no list '%.64s': it is inactive-anon, active-anon, inactive-file, active-file, generation or generation:NUMBER",
			    text);
	wish->lru = (uint32_t)lru;
	return 0;
}

static bool wants_list(const struct wish *wish, uint32_t lru)
{
	if (lru == MMLENS_LRU_GENERATION || lru == MMLENS_LRU_UNEVICTABLE)
		return false;
	return wish->given ? lru == wish->lru : wish->all ||
	       lru == MMLENS_LRU_INACTIVE_ANON ||
	       lru == MMLENS_LRU_INACTIVE_FILE;
}

static bool wants_generations(const struct wish *wish)
{
	return !wish->given || wish->lru == MMLENS_LRU_GENERATION;
}

/* All pages of a list, over the zones. */
static uint64_t list_pages(const struct lruvec *lruvec, uint32_t lru)
{
	uint64_t pages = 0;
	size_t i;

	for (i = 0; i < lruvec->sizes.count; i++)
		if (lruvec->sizes.list[i].lru == lru)
			pages += lruvec->sizes.list[i].pages;
	return pages;
}

/*
 * All pages of a type in a zone: which list of them a page of a generation
 * stands on, the sizes of generations do not tell.
 */
static uint64_t zone_pages(const struct lruvec *lruvec, uint32_t type,
			   uint32_t zone)
{
	uint64_t pages = 0;
	size_t i;

	for (i = 0; i < lruvec->sizes.count; i++) {
		const struct mmlens_lru_size *size = &lruvec->sizes.list[i];

		if (size->lru == MMLENS_LRU_GENERATION && size->type == type &&
		    size->zone == zone)
			pages += size->pages;
	}
	return pages;
}

static struct peek_list *list_add(struct peek_answer *answer)
{
	void *list = list_grow(answer->lists.list, answer->lists.count,
			       &answer->lists.room,
			       sizeof(*answer->lists.list));

	if (!list)
		return NULL;
	answer->lists.list = list;
	memset(&answer->lists.list[answer->lists.count], 0,
	       sizeof(*answer->lists.list));
	return &answer->lists.list[answer->lists.count++];
}

static void list_drop(struct peek_answer *answer)
{
	peek_free(&answer->lists.list[--answer->lists.count].peek);
}

/*
 * A list that is empty is left out, and so is what went away since its size was
 * told.
 */
static int peek_at(struct context *c, struct peek_answer *answer,
		   const struct lruvec *lruvec, struct system_query *query)
{
	struct peek_list *list = list_add(answer);
	int ret;

	if (!list)
		return fail_memory(&c->failure);
	query->has_cgroup = lruvec->v.cgroup != 0;
	query->cgroup = lruvec->v.cgroup;
	query->has_node = true;
	query->node = lruvec->v.node;
	query->has_list = true;
	query->end = answer->end;
	query->count = answer->count;
	list->lruvec = lruvec;
	list->lru = query->lru;
	list->type = query->type;
	list->zone = query->zone;
	ret = ask_peek(&c->asker, query, &list->peek);
	if ((ret == -ERANGE || ret == -ENOENT) && c->asker.nl.reason[0]) {
		memset(&c->failure, 0, sizeof(c->failure));
		list_drop(answer);
		return 0;
	}
	if (!ret && !list->peek.folios.count)
		list_drop(answer);
	return ret;
}

static int peek_lists(struct context *c, struct peek_answer *answer,
		      const struct lruvec *lruvec, const struct wish *wish)
{
	uint32_t lru;
	int ret = 0;

	for (lru = MMLENS_LRU_INACTIVE_ANON; lru <= MMLENS_LRU_ACTIVE_FILE &&
	     !ret; lru++) {
		struct system_query query = {
			.lru = lru,
			.type = lru == MMLENS_LRU_INACTIVE_FILE ||
				lru == MMLENS_LRU_ACTIVE_FILE ?
				MMLENS_LRU_TYPE_FILE : MMLENS_LRU_TYPE_ANON,
		};

		if (wants_list(wish, lru) && list_pages(lruvec, lru))
			ret = peek_at(c, answer, lruvec, &query);
	}
	return ret;
}

/* One generation, or from the youngest on all that there are of the type. */
static int peek_zone(struct context *c, struct peek_answer *answer,
		     const struct lruvec *lruvec, const struct wish *wish,
		     struct system_query *query)
{
	uint64_t oldest = query->type == MMLENS_LRU_TYPE_ANON ?
			  lruvec->v.oldest_anon : lruvec->v.oldest_file;
	uint64_t number = lruvec->v.youngest;
	int ret = 0;

	if (!wish->all)
		return peek_at(c, answer, lruvec, query);
	query->has_generation = true;
	for (; number + 1 > oldest && !ret; number--) {
		query->generation = number;
		ret = peek_at(c, answer, lruvec, query);
	}
	return ret;
}

static int peek_generations(struct context *c, struct peek_answer *answer,
			    const struct lruvec *lruvec,
			    const struct wish *wish)
{
	uint32_t type, zone;
	int ret = 0;

	for (type = 0; type < LRU_TYPES; type++) {
		for (zone = 0; zone < ZONE_KINDS && !ret; zone++) {
			struct system_query query = {
				.lru = MMLENS_LRU_GENERATION, .type = type,
				.zone = zone, .has_generation = wish->numbered,
				.generation = wish->generation,
			};

			if (zone_pages(lruvec, type, zone))
				ret = peek_zone(c, answer, lruvec, wish, &query);
		}
	}
	return ret;
}

static bool has_lists(const struct lruvec *lruvec, const struct wish *wish)
{
	size_t i;

	for (i = 0; i < lruvec->sizes.count; i++) {
		uint32_t lru = lruvec->sizes.list[i].lru;

		if (wants_list(wish, lru) || (lru == MMLENS_LRU_GENERATION &&
					      wants_generations(wish)))
			return true;
	}
	return false;
}

static int peek_lruvec(struct context *c, struct peek_answer *answer,
		       const struct lruvec *lruvec, const struct wish *wish)
{
	int ret = peek_lists(c, answer, lruvec, wish);

	if (!ret && wants_generations(wish))
		ret = peek_generations(c, answer, lruvec, wish);
	return ret;
}

/* The root comes first, as it was told first; then the largest. */
static int peek_some(struct context *c, struct peek_answer *answer,
		     const struct wish *wish, uint64_t first)
{
	const struct lruvec_list *all = &answer->lruvecs;
	const struct lruvec **list = calloc(all->count + 1, sizeof(*list));
	size_t i, shown = 0, count = 0;
	int ret = 0;

	if (!list)
		return fail_memory(&c->failure);
	for (i = 0; i < all->count && !ret; i++) {
		if (!has_lists(&all->list[i], wish))
			continue;
		if (all->list[i].v.cgroup == first)
			ret = peek_lruvec(c, answer, &all->list[i], wish);
		else if (!c->options.cgroup)
			list[count++] = &all->list[i];
	}
	qsort(list, count, sizeof(*list), lruvec_largest_first);
	for (; shown < count && shown < CGROUPS_SHOWN && !ret; shown++)
		ret = peek_lruvec(c, answer, list[shown], wish);
	answer->left_out = count - shown;
	free(list);
	return ret;
}

/* A generation that no lruvec has is a mistake, and not an empty list. */
static int check_generation(struct context *c, const struct wish *wish,
			    const struct lruvec_list *lruvecs)
{
	size_t i;

	if (!wish->numbered)
		return 0;
	for (i = 0; i < lruvecs->count; i++) {
		const struct mmlens_lruvec *v = &lruvecs->list[i].v;
		uint64_t low = v->oldest_anon < v->oldest_file ?
			       v->oldest_anon : v->oldest_file;

		if (wish->generation >= low && wish->generation <= v->youngest)
			return 0;
	}
	return fail(&c->failure, FAIL_KERNEL, ERANGE,
		    "there is no generation %llu now; 'mmlens lru -j' tells the numbers of each cgroup",
		    (unsigned long long)wish->generation);
}

/**
 * lru_peek() - the folios at an end of the lists
 * @c: the run, the conversation open
 *
 * Return: 0, or -errno with the failure told.
 */
int lru_peek(struct context *c)
{
	struct peek_answer answer = { .count = COUNT_DEFAULT };
	const char *text = c->options.count;
	struct system_query query;
	struct wish wish;
	uint64_t number;
	size_t i;
	int ret = parse_end(c, &answer.end);

	if (!ret)
		ret = parse_list(c, &wish);
	/* Where reclaim takes from is known; folios are added everywhere. */
	wish.all = !ret && !wish.given && answer.end == MMLENS_LRU_END_HEAD;
	if (!ret && text) {
		ret = arg_number(text, "a count", 1, COUNT_MOST, &number,
				 &c->failure);
		answer.count = (uint32_t)number;
	}
	if (!ret)
		ret = lru_query(c, &query);
	if (!ret)
		ret = ask_lruvecs(&c->asker, &query, &answer.lruvecs);
	if (!ret)
		ret = check_generation(c, &wish, &answer.lruvecs);
	if (!ret && answer.lruvecs.count)
		ret = peek_some(c, &answer, &wish,
				answer.lruvecs.list[0].v.cgroup);
	if (!ret && c->options.json)
		peek_json(c, &answer);
	else if (!ret)
		ret = peek_text(c, &answer);
	for (i = 0; i < answer.lists.count; i++)
		peek_free(&answer.lists.list[i].peek);
	free(answer.lists.list);
	lruvec_list_free(&answer.lruvecs);
	return ret;
}
