// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "bar.h"
#include "names_gen.h"
#include "say.h"
#include "stand.h"
#include "text.h"

#define BAR 16

/* The rows, and the columns of the VMAs; referenced or not is put together. */
enum {
	ROW_YOUNGEST,
	ROW_SECOND,
	ROW_THIRD,
	ROW_FOURTH,
	ROW_ACTIVE,
	ROW_INACTIVE,
	ROW_UNEVICTABLE,
	ROW_BATCH,
	ROW_ISOLATED,
	ROW_NO_LIST,
	ROWS
};

static const struct {
	const char *name;
	const char *column;
	enum paint paint;
	const char *note;
} rows[ROWS] = {
	[ROW_YOUNGEST] = { "youngest gen", "YOUNGEST", PAINT_ANON, NULL },
	[ROW_SECOND] = { "2nd gen", "2ND", PAINT_ZERO, NULL },
	[ROW_THIRD] = { "3rd gen", "3RD", PAINT_FILE, NULL },
	[ROW_FOURTH] = { "4th gen", "4TH", PAINT_AWAY, NULL },
	[ROW_ACTIVE] = { "active", "ACTIVE", PAINT_ANON, NULL },
	[ROW_INACTIVE] = { "inactive", "INACTIVE", PAINT_AWAY,
			   "reclaim takes from here" },
	[ROW_UNEVICTABLE] = { "unevictable", "UNEVICT", PAINT_SHARED, NULL },
	[ROW_BATCH] = { "batch", "BATCH", PAINT_NONE, "on no list yet" },
	[ROW_ISOLATED] = { "isolated", "ISOLATED", PAINT_NONE,
			   "off its list" },
	[ROW_NO_LIST] = { "no list", "NO-LIST", PAINT_KERNEL, NULL },
};

/* What the columns of the table say, and what its last one notes. */
struct row_sum {
	uint64_t pages;
	uint64_t anon;
	uint64_t mlocked;
	uint64_t referenced;
	uint64_t least_ms;
	uint64_t most_ms;
};

static unsigned int row_of(enum standing standing)
{
	static const unsigned int rows_of[STANDINGS] = {
		[STANDS_YOUNGEST] = ROW_YOUNGEST,
		[STANDS_SECOND] = ROW_SECOND,
		[STANDS_THIRD] = ROW_THIRD,
		[STANDS_FOURTH] = ROW_FOURTH,
		[STANDS_ACTIVE_REFERENCED] = ROW_ACTIVE,
		[STANDS_ACTIVE] = ROW_ACTIVE,
		[STANDS_INACTIVE_REFERENCED] = ROW_INACTIVE,
		[STANDS_INACTIVE] = ROW_INACTIVE,
		[STANDS_UNEVICTABLE] = ROW_UNEVICTABLE,
		[STANDS_BATCH] = ROW_BATCH,
		[STANDS_ISOLATED] = ROW_ISOLATED,
		[STANDS_NOWHERE] = ROW_NO_LIST,
	};

	return rows_of[standing];
}

static void sum_rows(const struct places *places, uint64_t now,
		     struct row_sum sums[ROWS])
{
	uint64_t standing[STANDINGS];
	size_t i;

	for (i = 0; i < ROWS; i++)
		sums[i] = (struct row_sum){ .least_ms = UINT64_MAX };
	for (i = 0; i < places->count; i++) {
		const struct place *place = &places->list[i];
		struct row_sum *sum = &sums[row_of(place_standing(place))];
		uint64_t age = age_of(place->birth, now);

		sum->anon += place->anon;
		sum->mlocked += place->mlocked;
		if (place->referenced)
			sum->referenced += place->pages;
		if (age < sum->least_ms)
			sum->least_ms = age;
		if (age > sum->most_ms)
			sum->most_ms = age;
	}
	places_by_standing(places, standing);
	for (i = 0; i < STANDINGS; i++)
		sums[row_of((enum standing)i)].pages += standing[i];
}

static const char *size(const struct context *c, uint64_t pages,
			char buf[SIZE_TEXT])
{
	return text_size(pages * c->page_size, c->options.bytes, buf);
}

static void part_cell(const struct context *c, struct table *table,
		      size_t column, enum paint paint, uint64_t pages)
{
	char buf[SIZE_TEXT];

	table_cell(table, column, pages ? paint : PAINT_DIM, "%s",
		   pages ? size(c, pages, buf) : "-");
}

