// SPDX-License-Identifier: GPL-2.0
#include "ask_system.h"

#include <errno.h>
#include <string.h>

/* That there is no such cgroup is not that there is no module. */
static int explain(struct asker *asker, int ret)
{
	if (ret != -ENOENT || !asker->nl.reason[0])
		return ask_explain(asker, ret);
	fail(asker->failure, FAIL_KERNEL, ENOENT, "the kernel refuses: %s",
	     asker->nl.reason);
	fail_hint(asker->failure,
		  "the memory controller counts where cgroup.subtree_control of the cgroup above has memory");
	return -ENOENT;
}

static int on_lruvecs(const struct nlmsghdr *nlh, void *data)
{
	return decode_lruvecs(nlh, data);
}

/**
 * ask_lruvecs() - lists and generations
 * @asker: who asks
 * @query: of which cgroup and node
 * @lruvecs: filled; to be freed also after a failure
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_lruvecs(struct asker *asker, const struct system_query *query,
		struct lruvec_list *lruvecs)
{
	int ret;

	memset(lruvecs, 0, sizeof(*lruvecs));
	ret = nl_system(&asker->nl, true, MMLENS_CMD_LRU, query, on_lruvecs,
			lruvecs);
	return ret ? explain(asker, ret) : 0;
}

static int on_nodes(const struct nlmsghdr *nlh, void *data)
{
	return decode_nodes(nlh, data);
}

/**
 * ask_nodes() - zones, free memory and counters of each node
 * @asker: who asks
 * @nodes: filled; to be freed also after a failure
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_nodes(struct asker *asker, struct node_list *nodes)
{
	struct system_query query = { 0 };
	int ret;

	memset(nodes, 0, sizeof(*nodes));
	ret = nl_system(&asker->nl, true, MMLENS_CMD_NODE, &query, on_nodes,
			nodes);
	return ret ? explain(asker, ret) : 0;
}

static int on_peek(const struct nlmsghdr *nlh, void *data)
{
	return decode_peek(nlh, data);
}

/**
 * ask_peek() - one end of a list
 * @asker: who asks
 * @query: of which list
 * @peek: filled; to be freed also after a failure
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_peek(struct asker *asker, const struct system_query *query,
	     struct peek *peek)
{
	int ret;

	memset(peek, 0, sizeof(*peek));
	ret = nl_system(&asker->nl, false, MMLENS_CMD_PEEK, query, on_peek,
			peek);
	return ret ? explain(asker, ret) : 0;
}
