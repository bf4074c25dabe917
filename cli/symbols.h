/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_SYMBOLS_H
#define MMLENS_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

/* The kernel's own symbols, as far as /proc/kallsyms tells them. */
struct symbol {
	uint64_t address;
	uint32_t name;		/* where it begins in the text */
};

struct symbols {
	char *text;
	struct symbol *list;	/* by address */
	size_t count;
};

#define SYMBOL_TEXT 160

int symbols_read(struct symbols *symbols, const char *path);
const char *symbol_text(const struct symbols *symbols, uint64_t address,
			char to[SYMBOL_TEXT]);
size_t symbols_skip(const struct symbols *symbols, const uint64_t *stack,
		    size_t count);
void symbols_free(struct symbols *symbols);

#endif
