/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink face. */
#ifndef MMLENS_GENL_H
#define MMLENS_GENL_H

#include <linux/types.h>
#include <linux/mmlens.h>

struct sk_buff;
struct genl_info;
struct netlink_ext_ack;
struct mmlens_tally;
struct mmlens_vma_names;

extern struct genl_family mmlens_genl_family;

int mmlens_genl_init(void);
void mmlens_genl_exit(void);
int mmlens_genl_put_vma(struct sk_buff *skb, const struct mmlens_vma *vma,
			const struct mmlens_vma_names *names);
int mmlens_genl_put_watched_vma(struct sk_buff *skb,
				const struct mmlens_tally *tally, u32 index);
void mmlens_genl_explain(struct netlink_ext_ack *extack, int err);
struct sk_buff *mmlens_genl_new_reply(struct genl_info *info, size_t size,
				      void **header);
int mmlens_genl_send_reply(struct genl_info *info, struct sk_buff *skb,
			   void *header);

#endif
