/* SPDX-License-Identifier: GPL-2.0 */
/* Huge pages that are made and split. */
#ifndef MMLENS_HUGE_H
#define MMLENS_HUGE_H

int mmlens_huge_attach(void);
void mmlens_huge_detach(void);

#endif
