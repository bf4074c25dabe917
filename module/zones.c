// SPDX-License-Identifier: GPL-2.0
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/vmstat.h>
#include <linux/wait.h>

#include "compat/node.h"
#include "zones.h"

/**
 * mmlens_zone_kind() - a zone by its name in the protocol
 * @zone: the zone's place in its node, which differs by configuration
 *
 * Context: Any.
 * Return: its kind.
 */
enum mmlens_zone_kind mmlens_zone_kind(enum zone_type zone)
{
	switch (zone) {
#ifdef CONFIG_ZONE_DMA
	case ZONE_DMA:
		return MMLENS_ZONE_KIND_DMA;
#endif
#ifdef CONFIG_ZONE_DMA32
	case ZONE_DMA32:
		return MMLENS_ZONE_KIND_DMA32;
#endif
#ifdef CONFIG_HIGHMEM
	case ZONE_HIGHMEM:
		return MMLENS_ZONE_KIND_HIGHMEM;
#endif
#ifdef CONFIG_ZONE_DEVICE
	case ZONE_DEVICE:
		return MMLENS_ZONE_KIND_DEVICE;
#endif
	case ZONE_MOVABLE:
		return MMLENS_ZONE_KIND_MOVABLE;
	default:
		return MMLENS_ZONE_KIND_NORMAL;
	}
}

/**
 * mmlens_lru_of_list() - a classic list by its name in the protocol
 * @list: the list
 *
 * Context: Any.
 * Return: its name.
 */
enum mmlens_lru mmlens_lru_of_list(enum lru_list list)
{
	switch (list) {
	case LRU_INACTIVE_ANON:
		return MMLENS_LRU_INACTIVE_ANON;
	case LRU_ACTIVE_ANON:
		return MMLENS_LRU_ACTIVE_ANON;
	case LRU_INACTIVE_FILE:
		return MMLENS_LRU_INACTIVE_FILE;
	case LRU_ACTIVE_FILE:
		return MMLENS_LRU_ACTIVE_FILE;
	default:
		return MMLENS_LRU_UNEVICTABLE;
	}
}

static void read_count(pg_data_t *pgdat, enum node_stat_item item,
		       struct mmlens_lru_count *count)
{
	unsigned int cpu;

	count->counted = atomic_long_read(&pgdat->vm_stat[item]);
	for_each_online_cpu(cpu)
		count->pending += per_cpu_ptr(pgdat->per_cpu_nodestats,
					      cpu)->vm_node_stat_diff[item];
}

static void read_counts(pg_data_t *pgdat, struct mmlens_lru_count *counts)
{
	struct mmlens_lru_count *count = counts;
	enum lru_list list;
	unsigned int type;

	for_each_lru(list) {
		*count = (struct mmlens_lru_count){
			.lru = mmlens_lru_of_list(list),
			.type = is_file_lru(list),
		};
		read_count(pgdat, NR_LRU_BASE + list, count++);
	}
	for (type = 0; type < ANON_AND_FILE; type++) {
		*count = (struct mmlens_lru_count){
			.lru = MMLENS_LRU_ISOLATED, .type = type,
		};
		read_count(pgdat, NR_ISOLATED_ANON + type, count++);
	}
}

static void read_state(pg_data_t *pgdat, struct mmlens_node_state *state)
{
	enum zone_type zone = READ_ONCE(pgdat->kswapd_highest_zoneidx);

	*state = (struct mmlens_node_state){
		.node = pgdat->node_id,
		.kswapd_order = READ_ONCE(pgdat->kswapd_order),
		.kswapd_failures = mmlens_kswapd_failures(pgdat),
	};
	/* Beyond all zones it stands while nobody wants anything. */
	if (zone < MAX_NR_ZONES) {
		state->kswapd_asked = 1;
		state->kswapd_zone = mmlens_zone_kind(zone);
	}
	if (!READ_ONCE(pgdat->kswapd))
		return;
	state->kswapd = MMLENS_KSWAPD_AWAKE;
	/* No barrier: it may do something else by the time this is read. */
	if (waitqueue_active(&pgdat->kswapd_wait))
		state->kswapd = MMLENS_KSWAPD_ASLEEP;
}

static s64 pending_free(struct zone *zone)
{
	s64 pending = 0;
	unsigned int cpu;

	for_each_online_cpu(cpu)
		pending += per_cpu_ptr(zone->per_cpu_zonestats,
				       cpu)->vm_stat_diff[NR_FREE_PAGES];
	return pending;
}

static void read_zone(struct zone *zone, struct mmlens_zone *told)
{
	unsigned long boost = READ_ONCE(zone->watermark_boost);

	*told = (struct mmlens_zone){
		.free = zone_page_state(zone, NR_FREE_PAGES),
		.boost = boost,
		.min = zone->_watermark[WMARK_MIN] + boost,
		.low = zone->_watermark[WMARK_LOW] + boost,
		.high = zone->_watermark[WMARK_HIGH] + boost,
		.promo = zone->_watermark[WMARK_PROMO] + boost,
		.spanned = zone->spanned_pages,
		.present = zone->present_pages,
		.managed = zone_managed_pages(zone),
		.cma = zone_cma_pages(zone),
		.pending = pending_free(zone),
		.zone = mmlens_zone_kind(zone_idx(zone)),
		.node = zone_to_nid(zone),
	};
}

static void read_blocks(struct zone *zone, struct mmlens_free_blocks *blocks)
{
	unsigned int order;

	for (order = 0; order < MMLENS_ORDERS; order++)
		blocks[order] = (struct mmlens_free_blocks){
			/* To be shown, as /proc/buddyinfo does. */
			.blocks = data_race(zone->free_area[order].nr_free),
			.zone = mmlens_zone_kind(zone_idx(zone)),
			.order = order,
		};
}

static void read_reserve(struct zone *zone, struct mmlens_zone_reserve *reserve)
{
	enum zone_type from;

	for (from = 0; from < MAX_NR_ZONES; from++)
		reserve[from] = (struct mmlens_zone_reserve){
			.pages = zone->lowmem_reserve[from],
			.zone = mmlens_zone_kind(zone_idx(zone)),
			.against = mmlens_zone_kind(from),
		};
}

/**
 * mmlens_node_read() - read what is told of a node
 * @nid: a node that is, or was, online
 * @node: filled
 *
 * Context: Any. Takes no lock, as /proc/zoneinfo and /proc/buddyinfo need none
 * for what they print: each figure is right, together they may be of
 * neighbouring moments.
 */
void mmlens_node_read(int nid, struct mmlens_node *node)
{
	pg_data_t *pgdat = NODE_DATA(nid);
	struct zone *zone;
	enum zone_type i;

	read_state(pgdat, &node->state);
	read_counts(pgdat, node->count);
	node->zones = 0;
	for (i = 0; i < MAX_NR_ZONES; i++) {
		zone = &pgdat->node_zones[i];
		if (!populated_zone(zone))
			continue;
		read_zone(zone, &node->zone[node->zones]);
		read_reserve(zone, node->reserve[node->zones]);
		read_blocks(zone, node->blocks[node->zones]);
		node->zones++;
	}
}
