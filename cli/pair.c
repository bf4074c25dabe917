// SPDX-License-Identifier: GPL-2.0
#include "pair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/**
 * pieces_add() - append what a run holds
 * @pieces: the list
 * @run: a run with its frame; one that holds nothing is left out
 *
 * Return: 0 or -ENOMEM.
 */
int pieces_add(struct pieces *pieces, const struct mmlens_page_run *run)
{
	if (!(run->facts & MMLENS_DETAIL_PFN))
		return 0;
	if (pieces->count == pieces->room) {
		size_t room = pieces->room ? pieces->room * 2 : 1024;
		void *list = reallocarray(pieces->list, room,
					  sizeof(*pieces->list));

		if (!list)
			return -ENOMEM;
		pieces->list = list;
		pieces->room = room;
	}
	pieces->list[pieces->count++] = (struct piece){
		.start = run->start,
		.pages = run->pages,
		.place = run->pfn,
		.state = run->state,
		.swap_type = run->swap_type,
		.swapcache = run->flags & MMLENS_PAGE_FLAG_SWAPCACHE,
	};
	return 0;
}

/**
 * pieces_free() - give back what pieces_add() took
 * @pieces: the list, empty afterwards
 */
void pieces_free(struct pieces *pieces)
{
	free(pieces->list);
	memset(pieces, 0, sizeof(*pieces));
}

static uint64_t end_of(const struct pair *pair, const struct piece *piece)
{
	return piece->start + piece->pages * pair->page_size;
}

static uint64_t place_at(const struct pair *pair, const struct piece *piece,
			 uint64_t address)
{
	return piece->place + (address - piece->start) / pair->page_size;
}

static enum sharing compare(const struct pair *pair, const struct piece *a,
			    const struct piece *b, uint64_t address)
{
	bool a_swapped = a->state == MMLENS_STATE_SWAP;
	bool b_swapped = b->state == MMLENS_STATE_SWAP;

	if (a_swapped != b_swapped)
		return (a_swapped ? b : a)->swapcache ? SHARING_UNDECIDED :
							SHARING_DIVERGED;
	if (a_swapped && a->swap_type != b->swap_type)
		return SHARING_DIVERGED;
	return place_at(pair, a, address) == place_at(pair, b, address) ?
	       SHARING_SAME : SHARING_DIVERGED;
}

static const struct vma *vma_of(const struct pair *pair, uint64_t address)
{
	const struct vma *vma = vma_at(pair->vmas[0], address);

	return vma ? vma : vma_at(pair->vmas[1], address);
}

/* The next stretch in which both have one piece or none. */
static bool next_stretch(struct pair_walk *walk, struct pair_row *row)
{
	const struct pair *pair = walk->pair;
	const struct piece *piece[2] = { NULL, NULL };
	uint64_t start = UINT64_MAX, end = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		const struct pieces *pieces = &pair->pieces[i];

		while (walk->at[i] < pieces->count &&
		       end_of(pair, &pieces->list[walk->at[i]]) <= walk->position)
			walk->at[i]++;
		if (walk->at[i] == pieces->count)
			continue;
		piece[i] = &pieces->list[walk->at[i]];
		if (piece[i]->start < start)
			start = piece[i]->start;
	}
	if (!piece[0] && !piece[1])
		return false;
	if (start < walk->position)
		start = walk->position;
	for (i = 0; i < 2; i++) {
		uint64_t border;

		if (!piece[i])
			continue;
		border = piece[i]->start;
		if (border <= start)
			border = end_of(pair, piece[i]);
		else
			piece[i] = NULL;
		if (border < end)
			end = border;
	}
	*row = (struct pair_row){
		.start = start,
		.pages = (end - start) / pair->page_size,
		.sharing = !piece[1] ? SHARING_ONLY_FIRST :
			    !piece[0] ? SHARING_ONLY_SECOND :
			    compare(pair, piece[0], piece[1], start),
		.state = {
			piece[0] ? piece[0]->state : MMLENS_STATE_NONE,
			piece[1] ? piece[1]->state : MMLENS_STATE_NONE,
		},
		.vma = vma_of(pair, start),
	};
	walk->position = end;
	return true;
}

/**
 * pair_next() - the next row
 * @walk: how far it has come
 * @row: filled
 *
 * Return: false if there is none.
 */
