// SPDX-License-Identifier: GPL-2.0
/* A scene as a class sees it. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"
#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "text.h"

#define MARGIN 12
#define TEXT_MAX 1024

/* A word in the margin, and beside it text over as many lines as it needs. */
__attribute__((format(printf, 4, 5)))
static void line(const struct demo *demo, const char *word, enum paint paint,
		 const char *fmt, ...)
{
	const struct term *term = &demo->c->term;
	char text[TEXT_MAX], *wrapped, *part, *rest;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	wrapped = text_wrap(text, term->width - MARGIN, term->utf8);
	rest = wrapped ? wrapped : text;
	while ((part = strsep(&rest, "\n"))) {
		printf("  %s%-*s%s%s%s%s\n", term_on(term, PAINT_DIM),
		       MARGIN - 2, word, term_off(term), term_on(term, paint),
		       part, paint == PAINT_NONE ? "" : term_off(term));
		word = "";
	}
	free(wrapped);
}

static const char *size(const struct demo *demo, uint64_t bytes,
			char buf[SIZE_TEXT])
{
	return text_size(bytes, demo->c->options.bytes, buf);
}

/**
 * demo_text_begin() - the title
 * @demo: the scene as it goes on
 * @scene: the scene
 */
void demo_text_begin(const struct demo *demo, const struct scene *scene)
{
	say(&demo->c->term, PAINT_HEAD, "%s", scene->about);
}

/**
 * demo_text_say() - a paragraph between the steps
 * @demo: the scene
 * @fmt: what to say; nothing is said in JSON
 */
void demo_text_say(const struct demo *demo, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	if (demo->c->options.json)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	putchar('\n');
	say(&demo->c->term, PAINT_NONE, "%s", text);
}

/* A class has time to think. Once no Enter can come, none is asked for. */
static int pause_before(const struct demo *demo, const char *what)
{
	const struct term *term = &demo->c->term;
	int c;

	if (demo->c->options.step && !feof(stdin)) {
		printf("  %sEnter %s%s ", term_on(term, PAINT_DIM), what,
		       term_off(term));
		fflush(stdout);
		do
			c = getchar();
		while (c != EOF && c != '\n');
		if (c == EOF || !isatty(STDIN_FILENO))
			putchar('\n');
	}
	fflush(stdout);
	return context_output(demo->c);
}

static const char *doc(const struct name_set *set, unsigned int value)
{
	return value < set->count ? set->entries[value].doc : "";
}

static void predicted_access(const struct demo *demo, const struct step *step)
{
	char what[NAME_MAX_LEN], or_else[NAME_MAX_LEN];

	if (step->forecast == step->or_else)
		line(demo, "Predicted", PAINT_NONE, "%s: %s",
		     name_of(&names_forecast, step->forecast, what),
		     doc(&names_forecast, step->forecast));
	else
		line(demo, "Predicted", PAINT_NONE, "%s or %s",
		     name_of(&names_forecast, step->forecast, what),
		     name_of(&names_forecast, step->or_else, or_else));
	line(demo, step->forecast == step->or_else ? "because" : "hangs on",
	     PAINT_DIM, "%s: %s", name_of(&names_why, step->why, what),
	     doc(&names_why, step->why));
}

static void predicted_change(const struct demo *demo, const struct step *step)
{
	char name[NAME_MAX_LEN], which[64] = "";

	if (step->page)
		snprintf(which, sizeof(which), "pages %u to %u ",
			 step->page + 1, demo->pages);
	if (step->verdict == MMLENS_VERDICT_N_A)
		line(demo, "Predicted", PAINT_NONE, "no page is there yet");
	else
		line(demo, "Predicted", PAINT_NONE, "%s%s: %s", which,
		     name_of(&names_verdict, step->verdict, name),
		     doc(&names_verdict, step->verdict));
}

/**
 * demo_text_announce() - what will be done
 * @demo: the scene
 * @step: the step
 *
 * Return: 0, or -errno with the failure told.
 */
int demo_text_announce(struct demo *demo, const struct step *step)
{
	putchar('\n');
	say(&demo->c->term, PAINT_HEAD, "%u. %s", step->number, step->what);
	return pause_before(demo, "tells the prediction");
}

