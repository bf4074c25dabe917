// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "lru.h"
#include "names_gen.h"

static void sums_json(struct json_object *object, const struct lru_sums *sums)
{
	js_number(object, "pages", lru_sums_pages(sums));
	js_number(object, "anon_pages",
		  lru_sums_type(sums, MMLENS_LRU_TYPE_ANON));
	js_number(object, "file_pages",
		  lru_sums_type(sums, MMLENS_LRU_TYPE_FILE));
	js_number(object, "unevictable_pages", sums->unevictable);
}

static uint64_t generation_pages(const struct lruvec *lruvec, uint64_t number,
				 unsigned int type)
{
	uint64_t pages = 0;
	size_t i;

	for (i = 0; i < lruvec->sizes.count; i++) {
		const struct mmlens_lru_size *size = &lruvec->sizes.list[i];

		if (size->lru == MMLENS_LRU_GENERATION &&
		    size->generation == number && size->type == type)
			pages += size->pages;
	}
	return pages;
}

static void generations_json(struct json_object *object,
			     const struct lruvec *lruvec)
{
	struct json_object *array = js_array(object, "generations");
	size_t i;

	for (i = 0; i < lruvec->generations.count; i++) {
		const struct mmlens_generation *g =
			&lruvec->generations.list[i];

		object = js_item(array);
		js_number(object, "generation", g->number);
		js_number(object, "younger", lruvec->v.youngest - g->number);
		js_number(object, "birth_ms", g->birth);
		js_number(object, "age_ms", g->age);
		js_number(object, "anon_pages",
			  generation_pages(lruvec, g->number,
					   MMLENS_LRU_TYPE_ANON));
		js_number(object, "file_pages",
			  generation_pages(lruvec, g->number,
					   MMLENS_LRU_TYPE_FILE));
	}
}

static void sizes_json(struct json_object *object, const struct lruvec *lruvec)
{
	struct json_object *array = js_array(object, "sizes");
	char buf[NAME_MAX_LEN];
	size_t i;

	for (i = 0; i < lruvec->sizes.count; i++) {
		const struct mmlens_lru_size *size = &lruvec->sizes.list[i];

		object = js_item(array);
		js_text(object, "lru", name_of(&names_lru, size->lru, buf));
		if (size->lru == MMLENS_LRU_GENERATION)
			js_number(object, "generation", size->generation);
		if (size->lru != MMLENS_LRU_UNEVICTABLE)
			js_text(object, "type",
				name_of(&names_lru_type, size->type, buf));
		js_text(object, "zone",
			name_of(&names_zone_kind, size->zone, buf));
		js_number(object, "pages", size->pages);
		if (size->counted)
			js_bool(object, "counted", true);
	}
}

static void tiers_json(struct json_object *object, const struct lruvec *lruvec)
{
	struct json_object *array = js_array(object, "tiers");
	char buf[NAME_MAX_LEN];
	size_t i;

	for (i = 0; i < lruvec->tiers.count; i++) {
		const struct mmlens_tier *tier = &lruvec->tiers.list[i];

		object = js_item(array);
		js_text(object, "type",
			name_of(&names_lru_type, tier->type, buf));
		js_number(object, "tier", tier->tier);
		js_number(object, "refaulted_pages", tier->refaulted);
		js_number(object, "evicted_pages", tier->evicted);
		js_number(object, "protected_pages", tier->protected);
		js_number(object, "average_refaulted_pages",
			  tier->average_refaulted);
		js_number(object, "average_total_pages", tier->average_total);
	}
}

static void lruvec_json(struct json_object *object, const struct lruvec *lruvec)
{
	struct lru_sums sums = { 0 };
	char buf[NAME_MAX_LEN];

	lru_sums_add(&sums, lruvec);
	cgroup_json(object, &lruvec->v, lruvec->path);
	js_text(object, "regime",
		name_of(&names_regime, lruvec->v.regime, buf));
	sums_json(object, &sums);
	js_number(object, "youngest", lruvec->v.youngest);
	js_number(object, "oldest_anon", lruvec->v.oldest_anon);
	js_number(object, "oldest_file", lruvec->v.oldest_file);
	generations_json(object, lruvec);
	sizes_json(object, lruvec);
	tiers_json(object, lruvec);
}

/* What was found stands beside the counters only if nothing was reckoned. */
static void node_json(struct json_object *object, const struct node *node,
		      const struct lru_sums *sums)
{
	struct json_object *array;
	char buf[NAME_MAX_LEN];
	size_t i;

	js_number(object, "node", node->state.node);
	array = js_array(object, "counters");
	for (i = 0; i < node->counts.count; i++) {
		const struct mmlens_lru_count *count = &node->counts.list[i];

		object = js_item(array);
		js_text(object, "lru", name_of(&names_lru, count->lru, buf));
		if (count->lru == MMLENS_LRU_ISOLATED)
			js_text(object, "type",
				name_of(&names_lru_type, count->type, buf));
		else if (!sums->counted)
			js_number(object, "found_pages",
				  lru_sums_counter(sums, count->lru));
		js_signed(object, "counted_pages", count->counted);
		js_signed(object, "pending_pages", count->pending);
	}
}

/* Those of a cgroup are not counted here. */
static void backing_json(struct json_object *object,
			 const struct backing *backing, bool all)
{
	if (all && backing->counted) {
		js_number(object, "dirty_pages", backing->dirty);
		js_number(object, "writeback_pages", backing->writeback);
	}
	js_number(object, "swap_bytes", backing->swap_bytes);
	js_number(object, "swap_free_bytes", backing->swap_free_bytes);
}

/**
 * lru_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 */
void lru_json(struct context *c, const struct lru_answer *answer)
{
	struct json_object *object = js_object(c->root, "lru"), *array;
	char buf[NAME_MAX_LEN];
	struct lru_sums sums;
	size_t i;

	lru_sum(&answer->lruvecs, -1, &sums);
	js_text(object, "regime", lru_regime(&answer->lruvecs, buf));
	js_bool(object, "switching", sums.lists && sums.generations);
	array = js_array(object, "lruvecs");
	for (i = 0; i < answer->lruvecs.count; i++) {
		lruvec_json(js_item(array), &answer->lruvecs.list[i]);
		js_done(array, c->options.pretty);
	}
	object = js_object(c->root, "summary");
	sums_json(object, &sums);
	js_number(object, "page_size_bytes", c->page_size);
	backing_json(object, &answer->backing, answer->nodes.count);
	if (!answer->nodes.count)
		return;
	array = js_array(c->root, "nodes");
	for (i = 0; i < answer->nodes.count; i++) {
		const struct node *node = &answer->nodes.list[i];

		lru_sum(&answer->lruvecs, node->state.node, &sums);
		node_json(js_item(array), node, &sums);
	}
}
