// SPDX-License-Identifier: GPL-2.0
#include <linux/hugetlb.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/mmzone.h>
#include <linux/sched/task.h>

#include "compat/folio.h"
#include "lru.h"

/* The cgroup of all that is charged to none. NULL without memory cgroups. */
static struct mem_cgroup *root;

/**
 * mmlens_lru_init() - find the root of the memory cgroups
 *
 * root_mem_cgroup is exported since 7.x only; init_task has lived in the root,
 * or below it, since boot. The root is never freed.
 *
 * Context: Process context. Takes RCU.
 */
void mmlens_lru_init(void)
{
	struct mem_cgroup *parent;

	if (mem_cgroup_disabled())
		return;
	rcu_read_lock();
	root = mem_cgroup_from_task(&init_task);
	while (root && (parent = parent_mem_cgroup(root)))
		root = parent;
	rcu_read_unlock();
}

static struct lruvec *lruvec_of(struct mem_cgroup *memcg, int nid)
{
	if (!memcg)
		memcg = root;
	return memcg ? &memcg->nodeinfo[nid]->lruvec :
		       &NODE_DATA(nid)->__lruvec;
}

/**
 * mmlens_lru_regime() - which LRU runs
 *
 * Can be switched at run time, and then for a while both hold pages.
 *
 * Context: Any.
 * Return: the regime that new pages go to.
 */
enum mmlens_regime mmlens_lru_regime(void)
{
	struct lruvec *lruvec = lruvec_of(NULL, first_online_node);

	return READ_ONCE(lruvec->lrugen.enabled) ? MMLENS_REGIME_GENERATIONS :
						   MMLENS_REGIME_CLASSIC;
}

static void place_in_generation(struct folio *folio, int gen,
				struct mmlens_lru_place *place)
{
	struct mem_cgroup *memcg = mem_cgroup_disabled() ? NULL :
				   folio_memcg(folio);
	struct lruvec *lruvec = lruvec_of(memcg, folio_nid(folio));
	unsigned long youngest = READ_ONCE(lruvec->lrugen.max_seq);

	place->lru = MMLENS_LRU_GENERATION;
	place->tier = mmlens_folio_tier(folio);
	/* The folio knows its generation by the last bits of its number. */
	place->generation = youngest - (youngest - gen) % MAX_NR_GENS;
}

/**
 * mmlens_lru_place() - find the place of a folio
 * @folio: a folio that user space maps
 * @place: filled
 *
 * Context: Under RCU, the folio kept. Looked at without the lruvec's lock: a
 * folio that just moves is told at its old or its new place.
 */
void mmlens_lru_place(struct folio *folio, struct mmlens_lru_place *place)
{
	unsigned long flags = mmlens_page_flags(&folio->page);
	int gen = folio_lru_gen(folio);

	*place = (struct mmlens_lru_place){ .lru = MMLENS_LRU_NONE };
	if (!folio->mapping || folio_is_zone_device(folio) ||
	    PageHuge(&folio->page))
		return;
	if (gen >= 0)
		place_in_generation(folio, gen, place);
	else if (!(flags & BIT(PG_lru)))
		place->lru = MMLENS_LRU_BATCH;
	else if (flags & BIT(PG_unevictable))
		place->lru = MMLENS_LRU_UNEVICTABLE;
	else if (folio_is_file_lru(folio))
		place->lru = flags & BIT(PG_active) ?
			     MMLENS_LRU_ACTIVE_FILE : MMLENS_LRU_INACTIVE_FILE;
	else
		place->lru = flags & BIT(PG_active) ?
			     MMLENS_LRU_ACTIVE_ANON : MMLENS_LRU_INACTIVE_ANON;
}
