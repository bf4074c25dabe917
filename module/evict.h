/* SPDX-License-Identifier: GPL-2.0 */
/* Pages that processes lose to reclaim. */
#ifndef MMLENS_EVICT_H
#define MMLENS_EVICT_H

#include <linux/types.h>

int mmlens_evict_attach(void);
void mmlens_evict_detach(void);
u64 mmlens_evict_missed(void);

#endif
