// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bar.h"
#include "lru.h"
#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "text.h"

/* A person wants to see the largest cgroups; --stats shows all. */
#define CGROUPS_SHOWN 16

/* Widest bar, and what the other columns of the picture take. */
#define BAR_MOST 48
#define BAR_LEAST 6
#define PICTURE_TEXT 57

/* Room for an age, or for the youngest and the oldest of several. */
#define AGES_TEXT (SIZE_TEXT * 2 + 8)

static const char *size(const struct context *c, uint64_t pages,
			char buf[SIZE_TEXT])
{
	return text_size(pages * c->page_size, c->options.bytes, buf);
}

static void size_cell(const struct context *c, struct table *table,
		      size_t column, enum paint paint, uint64_t pages)
{
	char buf[SIZE_TEXT];

	table_cell(table, column, pages ? paint : PAINT_DIM, "%s",
		   pages ? size(c, pages, buf) : "-");
}

/* Generations of one rank in several cgroups were not born together. */
static const char *ages(const struct lru_place *place, char buf[AGES_TEXT])
{
	char least[SIZE_TEXT], most[SIZE_TEXT];

	buf[0] = '\0';
	if (!place->aged)
		return buf;
	text_age(place->least_ms, least);
	text_age(place->most_ms, most);
	if (strcmp(least, most) != 0)
		snprintf(buf, AGES_TEXT, "%s to %s", least, most);
	else
		snprintf(buf, AGES_TEXT, "%s", least);
	return buf;
}

/* How the picture of lists and generations is drawn. */
struct picture {
	struct context *c;
	struct table table;
	uint64_t most;		/* what fills a bar */
	int columns;		/* of a bar */
};

static void place_row(struct picture *p, const char *name,
		      const struct lru_place *place)
{
	static const enum paint paints[LRU_TYPES] = { PAINT_ANON, PAINT_FILE };
	char buf[AGES_TEXT], bar[BAR_TEXT(BAR_MOST)];
	size_t type;

	table_row(&p->table);
	table_cell(&p->table, 0, PAINT_NONE, "  %s", name);
	table_cell(&p->table, 1, PAINT_NONE, "%s", ages(place, buf));
	size_cell(p->c, &p->table, 2, PAINT_NONE, lru_place_pages(place));
	for (type = 0; type < LRU_TYPES; type++) {
		size_cell(p->c, &p->table, 3 + type * 2, PAINT_NONE,
			  place->pages[type]);
		table_cell(&p->table, 4 + type * 2, paints[type], "%s",
			   bar_text(place->pages[type], p->most, p->columns,
				    p->c->term.utf8, bar));
	}
}

/* A row without bars. */
static void sum_row(struct picture *p, const char *name, uint64_t pages,
		    const struct lru_sums *sums)
{
	size_t type;

	table_row(&p->table);
	table_cell(&p->table, 0, PAINT_NONE, "  %s", name);
	size_cell(p->c, &p->table, 2, PAINT_NONE, pages);
	for (type = 0; sums && type < LRU_TYPES; type++)
		size_cell(p->c, &p->table, 3 + type * 2, PAINT_NONE,
			  lru_sums_type(sums, (unsigned int)type));
}

static uint64_t largest(const struct lru_place *place, uint64_t most)
{
	size_t type;

	for (type = 0; type < LRU_TYPES; type++)
		if (place->pages[type] > most)
			most = place->pages[type];
	return most;
}

