/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_COW_H
#define MMLENS_COW_H

#include "select.h"
#include "fork.h"

/* What is summed of one private mapping, and of all. */
struct cow_sums {
	struct totals totals;
	struct fork_sums fork;
	uint64_t splits;	/* huge pages that the first write would split */
	uint64_t may_split;	/* undecided: that it may split */
};

struct cow_answer {
	struct selection selection;
	struct cow_sums *sums;	/* one for each VMA of the selection */
	struct cow_sums sum;	/* of all private mappings */
	bool admin;		/* nothing is withheld */
	struct mmlens_stall stall;
	bool changed;
};

bool cow_shows(const struct cow_answer *answer, size_t i);
void cow_json(struct context *c, const struct cow_answer *answer);
int cow_text(struct context *c, const struct cow_answer *answer);

#endif
