// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "tell.h"
#include "text.h"
#include "vmas.h"

/* What perms says already, or what nearly every VMA has. */
#define USUAL_FLAGS (MMLENS_VMA_FLAG_READ | MMLENS_VMA_FLAG_WRITE | \
		     MMLENS_VMA_FLAG_EXEC | MMLENS_VMA_FLAG_SHARED | \
		     MMLENS_VMA_FLAG_MAY_READ | MMLENS_VMA_FLAG_MAY_WRITE | \
		     MMLENS_VMA_FLAG_MAY_EXEC | MMLENS_VMA_FLAG_MAY_SHARE | \
		     MMLENS_VMA_FLAG_ACCOUNT | MMLENS_VMA_FLAG_SOFT_DIRTY | \
		     MMLENS_VMA_FLAG_HAS_ANON_VMA)

#define TEXT_MAX 8192

/* Columns of a name where the pages need the room. */
#define NAME_SHORT 20

static const char *size(const struct context *c, uint64_t bytes,
			char buf[SIZE_TEXT])
{
	return text_size(bytes, c->options.bytes, buf);
}

static void headline(const struct context *c, const struct vmas_answer *answer)
{
	const struct vma_list *vmas = &answer->selection.vmas;
	char buf[SIZE_TEXT], comm[256];
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < vmas->count; i++)
		bytes += vmas->list[i].v.end - vmas->list[i].v.start;
	text_safe(c->target.comm, comm, sizeof(comm));
	say(&c->term, PAINT_HEAD, "%s (PID %d): %zu VMA%s%s, %s", comm,
	    c->target.pid, vmas->count, vmas->count == 1 ? "" : "s",
	    answer->selection.range.given ? " there" : "",
	    size(c, bytes, buf));
	putchar('\n');
}

static void states_cell(const struct context *c, const struct totals *totals,
			char *to, size_t room)
{
	char buf[NAME_MAX_LEN], number[SIZE_TEXT];
	struct write_sum sum;
	unsigned int state, i;
	size_t n = 0;

	to[0] = '\0';
	/* What is not mapped comes last: it is often the most, and says least. */
	for (i = 1; i <= TOTAL_STATES && n < room; i++) {
		state = i % TOTAL_STATES;
		if (totals->state[state])
			n += (size_t)snprintf(to + n, room - n,
					      "%s%s %" PRIu64, n ? ", " : "",
					      name_of(&names_state, state, buf),
					      totals->state[state]);
	}
	totals_writes(totals, &sum);
	if (sum.copied && n < room)
		n += (size_t)snprintf(to + n, room - n, "; a write copies %s",
				      size(c, sum.copied * c->page_size,
					   number));
	if (sum.may_copy && n < room)
		snprintf(to + n, room - n, "; perhaps %s%s",
			 size(c, sum.may_copy * c->page_size, number),
			 sum.copied ? " more" : " copied");
}

/* Name and rare flags share a column. */
static void name_cell(const struct vma *vma, char *to, size_t size_of_to)
{
	char flags[TEXT_MAX];
	size_t n;

	n = text_safe(text_vma_name(vma), to, size_of_to);
	if (!text_flags(&names_vma_flag, vma->v.flags & ~USUAL_FLAGS, flags,
			sizeof(flags)))
		return;
	snprintf(to + n, size_of_to - n, "%s(%s)", n ? " " : "", flags);
}

