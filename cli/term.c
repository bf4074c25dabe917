// SPDX-License-Identifier: GPL-2.0
#include "term.h"

#include <langinfo.h>
#include <linux/mmlens.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_DEFAULT 80
#define WIDTH_LEAST 40
/* No terminal is wider; a table takes memory for each column. */
#define WIDTH_MOST 2000

/* The only escape codes of the program. Readable on dark and on light. */
static const char *const sequences[PAINTS] = {
	[PAINT_NONE] = "",
	[PAINT_HEAD] = "\033[1m",
	[PAINT_DIM] = "\033[2m",
	[PAINT_ANON] = "\033[32m",
	[PAINT_FILE] = "\033[34m",
	[PAINT_SHARED] = "\033[36m",
	[PAINT_ZERO] = "\033[2m",
	[PAINT_AWAY] = "\033[33m",
	[PAINT_KERNEL] = "\033[35m",
	[PAINT_BAD] = "\033[1;31m",
};

static int find_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long width = 0;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		width = size.ws_col;
	if (!width && columns)
		width = strtol(columns, NULL, 10);
	if (width <= 0)
		return WIDTH_DEFAULT;
	if (width > WIDTH_MOST)
		return WIDTH_MOST;
	return width < WIDTH_LEAST ? WIDTH_LEAST : (int)width;
}

/**
 * term_init() - learn what standard output can show
 * @term: filled; the locale must have been set
 * @when: what the user wants of colour; a wish beats NO_COLOR
 */
void term_init(struct term *term, enum colour_when when)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *name = getenv("TERM");

	term->width = find_width();
	term->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	term->colour = when == COLOUR_ALWAYS ||
		       (when == COLOUR_AUTO && isatty(STDOUT_FILENO) &&
			!(no_colour && *no_colour) &&
			name && strcmp(name, "dumb") != 0);
}

/**
 * term_sequence() - the escape code of a colour
 * @paint: the colour
 *
 * Return: The code, to be used only where term->colour is set.
 */
const char *term_sequence(enum paint paint)
{
	return sequences[paint];
}

/**
 * term_on() - begin a colour, if there is any
 * @term: the terminal
 * @paint: the colour
 *
 * Return: The code, or an empty string.
 */
const char *term_on(const struct term *term, enum paint paint)
{
	return term->colour ? sequences[paint] : "";
}

/**
 * term_off() - end a colour
 * @term: the terminal
 *
 * Return: The code, or an empty string.
 */
const char *term_off(const struct term *term)
{
	return term->colour ? "\033[0m" : "";
}

/**
 * paint_of_state() - the colour of a page
 * @state: enum mmlens_state
 *
 * Return: The colour.
 */
enum paint paint_of_state(unsigned int state)
{
	switch (state) {
	case MMLENS_STATE_NONE:
		return PAINT_DIM;
	case MMLENS_STATE_ZERO:
	case MMLENS_STATE_HUGE_ZERO:
		return PAINT_ZERO;
	case MMLENS_STATE_ANON:
	case MMLENS_STATE_KSM:
		return PAINT_ANON;
	case MMLENS_STATE_FILE:
		return PAINT_FILE;
	case MMLENS_STATE_SHMEM:
	case MMLENS_STATE_HUGETLB:
		return PAINT_SHARED;
	case MMLENS_STATE_SWAP:
	case MMLENS_STATE_MIGRATION:
	case MMLENS_STATE_DEVICE_PRIVATE:
	case MMLENS_STATE_DEVICE_EXCLUSIVE:
		return PAINT_AWAY;
	case MMLENS_STATE_DEVICE:
	case MMLENS_STATE_PFNMAP:
	case MMLENS_STATE_KERNEL:
		return PAINT_KERNEL;
	case MMLENS_STATE_HWPOISON:
	case MMLENS_STATE_POISON_MARKER:
	case MMLENS_STATE_GUARD:
		return PAINT_BAD;
	}
	return PAINT_NONE;
}

/**
 * paint_of_kind() - the colour of a VMA
 * @kind: enum mmlens_vma_kind
 *
 * Return: The colour.
 */
enum paint paint_of_kind(uint32_t kind)
{
	switch (kind) {
	case MMLENS_VMA_KIND_ANON:
	case MMLENS_VMA_KIND_HEAP:
	case MMLENS_VMA_KIND_STACK:
		return PAINT_ANON;
	case MMLENS_VMA_KIND_FILE:
		return PAINT_FILE;
	case MMLENS_VMA_KIND_SHMEM:
	case MMLENS_VMA_KIND_HUGETLB:
		return PAINT_SHARED;
	case MMLENS_VMA_KIND_SPECIAL:
	case MMLENS_VMA_KIND_DEVICE:
		return PAINT_KERNEL;
	}
	return PAINT_NONE;
}

/**
 * paint_of_verdict() - the colour of a copy-on-write verdict
 * @verdict: enum mmlens_verdict
 *
 * Return: The colour.
 */
enum paint paint_of_verdict(unsigned int verdict)
{
	switch (verdict) {
	case MMLENS_VERDICT_EXCLUSIVE:
	case MMLENS_VERDICT_REUSABLE:
		return PAINT_ANON;
	case MMLENS_VERDICT_SHARED:
		return PAINT_SHARED;
	}
	return PAINT_DIM;
}

/**
 * paint_of_forecast() - the colour of what an access does
 * @forecast: enum mmlens_forecast
 *
 * Return: The colour.
 */
enum paint paint_of_forecast(unsigned int forecast)
{
	switch (forecast) {
	case MMLENS_FORECAST_NONE:
		return PAINT_DIM;
	case MMLENS_FORECAST_ZERO:
	case MMLENS_FORECAST_HUGE_ZERO:
		return PAINT_ZERO;
	case MMLENS_FORECAST_ANON:
	case MMLENS_FORECAST_HUGE_ANON:
	case MMLENS_FORECAST_ZERO_COPY:
	case MMLENS_FORECAST_COW_REUSE:
		return PAINT_ANON;
	case MMLENS_FORECAST_FILE_MINOR:
	case MMLENS_FORECAST_FILE_MAJOR:
		return PAINT_FILE;
	case MMLENS_FORECAST_SHMEM_MINOR:
	case MMLENS_FORECAST_SHMEM_MAJOR:
	case MMLENS_FORECAST_HUGETLB:
	case MMLENS_FORECAST_FILE_COPY:
	case MMLENS_FORECAST_COW_COPY:
		return PAINT_SHARED;
	case MMLENS_FORECAST_SWAP_IN:
	case MMLENS_FORECAST_WAIT:
		return PAINT_AWAY;
	case MMLENS_FORECAST_SIGSEGV:
	case MMLENS_FORECAST_SIGBUS:
		return PAINT_BAD;
	}
	return PAINT_NONE;
}