/* Pages of no list, by what they are. */
static void no_list_note(const struct context *c, const struct places *places,
			 char *to, size_t room)
{
	char name[NAME_MAX_LEN], buf[SIZE_TEXT];
	unsigned int i;
	size_t n = 0;

	for (i = 0; i < TOTAL_STATES && n < room; i++)
		if (places->no_list[i])
			n += (size_t)snprintf(to + n, room - n, "%s%s %s",
					      n ? ", " : "",
					      name_of(&names_state, i, name),
					      size(c, places->no_list[i], buf));
}

static void note(const struct context *c, const struct places *places,
		 unsigned int row, const struct row_sum *sum, char *to,
		 size_t room)
{
	char a[SIZE_TEXT], b[SIZE_TEXT];

	to[0] = '\0';
	if (row <= ROW_FOURTH && sum->least_ms == sum->most_ms)
		snprintf(to, room, "%s old", text_age(sum->most_ms, a));
	else if (row <= ROW_FOURTH)
		snprintf(to, room, "%s to %s old", text_age(sum->least_ms, a),
			 text_age(sum->most_ms, b));
	else if (row <= ROW_INACTIVE && sum->referenced)
		snprintf(to, room, "%s referenced",
			 size(c, sum->referenced, a));
	else if (row == ROW_UNEVICTABLE)
		snprintf(to, room, "%s mlocked", size(c, sum->mlocked, a));
	else if (row == ROW_NO_LIST)
		no_list_note(c, places, to, room);
	else if (rows[row].note)
		snprintf(to, room, "%s", rows[row].note);
}

static int sums_text(struct context *c, const struct places *places,
		     const struct row_sum sums[ROWS])
{
	static const struct column columns[] = {
		{ "Place", 0 }, { "pages", SCOLS_FL_RIGHT },
		{ "size", SCOLS_FL_RIGHT }, { "", 0 },
		{ "anon", SCOLS_FL_RIGHT }, { "file", SCOLS_FL_RIGHT },
		{ "", COLUMN_WORDS },
	};
	char text[512], count[SIZE_TEXT * 2], bar[BAR_TEXT(BAR)];
	struct table table;
	unsigned int i;

	putchar('\n');
	table_begin(&table, &c->term, columns, 7, true);
	for (i = 0; i < ROWS; i++) {
		const struct row_sum *sum = &sums[i];

		if (!sum->pages)
			continue;
		table_row(&table);
		table_cell(&table, 0, rows[i].paint, "  %s", rows[i].name);
		table_cell(&table, 1, PAINT_NONE, "%s",
			   text_count(sum->pages, count));
		table_cell(&table, 2, PAINT_NONE, "%s",
			   size(c, sum->pages, text));
		table_cell(&table, 3, rows[i].paint, "%s",
			   bar_text(sum->pages, places->resident, BAR,
				    c->term.utf8, bar));
		if (i != ROW_NO_LIST) {
			part_cell(c, &table, 4, PAINT_NONE, sum->anon);
			part_cell(c, &table, 5, PAINT_NONE,
				  sum->pages - sum->anon);
		}
		note(c, places, i, sum, text, sizeof(text));
		table_cell(&table, 6, PAINT_DIM, "%s", text);
	}
	table_row(&table);
	table_cell(&table, 0, PAINT_HEAD, "  resident");
	table_cell(&table, 1, PAINT_HEAD, "%s",
		   text_count(places->resident, count));
	table_cell(&table, 2, PAINT_HEAD, "%s",
		   size(c, places->resident, text));
	if (places_rss(places) != places->resident)
		table_cell(&table, 6, PAINT_DIM, "RSS %s",
			   size(c, places_rss(places), text));
	return context_table(c, table_end(&table));
}

