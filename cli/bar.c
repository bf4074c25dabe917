// SPDX-License-Identifier: GPL-2.0
#include "bar.h"

#include <string.h>

/* The parts of a column, from one eighth to the whole. */
static const char *const eighths[] = {
	"\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589",
	"\u2588",
};

/* Parts of a bar, from full to empty. */
static const char *const shades[BAR_PARTS] = {
	"\u2588", "\u2593", "\u2592", "\u2591", "\u00b7",
};

static const char ascii_shades[BAR_PARTS] = { '#', '+', '-', '.', ' ' };

/**
 * bar_shade() - what a part of a bar looks like
 * @part: its number, below BAR_PARTS
 * @utf8: the output can show it
 * @buf: filled, of BAR_TEXT(1)
 *
 * Return: @buf.
 */
const char *bar_shade(int part, bool utf8, char *buf)
{
	if (utf8) {
		stpcpy(buf, shades[part]);
	} else {
		buf[0] = ascii_shades[part];
		buf[1] = '\0';
	}
	return buf;
}

/**
 * bar_parts() - a full bar, divided
 * @parts: how large each part is
 * @count: how many there are, at most BAR_PARTS
 * @columns: the length of the bar
 * @utf8: the output can show shades
 * @buf: filled, of BAR_TEXT(@columns)
 *
 * What is less than half a column may not be seen.
 *
 * Return: @buf: ####++++....
 */
const char *bar_parts(const uint64_t *parts, int count, int columns, bool utf8,
		      char *buf)
{
	double whole = 0, sum = 0;
	int i, used = 0;
	char *to = buf;

	for (i = 0; i < count; i++)
		whole += (double)parts[i];
	for (i = 0; i < count && whole > 0; i++) {
		sum += (double)parts[i];
		for (; used < (int)(sum / whole * columns + 0.5); used++) {
			bar_shade(i, utf8, to);
			to += strlen(to);
		}
	}
	*to = '\0';
	return buf;
}

/**
 * bar_text() - a bar as long as a part is large
 * @part: the part; what is more than the whole is cut off
 * @whole: what fills all columns
 * @columns: the length of a full bar
 * @utf8: the output can show eighths of a column
 * @buf: filled, of BAR_TEXT(@columns)
 *
 * What is more than nothing is seen, and what is less than all is less long, if
 * by an eighth of a column only.
 *
 * Return: @buf: ####, without blanks behind it.
 */
const char *bar_text(uint64_t part, uint64_t whole, int columns, bool utf8,
		     char *buf)
{
	unsigned int step = utf8 ? 8 : 1, full = (unsigned int)columns * step;
	unsigned int n = 0;
	char *to = buf;

	if (part && part >= whole)
		n = full;
	else if (part)
		n = (unsigned int)((double)part / (double)whole * full + 0.5);
	if (part && !n)
		n = 1;
	if (part < whole && n == full && full > 1)
		n--;
	while (n) {
		unsigned int now = n < step ? n : step;

		to = stpcpy(to, utf8 ? eighths[now - 1] : "#");
		n -= now;
	}
	*to = '\0';
	return buf;
}
