// SPDX-License-Identifier: GPL-2.0
/*
 * A target is held by mm_count between requests and messages: its pages go
 * when it exits, however slowly somebody reads. mm_users is held only while
 * the address space is looked at.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>

#include "target.h"

/*
 * The operations of /proc/PID/pagemap. Whoever has such a file open passed the
 * kernel's own ptrace check and pins the mm_struct in private_data.
 */
static const struct file_operations *pagemap_fops;

/**
 * mmlens_target_init() - learn what a pagemap file looks like
 *
 * Without procfs at /proc, as in some chroots, targets can be named by PID
 * only. Learning from a file that merely has the right name would let another
 * filesystem's files pass for a pagemap: so the file must lie on procfs and
 * must know the mm_struct that opened it. This is done once, at load: later,
 * the path would be resolved by somebody who may be up to something.
 *
 * Context: Process context of the task that loads the module. May sleep.
 */
void mmlens_target_init(void)
{
	struct file *file = filp_open("/proc/self/pagemap", O_RDONLY, 0);

	if (IS_ERR(file)) {
		pr_info("mmlens: no /proc/self/pagemap: targets by PID only\n");
		return;
	}
	if (file_inode(file)->i_sb->s_magic == PROC_SUPER_MAGIC &&
	    current->mm && file->private_data == current->mm)
		pagemap_fops = file->f_op;
	else
		pr_info("mmlens: /proc/self/pagemap is not procfs's: targets by PID only\n");
	fput(file);
}

/**
 * mmlens_target_fd_works() - may a target be given as a descriptor?
 *
 * Context: Any.
 * Return: true if pagemap files can be told from others.
 */
bool mmlens_target_fd_works(void)
{
	return pagemap_fops;
}

/**
 * mmlens_target_from_fd() - the mm_struct behind an open pagemap file
 * @fd: descriptor of the calling task
 *
 * Context: Process context of the requester. May sleep.
 * Return: the mm_struct with a reference on mm_count, to be dropped with
 * mmdrop(). -EOPNOTSUPP without procfs, -EBADF for no open descriptor,
 * -EINVAL for another file, -ENODATA for a task without address space.
 */
struct mm_struct *mmlens_target_from_fd(unsigned int fd)
{
	struct mm_struct *mm = ERR_PTR(-EINVAL);
	struct file *file;

	if (!pagemap_fops)
		return ERR_PTR(-EOPNOTSUPP);
	file = fget(fd);
	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_op == pagemap_fops) {
		/* NULL for kernel threads and zombies, on 6.1. */
		mm = file->private_data;
		if (mm)
			mmgrab(mm);
		else
			mm = ERR_PTR(-ENODATA);
	}
	fput(file);
	return mm;
}

/**
 * mmlens_target_from_pid() - the mm_struct of a process
 * @nr: PID in the PID namespace of the calling task
 *
 * The caller checks that the requester may ask about any process.
 *
 * Context: Process context of the requester. Takes and releases task_lock.
 * Return: the mm_struct with a reference on mm_count, to be dropped with
 * mmdrop(). -ESRCH for no such process, -ENODATA for one without address
 * space.
 */
struct mm_struct *mmlens_target_from_pid(pid_t nr)
{
	struct task_struct *task;
	struct mm_struct *mm;
	struct pid *pid;

	pid = find_get_pid(nr);
	task = get_pid_task(pid, PIDTYPE_PID);
	put_pid(pid);
	if (!task)
		return ERR_PTR(-ESRCH);
	mm = get_task_mm(task);
	put_task_struct(task);
	if (!mm)
		return ERR_PTR(-ENODATA);
	mmgrab(mm);
	mmput_async(mm);
	return mm;
}