static int reclaim_text(struct context *c, const struct places *places)
{
	static const struct column columns[] = {
		{ "Reclaim could", 0 }, { "size", SCOLS_FL_RIGHT },
		{ "", COLUMN_WORDS },
	};
	static const struct {
		const char *verb;
		enum reclaim what;
		const char *doc;
	} deeds[] = {
		{ "drop", RECLAIM_CLEAN_FILE, "clean pages of files" },
		{ "drop", RECLAIM_LAZYFREE, "given up by MADV_FREE" },
		{ "write", RECLAIM_DIRTY_FILE,
		  "dirty pages of files, to be written before they are dropped" },
		{ "swap", RECLAIM_SWAP, "anonymous and shared memory" },
		{ "nothing", RECLAIM_UNEVICTABLE, "unevictable" },
		{ "nothing", RECLAIM_NO_LIST, "on no list" },
	};
	char a[SIZE_TEXT], b[SIZE_AMOUNT], room[64];
	uint64_t bytes = swap_free();
	struct table table;
	size_t i;

	snprintf(room, sizeof(room), bytes ? "; swap has %s free" :
		 "; there is no free swap: it stays",
		 text_amount(bytes, c->options.bytes, b));
	putchar('\n');
	table_begin(&table, &c->term, columns, 3, true);
	for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		uint64_t pages = places->reclaim[deeds[i].what];

		if (!pages)
			continue;
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "  %s", deeds[i].verb);
		table_cell(&table, 1, PAINT_NONE, "%s", size(c, pages, a));
		table_cell(&table, 2, PAINT_DIM, "%s%s", deeds[i].doc,
			   deeds[i].what == RECLAIM_SWAP ? room : "");
	}
	return context_table(c, table_end(&table));
}

/* A place that is nowhere needs no column. */
static size_t choose_columns(const struct row_sum sums[ROWS], bool swap,
			     unsigned int chosen[ROWS],
			     struct column columns[ROWS + 4])
{
	unsigned int i;
	size_t n = 0;

	columns[0] = (struct column){ "START", SCOLS_FL_RIGHT };
	columns[1] = (struct column){ "PERM", 0 };
	for (i = 0; i < ROWS; i++) {
		if (!sums[i].pages)
			continue;
		columns[n + 2] = (struct column){ rows[i].column,
						  SCOLS_FL_RIGHT };
		chosen[n++] = i;
	}
	columns[n + 2] = swap ? (struct column){ "SWAP", SCOLS_FL_RIGHT } :
				(struct column){ "NAME", 0 };
	columns[n + 3] = (struct column){ "NAME", 0 };
	return n;
}

static int vmas_text(struct context *c, const struct stand_answer *answer,
		     const struct row_sum sums[ROWS])
{
	const struct vma_list *vmas = &answer->selection.vmas;
	bool swap = beside_swap(&answer->sum);
	struct column columns[ROWS + 4];
	unsigned int chosen[ROWS];
	struct row_sum row[ROWS];
	struct table table;
	size_t i, j, n;

	n = choose_columns(sums, swap, chosen, columns);
	putchar('\n');
	table_begin(&table, &c->term, columns, n + 3 + swap, true);
	for (i = 0; i < vmas->count; i++) {
		const struct places *places = &answer->places[i];
		const struct vma *vma = &vmas->list[i];
		char perms[5];

		if (!places->resident && !beside_swap(places))
			continue;
		sum_rows(places, c->now, row);
		vma_perms(vma, perms);
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%" PRIx64,
			   (uint64_t)vma->v.start);
		table_cell(&table, 1, PAINT_NONE, "%s", perms);
		for (j = 0; j < n; j++)
			part_cell(c, &table, j + 2, rows[chosen[j]].paint,
				  row[chosen[j]].pages);
		if (swap)
			part_cell(c, &table, n + 2, PAINT_AWAY,
				  beside_swap(places));
		lru_name_cell(c, &table, n + 2 + swap, vma, n > 5 ? 10 : 20);
	}
	return context_table(c, table_end(&table));
}

/**
 * lru_pid_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int lru_pid_text(struct context *c, const struct stand_answer *answer)
{
	const struct places *sum = &answer->sum;
	struct row_sum sums[ROWS];
	int ret = 0;

	stand_headline(c, "where its pages stand for reclaim");
	stand_regime_text(c, answer);
	if (!answer->selection.vmas.count) {
		puts("No VMA lies there.");
	} else if (!sum->resident) {
		puts("Nothing there is resident.");
	} else {
		sum_rows(sum, c->now, sums);
		ret = sums_text(c, sum, sums);
		if (!ret)
			ret = reclaim_text(c, sum);
		if (!ret)
			ret = vmas_text(c, answer, sums);
	}
	if (ret)
		return ret;
	stand_end_text(c, answer);
	return context_output(c);
}
