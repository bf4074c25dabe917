// SPDX-License-Identifier: GPL-2.0
#include "quote.h"

#include <stdio.h>
#include <string.h>

/* How many bytes a UTF-8 character has; 0 if these are none. */
static size_t utf8_length(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t length, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] < 0xe0)
		length = 2;
	else if (p[0] >= 0xe0 && p[0] < 0xf0)
		length = 3;
	else if (p[0] >= 0xf0 && p[0] < 0xf5)
		length = 4;
	else
		return 0;
	for (i = 1; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* Too long for what they say, surrogates, behind the last. */
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90))
		return 0;
	return length;
}

/**
 * quote() - a name as a JSON string
 * @from: any bytes; those that are no UTF-8 are replaced
 * @to: filled, with its quotes
 * @size: room in @to, see QUOTE_ROOM(); what finds none is left out
 *
 * Return: @to.
 */
const char *quote(const char *from, char *to, size_t size)
{
	size_t n = 0, length;

	to[n++] = '"';
	/* A character of six bytes, a quote, the end. */
	for (; *from && n + 8 <= size; from += length) {
		length = utf8_length(from);
		if (!length) {
			memcpy(to + n, "\xef\xbf\xbd", 3);
			n += 3;
			length = 1;
		} else if (*from == '"' || *from == '\\') {
			to[n++] = '\\';
			to[n++] = *from;
		} else if ((unsigned char)*from < 0x20 || *from == 0x7f) {
			n += (size_t)snprintf(to + n, 7, "\\u%04x", *from);
		} else {
			memcpy(to + n, from, length);
			n += length;
		}
	}
	to[n++] = '"';
	to[n] = '\0';
	return to;
}
