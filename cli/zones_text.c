// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "text.h"
#include "zones.h"

/* Orders that there may be, more than any kernel has. */
#define ORDERS 16

/* kswapd gives a node up that it fails on so often: MAX_RECLAIM_RETRIES. */
#define FAILURES 16

/* Widest bar, and what stands before and behind it. */
#define BAR_MOST 160
#define NAME_WIDTH 10
#define SIZES_WIDTH 17

static const char *size(const struct context *c, uint64_t pages,
			char buf[SIZE_TEXT])
{
	return text_size(pages * c->page_size, c->options.bytes, buf);
}

static const char *amount(const struct context *c, uint64_t pages,
			  char buf[SIZE_AMOUNT])
{
	return text_amount(pages * c->page_size, c->options.bytes, buf);
}

static enum paint paint_of_level(enum zone_level level)
{
	switch (level) {
	case ZONE_BELOW_LOW:
		return PAINT_AWAY;
	case ZONE_BELOW_MIN:
		return PAINT_BAD;
	default:
		return PAINT_ANON;
	}
}

static const char *level_words(enum zone_level level)
{
	switch (level) {
	case ZONE_ABOVE_HIGH:
		return "above high";
	case ZONE_BELOW_HIGH:
		return "below high";
	case ZONE_BELOW_LOW:
		return "below low";
	case ZONE_BELOW_MIN:
		break;
	}
	return "below min";
}

/* The marks that a bar shows; that of promotion only if it is another. */
struct marks {
	const char *name[4];
	int column[4];
	size_t count;
};

static void find_marks(const struct mmlens_zone *zone, int columns,
		       struct marks *marks)
{
	const struct {
		const char *name;
		uint64_t pages;
	} all[] = {
		{ "min", zone->min }, { "low", zone->low },
		{ "high", zone->high }, { "promo", zone->promo },
	};
	size_t i;

	marks->count = zone->promo > zone->high ? 4 : 3;
	for (i = 0; i < marks->count; i++) {
		marks->name[i] = all[i].name;
		marks->column[i] = zone_column(zone, all[i].pages, columns);
	}
}

static bool is_marked(const struct marks *marks, int column)
{
	size_t i;

	for (i = 0; i < marks->count; i++)
		if (marks->column[i] == column)
			return true;
	return false;
}

static void zone_bar(const struct context *c, const struct mmlens_zone *zone,
		     int columns)
{
	int i, filled = zone_column(zone, zone_free(zone), columns);
	char line[BAR_MOST * 4 + 1], *to = line, free[SIZE_TEXT];
	enum paint paint = paint_of_level(zone_level(zone));
	char name[NAME_MAX_LEN], managed[SIZE_TEXT];
	bool utf8 = c->term.utf8;
	struct marks marks;
	int at = 0;
	size_t n;

	find_marks(zone, columns, &marks);
	for (i = 0; i < columns; i++) {
		if (is_marked(&marks, i))
			to = stpcpy(to, utf8 ? "\u2502" : "|");
		else if (i < filled)
			to = stpcpy(to, utf8 ? "\u2588" : "#");
		else
			to = stpcpy(to, utf8 ? "\u2591" : ".");
	}
	*to = '\0';
	printf("  %-*s%s%s%s", NAME_WIDTH - 2,
	       name_of(&names_zone_kind, zone->zone, name),
	       term_on(&c->term, paint), line, term_off(&c->term));
	/* To the byte, the table below has them. */
	if (!c->options.bytes)
		printf(" %s of %s", size(c, zone_free(zone), free),
		       size(c, zone->managed, managed));
	putchar('\n');

	printf("%s%*s", term_on(&c->term, PAINT_DIM), NAME_WIDTH, "");
	for (n = 0; n < marks.count; n++) {
		if (marks.column[n] < at || (at && marks.column[n] == at))
			continue;
		at += printf("%*s%s", marks.column[n] - at, "", marks.name[n]);
	}
	printf("%s\n", term_off(&c->term));
}

static void bars_text(const struct context *c, const struct node *node)
{
	/* Behind a bar stand two sizes. */
	int columns = c->term.width - NAME_WIDTH -
		      (c->options.bytes ? 0 : SIZES_WIDTH);
	size_t i;

	if (columns > BAR_MOST)
		columns = BAR_MOST;
	putchar('\n');
	say(&c->term, PAINT_HEAD,
	    "Free memory; two thirds of a bar go up to the highest mark + KEPT");
	for (i = 0; i < node->zones.count; i++) {
		struct mmlens_zone raised = zone_raised(node,
							&node->zones.list[i]);

		zone_bar(c, &raised, columns);
	}
}

