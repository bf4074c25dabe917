// SPDX-License-Identifier: GPL-2.0
#include "mappers.h"
#include "names_gen.h"
#include "page_json.h"

static void mapper_json(struct json_object *object,
			const struct mmlens_mapper *mapper)
{
	char buf[NAME_MAX_LEN];

	if (mapper->pid)
		js_number(object, "pid", mapper->pid);
	js_text(object, "comm", (const char *)mapper->comm);
	js_number(object, "mm_users", mapper->mm_users);
	js_hex(object, "cookie", mapper->cookie);
	js_hex(object, "address", mapper->address);
	js_text(object, "state", name_of(&names_state, mapper->state, buf));
	js_text(object, "level", name_of(&names_level, mapper->level, buf));
	js_flags(object, "flags", &names_page_flag,
		 mapper_entry_flags(mapper));
	js_text(object, "verdict",
		name_of(&names_verdict, mapper->verdict, buf));
	js_text(object, "verdict_why",
		name_of(&names_why, mapper->verdict_why, buf));
}

static void page_object(const struct context *c, struct json_object *object,
			const struct mappers_answer *answer)
{
	const struct mmlens_page_run *run = mappers_page(answer);
	char text[PAGE_JSON_MAX];
	struct page_row row;
	struct json_object *page;

	if (!run)
		return;
	row = (struct page_row){ .run = *run, .pages = run->pages };
	page_json(&row, answer->walk.answer.withheld, c->page_size,
		  c->now, text);
	page = json_tokener_parse(text);
	if (!page)
		return;
	/* A frame is no place in an address space. */
	if (answer->by_frame) {
		json_object_object_del(page, "start");
		json_object_object_del(page, "end");
		json_object_object_del(page, "level");
	}
	json_object_object_add(object, "page", page);
}

/**
 * mappers_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 */
void mappers_json(struct context *c, const struct mappers_answer *answer)
{
	const char *key = answer->by_frame ? "pfn" : "sharers";
	struct json_object *array = js_array(c->root, key);
	struct json_object *summary = js_object(c->root, "summary");
	const struct mappers *mappers = &answer->mappers;
	size_t i;

	for (i = 0; i < mappers->count; i++) {
		mapper_json(js_item(array), &mappers->list[i]);
		js_done(array, c->options.pretty);
	}
	if (answer->by_frame) {
		js_hex(summary, "pfn", answer->frame);
	} else {
		context_who(c, summary);
		js_hex(summary, "cookie", mappers->cookie);
		js_hex(summary, "address", answer->address);
	}
	js_bool(summary, "mapped", mappers->has_page);
	page_object(c, summary, answer);
	js_number(summary, "found", mappers->count);
	js_number(summary, "address_spaces", answer->processes);
	js_bool(summary, "complete", mappers_complete(answer));
	if (mappers->unknown)
		js_bool(summary, "unknown", true);
	js_bool(summary, "consistent", !answer->changed);
	js_stall(summary, &mappers->stall);
}
