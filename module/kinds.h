/* SPDX-License-Identifier: GPL-2.0 */
/* What can be watched (enum mmlens_watch_kind), by short names for tables. */
#ifndef MMLENS_KINDS_H
#define MMLENS_KINDS_H

#include <linux/mmlens.h>

#define FAULTS		(MMLENS_WATCH_KIND_COUNT | MMLENS_WATCH_KIND_FAULT)
#define EVICTION	MMLENS_WATCH_KIND_EVICTION
#define RECLAIM		MMLENS_WATCH_KIND_RECLAIM
#define COMPACTION	MMLENS_WATCH_KIND_COMPACTION
#define HUGE		MMLENS_WATCH_KIND_HUGE
#define OOM		MMLENS_WATCH_KIND_OOM
#define TLB		MMLENS_WATCH_KIND_TLB

#endif
