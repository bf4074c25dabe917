/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_COW_PAIR_H
#define MMLENS_COW_PAIR_H

#include "select.h"
#include "pair.h"

/* cow PID PID2: what two processes share. The first is the run's target. */
struct pair_answer {
	struct context *c;
	struct target other;
	struct selection selection;	/* of the first */
	struct vma_list other_vmas;
	struct pair pair;
	struct pair_sums sums;
	struct mmlens_stall stall;
	bool one_mm;		/* they are one address space */
	bool changed;
};

int cmd_cow_pair(struct context *c, int argc, char **argv);

int pair_json_rows(struct pair_answer *answer);
void pair_json(struct pair_answer *answer);
void pair_json_kernel_threads(struct pair_answer *answer);
int pair_text(struct pair_answer *answer);

#endif
