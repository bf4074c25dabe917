/* SPDX-License-Identifier: GPL-2.0 */
/* The OOM killer's sum. */
#ifndef MMLENS_COMPAT_OOM_H
#define MMLENS_COMPAT_OOM_H

#include <linux/mm.h>
#include <linux/version.h>

/**
 * mmlens_oom_counter() - an RSS counter, as oom_badness() reads it
 * @mm: the address space
 * @member: MM_ANONPAGES and so on
 *
 * Since 7.x it reads the exact sum, before that it does with less.
 *
 * Context: Any.
 * Return: pages.
 */
static inline unsigned long mmlens_oom_counter(struct mm_struct *mm, int member)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
	return get_mm_counter_sum(mm, member);
#else
	return get_mm_counter(mm, member);
#endif
}

#endif
