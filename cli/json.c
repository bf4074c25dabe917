// SPDX-License-Identifier: GPL-2.0
#include "json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "names_gen.h"
#include "version.h"

/* What a byte is written as that is no part of a UTF-8 character. */
#define REPLACEMENT "\xef\xbf\xbd"

static void *checked(void *made)
{
	if (!made) {
		fputs("mmlens: out of memory\n", stderr);
		exit(2);
	}
	return made;
}

static void put(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, checked(value)))
		checked(NULL);
}

/**
 * js_root() - the object that every answer is
 *
 * Return: The object, to be given back with json_object_put().
 */
struct json_object *js_root(void)
{
	struct json_object *root = checked(json_object_new_object());
	struct json_object *self = js_object(root, "mmlens");
	struct utsname name;

	js_text(self, "version", MMLENS_VERSION);
	if (!uname(&name))
		js_text(self, "kernel", name.release);
	return root;
}

/**
 * js_object() - a new object under a key
 * @parent: an object
 * @key: the key
 *
 * Return: The new object, which belongs to @parent.
 */
struct json_object *js_object(struct json_object *parent, const char *key)
{
	struct json_object *object = checked(json_object_new_object());

	put(parent, key, object);
	return object;
}

/**
 * js_array() - a new array under a key
 * @parent: an object
 * @key: the key
 *
 * Return: The new array, which belongs to @parent.
 */
struct json_object *js_array(struct json_object *parent, const char *key)
{
	struct json_object *array = checked(json_object_new_array());

	put(parent, key, array);
	return array;
}

/**
 * js_item() - a new object at the end of an array
 * @array: the array
 *
 * Return: The new object, which belongs to @array.
 */
struct json_object *js_item(struct json_object *array)
{
	struct json_object *object = checked(json_object_new_object());

	if (json_object_array_add(array, object))
		checked(NULL);
	return object;
}

/**
 * js_hex() - an address or a raw value
 * @object: where to
 * @key: the key
 * @value: written as a string, "0x7f00"
 */
void js_hex(struct json_object *object, const char *key, uint64_t value)
{
	char text[20];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	put(object, key, json_object_new_string(text));
}

/**
 * js_number() - a size or a count
 * @object: where to
 * @key: the key
 * @value: the number
 */
void js_number(struct json_object *object, const char *key, uint64_t value)
{
	put(object, key, json_object_new_uint64(value));
}

/**
 * js_signed() - a number that may be negative
 * @object: where to
 * @key: the key
 * @value: the number
 */
void js_signed(struct json_object *object, const char *key, int64_t value)
{
	put(object, key, json_object_new_int64(value));
}

/**
 * js_bool() - true or false
 * @object: where to
 * @key: the key
 * @value: which
 */
void js_bool(struct json_object *object, const char *key, bool value)
{
	put(object, key, json_object_new_boolean(value));
}

/* Length of the UTF-8 character at @p, 0 if there is none. */
static size_t character(const unsigned char *p)
{
	size_t length, i;
	uint32_t code;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	code = p[0] & (0x7f >> length);
	for (i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	/* Too long a form, half of a surrogate pair, or beyond Unicode. */
	if ((length == 3 && code < 0x800) || (length == 4 && code < 0x10000) ||
	    (code >= 0xd800 && code < 0xe000) || code > 0x10ffff)
		return 0;
	return length;
}

/* Bytes from anywhere: what is no UTF-8 is replaced, as JSON is UTF-8. */
static struct json_object *new_text(const char *text)
{
	char *clean = checked(malloc(strlen(text) * 3 + 1));
	struct json_object *string;
	size_t n = 0, length;

	while (*text) {
		length = character((const unsigned char *)text);
		if (!length) {
			n += (size_t)sprintf(clean + n, "%s", REPLACEMENT);
			text++;
			continue;
		}
		memcpy(clean + n, text, length);
		n += length;
		text += length;
	}
	string = json_object_new_string_len(clean, (int)n);
	free(clean);
	return string;
}

/**
 * js_text() - text that may come from anywhere
 * @object: where to
 * @key: the key
 * @text: the text
 */
void js_text(struct json_object *object, const char *key, const char *text)
{
	put(object, key, new_text(text));
}

/**
 * js_word() - append text that may come from anywhere to an array
 * @array: the array
 * @word: the text
 */
void js_word(struct json_object *array, const char *word)
{
	if (json_object_array_add(array, checked(new_text(word))))
		checked(NULL);
}

/**
 * js_count() - append a number to an array
 * @array: the array
 * @value: the number
 */
void js_count(struct json_object *array, uint64_t value)
{
	struct json_object *number = json_object_new_uint64(value);

	if (json_object_array_add(array, checked(number)))
		checked(NULL);
}

/**
 * js_flags() - flags as an array of words
 * @object: where to
 * @key: the key
 * @set: their names
 * @flags: the bits
 */
void js_flags(struct json_object *object, const char *key,
	      const struct name_set *set, uint64_t flags)
{
	struct json_object *array = js_array(object, key);
	char buf[NAME_MAX_LEN];
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		if (flags >> bit & 1)
			js_word(array, name_of(set, bit, buf));
}

/**
 * js_stall() - what the answer cost its target
 * @object: where to
 * @stall: as the module counted it
 */
void js_stall(struct json_object *object, const struct mmlens_stall *stall)
{
	object = js_object(object, "stall");
	js_number(object, "longest_ns", stall->longest_ns);
	js_number(object, "total_ns", stall->total_ns);
	js_number(object, "holds", stall->holds);
}

/**
 * js_failure() - what went wrong, beside what came before it
 * @root: the answer
 * @f: the failure
 */
void js_failure(struct json_object *root, const struct failure *f)
{
	struct json_object *error = js_object(root, "error");

	js_text(error, "message", f->text);
	js_number(error, "errno", (uint64_t)f->error);
	if (f->hint[0])
		js_text(error, "hint", f->hint);
}

/**
 * js_string() - an object as text
 * @object: the object
 * @pretty: over several lines
 *
 * Return: The text, which lives as long as the object.
 */
const char *js_string(struct json_object *object, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	if (pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	return checked((void *)json_object_to_json_string_ext(object, flags));
}

static int print_done(struct json_object *object, struct printbuf *to, int level,
		      int flags)
{
	const char *text = json_object_get_userdata(object);

	(void)level;
	(void)flags;
	return printbuf_memappend(to, text, (int)strlen(text));
}

/**
 * js_done() - nothing is added to the last item of an array any more
 * @array: the array
 * @pretty: it is to be written over several lines
 *
 * As an object, a VMA takes ten times the memory of its text, and there may be
 * hundreds of thousands. Over several lines, the text hangs on what is around it.
 */
void js_done(struct json_object *array, bool pretty)
{
	size_t last = json_object_array_length(array) - 1;
	struct json_object *done;
	char *text;

	if (pretty)
		return;
	text = checked(strdup(js_string(json_object_array_get_idx(array, last),
					false)));
	done = checked(json_object_new_boolean(true));
	json_object_set_serializer(done, print_done, text,
				   json_object_free_userdata);
	if (json_object_array_put_idx(array, last, done))
		checked(NULL);
}

/**
 * js_print_rest() - what comes after an array that was streamed
 * @root: the answer; its first key was printed before the array
 * @pretty: over several lines
 */
void js_print_rest(struct json_object *root, bool pretty)
{
	json_object_iter iter;
	bool first = true;

	json_object_object_foreachC(root, iter) {
		if (!first)
			printf(",\n\"%s\":%s", iter.key,
			       js_string(iter.val, pretty));
		first = false;
	}
	puts("}");
}
