/* SPDX-License-Identifier: GPL-2.0 */
/* The face for people with only a shell. */
#ifndef MMLENS_DEBUGFS_H
#define MMLENS_DEBUGFS_H

#include <linux/types.h>

struct dentry;
struct mm_struct;
struct seq_file;

void mmlens_debugfs_init(void);
void mmlens_debugfs_exit(void);
void mmlens_debugfs_system_init(struct dentry *root);
void mmlens_debugfs_watch_init(struct dentry *root);
u32 mmlens_debugfs_next_watch(struct mm_struct *mm, u32 id);
void mmlens_debugfs_show_faults(struct seq_file *m, struct mm_struct *mm,
				u32 id);

#endif