static int list_text(struct context *c, const struct vmas_answer *answer)
{
	static const struct column plain[] = {
		{ "START-END", SCOLS_FL_RIGHT },
		{ "SIZE", SCOLS_FL_RIGHT }, { "PERM", 0 },
		{ "KIND", 0 }, { "NAME (FLAGS)", COLUMN_WORDS },
	};
	static const struct column counted[] = {
		{ "START-END", SCOLS_FL_RIGHT },
		{ "SIZE", SCOLS_FL_RIGHT }, { "PERM", 0 },
		{ "NAME", 0 }, { "PAGES", COLUMN_WORDS },
	};
	const struct vma_list *vmas = &answer->selection.vmas;
	char text[TEXT_MAX * 2];
	struct table table;
	size_t i;

	table_begin(&table, &c->term, answer->counted ? counted : plain, 5,
		    true);
	for (i = 0; i < vmas->count; i++) {
		const struct vma *vma = &vmas->list[i];
		enum paint paint = paint_of_kind(vma->v.kind);
		char perms[5], buf[NAME_MAX_LEN], number[SIZE_TEXT];
		char short_name[NAME_SHORT * MB_LEN_MAX + 1];

		vma_perms(vma, perms);
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%" PRIx64 "-%" PRIx64,
			   (uint64_t)vma->v.start, (uint64_t)vma->v.end);
		table_cell(&table, 1, PAINT_NONE, "%s",
			   size(c, vma->v.end - vma->v.start, number));
		table_cell(&table, 2, PAINT_NONE, "%s", perms);
		if (answer->counted) {
			const char *name = text_vma_name(vma);
			const char *slash = strrchr(name, '/');

			text_safe(slash ? slash + 1 : name, text, sizeof(text));
			text_fit(text, NAME_SHORT, c->term.utf8, short_name,
				 sizeof(short_name));
			table_cell(&table, 3, paint, "%s", *text ? short_name :
				   name_of(&names_vma_kind, vma->v.kind, buf));
			states_cell(c, &answer->totals[i], text, sizeof(text));
			table_cell(&table, 4, PAINT_NONE, "%s", text);
			continue;
		}
		table_cell(&table, 3, paint, "%s",
			   name_of(&names_vma_kind, vma->v.kind, buf));
		name_cell(vma, text, sizeof(text));
		table_cell(&table, 4, PAINT_NONE, "%s", text);
	}
	return context_table(c, table_end(&table));
}

static void fact(struct table *table, const char *name, const char *text)
{
	table_row(table);
	table_cell(table, 0, PAINT_DIM, "  %s", name);
	table_cell(table, 1, PAINT_NONE, "%s", text);
}

/* One VMA, with everything about it. */
static int card_text(struct context *c, const struct vma *vma)
{
	static const struct column columns[] = {
		{ "", 0 }, { "", COLUMN_WORDS },
	};
	char perms[5], text[TEXT_MAX], a[SIZE_TEXT], b[NAME_MAX_LEN];
	bool file = vma->v.inode || vma->v.dev_major || vma->v.dev_minor;
	struct table table;

	vma_perms(vma, perms);
	table_begin(&table, &c->term, columns, 2, false);
	snprintf(text, sizeof(text), "%" PRIx64 "-%" PRIx64 ", %s",
		 (uint64_t)vma->v.start, (uint64_t)vma->v.end,
		 size(c, vma->v.end - vma->v.start, a));
	fact(&table, "range", text);
	text_safe(text_vma_name(vma), text, sizeof(text));
	if (*text)
		fact(&table, "name", text);
	fact(&table, "rights", perms);
	snprintf(text, sizeof(text), "%s: %s",
		 name_of(&names_vma_kind, vma->v.kind, b),
		 vma->v.kind < names_vma_kind.count ?
		 names_vma_kind.entries[vma->v.kind].doc : "");
	fact(&table, "kind", text);
	text_flags(&names_vma_flag, vma->v.flags, text, sizeof(text));
	fact(&table, "flags", text);
	if (file) {
		snprintf(text, sizeof(text),
			 "offset %s, device %02x:%02x, inode %" PRIu64,
			 size(c, vma->v.offset, a), vma->v.dev_major,
			 vma->v.dev_minor, (uint64_t)vma->v.inode);
		fact(&table, "backing", text);
	}
	fact(&table, "page size", size(c, vma->v.page_size, a));
	if (vma->v.pkey) {
		snprintf(text, sizeof(text), "%u", vma->v.pkey);
		fact(&table, "protection key", text);
	}
	if (vma->ops)
		fact(&table, "operations", vma->ops);
	return context_table(c, table_end(&table));
}

/**
 * vmas_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int vmas_text(struct context *c, const struct vmas_answer *answer)
{
	const struct selection *s = &answer->selection;
	int ret = 0;

	headline(c, answer);
	if (!s->vmas.count)
		puts("No VMA lies there.");
	else if (s->vmas.count == 1 && s->range.given)
		ret = card_text(c, &s->vmas.list[0]);
	else
		ret = list_text(c, answer);
	if (!ret && answer->counted)
		ret = states_text(c, &answer->sum);
	if (!ret && answer->counted)
		ret = decisions_text(c, &answer->sum);
	if (!ret && answer->counted && answer->sum.pages) {
		putchar('\n');
		copies_text(c, &answer->sum);
	}
	if (!ret)
		remarks_text(c, 0, answer->changed, &answer->stall);
	return ret ? ret : context_output(c);
}
