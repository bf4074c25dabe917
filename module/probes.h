/* SPDX-License-Identifier: GPL-2.0 */
/* Functions and tracepoints that watches need, and which there are. */
#ifndef MMLENS_PROBES_H
#define MMLENS_PROBES_H

#include <linux/types.h>

void mmlens_probes_learn(void);
u32 mmlens_probes_watchable(void);
const char *mmlens_probes_missing(unsigned int *at);

#endif
