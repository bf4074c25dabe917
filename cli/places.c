// SPDX-License-Identifier: GPL-2.0
#include "places.h"

#include <errno.h>
#include <stdlib.h>

#include "model.h"

static bool is_list(unsigned int lru)
{
	return lru >= MMLENS_LRU_INACTIVE_ANON && lru <= MMLENS_LRU_ACTIVE_FILE;
}

static bool is_resident(unsigned int state)
{
	switch (state) {
	case MMLENS_STATE_ANON:
	case MMLENS_STATE_KSM:
	case MMLENS_STATE_FILE:
	case MMLENS_STATE_SHMEM:
	case MMLENS_STATE_HUGETLB:
	case MMLENS_STATE_DEVICE:
	case MMLENS_STATE_PFNMAP:
	case MMLENS_STATE_KERNEL:
		return true;
	}
	return false;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->lru == b->lru && a->cgroup == b->cgroup &&
	       a->node == b->node && a->generation == b->generation &&
	       a->referenced == b->referenced;
}

/* Finds a place, or makes it. Returns NULL without memory. */
static struct place *find(struct places *places, const struct place *key)
{
	size_t i;

	if (places->last < places->count &&
	    same_place(&places->list[places->last], key))
		return &places->list[places->last];
	for (i = 0; i < places->count; i++)
		if (same_place(&places->list[i], key))
			break;
	if (i == places->count) {
		if (places->count == places->room) {
			size_t room = places->room ? places->room * 2 : 16;
			struct place *list = reallocarray(places->list, room,
							  sizeof(*list));

			if (!list)
				return NULL;
			places->list = list;
			places->room = room;
		}
		places->list[places->count++] = *key;
	}
	places->last = i;
	return &places->list[i];
}

/**
 * reclaim_of() - what reclaim could do with pages
 * @run: a run of resident pages with PLACES_DETAIL
 *
 * Return: that, if none of them is used again before.
 */
enum reclaim reclaim_of(const struct mmlens_page_run *run)
{
	bool dirty = run->flags & (MMLENS_PAGE_FLAG_DIRTY |
				   MMLENS_PAGE_FLAG_FOLIO_DIRTY |
				   MMLENS_PAGE_FLAG_WRITEBACK);

	if (!(run->facts & MMLENS_DETAIL_LRU) || run->lru == MMLENS_LRU_NONE)
		return RECLAIM_NO_LIST;
	if (run->lru == MMLENS_LRU_UNEVICTABLE ||
	    run->flags & MMLENS_PAGE_FLAG_MLOCKED)
		return RECLAIM_UNEVICTABLE;
	if (run->flags & MMLENS_PAGE_FLAG_SWAPBACKED)
		return RECLAIM_SWAP;
	if (run->state == MMLENS_STATE_FILE)
		return dirty ? RECLAIM_DIRTY_FILE : RECLAIM_CLEAN_FILE;
	/* What was written after MADV_FREE is wanted again. */
	return dirty ? RECLAIM_SWAP : RECLAIM_LAZYFREE;
}

/**
 * places_add() - count a run
 * @places: added to
 * @run: a run with PLACES_DETAIL, as far as its pages have it
 *
 * Return: 0 or -ENOMEM.
 */
int places_add(struct places *places, const struct mmlens_page_run *run)
{
	unsigned int state = run->state < TOTAL_STATES ? run->state :
			     TOTAL_STATES - 1;
	struct place key = {
		.cgroup = run->cgroup, .node = run->node, .lru = run->lru,
		.referenced = is_list(run->lru) &&
			      run->flags & MMLENS_PAGE_FLAG_REFERENCED,
	};
	struct place *place;

	if (!is_resident(run->state)) {
		if (run->state != MMLENS_STATE_NONE)
			places->beside[state] += run->pages;
		return 0;
	}
	places->resident += run->pages;
	places->reclaim[reclaim_of(run)] += run->pages;
	if (!(run->facts & MMLENS_DETAIL_LRU) || run->lru == MMLENS_LRU_NONE) {
		places->no_list[state] += run->pages;
		return 0;
	}
	if (run->lru == MMLENS_LRU_GENERATION) {
		key.generation = run->generation;
		key.younger = run->younger;
		key.birth = run->birth;
	}
	place = find(places, &key);
	if (!place)
		return -ENOMEM;
	/* A generation that came meanwhile made it older. */
	if (key.younger > place->younger)
		place->younger = key.younger;
	place->pages += run->pages;
	if (run->flags & MMLENS_PAGE_FLAG_SWAPBACKED)
		place->anon += run->pages;
	if (run->flags & MMLENS_PAGE_FLAG_ACCESSED)
		place->accessed += run->pages;
	if (run->flags & MMLENS_PAGE_FLAG_MLOCKED)
		place->mlocked += run->pages;
	return 0;
}

