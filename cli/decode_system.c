// SPDX-License-Identifier: GPL-2.0
#include "decode_system.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attr.h"
#include "model.h"

/**
 * decode_lruvecs() - a message of a dump of lru
 * @nlh: the message: one lruvec
 * @lruvecs: added to
 *
 * Return: See decode.h.
 */
int decode_lruvecs(const struct nlmsghdr *nlh, struct lruvec_list *lruvecs)
{
	struct lruvec lruvec = { 0 }, *added;
	const struct nlattr *attr;
	bool seen = false;
	int ret = 0;

	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_SYSTEM_LRUVEC:
			ret = GET_STRUCT(attr, &lruvec.v, regime);
			seen = true;
			break;
		case MMLENS_A_SYSTEM_PATH:
			ret = attr_new_string(attr, &lruvec.path);
			break;
		case MMLENS_A_SYSTEM_SIZE:
			ret = ADD_STRUCT(attr, &lruvec.sizes, zone);
			break;
		case MMLENS_A_SYSTEM_GENERATIONS:
			ret = ADD_STRUCT(attr, &lruvec.generations, age);
			break;
		case MMLENS_A_SYSTEM_TIER:
			ret = ADD_STRUCT(attr, &lruvec.tiers, tier);
			break;
		}
		if (ret)
			goto out_clear;
	}
	ret = attr_check_end(nlh, attr);
	if (ret || !seen)
		goto out_clear;
	added = lruvec_add(lruvecs);
	if (!added) {
		ret = -ENOMEM;
		goto out_clear;
	}
	*added = lruvec;
	return 0;

out_clear:
	lruvec_clear(&lruvec);
	return ret;
}

/**
 * decode_nodes() - a message of a dump of nodes
 * @nlh: the message: one node
 * @nodes: added to
 *
 * Return: See decode.h.
 */
int decode_nodes(const struct nlmsghdr *nlh, struct node_list *nodes)
{
	struct node node = { 0 }, *added;
	const struct nlattr *attr;
	bool seen = false;
	int ret = 0;

	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_SYSTEM_NODE_STATE:
			ret = GET_STRUCT(attr, &node.state, kswapd);
			seen = true;
			break;
		case MMLENS_A_SYSTEM_LRU_COUNT:
			ret = ADD_STRUCT(attr, &node.counts, type);
			break;
		case MMLENS_A_SYSTEM_ZONES:
			ret = ADD_STRUCT(attr, &node.zones, zone);
			break;
		case MMLENS_A_SYSTEM_RESERVE:
			ret = ADD_STRUCT(attr, &node.reserves, against);
			break;
		case MMLENS_A_SYSTEM_FREE_BLOCKS:
			ret = ADD_STRUCT(attr, &node.blocks, order);
			break;
		}
		if (ret)
			goto out_clear;
	}
	ret = attr_check_end(nlh, attr);
	if (ret || !seen)
		goto out_clear;
	added = node_add(nodes);
	if (!added) {
		ret = -ENOMEM;
		goto out_clear;
	}
	*added = node;
	return 0;

out_clear:
	node_clear(&node);
	return ret;
}

static int get_file(const struct nlattr *nest, struct peek *peek)
{
	struct peek_file *file;
	const struct nlattr *attr;
	void *list = list_grow(peek->files.list, peek->files.count,
			       &peek->files.room, sizeof(*peek->files.list));
	int ret = 0;

	if (!list)
		return -ENOMEM;
	peek->files.list = list;
	file = &peek->files.list[peek->files.count++];
	memset(file, 0, sizeof(*file));
	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_FILE_INODE:
			ret = attr_u64(attr, &file->inode);
			break;
		case MMLENS_A_FILE_DEV_MAJOR:
			ret = attr_u32(attr, &file->dev_major);
			break;
		case MMLENS_A_FILE_DEV_MINOR:
			ret = attr_u32(attr, &file->dev_minor);
			break;
		case MMLENS_A_FILE_PATH:
			ret = attr_new_string(attr, &file->path);
			break;
		}
		if (ret)
			return ret;
	}
	return file->path ? 0 : -EBADMSG;
}

/**
 * decode_peek() - an answer to peek
 * @nlh: the message
 * @peek: filled; to be given back after a failure, too
 *
 * Return: See decode.h.
 */
int decode_peek(const struct nlmsghdr *nlh, struct peek *peek)
{
	const struct nlattr *attr;
	bool seen = false;
	int ret = 0;

	memset(peek, 0, sizeof(*peek));
	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_SYSTEM_LRUVEC:
			ret = GET_STRUCT(attr, &peek->v, regime);
			seen = true;
			break;
		case MMLENS_A_SYSTEM_GENERATIONS:
			ret = ADD_STRUCT(attr, &peek->generations, age);
			break;
		case MMLENS_A_SYSTEM_FOLIO:
			ret = ADD_STRUCT(attr, &peek->folios, order);
			if (!ret && peek->folios.list[peek->folios.count - 1].order > ORDER_MOST)
				ret = -EBADMSG;
			break;
		case MMLENS_A_SYSTEM_FILE:
			ret = get_file(attr, peek);
			break;
		}
		if (ret)
			return ret;
	}
	if (attr_check_end(nlh, attr))
		return -EBADMSG;
	return seen ? 0 : -EBADMSG;
}
