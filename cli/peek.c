// SPDX-License-Identifier: GPL-2.0
#include "peek.h"

#include <stdlib.h>
#include <string.h>

/**
 * peek_free() - give back what an answer holds
 * @peek: the answer, empty afterwards
 */
void peek_free(struct peek *peek)
{
	size_t i;

	for (i = 0; i < peek->files.count; i++)
		free(peek->files.list[i].path);
	free(peek->files.list);
	free(peek->folios.list);
	free(peek->generations.list);
	memset(peek, 0, sizeof(*peek));
}

/**
 * peek_has_file() - does a folio belong to a file or a block device?
 * @folio: the folio
 *
 * Return: true if so. A block device has no inode number, but its own one.
 */
bool peek_has_file(const struct mmlens_lru_folio *folio)
{
	return folio->inode || folio->dev_major || folio->dev_minor;
}

/**
 * peek_file_of() - where the file of a folio is
 * @peek: the answer
 * @folio: a folio of it
 *
 * Return: The file, or NULL if it was not told.
 */
const struct peek_file *peek_file_of(const struct peek *peek,
				     const struct mmlens_lru_folio *folio)
{
	size_t i;

	for (i = 0; folio->inode && i < peek->files.count; i++) {
		const struct peek_file *file = &peek->files.list[i];

		if (file->inode == folio->inode &&
		    file->dev_major == folio->dev_major &&
		    file->dev_minor == folio->dev_minor)
			return file;
	}
	return NULL;
}

/**
 * peek_fate() - what reclaim would do to a folio, if nobody uses it
 * @folio: the folio
 * @younger: how many generations are younger than that of its list; 0 for a
 *	list that is none
 * @swap: there is room in swap
 *
 * Return: What it would do.
 */
enum peek_fate peek_fate(const struct mmlens_lru_folio *folio,
			 unsigned int younger, bool swap)
{
	uint32_t flags = folio->flags;

	if (flags & MMLENS_PAGE_FLAG_MLOCKED)
		return PEEK_KEEP;
	if (folio->younger < younger)
		return PEEK_MOVE;
	if (flags & MMLENS_PAGE_FLAG_WRITEBACK)
		return PEEK_WAIT;
	if (!(flags & MMLENS_PAGE_FLAG_SWAPBACKED))
		return flags & MMLENS_PAGE_FLAG_FOLIO_DIRTY ? PEEK_WRITE :
		       PEEK_DROP;
	/* A clean copy in swap already. */
	if (flags & MMLENS_PAGE_FLAG_SWAPCACHE &&
	    !(flags & MMLENS_PAGE_FLAG_FOLIO_DIRTY))
		return PEEK_DROP;
	if (flags & MMLENS_PAGE_FLAG_SWAPCACHE)
		return PEEK_SWAP;
	return swap ? PEEK_SWAP : PEEK_STAY;
}

/**
 * peek_fate_name() - a fate in a word
 * @fate: the fate
 *
 * Return: The word.
 */
const char *peek_fate_name(enum peek_fate fate)
{
	static const char *const names[PEEK_FATES] = {
		[PEEK_DROP] = "drop", [PEEK_WRITE] = "write",
		[PEEK_SWAP] = "swap", [PEEK_WAIT] = "wait",
		[PEEK_STAY] = "stay", [PEEK_KEEP] = "keep",
		[PEEK_MOVE] = "move",
	};

	return names[fate];
}

static bool same_kind(const struct mmlens_lru_folio *a,
		      const struct mmlens_lru_folio *b)
{
	return peek_has_file(a) && a->inode == b->inode &&
	       a->dev_major == b->dev_major && a->dev_minor == b->dev_minor &&
	       a->flags == b->flags && a->state == b->state &&
	       a->tier == b->tier && a->younger == b->younger &&
	       a->mapcount == b->mapcount;
}

/**
 * peek_next_row() - take folios that are shown in one row
 * @peek: the answer
 * @from: number of the first folio
 * @row: filled
 *
 * Folios of one file go in one row if they lie beside each other in the file,
 * upwards or downwards, and are in the same state.
 *
 * Return: Number of the first folio of the next row.
 */
size_t peek_next_row(const struct peek *peek, size_t from,
		     struct peek_row *row)
{
	const struct mmlens_lru_folio *first = &peek->folios.list[from];
	uint64_t low = first->index, high = low + (1ULL << first->order);
	size_t i;

	for (i = from + 1; i < peek->folios.count; i++) {
		const struct mmlens_lru_folio *folio = &peek->folios.list[i];
		uint64_t pages = 1ULL << folio->order;

		if (!same_kind(first, folio))
			break;
		if (folio->index == high)
			high += pages;
		else if (folio->index + pages == low)
			low = folio->index;
		else
			break;
	}
	*row = (struct peek_row){
		.first = first, .folios = i - from, .pages = high - low,
		.index = low,
	};
	return i;
}
