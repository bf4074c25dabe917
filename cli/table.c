// SPDX-License-Identifier: GPL-2.0
#include "table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* A column narrower than this helps nobody; the line gets too long then. */
#define WORDS_LEAST 12

static void add_column(struct table *table, size_t number,
		       const struct column *column, bool headings)
{
	int flags = column->flags & ~COLUMN_WORDS;
	struct libscols_column *made;

	if (column->flags & COLUMN_WORDS) {
		flags |= SCOLS_FL_WRAP;
		table->words = number;
	}
	made = scols_table_new_column(table->table, column->name, 0, flags);
	if (!made) {
		table->failed = true;
		return;
	}
	/* Lines are broken before they come here. */
	scols_column_set_safechars(made, "\n");
	if (flags & SCOLS_FL_WRAP)
		scols_column_set_wrapfunc(made, scols_wrapnl_chunksize,
					  scols_wrapnl_nextchunk, NULL);
	if (headings && table->term->colour)
		scols_cell_set_color(scols_column_get_header(made),
				     term_sequence(PAINT_HEAD));
}

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

	*table = (struct table){
		.term = term,
		.table = scols_new_table(),
		.columns = count,
		.words = count,
	};
	if (!table->table) {
		table->failed = true;
		return;
	}
	scols_table_enable_noheadings(table->table, !headings);
	scols_table_enable_colors(table->table, term->colour);
	scols_table_enable_ascii(table->table, !term->utf8);
	scols_table_enable_minout(table->table, true);
	scols_table_set_termforce(table->table, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(table->table, (size_t)term->width);
	for (i = 0; i < count; i++)
		add_column(table, i, &columns[i], headings);
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

static const char *cell_text(struct libscols_cell *cell)
{
	const char *text = cell ? scols_cell_get_data(cell) : NULL;

	return text ? text : "";
}

/* The room that the other columns leave. */
static int room_for_words(const struct table *table, struct libscols_iter *iter)
{
	bool headings = !scols_table_is_noheadings(table->table);
	int room = table->term->width - (int)table->columns + 1;
	struct libscols_line *line;
	size_t i;

	for (i = 0; i < table->columns; i++) {
		struct libscols_column *column;
		int width, widest = 0;

		if (i == table->words)
			continue;
		column = scols_table_get_column(table->table, i);
		if (headings)
			widest = text_width(cell_text(scols_column_get_header(column)));
		scols_reset_iter(iter, SCOLS_ITER_FORWARD);
		while (!scols_table_next_line(table->table, iter, &line)) {
			width = text_width(cell_text(scols_line_get_cell(line, i)));
			if (width > widest)
				widest = width;
		}
		room -= widest;
	}
	return room < WORDS_LEAST ? WORDS_LEAST : room;
}

static int wrap_words(const struct table *table)
{
	struct libscols_iter *iter = scols_new_iter(SCOLS_ITER_FORWARD);
	struct libscols_line *line;
	int room, ret = 0;

	if (!iter)
		return -ENOMEM;
	room = room_for_words(table, iter);
	scols_reset_iter(iter, SCOLS_ITER_FORWARD);
	while (!ret && !scols_table_next_line(table->table, iter, &line)) {
		struct libscols_cell *cell;
		char *text;

		cell = scols_line_get_cell(line, table->words);
		text = text_wrap(cell_text(cell), room, table->term->utf8);
		if (!text || scols_cell_refer_data(cell, text)) {
			free(text);
			ret = -ENOMEM;
		}
	}
	scols_free_iter(iter);
	return ret;
}

/* Prints a text without the blanks at the ends of its lines. */
static void print_trimmed(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n"), kept = length;

		while (kept && text[kept - 1] == ' ')
			kept--;
		fwrite(text, 1, kept, stdout);
		putchar('\n');
		text += length + (text[length] == '\n');
	}
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
	char *text = NULL;

	if (!ret && table->words < table->columns)
		ret = wrap_words(table);
	if (!ret && scols_table_get_nlines(table->table))
		ret = scols_print_table_to_string(table->table, &text);
	if (!ret && text)
		print_trimmed(text);
	free(text);
	scols_unref_table(table->table);
	table->table = NULL;
	return ret;
}
