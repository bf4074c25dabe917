// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "ages.h"
#include "bar.h"
#include "names_gen.h"
#include "say.h"
#include "text.h"

#define BAR 16

/* The columns of the histogram. */
enum {
	COLUMN_AGE,
	COLUMN_IDLE,
	COLUMN_PLACE,
	COLUMN_BYTES,
	COLUMN_BAR,
	COLUMN_ANON,
	COLUMN_FILE,
	COLUMN_USED,
	COLUMN_IN,
	COLUMNS
};

static const char *size(const struct context *c, uint64_t pages,
			char buf[SIZE_TEXT])
{
	return text_size(pages * c->page_size, c->options.bytes, buf);
}

static void part_cell(const struct context *c, struct table *table,
		      size_t column, uint64_t pages)
{
	char buf[SIZE_TEXT];

	table_cell(table, column, pages ? PAINT_NONE : PAINT_DIM, "%s",
		   pages ? size(c, pages, buf) : "-");
}

static enum paint paint_of(enum standing standing)
{
	static const enum paint paints[] = {
		PAINT_ANON, PAINT_ZERO, PAINT_FILE, PAINT_AWAY,
	};

	return standing_has_age(standing) ? paints[standing % 4] : PAINT_NONE;
}

static void bar_cell(const struct context *c, struct table *table,
		     enum paint paint, uint64_t pages, uint64_t whole)
{
	char size_text[SIZE_TEXT], bar[BAR_TEXT(BAR)];

	table_cell(table, COLUMN_BYTES, PAINT_NONE, "%s",
		   size(c, pages, size_text));
	table_cell(table, COLUMN_BAR, paint, "%s",
		   bar_text(pages, whole, BAR, c->term.utf8, bar));
}

static void place_name(const struct place *bucket, char *to, size_t room)
{
	char name[NAME_MAX_LEN];

	if (bucket->lru == MMLENS_LRU_GENERATION)
		snprintf(to, room, "%s", text_generation(bucket->younger,
							 bucket->generation,
							 name));
	else
		snprintf(to, room, "%s%s",
			 bucket->lru == MMLENS_LRU_ACTIVE_ANON ? "active" :
								 "inactive",
			 bucket->referenced ? ", referenced" : "");
}

/* Which of the LRUs, by its number in the list below. */
static size_t number_of(const struct stand_answer *answer,
			const struct place *bucket)
{
	size_t i;

	for (i = 0; i < answer->lruvec_count && i < LRUVECS; i++)
		if (answer->lruvecs[i].cgroup == bucket->cgroup &&
		    answer->lruvecs[i].node == bucket->node)
			return i + 1;
	return 0;
}

static void bucket_row(const struct context *c, struct table *table,
		       const struct stand_answer *answer,
		       const struct place *bucket)
{
	enum paint paint = paint_of(place_standing(bucket));
	uint64_t idle;
	char text[64];

	table_row(table);
	if (bucket->lru == MMLENS_LRU_GENERATION) {
		table_cell(table, COLUMN_AGE, PAINT_NONE, "%s",
			   text_age(age_of(bucket->birth, c->now), text));
		/* Where all was used since, nothing was idle for so long. */
		if (place_idle(bucket, c->now, &idle) && idle &&
		    bucket->accessed < bucket->pages)
			table_cell(table, COLUMN_IDLE, PAINT_NONE, "%s+",
				   text_age(idle, text));
		if (answer->lruvec_count > 1)
			table_cell(table, COLUMN_IN, PAINT_DIM, "%zu",
				   number_of(answer, bucket));
	}
	place_name(bucket, text, sizeof(text));
	table_cell(table, COLUMN_PLACE, paint, "%s", text);
	bar_cell(c, table, paint, bucket->pages, answer->sum.resident);
	part_cell(c, table, COLUMN_ANON, bucket->anon);
	part_cell(c, table, COLUMN_FILE, bucket->pages - bucket->anon);
	part_cell(c, table, COLUMN_USED, bucket->accessed);
}

static void no_age_row(const struct context *c, struct table *table,
		       const char *name, uint64_t pages, uint64_t whole)
{
	if (!pages)
		return;
	table_row(table);
	table_cell(table, COLUMN_AGE, PAINT_DIM, "no age");
	table_cell(table, COLUMN_PLACE, PAINT_DIM, "%s", name);
	bar_cell(c, table, PAINT_DIM, pages, whole);
}

static void no_age_rows(const struct context *c, struct table *table,
			const struct places *places)
{
	uint64_t pages[STANDINGS];
	char name[NAME_MAX_LEN];
	unsigned int i;

	places_by_standing(places, pages);
	for (i = STANDS_UNEVICTABLE; i < STANDS_NOWHERE; i++)
		no_age_row(c, table, name_of(&names_lru, standing_lru(i), name),
			   pages[i], places->resident);
	for (i = 0; i < TOTAL_STATES; i++)
		no_age_row(c, table, name_of(&names_state, i, name),
			   places->no_list[i], places->resident);
}

