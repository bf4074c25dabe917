// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	module/uapi/mmlens.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "genl_gen.h"

#include <uapi/linux/mmlens.h>

/* MMLENS_CMD_MM - do */
static const struct nla_policy mmlens_mm_nl_policy[MMLENS_A_QUERY_PID + 1] = {
	[MMLENS_A_QUERY_PAGEMAP_FD] = { .type = NLA_U32, },
	[MMLENS_A_QUERY_PID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* MMLENS_CMD_SHARER - dump */
static const struct nla_policy mmlens_sharer_nl_policy[MMLENS_A_QUERY_PID + 1] = {
	[MMLENS_A_QUERY_PAGEMAP_FD] = { .type = NLA_U32, },
	[MMLENS_A_QUERY_PID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* MMLENS_CMD_VMA - dump */
static const struct nla_policy mmlens_vma_nl_policy[MMLENS_A_QUERY_END + 1] = {
	[MMLENS_A_QUERY_PAGEMAP_FD] = { .type = NLA_U32, },
	[MMLENS_A_QUERY_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[MMLENS_A_QUERY_START] = { .type = NLA_U64, },
	[MMLENS_A_QUERY_END] = { .type = NLA_U64, },
};

/* MMLENS_CMD_PAGE - dump */
static const struct nla_policy mmlens_page_nl_policy[MMLENS_A_QUERY_EACH + 1] = {
	[MMLENS_A_QUERY_PAGEMAP_FD] = { .type = NLA_U32, },
	[MMLENS_A_QUERY_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[MMLENS_A_QUERY_START] = { .type = NLA_U64, },
	[MMLENS_A_QUERY_END] = { .type = NLA_U64, },
	[MMLENS_A_QUERY_DETAIL] = NLA_POLICY_MASK(NLA_U32, 0x1ff),
	[MMLENS_A_QUERY_EACH] = { .type = NLA_FLAG, },
};

/* MMLENS_CMD_WALK - do */
static const struct nla_policy mmlens_walk_nl_policy[MMLENS_A_QUERY_ADDRESS + 1] = {
	[MMLENS_A_QUERY_PAGEMAP_FD] = { .type = NLA_U32, },
	[MMLENS_A_QUERY_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[MMLENS_A_QUERY_ADDRESS] = { .type = NLA_U64, },
};

/* MMLENS_CMD_MAPPER - dump */
static const struct nla_policy mmlens_mapper_nl_policy[MMLENS_A_QUERY_FRAME + 1] = {
	[MMLENS_A_QUERY_PAGEMAP_FD] = { .type = NLA_U32, },
	[MMLENS_A_QUERY_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[MMLENS_A_QUERY_ADDRESS] = { .type = NLA_U64, },
	[MMLENS_A_QUERY_FRAME] = { .type = NLA_U64, },
};

/* MMLENS_CMD_LRU - dump */
static const struct nla_policy mmlens_lru_nl_policy[MMLENS_A_SYSTEM_NODE + 1] = {
	[MMLENS_A_SYSTEM_CGROUP] = { .type = NLA_U64, },
	[MMLENS_A_SYSTEM_NODE] = { .type = NLA_U32, },
};

/* MMLENS_CMD_PEEK - do */
static const struct nla_policy mmlens_peek_nl_policy[MMLENS_A_SYSTEM_COUNT + 1] = {
	[MMLENS_A_SYSTEM_CGROUP] = { .type = NLA_U64, },
	[MMLENS_A_SYSTEM_NODE] = { .type = NLA_U32, },
	[MMLENS_A_SYSTEM_LRU] = NLA_POLICY_MAX(NLA_U32, 6),
	[MMLENS_A_SYSTEM_TYPE] = NLA_POLICY_MAX(NLA_U32, 1),
	[MMLENS_A_SYSTEM_ZONE] = NLA_POLICY_MAX(NLA_U32, 5),
	[MMLENS_A_SYSTEM_GENERATION] = { .type = NLA_U64, },
	[MMLENS_A_SYSTEM_END] = NLA_POLICY_MAX(NLA_U32, 1),
	[MMLENS_A_SYSTEM_COUNT] = NLA_POLICY_RANGE(NLA_U32, 1, 64),
};

/* MMLENS_CMD_WATCH - do */
static const struct nla_policy mmlens_watch_nl_policy[MMLENS_A_WATCH_STACKS + 1] = {
	[MMLENS_A_WATCH_PAGEMAP_FD] = { .type = NLA_U32, },
	[MMLENS_A_WATCH_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[MMLENS_A_WATCH_CGROUP] = { .type = NLA_U64, },
	[MMLENS_A_WATCH_EVERYTHING] = { .type = NLA_FLAG, },
	[MMLENS_A_WATCH_FOLLOW] = { .type = NLA_FLAG, },
	[MMLENS_A_WATCH_KINDS] = NLA_POLICY_MASK(NLA_U32, 0xff),
	[MMLENS_A_WATCH_CLASSES] = NLA_POLICY_MASK(NLA_U32, 0x7fffff),
	[MMLENS_A_WATCH_START] = { .type = NLA_U64, },
	[MMLENS_A_WATCH_END] = { .type = NLA_U64, },
	[MMLENS_A_WATCH_MIN_LATENCY] = { .type = NLA_U64, },
	[MMLENS_A_WATCH_SAMPLE] = NLA_POLICY_MIN(NLA_U32, 1),
	[MMLENS_A_WATCH_RING_BYTES] = NLA_POLICY_MIN(NLA_U32, 4096),
	[MMLENS_A_WATCH_STACKS] = { .type = NLA_FLAG, },
};

/* MMLENS_CMD_UNWATCH - do */
static const struct nla_policy mmlens_unwatch_nl_policy[MMLENS_A_WATCH_ID + 1] = {
	[MMLENS_A_WATCH_ID] = { .type = NLA_U32, },
};

/* MMLENS_CMD_COUNTS - dump */
static const struct nla_policy mmlens_counts_nl_policy[MMLENS_A_WATCH_ID + 1] = {
	[MMLENS_A_WATCH_ID] = { .type = NLA_U32, },
};

/* Ops table for mmlens */
const struct genl_split_ops mmlens_nl_ops[14] = {
	{
		.cmd	= MMLENS_CMD_INFO,
		.doit	= mmlens_nl_info_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MMLENS_CMD_MM,
		.doit		= mmlens_nl_mm_doit,
		.policy		= mmlens_mm_nl_policy,
		.maxattr	= MMLENS_A_QUERY_PID,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MMLENS_CMD_SHARER,
		.start		= mmlens_nl_sharer_start,
		.dumpit		= mmlens_nl_sharer_dumpit,
		.done		= mmlens_nl_query_done,
		.policy		= mmlens_sharer_nl_policy,
		.maxattr	= MMLENS_A_QUERY_PID,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MMLENS_CMD_VMA,
		.start		= mmlens_nl_vma_start,
		.dumpit		= mmlens_nl_vma_dumpit,
		.done		= mmlens_nl_query_done,
		.policy		= mmlens_vma_nl_policy,
		.maxattr	= MMLENS_A_QUERY_END,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MMLENS_CMD_PAGE,
		.start		= mmlens_nl_page_start,
		.dumpit		= mmlens_nl_page_dumpit,
		.done		= mmlens_nl_query_done,
		.policy		= mmlens_page_nl_policy,
		.maxattr	= MMLENS_A_QUERY_EACH,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MMLENS_CMD_WALK,
		.doit		= mmlens_nl_walk_doit,
		.policy		= mmlens_walk_nl_policy,
		.maxattr	= MMLENS_A_QUERY_ADDRESS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MMLENS_CMD_MAPPER,
		.start		= mmlens_nl_mapper_start,
		.dumpit		= mmlens_nl_mapper_dumpit,
		.done		= mmlens_nl_query_done,
		.policy		= mmlens_mapper_nl_policy,
		.maxattr	= MMLENS_A_QUERY_FRAME,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MMLENS_CMD_LRU,
		.start		= mmlens_nl_lru_start,
		.dumpit		= mmlens_nl_lru_dumpit,
		.done		= mmlens_nl_system_done,
		.policy		= mmlens_lru_nl_policy,
		.maxattr	= MMLENS_A_SYSTEM_NODE,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= MMLENS_CMD_NODE,
		.start	= mmlens_nl_node_start,
		.dumpit	= mmlens_nl_node_dumpit,
		.done	= mmlens_nl_system_done,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MMLENS_CMD_PEEK,
		.doit		= mmlens_nl_peek_doit,
		.policy		= mmlens_peek_nl_policy,
		.maxattr	= MMLENS_A_SYSTEM_COUNT,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MMLENS_CMD_WATCH,
		.doit		= mmlens_nl_watch_doit,
		.policy		= mmlens_watch_nl_policy,
		.maxattr	= MMLENS_A_WATCH_STACKS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MMLENS_CMD_UNWATCH,
		.doit		= mmlens_nl_unwatch_doit,
		.policy		= mmlens_unwatch_nl_policy,
		.maxattr	= MMLENS_A_WATCH_ID,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MMLENS_CMD_COUNTS,
		.start		= mmlens_nl_counts_start,
		.dumpit		= mmlens_nl_counts_dumpit,
		.policy		= mmlens_counts_nl_policy,
		.maxattr	= MMLENS_A_WATCH_ID,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= MMLENS_CMD_WATCHER,
		.start	= mmlens_nl_watcher_start,
		.dumpit	= mmlens_nl_watcher_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
};