static int picture_text(struct context *c, const struct lru_sums *sums,
			bool generations)
{
	const struct column columns[] = {
		{ "", 0 }, { generations ? "AGE" : "", SCOLS_FL_RIGHT },
		{ "SIZE", SCOLS_FL_RIGHT }, { "ANON", SCOLS_FL_RIGHT },
		{ "", 0 }, { "FILE", SCOLS_FL_RIGHT }, { "", 0 },
	};
	struct picture p = { .c = c, .columns = (c->term.width -
						 PICTURE_TEXT) / 2 };
	char rank[NAME_MAX_LEN], name[NAME_MAX_LEN];
	unsigned int i, last = 0;
	bool differ = false;
	int ret;

	if (p.columns < BAR_LEAST)
		p.columns = BAR_LEAST;
	if (p.columns > BAR_MOST)
		p.columns = BAR_MOST;
	p.most = largest(&sums->active, largest(&sums->inactive, 0));
	for (i = 0; i < LRU_GENERATIONS; i++) {
		p.most = largest(&sums->generation[i], p.most);
		differ |= sums->generation[i].aged &&
			  sums->generation[i].least_ms !=
			  sums->generation[i].most_ms;
		if (lru_place_pages(&sums->generation[i]))
			last = i;
	}
	putchar('\n');
	table_begin(&p.table, &c->term, columns, 7, true);
	for (i = 0; i <= last && (generations || sums->generations); i++) {
		snprintf(name, sizeof(name), "%.16s gen", text_rank(i, rank));
		place_row(&p, name, &sums->generation[i]);
	}
	if (!generations || sums->lists) {
		place_row(&p, "active", &sums->active);
		place_row(&p, "inactive", &sums->inactive);
	}
	sum_row(&p, "unevictable", sums->unevictable, NULL);
	sum_row(&p, "all", lru_sums_pages(sums), sums);
	ret = context_table(c, table_end(&p.table));
	if (!ret && differ)
		say(&c->term, PAINT_DIM,
		    "Each cgroup has generations of its own: those of one rank were not born together.");
	return ret;
}

static int zones_text(struct context *c, const struct lru_sums *sums)
{
	static const struct column columns[] = {
		{ "ZONE", 0 }, { "ANON", SCOLS_FL_RIGHT },
		{ "FILE", SCOLS_FL_RIGHT }, { "UNEVICTABLE", SCOLS_FL_RIGHT },
	};
	char buf[NAME_MAX_LEN];
	struct table table;
	unsigned int zone;
	size_t i;

	putchar('\n');
	table_begin(&table, &c->term, columns, 4, true);
	for (zone = 0; zone < ZONE_KINDS; zone++) {
		const uint64_t *pages = sums->zone[zone];

		if (!pages[0] && !pages[1] && !pages[2])
			continue;
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "  %s",
			   name_of(&names_zone_kind, zone, buf));
		for (i = 0; i <= LRU_TYPES; i++)
			size_cell(c, &table, 1 + i, PAINT_NONE, pages[i]);
	}
	return context_table(c, table_end(&table));
}

static bool empty_tier(const struct mmlens_tier *tier)
{
	return !tier->refaulted && !tier->evicted && !tier->protected &&
	       !tier->average_refaulted && !tier->average_total;
}

static int tiers_text(struct context *c, const struct lru_sums *sums)
{
	static const struct column columns[] = {
		{ "TIER", 0 }, { "REFAULTED", SCOLS_FL_RIGHT },
		{ "EVICTED", SCOLS_FL_RIGHT }, { "SPARED", SCOLS_FL_RIGHT },
		{ "BEFORE: REFAULTED", SCOLS_FL_RIGHT },
		{ "OF", SCOLS_FL_RIGHT },
	};
	struct table table;
	size_t type, tier, i;
	bool any = false;

	putchar('\n');
	say(&c->term, PAINT_HEAD,
	    "What reclaim has learned of tiers, in pages");
	table_begin(&table, &c->term, columns, 6, true);
	for (type = 0; type < LRU_TYPES; type++) {
		for (tier = 0; tier < LRU_TIERS; tier++) {
			const struct mmlens_tier *t = &sums->tier[type][tier];
			const uint64_t values[] = {
				t->refaulted, t->evicted, t->protected,
				t->average_refaulted, t->average_total,
			};
			char buf[SIZE_TEXT * 2];

			if (empty_tier(t))
				continue;
			any = true;
			table_row(&table);
			table_cell(&table, 0, type ? PAINT_FILE : PAINT_ANON,
				   "  %s %zu", type ? "file" : "anon", tier);
			for (i = 0; i < 5; i++)
				table_cell(&table, 1 + i, PAINT_NONE, "%s",
					   text_count(values[i], buf));
		}
	}
	if (table_end(&table))
		return fail_memory(&c->failure);
	if (any)
		say(&c->term, PAINT_DIM,
		    "Of all cgroups shown together. Pages of a tier were used about as often by read and write. Where a tier refaults more than tier 0, its pages are spared: they move to a younger generation instead of being evicted.");
	else
		puts("  Nothing yet, as nothing was evicted.");
	return context_output(c);
}