static int zones_table(struct context *c, const struct node *node)
{
	static const struct column columns[] = {
		{ "ZONE", 0 }, { "FREE", SCOLS_FL_RIGHT },
		{ "MIN", SCOLS_FL_RIGHT }, { "LOW", SCOLS_FL_RIGHT },
		{ "HIGH", SCOLS_FL_RIGHT }, { "PROMO", SCOLS_FL_RIGHT },
		{ "BOOST", SCOLS_FL_RIGHT }, { "KEPT", SCOLS_FL_RIGHT },
		{ "MANAGED", SCOLS_FL_RIGHT }, { "FREE IS", 0 },
	};
	struct table table;
	size_t i, j;

	putchar('\n');
	table_begin(&table, &c->term, columns, 10, true);
	for (i = 0; i < node->zones.count; i++) {
		const struct mmlens_zone *zone = &node->zones.list[i];
		struct mmlens_zone raised = zone_raised(node, zone);
		enum zone_level level = zone_level(&raised);
		char buf[SIZE_TEXT], name[NAME_MAX_LEN];
		const uint64_t values[] = {
			zone_free(zone), zone->min, zone->low, zone->high,
			zone->promo, zone->boost,
			raised.low - zone->low, zone->managed,
		};

		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "  %s",
			   name_of(&names_zone_kind, zone->zone, name));
		for (j = 0; j < sizeof(values) / sizeof(values[0]); j++)
			table_cell(&table, j + 1, PAINT_NONE, "%s", values[j] ?
				   size(c, values[j], buf) : "-");
		table_cell(&table, 9, paint_of_level(level), "%s%s",
			   level_words(level),
			   raised.low > zone->low ? " + kept" : "");
	}
	return context_table(c, table_end(&table));
}

static void kswapd_text(const struct context *c, const struct node *node)
{
	const struct mmlens_node_state *state = &node->state;
	char name[NAME_MAX_LEN], buf[SIZE_AMOUNT];

	switch (state->kswapd) {
	case MMLENS_KSWAPD_NONE:
		say(&c->term, PAINT_NONE,
		    "This node has no kswapd: nothing is reclaimed ahead of need.");
		return;
	case MMLENS_KSWAPD_ASLEEP:
		say(&c->term, PAINT_NONE, "kswapd is asleep.");
		break;
	default:
		say(&c->term, PAINT_AWAY,
		    "kswapd is awake: it reclaims until one zone has more than HIGH + KEPT free.");
	}
	if (state->kswapd_asked)
		say(&c->term, PAINT_NONE,
		    "Since it last began a run it was asked for blocks of order %u, %s, in zones up to %s.",
		    state->kswapd_order,
		    amount(c, 1ULL << (state->kswapd_order & 31), buf),
		    name_of(&names_zone_kind, state->kswapd_zone, name));
	if (state->kswapd_failures >= FAILURES)
		say(&c->term, PAINT_BAD,
		    "It found nothing to reclaim %u times in a row, and has given the node up until others free memory.",
		    state->kswapd_failures);
	else if (state->kswapd_failures)
		say(&c->term, PAINT_AWAY,
		    "It found nothing to reclaim %u times in a row; after %u it gives the node up.",
		    state->kswapd_failures, FAILURES);
}

static bool all_below_min(const struct node *node)
{
	size_t i;

	for (i = 0; i < node->zones.count; i++) {
		const struct mmlens_zone *zone = &node->zones.list[i];

		if (zone_free(zone) >= zone->min +
		    zone_kept(node, zone->zone, node_highest(node)))
			return false;
	}
	return true;
}

/* What happens next to an allocation that may use all zones of the node. */
static void next_text(const struct context *c, const struct node *node,
		      bool alone)
{
	uint64_t room = node_room(node, node_highest(node));
	char buf[SIZE_AMOUNT];

	if (room)
		say(&c->term, PAINT_NONE,
		    "About %s more can be allocated before all zones are below LOW + KEPT%s.",
		    amount(c, room, buf), alone ? ", and kswapd is woken" :
		    "; when those of other nodes are, too, kswapd is woken");
	else if (all_below_min(node))
		say(&c->term, PAINT_BAD,
		    "All zones are below MIN + KEPT: most allocations reclaim memory themselves, and wait for it%s.",
		    alone ? "" : ", unless another node has some");
	else if (node->state.kswapd == MMLENS_KSWAPD_ASLEEP)
		say(&c->term, PAINT_AWAY,
		    "All zones are below LOW + KEPT: the next allocation wakes kswapd%s.",
		    alone ? "" : ", unless another node has some");
	else
		say(&c->term, PAINT_AWAY, "All zones are below LOW + KEPT.");
}

static uint64_t blocks_of(const struct node *node, uint32_t zone,
			  uint32_t order)
{
	size_t i;

	for (i = 0; i < node->blocks.count; i++)
		if (node->blocks.list[i].zone == zone &&
		    node->blocks.list[i].order == order)
			return node->blocks.list[i].blocks;
	return 0;
}

