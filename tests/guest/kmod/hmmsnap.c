// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot of page tables by the kernel's own walker for device drivers, to
 * compare with. Write "PID START END" to debugfs/hmmsnap, and read back through
 * the same open file: a u64 for each page.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/hmm.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* What is told of a page: its frame, and these. */
#define SNAP_VALID		BIT_ULL(63)
#define SNAP_WRITE		BIT_ULL(62)
#define SNAP_ERROR		BIT_ULL(61)
#define SNAP_ORDER_SHIFT	56

#define MAX_PAGES	(1UL << 18)

struct snapshot {
	unsigned long *pages;
	size_t size;
};

static bool invalidate(struct mmu_interval_notifier *notifier,
		       const struct mmu_notifier_range *range,
		       unsigned long seq)
{
	mmu_interval_set_seq(notifier, seq);
	return true;
}

static const struct mmu_interval_notifier_ops ops = {
	.invalidate = invalidate,
};

static int take(struct mm_struct *mm, struct hmm_range *range)
{
	int tries, err = -EBUSY;

	for (tries = 0; tries < 100 && err == -EBUSY; tries++) {
		range->notifier_seq = mmu_interval_read_begin(range->notifier);
		mmap_read_lock(mm);
		err = hmm_range_fault(range);
		mmap_read_unlock(mm);
		if (!err && mmu_interval_read_retry(range->notifier,
						    range->notifier_seq))
			err = -EBUSY;
	}
	return err;
}

/* The places of the flags differ between kernels. */
static void translate(unsigned long *page)
{
	u64 told = *page & ~HMM_PFN_FLAGS;
	u64 order = hmm_pfn_to_map_order(*page);

	if (*page & HMM_PFN_VALID)
		told |= SNAP_VALID | order << SNAP_ORDER_SHIFT;
	if (*page & HMM_PFN_WRITE)
		told |= SNAP_WRITE;
	if (*page & HMM_PFN_ERROR)
		told |= SNAP_ERROR;
	*page = told;
}

static int snap(struct snapshot *snapshot, struct mm_struct *mm,
		unsigned long start, unsigned long end)
{
	struct mmu_interval_notifier notifier = { };
	struct hmm_range range = {
		.notifier = &notifier,
		.start = start,
		.end = end,
	};
	size_t count = (end - start) >> PAGE_SHIFT, i;
	int err;

	kvfree(snapshot->pages);
	snapshot->size = 0;
	snapshot->pages = kvcalloc(count, sizeof(*snapshot->pages), GFP_KERNEL);
	if (!snapshot->pages)
		return -ENOMEM;
	range.hmm_pfns = snapshot->pages;
	err = mmu_interval_notifier_insert(&notifier, mm, start, end - start,
					   &ops);
	if (err)
		return err;
	err = take(mm, &range);
	mmu_interval_notifier_remove(&notifier);
	if (err)
		return err;
	for (i = 0; i < count; i++)
		translate(&snapshot->pages[i]);
	snapshot->size = count * sizeof(*snapshot->pages);
	return 0;
}

static struct mm_struct *find_mm(int number)
{
	struct mm_struct *mm = NULL;
	struct task_struct *task;
	struct pid *pid;

	pid = find_get_pid(number);
	task = get_pid_task(pid, PIDTYPE_TGID);
	if (task) {
		mm = get_task_mm(task);
		put_task_struct(task);
	}
	put_pid(pid);
	return mm;
}

static ssize_t snap_write(struct file *file, const char __user *from,
			  size_t len, loff_t *pos)
{
	unsigned long start, end;
	struct mm_struct *mm;
	char line[80] = "";
	int pid, err;

	if (len >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, from, len))
		return -EFAULT;
	if (sscanf(line, "%d %lx %lx", &pid, &start, &end) != 3 ||
	    !PAGE_ALIGNED(start) || !PAGE_ALIGNED(end) || start >= end ||
	    (end - start) >> PAGE_SHIFT > MAX_PAGES)
		return -EINVAL;
	mm = find_mm(pid);
	if (!mm)
		return -ESRCH;
	err = snap(file->private_data, mm, start, end);
	mmput(mm);
	return err ?: len;
}

static ssize_t snap_read(struct file *file, char __user *to, size_t len,
			 loff_t *pos)
{
	const struct snapshot *snapshot = file->private_data;

	return simple_read_from_buffer(to, len, pos, snapshot->pages,
				       snapshot->size);
}

static int snap_open(struct inode *inode, struct file *file)
{
	struct snapshot *snapshot = kzalloc(sizeof(*snapshot), GFP_KERNEL);

	file->private_data = snapshot;
	return snapshot ? 0 : -ENOMEM;
}

static int snap_release(struct inode *inode, struct file *file)
{
	struct snapshot *snapshot = file->private_data;

	kvfree(snapshot->pages);
	kfree(snapshot);
	return 0;
}

static const struct file_operations snap_fops = {
	.owner = THIS_MODULE,
	.open = snap_open,
	.release = snap_release,
	.write = snap_write,
	.read = snap_read,
};

static struct dentry *dentry;

static int __init hmmsnap_init(void)
{
	dentry = debugfs_create_file("hmmsnap", 0600, NULL, NULL, &snap_fops);
	return PTR_ERR_OR_ZERO(dentry);
}

static void __exit hmmsnap_exit(void)
{
	debugfs_remove(dentry);
}

module_init(hmmsnap_init);
module_exit(hmmsnap_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Snapshots of page tables by hmm_range_fault(), to compare with");
