/* SPDX-License-Identifier: GPL-2.0 */
/* From the attributes of a netlink request to a target and a range. */
#ifndef MMLENS_QUERY_H
#define MMLENS_QUERY_H

#include <net/netlink.h>

#include "hold.h"

/**
 * struct mmlens_query - what is asked, and who asks
 * @cursor: target and range; holds a reference on the target's mm_count
 * @admin: the requester has CAP_SYS_ADMIN
 */
struct mmlens_query {
	struct mmlens_cursor cursor;
	bool admin;
};

struct mm_struct *mmlens_query_target(const struct nlattr *fd,
				      const struct nlattr *pid,
				      struct sk_buff *skb,
				      struct netlink_ext_ack *extack);
int mmlens_query_begin(struct mmlens_query *query, struct sk_buff *skb,
		       struct nlattr **attrs, struct netlink_ext_ack *extack);
int mmlens_query_range(struct mmlens_query *query, struct nlattr **attrs,
		       struct netlink_ext_ack *extack);
void mmlens_query_end(struct mmlens_query *query);

#endif
