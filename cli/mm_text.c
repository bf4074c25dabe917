// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "mm.h"
#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "tell.h"
#include "text.h"

/* A process may have thousands of threads; a person wants to see a few. */
#define SHARERS_SHOWN 16

static void heading(const struct context *c, const char *text)
{
	putchar('\n');
	say(&c->term, PAINT_HEAD, "%s", text);
}

static const char *size(const struct context *c, uint64_t bytes,
			char buf[SIZE_TEXT])
{
	return text_size(bytes, c->options.bytes, buf);
}

static void headline(const struct context *c, const struct mm_answer *answer)
{
	const struct mmlens_counters *n = &answer->mm.counters;
	uint64_t rss = n->rss_anon + n->rss_file + n->rss_shmem;
	char a[SIZE_TEXT], b[SIZE_TEXT], comm[256];

	text_safe(c->target.comm, comm, sizeof(comm));
	say(&c->term, PAINT_HEAD, "%s (PID %d): %s in %" PRIu64
	    " VMAs, of which %s resident; %u user%s", comm, c->target.pid,
	    size(c, n->total_vm * c->page_size, a), (uint64_t)n->map_count,
	    size(c, rss * c->page_size, b), n->mm_users,
	    n->mm_users == 1 ? "" : "s");
	if (n->flags & MMLENS_MM_FLAG_UNSTABLE)
		say(&c->term, PAINT_BAD,
		    "The OOM reaper has taken pages from it.");
}

struct part {
	const char *name;
	uint64_t start;
	uint64_t end;		/* 0: a point, not a stretch */
	const char *note;
	enum paint paint;
};

