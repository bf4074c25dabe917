/* SPDX-License-Identifier: GPL-2.0 */
/* Faults as they happen: what each one did, and how long it took. */
#ifndef MMLENS_FAULT_H
#define MMLENS_FAULT_H

#include <linux/types.h>

int mmlens_fault_attach(void);
void mmlens_fault_detach(void);
void mmlens_fault_exit(void);
u64 mmlens_fault_missed(void);
u64 mmlens_fault_abandoned(void);

#endif
