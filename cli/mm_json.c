// SPDX-License-Identifier: GPL-2.0
#include "mm.h"
#include "names_gen.h"

static void layout_json(struct json_object *object, const struct mmlens_layout *l)
{
	object = js_object(object, "layout");
	js_hex(object, "start_code", l->start_code);
	js_hex(object, "end_code", l->end_code);
	js_hex(object, "start_data", l->start_data);
	js_hex(object, "end_data", l->end_data);
	js_hex(object, "start_brk", l->start_brk);
	js_hex(object, "brk", l->brk);
	js_hex(object, "start_stack", l->start_stack);
	js_hex(object, "arg_start", l->arg_start);
	js_hex(object, "arg_end", l->arg_end);
	js_hex(object, "env_start", l->env_start);
	js_hex(object, "env_end", l->env_end);
	js_hex(object, "mmap_base", l->mmap_base);
	js_hex(object, "task_size", l->task_size);
}

static void counters_json(struct json_object *object, const struct mmlens_counters *n,
			  uint64_t page)
{
	object = js_object(object, "counters");
	js_number(object, "total_vm_bytes", n->total_vm * page);
	js_number(object, "locked_vm_bytes", n->locked_vm * page);
	js_number(object, "pinned_vm_bytes", n->pinned_vm * page);
	js_number(object, "data_vm_bytes", n->data_vm * page);
	js_number(object, "exec_vm_bytes", n->exec_vm * page);
	js_number(object, "stack_vm_bytes", n->stack_vm * page);
	js_number(object, "rss_anon_bytes", n->rss_anon * page);
	js_number(object, "rss_file_bytes", n->rss_file * page);
	js_number(object, "rss_shmem_bytes", n->rss_shmem * page);
	js_number(object, "swap_bytes", n->swap * page);
	js_number(object, "pgtables_bytes", n->pgtables_bytes);
	js_number(object, "hiwater_rss_bytes", n->hiwater_rss * page);
	js_number(object, "hiwater_vm_bytes", n->hiwater_vm * page);
	js_number(object, "map_count", n->map_count);
}

static void tables_json(struct json_object *object, const struct mm *mm, uint64_t page)
{
	const struct mmlens_tables *t = &mm->tables;

	object = js_object(object, "page_tables");
	js_number(object, "levels", t->levels);
	js_number(object, "pgd", t->pgd);
	js_number(object, "p4d", t->p4d);
	js_number(object, "pud", t->pud);
	js_number(object, "pmd", t->pmd);
	js_number(object, "pte", t->pte);
	js_number(object, "deposited", t->deposited);
	js_number(object, "bytes", tables_pages(t) * page);
	js_number(object, "flat_bytes", tables_flat_bytes(&mm->layout, page));
}

static void oom_json(struct json_object *object, const struct oom *oom)
{
	object = js_object(object, "oom");
	if (oom->immune)
		js_bool(object, "immune", true);
	else
		js_signed(object, "points", oom->points);
	js_number(object, "rss_pages", oom->rss);
	js_number(object, "swap_pages", oom->swap);
	js_number(object, "pgtables_pages", oom->pgtables);
	js_signed(object, "score_adj", oom->score_adj);
	js_signed(object, "adjustment_pages", oom->adjustment);
	js_number(object, "total_pages", oom->total);
	js_signed(object, "oom_score", oom->score);
}

static void sharers_json(struct json_object *object, const struct sharers *sharers)
{
	struct json_object *array = js_array(object, "sharers");
	char buf[NAME_MAX_LEN];
	size_t i;

	for (i = 0; i < sharers->count; i++) {
		const struct mmlens_sharer *sharer = &sharers->list[i];
		struct json_object *item = js_item(array);

		js_number(item, "pid", sharer->pid);
		js_number(item, "tid", sharer->tid);
		js_text(item, "comm", (const char *)sharer->comm);
		js_text(item, "relation",
			name_of(&names_relation, sharer->relation, buf));
	}
	js_number(object, "hidden_sharers", sharers->hidden);
}

/**
 * mm_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 */
void mm_json(struct context *c, const struct mm_answer *answer)
{
	struct json_object *object = js_object(c->root, "mm");
	const struct mm *mm = &answer->mm;

	context_who(c, object);
	js_hex(object, "cookie", mm->cookie);
	js_number(object, "mm_users", mm->counters.mm_users);
	js_flags(object, "flags", &names_mm_flag, mm->counters.flags);
	sharers_json(object, &answer->sharers);
	layout_json(object, &mm->layout);
	counters_json(object, &mm->counters, c->page_size);
	tables_json(object, mm, c->page_size);
	oom_json(object, &answer->oom);
	js_stall(object, &mm->stall);
}
