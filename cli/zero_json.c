// SPDX-License-Identifier: GPL-2.0
#include "vmas.h"
#include "zero.h"

static void sums_json(const struct context *c, struct json_object *object,
		      const struct zero_sums *sums)
{
	js_number(object, "zero_pages", sums->small);
	js_number(object, "huge_zero_pages", sums->huge);
	js_number(object, "untouched_pages", sums->untouched);
	js_number(object, "reads_zero_bytes", zero_pages(sums) * c->page_size);
}

/**
 * zero_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 */
void zero_json(struct context *c, const struct zero_answer *answer)
{
	const struct vma_list *vmas = &answer->selection.vmas;
	struct json_object *array = js_array(c->root, "zero");
	struct json_object *summary = js_object(c->root, "summary"), *object;
	size_t i;

	for (i = 0; i < vmas->count; i++) {
		if (!zero_pages(&answer->sums[i]))
			continue;
		object = js_item(array);
		vma_json(object, &vmas->list[i]);
		sums_json(c, object, &answer->sums[i]);
		js_done(array, c->options.pretty);
	}
	context_who(c, summary);
	js_hex(summary, "cookie", vmas->cookie);
	sums_json(c, summary, &answer->sum);
	if (!answer->selection.range.given)
		js_number(summary, "rss_bytes", zero_rss(answer) *
			  c->page_size);
	js_number(summary, "page_size_bytes", c->page_size);
	js_bool(summary, "consistent", !answer->changed);
	js_stall(summary, &answer->stall);
}
