/* SPDX-License-Identifier: GPL-2.0 */
/* How much of the probe's room each user has taken. */
#ifndef MMLENS_SHARE_H
#define MMLENS_SHARE_H

#include <linux/types.h>

void mmlens_share_init(int most);
bool mmlens_share_take(u8 *account);
void mmlens_share_give(u8 account);

#endif
