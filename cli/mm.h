/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_MM_H
#define MMLENS_MM_H

#include "cmd.h"

#define OOM_SCORE_ADJ_MIN (-1000)

/* The terms of the OOM points, in pages. */
struct oom {
	uint64_t rss;
	uint64_t swap;
	uint64_t pgtables;
	int64_t score_adj;
	uint64_t total;		/* all memory and all swap */
	int64_t adjustment;	/* score_adj thousandths of total */
	int64_t points;
	int64_t score;		/* the kernel's own oom_score */
	bool immune;		/* is never chosen */
};

struct mm_answer {
	struct mm mm;
	struct sharers sharers;
	struct oom oom;
};

void mm_json(struct context *c, const struct mm_answer *answer);
int mm_text(struct context *c, const struct mm_answer *answer);

#endif
