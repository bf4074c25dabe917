/* SPDX-License-Identifier: GPL-2.0 */
/* The module and the kernel, and what both can tell. */
#ifndef MMLENS_INFO_H
#define MMLENS_INFO_H

#include <linux/types.h>
#include <linux/mmlens.h>

#define MMLENS_VERSION	"0.1.0"

/**
 * struct mmlens_info - what is told of the machine
 * @kernel: release of the running kernel
 * @regime: the LRU that runs
 * @levels: levels of the page tables in use
 * @page_size: in bytes
 * @features: bits of enum mmlens_feature
 * @watches: how many watches there are
 * @watchable: bits of enum mmlens_watch_kind
 * @attached: likewise, those that there is a probe for now
 */
struct mmlens_info {
	const char *kernel;
	enum mmlens_regime regime;
	u32 levels;
	u32 page_size;
	u32 features;
	u32 watches;
	u32 watchable;
	u32 attached;
};

void mmlens_info_read(struct mmlens_info *info);

#endif
