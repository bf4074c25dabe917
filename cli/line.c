// SPDX-License-Identifier: GPL-2.0
#include "line.h"

#include <stdio.h>
#include <string.h>

static void add(struct line *line, const char *text, size_t length)
{
	if (line->length + length >= sizeof(line->text))
		return;
	memcpy(line->text + line->length, text, length);
	line->length += length;
}

/* Blanks at the end of a line are of no use to anybody. */
static void trim(struct line *line)
{
	while (line->length && line->text[line->length - 1] == ' ')
		line->length--;
}

/**
 * line_cell() - put a cell where it belongs, the colour takes no room
 * @line: added to
 * @term: the terminal
 * @width: of the cell; negative to fill it from the left
 * @paint: its colour
 * @text: its text
 */
void line_cell(struct line *line, const struct term *term, int width,
	       enum paint paint, const char *text)
{
	int room = width < 0 ? -width : width;
	const char *on = term_on(term, paint);
	char cell[LINE_CELL];

	if (line->used && line->used + 1 + room > term->width) {
		trim(line);
		add(line, "\n", 1);
		line->used = 0;
		snprintf(cell, sizeof(cell), "%*s", LINE_INDENT_FURTHER, "");
	} else {
		snprintf(cell, sizeof(cell), "%*s", line->used ? 1 : LINE_INDENT,
			 "");
	}
	add(line, cell, strlen(cell));
	line->used += (int)strlen(cell);
	snprintf(cell, sizeof(cell), "%*s", width, text);
	add(line, on, strlen(on));
	add(line, cell, strlen(cell));
	if (*on)
		add(line, term_off(term), strlen(term_off(term)));
	line->used += (int)strlen(cell);
}

/**
 * line_print() - print a line
 * @line: the line
 */
void line_print(struct line *line)
{
	trim(line);
	/* The last line may have come out empty. */
	if (line->length && line->text[line->length - 1] == '\n')
		line->length--;
	fwrite(line->text, 1, line->length, stdout);
	putchar('\n');
}

/**
 * line_words() - put words of any number, over as many lines as they need
 * @line: added to
 * @term: the terminal
 * @text: the words
 */
void line_words(struct line *line, const struct term *term, const char *text)
{
	char word[LINE_CELL];

	while (*text) {
		size_t length = strcspn(text, " ");

		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		line_cell(line, term, -(int)length, PAINT_NONE, word);
		text += length + (text[length] == ' ');
	}
}
