// SPDX-License-Identifier: GPL-2.0
#include <linux/hugetlb.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/mmzone.h>

#include "compat/folio.h"
#include "lru.h"
#include "memcg.h"

/* What CLOCK_MONOTONIC has shown when jiffies began, in milliseconds. */
static s64 first_jiffy_ms;

static u64 since_first_jiffy(unsigned long stamp)
{
	return mmlens_ticks_ms(stamp - INITIAL_JIFFIES);
}

/**
 * mmlens_lru_init() - get ready to tell the time of jiffies
 *
 * Context: Any.
 */
void mmlens_lru_init(void)
{
	first_jiffy_ms = ktime_to_ms(ktime_get()) - since_first_jiffy(jiffies);
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
	struct lruvec *lruvec = mmlens_memcg_lruvec(NULL, first_online_node);

	return READ_ONCE(lruvec->lrugen.enabled) ? MMLENS_REGIME_GENERATIONS :
						   MMLENS_REGIME_CLASSIC;
}

/**
 * mmlens_lru_birth() - when a generation became the youngest
 * @lruvec: the LRU
 * @generation: its number, one of the last MAX_NR_GENS
 *
 * Context: Any.
 * Return: milliseconds of CLOCK_MONOTONIC, to a tick.
 */
u64 mmlens_lru_birth(const struct lruvec *lruvec, unsigned long generation)
{
	unsigned int slot = lru_gen_from_seq(generation);

	s64 birth = since_first_jiffy(READ_ONCE(lruvec->lrugen.timestamps[slot]));

	/* Both clocks begin at about the same time. */
	return max_t(s64, first_jiffy_ms + birth, 0);
}

static void place_in_generation(struct folio *folio, int gen,
				struct mmlens_lru_place *place)
{
	struct mem_cgroup *memcg = mem_cgroup_disabled() ? NULL :
				   folio_memcg(folio);
	struct lruvec *lruvec = mmlens_memcg_lruvec(memcg, folio_nid(folio));
	unsigned long youngest = READ_ONCE(lruvec->lrugen.max_seq);

	place->lru = MMLENS_LRU_GENERATION;
	place->tier = mmlens_folio_tier(folio);
	/* The folio knows its generation by the last bits of its number. */
	place->younger = (youngest - gen) % MAX_NR_GENS;
	place->generation = youngest - place->younger;
	place->birth = mmlens_lru_birth(lruvec, place->generation);
}

/* The flag word, and what it does not tell, of one moment. */
static unsigned long look(const struct folio *folio, unsigned long *besides)
{
	unsigned long flags = mmlens_page_flags(&folio->page), before;

	do {
		before = flags;
		*besides = mmlens_lru_besides(folio, flags);
		/* The links are read before the word is read again. */
		smp_rmb();
		flags = mmlens_page_flags(&folio->page);
	} while ((before ^ flags) & (BIT(PG_lru) | BIT(PG_unevictable)));
	return flags;
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
	unsigned long besides, flags = look(folio, &besides);
	int gen = mmlens_lru_slot(flags);

	*place = (struct mmlens_lru_place){ .lru = MMLENS_LRU_NONE };
	if (!folio->mapping || folio_is_zone_device(folio) ||
	    PageHuge(&folio->page))
		return;
	if (gen >= 0) {
		place_in_generation(folio, gen, place);
	} else if (!(flags & BIT(PG_lru))) {
		place->lru = besides ? MMLENS_LRU_BATCH : MMLENS_LRU_ISOLATED;
	} else if (flags & BIT(PG_unevictable)) {
		place->lru = MMLENS_LRU_UNEVICTABLE;
		place->mlock_count = besides;
	} else if (folio_is_file_lru(folio)) {
		place->lru = flags & BIT(PG_active) ?
			     MMLENS_LRU_ACTIVE_FILE : MMLENS_LRU_INACTIVE_FILE;
	} else {
		place->lru = flags & BIT(PG_active) ?
			     MMLENS_LRU_ACTIVE_ANON : MMLENS_LRU_INACTIVE_ANON;
	}
}
