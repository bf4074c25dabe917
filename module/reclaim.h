/* SPDX-License-Identifier: GPL-2.0 */
/* Reclaim: who does it, and what it does. */
#ifndef MMLENS_RECLAIM_H
#define MMLENS_RECLAIM_H

#include <linux/mmlens.h>

enum mmlens_evictor mmlens_reclaim_evictor(void);
int mmlens_reclaim_attach(void);
void mmlens_reclaim_detach(void);
int mmlens_vmscan_attach(void);
void mmlens_vmscan_detach(void);

#endif
