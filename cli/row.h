/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_EVENT_ROW_H
#define MMLENS_EVENT_ROW_H

#include "term.h"
#include "watched.h"

/*
 * A line of what happens as it happens: columns of fixed width, and at its end
 * what gives way on a narrow terminal.
 */

#define ROW_TIME 10
#define ROW_COMM 9
#define ROW_WHAT 14
#define ROW_LATENCY 8
#define ROW_BAR 4
#define ROW_ADDRESS 12

struct row {
	char text[1024];
	size_t n;
	int used;		/* columns of the terminal */
	const struct term *term;
	bool narrow;		/* there is an end of the line */
};

/* A positive width is filled from the right, a negative one from the left. */
__attribute__((format(printf, 4, 5)))
void row_put(struct row *row, int width, enum paint paint, const char *fmt, ...);
void row_put_latency(struct row *row, uint64_t ns, enum paint paint);
void row_put_rest(struct row *row, const struct watched_vma *vma,
		  uint64_t address, const char *behind, const char *notes);
void row_print(struct row *row);
int row_tid_width(void);

/* Adds to words that stand side by side. */
__attribute__((format(printf, 3, 4)))
void note(char *notes, size_t size, const char *fmt, ...);

#endif