/* The younger first, then by cgroup and node. */
static int compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	enum standing s = place_standing(x), t = place_standing(y);

	if (s > STANDS_FOURTH || t > STANDS_FOURTH) {
		if (s != t)
			return s < t ? -1 : 1;
	} else if (x->birth != y->birth) {
		return (int64_t)(x->birth - y->birth) > 0 ? -1 : 1;
	} else if (x->younger != y->younger) {
		return x->younger < y->younger ? -1 : 1;
	}
	if (x->cgroup != y->cgroup)
		return x->cgroup < y->cgroup ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (int)x->lru - (int)y->lru;
}

/**
 * places_sort() - bring places into the order of age
 * @places: the places; generations first, then lists, then what has no age
 */
void places_sort(struct places *places)
{
	if (places->count)
		qsort(places->list, places->count, sizeof(*places->list),
		      compare);
	places->last = 0;
}

/**
 * places_buckets() - what has an age, as few parts as that leaves
 * @places: the places
 * @buckets: filled, in the order of age; to be freed also after a failure
 *
 * The classic lists say the same of anon and file, in each cgroup and node.
 *
 * Return: 0 or -ENOMEM.
 */
int places_buckets(const struct places *places, struct places *buckets)
{
	size_t i;

	*buckets = (struct places){ 0 };
	for (i = 0; i < places->count; i++) {
		const struct place *place = &places->list[i];
		enum standing standing = place_standing(place);
		struct place key = *place, *bucket;

		if (!standing_has_age(standing))
			continue;
		if (standing > STANDS_FOURTH) {
			key.lru = standing <= STANDS_ACTIVE ?
				  MMLENS_LRU_ACTIVE_ANON :
				  MMLENS_LRU_INACTIVE_ANON;
			key.cgroup = 0;
			key.node = 0;
		}
		key.pages = 0;
		key.anon = 0;
		key.accessed = 0;
		key.mlocked = 0;
		bucket = find(buckets, &key);
		if (!bucket)
			return -ENOMEM;
		bucket->pages += place->pages;
		bucket->anon += place->anon;
		bucket->accessed += place->accessed;
		bucket->mlocked += place->mlocked;
	}
	places_sort(buckets);
	return 0;
}

/**
 * places_free() - give back places
 * @places: the places
 */
void places_free(struct places *places)
{
	free(places->list);
	*places = (struct places){ 0 };
}

/**
 * place_standing() - what a person calls a place
 * @place: the place
 *
 * Return: its kind.
 */
enum standing place_standing(const struct place *place)
{
	switch (place->lru) {
	case MMLENS_LRU_GENERATION:
		return place->younger < STANDS_FOURTH ?
		       (enum standing)place->younger : STANDS_FOURTH;
	case MMLENS_LRU_ACTIVE_ANON:
	case MMLENS_LRU_ACTIVE_FILE:
		return place->referenced ? STANDS_ACTIVE_REFERENCED :
					   STANDS_ACTIVE;
	case MMLENS_LRU_INACTIVE_ANON:
	case MMLENS_LRU_INACTIVE_FILE:
		return place->referenced ? STANDS_INACTIVE_REFERENCED :
					   STANDS_INACTIVE;
	case MMLENS_LRU_UNEVICTABLE:
		return STANDS_UNEVICTABLE;
	case MMLENS_LRU_BATCH:
		return STANDS_BATCH;
	case MMLENS_LRU_ISOLATED:
		return STANDS_ISOLATED;
	}
	return STANDS_NOWHERE;
}

/**
 * standing_has_age() - does it say how long ago a page was used?
 * @standing: the kind of a place
 *
 * Return: true for generations, and for the order of the classic lists.
 */
bool standing_has_age(enum standing standing)
{
	return standing <= STANDS_INACTIVE;
}

/**
 * places_by_standing() - pages by the kind of their place
 * @places: the places
 * @pages: filled; their sum is @places->resident
 */
