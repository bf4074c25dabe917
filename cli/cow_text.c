// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cow.h"
#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "tell.h"
#include "text.h"

/* Columns of a name. */
#define NAME_SHORT 20

/* What is told of each mapping, in this order. */
enum {
	PART_COPY,
	PART_MAYBE,
	PART_ZERO,
	PART_REUSE,
	PART_PLAIN,
	PART_OTHER,
	PART_FORK,
	PARTS
};

static const struct {
	const char *name;
	const char *doc;
	enum paint paint;
} parts[PARTS] = {
	[PART_COPY] = { "COPY", "copied by a write", PAINT_FILE },
	[PART_MAYBE] = { "MAYBE", "perhaps copied", PAINT_AWAY },
	[PART_ZERO] = { "ZERO", "zero pages, replaced by pages of zeroes",
			PAINT_ZERO },
	[PART_REUSE] = { "REUSE", "taken over by a write", PAINT_ANON },
	[PART_PLAIN] = { "PLAIN", "written without a fault", PAINT_NONE },
	[PART_OTHER] = { "OTHER", "in swap, or another fault comes first",
			 PAINT_NONE },
	[PART_FORK] = { "FORK", "shared with the child by a fork",
			PAINT_SHARED },
};

static const char *size(const struct context *c, uint64_t pages,
			char buf[SIZE_TEXT])
{
	return text_size(pages * c->page_size, c->options.bytes, buf);
}

static const char *amount(const struct context *c, uint64_t pages,
			  char buf[SIZE_AMOUNT])
{
	return text_amount(pages * c->page_size, c->options.bytes, buf);
}

/* Returns false if there is nothing to tell. */
static bool fill_parts(const struct cow_sums *sums, uint64_t pages[PARTS])
{
	struct write_sum w;
	unsigned int i;

	totals_writes(&sums->totals, &w);
	pages[PART_COPY] = w.copied;
	pages[PART_MAYBE] = w.may_copy;
	pages[PART_ZERO] = w.zeroed;
	pages[PART_REUSE] = w.reused;
	pages[PART_PLAIN] = w.plain;
	pages[PART_OTHER] = w.later + w.other;
	pages[PART_FORK] = sums->fork.shared;
	for (i = 0; i < PARTS; i++)
		if (pages[i])
			return true;
	return false;
}

static void headline(const struct context *c)
{
	char comm[256];

	text_safe(c->target.comm, comm, sizeof(comm));
	say(&c->term, PAINT_HEAD, "%s (PID %d): private memory, written and forked",
	    comm, c->target.pid);
}

static void fork_sentence(const struct context *c, const struct fork_sums *fork)
{
	char a[SIZE_AMOUNT], b[SIZE_AMOUNT], d[SIZE_AMOUNT];
	uint64_t others = fork->shared - fork->exclusive;

	if (!fork->shared)
		say(&c->term, PAINT_NONE,
		    "A fork would share no anonymous memory.");
	else if (others && fork->exclusive)
		say(&c->term, PAINT_NONE,
		    "A fork would share %s with its child: %s exclusive now, %s not.",
		    amount(c, fork->shared, a), amount(c, fork->exclusive, b),
		    amount(c, others, d));
	else
		say(&c->term, PAINT_NONE,
		    "A fork would share %s with its child, %s of it exclusive now.",
		    amount(c, fork->shared, a), others ? "none" : "all");
	if (fork->left_out)
		say(&c->term, PAINT_NONE,
		    "The child would not get %s, by madvise (dont-copy, wipe-on-fork).",
		    amount(c, fork->left_out, a));
}

static void split_sentence(const struct context *c, const struct cow_sums *sums)
{
	if (sums->splits)
		say(&c->term, PAINT_NONE,
		    "%" PRIu64 " huge page%s would be split by the first write into %s.",
		    sums->splits, sums->splits == 1 ? "" : "s",
		    sums->splits == 1 ? "it" : "each");
	if (sums->may_split && sums->splits)
		say(&c->term, PAINT_NONE, "Perhaps %" PRIu64 " more would.",
		    sums->may_split);
	else if (sums->may_split)
		say(&c->term, PAINT_NONE,
		    "%" PRIu64 " huge page%s would perhaps be split by the first write into %s.",
		    sums->may_split, sums->may_split == 1 ? "" : "s",
		    sums->may_split == 1 ? "it" : "each");
}

