// SPDX-License-Identifier: GPL-2.0
/* mmlens age: the resident memory of a process by its age. */
#include "ages.h"

const uint64_t age_steps[AGE_STEPS] = {
	1000, 10000, 60000, 600000,	/* up to ten minutes */
	3600000, 21600000, 86400000,	/* one hour, six, a day */
};

/**
 * standing_lru() - what the protocol calls a place without an age
 * @standing: the kind of the place
 *
 * Return: enum mmlens_lru.
 */
unsigned int standing_lru(enum standing standing)
{
	switch (standing) {
	case STANDS_UNEVICTABLE:
		return MMLENS_LRU_UNEVICTABLE;
	case STANDS_BATCH:
		return MMLENS_LRU_BATCH;
	case STANDS_ISOLATED:
		return MMLENS_LRU_ISOLATED;
	default:
		return MMLENS_LRU_NONE;
	}
}

/**
 * last_ageing() - how long ago the LRUs that hold the pages were aged
 * @c: the run
 * @answer: the answer
 * @least: filled, milliseconds
 * @most: filled, the same of the one that was aged first
 *
 * Of an LRU with none of the pages in its youngest generation nobody knows here.
 *
 * Return: false if nothing is known.
 */
bool last_ageing(const struct context *c, const struct stand_answer *answer,
		 uint64_t *least, uint64_t *most)
{
	bool known = false;
	size_t i;

	*least = UINT64_MAX;
	*most = 0;
	for (i = 0; i < answer->lruvec_count && i < LRUVECS; i++) {
		const struct lruvec_sum *sum = &answer->lruvecs[i];
		uint64_t age = age_of(sum->birth, c->now);

		if (!sum->birth_known)
			continue;
		known = true;
		if (age < *least)
			*least = age;
		if (age > *most)
			*most = age;
	}
	return known;
}

/**
 * cmd_age() - the command
 * @c: the run
 * @argc: 1 or 2
 * @argv: the PID, and a range or name
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_age(struct context *c, int argc, char **argv)
{
	return stand_command(c, argc, argv, "age", age_json, age_text);
}
