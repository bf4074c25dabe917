// SPDX-License-Identifier: GPL-2.0
/*
 * Probes on the entry and the return of functions, and what becomes of one that the
 * kernel cannot take out: to disarm it, ftrace asks for memory. The kernel then
 * still holds the probe, while unregister_kretprobe() has freed what it needs, and
 * tells nobody. So it is disarmed first, by the call that can fail; if it does, the
 * probe stays whole and idle, and the module stays with it. It is not tried again:
 * the kernel has counted the probe as gone, and would count it twice.
 *
 * What a probe has for calls that are under way is freed when the last of them has
 * returned, all or (up to 6.6) each of it. Where a user can have a call sleep, a
 * probe made anew for each watch would keep that much memory for each of them: if
 * there are such calls, it stays, disarmed, and is used again. Nobody looks when the
 * last of them returns: it goes with a later watch, or with the module.
 */
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>

#include "hook.h"

/*
 * 7.3 tells of success when it had no memory to arm a probe, and has forgotten it:
 * who would enable it, which it is, is told so.
 */
static int register_hook(struct mmlens_hook *hook)
{
	int err = register_kretprobe(&hook->probe);

	if (err || !enable_kretprobe(&hook->probe))
		return err;
	unregister_kretprobe(&hook->probe);
	return -ENOMEM;
}

/**
 * mmlens_hook_attach() - have a function probed
 * @hook: not attached
 * @function: its name
 *
 * Context: Process context. May sleep. Serialized by the caller.
 * Return: 0; -ENOMEM; -EOPNOTSUPP if this kernel cannot be probed there, or no
 * longer.
 */
int mmlens_hook_attach(struct mmlens_hook *hook, const char *function)
{
	int err;

	if (hook->stuck)
		return -EOPNOTSUPP;
	WRITE_ONCE(hook->live, true);
	if (hook->kept) {
		err = enable_kretprobe(&hook->probe);
	} else {
		/* What was registered once cannot be registered again as it is. */
		hook->probe.kp = (struct kprobe){ .symbol_name = function };
		hook->probe.nmissed = 0;
		err = register_hook(hook);
	}
	if (!err)
		return 0;
	WRITE_ONCE(hook->live, false);
	return err == -ENOMEM ? err : -EOPNOTSUPP;
}

/**
 * mmlens_hook_detach() - have it probed no more
 * @hook: attached or not
 *
 * Context: Process context. May sleep. Serialized by the caller. No handler runs
 * any more when it returns.
 */
void mmlens_hook_detach(struct mmlens_hook *hook)
{
	int err;

	if (!hook->live)
		return;
	err = disable_kretprobe(&hook->probe);
	WRITE_ONCE(hook->live, false);
	/* For handlers that have found it live. */
	synchronize_rcu();
	if (err) {
		hook->stuck = true;
		__module_get(THIS_MODULE);
		pr_err("mmlens: the probe on %s cannot be taken out (error %d): it stays, idle, and so does this module\n",
		       hook->probe.kp.symbol_name, err);
		return;
	}
	hook->kept = hook->in_use && hook->in_use();
	if (!hook->kept)
		unregister_kretprobe(&hook->probe);
}

/**
 * mmlens_hook_exit() - have nothing of it left in the kernel
 * @hook: not attached
 *
 * Context: Process context. May sleep. As the module goes.
 */
void mmlens_hook_exit(struct mmlens_hook *hook)
{
	if (hook->kept)
		unregister_kretprobe(&hook->probe);
}
