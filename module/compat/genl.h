/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink: operations, and the attributes of a dump request. */
#ifndef MMLENS_COMPAT_GENL_H
#define MMLENS_COMPAT_GENL_H

#include <linux/version.h>
#include <net/genetlink.h>

/*
 * 6.2: an operation's do and dump are told apart, as the generator
 * writes them. Before, there was one struct for both.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
struct genl_split_ops {
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	int (*start)(struct netlink_callback *cb);
	int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
	int (*done)(struct netlink_callback *cb);
	const struct nla_policy *policy;
	unsigned int maxattr;
	u8 cmd;
	u8 flags;
};
#endif

/**
 * mmlens_dump_attrs() - the attributes of a dump request
 * @cb: the dump, in its start()
 *
 * 7288dd2fd488 ("genetlink: use attrs from struct genl_info"), 6.6.
 *
 * Context: Any.
 * Return: the array, as long as the policy of the operation.
 */
static inline struct nlattr **mmlens_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_dumpit_info(cb)->info.attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

int mmlens_genl_register(struct genl_family *family,
			 const struct genl_split_ops *ops, unsigned int count);

#endif
