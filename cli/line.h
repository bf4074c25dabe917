/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_LINE_H
#define MMLENS_LINE_H

#include <stddef.h>

#include "term.h"

/*
 * A row of columns of fixed width, printed as it comes. What does not fit
 * beside the rest goes to a further line, which begins indented.
 */

#define LINE_INDENT 2
#define LINE_INDENT_FURTHER 6

/* Room for the text of a cell. */
#define LINE_CELL 512

struct line {
	char text[4096];
	size_t length;
	int used;		/* columns of the terminal in the present line */
};

void line_cell(struct line *line, const struct term *term, int width,
	       enum paint paint, const char *text);
void line_words(struct line *line, const struct term *term, const char *text);
void line_print(struct line *line);

#endif
