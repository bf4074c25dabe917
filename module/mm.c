// SPDX-License-Identifier: GPL-2.0
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include "compat/mm.h"
#include "mm.h"
#include "walk.h"

/**
 * struct count - a walk that only counts
 * @walk: the walk
 * @deposited: tables kept back to split a huge page
 */
struct count {
	struct mmlens_walk walk;
	unsigned long deposited;
};

static void read_layout(struct mm_struct *mm, struct mmlens_layout *layout)
{
	spin_lock(&mm->arg_lock);
	*layout = (struct mmlens_layout){
		.start_code = mm->start_code,
		.end_code = mm->end_code,
		.start_data = mm->start_data,
		.end_data = mm->end_data,
		.start_brk = mm->start_brk,
		.brk = mm->brk,
		.start_stack = mm->start_stack,
		.arg_start = mm->arg_start,
		.arg_end = mm->arg_end,
		.env_start = mm->env_start,
		.env_end = mm->env_end,
		.mmap_base = mm->mmap_base,
		.task_size = mm->task_size,
	};
	spin_unlock(&mm->arg_lock);
}

static void read_counters(struct mm_struct *mm, struct mmlens_counters *told)
{
	*told = (struct mmlens_counters){
		.total_vm = mm->total_vm,
		.locked_vm = mm->locked_vm,
		.pinned_vm = atomic64_read(&mm->pinned_vm),
		.data_vm = mm->data_vm,
		.exec_vm = mm->exec_vm,
		.stack_vm = mm->stack_vm,
		.rss_anon = mmlens_mm_counter(mm, MM_ANONPAGES),
		.rss_file = mmlens_mm_counter(mm, MM_FILEPAGES),
		.rss_shmem = mmlens_mm_counter(mm, MM_SHMEMPAGES),
		.swap = mmlens_mm_counter(mm, MM_SWAPENTS),
		.pgtables_bytes = mm_pgtables_bytes(mm),
		.map_count = mm->map_count,
		/* One of them is our hold. */
		.mm_users = atomic_read(&mm->mm_users) - 1,
	};
	/* The peaks are brought up to date only when memory is given back. */
	told->hiwater_vm = max_t(u64, mm->hiwater_vm, told->total_vm);
	told->hiwater_rss = max_t(u64, mm->hiwater_rss, told->rss_anon +
				  told->rss_file + told->rss_shmem);
	if (mmlens_mm_flag(mm, MMF_OOM_SKIP))
		told->flags |= MMLENS_MM_FLAG_OOM_SKIP;
	if (mmlens_mm_flag(mm, MMF_UNSTABLE))
		told->flags |= MMLENS_MM_FLAG_UNSTABLE;
}

static unsigned long pass_hole(struct mmlens_walk *walk, unsigned long addr,
			       unsigned long end, enum mmlens_level level)
{
	return end;
}

static unsigned long count_leaf(struct mmlens_walk *walk, unsigned long addr,
				unsigned long end,
				const struct mmlens_entry *leaf)
{
	/* Each PMD of anonymous memory brings the table it may be split to. */
	if (leaf->level == MMLENS_LEVEL_PMD && vma_is_anonymous(walk->vma))
		container_of(walk, struct count, walk)->deposited++;
	return end;
}

static const struct mmlens_walk_ops count_ops = {
	.hole = pass_hole,
	.leaf = count_leaf,
};

static int read_tables(struct mmlens_cursor *cursor, struct mmlens_tables *told)
{
	struct count count = { .walk = { .cursor = cursor, .ops = &count_ops } };
	const unsigned long *tables = count.walk.tables;
	int err = mmlens_walk(&count.walk);

	*told = (struct mmlens_tables){
		.levels = pgtable_l5_enabled() ? 5 : 4,
		/* There even if nothing is mapped. */
		.pgd = 1,
		.p4d = tables[MMLENS_LEVEL_P4D],
		.pud = tables[MMLENS_LEVEL_PUD],
		.pmd = tables[MMLENS_LEVEL_PMD],
		.pte = tables[MMLENS_LEVEL_PTE],
		.deposited = count.deposited,
	};
	return err;
}

/**
 * mmlens_mm_read() - read an address space
 * @cursor: the target and all of its range; goes to the end
 * @told: filled
 *
 * Context: Process context, no locks held. May sleep. Takes mm->mmap_lock for
 * read, in short holds, and mm->arg_lock.
 * Return: 0, -ESRCH if the target has exited, -EINTR if the caller is being
 * killed, -EBUSY if a cursor in a hurry found a lock held too long.
 */
int mmlens_mm_read(struct mmlens_cursor *cursor, struct mmlens_mm *told)
{
	int err;

	memset(told, 0, sizeof(*told));
	err = mmlens_hold(cursor);
	if (err)
		return err;
	read_layout(cursor->mm, &told->layout);
	read_counters(cursor->mm, &told->counters);
	mmlens_release(cursor);
	return read_tables(cursor, &told->tables);
}