bool pair_next(struct pair_walk *walk, struct pair_row *row)
{
	struct pair_row *next = &walk->next;

	if (!next->pages && !next_stretch(walk, next))
		return false;
	*row = *next;
	while (next_stretch(walk, next)) {
		if (next->start != row->start + row->pages *
		    walk->pair->page_size || next->sharing != row->sharing ||
		    next->state[0] != row->state[0] ||
		    next->state[1] != row->state[1] || next->vma != row->vma)
			return true;
		row->pages += next->pages;
	}
	next->pages = 0;
	return true;
}

/* Frames, as stretches. */
struct frames {
	struct stretch {
		uint64_t first;
		uint64_t behind;
	} *list;
	size_t count;
};

static int by_first(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Puts them in order, each frame once. */
static void tidy(struct frames *frames)
{
	size_t i, kept = 0;

	if (!frames->count)
		return;
	qsort(frames->list, frames->count, sizeof(*frames->list), by_first);
	for (i = 1; i < frames->count; i++) {
		struct stretch *last = &frames->list[kept];
		const struct stretch *s = &frames->list[i];

		if (s->first > last->behind)
			frames->list[++kept] = *s;
		else if (s->behind > last->behind)
			last->behind = s->behind;
	}
	frames->count = kept + 1;
}

/* Everybody maps the zero page; other states than these have no frame. */
static bool is_counted(unsigned int state)
{
	return state != MMLENS_STATE_ZERO && state != MMLENS_STATE_HUGE_ZERO &&
	       state != MMLENS_STATE_SWAP;
}

static void add_frames(struct frames *frames, uint64_t first, uint64_t pages)
{
	frames->list[frames->count++] = (struct stretch){
		.first = first, .behind = first + pages
	};
}

static uint64_t in_both(const struct frames *a, const struct frames *b)
{
	uint64_t sum = 0;
	size_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		const struct stretch *x = &a->list[i], *y = &b->list[j];
		uint64_t first = x->first > y->first ? x->first : y->first;
		uint64_t behind = x->behind < y->behind ? x->behind : y->behind;

		if (first < behind)
			sum += behind - first;
		if (x->behind < y->behind)
			i++;
		else
			j++;
	}
	return sum;
}

/* Frames that both have at an equal address, each once. */
static uint64_t at_equal_address(const struct pair *pair, struct frames *frames)
{
	struct pair_walk walk = { .pair = pair };
	struct pair_row row;
	uint64_t sum = 0;
	size_t i;

	frames->count = 0;
	while (next_stretch(&walk, &row)) {
		const struct piece *piece = &pair->pieces[0].list[walk.at[0]];

		if (row.sharing == SHARING_SAME && is_counted(row.state[0]))
			add_frames(frames, place_at(pair, piece, row.start),
				   row.pages);
	}
	tidy(frames);
	for (i = 0; i < frames->count; i++)
		sum += frames->list[i].behind - frames->list[i].first;
	return sum;
}

static int sum_elsewhere(const struct pair *pair, struct pair_sums *sums)
{
	struct frames frames[2] = { 0 };
	unsigned int i;
	int ret = 0;
	size_t j;

	for (i = 0; i < 2; i++) {
		/* Also room for the stretches in which they are the same. */
		size_t room = pair->pieces[0].count + pair->pieces[1].count;

		frames[i].list = calloc(room + 1, sizeof(*frames[i].list));
		if (!frames[i].list) {
			ret = -ENOMEM;
			goto out_free;
		}
		for (j = 0; j < pair->pieces[i].count; j++) {
			const struct piece *piece = &pair->pieces[i].list[j];

			if (is_counted(piece->state))
				add_frames(&frames[i], piece->place,
					   piece->pages);
		}
		tidy(&frames[i]);
	}
	sums->elsewhere = in_both(&frames[0], &frames[1]);
	sums->elsewhere -= at_equal_address(pair, &frames[0]);
out_free:
	free(frames[0].list);
	free(frames[1].list);
	return ret;
}

/**
 * pair_sum() - how much of two address spaces is one
 * @pair: the pair
 * @sums: filled
 *
 * Return: 0 or -ENOMEM.
 */
int pair_sum(const struct pair *pair, struct pair_sums *sums)
{
	struct pair_walk walk = { .pair = pair };
	struct pair_row row;

	memset(sums, 0, sizeof(*sums));
	while (pair_next(&walk, &row))
		sums->pages[row.sharing] += row.pages;
	return sum_elsewhere(pair, sums);
}
