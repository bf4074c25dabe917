// SPDX-License-Identifier: GPL-2.0
#include "node.h"

#include <stdlib.h>
#include <string.h>

#include "model.h"

/**
 * node_add() - append an empty node
 * @nodes: the list
 *
 * Return: The new element, NULL without memory.
 */
struct node *node_add(struct node_list *nodes)
{
	void *list = list_grow(nodes->list, nodes->count, &nodes->room,
			       sizeof(*nodes->list));

	if (!list)
		return NULL;
	nodes->list = list;
	memset(&nodes->list[nodes->count], 0, sizeof(*nodes->list));
	return &nodes->list[nodes->count++];
}

/**
 * node_clear() - give back what a node holds
 * @node: the node, empty afterwards
 */
void node_clear(struct node *node)
{
	free(node->counts.list);
	free(node->zones.list);
	free(node->reserves.list);
	free(node->blocks.list);
	memset(node, 0, sizeof(*node));
}

/**
 * node_list_free() - give back a list of nodes
 * @nodes: the list, empty afterwards
 */
void node_list_free(struct node_list *nodes)
{
	size_t i;

	for (i = 0; i < nodes->count; i++)
		node_clear(&nodes->list[i]);
	free(nodes->list);
	memset(nodes, 0, sizeof(*nodes));
}

/**
 * zone_free() - free pages, those counted late among them
 * @zone: the zone
 *
 * Return: Pages.
 */
uint64_t zone_free(const struct mmlens_zone *zone)
{
	int64_t pages = (int64_t)(zone->free + (uint64_t)zone->pending);

	return pages < 0 ? 0 : (uint64_t)pages;
}

/**
 * zone_top() - the highest mark
 * @zone: the zone
 *
 * Return: Pages.
 */
uint64_t zone_top(const struct mmlens_zone *zone)
{
	return zone->promo > zone->high ? zone->promo : zone->high;
}

/**
 * zone_level() - where the free memory stands
 * @zone: the zone
 *
 * Return: Below which of its marks.
 */
enum zone_level zone_level(const struct mmlens_zone *zone)
{
	uint64_t pages = zone_free(zone);

	if (pages >= zone->high)
		return ZONE_ABOVE_HIGH;
	if (pages >= zone->low)
		return ZONE_BELOW_HIGH;
	return pages >= zone->min ? ZONE_BELOW_LOW : ZONE_BELOW_MIN;
}

/**
 * zone_kept() - what a zone keeps from allocations that could use a higher one
 * @node: the node
 * @zone: kind of the zone
 * @from: the highest kind that the allocation could use
 *
 * Return: Pages that are added to the zone's marks for them.
 */
uint64_t zone_kept(const struct node *node, uint32_t zone, uint32_t from)
{
	size_t i;

	for (i = 0; i < node->reserves.count; i++)
		if (node->reserves.list[i].zone == zone &&
		    node->reserves.list[i].against == from)
			return node->reserves.list[i].pages;
	return 0;
}

/**
 * zone_raised() - a zone as an ordinary allocation finds it
 * @node: the node
 * @zone: the zone
 *
 * Return: The zone, with what it keeps from such allocations in its marks.
 */
struct mmlens_zone zone_raised(const struct node *node,
			       const struct mmlens_zone *zone)
{
	uint64_t kept = zone_kept(node, zone->zone, node_highest(node));
	struct mmlens_zone raised = *zone;

	raised.min += kept;
	raised.low += kept;
	raised.high += kept;
	raised.promo += kept;
	return raised;
}

/**
 * node_highest() - the highest zone of a node
 * @node: the node
 *
 * Return: Its kind.
 */
uint32_t node_highest(const struct node *node)
{
	size_t count = node->zones.count;

	return count ? node->zones.list[count - 1].zone : 0;
}

/**
 * node_room() - what can be taken before no zone is above its low mark
 * @node: the node
 * @highest: the highest kind of zone that the allocations may use
 *
 * Return: Pages.
 */
uint64_t node_room(const struct node *node, uint32_t highest)
{
	uint64_t room = 0;
	size_t i;

	for (i = 0; i < node->zones.count; i++) {
		const struct mmlens_zone *zone = &node->zones.list[i];
		uint64_t low = zone->low + zone_kept(node, zone->zone, highest);
		uint64_t pages = zone_free(zone);

		if (zone->zone <= highest && pages > low)
			room += pages - low;
	}
	return room;
}

/**
 * zone_column() - where a number of pages stands in a bar of a zone
 * @zone: the zone
 * @pages: the number
 * @columns: length of the bar
 *
 * The marks are often a fiftieth of the zone. So two thirds of the bar go up to
 * the highest mark, and the rest from there to all that the zone manages.
 *
 * Return: The column, 0 to @columns.
 */
int zone_column(const struct mmlens_zone *zone, uint64_t pages, int columns)
{
	uint64_t top = zone_top(zone);
	int part = columns * 2 / 3;

	if (pages <= top)
		return top ? (int)((double)pages / (double)top * part + 0.5) :
		       part;
	if (pages >= zone->managed)
		return columns;
	return part + (int)((double)(pages - top) /
			    (double)(zone->managed - top) * (columns - part) +
			    0.5);
}
