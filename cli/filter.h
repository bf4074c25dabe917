/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_FILTER_H
#define MMLENS_FILTER_H

#include <linux/mmlens.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fail.h"

/* An LRU has no more of them. */
#define FILTER_GENERATIONS 4

/*
 * Which pages to show. Each field is a set of values, one bit each, of which a
 * page must have one; an empty set asks for nothing. A page must pass all. Where
 * something is withheld from who asks, one that may have it passes.
 */
struct filter {
	uint64_t states;
	uint64_t verdicts;
	uint64_t reads;		/* forecasts: one of the reads, or the writes */
	uint64_t writes;
	uint64_t places;	/* bits of enum mmlens_lru */
	uint64_t generations[FILTER_GENERATIONS];	/* by number, beside these */
	size_t generation_count;
	uint64_t flags;		/* bits of enum mmlens_page_flag */
	bool mapped;		/* any state but none */
	bool blind;		/* who asks is not told what KSM has merged */
};

int filter_states(struct filter *filter, const char *list, struct failure *f);
int filter_verdicts(struct filter *filter, const char *list, struct failure *f);
int filter_forecasts(struct filter *filter, const char *list,
		     struct failure *f);
int filter_flags(struct filter *filter, const char *list, struct failure *f);
int filter_places(struct filter *filter, const char *list, struct failure *f);

bool filter_is_on(const struct filter *filter);
bool filter_needs_ksm(const struct filter *filter);
uint32_t filter_detail(const struct filter *filter);
bool filter_may_be_ksm(const struct filter *filter,
		       const struct mmlens_page_run *run);
bool filter_takes(const struct filter *filter,
		  const struct mmlens_page_run *run);

#endif