static int by_address(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static int layout_text(struct context *c, const struct mmlens_layout *l)
{
	static const struct column columns[] = {
		{ "", 0 }, { "", SCOLS_FL_RIGHT },
		{ "", SCOLS_FL_RIGHT }, { "", COLUMN_WORDS },
	};
	struct part parts[] = {
		{ "code", l->start_code, l->end_code, "", PAINT_FILE },
		{ "data", l->start_data, l->end_data, "", PAINT_FILE },
		{ "heap", l->start_brk, l->brk,
		  l->start_brk == l->brk ? "empty; brk moves up" :
		  "start_brk to brk; brk moves up", PAINT_ANON },
		{ "mmap base", l->mmap_base, 0, "mappings go down from here",
		  PAINT_NONE },
		{ "stack", l->start_stack, 0, "the stack goes down from here",
		  PAINT_ANON },
		{ "arguments", l->arg_start, l->arg_end, "", PAINT_ANON },
		{ "environment", l->env_start, l->env_end, "", PAINT_ANON },
		{ "end", l->task_size, 0, "end of user space", PAINT_NONE },
	};
	size_t i, count = sizeof(parts) / sizeof(parts[0]);
	struct table table;
	char buf[SIZE_TEXT];

	qsort(parts, count, sizeof(parts[0]), by_address);
	heading(c, "Layout, from low to high");
	table_begin(&table, &c->term, columns, 4, false);
	for (i = 0; i < count; i++) {
		const struct part *p = &parts[i];

		table_row(&table);
		table_cell(&table, 0, p->paint, "  %s", p->name);
		if (p->end)
			table_cell(&table, 1, PAINT_NONE,
				   "%" PRIx64 "-%" PRIx64, p->start, p->end);
		else
			table_cell(&table, 1, PAINT_NONE, "%" PRIx64, p->start);
		table_cell(&table, 2, PAINT_NONE, "%s", p->end ?
			   size(c, p->end - p->start, buf) : "");
		table_cell(&table, 3, PAINT_DIM, "%s", p->note);
	}
	return context_table(c, table_end(&table));
}

static void memory_row(struct context *c, struct table *table, int depth,
		       enum paint paint, const char *name, uint64_t now,
		       uint64_t peak, const char *note)
{
	char buf[SIZE_TEXT];

	table_row(table);
	table_cell(table, 0, paint, "  %*s%s", depth * 2, "", name);
	table_cell(table, 1, PAINT_NONE, "%s",
		   size(c, now * c->page_size, buf));
	table_cell(table, 2, PAINT_NONE, "%s", peak ?
		   size(c, peak * c->page_size, buf) : "");
	table_cell(table, 3, PAINT_DIM, "%s", note);
}

static int memory_text(struct context *c, const struct mmlens_counters *n)
{
	static const struct column columns[] = {
		{ "Memory", 0 }, { "now", SCOLS_FL_RIGHT },
		{ "peak", SCOLS_FL_RIGHT }, { "", COLUMN_WORDS },
	};
	uint64_t rss = n->rss_anon + n->rss_file + n->rss_shmem;
	struct table table;

	putchar('\n');
	table_begin(&table, &c->term, columns, 4, true);
	memory_row(c, &table, 0, PAINT_NONE, "reserved", n->total_vm,
		   n->hiwater_vm, "size of all VMAs");
	memory_row(c, &table, 1, PAINT_NONE, "data", n->data_vm, 0,
		   "private and writable, stack not counted");
	memory_row(c, &table, 1, PAINT_NONE, "code", n->exec_vm, 0,
		   "executable and not writable");
	memory_row(c, &table, 1, PAINT_NONE, "stack", n->stack_vm, 0, "");
	memory_row(c, &table, 0, PAINT_NONE, "resident", rss, n->hiwater_rss,
		   "mapped to frames of memory");
	memory_row(c, &table, 1, PAINT_ANON, "anonymous", n->rss_anon, 0, "");
	memory_row(c, &table, 1, PAINT_FILE, "file", n->rss_file, 0,
		   "pages of the page cache");
	memory_row(c, &table, 1, PAINT_SHARED, "shared memory", n->rss_shmem, 0,
		   "");
	memory_row(c, &table, 0, PAINT_AWAY, "swapped", n->swap, 0, "");
	if (n->locked_vm)
		memory_row(c, &table, 0, PAINT_NONE, "locked", n->locked_vm, 0,
			   "by mlock");
	if (n->pinned_vm)
		memory_row(c, &table, 0, PAINT_NONE, "pinned", n->pinned_vm, 0,
			   "for input and output by devices");
	return context_table(c, table_end(&table));
}

static int tables_text(struct context *c, const struct mm *mm)
{
	static const struct column columns[] = {
		{ "Page tables", 0 }, { "tables", SCOLS_FL_RIGHT },
		{ "size", SCOLS_FL_RIGHT }, { "", COLUMN_WORDS },
	};
	const struct mmlens_tables *t = &mm->tables;
	const struct {
		const char *name;
		uint64_t count;
		const char *note;
	} rows[] = {
		{ "  PGD", t->pgd, "the top; the processor's CR3 points to it" },
		{ "  P4D", t->p4d, "" },
		{ "  PUD", t->pud, "" },
		{ "  PMD", t->pmd, "" },
		{ "  PTE", t->pte, "each maps up to 512 pages" },
		{ "  deposited", t->deposited,
		  "kept to split huge pages with" },
	};
	char a[SIZE_TEXT], b[SIZE_TEXT], d[SIZE_TEXT];
	uint64_t pages = tables_pages(t);
	struct table table;
	size_t i;

	putchar('\n');
	table_begin(&table, &c->term, columns, 4, true);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].count)
			continue;
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%s", rows[i].name);
		table_cell(&table, 1, PAINT_NONE, "%" PRIu64, rows[i].count);
		table_cell(&table, 2, PAINT_NONE, "%s",
			   size(c, rows[i].count * c->page_size, a));
		table_cell(&table, 3, PAINT_DIM, "%s", rows[i].note);
	}
	table_row(&table);
	table_cell(&table, 0, PAINT_NONE, "  sum");
	table_cell(&table, 1, PAINT_NONE, "%" PRIu64, pages);
	table_cell(&table, 2, PAINT_NONE, "%s", size(c, pages * c->page_size, a));
	table_cell(&table, 3, PAINT_DIM,
		   "one flat table for %s of user space would take %s",
		   size(c, mm->layout.task_size, b),
		   size(c, tables_flat_bytes(&mm->layout, c->page_size), d));
	return context_table(c, table_end(&table));
}

