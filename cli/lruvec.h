/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_LRUVEC_H
#define MMLENS_LRUVEC_H

#include <linux/mmlens.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lists and generations as the module told them, and their sums. Pure. */

/* Elements of one type, as many as came. */
#define LIST_OF(name, type)	\
	struct name {		\
		type *list;	\
		size_t count;	\
		size_t room;	\
	}

LIST_OF(lru_sizes, struct mmlens_lru_size);
LIST_OF(lru_generations, struct mmlens_generation);
LIST_OF(lru_tiers, struct mmlens_tier);

/* Generations that there may be at a time, more than any kernel has. */
#define LRU_GENERATIONS 8

/* Those that the kernel takes for active, the youngest ones. */
#define ACTIVE_GENERATIONS 2

#define LRU_TYPES 2
#define LRU_TIERS 4
#define ZONE_KINDS 6

/* The LRU of one cgroup on one node. */
struct lruvec {
	struct mmlens_lruvec v;
	char *path;		/* of the cgroup; NULL without one */
	struct lru_sizes sizes;
	struct lru_generations generations;	/* youngest first */
	struct lru_tiers tiers;
};

LIST_OF(lruvec_list, struct lruvec);

/* One list, or the generations of one age, over any number of lruvecs. */
struct lru_place {
	uint64_t pages[LRU_TYPES];
	uint64_t least_ms;	/* age of the youngest of these generations */
	uint64_t most_ms;
	bool aged;
};

struct lru_sums {
	struct lru_place active;
	struct lru_place inactive;
	struct lru_place generation[LRU_GENERATIONS];	/* youngest first */
	uint64_t unevictable;
	uint64_t zone[ZONE_KINDS][LRU_TYPES + 1];	/* last, unevictable */
	struct mmlens_tier tier[LRU_TYPES][LRU_TIERS];
	bool lists;		/* active and inactive lists hold pages */
	bool generations;	/* generations hold pages */
	bool counted;		/* by counters of the zone */
};

struct lruvec *lruvec_add(struct lruvec_list *lruvecs);
void lruvec_clear(struct lruvec *lruvec);
void lruvec_list_free(struct lruvec_list *lruvecs);

void lru_sums_add(struct lru_sums *sums, const struct lruvec *lruvec);
uint64_t lru_place_pages(const struct lru_place *place);
uint64_t lru_sums_type(const struct lru_sums *sums, unsigned int type);
uint64_t lru_sums_pages(const struct lru_sums *sums);
uint64_t lru_sums_cold(const struct lru_sums *sums);
uint64_t lru_sums_counter(const struct lru_sums *sums, unsigned int lru);
uint64_t lruvec_pages(const struct lruvec *lruvec);
int lruvec_largest_first(const void *a, const void *b);

#endif