static int blocks_text(struct context *c, const struct node *node)
{
	struct column columns[ORDERS + 1] = { { "ZONE", 0 } };
	char names[ORDERS][SIZE_TEXT], buf[NAME_MAX_LEN];
	uint32_t order, orders = 0;
	struct table table;
	uint64_t blocks;
	size_t i;

	for (i = 0; i < node->blocks.count; i++)
		if (node->blocks.list[i].order >= orders &&
		    node->blocks.list[i].order < ORDERS)
			orders = node->blocks.list[i].order + 1;
	if (!orders)
		return 0;
	for (order = 0; order < orders; order++) {
		text_size(c->page_size << order, false, names[order]);
		columns[order + 1] = (struct column){ names[order],
						      SCOLS_FL_RIGHT };
	}
	putchar('\n');
	say(&c->term, PAINT_HEAD, "Free blocks by their size");
	table_begin(&table, &c->term, columns, orders + 1, true);
	for (i = 0; i < node->zones.count; i++) {
		uint32_t zone = node->zones.list[i].zone;

		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "  %s",
			   name_of(&names_zone_kind, zone, buf));
		for (order = 0; order < orders; order++) {
			blocks = blocks_of(node, zone, order);
			table_cell(&table, order + 1, blocks ? PAINT_NONE :
				   PAINT_DIM, "%" PRIu64, blocks);
		}
	}
	return context_table(c, table_end(&table));
}

static int node_text(struct context *c, const struct node *node, bool alone)
{
	uint64_t free = 0, managed = 0;
	char a[SIZE_TEXT], b[SIZE_TEXT];
	size_t i;
	int ret;

	for (i = 0; i < node->zones.count; i++) {
		free += zone_free(&node->zones.list[i]);
		managed += node->zones.list[i].managed;
	}
	say(&c->term, PAINT_HEAD, "Node %u: %s free of %s", node->state.node,
	    size(c, free, a), size(c, managed, b));
	kswapd_text(c, node);
	if (!node->zones.count) {
		puts("It has no memory.");
		return context_output(c);
	}
	next_text(c, node, alone);
	bars_text(c, node);
	ret = zones_table(c, node);
	return ret ? ret : blocks_text(c, node);
}

static const char *setting_words(enum setting setting, const char *value)
{
	switch (setting) {
	case SETTING_SWAPPINESS:
		return "0 to 200: more swaps out more, less drops more pages of files";
	case SETTING_MIN_FREE:
		return "MIN of all zones together, in KiB; the other marks follow";
	case SETTING_SCALE:
		return "step between marks, in 10,000ths of a zone; at least a quarter of MIN";
	case SETTING_BOOST:
		return "most BOOST, in 10,000ths of HIGH; 0: none";
	case SETTING_ZONE_RECLAIM:
		return strcmp(value, "0") ?
		       "a node is reclaimed before others are used" :
		       "other nodes are used before one is reclaimed";
	case SETTINGS:
		break;
	}
	return "";
}

static int settings_text(struct context *c, const struct settings *settings)
{
	static const struct column columns[] = {
		{ "", 0 }, { "", SCOLS_FL_RIGHT }, { "", COLUMN_WORDS },
	};
	struct table table;
	unsigned int i;

	putchar('\n');
	say(&c->term, PAINT_HEAD, "Settings, in /proc/sys/vm");
	table_begin(&table, &c->term, columns, 3, false);
	for (i = 0; i < SETTINGS; i++) {
		if (!settings->text[i][0])
			continue;
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "  %s", setting_name(i));
		table_cell(&table, 1, PAINT_HEAD, "%s", settings->text[i]);
		table_cell(&table, 2, PAINT_DIM, "%s",
			   setting_words(i, settings->text[i]));
	}
	return context_table(c, table_end(&table));
}

/**
 * zones_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int zones_text(struct context *c, const struct zones_answer *answer)
{
	size_t i, count = answer->nodes.count;
	int ret = 0;

	for (i = 0; i < count && !ret; i++) {
		if (i)
			putchar('\n');
		ret = node_text(c, &answer->nodes.list[i],
				count == 1 && !c->options.node);
	}
	if (!ret) {
		putchar('\n');
		say(&c->term, PAINT_DIM,
		    "When all zones are below LOW, kswapd is woken; when one is above HIGH, it sleeps. Below MIN, allocations reclaim themselves. KEPT is added to the marks of a zone for allocations that could use a higher one. BOOST, part of the marks, rises for a time when kinds of pages get mixed. PROMO is where kswapd sleeps instead while pages are promoted from slower memory.");
		ret = settings_text(c, &answer->settings);
	}
	return ret;
}
