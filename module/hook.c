// SPDX-License-Identifier: GPL-2.0
/*
 * Probes on the entry and the return of functions, and what becomes of one that the
 * kernel cannot take out: to disarm it, ftrace asks for memory. The kernel then
 * still holds the probe, while unregister_kretprobe() has freed what it needs, and
 * tells nobody. So it is disarmed first, by the call that can fail; if it does, the
 * probe stays whole and idle, and the module stays with it.
 */
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>

#include "hook.h"

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
	/* What was registered once cannot be registered again as it is. */
	hook->probe.kp = (struct kprobe){ .symbol_name = function };
	hook->probe.nmissed = 0;
	WRITE_ONCE(hook->live, true);
	err = register_kretprobe(&hook->probe);
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
	if (!hook->live)
		return;
	hook->stuck = disable_kretprobe(&hook->probe);
	WRITE_ONCE(hook->live, false);
	if (!hook->stuck) {
		unregister_kretprobe(&hook->probe);
		return;
	}
	/* For handlers that have found it live. */
	synchronize_rcu();
	__module_get(THIS_MODULE);
	pr_err("mmlens: no memory to take the probe on %s out: it stays, idle, and so does this module\n",
	       hook->probe.kp.symbol_name);
}
