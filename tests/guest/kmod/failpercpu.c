// SPDX-License-Identifier: GPL-2.0
/*
 * Makes the kernel's allocator of per-CPU memory fail on demand: fault injection
 * does not reach it, since it mostly takes from what it has. Write N to the
 * parameter "nth" and the N-th allocation from then on fails, of those that are
 * asked for by a function of another module.
 */
#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/percpu.h>

static atomic_t left = ATOMIC_INIT(0);

static int set_nth(const char *text, const struct kernel_param *param)
{
	int nth, err = kstrtoint(text, 0, &nth);

	if (!err)
		atomic_set(&left, nth);
	return err;
}

static int get_nth(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%d\n", atomic_read(&left));
}

static const struct kernel_param_ops nth_ops = {
	.set = set_nth,
	.get = get_nth,
};

module_param_cb(nth, &nth_ops, NULL, 0600);
MODULE_PARM_DESC(nth, "which of the next allocations fails; 0: none");

/* Only who asks directly: what the kernel asks for on the way is its own. */
static int on_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	unsigned long caller = regs_get_kernel_stack_nth(regs, 0);

	if (!atomic_read(&left) || caller < MODULES_VADDR ||
	    caller >= MODULES_END || within_module(caller, THIS_MODULE))
		return 1;
	return atomic_dec_return(&left) != 0;
}

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	free_percpu((void __percpu __force *)regs_return_value(regs));
	regs_set_return_value(regs, 0);
	return 0;
}

static struct kretprobe probe = {
	.entry_handler = on_entry,
	.handler = on_return,
};

static int __init failpercpu_init(void)
{
	int err;

	/* Since 6.10 by this name (a69b6f5c3d58). */
	probe.kp.symbol_name = "pcpu_alloc_noprof";
	err = register_kretprobe(&probe);
	if (err != -ENOENT)
		return err;
	/* Before it is a wrapper that is called, and calls another. */
	probe = (struct kretprobe){
		.kp.symbol_name = "__alloc_percpu",
		.entry_handler = on_entry,
		.handler = on_return,
	};
	return register_kretprobe(&probe);
}

static void __exit failpercpu_exit(void)
{
	unregister_kretprobe(&probe);
}

module_init(failpercpu_init);
module_exit(failpercpu_exit);

MODULE_DESCRIPTION("Lets allocations of per-CPU memory fail, for tests");
MODULE_LICENSE("GPL");
