/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_BAR_H
#define MMLENS_BAR_H

#include <stdbool.h>
#include <stdint.h>

/* Parts of one bar that can be told apart. */
#define BAR_PARTS 5

/* Room for a bar of so many columns. */
#define BAR_TEXT(columns) ((columns) * 3 + 1)

const char *bar_text(uint64_t part, uint64_t whole, int columns, bool utf8,
		     char *buf);
const char *bar_shade(int part, bool utf8, char *buf);
const char *bar_parts(const uint64_t *parts, int count, int columns, bool utf8,
		      char *buf);

#endif
