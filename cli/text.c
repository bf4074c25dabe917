// SPDX-License-Identifier: GPL-2.0
#include "text.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "names_gen.h"

/**
 * text_size() - a size as a person says it
 * @bytes: the size
 * @exact: in bytes, whatever its size
 * @buf: filled
 *
 * Return: @buf: 512B, 4K, 1.5M, 132K, 128T.
 */
const char *text_size(uint64_t bytes, bool exact, char buf[SIZE_TEXT])
{
	static const char units[] = "BKMGTPE";
	uint64_t whole = bytes, tenths = 0;
	unsigned int unit = 0, rest = 0;

	if (exact) {
		snprintf(buf, SIZE_TEXT, "%" PRIu64, bytes);
		return buf;
	}
	for (; whole >= 1024; unit++) {
		rest = whole & 1023;
		whole >>= 10;
		tenths = (rest * 10 + 512) / 1024;
		whole += tenths / 10;
		tenths %= 10;
	}
	if (tenths)
		snprintf(buf, SIZE_TEXT, "%" PRIu64 ".%u%c", whole,
			 (unsigned int)tenths, units[unit]);
	else
		snprintf(buf, SIZE_TEXT, "%" PRIu64 "%c", whole, units[unit]);
	return buf;
}

/**
 * text_amount() - a size within a sentence
 * @bytes: the size
 * @exact: in bytes, whatever its size
 * @buf: filled
 *
 * Return: @buf: as text_size(), but with a unit also if @exact.
 */
const char *text_amount(uint64_t bytes, bool exact, char buf[SIZE_AMOUNT])
{
	if (exact)
		snprintf(buf, SIZE_AMOUNT, "%" PRIu64 " bytes", bytes);
	else
		text_size(bytes, exact, buf);
	return buf;
}

/**
 * text_count() - a number with its thousands apart
 * @count: the number
 * @buf: filled
 *
 * Return: @buf: 34,359,738,368.
 */
const char *text_count(uint64_t count, char buf[SIZE_TEXT * 2])
{
	char digits[SIZE_TEXT];
	size_t length, i, n = 0;

	length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, count);
	for (i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			buf[n++] = ',';
		buf[n++] = digits[i];
	}
	buf[n] = '\0';
	return buf;
}

/**
 * text_time() - a short time as a person says it
 * @ns: nanoseconds
 * @buf: filled
 *
 * Return: @buf: 830 ns, 12.3 us, 4.1 ms, 2.0 s.
 */
const char *text_time(uint64_t ns, char buf[SIZE_TEXT])
{
	double value = (double)ns;

	if (ns < 1000)
		snprintf(buf, SIZE_TEXT, "%" PRIu64 " ns", ns);
	else if (ns < 1000000)
		snprintf(buf, SIZE_TEXT, "%.1f us", value / 1e3);
	else if (ns < 1000000000)
		snprintf(buf, SIZE_TEXT, "%.1f ms", value / 1e6);
	else
		snprintf(buf, SIZE_TEXT, "%.1f s", value / 1e9);
	return buf;
}

/**
 * text_age() - a long time as a person says it
 * @ms: milliseconds
 * @buf: filled
 *
 * Return: @buf: 340 ms, 2.4 s, 45 s, 12 min, 5 h, 3 d.
 */
const char *text_age(uint64_t ms, char buf[SIZE_TEXT])
{
	static const struct {
		uint64_t below;		/* ms: larger ones take the next unit */
		uint64_t ms;
		const char *name;
	} units[] = {
		{ 1000, 1, "ms" },
		{ 120000, 1000, "s" },		/* two minutes */
		{ 7200000, 60000, "min" },	/* two hours */
		{ 172800000, 3600000, "h" },	/* two days */
		{ UINT64_MAX, 86400000, "d" },
	};
	unsigned int i = 0;

	while (ms >= units[i].below && units[i].below != UINT64_MAX)
		i++;
	if (i == 1 && ms < 10000)
		snprintf(buf, SIZE_TEXT, "%" PRIu64 ".%" PRIu64 " s", ms / 1000,
			 ms % 1000 / 100);
	else
		snprintf(buf, SIZE_TEXT, "%" PRIu64 " %s", ms / units[i].ms,
			 units[i].name);
	return buf;
}

/**
 * text_safe() - a name that a process or a file gave itself
 * @from: any bytes
 * @to: the same without what a terminal would obey: \033 for an
 *      escape, as /proc/PID/maps writes it
 * @size: room in @to
 *
 * Return: The length of @to.
 */
size_t text_safe(const char *from, char *to, size_t size)
{
	mbstate_t state = { 0 };
	size_t n = 0;

	while (*from && n + 5 < size) {
		size_t length = strnlen(from, MB_LEN_MAX);
		wchar_t c;

		length = mbrtowc(&c, from, length, &state);
		if (length > 0 && length <= MB_LEN_MAX && iswprint((wint_t)c)) {
			if (n + length >= size)
				break;
			memcpy(to + n, from, length);
			n += length;
			from += length;
		} else {
			n += (size_t)snprintf(to + n, 5, "\\%03o",
					      (unsigned char)*from++);
			memset(&state, 0, sizeof(state));
		}
	}
	to[n] = '\0';
	return n;
}

/* Length in bytes of the character at @p; a stray byte counts as one. */
static size_t character(const char *p)
{
	mbstate_t state = { 0 };
	size_t length = mbrlen(p, MB_LEN_MAX, &state);

	return length == 0 || length > MB_LEN_MAX ? 1 : length;
}

/**
 * text_width() - how many columns a text takes
 * @text: printable text
 *
 * Wide characters are counted as one column: they are rare in paths.
 *
 * Return: The number of its characters.
 */
