/* SPDX-License-Identifier: GPL-2.0 */
/* Compaction and migration. */
#ifndef MMLENS_MOVE_H
#define MMLENS_MOVE_H

int mmlens_move_attach(void);
void mmlens_move_detach(void);

#endif
