/* SPDX-License-Identifier: GPL-2.0 */
/* The face for people with only a shell. */
#ifndef MMLENS_DEBUGFS_H
#define MMLENS_DEBUGFS_H

struct dentry;

void mmlens_debugfs_init(void);
void mmlens_debugfs_exit(void);
void mmlens_debugfs_system_init(struct dentry *root);

#endif
