/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_PLACES_H
#define MMLENS_PLACES_H

#include <stddef.h>

#include "sums.h"

/*
 * Where the pages of a process stand for reclaim, and how old they are. Nothing
 * here does I/O.
 */

/* What must be known of a page. */
#define PLACES_DETAIL (MMLENS_DETAIL_LRU | MMLENS_DETAIL_ENTRY | \
		       MMLENS_DETAIL_FOLIO | MMLENS_DETAIL_NODE | \
		       MMLENS_DETAIL_CGROUP)

/* One list or generation, of one cgroup on one node. Amounts in pages. */
struct place {
	uint64_t cgroup;
	uint64_t birth;		/* of a generation, as the next four */
	uint64_t retired;	/* when the next one became the youngest */
	bool retired_known;
	uint32_t generation;
	uint32_t younger;
	uint32_t node;
	uint8_t lru;
	bool referenced;	/* on the lists: used since reclaim looked */
	uint64_t pages;
	uint64_t anon;		/* would go to swap, the rest to its file */
	uint64_t accessed;	/* used by this process since it was looked at */
	uint64_t mlocked;
};

/* What reclaim could do with a resident page. */
enum reclaim {
	RECLAIM_CLEAN_FILE,	/* drop it */
	RECLAIM_DIRTY_FILE,	/* write it to its file, then drop it */
	RECLAIM_LAZYFREE,	/* drop it, by MADV_FREE */
	RECLAIM_SWAP,		/* write it to swap */
	RECLAIM_UNEVICTABLE,	/* nothing */
	RECLAIM_NO_LIST,	/* nothing, it does not see it */
	RECLAIMS
};

struct places {
	struct place *list;
	size_t count;
	size_t room;
	size_t last;		/* the next run is often of the same place */
	uint64_t no_list[TOTAL_STATES];	/* resident, on no list */
	uint64_t beside[TOTAL_STATES];	/* not resident: zero pages, swap, ... */
	uint64_t reclaim[RECLAIMS];	/* resident, by what could be done */
	uint64_t resident;	/* all that the list and no_list hold */
};

/*
 * What a person tells apart. The parts of the classic lists, and the first
 * generations, stand in the order of age.
 */
enum standing {
	STANDS_YOUNGEST,
	STANDS_SECOND,
	STANDS_THIRD,
	STANDS_FOURTH,		/* and whatever may be older */
	STANDS_ACTIVE_REFERENCED,
	STANDS_ACTIVE,
	STANDS_INACTIVE_REFERENCED,
	STANDS_INACTIVE,
	STANDS_UNEVICTABLE,
	STANDS_BATCH,
	STANDS_ISOLATED,
	STANDS_NOWHERE,
	STANDINGS
};

/* What all LRUs together hold of a process. */
struct lruvec_sum {
	uint64_t cgroup;
	uint32_t node;
	uint64_t pages;
	bool generations;	/* a page is in one */
	bool birth_known;
	uint64_t birth;		/* of its youngest, that is, its last ageing */
};

enum reclaim reclaim_of(const struct mmlens_page_run *run);
int places_add(struct places *places, const struct mmlens_page_run *run);
int places_buckets(const struct places *places, struct places *buckets);
void places_sort(struct places *places);
void places_free(struct places *places);
enum standing place_standing(const struct place *place);
bool standing_has_age(enum standing standing);
void places_by_standing(const struct places *places,
			uint64_t pages[STANDINGS]);
uint64_t places_rss(const struct places *places);
void places_learn(struct places *places, const struct lruvec_sum *of,
		  uint32_t generation, uint64_t birth);
bool place_idle(const struct place *place, uint64_t now, uint64_t *ms);
uint64_t places_idle(const struct places *places, uint64_t now, uint64_t ms);
uint64_t places_older(const struct places *places, uint64_t now, uint64_t ms);
size_t places_lruvecs(const struct places *places, struct lruvec_sum *to,
		      size_t room);

#endif
