// SPDX-License-Identifier: GPL-2.0
#include "names_gen.h"
#include "stand.h"
#include "vmas.h"

static void places_json(const struct context *c, struct json_object *object,
			const struct places *places)
{
	struct json_object *array = js_array(object, "places"), *item;
	char buf[NAME_MAX_LEN];
	size_t i;

	for (i = 0; i < places->count; i++) {
		const struct place *place = &places->list[i];

		item = js_item(array);
		js_text(item, "list", name_of(&names_lru, place->lru, buf));
		if (place_standing(place) > STANDS_FOURTH &&
		    standing_has_age(place_standing(place)))
			js_bool(item, "referenced", place->referenced);
		place_json(c, item, place);
		if (place->lru == MMLENS_LRU_UNEVICTABLE)
			js_number(item, "mlocked_pages", place->mlocked);
		js_number(item, "cgroup", place->cgroup);
		js_number(item, "node", place->node);
	}
	no_list_json(c, array, places);
	js_number(object, "resident_pages", places->resident);
}

/* Pages of each list, whatever its cgroup, node and generation. */
static void lists_json(struct json_object *object, const struct places *places)
{
	uint64_t pages[MMLENS_LRU_ISOLATED + 1] = { 0 };
	char buf[NAME_MAX_LEN];
	unsigned int lru;
	size_t i;

	for (i = 0; i < places->count; i++)
		if (places->list[i].lru <= MMLENS_LRU_ISOLATED)
			pages[places->list[i].lru] += places->list[i].pages;
	for (i = 0; i < TOTAL_STATES; i++)
		pages[MMLENS_LRU_NONE] += places->no_list[i];
	object = js_object(object, "lists");
	for (lru = 0; lru <= MMLENS_LRU_ISOLATED; lru++)
		if (pages[lru])
			js_number(object, name_of(&names_lru, lru, buf),
				  pages[lru]);
}

/* What reclaim could do with all that is resident. */
static void reclaim_json(struct json_object *object,
			 const struct places *places)
{
	static const char *const keys[RECLAIMS] = {
		[RECLAIM_CLEAN_FILE] = "clean_file_pages",
		[RECLAIM_DIRTY_FILE] = "dirty_file_pages",
		[RECLAIM_LAZYFREE] = "lazyfree_pages",
		[RECLAIM_SWAP] = "swap_pages",
		[RECLAIM_UNEVICTABLE] = "unevictable_pages",
		[RECLAIM_NO_LIST] = "no_list_pages",
	};
	unsigned int i;

	object = js_object(object, "reclaim");
	for (i = 0; i < RECLAIMS; i++)
		js_number(object, keys[i], places->reclaim[i]);
	js_number(object, "swap_free_bytes", swap_free());
}

/**
 * lru_pid_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 *
 * Return: 0.
 */
int lru_pid_json(struct context *c, const struct stand_answer *answer)
{
	struct json_object *object = stand_json_begin(c, "lru", answer);
	const struct vma_list *vmas = &answer->selection.vmas;
	struct json_object *array, *item;
	size_t i;

	reclaim_json(object, &answer->sum);
	places_json(c, object, &answer->sum);
	array = js_array(object, "vmas");
	for (i = 0; i < vmas->count; i++) {
		if (!answer->places[i].resident)
			continue;
		item = js_item(array);
		vma_json(item, &vmas->list[i]);
		places_json(c, item, &answer->places[i]);
		beside_json(item, &answer->places[i]);
	}
	lists_json(stand_json_summary(c, object, answer), &answer->sum);
	return 0;
}
