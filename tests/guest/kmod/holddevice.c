// SPDX-License-Identifier: GPL-2.0
/*
 * A device with memory of its own, which the processor cannot reach. Written to
 * its file:
 *
 *	PID START END	moves the pages there to the device
 *
 * A read gives the number of pages that the device has, and how often the
 * processor asked for one back.
 */
#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/huge_mm.h>
#include <linux/ioport.h>
#include <linux/memremap.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

/* Room for small pages, and for one huge page. */
#define PARTS	2
#define ROOM	(PARTS * HPAGE_PMD_NR)

static DEFINE_MUTEX(moving);
static unsigned long src[HPAGE_PMD_NR], dst[HPAGE_PMD_NR];
static DEFINE_SPINLOCK(taken_lock);
static DECLARE_BITMAP(taken, ROOM);
/* What the device holds has to be somewhere. */
static struct page *store[PARTS];
static struct dev_pagemap pagemap;
static struct resource *region;
static struct dentry *file;
static atomic_t asked;

static unsigned long number_of(const struct page *page)
{
	return page_to_pfn(page) - PHYS_PFN(pagemap.range.start);
}

static struct page *store_of(const struct page *page)
{
	unsigned long nr = number_of(page);

	return store[nr / HPAGE_PMD_NR] + nr % HPAGE_PMD_NR;
}

static struct page *take(unsigned int order)
{
	unsigned long nr, end = order ? ROOM : HPAGE_PMD_NR;
	struct page *page;

	spin_lock(&taken_lock);
	nr = bitmap_find_next_zero_area(taken, end, order ? HPAGE_PMD_NR : 0,
					1 << order, 0);
	if (nr < end)
		bitmap_set(taken, nr, 1 << order);
	spin_unlock(&taken_lock);
	if (nr >= end)
		return NULL;
	/* Not to be unloaded while pages are here: that would wait for them. */
	__module_get(THIS_MODULE);
	page = pfn_to_page(PHYS_PFN(pagemap.range.start) + nr);
	zone_device_folio_init((struct folio *)page, &pagemap, order);
	return page;
}

static void give_back(struct folio *folio)
{
	spin_lock(&taken_lock);
	bitmap_clear(taken, number_of(&folio->page), folio_nr_pages(folio));
	spin_unlock(&taken_lock);
	module_put(THIS_MODULE);
}

static void copy(struct page *to, struct page *from, unsigned int order)
{
	unsigned int i;

	for (i = 0; i < 1 << order; i++)
		copy_highpage(to + i, from + i);
}

static void to_device(struct migrate_vma *move)
{
	unsigned int i, order;

	for (i = 0; i < move->npages; i += 1 << order) {
		struct page *from = migrate_pfn_to_page(move->src[i]), *to;

		order = move->src[i] & MIGRATE_PFN_COMPOUND ?
			HPAGE_PMD_ORDER : 0;
		if (!from || !(move->src[i] & MIGRATE_PFN_MIGRATE))
			continue;
		to = take(order);
		if (!to)
			continue;
		copy(store_of(to), from, order);
		move->dst[i] = migrate_pfn(page_to_pfn(to)) |
			       (move->src[i] & MIGRATE_PFN_WRITE) |
			       (order ? MIGRATE_PFN_COMPOUND : 0);
	}
}

static vm_fault_t to_memory(struct vm_fault *vmf)
{
	/* A huge page may be mapped by parts meanwhile. */
	unsigned int order = vmf->pte ? 0 : folio_order(page_folio(vmf->page));
	unsigned long start = ALIGN_DOWN(vmf->address, PAGE_SIZE << order);
	unsigned long *room = kcalloc(2 << order, sizeof(*room), GFP_KERNEL);
	struct migrate_vma move = {
		.vma = vmf->vma,
		.src = room,
		.dst = room + (1 << order),
		.start = start,
		.end = start + (PAGE_SIZE << order),
		.pgmap_owner = &pagemap,
		.fault_page = vmf->page,
		.flags = MIGRATE_VMA_SELECT_DEVICE_PRIVATE |
			 (order ? MIGRATE_VMA_SELECT_COMPOUND : 0),
	};
	struct folio *to = folio_alloc(GFP_HIGHUSER_MOVABLE, order);
	vm_fault_t ret = VM_FAULT_OOM;

	atomic_inc(&asked);
	if (!room || !to)
		goto out;
	ret = VM_FAULT_SIGBUS;
	if (migrate_vma_setup(&move))
		goto out;
	ret = 0;
	if (move.src[0] & MIGRATE_PFN_MIGRATE) {
		struct page *from = migrate_pfn_to_page(move.src[0]);

		copy(&to->page, store_of(from), order);
		folio_lock(to);
		move.dst[0] = migrate_pfn(folio_pfn(to)) |
			      (move.src[0] & MIGRATE_PFN_WRITE) |
			      (order ? MIGRATE_PFN_COMPOUND : 0);
		to = NULL;
	}
	migrate_vma_pages(&move);
	migrate_vma_finalize(&move);
out:
	if (to)
		folio_put(to);
	kfree(room);
	return ret;
}

