/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_TABLE_H
#define MMLENS_TABLE_H

#include <libsmartcols/libsmartcols.h>

#include "term.h"

/*
 * At most one column of a table may hold many words, or a path. It gets the
 * room that the others leave; words are wrapped, a path is cut at its front.
 */
#define COLUMN_WORDS	(1 << 16)

/* A table for a person, by libsmartcols. */
struct column {
	const char *name;
	int flags;		/* SCOLS_FL_*, or COLUMN_WORDS */
};

/* Filled row by row; without memory it remembers that and prints nothing. */
struct table {
	struct libscols_table *table;
	struct libscols_line *line;
	const struct term *term;
	size_t columns;
	size_t words;		/* number of the column with words, if any */
	bool failed;
};

void table_begin(struct table *table, const struct term *term,
		 const struct column *columns, size_t count, bool headings);
void table_row(struct table *table);
void table_cell(struct table *table, size_t column, enum paint paint,
		const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
int table_end(struct table *table);

#endif
