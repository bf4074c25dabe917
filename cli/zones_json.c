// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "names_gen.h"
#include "zones.h"

static void blocks_json(struct json_object *object, const struct node *node,
			uint32_t zone)
{
	struct json_object *array = js_array(object, "free_blocks");
	size_t i;

	for (i = 0; i < node->blocks.count; i++) {
		const struct mmlens_free_blocks *free = &node->blocks.list[i];

		if (free->zone != zone)
			continue;
		object = js_item(array);
		js_number(object, "order", free->order);
		js_number(object, "blocks", free->blocks);
	}
}

static void reserve_json(struct json_object *object, const struct node *node,
			 uint32_t zone)
{
	char buf[NAME_MAX_LEN];
	size_t i;

	object = js_object(object, "reserve");
	for (i = 0; i < node->reserves.count; i++) {
		const struct mmlens_zone_reserve *kept = &node->reserves.list[i];

		if (kept->zone == zone)
			js_number(object, name_of(&names_zone_kind, kept->against,
						  buf), kept->pages);
	}
}

static void zone_json(struct json_object *object, const struct node *node,
		      const struct mmlens_zone *zone)
{
	char buf[NAME_MAX_LEN];

	js_number(object, "node", node->state.node);
	js_text(object, "zone", name_of(&names_zone_kind, zone->zone, buf));
	js_number(object, "free_pages", zone->free);
	js_signed(object, "pending_pages", zone->pending);
	js_number(object, "min_pages", zone->min);
	js_number(object, "low_pages", zone->low);
	js_number(object, "high_pages", zone->high);
	js_number(object, "promo_pages", zone->promo);
	js_number(object, "boost_pages", zone->boost);
	js_number(object, "managed_pages", zone->managed);
	js_number(object, "present_pages", zone->present);
	js_number(object, "spanned_pages", zone->spanned);
	js_number(object, "cma_pages", zone->cma);
	reserve_json(object, node, zone->zone);
	blocks_json(object, node, zone->zone);
}

static void kswapd_json(struct json_object *object,
			const struct mmlens_node_state *state)
{
	char buf[NAME_MAX_LEN];

	object = js_object(object, "kswapd");
	js_text(object, "state", name_of(&names_kswapd, state->kswapd, buf));
	if (state->kswapd == MMLENS_KSWAPD_NONE)
		return;
	js_bool(object, "asked", state->kswapd_asked);
	js_number(object, "order", state->kswapd_order);
	if (state->kswapd_asked)
		js_text(object, "highest_zone",
			name_of(&names_zone_kind, state->kswapd_zone, buf));
	js_number(object, "failures", state->kswapd_failures);
}

static void node_json(struct json_object *object, const struct node *node)
{
	struct json_object *array;
	char buf[NAME_MAX_LEN];
	size_t i;

	js_number(object, "node", node->state.node);
	js_number(object, "until_low_pages",
		  node_room(node, node_highest(node)));
	kswapd_json(object, &node->state);
	array = js_array(object, "counters");
	for (i = 0; i < node->counts.count; i++) {
		const struct mmlens_lru_count *count = &node->counts.list[i];

		object = js_item(array);
		js_text(object, "lru", name_of(&names_lru, count->lru, buf));
		if (count->lru == MMLENS_LRU_ISOLATED)
			js_text(object, "type",
				name_of(&names_lru_type, count->type, buf));
		js_signed(object, "counted_pages", count->counted);
		js_signed(object, "pending_pages", count->pending);
	}
}

static void settings_json(struct json_object *object,
			  const struct settings *settings)
{
	unsigned int i;

	object = js_object(object, "settings");
	for (i = 0; i < SETTINGS; i++)
		if (*settings->text[i])
			js_number(object, setting_name(i),
				  strtoull(settings->text[i], NULL, 10));
}

/**
 * zones_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 */
void zones_json(struct context *c, const struct zones_answer *answer)
{
	struct json_object *zones = js_array(c->root, "zones");
	struct json_object *nodes = js_array(c->root, "nodes");
	struct json_object *summary;
	uint64_t free = 0, managed = 0;
	size_t i, j;

	for (i = 0; i < answer->nodes.count; i++) {
		const struct node *node = &answer->nodes.list[i];

		for (j = 0; j < node->zones.count; j++) {
			zone_json(js_item(zones), node, &node->zones.list[j]);
			free += node->zones.list[j].free;
			managed += node->zones.list[j].managed;
		}
		node_json(js_item(nodes), node);
	}
	settings_json(c->root, &answer->settings);
	summary = js_object(c->root, "summary");
	js_number(summary, "free_pages", free);
	js_number(summary, "managed_pages", managed);
	js_number(summary, "page_size_bytes", c->page_size);
}
