/* SPDX-License-Identifier: GPL-2.0 */
/* Where a folio stands for reclaim: lists, generations. */
#ifndef MMLENS_LRU_H
#define MMLENS_LRU_H

#include <linux/types.h>
#include <linux/mmlens.h>

struct folio;

/**
 * struct mmlens_lru_place - the place of a folio
 * @lru: list, generation, or neither
 * @tier: tier within the generation
 * @generation: sequence number of the generation
 */
struct mmlens_lru_place {
	enum mmlens_lru lru;
	unsigned int tier;
	unsigned long generation;
};

void mmlens_lru_init(void);
enum mmlens_regime mmlens_lru_regime(void);
void mmlens_lru_place(struct folio *folio, struct mmlens_lru_place *place);

#endif
