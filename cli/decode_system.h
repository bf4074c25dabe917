/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_DECODE_SYSTEM_H
#define MMLENS_DECODE_SYSTEM_H

#include <linux/netlink.h>

#include "node.h"
#include "peek.h"

/* As decode.h, of the questions about the system as a whole. */

int decode_lruvecs(const struct nlmsghdr *nlh, struct lruvec_list *lruvecs);
int decode_nodes(const struct nlmsghdr *nlh, struct node_list *nodes);
int decode_peek(const struct nlmsghdr *nlh, struct peek *peek);

#endif
