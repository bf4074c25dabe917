// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "mounts.h"
#include "names_gen.h"
#include "peek_answer.h"

static void file_json(const struct context *c, struct json_object *object,
		      const struct peek *peek,
		      const struct mmlens_lru_folio *folio, const char *mounts)
{
	const struct peek_file *file = peek_file_of(peek, folio);
	char device[24], path[8192];

	if (!peek_has_file(folio))
		return;
	if (folio->inode)
		js_number(object, "inode", folio->inode);
	snprintf(device, sizeof(device), "%u:%u", folio->dev_major,
		 folio->dev_minor);
	js_text(object, "dev", device);
	js_number(object, "offset_bytes", folio->index * c->page_size);
	if (!file && peek_block_device(folio, path, sizeof(path)))
		js_text(object, "block_device", path);
	if (!file)
		return;
	js_text(object, "path_in_filesystem", file->path);
	if (peek_path(mounts, file, path, sizeof(path)))
		js_text(object, "path", path);
}

static void folio_json(const struct context *c, struct json_object *object,
		       const struct peek_list *list,
		       const struct mmlens_lru_folio *folio,
		       const char *mounts, bool swap)
{
	char buf[NAME_MAX_LEN];

	js_hex(object, "pfn", folio->pfn);
	js_number(object, "pages", 1ULL << folio->order);
	js_text(object, "state", name_of(&names_state, folio->state, buf));
	js_flags(object, "flags", &names_page_flag, folio->flags);
	js_number(object, "mapcount", folio->mapcount);
	js_number(object, "refcount", folio->refcount);
	if (list->lru == MMLENS_LRU_GENERATION) {
		js_number(object, "generation",
			  list->peek.v.youngest - folio->younger);
		js_number(object, "younger", folio->younger);
		js_number(object, "tier", folio->tier);
	}
	js_text(object, "reclaim",
		peek_fate_name(peek_fate(folio, peek_younger(list), swap)));
	file_json(c, object, &list->peek, folio, mounts);
}

static void list_json(const struct context *c, struct json_object *object,
		      const struct peek_list *list, const char *mounts,
		      bool swap)
{
	const struct mmlens_generation *generation = peek_generation(list);
	const struct peek *peek = &list->peek;
	struct json_object *array;
	char buf[NAME_MAX_LEN];
	size_t i;

	cgroup_json(object, &list->lruvec->v, list->lruvec->path);
	js_text(object, "lru", name_of(&names_lru, list->lru, buf));
	js_text(object, "type", name_of(&names_lru_type, list->type, buf));
	if (generation) {
		js_number(object, "generation", generation->number);
		js_number(object, "younger", peek_younger(list));
		js_number(object, "age_ms", generation->age);
		js_text(object, "zone",
			name_of(&names_zone_kind, list->zone, buf));
	}
	array = js_array(object, "folios");
	for (i = 0; i < peek->folios.count; i++)
		folio_json(c, js_item(array), list, &peek->folios.list[i],
			   mounts, swap);
}

/**
 * peek_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 */
void peek_json(struct context *c, const struct peek_answer *answer)
{
	struct json_object *object = js_object(c->root, "lru"), *array;
	char buf[NAME_MAX_LEN], *mounts = mounts_read();
	struct backing backing;
	size_t i;

	backing_read(-1, &backing);
	js_text(object, "regime", lru_regime(&answer->lruvecs, buf));
	js_text(object, "end", name_of(&names_lru_end, answer->end, buf));
	array = js_array(object, "lists");
	for (i = 0; i < answer->lists.count; i++)
		list_json(c, js_item(array), &answer->lists.list[i], mounts,
			  backing_swaps(&backing));
	object = js_object(c->root, "summary");
	js_number(object, "count", answer->count);
	js_number(object, "left_out_lruvecs", answer->left_out);
	js_number(object, "page_size_bytes", c->page_size);
	free(mounts);
}
