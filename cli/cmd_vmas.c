// SPDX-License-Identifier: GPL-2.0
/* mmlens vmas: the VMAs, with --stats the states of their pages. */
#include <errno.h>
#include <stdlib.h>

#include "vmas.h"

/* Runs come by address, as the VMAs do. */
struct counter {
	struct vmas_answer *answer;
	size_t at;		/* the VMA of the last run */
};

static int count_run(const struct mmlens_page_run *run, void *data)
{
	struct counter *counter = data;
	const struct vma_list *vmas = &counter->answer->selection.vmas;
	struct totals *totals = counter->answer->totals;

	while (counter->at < vmas->count &&
	       vmas->list[counter->at].v.end <= run->start)
		counter->at++;
	totals_add(&counter->answer->sum, run, run->pages);
	/* A VMA that came after the list was read is in the sum alone. */
	if (counter->at < vmas->count &&
	    vmas->list[counter->at].v.start <= run->start)
		totals_add(&totals[counter->at], run, run->pages);
	return 0;
}

/* Of a range only what lies in it is counted; of a VMA by name, all of it. */
static int count_pages(struct context *c, struct vmas_answer *answer)
{
	struct selection *s = &answer->selection;
	struct counter counter = { .answer = answer };
	struct page_answer pages;
	bool changed;
	int ret = 0;
	size_t i;

	answer->totals = calloc(s->vmas.count + 1, sizeof(*answer->totals));
	if (!answer->totals)
		return fail_memory(&c->failure);
	answer->counted = true;
	for (i = 0; !ret && i < select_parts(s); i++) {
		struct range part = select_part(s, i);

		ret = ask_pages(&c->asker, &part, 0, false, &pages, count_run,
				&counter, &changed);
		answer->changed |= changed || pages.cookie != s->vmas.cookie;
		stall_add(&answer->stall, &pages.stall);
	}
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
	int pid, ret, shown = 0;

	ret = arg_pid(argv[0], &pid, &c->failure);
	if (!ret)
		ret = select_parse(c, argc > 1 ? argv[1] : NULL, s);
	if (!ret)
		ret = context_open(c, pid);
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