static const struct dev_pagemap_ops ops = {
	.folio_free = give_back,
	.migrate_to_ram = to_memory,
};

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

static int move_to_device(struct mm_struct *mm, unsigned long start,
			  unsigned long end)
{
	struct migrate_vma move = {
		.src = src,
		.dst = dst,
		.start = start,
		.end = end,
		.pgmap_owner = &pagemap,
		.flags = MIGRATE_VMA_SELECT_SYSTEM |
			 MIGRATE_VMA_SELECT_COMPOUND,
	};
	int err = -EINVAL;

	if (start >= end || end - start > HPAGE_PMD_SIZE)
		return err;
	memset(dst, 0, sizeof(dst));
	mmap_read_lock(mm);
	move.vma = vma_lookup(mm, start);
	if (move.vma)
		err = migrate_vma_setup(&move);
	if (!err) {
		to_device(&move);
		migrate_vma_pages(&move);
		migrate_vma_finalize(&move);
	}
	mmap_read_unlock(mm);
	return err;
}

static ssize_t device_write(struct file *to, const char __user *from,
			    size_t len, loff_t *pos)
{
	unsigned long start, end;
	struct mm_struct *mm;
	char text[80];
	int pid, err;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, len))
		return -EFAULT;
	text[len] = '\0';
	if (sscanf(text, "%d %lx %lx", &pid, &start, &end) != 3)
		return -EINVAL;
	mm = mm_of(pid);
	if (!mm)
		return -ESRCH;
	mutex_lock(&moving);
	err = move_to_device(mm, start, end);
	mutex_unlock(&moving);
	mmput(mm);
	return err ?: len;
}

static ssize_t device_read(struct file *from, char __user *to, size_t len,
			   loff_t *pos)
{
	char text[40];
	int count;

	count = scnprintf(text, sizeof(text), "%u %d\n",
			  bitmap_weight(taken, ROOM), atomic_read(&asked));
	return simple_read_from_buffer(to, len, pos, text, count);
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = device_read,
	.write = device_write,
	.llseek = default_llseek,
};

static void remove(void)
{
	int i;

	if (pagemap.ops)
		memunmap_pages(&pagemap);
	if (!IS_ERR_OR_NULL(region))
		release_mem_region(region->start, resource_size(region));
	for (i = 0; i < PARTS; i++)
		if (store[i])
			__free_pages(store[i], HPAGE_PMD_ORDER);
}

static int __init holddevice_init(void)
{
	void *mapped;
	int i, err = -ENOMEM;

	for (i = 0; i < PARTS; i++) {
		store[i] = alloc_pages(GFP_KERNEL, HPAGE_PMD_ORDER);
		if (!store[i])
			goto fail;
	}
	region = request_free_mem_region(&iomem_resource, ROOM * PAGE_SIZE,
					 "holddevice");
	err = PTR_ERR_OR_ZERO(region);
	if (err)
		goto fail;
	pagemap.type = MEMORY_DEVICE_PRIVATE;
	pagemap.range.start = region->start;
	pagemap.range.end = region->end;
	pagemap.nr_range = 1;
	pagemap.owner = &pagemap;
	pagemap.ops = &ops;
	mapped = memremap_pages(&pagemap, numa_node_id());
	err = PTR_ERR_OR_ZERO(mapped);
	if (err) {
		pagemap.ops = NULL;
		goto fail;
	}
	file = debugfs_create_file("holddevice", 0600, NULL, NULL, &device_fops);
	return 0;
fail:
	remove();
	return err;
}

static void __exit holddevice_exit(void)
{
	debugfs_remove(file);
	remove();
}

module_init(holddevice_init);
module_exit(holddevice_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A device whose memory holds pages, to test how they are told");
