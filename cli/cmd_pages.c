// SPDX-License-Identifier: GPL-2.0
/* mmlens pages: the pages, streamed as they come: there may be millions. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "names_gen.h"
#include "page_json.h"
#include "pages.h"
#include "swaps.h"
#include "vmas.h"

#define DETAIL_ALL (MMLENS_DETAIL_ENTRY | MMLENS_DETAIL_FOLIO | \
		    MMLENS_DETAIL_PFN | MMLENS_DETAIL_COUNTS | \
		    MMLENS_DETAIL_LRU | MMLENS_DETAIL_NODE | \
		    MMLENS_DETAIL_CGROUP | MMLENS_DETAIL_VERDICT | \
		    MMLENS_DETAIL_FORECAST)

/* Reads "pfn,counts", "+lru", "all", "none". */
static int parse_detail(struct context *c, const char *text, uint32_t *detail)
{
	char word[NAME_MAX_LEN];
	uint32_t bits = 0;

	if (!text) {
		*detail = c->options.each ? DETAIL_ALL : c->options.shown ?
			  0 : MMLENS_DETAIL_ENTRY;
		return 0;
	}
	if (*text == '+') {
		bits = MMLENS_DETAIL_ENTRY;
		text++;
	}
	if (!strcmp(text, "none")) {
		*detail = 0;
		return 0;
	}
	while (list_word(&text, word)) {
		int bit = name_find(&names_detail, word);

		if (!strcmp(word, "none"))
			return fail(&c->failure, FAIL_USAGE, EINVAL,
				    "'none' stands alone: it leaves out all details");
		if (!strcmp(word, "all"))
			bits |= DETAIL_ALL;
		else if (bit >= 0)
			bits |= 1U << bit;
		else
			return fail(&c->failure, FAIL_USAGE, EINVAL,
				    "'%s' is not a detail: they are entry, folio, pfn, counts, lru, node, cgroup, verdict, forecast, all, none",
				    word);
	}
	*detail = bits;
	return 0;
}

static int show_json(struct pages_answer *answer, const struct page_row *row)
{
	char text[PAGE_JSON_MAX + 2];
	size_t n = 0;

	if (answer->totals.runs)
		text[n++] = ',';
	text[n++] = '\n';
	n += page_json(row, answer->reading.said.withheld,
		       answer->c->page_size, answer->c->now, text + n);
	fwrite(text, 1, n, stdout);
	return context_output(answer->c);
}

static void remember_cgroup(struct pages_answer *answer, uint64_t id)
{
	size_t i;

	for (i = 0; i < answer->cgroup_count; i++)
		if (answer->cgroups[i] == id)
			return;
	if (answer->cgroup_count < CGROUPS)
		answer->cgroups[answer->cgroup_count++] = id;
}

/* What is told, but not for certain, since what decides is withheld. */
static uint32_t in_doubt(const struct mmlens_page_run *run)
{
	uint32_t detail = 0;

	if (run->facts & MMLENS_DETAIL_VERDICT &&
	    run->verdict_why == MMLENS_WHY_WITHHELD)
		detail |= MMLENS_DETAIL_VERDICT;
	if (run->facts & MMLENS_DETAIL_FORECAST &&
	    ((run->read != run->read_else &&
	      run->read_why == MMLENS_WHY_WITHHELD) ||
	     (run->write != run->write_else &&
	      run->write_why == MMLENS_WHY_WITHHELD)))
		detail |= MMLENS_DETAIL_FORECAST;
	return detail;
}

/* The present row can grow no more. */
static int show_row(struct pages_answer *answer)
{
	const struct page_row *row = &answer->row;
	struct context *c = answer->c;
	int ret;

	if (!row->pages)
		return 0;
	answer->all_runs++;
	answer->all_pages += row->pages;
	if (!filter_takes(&c->options.filter, &row->run))
		return 0;
	answer->withheld |= in_doubt(&row->run);
	answer->withheld_ksm |= filter_may_be_ksm(&c->options.filter,
						  &row->run);
	ret = c->options.json ? show_json(answer, row) :
				page_columns_row(answer, row);
	totals_add(&answer->totals, &row->run, row->pages);
	if (row->run.facts & MMLENS_DETAIL_PFN &&
	    row->run.state == MMLENS_STATE_SWAP && row->run.swap_type < 32)
		answer->swap_types |= 1U << row->run.swap_type;
	answer->has_generation |= row->run.facts & MMLENS_DETAIL_LRU &&
				  row->run.lru == MMLENS_LRU_GENERATION;
	if (row->run.facts & MMLENS_DETAIL_CGROUP && row->run.cgroup)
		remember_cgroup(answer, row->run.cgroup);
	return ret;
}

