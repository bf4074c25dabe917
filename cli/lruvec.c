// SPDX-License-Identifier: GPL-2.0
#include "lruvec.h"

#include <stdlib.h>
#include <string.h>

#include "model.h"

/**
 * lruvec_add() - append an empty lruvec
 * @lruvecs: the list
 *
 * Return: The new element, NULL without memory.
 */
struct lruvec *lruvec_add(struct lruvec_list *lruvecs)
{
	void *list = list_grow(lruvecs->list, lruvecs->count, &lruvecs->room,
			       sizeof(*lruvecs->list));

	if (!list)
		return NULL;
	lruvecs->list = list;
	memset(&lruvecs->list[lruvecs->count], 0, sizeof(*lruvecs->list));
	return &lruvecs->list[lruvecs->count++];
}

/**
 * lruvec_clear() - give back what an lruvec holds
 * @lruvec: the lruvec, empty afterwards
 */
void lruvec_clear(struct lruvec *lruvec)
{
	free(lruvec->path);
	free(lruvec->sizes.list);
	free(lruvec->generations.list);
	free(lruvec->tiers.list);
	memset(lruvec, 0, sizeof(*lruvec));
}

/**
 * lruvec_list_free() - give back a list of lruvecs
 * @lruvecs: the list, empty afterwards
 */
void lruvec_list_free(struct lruvec_list *lruvecs)
{
	size_t i;

	for (i = 0; i < lruvecs->count; i++)
		lruvec_clear(&lruvecs->list[i]);
	free(lruvecs->list);
	memset(lruvecs, 0, sizeof(*lruvecs));
}

/* How many generations are younger, as far as they are told apart. */
static unsigned int younger(const struct lruvec *lruvec, uint64_t generation)
{
	uint64_t n = generation < lruvec->v.youngest ?
		     lruvec->v.youngest - generation : 0;

	return n < LRU_GENERATIONS ? (unsigned int)n : LRU_GENERATIONS - 1;
}

static void add_size(struct lru_sums *sums, const struct lruvec *lruvec,
		     const struct mmlens_lru_size *size)
{
	unsigned int type = size->type == MMLENS_LRU_TYPE_FILE;

	sums->counted |= size->counted;
	switch (size->lru) {
	case MMLENS_LRU_ACTIVE_ANON:
	case MMLENS_LRU_ACTIVE_FILE:
		sums->active.pages[type] += size->pages;
		sums->lists = true;
		break;
	case MMLENS_LRU_INACTIVE_ANON:
	case MMLENS_LRU_INACTIVE_FILE:
		sums->inactive.pages[type] += size->pages;
		sums->lists = true;
		break;
	case MMLENS_LRU_GENERATION:
		sums->generation[younger(lruvec, size->generation)].pages[type] +=
			size->pages;
		sums->generations = true;
		break;
	case MMLENS_LRU_UNEVICTABLE:
		sums->unevictable += size->pages;
		type = LRU_TYPES;
		break;
	default:
		return;
	}
	if (size->zone < ZONE_KINDS)
		sums->zone[size->zone][type] += size->pages;
}

static bool holds_generation(const struct lruvec *lruvec, uint64_t number)
{
	size_t i;

	for (i = 0; i < lruvec->sizes.count; i++) {
		const struct mmlens_lru_size *size = &lruvec->sizes.list[i];

		if (size->lru == MMLENS_LRU_GENERATION &&
		    size->generation == number)
			return true;
	}
	return false;
}

/* Ages are those of generations that hold pages. */
static void add_age(struct lru_sums *sums, const struct lruvec *lruvec,
		    const struct mmlens_generation *generation)
{
	struct lru_place *place =
		&sums->generation[younger(lruvec, generation->number)];

	if (!holds_generation(lruvec, generation->number))
		return;
	if (!place->aged || generation->age < place->least_ms)
		place->least_ms = generation->age;
	if (!place->aged || generation->age > place->most_ms)
		place->most_ms = generation->age;
	place->aged = true;
}

static void add_tier(struct lru_sums *sums, const struct mmlens_tier *tier)
{
	struct mmlens_tier *sum;

	if (tier->type >= LRU_TYPES || tier->tier >= LRU_TIERS)
		return;
	sum = &sums->tier[tier->type][tier->tier];
	sum->refaulted += tier->refaulted;
	sum->evicted += tier->evicted;
	sum->protected += tier->protected;
	sum->average_refaulted += tier->average_refaulted;
	sum->average_total += tier->average_total;
}

