/* SPDX-License-Identifier: GPL-2.0 */
/* How much of the probe's room each user has taken. */
#ifndef MMLENS_SHARE_H
#define MMLENS_SHARE_H

#include <linux/types.h>

bool mmlens_share_any(void);
bool mmlens_share_take(u32 most, u16 *account);
void mmlens_share_give(u16 account);

#endif