static int take_run(const struct mmlens_page_run *told, void *data)
{
	struct pages_answer *answer = data;
	const struct vma *vma = vma_at(&answer->selection.vmas, told->start);
	uint64_t border = answer->vma ? answer->vma->v.end : 0;
	struct mmlens_page_run run = context_complete(answer->c, vma, told);
	int ret;

	if ((!answer->c->options.each || run.state == MMLENS_STATE_NONE) &&
	    row_takes(&answer->row, &run, answer->c->page_size, border))
		return 0;
	ret = show_row(answer);
	if (ret)
		return ret;
	answer->row.run = run;
	answer->row.pages = run.pages;
	answer->vma = vma;
	return 0;
}

/* Which device a row means by its type, where that is certain. */
static void swaps_json(struct json_object *object, uint32_t types)
{
	struct json_object *array = NULL, *item;
	char name[SWAP_NAME];
	unsigned int type;

	for (type = 0; type < 32; type++) {
		if (!(types >> type & 1) ||
		    !swap_device(type, name, sizeof(name)))
			continue;
		if (!array)
			array = js_array(object, "swap_devices");
		item = js_item(array);
		js_number(item, "type", type);
		js_text(item, "device", name);
	}
}

/* Details by their name; of what KSM has merged, the state. */
static void withheld_json(const struct pages_answer *answer,
			  struct json_object *object)
{
	struct json_object *array;

	js_flags(object, "withheld", &names_detail, answer->withheld);
	if (answer->withheld_ksm &&
	    json_object_object_get_ex(object, "withheld", &array))
		json_object_array_add(array, json_object_new_string("state"));
}

static void end_json(struct pages_answer *answer)
{
	struct context *c = answer->c;
	struct json_object *summary = js_object(c->root, "summary");

	fputs("\n]", stdout);
	context_who(c, summary);
	js_hex(summary, "cookie", answer->selection.vmas.cookie);
	js_number(summary, "runs", answer->all_runs);
	js_number(summary, "pages", answer->all_pages);
	js_number(summary, "shown_runs", answer->totals.runs);
	js_number(summary, "shown_pages", answer->totals.pages);
	js_number(summary, "page_size_bytes", c->page_size);
	js_states(summary, "states", &answer->totals);
	js_decisions(summary, &answer->totals, answer->detail, c->page_size);
	swaps_json(summary, answer->swap_types);
	js_flags(summary, "detail", &names_detail, answer->detail);
	withheld_json(answer, summary);
	js_bool(summary, "consistent", !answer->changed);
	js_stall(summary, &answer->stall);
}

static int read_pages(struct pages_answer *answer)
{
	struct reading *reading = &answer->reading;
	int ret;

	reading->detail = answer->detail;
	reading->each = answer->c->options.each;
	reading->cookie = answer->selection.vmas.cookie;
	ret = select_pages(answer->c, &answer->selection, reading, take_run,
			   answer);
	answer->withheld |= reading->withheld;
	answer->changed |= reading->changed;
	stall_add(&answer->stall, &reading->stall);
	/* Also after a failure: what came until then is shown. */
	if (show_row(answer) && !ret)
		ret = -EIO;
	return ret;
}

/**
 * cmd_pages() - the command
 * @c: the run
 * @argc: 1 or 2
 * @argv: the PID, and a range or name
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_pages(struct context *c, int argc, char **argv)
{
	struct filter *filter = &c->options.filter;
	struct pages_answer answer = { .c = c };
	bool admin = true;
	int ret = parse_detail(c, c->options.detail, &answer.detail);

	if (!ret && c->options.list)
		ret = filter_places(filter, c->options.list, &c->failure);
	if (!ret)
		ret = select_open(c, argc, argv, &answer.selection);
	if (ret)
		return ret;
	if (c->target.kernel_thread)
		return say_kernel_thread(c, "pages", true);
	if (filter_needs_ksm(filter)) {
		ret = context_admin(c, &admin);
		filter->blind = !admin;
	}
	if (ret)
		return ret;
	answer.detail |= c->options.shown | filter_detail(filter);

	/* The dump does not say where VMAs end: so they are read first. */
	ret = select_read(c, &answer.selection);
	if (ret)
		goto out_free;
	answer.changed = answer.selection.changed;
	stall_add(&answer.stall, &answer.selection.vmas.stall);
	if (c->options.json)
		context_stream(c, "pages");
	else
		page_columns_begin(&answer);
	ret = read_pages(&answer);
	if (c->options.json)
		end_json(&answer);
	else if (page_columns_end(&answer) && !ret)
		ret = -EIO;
out_free:
	select_free(&answer.selection);
	return ret;
}