/**
 * lru_sums_add() - add an lruvec
 * @sums: added to
 * @lruvec: the lruvec
 */
void lru_sums_add(struct lru_sums *sums, const struct lruvec *lruvec)
{
	size_t i;

	for (i = 0; i < lruvec->sizes.count; i++)
		add_size(sums, lruvec, &lruvec->sizes.list[i]);
	for (i = 0; i < lruvec->generations.count; i++)
		add_age(sums, lruvec, &lruvec->generations.list[i]);
	for (i = 0; i < lruvec->tiers.count; i++)
		add_tier(sums, &lruvec->tiers.list[i]);
}

/**
 * lru_place_pages() - anonymous and file pages together
 * @place: the place
 *
 * Return: Pages.
 */
uint64_t lru_place_pages(const struct lru_place *place)
{
	return place->pages[0] + place->pages[1];
}

/**
 * lru_sums_type() - all pages of a type that reclaim may take
 * @sums: the sums
 * @type: enum mmlens_lru_type
 *
 * Return: Pages.
 */
uint64_t lru_sums_type(const struct lru_sums *sums, unsigned int type)
{
	uint64_t pages = sums->active.pages[type] + sums->inactive.pages[type];
	size_t i;

	for (i = 0; i < LRU_GENERATIONS; i++)
		pages += sums->generation[i].pages[type];
	return pages;
}

/**
 * lru_sums_pages() - all pages
 * @sums: the sums
 *
 * Return: Pages.
 */
uint64_t lru_sums_pages(const struct lru_sums *sums)
{
	return lru_sums_type(sums, MMLENS_LRU_TYPE_ANON) +
	       lru_sums_type(sums, MMLENS_LRU_TYPE_FILE) + sums->unevictable;
}

/**
 * lru_sums_cold() - what the kernel counts as inactive
 * @sums: the sums
 *
 * Return: Pages of inactive lists and of all but the two youngest generations.
 */
uint64_t lru_sums_cold(const struct lru_sums *sums)
{
	return lru_sums_counter(sums, MMLENS_LRU_INACTIVE_ANON) +
	       lru_sums_counter(sums, MMLENS_LRU_INACTIVE_FILE);
}

/**
 * lru_sums_counter() - the pages that a counter of the node stands for
 * @sums: the sums
 * @lru: enum mmlens_lru, a list of the kernel's five
 *
 * Return: Pages; 0 for what is on no list.
 */
uint64_t lru_sums_counter(const struct lru_sums *sums, unsigned int lru)
{
	unsigned int type = lru == MMLENS_LRU_INACTIVE_FILE ||
			    lru == MMLENS_LRU_ACTIVE_FILE;
	uint64_t pages;
	size_t i;

	switch (lru) {
	case MMLENS_LRU_UNEVICTABLE:
		return sums->unevictable;
	case MMLENS_LRU_ACTIVE_ANON:
	case MMLENS_LRU_ACTIVE_FILE:
		pages = sums->active.pages[type];
		for (i = 0; i < ACTIVE_GENERATIONS; i++)
			pages += sums->generation[i].pages[type];
		return pages;
	case MMLENS_LRU_INACTIVE_ANON:
	case MMLENS_LRU_INACTIVE_FILE:
		pages = sums->inactive.pages[type];
		for (i = ACTIVE_GENERATIONS; i < LRU_GENERATIONS; i++)
			pages += sums->generation[i].pages[type];
		return pages;
	}
	return 0;
}

/**
 * lruvec_pages() - all pages of an lruvec
 * @lruvec: the lruvec
 *
 * Return: Pages.
 */
uint64_t lruvec_pages(const struct lruvec *lruvec)
{
	uint64_t pages = 0;
	size_t i;

	for (i = 0; i < lruvec->sizes.count; i++)
		pages += lruvec->sizes.list[i].pages;
	return pages;
}

/**
 * lruvec_largest_first() - for qsort()
 * @a: pointer to a pointer to an lruvec
 * @b: likewise
 *
 * Return: Which comes first.
 */
int lruvec_largest_first(const void *a, const void *b)
{
	const struct lruvec *x = *(const struct lruvec *const *)a;
	const struct lruvec *y = *(const struct lruvec *const *)b;
	uint64_t m = lruvec_pages(x), n = lruvec_pages(y);

	if (m != n)
		return m < n ? 1 : -1;
	/* In the order that they were told in. */
	return x < y ? -1 : x > y;
}
