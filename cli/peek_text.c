// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mounts.h"
#include "names_gen.h"
#include "peek_answer.h"
#include "say.h"
#include "table.h"
#include "text.h"

#define PATH_ROOM 8192

/* Flags that a person wants to know; the others follow from the rest. */
#define FLAGS_SHOWN \
	(MMLENS_PAGE_FLAG_LOCKED | MMLENS_PAGE_FLAG_REFERENCED | \
	 MMLENS_PAGE_FLAG_WRITEBACK | MMLENS_PAGE_FLAG_SWAPCACHE | \
	 MMLENS_PAGE_FLAG_WORKINGSET | MMLENS_PAGE_FLAG_MLOCKED)

/**
 * peek_path() - the full path of a file
 * @mounts: what mounts_read() returned
 * @file: the file
 * @to: filled
 * @size: room in @to
 *
 * Return: false if no mount that we see has it.
 */
bool peek_path(const char *mounts, const struct peek_file *file, char *to,
	       size_t size)
{
	return mounts_path(mounts, file->dev_major, file->dev_minor,
			   file->path, to, size);
}

/**
 * peek_block_device() - the block device whose own cache holds a folio
 * @folio: the folio
 * @to: filled with its name
 * @size: room in @to
 *
 * Return: false if it belongs to none, or to one that has gone.
 */
bool peek_block_device(const struct mmlens_lru_folio *folio, char *to,
		       size_t size)
{
	char link[64], path[PATH_ROOM];
	const char *name;
	ssize_t length;

	if (folio->inode)
		return false;
	snprintf(link, sizeof(link), "/sys/dev/block/%u:%u", folio->dev_major,
		 folio->dev_minor);
	length = readlink(link, path, sizeof(path) - 1);
	if (length <= 0)
		return false;
	path[length] = '\0';
	name = strrchr(path, '/');
	snprintf(to, size, "%s", name ? name + 1 : path);
	return true;
}

/**
 * peek_generation() - which generation a list is
 * @list: the list
 *
 * Return: The generation; NULL for a list that is none.
 */
const struct mmlens_generation *peek_generation(const struct peek_list *list)
{
	if (list->lru != MMLENS_LRU_GENERATION || !list->peek.generations.count)
		return NULL;
	return &list->peek.generations.list[0];
}

/**
 * peek_younger() - how many generations are younger than that of a list
 * @list: the list
 *
 * Return: Generations; 0 for a list that is none.
 */
unsigned int peek_younger(const struct peek_list *list)
{
	const struct mmlens_generation *generation = peek_generation(list);

	return generation ?
	       (unsigned int)(list->peek.v.youngest - generation->number) : 0;
}

static const char *fate_text(enum peek_fate fate, bool mapped)
{
	static const char *const texts[PEEK_FATES] = {
		[PEEK_DROP] = "drop", [PEEK_WRITE] = "write, drop",
		[PEEK_SWAP] = "swap out", [PEEK_WAIT] = "being written",
		[PEEK_STAY] = "stays", [PEEK_KEEP] = "stays, locked",
		[PEEK_MOVE] = "moves on",
	};
	/* Whether it was used since, page tables that map it would tell. */
	static const char *const if_unused[PEEK_FATES] = {
		[PEEK_DROP] = "drop if idle", [PEEK_WRITE] = "write if idle",
		[PEEK_SWAP] = "swap if idle",
	};

	return mapped && if_unused[fate] ? if_unused[fate] : texts[fate];
}

static enum paint paint_of_fate(enum peek_fate fate)
{
	switch (fate) {
	case PEEK_DROP:
		return PAINT_FILE;
	case PEEK_SWAP:
	case PEEK_WRITE:
		return PAINT_AWAY;
	default:
		return PAINT_DIM;
	}
}

/* Flags, and of a generation the tier, and if its own is another. */
static void flags_text(const struct peek_list *list,
		       const struct mmlens_lru_folio *folio, char *to,
		       size_t size)
{
	size_t n;

	n = text_flags(&names_page_flag, folio->flags & FLAGS_SHOWN, to, size);
	if (folio->flags & MMLENS_PAGE_FLAG_FOLIO_DIRTY)
		n += (size_t)snprintf(to + n, size - n, "%sdirty",
				      n ? " " : "");
	if (list->lru != MMLENS_LRU_GENERATION)
		return;
	if (folio->tier)
		n += (size_t)snprintf(to + n, size - n, "%stier %u",
				      n ? " " : "", folio->tier);
	if (folio->younger < peek_younger(list))
		snprintf(to + n, size - n, "%snow of gen %" PRIu64,
			 n ? ", " : "",
			 (uint64_t)list->peek.v.youngest - folio->younger);
}

/* Offsets in K are exact, since pages are not smaller. */
static void owner_text(const struct context *c, const struct peek *peek,
		       const struct peek_row *row, const char *mounts,
		       char *to, size_t size)
{
	const struct mmlens_lru_folio *folio = row->first;
	const struct peek_file *file = peek_file_of(peek, folio);
	char path[PATH_ROOM], safe[PATH_ROOM - 32], state[NAME_MAX_LEN];

	if (!peek_has_file(folio)) {
		snprintf(to, size, "%s", folio->state == MMLENS_STATE_SWAP ?
			 "in the swap cache, unmapped" :
			 name_of(&names_state, folio->state, state));
		return;
	}
	if (!file && peek_block_device(folio, path, sizeof(path)))
		snprintf(safe, sizeof(safe), "metadata of %.64s", path);
	else if (!file)
		snprintf(safe, sizeof(safe), "inode %" PRIu64 " of %u:%u",
			 (uint64_t)folio->inode, folio->dev_major,
			 folio->dev_minor);
	else
		text_safe(peek_path(mounts, file, path, sizeof(path)) ? path :
			  file->path, safe, sizeof(safe));
	snprintf(to, size, "%s at %" PRIu64 "K", safe,
		 row->index * c->page_size / 1024);
}

