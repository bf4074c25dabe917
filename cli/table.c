// SPDX-License-Identifier: GPL-2.0
#include "table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/**
 * table_begin() - an empty table
 * @table: filled, to be ended with table_end()
 * @term: where it will be shown
 * @columns: its columns
 * @count: how many
 * @headings: show their names
 */
void table_begin(struct table *table, const struct term *term,
		 const struct column *columns, size_t count, bool headings)
{
	size_t i;

	*table = (struct table){ .term = term, .table = scols_new_table() };
	if (!table->table) {
		table->failed = true;
		return;
	}
	scols_table_enable_noheadings(table->table, !headings);
	scols_table_enable_colors(table->table, term->colour);
	scols_table_enable_ascii(table->table, !term->utf8);
	scols_table_set_termforce(table->table, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(table->table, (size_t)term->width);
	for (i = 0; i < count; i++) {
		struct libscols_column *column;

		column = scols_table_new_column(table->table, columns[i].name,
						columns[i].width,
						columns[i].flags);
		if (!column)
			table->failed = true;
		else if (headings && term->colour)
			scols_cell_set_color(scols_column_get_header(column),
					     term_sequence(PAINT_HEAD));
	}
}

/**
 * table_row() - begin a new row
 * @table: the table
 */
void table_row(struct table *table)
{
	if (table->failed)
		return;
	table->line = scols_table_new_line(table->table, NULL);
	if (!table->line)
		table->failed = true;
}

/**
 * table_cell() - fill a cell of the present row
 * @table: the table
 * @column: number of the column
 * @paint: colour of the text
 * @fmt: the text
 */
void table_cell(struct table *table, size_t column, enum paint paint,
		const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	if (table->failed)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text || scols_line_refer_data(table->line, column, text)) {
		free(text);
		table->failed = true;
		return;
	}
	if (paint != PAINT_NONE && table->term->colour &&
	    scols_cell_set_color(scols_line_get_cell(table->line, column),
				 term_sequence(paint)))
		table->failed = true;
}

/**
 * table_end() - print a table and give it back
 * @table: the table
 *
 * Return: 0, or -ENOMEM.
 */
int table_end(struct table *table)
{
	int ret = table->failed ? -ENOMEM : 0;

	if (!ret && scols_table_get_nlines(table->table))
		ret = scols_print_table(table->table);
	scols_unref_table(table->table);
	table->table = NULL;
	return ret;
}
