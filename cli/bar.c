// SPDX-License-Identifier: GPL-2.0
#include "bar.h"

#include <string.h>

/* The parts of a column, from one eighth to the whole. */
static const char *const eighths[] = {
	"\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589",
	"\u2588",
};

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
