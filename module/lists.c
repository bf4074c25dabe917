// SPDX-License-Identifier: GPL-2.0
#include <linux/cgroup.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/vmstat.h>

#include "lists.h"
#include "lru.h"
#include "memcg.h"
#include "zones.h"

/* For each zone and classic list, what the zone counts. */
struct zone_counts {
	unsigned long pages[MAX_NR_ZONES][NR_LRU_LISTS];
};

static void add(struct mmlens_lists *lists, struct mmlens_lru_size size)
{
	if (size.pages)
		lists->size[lists->sizes++] = size;
}

/* Up to the oldest of either type. */
static unsigned long oldest(const struct lruvec *lruvec)
{
	return min(lruvec->lrugen.min_seq[LRU_GEN_ANON],
		   lruvec->lrugen.min_seq[LRU_GEN_FILE]);
}

/* Less than none, until an ageing has counted what it marked. */
static long in_generation(const struct lruvec *lruvec, unsigned long number,
			  unsigned int type, unsigned int zone)
{
	unsigned int slot = lru_gen_from_seq(number);

	return READ_ONCE(lruvec->lrugen.nr_pages[slot][type][zone]);
}

static void read_generations(const struct lruvec *lruvec,
			     struct mmlens_lists *lists)
{
	unsigned long number = lruvec->lrugen.max_seq, last = oldest(lruvec);
	unsigned int type, zone;

	for (;; number--) {
		mmlens_generation_read(lruvec, number,
				       &lists->generation[lists->generations]);
		lists->generations++;
		for (type = 0; type < ANON_AND_FILE; type++)
			for (zone = 0; zone < MAX_NR_ZONES; zone++)
				add(lists, (struct mmlens_lru_size){
					.pages = max(in_generation(lruvec, number,
								   type, zone), 0L),
					.generation = number,
					.lru = MMLENS_LRU_GENERATION,
					.type = type,
					.zone = mmlens_zone_kind(zone),
				});
		if (number == last || lists->generations == MAX_NR_GENS)
			return;
	}
}

static void read_tiers(const struct lruvec *lruvec, struct mmlens_tier *told)
{
	const __typeof__(lruvec->lrugen) *g = &lruvec->lrugen;
	/* Since 6.14 the first tier may be protected, too. */
	const unsigned int first = MAX_NR_TIERS -
				   ARRAY_SIZE(g->protected[0][0]);
	unsigned int type, tier, hist;

	for (type = 0; type < ANON_AND_FILE; type++) {
		hist = lru_hist_from_seq(g->min_seq[type]);
		for (tier = 0; tier < MAX_NR_TIERS; tier++, told++) {
			*told = (struct mmlens_tier){
				.refaulted = atomic_long_read(&g->refaulted[hist][type][tier]),
				.evicted = atomic_long_read(&g->evicted[hist][type][tier]),
				.average_refaulted = g->avg_refaulted[type][tier],
				.average_total = g->avg_total[type][tier],
				.type = type,
				.tier = tier,
			};
			if (tier >= first)
				told->protected = g->protected[hist][type][tier - first];
		}
	}
}

/* The zone's counters are of generations, too, two of them as active. */
static unsigned long in_list(struct lruvec *lruvec, enum lru_list list,
			     unsigned int zone, unsigned long counted)
{
	unsigned int type = is_file_lru(list);
	unsigned long number = lruvec->lrugen.max_seq, last = oldest(lruvec);
	long pages = counted;

	/* Unevictable folios are on none. */
	if (list == LRU_UNEVICTABLE)
		return counted;
	if (list_empty(&lruvec->lists[list]))
		return 0;
	for (;; number--) {
		if (lru_gen_is_active(lruvec, lru_gen_from_seq(number)) ==
		    is_active_lru(list))
			pages -= in_generation(lruvec, number, type, zone);
		if (number == last)
			break;
	}
	return max(pages, 0L);
}

static void read_lists(struct lruvec *lruvec, const struct zone_counts *counts,
		       struct mmlens_lists *lists)
{
	struct mem_cgroup_per_node *mz = container_of(lruvec,
						      struct mem_cgroup_per_node,
						      lruvec);
	enum lru_list list;
	unsigned int zone;

	for_each_lru(list)
		for (zone = 0; zone < MAX_NR_ZONES; zone++)
			add(lists, (struct mmlens_lru_size){
				.pages = counts ?
					 in_list(lruvec, list, zone,
						 counts->pages[zone][list]) :
					 mz->lru_zone_size[zone][list],
				.lru = mmlens_lru_of_list(list),
				.type = is_file_lru(list),
				.zone = mmlens_zone_kind(zone),
				.counted = !!counts,
			});
}