int text_width(const char *text)
{
	int width = 0;

	for (; *text; text += character(text))
		width++;
	return width;
}

/**
 * text_fit() - a path that fits, its end kept
 * @from: printable text
 * @columns: room
 * @utf8: an ellipsis may be used
 * @to: filled
 * @size: room in @to
 *
 * The end of a path tells more than its beginning.
 *
 * Return: @to: .../x86_64-linux-gnu/libc.so.6.
 */
const char *text_fit(const char *from, int columns, bool utf8, char *to,
		     size_t size)
{
	const char *dots = utf8 ? "\u2026" : "...";
	int width = text_width(from), mark = utf8 ? 1 : 3;
	const char *cut = from, *slash;

	if (width <= columns) {
		snprintf(to, size, "%s", from);
		return to;
	}
	for (; width + mark > columns && *cut; width--)
		cut += character(cut);
	/* A whole directory less reads better, if not much is lost. */
	slash = strchr(cut, '/');
	if (slash && slash - cut < 8)
		cut = slash;
	snprintf(to, size, "%s%s", dots, cut);
	return to;
}

/**
 * text_cut() - a name that fits, its beginning kept
 * @from: printable text, without directories
 * @columns: room
 * @utf8: an ellipsis may be used
 * @to: filled
 * @size: room in @to
 *
 * Return: @to: _ctypes.cpython-3...
 */
const char *text_cut(const char *from, int columns, bool utf8, char *to,
		     size_t size)
{
	const char *end = from;
	int left;

	if (text_width(from) <= columns) {
		snprintf(to, size, "%s", from);
		return to;
	}
	for (left = columns - (utf8 ? 1 : 3); left > 0 && *end; left--)
		end += character(end);
	snprintf(to, size, "%.*s%s", (int)(end - from), from,
		 utf8 ? "\u2026" : "...");
	return to;
}

/**
 * text_wrap() - break a text into lines between its words
 * @from: printable text
 * @columns: length of a line
 * @utf8: an ellipsis may be used
 *
 * A word that is longer than a line is a path, and is cut as text_fit() does.
 *
 * Return: The text, to be freed; NULL without memory.
 */
char *text_wrap(const char *from, int columns, bool utf8)
{
	/* Each word may get an ellipsis, and a blank or line's end before it. */
	size_t room = strlen(from) * 5 + 5, n = 0;
	char *to = malloc(room), *word = malloc(room);
	int used = 0;

	while (to && word && *from) {
		size_t length = strcspn(from, " ");
		int width;

		memcpy(word, from, length);
		word[length] = '\0';
		from += length;
		from += strspn(from, " ");
		if (used && used + 1 + text_width(word) > columns) {
			to[n++] = '\n';
			used = 0;
		} else if (used) {
			to[n++] = ' ';
			used++;
		}
		text_fit(word, columns, utf8, to + n, room - n);
		width = text_width(to + n);
		n += strlen(to + n);
		used += width;
	}
	if (to)
		to[n] = '\0';
	if (!word) {
		free(to);
		return NULL;
	}
	free(word);
	return to;
}

/**
 * text_flags() - flags in words
 * @set: their names
 * @flags: the bits
 * @to: filled with the words, a blank between them
 * @size: room in @to
 *
 * Return: The length of @to.
 */
size_t text_flags(const struct name_set *set, uint64_t flags, char *to,
		  size_t size)
{
	char buf[NAME_MAX_LEN];
	unsigned int bit;
	size_t n = 0;

	to[0] = '\0';
	for (bit = 0; bit < 64; bit++) {
		if (!(flags >> bit & 1))
			continue;
		n += (size_t)snprintf(to + n, size - n, "%s%s", n ? " " : "",
				      name_of(set, bit, buf));
		if (n >= size)
			return size - 1;
	}
	return n;
}

/**
 * text_level() - a level of the page tables, as people write it
 * @level: enum mmlens_level
 * @buf: filled
 *
 * Return: @buf: PTE.
 */
const char *text_level(unsigned int level, char buf[NAME_MAX_LEN])
{
	char name[NAME_MAX_LEN];
	const char *from = name_of(&names_level, level, name);
	size_t i;

	for (i = 0; from[i] && i < NAME_MAX_LEN - 1; i++)
		buf[i] = (char)toupper((unsigned char)from[i]);
	buf[i] = '\0';
	return buf;
}

/**
 * text_rank() - which generation it is, from the youngest on
 * @younger: how many are younger
 * @buf: room for it
 *
 * Return: "youngest", "2nd", "3rd", "4th".
 */
const char *text_rank(unsigned int younger, char buf[NAME_MAX_LEN])
{
	static const char *const first[] = { "youngest", "2nd", "3rd" };

	if (younger < sizeof(first) / sizeof(first[0]))
		return first[younger];
	snprintf(buf, NAME_MAX_LEN, "%uth", younger + 1);
	return buf;
}

/**
 * text_generation() - a generation of one LRU
 * @younger: how many are younger
 * @number: its number there
 * @buf: room for it
 *
 * Return: "2nd (gen 7)".
 */
const char *text_generation(unsigned int younger, uint64_t number,
			    char buf[NAME_MAX_LEN])
{
	char rank[NAME_MAX_LEN];

	snprintf(buf, NAME_MAX_LEN, "%.16s (gen %" PRIu64 ")",
		 text_rank(younger, rank), number);
	return buf;
}

/**
 * text_vma_name() - what to call a VMA
 * @vma: the VMA
 *
 * Return: Its name, or an empty string.
 */
const char *text_vma_name(const struct vma *vma)
{
	return vma->name ? vma->name : "";
}
