// SPDX-License-Identifier: GPL-2.0
/* mmlens vmas: the VMAs, with --stats the states of their pages. */
#include <errno.h>
#include <stdlib.h>

#include "vmas.h"

struct counting {
	struct context *c;
	struct vmas_answer *answer;
};

static int count_run(const struct mmlens_page_run *told, void *data)
{
	const struct counting *counting = data;
	struct vmas_answer *answer = counting->answer;
	const struct vma_list *vmas = &answer->selection.vmas;
	const struct vma *vma = vma_at(vmas, told->start);
	struct mmlens_page_run run = context_complete(counting->c, vma, told);

	totals_add(&answer->sum, &run, run.pages);
	/* A VMA that came after the list was read is in the sum alone. */
	if (vma)
		totals_add(&answer->totals[vma - vmas->list], &run, run.pages);
	return 0;
}

/* Of a range only what lies in it is counted; of a VMA by name, all of it. */
static int count_pages(struct context *c, struct vmas_answer *answer)
{
	struct counting counting = { c, answer };
	struct selection *s = &answer->selection;
	struct reading reading = {
		.detail = MMLENS_DETAIL_VERDICT | MMLENS_DETAIL_FORECAST,
		.cookie = s->vmas.cookie,
	};
	int ret;

	answer->totals = calloc(s->vmas.count + 1, sizeof(*answer->totals));
	if (!answer->totals)
		return fail_memory(&c->failure);
	answer->counted = true;
	ret = select_pages(c, s, &reading, count_run, &counting);
	answer->changed |= reading.changed;
	stall_add(&answer->stall, &reading.stall);
	return ret;
}

/**
 * cmd_vmas() - the command
 * @c: the run
 * @argc: 1 or 2
 * @argv: the PID, and a range or name
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_vmas(struct context *c, int argc, char **argv)
{
	struct vmas_answer answer = { 0 };
	struct selection *s = &answer.selection;
	int ret = select_open(c, argc, argv, s);
	int shown = 0;

	if (ret)
		return ret;
	if (c->target.kernel_thread)
		return say_kernel_thread(c, "vmas", true);

	ret = select_read(c, s);
	answer.changed = s->changed;
	stall_add(&answer.stall, &s->vmas.stall);
	if (!ret && c->options.stats)
		ret = count_pages(c, &answer);
	/* What was read before a failure is shown beside it. */
	if (c->options.json)
		vmas_json(c, &answer);
	else if (!ret || s->vmas.count)
		shown = vmas_text(c, &answer);
	free(answer.totals);
	select_free(s);
	return ret ? ret : shown;
}