static void name_cell(const struct context *c, struct table *table,
		      size_t column, const struct vma *vma)
{
	char text[1024], shorter[NAME_SHORT * MB_LEN_MAX + 1];
	const char *name = text_vma_name(vma);
	const char *slash = strrchr(name, '/');
	char buf[NAME_MAX_LEN];

	text_safe(slash ? slash + 1 : name, text, sizeof(text));
	text_cut(text, NAME_SHORT, c->term.utf8, shorter, sizeof(shorter));
	table_cell(table, column, paint_of_kind(vma->v.kind), "%s",
		   *text ? shorter : name_of(&names_vma_kind, vma->v.kind, buf));
}

/* A part that is nowhere needs no column. */
static size_t choose_columns(const uint64_t sum[PARTS], unsigned int chosen[PARTS],
			     struct column columns[PARTS + 3])
{
	size_t n = 0, i;

	columns[0] = (struct column){ "START", SCOLS_FL_RIGHT };
	columns[1] = (struct column){ "PERM", 0 };
	for (i = 0; i < PARTS; i++) {
		if (!sum[i] && i != PART_COPY && i != PART_FORK)
			continue;
		columns[n + 2] = (struct column){ parts[i].name,
						  SCOLS_FL_RIGHT };
		chosen[n++] = (unsigned int)i;
	}
	columns[n + 2] = (struct column){ "NAME", 0 };
	return n;
}

static void legend(const struct context *c, const unsigned int *chosen, size_t n)
{
	char text[512];
	size_t i, length = 0;

	text[0] = '\0';
	for (i = 0; i < n; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "%s%s: %s", i ? "; " : "",
					   parts[chosen[i]].name,
					   parts[chosen[i]].doc);
	putchar('\n');
	say(&c->term, PAINT_DIM, "%s.", text);
}

static int list_text(struct context *c, const struct cow_answer *answer)
{
	const struct vma_list *vmas = &answer->selection.vmas;
	uint64_t pages[PARTS], sum[PARTS], untold = 0, mappings = 0;
	struct column columns[PARTS + 3];
	unsigned int chosen[PARTS];
	struct table table;
	char buf[SIZE_TEXT], text[SIZE_AMOUNT];
	size_t i, j, n;
	int ret;

	fill_parts(&answer->sum, sum);
	n = choose_columns(sum, chosen, columns);
	putchar('\n');
	table_begin(&table, &c->term, columns, n + 3, true);
	for (i = 0; i < vmas->count; i++) {
		const struct vma *vma = &vmas->list[i];
		const struct totals *totals = &answer->sums[i].totals;
		char perms[5];

		if (!cow_shows(answer, i))
			continue;
		if (!fill_parts(&answer->sums[i], pages)) {
			untold += totals->pages -
				  totals->state[MMLENS_STATE_NONE];
			mappings++;
			continue;
		}
		vma_perms(vma, perms);
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%" PRIx64,
			   (uint64_t)vma->v.start);
		table_cell(&table, 1, PAINT_NONE, "%s", perms);
		for (j = 0; j < n; j++) {
			uint64_t part = pages[chosen[j]];

			table_cell(&table, j + 2, part ? parts[chosen[j]].paint :
				   PAINT_DIM, "%s", part ? size(c, part, buf) :
				   "-");
		}
		name_cell(c, &table, n + 2, vma);
	}
	ret = context_table(c, table_end(&table));
	if (ret)
		return ret;
	if (mappings)
		say(&c->term, PAINT_DIM,
		    "and %" PRIu64 " mapping%s with %s that may not be written and have no anonymous memory",
		    mappings, mappings == 1 ? "" : "s",
		    amount(c, untold, text));
	legend(c, chosen, n);
	return context_output(c);
}

/**
 * cow_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int cow_text(struct context *c, const struct cow_answer *answer)
{
	const struct totals *totals = &answer->sum.totals;
	int ret;

	headline(c);
	if (totals->pages == totals->state[MMLENS_STATE_NONE]) {
		puts("No private mapping holds anything there.");
	} else {
		copies_text(c, totals);
		fork_sentence(c, &answer->sum.fork);
		split_sentence(c, &answer->sum);
		ret = list_text(c, answer);
		if (!ret)
			ret = decisions_text(c, totals);
		if (ret)
			return ret;
	}
	if (!answer->admin) {
		putchar('\n');
		say(&c->term, PAINT_NONE,
		    "Withheld for lack of CAP_SYS_ADMIN: who else maps a page. What is marked shared may be reusable.");
	}
	remarks_text(c, 0, answer->changed, &answer->stall);
	return context_output(c);
}
