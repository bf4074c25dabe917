/* SPDX-License-Identifier: GPL-2.0 */
/* The face for people with only a shell. */
#ifndef MMLENS_DEBUGFS_H
#define MMLENS_DEBUGFS_H

void mmlens_debugfs_init(void);
void mmlens_debugfs_exit(void);

#endif
