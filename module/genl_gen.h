/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	module/uapi/mmlens.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_MMLENS_GEN_H
#define _LINUX_MMLENS_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/mmlens.h>

/* Ops table for mmlens */
extern const struct genl_split_ops mmlens_nl_ops[14];

int mmlens_nl_sharer_start(struct netlink_callback *cb);
int mmlens_nl_vma_start(struct netlink_callback *cb);
int mmlens_nl_page_start(struct netlink_callback *cb);
int mmlens_nl_mapper_start(struct netlink_callback *cb);
int mmlens_nl_lru_start(struct netlink_callback *cb);
int mmlens_nl_node_start(struct netlink_callback *cb);
int mmlens_nl_counts_start(struct netlink_callback *cb);
int mmlens_nl_watcher_start(struct netlink_callback *cb);
int mmlens_nl_query_done(struct netlink_callback *cb);
int mmlens_nl_system_done(struct netlink_callback *cb);

int mmlens_nl_info_doit(struct sk_buff *skb, struct genl_info *info);
int mmlens_nl_mm_doit(struct sk_buff *skb, struct genl_info *info);
int mmlens_nl_sharer_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mmlens_nl_vma_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mmlens_nl_page_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mmlens_nl_walk_doit(struct sk_buff *skb, struct genl_info *info);
int mmlens_nl_mapper_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mmlens_nl_lru_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mmlens_nl_node_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mmlens_nl_peek_doit(struct sk_buff *skb, struct genl_info *info);
int mmlens_nl_watch_doit(struct sk_buff *skb, struct genl_info *info);
int mmlens_nl_unwatch_doit(struct sk_buff *skb, struct genl_info *info);
int mmlens_nl_counts_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mmlens_nl_watcher_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* _LINUX_MMLENS_GEN_H */