static int sharers_text(struct context *c, const struct sharers *sharers)
{
	static const struct column columns[] = {
		{ "Users", 0 }, { "PID", SCOLS_FL_RIGHT },
		{ "TID", SCOLS_FL_RIGHT }, { "name", 0 },
		{ "", COLUMN_WORDS },
	};
	struct table table;
	size_t i, shown;
	int ret;

	shown = sharers->count < SHARERS_SHOWN ? sharers->count : SHARERS_SHOWN;
	putchar('\n');
	table_begin(&table, &c->term, columns, 5, true);
	for (i = 0; i < shown; i++) {
		const struct mmlens_sharer *sharer = &sharers->list[i];
		char buf[NAME_MAX_LEN], comm[sizeof(sharer->comm) * 4 + 8];

		text_safe((const char *)sharer->comm, comm, sizeof(comm));
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "  %s",
			   name_of(&names_relation, sharer->relation, buf));
		table_cell(&table, 1, PAINT_NONE, "%u", sharer->pid);
		table_cell(&table, 2, PAINT_NONE, "%u", sharer->tid);
		table_cell(&table, 3, PAINT_NONE, "%s", comm);
		table_cell(&table, 4, PAINT_DIM, "%s",
			   sharer->relation < names_relation.count ?
			   names_relation.entries[sharer->relation].doc : "");
	}
	ret = context_table(c, table_end(&table));
	if (ret)
		return ret;
	if (shown < sharers->count)
		printf("  and %zu more\n", sharers->count - shown);
	if (sharers->hidden)
		printf("  and %u in other PID namespaces\n", sharers->hidden);
	return context_output(c);
}

static int oom_text(struct context *c, const struct oom *oom)
{
	static const struct column columns[] = {
		{ "OOM points", 0 }, { "pages", SCOLS_FL_RIGHT },
		{ "", COLUMN_WORDS },
	};
	const struct {
		const char *name;
		uint64_t pages;
	} rows[] = {
		{ "  resident", oom->rss }, { "  swapped", oom->swap },
		{ "  page tables", oom->pgtables },
	};
	char total[SIZE_TEXT * 2], count[SIZE_TEXT * 2];
	int64_t adjustment = oom->adjustment, points = oom->points;
	struct table table;
	size_t i;

	putchar('\n');
	table_begin(&table, &c->term, columns, 3, true);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "%s", rows[i].name);
		table_cell(&table, 1, PAINT_NONE, "%s",
			   text_count(rows[i].pages, count));
		table_cell(&table, 2, PAINT_NONE, "%s", "");
	}
	table_row(&table);
	table_cell(&table, 0, PAINT_NONE, "  adjustment");
	table_cell(&table, 1, PAINT_NONE, "%s%s", adjustment < 0 ? "-" : "",
		   text_count((uint64_t)llabs(adjustment), count));
	table_cell(&table, 2, PAINT_DIM,
		   "oom_score_adj %" PRId64 ", thousandths of %s pages of memory and swap",
		   oom->score_adj, text_count(oom->total, total));
	table_row(&table);
	table_cell(&table, 0, PAINT_NONE, "  sum");
	if (oom->immune)
		table_cell(&table, 1, PAINT_NONE, "%s", "immune");
	else
		table_cell(&table, 1, PAINT_NONE, "%s%s", points < 0 ? "-" : "",
			   text_count((uint64_t)llabs(points), count));
	table_cell(&table, 2, PAINT_DIM, "the kernel's oom_score is %" PRId64
		   ", on a scale of its own", oom->score);
	return context_table(c, table_end(&table));
}

/**
 * mm_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int mm_text(struct context *c, const struct mm_answer *answer)
{
	int ret;

	headline(c, answer);
	ret = layout_text(c, &answer->mm.layout);
	if (!ret)
		ret = memory_text(c, &answer->mm.counters);
	if (!ret)
		ret = tables_text(c, &answer->mm);
	if (!ret)
		ret = sharers_text(c, &answer->sharers);
	if (!ret)
		ret = oom_text(c, &answer->oom);
	if (!ret)
		remarks_text(c, 0, false, &answer->mm.stall);
	return ret;
}
