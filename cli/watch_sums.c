// SPDX-License-Identifier: GPL-2.0
/* What it was in all, below the lines. */
#include <stdio.h>

#include "names_gen.h"
#include "row.h"
#include "say.h"
#include "table.h"
#include "text.h"
#include "watch.h"

static int classes_text(const struct watching *w,
			const struct watch_counts *counts)
{
	static const struct column columns[] = {
		{ "FAULTS", 0 }, { "COUNT", SCOLS_FL_RIGHT },
		{ "MAJOR", SCOLS_FL_RIGHT }, { "MEAN", SCOLS_FL_RIGHT },
		{ "MAX", SCOLS_FL_RIGHT }, { "TIME", SCOLS_FL_RIGHT },
	};
	char class[NAME_MAX_LEN], count[SIZE_TEXT * 2], text[SIZE_TEXT];
	struct table table;
	size_t i;

	if (!counts->classes.count)
		return 0;
	putchar('\n');
	table_begin(&table, &w->c->term, columns, 6, true);
	for (i = 0; i < counts->classes.count; i++) {
		const struct mmlens_class_counts *row = &counts->classes.list[i];

		table_row(&table);
		table_cell(&table, 0, paint_of_forecast(row->fault_class),
			   "%s", name_of(&names_forecast, row->fault_class,
					 class));
		table_cell(&table, 1, PAINT_NONE, "%s",
			   text_count(row->count, count));
		table_cell(&table, 2, PAINT_NONE, "%s", row->major ?
			   text_count(row->major, count) : "-");
		/* A signal for an address outside every VMA takes no fault. */
		table_cell(&table, 3, PAINT_NONE, "%s", row->total && row->count ?
			   text_time(row->total / row->count, text) : "-");
		table_cell(&table, 4, PAINT_NONE, "%s", row->total ?
			   text_time(row->longest, text) : "-");
		table_cell(&table, 5, PAINT_NONE, "%s", row->total ?
			   text_time(row->total, text) : "-");
	}
	return context_table(w->c, table_end(&table));
}

static int memory_text(const struct watching *w)
{
	static const struct column columns[] = {
		{ "MEMORY", 0 }, { "COUNT", SCOLS_FL_RIGHT },
		{ "PAGES", SCOLS_FL_RIGHT }, { "MAX", SCOLS_FL_RIGHT },
		{ "TIME", SCOLS_FL_RIGHT },
	};
	char kind[NAME_MAX_LEN], count[SIZE_TEXT * 2], text[SIZE_TEXT];
	struct table table;
	bool any = false;
	unsigned int i;

	for (i = 0; i < 32; i++)
		any |= w->memory[i].count;
	if (!any)
		return 0;
	putchar('\n');
	table_begin(&table, &w->c->term, columns, 5, true);
	for (i = 0; i < 32; i++) {
		if (!w->memory[i].count)
			continue;
		table_row(&table);
		table_cell(&table, 0, PAINT_KERNEL, "%s",
			   name_of(&names_memory_kind, i, kind));
		table_cell(&table, 1, PAINT_NONE, "%s",
			   text_count(w->memory[i].count, count));
		table_cell(&table, 2, PAINT_NONE, "%s", w->memory[i].pages ?
			   text_count(w->memory[i].pages, count) : "-");
		table_cell(&table, 3, PAINT_NONE, "%s", w->memory[i].longest ?
			   text_time(w->memory[i].longest, text) : "-");
		table_cell(&table, 4, PAINT_NONE, "%s", w->memory[i].duration ?
			   text_time(w->memory[i].duration, text) : "-");
	}
	return context_table(w->c, table_end(&table));
}

/* Are faults counted that are no events? */
static bool is_choosy(const struct watching *w)
{
	return w->sample > 1 || w->latency ||
	       (w->c->options.watch.classes && !w->refaults_only);
}

/* "12 pages evicted by kswapd, 3 by memcg; 4 came back, after 1.2 s on average." */
static void evictions_text(const struct watching *w)
{
	char words[512] = "", count[SIZE_TEXT * 2], by[NAME_MAX_LEN];
	char text[SIZE_TEXT];
	unsigned int i;

	for (i = 0; i < 8; i++)
		if (w->evictions[i])
			note(words, sizeof(words), "%s by %s",
			     text_count(w->evicted[i], count),
			     name_of(&names_evictor, i, by));
	if (*words)
		say(&w->c->term, PAINT_NONE, "Pages evicted: %s.", words);
	if (w->refaulted)
		say(&w->c->term, PAINT_NONE,
		    "Of the pages evicted, %s%s were wanted again, %s later on average.",
		    is_choosy(w) ? "at least " : "",
		    text_count(w->refaulted, count),
		    text_time(w->away_total / w->refaulted, text));
}

