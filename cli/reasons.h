/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_REASONS_H
#define MMLENS_REASONS_H

#include "walk.h"

/* What leads to the outcome of an access, one sentence a step. */
#define REASONS 8
#define REASON_MAX 320

struct reasons {
	char sentence[REASONS][REASON_MAX];
	unsigned int count;
};

void reasons_of(struct context *c, const struct walk_answer *answer, bool write,
		struct reasons *reasons);

#endif
