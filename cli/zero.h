/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_ZERO_H
#define MMLENS_ZERO_H

#include "select.h"

/* What reads as zero and takes no memory, in pages. */
struct zero_sums {
	uint64_t small;		/* state zero */
	uint64_t huge;		/* state huge-zero */
	uint64_t untouched;	/* no entry, and a read would map a zero page */
};

struct zero_answer {
	struct selection selection;
	struct zero_sums *sums;	/* one for each VMA */
	struct zero_sums sum;
	struct mm mm;
	struct mmlens_stall stall;
	bool changed;
};

uint64_t zero_pages(const struct zero_sums *sums);
uint64_t zero_rss(const struct zero_answer *answer);
void zero_json(struct context *c, const struct zero_answer *answer);
int zero_text(struct context *c, const struct zero_answer *answer);

#endif
