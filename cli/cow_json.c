// SPDX-License-Identifier: GPL-2.0
#include "cow.h"
#include "names_gen.h"
#include "vmas.h"

static void sums_json(const struct context *c, struct json_object *object,
		      const struct cow_sums *sums)
{
	js_states(object, "pages", &sums->totals);
	js_decisions(object, &sums->totals, DECISIONS, c->page_size);
	js_amount(object, "fork_shares", sums->fork.shared, c->page_size);
	js_amount(object, "fork_exclusive", sums->fork.exclusive, c->page_size);
	js_amount(object, "fork_left_out", sums->fork.left_out, c->page_size);
	js_number(object, "huge_splits", sums->splits);
	js_number(object, "huge_may_split", sums->may_split);
}

/**
 * cow_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 */
void cow_json(struct context *c, const struct cow_answer *answer)
{
	const struct vma_list *vmas = &answer->selection.vmas;
	struct json_object *array = js_array(c->root, "cow");
	struct json_object *summary = js_object(c->root, "summary"), *object;
	size_t i;

	for (i = 0; i < vmas->count; i++) {
		if (!cow_shows(answer, i))
			continue;
		object = js_item(array);
		vma_json(object, &vmas->list[i]);
		sums_json(c, object, &answer->sums[i]);
		js_done(array, c->options.pretty);
	}
	context_who(c, summary);
	js_hex(summary, "cookie", vmas->cookie);
	sums_json(c, summary, &answer->sum);
	js_number(summary, "page_size_bytes", c->page_size);
	js_flags(summary, "withheld", &names_detail, answer->admin ? 0 :
		 MMLENS_DETAIL_VERDICT | MMLENS_DETAIL_FORECAST);
	js_bool(summary, "consistent", !answer->changed);
	js_stall(summary, &answer->stall);
}