static void count_zones(int nid, struct zone_counts *counts)
{
	struct zone *zones = NODE_DATA(nid)->node_zones;
	enum lru_list list;
	unsigned int zone;

	memset(counts, 0, sizeof(*counts));
	for (zone = 0; zone < MAX_NR_ZONES; zone++)
		if (populated_zone(&zones[zone]))
			for_each_lru(list)
				counts->pages[zone][list] =
					zone_page_state_snapshot(&zones[zone],
								 NR_ZONE_LRU_BASE + list);
}

/**
 * mmlens_generation_read() - tell of a generation
 * @lruvec: whose
 * @number: its number, one of the last MAX_NR_GENS
 * @told: filled
 *
 * Context: Any.
 */
void mmlens_generation_read(const struct lruvec *lruvec, unsigned long number,
			    struct mmlens_generation *told)
{
	unsigned int slot = lru_gen_from_seq(number);

	*told = (struct mmlens_generation){
		.number = number,
		.birth = mmlens_lru_birth(lruvec, number),
		.age = mmlens_ticks_ms(jiffies -
				       READ_ONCE(lruvec->lrugen.timestamps[slot])),
	};
}

/**
 * mmlens_lruvec_read() - tell which lruvec it is, and its numbers
 * @lruvec: the LRU
 * @memcg: of this cgroup, NULL without cgroups
 * @nid: on this node
 * @told: filled
 *
 * Context: lruvec->lru_lock.
 */
void mmlens_lruvec_read(const struct lruvec *lruvec, struct mem_cgroup *memcg,
			int nid, struct mmlens_lruvec *told)
{
	*told = (struct mmlens_lruvec){
		.cgroup = mmlens_memcg_id(memcg),
		.youngest = lruvec->lrugen.max_seq,
		.oldest_anon = lruvec->lrugen.min_seq[LRU_GEN_ANON],
		.oldest_file = lruvec->lrugen.min_seq[LRU_GEN_FILE],
		.node = nid,
		.regime = lruvec->lrugen.enabled ? MMLENS_REGIME_GENERATIONS :
						   MMLENS_REGIME_CLASSIC,
		.removed = memcg && mmlens_memcg_removed(memcg),
	};
}

/**
 * mmlens_lists_read() - read the sizes of lists and generations
 * @memcg: the cgroup, NULL without cgroups
 * @nid: the node, online
 * @lists: filled
 *
 * Context: Process context, @memcg with a reference. Takes lruvec->lru_lock, with
 * interrupts off, for a few hundred loads.
 */
void mmlens_lists_read(struct mem_cgroup *memcg, int nid,
		       struct mmlens_lists *lists)
{
	struct lruvec *lruvec = mmlens_memcg_lruvec(memcg, nid);
	struct zone_counts counts;

	lists->sizes = 0;
	lists->generations = 0;
	/* Without cgroups nobody counts the lists as such. */
	if (!memcg)
		count_zones(nid, &counts);
	spin_lock_irq(&lruvec->lru_lock);
	mmlens_lruvec_read(lruvec, memcg, nid, &lists->lruvec);
	read_lists(lruvec, memcg ? NULL : &counts, lists);
	read_generations(lruvec, lists);
	read_tiers(lruvec, lists->tier);
	spin_unlock_irq(&lruvec->lru_lock);
	if (!memcg || cgroup_path(memcg->css.cgroup, lists->path,
				  sizeof(lists->path)) < 0)
		lists->path[0] = '\0';
}

/**
 * mmlens_lruvecs_begin() - go to the first lruvec
 * @walk: top, and nid if one_node, are set, the rest is zero
 *
 * Context: Process context.
 */
void mmlens_lruvecs_begin(struct mmlens_lruvecs *walk)
{
	if (!walk->one_node)
		walk->nid = first_online_node;
	walk->memcg = mmlens_memcg_next(walk->top, NULL);
}

/**
 * mmlens_lruvecs_next() - go to the next lruvec
 * @walk: begun, and not ended
 *
 * Context: Process context.
 */
void mmlens_lruvecs_next(struct mmlens_lruvecs *walk)
{
	if (!walk->one_node) {
		walk->nid = next_online_node(walk->nid);
		if (walk->nid < MAX_NUMNODES)
			return;
		walk->nid = first_online_node;
	}
	if (walk->memcg)
		walk->memcg = mmlens_memcg_next(walk->top, walk->memcg);
	walk->ended = !walk->memcg;
}

/**
 * mmlens_lruvecs_end() - drop what is held
 * @walk: begun or not, ended or not
 *
 * Context: Any.
 */
void mmlens_lruvecs_end(struct mmlens_lruvecs *walk)
{
	mmlens_memcg_put(walk->memcg);
	mmlens_memcg_put(walk->top);
}