/**
 * demo_text_predict() - what is predicted
 * @demo: the scene
 * @step: the step
 *
 * Return: 0, or -errno with the failure told.
 */
int demo_text_predict(struct demo *demo, const struct step *step)
{
	if (step->access)
		predicted_access(demo, step);
	else
		predicted_change(demo, step);
	return pause_before(demo, "does it");
}

static const char *arrow(const struct demo *demo)
{
	return demo->c->term.utf8 ? "\u2192" : "->";
}

static const char *frame(const struct books *books, unsigned int page,
			 char buf[SIZE_TEXT])
{
	if (!books_mapped(books, page))
		return "none";
	snprintf(buf, SIZE_TEXT, "%" PRIx64, books_pfn(books, page));
	return buf;
}

static void frames_text(const struct demo *demo, const struct step *step,
			char *to, size_t room)
{
	const struct books *before = &step->actor->before;
	const struct books *after = &step->actor->look.books;
	char pfn[2][SIZE_TEXT];

	if (books_mapped(after, step->page) && !books_pfn(after, step->page))
		snprintf(to, room, "frames withheld");
	else
		snprintf(to, room, "frame %s %s %s",
			 frame(before, step->page, pfn[0]), arrow(demo),
			 frame(after, step->page, pfn[1]));
}

static void happened_access(const struct demo *demo, const struct step *step)
{
	const struct happening *happened = &step->happened;
	const struct books *before = &step->actor->before;
	const struct books *after = &step->actor->look.books;
	char rss[2][SIZE_TEXT], frames[64], what[NAME_MAX_LEN];
	char or_else[NAME_MAX_LEN], told[96] = "something else";

	if (happened->known && happened->what != happened->or_else)
		snprintf(told, sizeof(told), "%s or %s",
			 name_of(&names_forecast, happened->what, what),
			 name_of(&names_forecast, happened->or_else, or_else));
	else if (happened->known)
		snprintf(told, sizeof(told), "%s",
			 name_of(&names_forecast, happened->what, what));
	frames_text(demo, step, frames, sizeof(frames));
	line(demo, "Happened", PAINT_NONE,
	     "%s: faults %" PRIu64 " minor, %" PRIu64 " major; RSS %s %s %s; %s",
	     told, step->done.faults_minor, step->done.faults_major,
	     size(demo, before->rss, rss[0]), arrow(demo),
	     size(demo, after->rss, rss[1]), frames);
}

static void happened_change(const struct demo *demo, const struct step *step)
{
	unsigned int i, page;

	for (i = 0; i < ACTORS; i++) {
		const struct actor *actor = &demo->actors[i];
		const struct books *books = &actor->look.books;
		unsigned int alone = 0;
		char rss[SIZE_TEXT];

		if (!actor->present)
			continue;
		for (page = step->page; page < demo->pages; page++)
			alone += books_alone(books, page);
		if (step->verdict == MMLENS_VERDICT_N_A)
			line(demo, "Happened", PAINT_NONE,
			     "%u of %u pages are there, RSS %s",
			     books->present, demo->pages,
			     size(demo, books->rss, rss));
		else
			line(demo, i ? "" : "Happened", PAINT_NONE,
			     "%s: %u of %u pages mapped by it alone, RSS %s",
			     actor->name, alone, demo->pages - step->page,
			     size(demo, books->rss, rss));
	}
}

static char sign(const struct mmlens_page_run *run)
{
	if (!run)
		return '?';
	switch (run->state) {
	case MMLENS_STATE_NONE:
		return '.';
	case MMLENS_STATE_ZERO:
		return '0';
	case MMLENS_STATE_HUGE_ZERO:
		return 'Z';
	case MMLENS_STATE_ANON:
		return run->level == MMLENS_LEVEL_PMD ? 'H' : '#';
	}
	return '?';
}

/* Of several pages in one sign, what costs most is seen. */
static unsigned int weight(char of)
{
	return (unsigned int)(strchr(".0Z#H?", of) - ".0Z#H?");
}

