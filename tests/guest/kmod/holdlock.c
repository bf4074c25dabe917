// SPDX-License-Identifier: GPL-2.0
/*
 * A process that sits on its mmap_lock: the one that loads this module. It
 * holds the lock for writing until the parameter "release" is written or it is
 * killed, and then the module is not loaded after all.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/signal.h>

static bool held;
module_param(held, bool, 0444);
static bool release;
module_param(release, bool, 0644);

static int __init holdlock_init(void)
{
	mmap_write_lock(current->mm);
	held = true;
	while (!READ_ONCE(release) && !fatal_signal_pending(current))
		msleep_interruptible(10);
	mmap_write_unlock(current->mm);
	return -ECANCELED;
}

module_init(holdlock_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Holds an mmap_lock, to test who waits for it");