static void row_text(struct context *c, struct table *table,
		     const struct peek_list *list, const struct peek_row *row,
		     const char *mounts, bool swap)
{
	enum peek_fate fate = peek_fate(row->first, peek_younger(list), swap);
	char buf[PATH_ROOM], count[SIZE_TEXT], flags[256];

	table_row(table);
	table_cell(table, 0, PAINT_NONE, "%" PRIx64,
		   (uint64_t)row->first->pfn);
	table_cell(table, 1, PAINT_NONE, "%zu", row->folios);
	table_cell(table, 2, PAINT_NONE, "%s",
		   text_size(row->pages * c->page_size, c->options.bytes,
			     count));
	if (row->first->mapcount)
		table_cell(table, 3, PAINT_NONE, "%u", row->first->mapcount);
	else
		table_cell(table, 3, PAINT_DIM, "-");
	table_cell(table, 4, paint_of_fate(fate), "%s",
		   fate_text(fate, row->first->mapcount));
	flags_text(list, row->first, flags, sizeof(flags));
	owner_text(c, &list->peek, row, mounts, buf, sizeof(buf));
	table_cell(table, 5, paint_of_state(row->first->state), "%s%s%s", buf,
		   *flags ? ": " : "", flags);
}

/* Whose list it is, and which. */
static void heading(struct context *c, const struct peek_list *list)
{
	const struct mmlens_generation *generation = peek_generation(list);
	char name[4096], type[NAME_MAX_LEN], zone[NAME_MAX_LEN], what[160];
	const char *comma = list->lruvec->v.cgroup ? ", " : "";
	char age[SIZE_TEXT], number[NAME_MAX_LEN];

	if (generation)
		snprintf(what, sizeof(what), "%s, %s old, %s, zone %s",
			 text_generation(peek_younger(list),
					 generation->number, number),
			 text_age(generation->age, age),
			 name_of(&names_lru_type, list->type, type),
			 name_of(&names_zone_kind, list->zone, zone));
	else
		snprintf(what, sizeof(what), "%s",
			 name_of(&names_lru, list->lru, type));
	if (*comma)
		cgroup_text(list->lruvec, name, sizeof(name));
	else
		name[0] = '\0';
	putchar('\n');
	say(&c->term, PAINT_HEAD, "%s%snode %u: %s", name, comma,
	    list->lruvec->v.node, what);
	if (generation && peek_younger(list) < ACTIVE_GENERATIONS)
		say(&c->term, PAINT_DIM,
		    "One of the two youngest: reclaim takes nothing from it before the next ageing, which moves on what was used.");
}

static int list_text(struct context *c, const struct peek_list *list,
		     const char *mounts, bool swap)
{
	static const struct column columns[] = {
		{ "   FRAME", SCOLS_FL_RIGHT }, { "FOLIOS", SCOLS_FL_RIGHT },
		{ "SIZE", SCOLS_FL_RIGHT }, { "MAPS", SCOLS_FL_RIGHT },
		{ "RECLAIM", 0 }, { "WHAT, AND ITS FLAGS", COLUMN_WORDS },
	};
	const struct peek *peek = &list->peek;
	struct peek_row row;
	struct table table;
	size_t i = 0;

	heading(c, list);
	table_begin(&table, &c->term, columns, 6, true);
	while (i < peek->folios.count) {
		i = peek_next_row(peek, i, &row);
		row_text(c, &table, list, &row, mounts, swap);
	}
	return context_table(c, table_end(&table));
}

static void remarks(struct context *c, const struct peek_answer *answer,
		    bool swap)
{
	if (answer->left_out) {
		putchar('\n');
		say(&c->term, PAINT_NONE,
		    "%zu more cgroups have such lists: --cgroup PATH shows one of them.",
		    answer->left_out);
	}
	putchar('\n');
	if (!answer->lists.count) {
		puts("There is no page on such a list.");
		return;
	}
	say(&c->term, PAINT_DIM,
	    "RECLAIM: what would be done to it now; if idle: unless the page tables show that the processor has used it.%s%s MAPS: how many entries map it, 'mmlens pfn FRAME' tells which.",
	    lru_generations(&answer->lruvecs) ?
	    " Tiers that were seen to come back are spared." : "",
	    swap ? "" : " Nothing can be swapped out.");
}

/**
 * peek_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int peek_text(struct context *c, const struct peek_answer *answer)
{
	char buf[NAME_MAX_LEN], *mounts = mounts_read();
	struct backing backing;
	bool swap;
	size_t i;
	int ret = 0;

	backing_read(-1, &backing);
	swap = backing_swaps(&backing);
	say(&c->term, PAINT_HEAD, "LRU, %s: from the %s, %s",
	    lru_regime(&answer->lruvecs, buf),
	    answer->end == MMLENS_LRU_END_HEAD ? "head" : "tail",
	    answer->end == MMLENS_LRU_END_HEAD ?
	    "where folios are added" : "where reclaim takes them");
	for (i = 0; i < answer->lists.count && !ret; i++)
		ret = list_text(c, &answer->lists.list[i], mounts, swap);
	free(mounts);
	if (ret)
		return ret;
	remarks(c, answer, swap);
	return context_output(c);
}