/* The age of the oldest generation that holds pages. */
static const char *oldest(const struct lru_sums *sums, char buf[SIZE_TEXT])
{
	unsigned int i;

	for (i = LRU_GENERATIONS; i--;)
		if (sums->generation[i].aged)
			return text_age(sums->generation[i].most_ms, buf);
	return "-";
}

/* Columns of the cgroups, those at the end only where they tell something. */
struct cgroup_columns {
	bool generations;
	bool unevictable;
	bool nodes;		/* there are several */
};

static void cgroup_row(struct context *c, struct table *table,
		       const struct lruvec *lruvec,
		       const struct cgroup_columns *has)
{
	char buf[4096], age[SIZE_TEXT];
	struct lru_sums sums = { 0 };
	size_t column = 0;

	lru_sums_add(&sums, lruvec);
	table_row(table);
	size_cell(c, table, column++, PAINT_NONE, lru_sums_pages(&sums));
	size_cell(c, table, column++, PAINT_ANON,
		  lru_sums_type(&sums, MMLENS_LRU_TYPE_ANON));
	size_cell(c, table, column++, PAINT_FILE,
		  lru_sums_type(&sums, MMLENS_LRU_TYPE_FILE));
	size_cell(c, table, column++, PAINT_NONE, lru_sums_cold(&sums));
	if (has->generations)
		table_cell(table, column++, PAINT_NONE, "%s",
			   oldest(&sums, age));
	if (has->unevictable)
		size_cell(c, table, column++, PAINT_NONE, sums.unevictable);
	if (has->nodes)
		table_cell(table, column++, PAINT_NONE, "%u", lruvec->v.node);
	table_cell(table, column, lruvec->v.removed ? PAINT_DIM : PAINT_NONE,
		   "%s", cgroup_text(lruvec, buf, sizeof(buf)));
}

/* What is left out, and what is not in the figures. */
static void rest_text(struct context *c, const struct lruvec **list,
		      size_t shown, size_t count)
{
	uint64_t pages = 0;
	char buf[SIZE_TEXT];
	size_t i;

	for (i = shown; i < count; i++)
		pages += lruvec_pages(list[i]);
	if (pages)
		say(&c->term, PAINT_NONE,
		    "And %zu more with %s together; --stats shows all.",
		    count - shown, size(c, pages, buf));
	say(&c->term, PAINT_DIM,
	    "Each cgroup's own pages, without those of cgroups below it.");
}

static int cgroup_table(struct context *c, const struct lruvec **list,
			size_t count, const struct cgroup_columns *has)
{
	const struct {
		bool shown;
		struct column column;
	} all[] = {
		{ true, { "   SIZE", SCOLS_FL_RIGHT } },
		{ true, { "ANON", SCOLS_FL_RIGHT } },
		{ true, { "FILE", SCOLS_FL_RIGHT } },
		{ true, { "INACTIVE", SCOLS_FL_RIGHT } },
		{ has->generations, { "OLDEST", SCOLS_FL_RIGHT } },
		{ has->unevictable, { "UNEVICTABLE", SCOLS_FL_RIGHT } },
		{ has->nodes, { "NODE", SCOLS_FL_RIGHT } },
		{ true, { "CGROUP", COLUMN_WORDS } },
	};
	struct column columns[sizeof(all) / sizeof(all[0])];
	struct table table;
	size_t i, n = 0;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].shown)
			columns[n++] = all[i].column;
	putchar('\n');
	table_begin(&table, &c->term, columns, n, true);
	for (i = 0; i < count; i++)
		cgroup_row(c, &table, list[i], has);
	return context_table(c, table_end(&table));
}

static int cgroups_text(struct context *c, const struct lruvec_list *lruvecs,
			const struct lru_sums *sums, bool generations)
{
	struct cgroup_columns has = { .generations = generations,
				      .unevictable = sums->unevictable };
	const struct lruvec **list = calloc(lruvecs->count + 1, sizeof(*list));
	size_t i, count = 0, shown;
	int ret;

	if (!list)
		return fail_memory(&c->failure);
	for (i = 0; i < lruvecs->count; i++) {
		if (!lruvec_pages(&lruvecs->list[i]))
			continue;
		list[count++] = &lruvecs->list[i];
		has.nodes |= list[0]->v.node != lruvecs->list[i].v.node;
	}
	qsort(list, count, sizeof(*list), lruvec_largest_first);
	shown = c->options.stats || count < CGROUPS_SHOWN ? count :
		CGROUPS_SHOWN;
	ret = count ? cgroup_table(c, list, shown, &has) : 0;
	if (!ret && count)
		rest_text(c, list, shown, count);
	free(list);
	return ret;
}

