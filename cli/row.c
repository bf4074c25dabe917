// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bar.h"
#include "names_gen.h"
#include "row.h"
#include "text.h"

#define TID_LEAST 5
/* Of a name, so much is shown at least. */
#define NAME_LEAST 6

/* A bar begins at 100 ns; each column is a factor of so much. */
#define BAR_FROM 100.0
#define BAR_DECADES 7

/**
 * row_put() - add a cell
 * @row: the row
 * @width: its columns; filled from the right, from the left if negative
 * @paint: how it is painted
 * @fmt: what it says
 *
 * What finds no room is left out whole: half a code for a colour would be obeyed by
 * the terminal in some other way, and half a character is none.
 */
void row_put(struct row *row, int width, enum paint paint, const char *fmt,
	     ...)
{
	const char *on = term_on(row->term, paint), *off = "";
	char text[sizeof(row->text)];
	size_t room = sizeof(row->text) - row->n;
	int columns, pad, length;
	va_list ap;

	va_start(ap, fmt);
	length = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (length < 0 || (size_t)length >= sizeof(text))
		return;
	if (*on)
		off = term_off(row->term);
	columns = text_width(text);
	pad = (width < 0 ? -width : width) - columns;
	if (pad < 0)
		pad = 0;
	/* A positive width is filled from the right. */
	length = snprintf(row->text + row->n, room, "%*s%s%s%s%*s ",
			  width > 0 ? pad : 0, "", on, text, off,
			  width < 0 ? pad : 0, "");
	if (length < 0 || (size_t)length >= room)
		return;
	row->n += (size_t)length;
	row->used += columns + pad + 1;
}

/**
 * row_print() - print a row
 * @row: the row
 */
void row_print(struct row *row)
{
	while (row->n && row->text[row->n - 1] == ' ')
		row->n--;
	row->text[row->n++] = '\n';
	fwrite(row->text, 1, row->n, stdout);
}

/**
 * row_tid_width() - how wide TIDs are
 *
 * Return: columns, as many as the numbers need that are given out now.
 */
int row_tid_width(void)
{
	static int width;
	int pid;

	for (pid = width ? 0 : (int)getpid(); pid; pid /= 10)
		width++;
	return width < TID_LEAST ? TID_LEAST : width;
}

/* Natural logarithm without the mathematics library: exact to a percent. */
static double logarithm(double x)
{
	double result = 0, y;

	while (x >= 2) {
		x /= 2;
		result += 0.69314718;
	}
	y = (x - 1) / (x + 1);
	return result + 2 * (y + y * y * y / 3 + y * y * y * y * y / 5);
}

/**
 * row_put_latency() - add how long it took, also as a bar
 * @row: the row
 * @ns: nanoseconds
 * @paint: how the bar is painted
 *
 * Each decade of the bar is as long.
 */
void row_put_latency(struct row *row, uint64_t ns, enum paint paint)
{
	double of = (double)ns / BAR_FROM;
	char text[SIZE_TEXT], bar[BAR_TEXT(ROW_BAR)];
	uint64_t part = of <= 1 ? 1 :
			(uint64_t)(logarithm(of) / 2.30258509 * 1000);

	row_put(row, ROW_LATENCY, PAINT_NONE, "%s", text_time(ns, text));
	row_put(row, -ROW_BAR, paint, "%s",
		bar_text(part, BAR_DECADES * 1000UL, ROW_BAR, row->term->utf8,
			 bar));
}

/*
 * "libc.so.6+1a000 x16": in a file the offset is that of the file. @more is what
 * stands behind it. The name gives way first, though not all of it.
 */
static void where(const struct watched_vma *at, uint64_t address,
		  const char *more, bool has_offset, int columns, bool utf8,
		  char *to, size_t size)
{
	char safe[512], name[512], kind[NAME_MAX_LEN], rest[NAME_MAX_LEN * 2 + 8];
	const struct mmlens_vma *v;
	uint64_t offset;
	const char *p;

	to[0] = '\0';
	if (!at)
		return;
	v = &at->vma.v;
	/* It may have grown since it was told, as a heap does. */
	if (address < v->start)
		return;
	offset = address - v->start + (v->inode ? v->offset : 0);
	if (has_offset)
		snprintf(rest, sizeof(rest), "+%" PRIx64 "%.*s", offset,
			 NAME_MAX_LEN, more);
	else
		snprintf(rest, sizeof(rest), "%.*s", NAME_MAX_LEN, more);
	if (at->vma.name && *at->vma.name)
		text_safe(at->vma.name, safe, sizeof(safe));
	else
		snprintf(safe, sizeof(safe), "%s",
			 name_of(&names_vma_kind, v->kind, kind));
	/* Directories are the first that may be missing. */
	p = safe;
	if (text_width(safe) + text_width(rest) > columns && *safe == '/')
		p = strrchr(safe, '/') + 1;
	columns -= text_width(rest);
	if (columns < NAME_LEAST)
		columns = NAME_LEAST;
	snprintf(to, size, "%s%s", *p == '/' ?
		 text_fit(p, columns, utf8, name, sizeof(name)) :
		 text_cut(p, columns, utf8, name, sizeof(name)), rest);
}

/**
 * row_put_rest() - print the end of a row: where it was, and what more there is
 * @row: the row
 * @vma: the VMA, or NULL
 * @address: where in it
 * @behind: what stands behind the name, after a blank
 * @notes: what more there is to say
 *
 * On a terminal the name gives way first; then notes go to a line of their own,
 * the offset is left out, and what stands behind the name goes to the notes.
 */
void row_put_rest(struct row *row, const struct watched_vma *vma,
		  uint64_t address, const char *behind, const char *notes)
{
	bool utf8 = row->term->utf8, offset = true, fits;
	int room = row->narrow ? row->term->width - row->used : 4096;
	int more = *notes ? text_width(notes) + 1 : 0;
	char place[768], below[512] = "";

	where(vma, address, behind, offset, room - more, utf8, place,
	      sizeof(place));
	fits = text_width(place) + more <= room;
	if (!fits)
		where(vma, address, behind, offset, room, utf8, place,
		      sizeof(place));
	if (text_width(place) > room) {
		offset = false;
		where(vma, address, behind, offset, room, utf8, place,
		      sizeof(place));
	}
	if (text_width(place) > room) {
		where(vma, address, "", offset, room, utf8, place,
		      sizeof(place));
		if (*behind)
			note(below, sizeof(below), "%s", behind + 1);
	}
	if (*notes)
		note(below, sizeof(below), "%s", notes);
	if (vma && *place)
		row_put(row, 0, paint_of_kind(vma->vma.v.kind), "%s", place);
	if (!fits && *below) {
		row_print(row);
		row->n = 0;
		row->used = 0;
		row_put(row, row->term->width, PAINT_DIM, "%s", below);
	} else if (*below) {
		row_put(row, 0, PAINT_DIM, "%s", below);
	}
	row_print(row);
}

/**
 * note() - add to words that stand side by side
 * @notes: the words
 * @size: room for them
 * @fmt: what is added
 */
void note(char *notes, size_t size, const char *fmt, ...)
{
	size_t n = strlen(notes);
	va_list ap;

	if (n)
		n += (size_t)snprintf(notes + n, size - n, ", ");
	if (n >= size)
		return;
	va_start(ap, fmt);
	vsnprintf(notes + n, size - n, fmt, ap);
	va_end(ap);
}
