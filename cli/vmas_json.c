// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "names_gen.h"
#include "vmas.h"

/**
 * vma_json() - describe a VMA
 * @object: where to
 * @vma: the VMA
 */
void vma_json(struct json_object *object, const struct vma *vma)
{
	char perms[5], dev[32], buf[NAME_MAX_LEN];

	vma_perms(vma, perms);
	/* As /proc/PID/maps writes it. */
	snprintf(dev, sizeof(dev), "%02x:%02x", vma->v.dev_major,
		 vma->v.dev_minor);
	js_hex(object, "start", vma->v.start);
	js_hex(object, "end", vma->v.end);
	js_text(object, "perms", perms);
	js_text(object, "kind", name_of(&names_vma_kind, vma->v.kind, buf));
	js_flags(object, "flags", &names_vma_flag, vma->v.flags);
	js_number(object, "offset", vma->v.offset);
	js_text(object, "dev", dev);
	js_number(object, "inode", vma->v.inode);
	js_number(object, "page_size_bytes", vma->v.page_size);
	js_number(object, "pkey", vma->v.pkey);
	if (vma->name)
		js_text(object, "name", vma->name);
	if (vma->ops)
		js_text(object, "ops", vma->ops);
}

/**
 * vmas_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 */
void vmas_json(struct context *c, const struct vmas_answer *answer)
{
	const struct vma_list *vmas = &answer->selection.vmas;
	struct json_object *array = js_array(c->root, "vmas");
	struct json_object *summary = js_object(c->root, "summary");
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < vmas->count; i++) {
		const struct vma *vma = &vmas->list[i];
		struct json_object *object = js_item(array);

		vma_json(object, vma);
		if (answer->counted) {
			js_states(object, "pages", &answer->totals[i]);
			js_decisions(object, &answer->totals[i],
				     DECISIONS, c->page_size);
		}
		js_done(array, c->options.pretty);
		bytes += vma->v.end - vma->v.start;
	}
	context_who(c, summary);
	js_hex(summary, "cookie", vmas->cookie);
	js_number(summary, "vmas", vmas->count);
	js_number(summary, "bytes", bytes);
	if (answer->counted) {
		js_states(summary, "pages", &answer->sum);
		js_decisions(summary, &answer->sum, DECISIONS,
			     c->page_size);
	}
	js_bool(summary, "consistent", !answer->changed);
	js_stall(summary, &answer->stall);
}