/* Events and losses are all that happened. */
static void books_text(const struct watching *w,
		       const struct watch_counts *counts)
{
	const struct mmlens_fault_counts *f = &counts->faults;
	uint64_t lost = watch_counts_lost(counts);
	const struct term *term = &w->c->term;
	char a[SIZE_TEXT * 2], b[SIZE_TEXT * 2], text[SIZE_TEXT];

	say(term, lost ? PAINT_BAD : PAINT_NONE,
	    "In %s: %s event%s, %s lost.", text_time(f->time, text),
	    text_count(f->events, a), f->events == 1 ? "" : "s",
	    text_count(lost, b));
	if (w->sample > 1 && w->latency)
		say(term, PAINT_NONE,
		    "All faults are counted; events are one in %u of those that took %s or longer.",
		    w->sample, text_time(w->latency, text));
	else if (w->sample > 1)
		say(term, PAINT_NONE,
		    "All faults are counted; events are one in %u.", w->sample);
	else if (w->latency)
		say(term, PAINT_NONE,
		    "All faults are counted; events are those that took %s or longer.",
		    text_time(w->latency, text));
	if (w->watch.received + lost < f->events)
		say(term, PAINT_BAD, "Of these, %s did not arrive.",
		    text_count(f->events - lost - w->watch.received, a));
	if (w->before)
		say(term, PAINT_NONE,
		    "Not shown: %s of mmlens itself, before it became the command.",
		    text_count(w->before, a));
	if (w->unwanted)
		say(term, PAINT_NONE,
		    "Not shown: %s fault%s that brought back no page seen evicted.",
		    text_count(w->unwanted, a), w->unwanted == 1 ? "" : "s");
	if (f->missed)
		say(term, PAINT_BAD,
		    "%s %s of faults, at most, %s not seen: too many faults were under way at once, of one user or of all (see --help).",
		    text_count(f->missed, a), f->missed == 1 ? "try" : "tries",
		    f->missed == 1 ? "was" : "were");
	if (f->missed_evictions)
		say(term, PAINT_BAD,
		    "%s eviction%s of anybody %s missed: the probe had no room.",
		    text_count(f->missed_evictions, a),
		    f->missed_evictions == 1 ? "" : "s",
		    f->missed_evictions == 1 ? "was" : "were");
	if (f->unfollowed)
		say(term, PAINT_BAD, "%s processes could not be followed.",
		    text_count(f->unfollowed, a));
}

/* What came of whom was watched. */
static void outcome_text(const struct watching *w,
			 const struct mmlens_fault_counts *f)
{
	const struct context *c = w->c;
	char outcome[LAUNCH_TEXT], name[256];

	if (w->whom.command) {
		text_safe(w->whom.launch.argv[0], name, sizeof(name));
		say(&c->term, PAINT_NONE, "%s (PID %d) %s.", name,
		    (int)w->whom.launch.pid,
		    launch_outcome(&w->whom.launch, outcome));
	}
	if (f->withdrawn)
		say(&c->term, PAINT_AWAY,
		    "A program with other privileges, or that may not be read, was begun, and is not watched: that takes CAP_SYS_ADMIN.");
	if (w->left && !w->whom.command && !f->unfollowed &&
	    (!f->withdrawn || w->whom.query.follow)) {
		text_safe(c->target.comm, name, sizeof(name));
		say(&c->term, PAINT_NONE, "%s (PID %d)%s ended.", name,
		    c->target.pid, w->whom.query.follow ?
		    " and its children have" : " has");
	}
}

/**
 * watch_text_end() - print what it was in all
 * @w: the run
 * @counts: the module's counts
 *
 * Return: 0, or -errno with the failure told.
 */
int watch_text_end(struct watching *w, const struct watch_counts *counts)
{
	int ret = 0;

	watch_text_flush(w);
	if (w->wanted & MMLENS_WATCH_KIND_FAULT)
		ret = classes_text(w, counts);
	if (!ret)
		ret = memory_text(w);
	if (ret)
		return ret;
	putchar('\n');
	evictions_text(w);
	books_text(w, counts);
	outcome_text(w, &counts->faults);
	return context_output(w->c);
}
