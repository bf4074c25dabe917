/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_DECODE_H
#define MMLENS_DECODE_H

#include <linux/netlink.h>

#include "model.h"

/*
 * Messages of the family into the model. Pure: a message in, a struct out.
 * Attributes that are not known are passed over; a struct that is longer than
 * known is cut, a shorter one is padded with zero, unless it ends before the
 * fields without which it says nothing.
 *
 * All return 0, -EBADMSG for a message that is damaged or lacks what it must
 * have, -ENOMEM, or what a callback returned.
 */

typedef int (*run_fn)(const struct mmlens_page_run *run, void *data);

int decode_info(const struct nlmsghdr *nlh, struct info *info);
int decode_mm(const struct nlmsghdr *nlh, struct mm *mm);
int decode_sharers(const struct nlmsghdr *nlh, struct sharers *sharers);
int decode_vmas(const struct nlmsghdr *nlh, struct vma_list *vmas);
int decode_pages(const struct nlmsghdr *nlh, struct page_answer *answer,
		 run_fn fn, void *data);
int decode_walk(const struct nlmsghdr *nlh, struct walk *walk);
int decode_mappers(const struct nlmsghdr *nlh, struct mappers *mappers);

#endif
