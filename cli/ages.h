/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_AGES_H
#define MMLENS_AGES_H

#include "stand.h"

/* Ages that a person reckons in, in milliseconds. */
#define AGE_STEPS 7
extern const uint64_t age_steps[AGE_STEPS];

unsigned int standing_lru(enum standing standing);
bool last_ageing(const struct context *c, const struct stand_answer *answer,
		 uint64_t *least, uint64_t *most);

#endif
