/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink face. */
#ifndef MMLENS_GENL_H
#define MMLENS_GENL_H

#include <linux/types.h>
#include <linux/mmlens.h>

struct sk_buff;
struct netlink_ext_ack;
struct mmlens_vma_names;

extern struct genl_family mmlens_genl_family;

int mmlens_genl_init(void);
void mmlens_genl_exit(void);
int mmlens_genl_put_vma(struct sk_buff *skb, const struct mmlens_vma *vma,
			const struct mmlens_vma_names *names);
void mmlens_genl_explain(struct netlink_ext_ack *extack, int err);

#endif
