/* SPDX-License-Identifier: GPL-2.0 */
/* Where a folio stands for reclaim: list or generation. */
#ifndef MMLENS_LRU_H
#define MMLENS_LRU_H

#include <linux/jiffies.h>
#include <linux/mm_types.h>
#include <linux/mmzone.h>
#include <linux/page-flags.h>
#include <linux/poison.h>
#include <linux/mmlens.h>

struct lruvec;

/**
 * struct mmlens_lru_place - the place of a folio
 * @lru: list, generation, or neither
 * @tier: tier within the generation
 * @generation: sequence number of the generation
 * @younger: how many generations are younger
 * @birth: of the generation, in milliseconds of CLOCK_MONOTONIC
 * @mlock_count: how many VMAs lock it, where it is unevictable
 */
struct mmlens_lru_place {
	enum mmlens_lru lru;
	unsigned int tier;
	unsigned long generation;
	unsigned int younger;
	u64 birth;
	unsigned int mlock_count;
};

void mmlens_lru_init(void);
enum mmlens_regime mmlens_lru_regime(void);
u64 mmlens_lru_birth(const struct lruvec *lruvec, unsigned long generation);
void mmlens_lru_place(struct folio *folio, struct mmlens_lru_place *place);

/**
 * mmlens_ticks_ms() - how long some ticks take
 * @ticks: how many
 *
 * Context: Any.
 * Return: milliseconds. jiffies_to_msecs() would begin anew after 49 days.
 */
static inline u64 mmlens_ticks_ms(unsigned long ticks)
{
	return (u64)ticks * MSEC_PER_SEC / HZ;
}

/**
 * mmlens_lru_slot() - the generation of a folio, by the last bits of its number
 * @flags: its flag word: to be read once, since it is at its old or at its new
 *	place in each moment, but not in two
 *
 * Context: Any.
 * Return: the bits, or -1 if it is in none.
 */
static inline int mmlens_lru_slot(unsigned long flags)
{
	return (int)((flags & LRU_GEN_MASK) >> LRU_GEN_PGOFF) - 1;
}

/**
 * mmlens_lru_besides() - what tells places apart besides the flags
 * @folio: the folio
 * @flags: its flag word
 *
 * A folio that never was on a list, or was just deleted from one, has a
 * poisoned link; reclaim and others link what they have taken into lists of
 * their own, but for the one folio that they have in hand. The list of
 * unevictable folios is none: their links hold the count of mlock().
 *
 * Context: Any. Looked at without the lruvec's lock.
 * Return: a value to compare.
 */
static inline unsigned long mmlens_lru_besides(const struct folio *folio,
					       unsigned long flags)
{
	if (!(flags & BIT(PG_lru)))
		return READ_ONCE(folio->lru.next) == LIST_POISON1;
	return flags & BIT(PG_unevictable) ? READ_ONCE(folio->mlock_count) : 0;
}

#endif
