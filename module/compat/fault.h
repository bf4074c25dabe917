/* SPDX-License-Identifier: GPL-2.0 */
/* Faults: flags that came later. */
#ifndef MMLENS_COMPAT_FAULT_H
#define MMLENS_COMPAT_FAULT_H

#include <linux/mm_types.h>
#include <linux/version.h>

/*
 * 5e31275cc997 ("mm: add per-VMA lock and helper functions to control it"),
 * 6.4: a fault may be handled under the lock of its VMA alone.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define MMLENS_FAULT_VMA_LOCK	FAULT_FLAG_VMA_LOCK
#else
#define MMLENS_FAULT_VMA_LOCK	0
#endif

#endif