/* Pages found, beyond what was counted. */
static int64_t count_off(const struct lru_sums *sums,
			 const struct mmlens_lru_count *count)
{
	return (int64_t)(lru_sums_counter(sums, count->lru) -
			 (uint64_t)count->counted - (uint64_t)count->pending);
}

static void counter_row(struct table *table, const struct lru_sums *sums,
			const struct mmlens_lru_count *count, bool *differs)
{
	char buf[NAME_MAX_LEN];
	int64_t difference;

	table_row(table);
	table_cell(table, 2, PAINT_NONE, "%" PRId64, (int64_t)count->counted);
	table_cell(table, 3, PAINT_NONE, "%+" PRId64, (int64_t)count->pending);
	if (count->lru == MMLENS_LRU_ISOLATED) {
		table_cell(table, 0, PAINT_NONE, "  isolated %s",
			   name_of(&names_lru_type, count->type, buf));
		table_cell(table, 1, PAINT_DIM, "-");
		return;
	}
	table_cell(table, 0, PAINT_NONE, "  %s",
		   name_of(&names_lru, count->lru, buf));
	table_cell(table, 1, PAINT_NONE, "%" PRIu64,
		   lru_sums_counter(sums, count->lru));
	difference = count_off(sums, count);
	table_cell(table, 4, difference ? PAINT_AWAY : PAINT_DIM, "%+" PRId64,
		   difference);
	*differs |= difference;
}

static int counters_text(struct context *c, const struct lru_answer *answer,
			 const struct node *node)
{
	static const struct column columns[] = {
		{ "PAGES", 0 }, { "FOUND", SCOLS_FL_RIGHT },
		{ "COUNTER", SCOLS_FL_RIGHT }, { "PENDING", SCOLS_FL_RIGHT },
		{ "DIFFERENCE", SCOLS_FL_RIGHT },
	};
	bool differs = false;
	struct lru_sums sums;
	struct table table;
	int ret;
	size_t i;

	lru_sum(&answer->lruvecs, node->state.node, &sums);
	if (sums.counted || !node->counts.count)
		return 0;
	putchar('\n');
	say(&c->term, PAINT_HEAD,
	    "Node %u: found in all cgroups, and the kernel's counters",
	    node->state.node);
	table_begin(&table, &c->term, columns, 5, true);
	for (i = 0; i < node->counts.count; i++)
		counter_row(&table, &sums, &node->counts.list[i], &differs);
	ret = context_table(c, table_end(&table));
	if (ret)
		return ret;
	say(&c->term, PAINT_DIM,
	    "Pending is what processors have counted and not yet added to the counter.");
	if (differs)
		say(&c->term, PAINT_DIM,
		    "They were read one after the other: what came, went or moved between makes the difference.");
	return context_output(c);
}

/* What --stats shows counter by counter. */
static int agreement_text(struct context *c, const struct lru_answer *answer)
{
	uint64_t difference = 0, pending = 0;
	char a[SIZE_TEXT * 2];
	struct lru_sums sums;
	size_t i, j;

	for (i = 0; i < answer->nodes.count; i++) {
		const struct node *node = &answer->nodes.list[i];

		lru_sum(&answer->lruvecs, node->state.node, &sums);
		if (sums.counted || !node->counts.count)
			return 0;
		for (j = 0; j < node->counts.count; j++) {
			const struct mmlens_lru_count *count =
				&node->counts.list[j];

			if (count->lru == MMLENS_LRU_ISOLATED)
				continue;
			difference += (uint64_t)llabs(count_off(&sums, count));
			pending += (uint64_t)llabs(count->pending);
		}
	}
	if (!answer->nodes.count)
		return 0;
	putchar('\n');
	if (difference)
		say(&c->term, PAINT_DIM,
		    "The kernel's own counters, read after the lists, differ by %s pages; --stats shows them.",
		    text_count(difference, a));
	else
		say(&c->term, PAINT_DIM,
		    "The kernel's own counters agree, with %s pages that processors have not added to them yet; --stats shows them.",
		    text_count(pending, a));
	return context_output(c);
}

