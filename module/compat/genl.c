// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/string.h>

#include "genl.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define OPS_MAX		32

/* The family points to them for as long as it is registered. */
static struct genl_ops folded[OPS_MAX];

static int set_ops(struct genl_family *family, const struct genl_split_ops *ops,
		   unsigned int count)
{
	unsigned int i;

	if (WARN_ON(count > OPS_MAX))
		return -EINVAL;
	for (i = 0; i < count; i++)
		folded[i] = (struct genl_ops){
			.doit = ops[i].doit,
			.start = ops[i].start,
			.dumpit = ops[i].dumpit,
			.done = ops[i].done,
			.policy = ops[i].policy,
			.maxattr = ops[i].maxattr,
			.cmd = ops[i].cmd,
			.flags = ops[i].flags,
		};
	family->ops = folded;
	family->n_ops = count;
	return 0;
}
#else
static int set_ops(struct genl_family *family, const struct genl_split_ops *ops,
		   unsigned int count)
{
	family->split_ops = ops;
	family->n_split_ops = count;
	return 0;
}
#endif

/**
 * mmlens_genl_register() - register a family with generated operations
 * @family: the family, all filled in but its operations
 * @ops: the operations
 * @count: how many; on 6.1, at most one of do and dump for a command
 *
 * Context: Process context. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_genl_register(struct genl_family *family,
			 const struct genl_split_ops *ops, unsigned int count)
{
	int err = set_ops(family, ops, count);

	return err ?: genl_register_family(family);
}
