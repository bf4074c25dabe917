/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_TERM_H
#define MMLENS_TERM_H

#include <stdbool.h>
#include <stdint.h>

/* What a colour stands for. It never says what no word beside it says. */
enum paint {
	PAINT_NONE,
	PAINT_HEAD,		/* headings */
	PAINT_DIM,		/* what is of less interest */
	PAINT_ANON,		/* private memory */
	PAINT_FILE,		/* the page cache */
	PAINT_SHARED,		/* shared memory */
	PAINT_ZERO,		/* reads as zero, costs nothing */
	PAINT_AWAY,		/* swapped, migrating */
	PAINT_KERNEL,		/* frames of the kernel and of devices */
	PAINT_BAD,		/* an access does not end well */
	PAINTS
};

enum colour_when { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* What the output can show. */
struct term {
	int width;
	bool colour;
	bool utf8;
};

void term_init(struct term *term, enum colour_when when);
const char *term_sequence(enum paint paint);
const char *term_on(const struct term *term, enum paint paint);
const char *term_off(const struct term *term);
enum paint paint_of_state(unsigned int state);
enum paint paint_of_kind(uint32_t kind);
enum paint paint_of_verdict(unsigned int verdict);
enum paint paint_of_forecast(unsigned int forecast);

#endif
