// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "tell.h"
#include "text.h"
#include "walk.h"

#define TEXT_MAX 4096

static const char *size(const struct context *c, uint64_t bytes,
			char buf[SIZE_TEXT])
{
	return text_size(bytes, c->options.bytes, buf);
}

static const char *amount(const struct context *c, uint64_t bytes,
			  char buf[SIZE_AMOUNT])
{
	return text_amount(bytes, c->options.bytes, buf);
}

static void vma_line(const struct context *c, const struct vma *vma,
		     const char *before)
{
	char perms[5], name[TEXT_MAX], fit[TEXT_MAX], buf[NAME_MAX_LEN];
	char head[160];
	int used;

	vma_perms(vma, perms);
	used = snprintf(head, sizeof(head), "%s%" PRIx64 "-%" PRIx64 " %s %s",
			before, (uint64_t)vma->v.start, (uint64_t)vma->v.end,
			perms, name_of(&names_vma_kind, vma->v.kind, buf));
	text_safe(text_vma_name(vma), name, sizeof(name));
	text_fit(name, c->term.width - used - 1, c->term.utf8, fit,
		 sizeof(fit));
	printf("%s%s%s\n", head, *fit ? " " : "", fit);
}

static void hole_text(const struct context *c, const struct walk_answer *answer)
{
	const struct vma *below = answer->below, *above = answer->above;
	char buf[SIZE_AMOUNT];

	say(&c->term, PAINT_BAD, "No VMA covers it.");
	if (below) {
		if (answer->address == below->v.end)
			puts("  The VMA below ends right here:");
		else
			printf("  The VMA below ends %s lower:\n",
			       amount(c, answer->address - below->v.end, buf));
		vma_line(c, below, "    ");
	} else {
		puts("  No VMA lies below it.");
	}
	if (above) {
		printf("  The VMA above begins %s higher:\n",
		       amount(c, above->v.start - answer->address, buf));
		vma_line(c, above, "    ");
	} else {
		puts("  No VMA lies above it.");
	}
}

static const char *leads_to(const struct context *c,
			    const struct walk_answer *answer,
			    const struct mmlens_step *step, char buf[64])
{
	/* With four levels the one below PGD is PUD. */
	unsigned int shift = level_shift(answer, step->level);
	unsigned int below = shift > 21 ? (shift - 21) / 9 : MMLENS_LEVEL_PTE;
	char number[SIZE_TEXT], name[NAME_MAX_LEN];

	switch (step->kind) {
	case MMLENS_ENTRY_KIND_TABLE:
		snprintf(buf, 64, "%s table", text_level(below, name));
		return buf;
	case MMLENS_ENTRY_KIND_LEAF:
		snprintf(buf, 64, "%s page",
			 size(c, 1ULL << shift, number));
		return buf;
	case MMLENS_ENTRY_KIND_EMPTY:
		return "nothing";
	case MMLENS_ENTRY_KIND_NON_PRESENT:
		return "not present";
	}
	return name_of(&names_entry_kind, step->kind, buf);
}

static int ladder_text(struct context *c, const struct walk_answer *answer)
{
	static const struct column columns[] = {
		{ "LEVEL", 0 }, { "BITS", SCOLS_FL_RIGHT },
		{ "INDEX", SCOLS_FL_RIGHT }, { "ENTRY", SCOLS_FL_RIGHT },
		{ "LEADS TO", 0 }, { "FLAGS", COLUMN_WORDS },
	};
	const struct walk *walk = &answer->walk;
	const struct mmlens_step *last = walk_last(walk);
	bool withheld = walk->answer.withheld & MMLENS_DETAIL_PFN;
	char text[TEXT_MAX], buf[64], name[NAME_MAX_LEN];
	struct table table;
	unsigned int i;

	putchar('\n');
	table_begin(&table, &c->term, columns, 6, true);
	for (i = 0; i < walk->steps; i++) {
		const struct mmlens_step *step = &walk->step[i];
		unsigned int shift = level_shift(answer, step->level);

		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%*s%s", (int)i, "",
			   text_level(step->level, name));
		table_cell(&table, 1, PAINT_DIM, "%u-%u", shift + 8, shift);
		table_cell(&table, 2, PAINT_NONE, "%u", step->index);
		if (withheld)
			table_cell(&table, 3, PAINT_DIM, "withheld");
		else
			table_cell(&table, 3, PAINT_NONE, "%" PRIx64,
				   (uint64_t)step->entry);
		table_cell(&table, 4, step->kind == MMLENS_ENTRY_KIND_LEAF ?
			   PAINT_ANON : step->kind == MMLENS_ENTRY_KIND_TABLE ?
			   PAINT_NONE : PAINT_AWAY, "%s",
			   leads_to(c, answer, step, buf));
		text_flags(&names_entry_flag, step->flags, text, sizeof(text));
		table_cell(&table, 5, PAINT_DIM, "%s", text);
	}
	if (last && last->kind == MMLENS_ENTRY_KIND_LEAF) {
		unsigned int shift = level_shift(answer, last->level);

		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%*soffset",
			   (int)walk->steps, "");
		table_cell(&table, 1, PAINT_DIM, "%u-0", shift - 1);
		table_cell(&table, 2, PAINT_NONE, "%" PRIx64,
			   answer->address & ~(UINT64_MAX << shift));
		table_cell(&table, 3, PAINT_NONE, "%s", "");
		table_cell(&table, 4, PAINT_NONE, "%s", "");
		table_cell(&table, 5, PAINT_DIM, "%s", "hexadecimal");
	}
	return context_table(c, table_end(&table));
}

/**
 * walk_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int walk_text(struct context *c, const struct walk_answer *answer)
{
	const struct walk *walk = &answer->walk;
	char comm[256];
	int ret;

	text_safe(c->target.comm, comm, sizeof(comm));
	say(&c->term, PAINT_HEAD, "%" PRIx64 " of %s (PID %d)", answer->address,
	    comm, c->target.pid);
	if (walk->has_vma)
		vma_line(c, &walk->vma, "in ");
	else
		hole_text(c, answer);
	ret = ladder_text(c, answer);
	if (!ret)
		ret = walk_facts_text(c, answer);
	if (!ret)
		remarks_text(c, walk->answer.withheld, false,
			     &walk->answer.stall);
	return ret ? ret : context_output(c);
}
