// SPDX-License-Identifier: GPL-2.0
#include "judge.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As deep as no answer is. */
#define DEEPEST 24

/**
 * judge() - a verdict
 * @right: is it as it must be?
 * @what: what is wrong if not
 * @text: what it is about
 */
void judge(bool right, const char *what, const char *text)
{
	if (right)
		return;
	fprintf(stderr, "==judge: %s: %.2000s\n", what, text);
	abort();
}

/*
 * JSON has no NaN and no infinity; json-c takes both, and writes both. Outside of
 * strings there are no letters but those of true, false and null, and of exponents.
 */
static void judge_numbers(const char *text, size_t size)
{
	bool string = false;
	size_t i;

	for (i = 0; i < size; i++) {
		if (string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			string = !string;
		else if (!string)
			judge(!strchr("NIi", text[i]), "no number of JSON", text);
	}
}

/* One object at the beginning of a text. Returns its length. */
static size_t judge_object(const char *text, size_t size)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEEPEST);
	struct json_object *object;
	size_t length;

	if (!tokener)
		abort();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
					JSON_TOKENER_VALIDATE_UTF8 |
					JSON_TOKENER_ALLOW_TRAILING_CHARS);
	object = json_tokener_parse_ex(tokener, text, (int)size);
	length = json_tokener_get_parse_end(tokener);
	judge(json_object_is_type(object, json_type_object) && length <= size,
	      "no object of JSON", text);
	/* It takes what is blank behind it, too. */
	while (length && text[length - 1] == '\n')
		length--;
	json_object_put(object);
	json_tokener_free(tokener);
	judge_numbers(text, length);
	return length;
}

/**
 * judge_json() - is it JSON?
 * @text: with its end
 * @size: without it
 * @many: any number of objects, not just one
 * @pretty: over several lines each
 */
void judge_json(const char *text, size_t size, bool many, bool pretty)
{
	const char *all = text;
	size_t length;

	judge(strlen(text) == size, "a byte of zero", text);
	judge(many || size, "nothing", text);
	while (size) {
		length = judge_object(text, size);
		judge(length < size && text[length] == '\n',
		      "no end of the line", text);
		judge(pretty || !many || !memchr(text, '\n', length),
		      "an object over several lines", text);
		text += length + 1;
		size -= length + 1;
		judge(many || !size, "more than one object", all);
	}
}

/* Returns the length of a character of UTF-8 that a terminal shows, or 0. */
static size_t shown(const unsigned char *p, size_t left)
{
	size_t length = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 :
			p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0, i;

	if (length > left || (length == 1 && (p[0] < 0x20 || p[0] == 0x7f)))
		return 0;
	for (i = 1; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* Controls of eight bits are U+0080 to U+009F. */
	return p[0] == 0xc2 && p[1] < 0xa0 ? 0 : length;
}

/* "\033[1;31m": colours, and nothing else that a terminal obeys. */
static size_t colour_code(const char *text, size_t left)
{
	size_t n = 2;

	if (left < 3 || text[0] != '\033' || text[1] != '[')
		return 0;
	while (n < left && strchr("0123456789;", text[n]) && text[n])
		n++;
	return n < left && text[n] == 'm' ? n + 1 : 0;
}

/**
 * judge_text() - is it harmless on a terminal?
 * @text: any bytes
 * @size: how many
 * @colour: codes for colour may be in it
 * @utf8: characters that are not ASCII may be in it
 */
void judge_text(const char *text, size_t size, bool colour, bool utf8)
{
	const char *p = text;

	while (size) {
		size_t n = *p == '\n' ? 1 : colour ? colour_code(p, size) : 0;

		if (!n)
			n = shown((const unsigned char *)p, size);
		judge(n, "a byte that a terminal may obey", p);
		judge(utf8 || n == 1 || *p == '\033', "not ASCII", p);
		p += n;
		size -= n;
	}
}