static void headline(struct context *c, const struct lru_answer *answer,
		     const struct lru_sums *sums, bool generations)
{
	char buf[NAME_MAX_LEN], a[SIZE_TEXT], name[4096];
	const struct lruvec_list *lruvecs = &answer->lruvecs;

	say(&c->term, PAINT_HEAD, "LRU, %s: %s of pages%s%s",
	    lru_regime(lruvecs, buf), size(c, lru_sums_pages(sums), a),
	    c->options.cgroup && lruvecs->count ? " in cgroup " : "",
	    c->options.cgroup && lruvecs->count ?
	    cgroup_text(&lruvecs->list[0], name, sizeof(name)) : "");
	if (sums->lists && sums->generations)
		say(&c->term, PAINT_AWAY,
		    "The regime is being switched: both lists and generations hold pages.");
	if (generations)
		say(&c->term, PAINT_NONE,
		    "Reclaim takes from the oldest generation. The two youngest count as active, the others as inactive. Ages are since a generation became the youngest.");
	else
		say(&c->term, PAINT_NONE,
		    "Reclaim takes from the inactive lists. A page that is used again there becomes active; active ones that are not used become inactive.");
	if (lruvecs->count && !lruvecs->list[0].v.cgroup)
		say(&c->term, PAINT_NONE,
		    "The memory controller is off: there is one LRU for each node%s.",
		    sums->counted ?
		    ", and its lists are reckoned from counters" : "");
}

/* What reclaim has to do before a frame is free. */
static void backing_text(struct context *c, const struct backing *backing,
			 bool all, bool generations)
{
	uint64_t dirty = backing->dirty * c->page_size;
	uint64_t writeback = backing->writeback * c->page_size;
	char a[SIZE_AMOUNT], b[SIZE_AMOUNT];
	bool exact = c->options.bytes;

	putchar('\n');
	if (all && backing->counted)
		say(&c->term, PAINT_NONE,
		    "Clean file pages are dropped, dirty ones are written first: %s dirty, %s being written now.",
		    dirty ? text_amount(dirty, exact, a) : "none",
		    writeback ? text_amount(writeback, exact, b) : "none");
	if (!backing->swap_bytes)
		say(&c->term, PAINT_NONE,
		    "There is no swap: what counts as ANON, anonymous and shared memory, tmpfs too, stays.");
	else
		say(&c->term, PAINT_NONE,
		    "What counts as ANON, anonymous and shared memory, tmpfs too, goes to swap, of which %s of %s is free%s.",
		    text_amount(backing->swap_free_bytes, exact, a),
		    text_amount(backing->swap_bytes, exact, b),
		    backing->no_swapping ? "; but swappiness is 0" : "");
	if (generations && !backing_swaps(backing))
		say(&c->term, PAINT_AWAY,
		    "Anonymous pages that cannot be swapped out: an ageing makes the oldest generation of them the youngest anew, and their ages tell little.");
}

/**
 * lru_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int lru_text(struct context *c, const struct lru_answer *answer)
{
	const struct lruvec_list *lruvecs = &answer->lruvecs;
	struct lru_sums sums;
	bool generations;
	size_t i;
	int ret;

	lru_sum(lruvecs, -1, &sums);
	generations = lru_generations(lruvecs);
	headline(c, answer, &sums, generations);
	ret = picture_text(c, &sums, generations);
	if (!ret)
		backing_text(c, &answer->backing, answer->nodes.count,
			     generations);
	if (!ret && c->options.stats)
		ret = zones_text(c, &sums);
	if (!ret && c->options.stats && generations)
		ret = tiers_text(c, &sums);
	if (!ret && lruvecs->count && lruvecs->list[0].v.cgroup)
		ret = cgroups_text(c, lruvecs, &sums, generations);
	if (!ret && !c->options.stats)
		return agreement_text(c, answer);
	for (i = 0; i < answer->nodes.count && !ret; i++)
		ret = counters_text(c, answer, &answer->nodes.list[i]);
	return ret;
}
