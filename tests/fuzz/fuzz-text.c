// SPDX-License-Identifier: GPL-2.0
/*
 * Names of any bytes on terminals of any width: what is made of them is harmless,
 * keeps to its buffer, and where there is room for it, to its columns.
 */
#include <locale.h>
#include <stdio.h>

#include "bar.h"
#include "bytes.h"
#include "judge.h"
#include "line.h"
#include "quote.h"
#include "row.h"
#include "say.h"
#include "table.h"
#include "text.h"

static struct term term;

static void try_names(struct bytes *in)
{
	size_t room = take_byte(in) + 8U, quoted_room = take_byte(in) % 64 + 16U;
	int columns = take_byte(in) % 40 + 1;
	char *name = take_rest(in), *wrapped;
	char *safe = malloc(room), *to = malloc(1200), *quoted;

	quoted = malloc(quoted_room);
	if (!safe || !to || !quoted)
		abort();
	judge(text_safe(name, safe, room) == strlen(safe), "another length", safe);
	judge_text(safe, strlen(safe), false, term.utf8);
	text_fit(safe, columns, term.utf8, to, 1200);
	judge(text_width(to) <= columns || columns < 4, "too wide", to);
	text_cut(safe, columns, term.utf8, to, 1200);
	judge(text_width(to) <= columns || columns < 4, "too wide", to);
	wrapped = text_wrap(safe, columns, term.utf8);
	if (!wrapped)
		abort();
	judge_text(wrapped, strlen(wrapped), false, term.utf8);
	free(wrapped);
	/* No end of a character may be cut off. */
	quote(name, quoted, quoted_room);
	snprintf(to, 1200, "{\"name\":%s}\n", quoted);
	judge_json(to, strlen(to), false, true);
	free(quoted);
	free(to);
	free(safe);
	free(name);
}

static void try_line(struct bytes *in)
{
	struct line line = { .length = 0 };
	char name[300], safe[1300];

	while (in->left) {
		int8_t width = (int8_t)take_byte(in);
		uint8_t how = take_byte(in);

		take_text(in, name, 100);
		text_safe(name, safe, sizeof(safe));
		if (how & 1)
			line_cell(&line, &term, width,
				  (enum paint)(how % PAINTS), safe);
		else
			line_words(&line, &term, safe);
	}
	line_print(&line);
}

static void try_row(struct bytes *in)
{
	struct row row = { .term = &term };
	struct watched_vma vma = { .counts.index = 1 };
	char name[300], behind[80] = "", notes[300] = "", safe[1300];
	uint8_t how = take_byte(in), i;

	row.narrow = how & 1;
	for (i = how >> 1 & 7; i; i--) {
		int8_t width = (int8_t)take_byte(in);

		take_text(in, name, 64);
		text_safe(name, safe, sizeof(safe));
		row_put(&row, width, (enum paint)(take_byte(in) % PAINTS), "%s",
			safe);
	}
	row_put_latency(&row, take_u64(in), PAINT_NONE);
	vma.vma.v.kind = take_byte(in);
	vma.vma.v.start = take_u64(in);
	vma.vma.v.offset = take_u64(in);
	vma.vma.v.inode = how & 16;
	take_text(in, name, 255);
	vma.vma.name = how & 32 ? name : NULL;
	if (how & 64)
		snprintf(behind, sizeof(behind), " x%u", take_byte(in));
	for (i = take_byte(in) % 5; i; i--)
		note(notes, sizeof(notes), "a note of %u",
		     (unsigned int)take_u16(in));
	row_put_rest(&row, how & 128 ? &vma : NULL, take_u64(in), behind, notes);
}

static void try_table(struct bytes *in)
{
	static const struct column columns[] = {
		{ "NAME", 0 }, { "COUNT", SCOLS_FL_RIGHT },
		{ "WORDS", COLUMN_WORDS },
	};
	struct table table;
	char name[300], safe[1300] = "";

	table_begin(&table, &term, columns, 3, take_byte(in) & 1);
	while (in->left) {
		table_row(&table);
		take_text(in, name, 100);
		text_safe(name, safe, sizeof(safe));
		table_cell(&table, 0, PAINT_ANON, "%s", safe);
		table_cell(&table, 1, PAINT_DIM, "%u", take_byte(in));
		take_text(in, name, 255);
		text_safe(name, safe, sizeof(safe));
		table_cell(&table, 2, PAINT_NONE, "%s", safe);
	}
	table_end(&table);
	say(&term, PAINT_HEAD, "%s", safe);
}

static void try_bars(struct bytes *in)
{
	char bar[BAR_TEXT(40)], size[SIZE_TEXT], count[SIZE_TEXT * 2];
	int columns = take_byte(in) % 40 + 1;
	uint64_t parts[BAR_PARTS];
	uint64_t part = take_u64(in), whole = take_u64(in);
	char amount[SIZE_AMOUNT], buf[NAME_MAX_LEN];

	take(in, parts, sizeof(parts));
	bar_text(part, whole, columns, term.utf8, bar);
	judge(text_width(bar) <= columns, "too long", bar);
	bar_parts(parts, BAR_PARTS, columns, term.utf8, bar);
	judge(text_width(bar) <= columns, "too long", bar);
	text_size(part, columns & 1, size);
	text_amount(part, columns & 1, amount);
	text_count(part, count);
	text_time(part, size);
	text_age(whole, size);
	text_generation((unsigned int)whole, part, buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const tries[])(struct bytes *in) = {
		try_names, try_line, try_row, try_table, try_bars,
	};
	struct bytes in = { data, size };
	uint8_t which = take_byte(&in), how = take_byte(&in);
	FILE *out = stdout;
	size_t length;
	char *text;

	term.utf8 = how & 1;
	term.colour = how & 2;
	term.width = how & 4 ? take_byte(&in) % 10 + 1 : 80;
	if (!setlocale(LC_CTYPE, term.utf8 ? "C.UTF-8" : "C"))
		abort();
	stdout = open_memstream(&text, &length);
	if (!stdout)
		abort();
	tries[which % (sizeof(tries) / sizeof(tries[0]))](&in);
	fclose(stdout);
	stdout = out;
	judge_text(text, length, term.colour, term.utf8);
	free(text);
	return 0;
}