void places_by_standing(const struct places *places, uint64_t pages[STANDINGS])
{
	unsigned int i;
	size_t n;

	for (i = 0; i < STANDINGS; i++)
		pages[i] = 0;
	for (n = 0; n < places->count; n++)
		pages[place_standing(&places->list[n])] +=
			places->list[n].pages;
	for (i = 0; i < TOTAL_STATES; i++)
		pages[STANDS_NOWHERE] += places->no_list[i];
}

/**
 * places_rss() - the part of the resident pages that counts as RSS
 * @places: the places
 *
 * Return: Pages: without those of hugetlb, and of drivers.
 */
uint64_t places_rss(const struct places *places)
{
	return places->resident - places->no_list[MMLENS_STATE_HUGETLB] -
	       places->no_list[MMLENS_STATE_PFNMAP] -
	       places->no_list[MMLENS_STATE_DEVICE];
}

/**
 * places_older() - pages in generations of some age
 * @places: the places
 * @now: milliseconds on the clock of births
 * @ms: older than so many milliseconds
 *
 * Return: Pages.
 */
uint64_t places_older(const struct places *places, uint64_t now, uint64_t ms)
{
	uint64_t pages = 0;
	size_t i;

	for (i = 0; i < places->count; i++)
		if (places->list[i].lru == MMLENS_LRU_GENERATION &&
		    age_of(places->list[i].birth, now) > ms)
			pages += places->list[i].pages;
	return pages;
}

/**
 * places_learn() - hear of a generation, whether or not pages are in it
 * @places: the places
 * @of: its LRU
 * @generation: its number
 * @birth: when it became the youngest
 */
void places_learn(struct places *places, const struct lruvec_sum *of,
		  uint32_t generation, uint64_t birth)
{
	size_t i;

	for (i = 0; i < places->count; i++) {
		struct place *place = &places->list[i];

		if (place->lru != MMLENS_LRU_GENERATION ||
		    place->cgroup != of->cgroup || place->node != of->node ||
		    place->generation + 1 != generation)
			continue;
		place->retired = birth;
		place->retired_known = true;
	}
}

/**
 * place_idle() - how long its pages have not been used, at least
 * @place: a generation
 * @now: milliseconds on the clock of births
 * @ms: filled, milliseconds
 *
 * An ageing moves what it finds used to the generation that is the youngest,
 * and then opens the next one. What it left behind was not used since the next
 * older one was opened, and what it moved perhaps not since this: but for pages
 * whose accessed bit is set again.
 *
 * Return: false if that is not known.
 */
bool place_idle(const struct place *place, uint64_t now, uint64_t *ms)
{
	*ms = place->retired_known ? age_of(place->retired, now) : 0;
	return place->retired_known ||
	       (place->lru == MMLENS_LRU_GENERATION && !place->younger);
}

/**
 * places_idle() - pages that were not used for some time
 * @places: the places
 * @now: milliseconds on the clock of births
 * @ms: for so many milliseconds or longer
 *
 * Return: Pages.
 */
uint64_t places_idle(const struct places *places, uint64_t now, uint64_t ms)
{
	uint64_t pages = 0, idle;
	size_t i;

	for (i = 0; i < places->count; i++)
		if (place_idle(&places->list[i], now, &idle) && idle >= ms)
			pages += places->list[i].pages -
				 places->list[i].accessed;
	return pages;
}

/**
 * places_lruvecs() - the LRUs that hold the pages
 * @places: the places
 * @to: filled, in the order in which they come
 * @room: room in @to
 *
 * Return: Their number, also if it is more than @room.
 */
size_t places_lruvecs(const struct places *places, struct lruvec_sum *to,
		      size_t room)
{
	size_t count = 0, i, n;

	for (i = 0; i < places->count; i++) {
		const struct place *place = &places->list[i];

		for (n = 0; n < count && n < room; n++)
			if (to[n].cgroup == place->cgroup &&
			    to[n].node == place->node)
				break;
		if (n >= room)
			return room + 1;
		if (n == count) {
			to[n] = (struct lruvec_sum){
				.cgroup = place->cgroup, .node = place->node,
			};
			count++;
		}
		to[n].pages += place->pages;
		if (place->lru != MMLENS_LRU_GENERATION)
			continue;
		to[n].generations = true;
		if (!place->younger) {
			to[n].birth_known = true;
			to[n].birth = place->birth;
		}
	}
	return count;
}
