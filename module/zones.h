/* SPDX-License-Identifier: GPL-2.0 */
/* Nodes and their zones: what is free, and from where on reclaim begins. */
#ifndef MMLENS_ZONES_H
#define MMLENS_ZONES_H

#include <linux/mmzone.h>
#include <linux/mmlens.h>

/* The five lists, and isolated pages of both types. */
#define MMLENS_LRU_COUNTS	(NR_LRU_LISTS + ANON_AND_FILE)
#define MMLENS_ORDERS		ARRAY_SIZE(((struct zone *)NULL)->free_area)

/**
 * struct mmlens_node - what is told of a node
 * @state: of the node
 * @count: its counters of the LRU
 * @zones: how many zones hold memory
 * @zone: these
 * @reserve: for each of them, what it keeps from allocations for each zone
 * @blocks: for each of them, free blocks of each order
 */
struct mmlens_node {
	struct mmlens_node_state state;
	struct mmlens_lru_count count[MMLENS_LRU_COUNTS];
	unsigned int zones;
	struct mmlens_zone zone[MAX_NR_ZONES];
	struct mmlens_zone_reserve reserve[MAX_NR_ZONES][MAX_NR_ZONES];
	struct mmlens_free_blocks blocks[MAX_NR_ZONES][MMLENS_ORDERS];
};

enum mmlens_zone_kind mmlens_zone_kind(enum zone_type zone);
enum mmlens_lru mmlens_lru_of_list(enum lru_list list);
void mmlens_node_read(int nid, struct mmlens_node *node);

#endif
