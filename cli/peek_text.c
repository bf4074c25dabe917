// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
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
 * peek_swap() - is there room in swap?
 *
 * Return: true if so.
 */
bool peek_swap(void)
{
	struct sysinfo info;

	return !sysinfo(&info) && info.freeswap;
}

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
 * @folio: a folio of a file without a path
 * @to: filled with its name
 * @size: room in @to
 *
 * Such a file lies on a filesystem that nobody can mount, and its inode number
 * is the number of the device, 20 bits of which are the minor one.
 *
 * Return: false if it is none.
 */
bool peek_block_device(const struct mmlens_lru_folio *folio, char *to,
		       size_t size)
{
	char link[64], path[PATH_ROOM];
	const char *name;
	ssize_t length;

	if (folio->dev_major || folio->inode >> 20 == 0)
		return false;
	snprintf(link, sizeof(link), "/sys/dev/block/%u:%u",
		 (unsigned int)(folio->inode >> 20),
		 (unsigned int)(folio->inode & 0xfffff));
	length = readlink(link, path, sizeof(path) - 1);
	if (length <= 0)
		return false;
	path[length] = '\0';
	name = strrchr(path, '/');
	snprintf(to, size, "%s", name ? name + 1 : path);
	return true;
}

/**
 * peek_age() - how old the generation of a list is
 * @list: the list
 * @age: filled, in milliseconds
 *
 * Return: false for a list that is no generation.
 */
bool peek_age(const struct peek_list *list, uint64_t *age)
{
	size_t i;

	if (list->size.lru != MMLENS_LRU_GENERATION)
		return false;
	for (i = 0; i < list->peek.generations.count; i++) {
		if (list->peek.generations.list[i].number !=
		    list->size.generation)
			continue;
		*age = list->peek.generations.list[i].age;
		return true;
	}
	return false;
}

static const char *fate_text(enum peek_fate fate)
{
	static const char *const texts[PEEK_FATES] = {
		[PEEK_DROP] = "drop", [PEEK_WRITE] = "write, drop",
		[PEEK_SWAP] = "swap out", [PEEK_WAIT] = "being written",
		[PEEK_STAY] = "stays", [PEEK_KEEP] = "stays, locked",
	};

	return texts[fate];
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

/* Flags, and the tier where there are tiers. */
static void flags_text(const struct peek_row *row, bool tiers, char *to,
		       size_t size)
{
	const struct mmlens_lru_folio *folio = row->first;
	size_t n;

	n = text_flags(&names_page_flag, folio->flags & FLAGS_SHOWN, to, size);
	if (folio->flags & MMLENS_PAGE_FLAG_FOLIO_DIRTY)
		n += (size_t)snprintf(to + n, size - n, "%sdirty",
				      n ? " " : "");
	if (tiers && folio->tier)
		snprintf(to + n, size - n, "%stier %u", n ? " " : "",
			 folio->tier);
}

/* Offsets in K are exact, since pages are not smaller. */
static void owner_text(const struct context *c, const struct peek *peek,
		       const struct peek_row *row, const char *mounts,
		       char *to, size_t size)
{
	const struct mmlens_lru_folio *folio = row->first;
	const struct peek_file *file = peek_file_of(peek, folio);
	char path[PATH_ROOM], safe[PATH_ROOM - 32], state[NAME_MAX_LEN];

	if (!folio->inode) {
		snprintf(to, size, "%s",
			 name_of(&names_state, folio->state, state));
		return;
	}
	if (!file && peek_block_device(folio, path, sizeof(path)))
		snprintf(safe, sizeof(safe), "block device %.64s", path);
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
	enum peek_fate fate = peek_fate(row->first, swap);
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
	table_cell(table, 4, paint_of_fate(fate), "%s", fate_text(fate));
	flags_text(row, list->size.lru == MMLENS_LRU_GENERATION, flags,
		   sizeof(flags));
	owner_text(c, &list->peek, row, mounts, buf, sizeof(buf));
	table_cell(table, 5, paint_of_state(row->first->state), "%s%s%s", buf,
		   *flags ? ": " : "", flags);
}

static void heading(struct context *c, const struct peek_list *list)
{
	char name[4096], lru[NAME_MAX_LEN], type[NAME_MAX_LEN];
	const struct mmlens_lru_size *size = &list->size;
	char zone[NAME_MAX_LEN], pages[SIZE_TEXT], age[SIZE_TEXT], what[128];
	uint64_t ms;

	snprintf(what, sizeof(what), "%s",
		 name_of(&names_lru, size->lru, lru));
	if (size->lru == MMLENS_LRU_GENERATION)
		snprintf(what, sizeof(what),
			 "generation %" PRIu64 ", %s, zone %s",
			 (uint64_t)size->generation,
			 name_of(&names_lru_type, size->type, type),
			 name_of(&names_zone_kind, size->zone, zone));
	if (peek_age(list, &ms))
		text_age(ms, age);
	else
		age[0] = '\0';
	putchar('\n');
	say(&c->term, PAINT_HEAD, "%s%snode %u: %s, %s%s%s",
	    list->lruvec->v.cgroup ?
	    cgroup_text(list->lruvec, name, sizeof(name)) : "",
	    list->lruvec->v.cgroup ? ", " : "", list->lruvec->v.node, what,
	    text_size(size->pages * c->page_size, c->options.bytes, pages),
	    *age ? ", age " : "", age);
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
	if (!peek->folios.count) {
		puts("  It is empty by now.");
		return context_output(c);
	}
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
	    "RECLAIM is what would be done if it were taken now; mapped folios that the processor has used since are spared. MAPS: how many entries map it, 'mmlens pfn FRAME' tells which.%s",
	    swap ? "" : " There is no room in swap.");
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
	bool swap = peek_swap();
	size_t i;
	int ret = 0;

	say(&c->term, PAINT_HEAD, "LRU, %s: from the %s, %s",
	    lru_regime(&answer->lruvecs, buf),
	    answer->end == MMLENS_LRU_END_HEAD ? "head" : "tail",
	    answer->end == MMLENS_LRU_END_HEAD ?
	    "where folios are added" : "where reclaim takes next");
	for (i = 0; i < answer->lists.count && !ret; i++)
		ret = list_text(c, &answer->lists.list[i], mounts, swap);
	free(mounts);
	if (ret)
		return ret;
	remarks(c, answer, swap);
	return context_output(c);
}
