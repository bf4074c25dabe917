/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_HOOK_H
#define MMLENS_HOOK_H

#include <linux/compiler.h>
#include <linux/kprobes.h>
#include <linux/types.h>

/**
 * struct mmlens_hook - a probe on the entry and the return of a function
 * @probe: its handlers, data_size and maxactive are the owner's to set
 * @in_use: are calls under way that the return handler has still to see? NULL where
 *          none lasts; the owner's to set
 * @live: it is attached; handlers do nothing without it, but give back
 * @kept: it was left registered for those calls, disarmed while not @live
 * @stuck: the kernel could not take it out, and still knows it
 */
struct mmlens_hook {
	struct kretprobe probe;
	bool (*in_use)(void);
	bool live;
	bool kept;
	bool stuck;
};

/**
 * mmlens_hook_live() - may a handler go on?
 * @hook: whose handler it is
 *
 * Context: Any.
 * Return: false if the hook is not attached, and the kernel calls all the same.
 */
static inline bool mmlens_hook_live(const struct mmlens_hook *hook)
{
	return READ_ONCE(hook->live);
}

int mmlens_hook_attach(struct mmlens_hook *hook, const char *function);
void mmlens_hook_detach(struct mmlens_hook *hook);
void mmlens_hook_exit(struct mmlens_hook *hook);

#endif
