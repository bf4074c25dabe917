/* SPDX-License-Identifier: GPL-2.0 */
/* Flushes of the TLB. */
#ifndef MMLENS_TLB_H
#define MMLENS_TLB_H

int mmlens_tlb_attach(void);
void mmlens_tlb_detach(void);

#endif
