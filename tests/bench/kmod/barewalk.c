// SPDX-License-Identifier: GPL-2.0
/*
 * A walk that does as little as one can: each PTE of a process is read, and one
 * word of the struct page behind it. For the benchmark, and nothing else: who
 * wants to know more of a page than this cannot be faster.
 *
 * Writing a PID to /sys/kernel/debug/barewalk walks; reading tells how many
 * present PTEs were seen.
 */
#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>

static struct dentry *file;
static unsigned long present;
/* Nobody reads it, but the compiler cannot know. */
static unsigned long folded;

static void walk_table(struct mm_struct *mm, pmd_t *pmdp, pmd_t pmd,
		       unsigned long addr, unsigned long end)
{
	spinlock_t *ptl = pte_lockptr(mm, &pmd); /* of the table */
	unsigned long words = 0, seen = 0;
	pte_t *ptep;

	spin_lock(ptl);
	if (pmd_same(pmd, READ_ONCE(*pmdp))) {
		ptep = pte_offset_kernel(&pmd, addr);
		for (; addr < end; addr += PAGE_SIZE, ptep++) {
			pte_t pte = ptep_get(ptep);

			if (!pte_present(pte) || pte_special(pte))
				continue;
			words ^= READ_ONCE(*(unsigned long *)
					   pfn_to_page(pte_pfn(pte)));
			seen++;
		}
	}
	spin_unlock(ptl);
	folded ^= words;
	present += seen;
}

/* What an address' PMD entry spans, or what is empty above it. */
static unsigned long walk_pmd(struct mm_struct *mm, unsigned long addr,
			      unsigned long end)
{
	pgd_t *pgdp = pgd_offset(mm, addr), pgd = READ_ONCE(*pgdp);
	p4d_t *p4dp, p4d;
	pud_t *pudp, pud;
	pmd_t *pmdp, pmd;

	if (pgd_none(pgd))
		return pgd_addr_end(addr, end);
	p4dp = p4d_offset(pgdp, addr);
	p4d = READ_ONCE(*p4dp);
	if (p4d_none(p4d))
		return p4d_addr_end(addr, end);
	pudp = pud_offset(&p4d, addr);
	pud = READ_ONCE(*pudp);
	if (pud_none(pud) || !pud_present(pud) || pud_leaf(pud))
		return pud_addr_end(addr, end);
	pmdp = pmd_offset(&pud, addr);
	pmd = READ_ONCE(*pmdp);
	end = pmd_addr_end(addr, end);
	if (!pmd_none(pmd) && pmd_present(pmd) && !pmd_leaf(pmd))
		walk_table(mm, pmdp, pmd, addr, end);
	return end;
}

static void walk_mm(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	struct vma_iterator vmi;
	unsigned long addr;

	mmap_read_lock(mm);
	vma_iter_init(&vmi, mm, 0);
	for_each_vma(vmi, vma) {
		for (addr = vma->vm_start; addr < vma->vm_end;) {
			rcu_read_lock();
			addr = walk_pmd(mm, addr, vma->vm_end);
			rcu_read_unlock();
		}
	}
	mmap_read_unlock(mm);
}

static int walk_pid(void *unused, u64 nr)
{
	struct task_struct *task;
	struct mm_struct *mm;
	struct pid *pid;

	pid = find_get_pid(nr);
	task = get_pid_task(pid, PIDTYPE_PID);
	put_pid(pid);
	if (!task)
		return -ESRCH;
	mm = get_task_mm(task);
	put_task_struct(task);
	if (!mm)
		return -ENODATA;
	present = 0;
	walk_mm(mm);
	mmput(mm);
	return 0;
}

static int read_present(void *unused, u64 *value)
{
	*value = present;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(barewalk_fops, read_present, walk_pid, "%llu\n");

static int __init barewalk_init(void)
{
	file = debugfs_create_file_unsafe("barewalk", 0600, NULL, NULL,
					  &barewalk_fops);
	return PTR_ERR_OR_ZERO(file);
}

static void __exit barewalk_exit(void)
{
	debugfs_remove(file);
}

module_init(barewalk_init);
module_exit(barewalk_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Bare page-table walk, the benchmark's lower bound");
