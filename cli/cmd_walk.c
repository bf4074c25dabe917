// SPDX-License-Identifier: GPL-2.0
/* mmlens walk: the translation of one address, level by level. */
#include "walk.h"

#include <errno.h>

/* Which VMAs lie around an address that none covers. */
static int read_neighbours(struct context *c, struct walk_answer *answer)
{
	bool changed;
	size_t i;
	int ret;

	if (answer->walk.has_vma)
		return 0;
	ret = ask_vmas(&c->asker, NULL, &answer->vmas, &changed);
	if (ret)
		return ret;
	i = vma_first_above(&answer->vmas, answer->address);
	if (i)
		answer->below = &answer->vmas.list[i - 1];
	if (i < answer->vmas.count)
		answer->above = &answer->vmas.list[i];
	return 0;
}

/* What the settings and limits of the system decide. */
static void complete_answer(struct context *c, struct walk_answer *answer)
{
	const struct vma *above = answer->above, *below = answer->below;
	struct walk *walk = &answer->walk;

	answer->told = walk->run;
	if (!walk->has_run || !(walk->run.facts & MMLENS_DETAIL_FORECAST))
		return;
	if (walk->has_vma) {
		complete_run(context_system(c), &walk->vma, &walk->run);
	} else if (above && above->v.flags & MMLENS_VMA_FLAG_GROWS_DOWN) {
		answer->growth = growth_of(context_system(c), above, below,
					   answer->address, c->page_size);
		complete_growth(context_system(c), above, answer->growth,
				&walk->run);
	}
}

/**
 * cmd_walk() - the command
 * @c: the run
 * @argc: 2
 * @argv: the PID and the address
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_walk(struct context *c, int argc, char **argv)
{
	struct walk_answer answer = { 0 };
	struct info info;
	int pid, ret;

	(void)argc;
	ret = arg_pid(argv[0], &pid, &c->failure);
	if (!ret)
		ret = arg_address(argv[1], &answer.address, &c->failure);
	if (!ret)
		ret = context_open(c, pid);
	if (ret)
		return ret;
	if (c->target.kernel_thread)
		return say_kernel_thread(c, "walk", false);

	ret = ask_info(&c->asker, &info);
	if (ret)
		return ret;
	/* An answer without them would be a module's fault, not worth failing. */
	answer.levels = info.levels ? info.levels : MMLENS_LEVEL_PGD + 1;
	ret = ask_walk(&c->asker, answer.address, &answer.walk);
	if (!ret)
		ret = read_neighbours(c, &answer);
	if (ret)
		goto out_free;
	complete_answer(c, &answer);
	if (c->options.json)
		walk_json(c, &answer);
	else
		ret = walk_text(c, &answer);
out_free:
	vma_list_free(&answer.vmas);
	vma_clear(&answer.walk.vma);
	return ret;
}
