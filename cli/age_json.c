// SPDX-License-Identifier: GPL-2.0
#include "ages.h"
#include "names_gen.h"
#include "vmas.h"

static void bucket_json(const struct context *c, struct json_object *object,
			const struct place *bucket)
{
	bool generation = bucket->lru == MMLENS_LRU_GENERATION;

	if (!generation) {
		js_text(object, "list",
			bucket->lru == MMLENS_LRU_ACTIVE_ANON ? "active" :
								"inactive");
		js_bool(object, "referenced", bucket->referenced);
	}
	place_json(c, object, bucket);
	if (generation) {
		js_number(object, "cgroup", bucket->cgroup);
		js_number(object, "node", bucket->node);
	}
}

static void no_age_json(const struct context *c, struct json_object *object,
			const struct places *places)
{
	struct json_object *array = js_array(object, "no_age"), *item;
	uint64_t pages[STANDINGS];
	char buf[NAME_MAX_LEN];
	unsigned int i;

	places_by_standing(places, pages);
	for (i = STANDS_UNEVICTABLE; i < STANDS_NOWHERE; i++) {
		if (!pages[i])
			continue;
		item = js_item(array);
		js_text(item, "list", name_of(&names_lru,
					      standing_lru(i), buf));
		js_pages(item, pages[i], c->page_size);
	}
	no_list_json(c, array, places);
}

static int ages_json(struct context *c, struct json_object *object,
		     const struct places *places)
{
	struct json_object *array = js_array(object, "buckets");
	struct places buckets;
	int ret = places_buckets(places, &buckets);
	size_t i;

	for (i = 0; !ret && i < buckets.count; i++)
		bucket_json(c, js_item(array), &buckets.list[i]);
	places_free(&buckets);
	no_age_json(c, object, places);
	return ret ? fail_memory(&c->failure) : 0;
}

static void steps_json(const struct context *c, struct json_object *object,
		       const struct places *places)
{
	struct json_object *older = js_array(object, "older_than");
	struct json_object *idle = js_array(object, "idle_for"), *item;
	size_t i;

	for (i = 0; i < AGE_STEPS; i++) {
		item = js_item(older);
		js_number(item, "age_ms", age_steps[i]);
		js_pages(item, places_older(places, c->now, age_steps[i]),
			 c->page_size);
		item = js_item(idle);
		js_number(item, "idle_ms", age_steps[i]);
		js_pages(item, places_idle(places, c->now, age_steps[i]),
			 c->page_size);
	}
}

/**
 * age_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int age_json(struct context *c, const struct stand_answer *answer)
{
	struct json_object *object = stand_json_begin(c, "age", answer);
	const struct vma_list *vmas = &answer->selection.vmas;
	struct json_object *array, *item;
	int ret = ages_json(c, object, &answer->sum);
	uint64_t least, most;
	size_t i;

	array = c->options.vmas ? js_array(object, "vmas") : NULL;
	for (i = 0; array && !ret && i < vmas->count; i++) {
		if (!answer->places[i].resident)
			continue;
		item = js_item(array);
		vma_json(item, &vmas->list[i]);
		js_number(item, "resident_pages", answer->places[i].resident);
		ret = ages_json(c, item, &answer->places[i]);
	}
	object = stand_json_summary(c, object, answer);
	steps_json(c, object, &answer->sum);
	if (last_ageing(c, answer, &least, &most))
		js_number(object, "last_ageing_age_ms", most);
	return ret;
}
