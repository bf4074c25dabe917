/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_PAIR_H
#define MMLENS_PAIR_H

#include "model.h"

/*
 * Two address spaces, page by page: where at equal addresses there is one page,
 * and where there are two. Nothing here does I/O.
 */

/* A stretch of what one of them holds, its frames or swap slots counting up. */
struct piece {
	uint64_t start;
	uint64_t pages;
	uint64_t place;		/* frame number, or offset in swap */
	uint8_t state;
	uint8_t swap_type;
	bool swapcache;		/* the page has a swap slot beside its frame */
};

struct pieces {
	struct piece *list;	/* by address */
	size_t count;
	size_t room;
};

enum sharing {
	SHARING_SAME,		/* one frame, or one swap slot */
	SHARING_DIVERGED,	/* each has its own */
	SHARING_ONLY_FIRST,
	SHARING_ONLY_SECOND,
	SHARING_UNDECIDED,	/* one slot, or the page that was read from it */
	SHARINGS
};

/* Neighbours between which nothing changes. */
struct pair_row {
	uint64_t start;
	uint64_t pages;
	enum sharing sharing;
	uint8_t state[2];	/* MMLENS_STATE_NONE for who has nothing here */
	const struct vma *vma;	/* of the first, where it has one; NULL for none */
};

struct pair {
	struct pieces pieces[2];
	const struct vma_list *vmas[2];
	uint64_t page_size;
};

/* Goes through a pair; begins as { .pair = pair }. */
struct pair_walk {
	const struct pair *pair;
	size_t at[2];		/* the next piece of each */
	uint64_t position;	/* what lies below has been told */
	struct pair_row next;	/* read ahead */
};

struct pair_sums {
	uint64_t pages[SHARINGS];
	uint64_t elsewhere;	/* frames of both, but at no equal address */
};

int pieces_add(struct pieces *pieces, const struct mmlens_page_run *run);
void pieces_free(struct pieces *pieces);
bool pair_next(struct pair_walk *walk, struct pair_row *row);
int pair_sum(const struct pair *pair, struct pair_sums *sums);

#endif