/* One process: a row of signs. */
static void picture_row(const struct demo *demo, const struct actor *actor)
{
	unsigned int each = demo->pages > SIGNS ? demo->pages / SIGNS : 1;
	char signs[SIGNS + 1] = "", rss[SIZE_TEXT];
	unsigned int page;

	memset(signs, '.', demo->pages / each);
	for (page = 0; page < demo->pages / each * each; page++) {
		char here = sign(look_run(demo, &actor->look, page));

		if (weight(here) > weight(signs[page / each]))
			signs[page / each] = here;
	}
	line(demo, "Pages", PAINT_NONE, "|%s| RSS %s", signs,
	     size(demo, actor->look.books.rss, rss));
}

static void picture_cells(const struct demo *demo, const struct actor *actor,
			  struct table *table)
{
	char pfn[SIZE_TEXT], name[NAME_MAX_LEN];
	unsigned int page;
	bool known;

	for (page = 0; page < demo->pages; page++) {
		const struct mmlens_page_run *run;

		run = look_run(demo, &actor->look, page);
		if (!run || run->state == MMLENS_STATE_NONE) {
			table_cell(table, page + 1, PAINT_DIM, "none");
			continue;
		}
		known = books_pfn(&actor->look.books, page);
		table_cell(table, page + 1, paint_of_verdict(run->verdict),
			   "%s%s%s",
			   known ? frame(&actor->look.books, page, pfn) : "",
			   known ? " " : "",
			   name_of(&names_verdict, run->verdict, name));
	}
}

/* Several processes: a table, so that equal frames stand below each other. */
static int picture_table(const struct demo *demo)
{
	static const struct column columns[] = {
		{ "", 0 }, { "PAGE 1", 0 }, { "PAGE 2", 0 }, { "PAGE 3", 0 },
		{ "PAGE 4", 0 },
	};
	char each[SIZE_TEXT], sum[SIZE_TEXT], text[128] = "";
	uint64_t together = 0;
	unsigned int i, shown = 0;
	struct table table;
	size_t n = 0;
	int ret;

	table_begin(&table, &demo->c->term, columns, 5, true);
	for (i = 0; i < ACTORS; i++) {
		const struct actor *actor = &demo->actors[i];

		if (!actor->present)
			continue;
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "  %-8s", actor->name);
		picture_cells(demo, actor, &table);
		together += actor->look.books.pss;
		shown++;
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %s",
				      n ? " + " : "", actor->name,
				      size(demo, actor->look.books.pss, each));
	}
	ret = context_table(demo->c, table_end(&table));
	line(demo, "PSS", PAINT_NONE, "%s%s%s", text, shown > 1 ? " = " : "",
	     shown > 1 ? size(demo, together, sum) : "");
	return ret;
}

/* While the scene waits, a class can look for itself. */
static void invite(const struct demo *demo)
{
	line(demo, "Look", PAINT_NONE, "mmlens pages %d %" PRIx64 "-%" PRIx64,
	     demo->actors[0].target.pid, demo->start,
	     demo->start + demo->pages * demo->c->page_size);
}

/**
 * demo_text_happened() - what happened, whether as predicted, and a picture
 * @demo: the scene
 * @step: the step
 *
 * Return: 0, or -errno with the failure told.
 */
int demo_text_happened(struct demo *demo, const struct step *step)
{
	bool decided = !step->access || step->forecast == step->or_else;
	int ret = 0;

	if (step->access)
		happened_access(demo, step);
	else
		happened_change(demo, step);
	if (!step->as_predicted)
		line(demo, "", PAINT_BAD, "NOT as predicted");
	else
		line(demo, "", PAINT_ANON, "as predicted%s%s",
		     decided ? "" : ", one of the two",
		     step->unseen ? ", as far as you may see" : "");
	if (demo->actors[1].name)
		ret = picture_table(demo);
	else
		picture_row(demo, &demo->actors[0]);
	if (demo->c->options.step && !step->access &&
	    step->verdict == MMLENS_VERDICT_N_A)
		invite(demo);
	fflush(stdout);
	return ret ? ret : context_output(demo->c);
}
