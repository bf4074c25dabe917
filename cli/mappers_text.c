// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "mappers.h"
#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "tell.h"
#include "text.h"

#define TEXT_MAX 512

static const char *doc(const struct name_set *set, unsigned int value)
{
	return value < set->count ? set->entries[value].doc : "";
}

static void headline(const struct context *c,
		     const struct mappers_answer *answer)
{
	char comm[256];

	if (answer->by_frame) {
		say(&c->term, PAINT_HEAD, "Frame %" PRIx64, answer->frame);
		return;
	}
	text_safe(c->target.comm, comm, sizeof(comm));
	say(&c->term, PAINT_HEAD, "%" PRIx64 " of %s (PID %d)",
	    answer->address, comm, c->target.pid);
}

static void page_text(const struct context *c,
		      const struct mmlens_page_run *page)
{
	char name[NAME_MAX_LEN], size[SIZE_TEXT], flags[TEXT_MAX];

	say(&c->term, PAINT_NONE, "%s: %s",
	    name_of(&names_state, page->state, name),
	    doc(&names_state, page->state));
	printf("PFN %" PRIx64, (uint64_t)page->pfn);
	if (page->facts & MMLENS_DETAIL_FOLIO && page->order)
		printf(", part of a folio of %s",
		       text_size(c->page_size << page->order,
				 c->options.bytes, size));
	if (page->facts & MMLENS_DETAIL_COUNTS)
		printf(", mapped by %u entr%s, %u reference%s",
		       page->mapcount, page->mapcount == 1 ? "y" : "ies",
		       page->refcount, page->refcount == 1 ? "" : "s");
	putchar('\n');
	if (page->facts & MMLENS_DETAIL_FOLIO &&
	    text_flags(&names_page_flag, page->flags &
		       ~(MMLENS_PAGE_FLAG_LOCKED - 1), flags, sizeof(flags)))
		say(&c->term, PAINT_DIM, "%s", flags);
}

/* Without a page there is nobody to tell of. */
static void nobody_text(const struct context *c,
			const struct mappers_answer *answer)
{
	const struct mmlens_page_run *page = mappers_page(answer);
	char name[NAME_MAX_LEN];

	if (answer->by_frame)
		say(&c->term, PAINT_NONE,
		    "No process is known to map it: it is free, in use by the kernel, as the huge page of zeroes, in the page cache alone, a device's, or no memory at all.");
	else if (page)
		say(&c->term, PAINT_NONE,
		    "Nobody: no page is mapped there. Its state is %s: %s",
		    name_of(&names_state, page->state, name),
		    doc(&names_state, page->state));
	else
		puts("Nobody: no page is mapped there.");
}

static void found_text(const struct context *c,
		       const struct mappers_answer *answer)
{
	const struct mappers *mappers = &answer->mappers;
	const struct mmlens_page_run *page = &mappers->page;
	char of[64] = "";

	putchar('\n');
	if (page->facts & MMLENS_DETAIL_COUNTS)
		snprintf(of, sizeof(of), " of %u", page->mapcount);
	if (mappers->unknown) {
		say(&c->term, PAINT_AWAY, "Who maps it is unknown: %s",
		    page->state == MMLENS_STATE_KSM ?
		    "the reverse maps of KSM are out of reach." :
		    "such a page has no reverse map.");
		return;
	}
	say(&c->term, PAINT_HEAD, "Found %zu%s mapping%s, in %zu address space%s",
	    mappers->count, of,
	    mappers->count == 1 && page->mapcount <= 1 ? "" : "s",
	    answer->processes, answer->processes == 1 ? "" : "s");
	if (!answer->changed && !mappers_complete(answer))
		say(&c->term, PAINT_AWAY,
		    "The numbers differ: somebody came or left meanwhile.");
}

static int list_text(struct context *c, const struct mappers *mappers)
{
	static const struct column columns[] = {
		{ "PID", SCOLS_FL_RIGHT }, { "TASKS", SCOLS_FL_RIGHT },
		{ "NAME", 0 }, { "ADDRESS", SCOLS_FL_RIGHT }, { "LVL", 0 },
		{ "VERDICT", 0 }, { "FLAGS", COLUMN_WORDS },
	};
	struct table table;
	size_t i;

	if (!mappers->count)
		return 0;
	putchar('\n');
	table_begin(&table, &c->term, columns, 7, true);
	for (i = 0; i < mappers->count; i++) {
		const struct mmlens_mapper *mapper = &mappers->list[i];
		char comm[sizeof(mapper->comm) * 4 + 8], text[TEXT_MAX];
		char buf[NAME_MAX_LEN];

		text_safe((const char *)mapper->comm, comm, sizeof(comm));
		table_row(&table);
		if (mapper->pid)
			table_cell(&table, 0, PAINT_NONE, "%u", mapper->pid);
		else
			table_cell(&table, 0, PAINT_DIM, "%s", "-");
		table_cell(&table, 1, PAINT_NONE, "%u", mapper->mm_users);
		table_cell(&table, 2, PAINT_NONE, "%s", comm);
		table_cell(&table, 3, PAINT_NONE, "%" PRIx64,
			   (uint64_t)mapper->address);
		table_cell(&table, 4, PAINT_NONE, "%s",
			   name_of(&names_level, mapper->level, buf));
		table_cell(&table, 5, PAINT_NONE, "%s",
			   name_of(&names_verdict, mapper->verdict, buf));
		/* Each has it: an entry that maps a page. */
		text_flags(&names_page_flag, mapper_entry_flags(mapper) &
			   ~MMLENS_PAGE_FLAG_PRESENT, text, sizeof(text));
		table_cell(&table, 6, PAINT_DIM, "%s", text);
	}
	return context_table(c, table_end(&table));
}

static bool told_before(const struct mappers *mappers, size_t index)
{
	const struct mmlens_mapper *mapper = &mappers->list[index];
	size_t i;

	for (i = 0; i < index; i++)
		if (mappers->list[i].verdict == mapper->verdict &&
		    mappers->list[i].verdict_why == mapper->verdict_why)
			return true;
	return false;
}

/* Each verdict that occurs, with its reason. */
static void verdicts_text(const struct context *c,
			  const struct mappers *mappers)
{
	char name[NAME_MAX_LEN];
	size_t i;

	for (i = 0; i < mappers->count; i++) {
		const struct mmlens_mapper *mapper = &mappers->list[i];
		bool none = mapper->verdict == MMLENS_VERDICT_N_A;

		if (told_before(mappers, i))
			continue;
		putchar('\n');
		say(&c->term, PAINT_DIM, "%s: %s%s%s",
		    name_of(&names_verdict, mapper->verdict, name),
		    none ? "" : doc(&names_verdict, mapper->verdict),
		    none ? "" : " ", doc(&names_why, mapper->verdict_why));
	}
}

/**
 * mappers_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int mappers_text(struct context *c, const struct mappers_answer *answer)
{
	const struct mappers *mappers = &answer->mappers;
	int ret = 0;

	headline(c, answer);
	if (mappers->has_page) {
		page_text(c, &mappers->page);
		found_text(c, answer);
		ret = list_text(c, mappers);
		if (!ret)
			verdicts_text(c, mappers);
	} else {
		nobody_text(c, answer);
	}
	if (!ret && answer->changed) {
		putchar('\n');
		say(&c->term, PAINT_AWAY,
		    "Another page took its place meanwhile: there the list ends.");
	}
	if (!ret)
		remarks_text(c, 0, false, &mappers->stall);
	return ret ? ret : context_output(c);
}
