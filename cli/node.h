/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_NODE_H
#define MMLENS_NODE_H

#include "lruvec.h"

/* A node's zones and counters as the module told them. Pure. */

LIST_OF(node_counts, struct mmlens_lru_count);
LIST_OF(node_zones, struct mmlens_zone);
LIST_OF(node_reserves, struct mmlens_zone_reserve);
LIST_OF(node_blocks, struct mmlens_free_blocks);

struct node {
	struct mmlens_node_state state;
	struct node_counts counts;
	struct node_zones zones;	/* lowest first */
	struct node_reserves reserves;
	struct node_blocks blocks;
};

LIST_OF(node_list, struct node);

/* Where the free memory of a zone stands. */
enum zone_level {
	ZONE_ABOVE_HIGH,
	ZONE_BELOW_HIGH,
	ZONE_BELOW_LOW,
	ZONE_BELOW_MIN,
};

struct node *node_add(struct node_list *nodes);
void node_clear(struct node *node);
void node_list_free(struct node_list *nodes);

uint64_t zone_free(const struct mmlens_zone *zone);
uint64_t zone_top(const struct mmlens_zone *zone);
enum zone_level zone_level(const struct mmlens_zone *zone);
uint64_t zone_kept(const struct node *node, uint32_t zone, uint32_t from);
struct mmlens_zone zone_raised(const struct node *node,
			       const struct mmlens_zone *zone);
uint32_t node_highest(const struct node *node);
uint64_t node_room(const struct node *node, uint32_t highest);
int zone_column(const struct mmlens_zone *zone, uint64_t pages, int columns);

#endif