static bool any(const struct places *buckets, bool generations)
{
	bool aged;
	size_t i;

	for (i = 0; i < buckets->count; i++) {
		aged = buckets->list[i].lru == MMLENS_LRU_GENERATION;
		if (aged == generations)
			return true;
	}
	return false;
}

static int histogram_text(struct context *c, const struct stand_answer *answer,
			  const struct places *buckets)
{
	const struct column columns[COLUMNS] = {
		[COLUMN_AGE] = { any(buckets, true) ? "AGE" : "",
				 SCOLS_FL_RIGHT },
		[COLUMN_IDLE] = { any(buckets, true) ? "IDLE" : "",
				  SCOLS_FL_RIGHT },
		[COLUMN_PLACE] = { "PLACE", 0 },
		[COLUMN_BYTES] = { "SIZE", SCOLS_FL_RIGHT },
		[COLUMN_BAR] = { "", 0 },
		[COLUMN_ANON] = { "ANON", SCOLS_FL_RIGHT },
		[COLUMN_FILE] = { "FILE", SCOLS_FL_RIGHT },
		[COLUMN_USED] = { "USED", SCOLS_FL_RIGHT },
		[COLUMN_IN] = { "LRU", SCOLS_FL_RIGHT },
	};
	char text[SIZE_TEXT];
	struct table table;
	size_t i;

	putchar('\n');
	table_begin(&table, &c->term, columns,
		    answer->lruvec_count > 1 ? COLUMNS : COLUMN_IN, true);
	for (i = 0; i < buckets->count; i++)
		bucket_row(c, &table, answer, &buckets->list[i]);
	no_age_rows(c, &table, &answer->sum);
	table_row(&table);
	table_cell(&table, COLUMN_PLACE, PAINT_HEAD, "resident");
	table_cell(&table, COLUMN_BYTES, PAINT_HEAD, "%s",
		   size(c, answer->sum.resident, text));
	return context_table(c, table_end(&table));
}

/* The oldest of the ages that a person reckons in, of which there is some. */
static void older_sentence(const struct context *c, const struct places *sum)
{
	char amount[SIZE_AMOUNT], age[SIZE_TEXT];
	uint64_t pages;
	size_t i;

	for (i = AGE_STEPS; i--;) {
		pages = places_older(sum, c->now, age_steps[i]);
		if (!pages)
			continue;
		say(&c->term, PAINT_NONE, "%s in generations older than %s.",
		    text_amount(pages * c->page_size, c->options.bytes, amount),
		    text_age(age_steps[i], age));
		return;
	}
	say(&c->term, PAINT_NONE, "Nothing is in generations older than %s.",
	    text_age(age_steps[0], age));
}

/* The same of the time for which it was not used. */
static void idle_sentence(const struct context *c, const struct places *sum)
{
	char amount[SIZE_AMOUNT], age[SIZE_TEXT];
	uint64_t pages;
	size_t i;

	for (i = AGE_STEPS; i--;) {
		pages = places_idle(sum, c->now, age_steps[i]);
		if (!pages)
			continue;
		say(&c->term, PAINT_NONE,
		    "%s not used by this process for %s or longer.",
		    text_amount(pages * c->page_size, c->options.bytes, amount),
		    text_age(age_steps[i], age));
		return;
	}
}

static void ageing_sentence(const struct context *c,
			    const struct stand_answer *answer)
{
	char when[SIZE_TEXT * 3 + 32] = "", a[SIZE_TEXT], b[SIZE_TEXT];
	uint64_t least, most;

	if (last_ageing(c, answer, &least, &most) && least == most)
		snprintf(when, sizeof(when), ", %s ago", text_age(least, a));
	else if (most)
		snprintf(when, sizeof(when), ", %s to %s ago",
			 text_age(least, a), text_age(most, b));
	say(&c->term, PAINT_NONE,
	    "The ages are true as of the last ageing%s: what was used since stands where it stood. The kernel ages when it is short of memory; without ageing all is as old as the start.",
	    when);
}

