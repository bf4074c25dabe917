/* SPDX-License-Identifier: GPL-2.0 */
/* The face for people with only a shell. */
#ifndef MMLENS_DEBUGFS_H
#define MMLENS_DEBUGFS_H

#include <linux/fs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

struct dentry;
struct mm_struct;

/*
 * A file that tells of the system, made of name_show(). What is read of it is for
 * CAP_SYS_ADMIN, whoever has opened it and passed it on.
 */
#define MMLENS_ADMIN_FILE(name)						\
static int name##_open(struct inode *inode, struct file *file)		\
{									\
	return single_open(file, name##_show, NULL);			\
}									\
									\
static const struct file_operations name##_fops = {			\
	.owner = THIS_MODULE,						\
	.open = name##_open,						\
	.read = mmlens_debugfs_read,					\
	.llseek = mmlens_debugfs_llseek,				\
	.release = single_release,					\
}

void mmlens_debugfs_init(void);
void mmlens_debugfs_exit(void);
ssize_t mmlens_debugfs_read(struct file *file, char __user *to, size_t size,
			    loff_t *ppos);
loff_t mmlens_debugfs_llseek(struct file *file, loff_t offset, int whence);
void mmlens_debugfs_system_init(struct dentry *root);
void mmlens_debugfs_watch_init(struct dentry *root);
u32 mmlens_debugfs_next_watch(struct mm_struct *mm, u32 id);
void mmlens_debugfs_show_faults(struct seq_file *m, struct mm_struct *mm,
				u32 id);

#endif
