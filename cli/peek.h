/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_PEEK_H
#define MMLENS_PEEK_H

#include "lruvec.h"

/* One end of a list as the module told it, and what it means. Pure. */

struct peek_file {
	uint64_t inode;
	uint32_t dev_major;
	uint32_t dev_minor;
	char *path;		/* below the root of its filesystem */
};

LIST_OF(peek_folios, struct mmlens_lru_folio);
LIST_OF(peek_files, struct peek_file);

struct peek {
	struct mmlens_lruvec v;
	struct lru_generations generations;
	struct peek_folios folios;	/* from the end asked for */
	struct peek_files files;
};

/* What reclaim would do to a folio that it took now. */
enum peek_fate {
	PEEK_DROP,		/* clean, and its file has it */
	PEEK_WRITE,		/* to its file first */
	PEEK_SWAP,		/* to swap */
	PEEK_WAIT,		/* it is being written */
	PEEK_STAY,		/* it would go to swap, and there is none */
	PEEK_KEEP,		/* locked into memory */
	PEEK_MOVE,		/* on to the younger generation it belongs to */
	PEEK_FATES
};

/* Folios in one row: neighbours of a file that follow each other. */
struct peek_row {
	const struct mmlens_lru_folio *first;
	size_t folios;
	uint64_t pages;
	uint64_t index;		/* the lowest of them */
};

void peek_free(struct peek *peek);
bool peek_has_file(const struct mmlens_lru_folio *folio);
const struct peek_file *peek_file_of(const struct peek *peek,
				     const struct mmlens_lru_folio *folio);
enum peek_fate peek_fate(const struct mmlens_lru_folio *folio,
			 unsigned int younger, bool swap);
const char *peek_fate_name(enum peek_fate fate);
size_t peek_next_row(const struct peek *peek, size_t from,
		     struct peek_row *row);

#endif