static void sentences(const struct context *c,
		      const struct stand_answer *answer,
		      const struct places *buckets)
{
	putchar('\n');
	if (any(buckets, true)) {
		older_sentence(c, &answer->sum);
		idle_sentence(c, &answer->sum);
		ageing_sentence(c, answer);
	}
	if (any(buckets, false))
		say(&c->term, PAINT_NONE,
		    "The lists have no ages: what stands higher is taken later. Referenced is what was used since reclaim looked at it last.");
	if (any(buckets, true))
		say(&c->term, PAINT_DIM,
		    "AGE: since the generation became the youngest. IDLE: not used since the next one did, but for what is USED.");
	if (buckets->count)
		say(&c->term, PAINT_DIM,
		    "USED: by the processor, since its accessed bit was cleared last. %s",
		    any(buckets, true) ?
		    "The next ageing would move it to the youngest generation." :
		    "What is found so on an inactive list is kept.");
}

/* The parts of a bar: by age, and last what has none. */
static void bar_sums(const struct places *places,
		     uint64_t parts[BAR_PARTS])
{
	uint64_t pages[STANDINGS];
	unsigned int i;

	places_by_standing(places, pages);
	for (i = 0; i < BAR_PARTS; i++)
		parts[i] = 0;
	for (i = 0; i < STANDINGS; i++) {
		if (standing_has_age(i))
			parts[i % 4] += pages[i];
		else
			parts[BAR_PARTS - 1] += pages[i];
	}
}

static void shades_legend(const struct context *c,
			  const struct stand_answer *answer)
{
	char shade[BAR_PARTS][BAR_TEXT(1)];
	bool lists = answer->regime == MMLENS_REGIME_CLASSIC && !answer->mixed;
	int i;

	for (i = 0; i < BAR_PARTS; i++)
		bar_shade(i, c->term.utf8, shade[i]);
	say(&c->term, PAINT_DIM, lists ?
	    "%s active, referenced; %s active; %s inactive, referenced; %s inactive; %s no age" :
	    "%s youngest generation; %s 2nd; %s 3rd; %s 4th; %s no age",
	    shade[0], shade[1], shade[2], shade[3],
	    c->term.utf8 ? shade[4] : "blank");
}

static uint64_t oldest(const struct places *places, uint64_t now)
{
	uint64_t most = 0;
	size_t i;

	for (i = 0; i < places->count; i++)
		if (places->list[i].lru == MMLENS_LRU_GENERATION &&
		    age_of(places->list[i].birth, now) > most)
			most = age_of(places->list[i].birth, now);
	return most;
}

static int list_text(struct context *c, const struct stand_answer *answer)
{
	static const struct column columns[] = {
		{ "START", SCOLS_FL_RIGHT }, { "PERM", 0 },
		{ "SIZE", SCOLS_FL_RIGHT }, { "BY AGE", 0 },
		{ "NO AGE", SCOLS_FL_RIGHT }, { "OLDEST", SCOLS_FL_RIGHT },
		{ "NAME", 0 },
	};
	const struct vma_list *vmas = &answer->selection.vmas;
	struct table table;
	size_t i;
	int ret;

	putchar('\n');
	table_begin(&table, &c->term, columns, 7, true);
	for (i = 0; i < vmas->count; i++) {
		const struct places *places = &answer->places[i];
		uint64_t parts[BAR_PARTS], age = oldest(places, c->now);
		const struct vma *vma = &vmas->list[i];
		char perms[5], text[BAR_TEXT(BAR)];

		if (!places->resident)
			continue;
		bar_sums(places, parts);
		vma_perms(vma, perms);
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%" PRIx64,
			   (uint64_t)vma->v.start);
		table_cell(&table, 1, PAINT_NONE, "%s", perms);
		part_cell(c, &table, 2, places->resident);
		table_cell(&table, 3, PAINT_NONE, "%s",
			   bar_parts(parts, BAR_PARTS, BAR, c->term.utf8,
				     text));
		part_cell(c, &table, 4, parts[BAR_PARTS - 1]);
		table_cell(&table, 5, age ? PAINT_NONE : PAINT_DIM, "%s",
			   age ? text_age(age, text) : "-");
		lru_name_cell(c, &table, 6, vma, 16);
	}
	ret = context_table(c, table_end(&table));
	if (!ret)
		shades_legend(c, answer);
	return ret;
}

/**
 * age_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int age_text(struct context *c, const struct stand_answer *answer)
{
	struct places buckets;
	int ret = 0;

	stand_headline(c, "its resident memory by age");
	stand_regime_text(c, answer);
	if (!answer->selection.vmas.count) {
		puts("No VMA lies there.");
	} else if (!answer->sum.resident) {
		puts("Nothing there is resident.");
	} else {
		ret = places_buckets(&answer->sum, &buckets);
		if (ret)
			fail_memory(&c->failure);
		else
			ret = histogram_text(c, answer, &buckets);
		if (!ret)
			sentences(c, answer, &buckets);
		places_free(&buckets);
		if (!ret && c->options.vmas)
			ret = list_text(c, answer);
	}
	if (ret)
		return ret;
	stand_end_text(c, answer);
	return context_output(c);
}
