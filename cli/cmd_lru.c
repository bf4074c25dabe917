// SPDX-License-Identifier: GPL-2.0
/* mmlens lru: lists and generations of the whole system. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "lru.h"
#include "names_gen.h"
#include "text.h"

/**
 * lru_query() - what is asked for by --cgroup and --node
 * @c: the run
 * @query: filled
 *
 * Return: 0, or -errno with the failure told.
 */
int lru_query(struct context *c, struct system_query *query)
{
	const struct options *o = &c->options;
	uint64_t node;
	int ret = 0;

	memset(query, 0, sizeof(*query));
	if (o->node) {
		ret = arg_number(o->node, "a node", 0, UINT32_MAX, &node,
				 &c->failure);
		query->has_node = true;
		query->node = (uint32_t)node;
	}
	if (!ret && o->cgroup && cgroup_memory_disabled())
		ret = fail(&c->failure, FAIL_KERNEL, EOPNOTSUPP,
			   "the memory controller is off: no cgroup has pages of its own");
	if (!ret && o->cgroup) {
		ret = cgroup_id(o->cgroup, &query->cgroup, &c->failure);
		query->has_cgroup = true;
	}
	return ret;
}

/**
 * lru_regime() - where pages that are added go
 * @lruvecs: what was told
 * @buf: used for a name newer than this program
 *
 * Return: Its name.
 */
const char *lru_regime(const struct lruvec_list *lruvecs,
		       char buf[NAME_MAX_LEN])
{
	return name_of(&names_regime, lruvecs->count ?
		       lruvecs->list[0].v.regime : 0, buf);
}

/**
 * lru_generations() - are there generations to be told?
 * @lruvecs: what was told
 *
 * Return: true if some hold pages, or would if there were any.
 */
bool lru_generations(const struct lruvec_list *lruvecs)
{
	struct lru_sums sums;

	lru_sum(lruvecs, -1, &sums);
	return sums.generations ||
	       (!sums.lists && lruvecs->count &&
		lruvecs->list[0].v.regime == MMLENS_REGIME_GENERATIONS);
}

/**
 * lru_sum() - add up lruvecs
 * @lruvecs: what was told
 * @node: of which node, -1 for all
 * @sums: filled
 */
void lru_sum(const struct lruvec_list *lruvecs, int64_t node,
	     struct lru_sums *sums)
{
	size_t i;

	memset(sums, 0, sizeof(*sums));
	for (i = 0; i < lruvecs->count; i++)
		if (node < 0 || lruvecs->list[i].v.node == node)
			lru_sums_add(sums, &lruvecs->list[i]);
}

/**
 * cgroup_text() - name the cgroup of an lruvec
 * @lruvec: the lruvec
 * @to: filled, safe for a terminal
 * @size: room in @to
 *
 * Return: @to.
 */
const char *cgroup_text(const struct lruvec *lruvec, char *to, size_t size)
{
	size_t n;

	if (!lruvec->path || !*lruvec->path)
		n = (size_t)snprintf(to, size, "%llu",
				     (unsigned long long)lruvec->v.cgroup);
	else
		n = text_safe(lruvec->path, to, size);
	if (lruvec->v.removed && n < size)
		snprintf(to + n, size - n, " (removed)");
	return to;
}

/**
 * cgroup_json() - name the cgroup and the node of an lruvec
 * @object: where to
 * @v: the lruvec
 * @path: of its cgroup, or NULL
 */
void cgroup_json(struct json_object *object, const struct mmlens_lruvec *v,
		 const char *path)
{
	js_number(object, "node", v->node);
	if (!v->cgroup)
		return;
	js_number(object, "cgroup", v->cgroup);
	if (path)
		js_text(object, "path", path);
	if (v->removed)
		js_bool(object, "removed", true);
}

/* Of the nodes, only the one that is asked for is of interest. */
static void keep_node(struct node_list *nodes, uint32_t number)
{
	size_t i, kept = 0;

	for (i = 0; i < nodes->count; i++) {
		if (nodes->list[i].state.node == number)
			nodes->list[kept++] = nodes->list[i];
		else
			node_clear(&nodes->list[i]);
	}
	nodes->count = kept;
}

/**
 * lru_system() - lists and generations, by cgroup and node
 * @c: the run, the conversation open
 *
 * Return: 0, or -errno with the failure told.
 */
int lru_system(struct context *c)
{
	struct lru_answer answer = { 0 };
	struct system_query query;
	int ret = lru_query(c, &query);

	if (!ret)
		ret = ask_lruvecs(&c->asker, &query, &answer.lruvecs);
	/* The counters are those of all cgroups. */
	if (!ret && !query.has_cgroup)
		ret = ask_nodes(&c->asker, &answer.nodes);
	if (!ret && query.has_node)
		keep_node(&answer.nodes, query.node);
	if (!ret)
		backing_read(query.has_node ? (int64_t)query.node : -1,
			     &answer.backing);
	if (!ret && c->options.json)
		lru_json(c, &answer);
	else if (!ret)
		ret = lru_text(c, &answer);
	lruvec_list_free(&answer.lruvecs);
	node_list_free(&answer.nodes);
	return ret;
}

/* Options of the system's lists, which a process has none of. */
static int check_process(struct context *c)
{
	const struct options *o = &c->options;

	if (o->stats || o->node || o->cgroup || o->peek || o->count || o->list)
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "'lru' of a process takes none of --stats, --node, --cgroup, --peek, --count and --list");
	return 0;
}

/**
 * cmd_lru() - the command
 * @c: the run
 * @argc: 0 to 2
 * @argv: nothing for the system; or a PID, and a range or name
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_lru(struct context *c, int argc, char **argv)
{
	const struct options *o = &c->options;
	int ret;

	if (argc) {
		ret = check_process(c);
		return ret ? ret : lru_process(c, argc, argv);
	}
	if (!o->peek && (o->list || o->count))
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "'lru' takes --list and --count together with --peek only");
	if (o->peek && o->stats)
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "'lru --peek' does not take --stats");
	ret = nl_open(&c->asker.nl, &c->failure);
	if (ret)
		return ret;
	return o->peek ? lru_peek(c) : lru_system(c);
}
