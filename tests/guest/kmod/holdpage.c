// SPDX-License-Identifier: GPL-2.0
/*
 * Pages in states that pass by as a rule. Written to its file:
 *
 *	migrate PID START END	the pages are in migration until "release"
 *	exclusive PID ADDRESS	a device has the page, until somebody touches it
 *	release
 *
 * A read gives the number of pages held in migration.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/pid.h>
#include <linux/rmap.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>

#define ROOM	64

static DEFINE_MUTEX(held_lock);
static unsigned long src[ROOM], dst[ROOM];
static struct migrate_vma held;
static struct dentry *file;

static struct mm_struct *mm_of(int nr)
{
	struct pid *pid = find_get_pid(nr);
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);
	struct mm_struct *mm = task ? get_task_mm(task) : NULL;

	put_pid(pid);
	if (task)
		put_task_struct(task);
	return mm;
}

static void release(void)
{
	if (held.npages)
		migrate_vma_finalize(&held);
	held = (struct migrate_vma){ };
}

static int migrate(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	int err = -EINVAL;

	release();
	if (start >= end || end - start > ROOM * PAGE_SIZE)
		return err;
	memset(dst, 0, sizeof(dst));
	mmap_read_lock(mm);
	held = (struct migrate_vma){
		.vma = vma_lookup(mm, start),
		.src = src,
		.dst = dst,
		.start = start,
		.end = end,
		.flags = MIGRATE_VMA_SELECT_SYSTEM,
	};
	if (held.vma)
		err = migrate_vma_setup(&held);
	mmap_read_unlock(mm);
	if (err)
		held = (struct migrate_vma){ };
	return err;
}

/* Kernels without memory of devices, and older ones, do not have it. */
static int exclusive(struct mm_struct *mm, unsigned long address)
{
#if defined(CONFIG_DEVICE_PRIVATE) && defined(HAS_MAKE_DEVICE_EXCLUSIVE)
	struct folio *folio;
	struct page *page;

	mmap_read_lock(mm);
	page = make_device_exclusive(mm, address, &held, &folio);
	mmap_read_unlock(mm);
	if (IS_ERR(page))
		return PTR_ERR(page);
	folio_unlock(folio);
	folio_put(folio);
	return 0;
#else
	return -EOPNOTSUPP;
#endif
}

static ssize_t hold_write(struct file *to, const char __user *from, size_t len,
			  loff_t *pos)
{
	unsigned long start, end;
	struct mm_struct *mm;
	int err = -EINVAL;
	char text[80];
	int pid;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, len))
		return -EFAULT;
	text[len] = '\0';
	mutex_lock(&held_lock);
	if (sscanf(text, "migrate %d %lx %lx", &pid, &start, &end) == 3) {
		mm = mm_of(pid);
		err = mm ? migrate(mm, start, end) : -ESRCH;
		if (mm)
			mmput(mm);
	} else if (sscanf(text, "exclusive %d %lx", &pid, &start) == 2) {
		mm = mm_of(pid);
		err = mm ? exclusive(mm, start) : -ESRCH;
		if (mm)
			mmput(mm);
	} else if (!strcmp(text, "release")) {
		release();
		err = 0;
	}
	mutex_unlock(&held_lock);
	return err ?: len;
}

static ssize_t hold_read(struct file *from, char __user *to, size_t len,
			 loff_t *pos)
{
	char text[32];
	int count;

	mutex_lock(&held_lock);
	count = scnprintf(text, sizeof(text), "%lu\n", held.cpages);
	mutex_unlock(&held_lock);
	return simple_read_from_buffer(to, len, pos, text, count);
}

static const struct file_operations hold_ops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = hold_read,
	.write = hold_write,
	.llseek = default_llseek,
};

static int __init holdpage_init(void)
{
	file = debugfs_create_file("holdpage", 0600, NULL, NULL, &hold_ops);
	return PTR_ERR_OR_ZERO(file);
}

static void __exit holdpage_exit(void)
{
	debugfs_remove(file);
	release();
}

module_init(holdpage_init);
module_exit(holdpage_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Holds pages in passing states, to test how they are told");
