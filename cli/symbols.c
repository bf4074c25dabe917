// SPDX-License-Identifier: GPL-2.0
#include "symbols.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

/* The file says nothing about its size. */
static char *read_all(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	size_t room = 1 << 20, got;
	char *text = NULL, *more;

	*length = 0;
	while (file) {
		more = realloc(text, room);
		if (!more)
			break;
		text = more;
		got = fread(text + *length, 1, room - *length - 1, file);
		*length += got;
		if (!got) {
			text[*length] = '\0';
			fclose(file);
			return text;
		}
		if (*length == room - 1)
			room *= 2;
	}
	if (file)
		fclose(file);
	free(text);
	return NULL;
}

static int add(struct symbols *symbols, size_t *room, uint64_t address,
	       const char *name)
{
	struct symbol *list = list_grow(symbols->list, symbols->count, room,
					sizeof(*list));

	if (!list)
		return -ENOMEM;
	symbols->list = list;
	list[symbols->count++] = (struct symbol){
		address, (uint32_t)(name - symbols->text)
	};
	return 0;
}

/**
 * symbols_read() - learn the symbols
 * @symbols: filled, to be freed also after a failure
 * @path: /proc/kallsyms, or what looks like it
 *
 * Return: 0; -ENODATA if it cannot be read, or hides the addresses; -ENOMEM.
 */
int symbols_read(struct symbols *symbols, const char *path)
{
	size_t length, room = 0;
	char *line, *next, *end;

	memset(symbols, 0, sizeof(*symbols));
	symbols->text = read_all(path, &length);
	if (!symbols->text)
		return -ENODATA;
	for (line = symbols->text; *line; line = next) {
		uint64_t address = strtoull(line, &end, 16);

		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		/* "ffffffff81000000 T _stext"; text alone stands in stacks. */
		if (end == line || end[0] != ' ' || !end[1] || end[2] != ' ' ||
		    !strchr("tTwW", end[1]) || !address)
			continue;
		if (add(symbols, &room, address, end + 3))
			return -ENOMEM;
	}
	if (!symbols->count)
		return -ENODATA;
	qsort(symbols->list, symbols->count, sizeof(*symbols->list), by_address);
	return 0;
}

/* The symbol that an address belongs to, or NULL. */
static const char *find(const struct symbols *symbols, uint64_t address,
			uint64_t *offset)
{
	size_t low = 0, high = symbols->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->list[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	*offset = address - symbols->list[low - 1].address;
	return symbols->text + symbols->list[low - 1].name;
}

/**
 * symbol_text() - name an address of the kernel
 * @symbols: the symbols; may be empty
 * @address: the address
 * @to: filled
 *
 * Return: @to: "do_anonymous_page+0x5c", or the address.
 */
const char *symbol_text(const struct symbols *symbols, uint64_t address,
			char to[SYMBOL_TEXT])
{
	uint64_t offset;
	const char *name = find(symbols, address, &offset);

	if (name)
		snprintf(to, SYMBOL_TEXT, "%.*s+0x%" PRIx64,
			 (int)strcspn(name, "\t"), name, offset);
	else
		snprintf(to, SYMBOL_TEXT, "0x%" PRIx64, address);
	return to;
}

/**
 * symbols_skip() - what of a stack belongs to the probe alone
 * @symbols: the symbols; may be empty
 * @stack: return addresses, innermost first
 * @count: how many
 *
 * Return: How many of the first to leave out.
 */
size_t symbols_skip(const struct symbols *symbols, const uint64_t *stack,
		    size_t count)
{
	uint64_t offset;
	const char *name;
	size_t i;

	for (i = 0; i < count; i++) {
		name = find(symbols, stack[i], &offset);
		if (!name || (!strstr(name, "\t[mmlens]") &&
			      !strstr(name, "rethook") &&
			      !strstr(name, "kretprobe")))
			break;
	}
	return i < count ? i : 0;
}

/**
 * symbols_free() - give back the symbols
 * @symbols: the symbols
 */
void symbols_free(struct symbols *symbols)
{
	free(symbols->text);
	free(symbols->list);
	memset(symbols, 0, sizeof(*symbols));
}
