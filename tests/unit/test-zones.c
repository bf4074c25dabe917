// SPDX-License-Identifier: GPL-2.0
/* cli/node.c: free memory against the marks. */
#include "node.h"
#include "tap.h"

static struct mmlens_zone zones[] = {
	{ .zone = MMLENS_ZONE_KIND_DMA, .free = 100, .min = 10, .low = 20,
	  .high = 30, .promo = 40, .managed = 1000 },
	{ .zone = MMLENS_ZONE_KIND_NORMAL, .free = 250, .pending = -30,
	  .min = 100, .low = 200, .high = 300, .promo = 300,
	  .managed = 10000 },
};

static struct mmlens_zone_reserve reserves[] = {
	{ .pages = 60, .zone = MMLENS_ZONE_KIND_DMA,
	  .against = MMLENS_ZONE_KIND_NORMAL },
};

static const struct node node = {
	.zones = { zones, 2, 2 }, .reserves = { reserves, 1, 1 },
};

static void level(void)
{
	struct mmlens_zone zone = zones[1];

	equal(zone_free(&zone), 220);
	equal(zone_level(&zone), ZONE_BELOW_HIGH);
	zone.free = 330;
	equal(zone_level(&zone), ZONE_ABOVE_HIGH);
	zone.free = 229;
	equal(zone_level(&zone), ZONE_BELOW_LOW);
	zone.free = 129;
	equal(zone_level(&zone), ZONE_BELOW_MIN);
	/* More was taken than the counter knows. */
	zone.free = 5;
	equal(zone_free(&zone), 0);
}

static void room(void)
{
	struct node empty = { 0 };

	equal(node_highest(&node), MMLENS_ZONE_KIND_NORMAL);
	equal(zone_kept(&node, MMLENS_ZONE_KIND_DMA,
			MMLENS_ZONE_KIND_NORMAL), 60);
	equal(zone_kept(&node, MMLENS_ZONE_KIND_DMA, MMLENS_ZONE_KIND_DMA), 0);
	/* 100 - 20 - 60 and 220 - 200. */
	equal(node_room(&node, MMLENS_ZONE_KIND_NORMAL), 40);
	/* Only the lower zone, and all of it. */
	equal(node_room(&node, MMLENS_ZONE_KIND_DMA), 80);
	equal(node_room(&empty, node_highest(&empty)), 0);
}

static void columns(void)
{
	const struct mmlens_zone none = { 0 };

	equal(zone_top(&zones[0]), 40);
	equal(zone_top(&zones[1]), 300);
	equal(zone_column(&zones[1], 0, 60), 0);
	equal(zone_column(&zones[1], 150, 60), 20);
	equal(zone_column(&zones[1], 300, 60), 40);
	equal(zone_column(&zones[1], 5150, 60), 50);
	equal(zone_column(&zones[1], 10000, 60), 60);
	equal(zone_column(&zones[1], 20000, 60), 60);
	/* A zone without marks, and none at all. */
	check(zone_column(&none, 0, 60) <= 60);
	check(zone_column(&none, 1, 60) <= 60);
}

static const struct test tests[] = {
	{ "below which mark", level },
	{ "how much until kswapd is woken", room },
	{ "where in a bar", columns },
};

TAP_MAIN(tests)
