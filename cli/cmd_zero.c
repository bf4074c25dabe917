// SPDX-License-Identifier: GPL-2.0
/* mmlens zero: the ledger of zero pages. */
#include <stdlib.h>

#include "zero.h"

static bool maps_zero(unsigned int forecast)
{
	return forecast == MMLENS_FORECAST_ZERO ||
	       forecast == MMLENS_FORECAST_HUGE_ZERO;
}

static void count(struct zero_sums *sums, const struct mmlens_page_run *run)
{
	if (run->state == MMLENS_STATE_ZERO)
		sums->small += run->pages;
	else if (run->state == MMLENS_STATE_HUGE_ZERO)
		sums->huge += run->pages;
	else if (maps_zero(run->read) && maps_zero(run->read_else))
		sums->untouched += run->pages;
}

struct reader {
	struct context *c;
	struct zero_answer *answer;
};

static int take_run(const struct mmlens_page_run *told, void *data)
{
	struct reader *reader = data;
	struct zero_answer *answer = reader->answer;
	const struct vma_list *vmas = &answer->selection.vmas;
	const struct vma *vma = vma_at(vmas, told->start);
	struct mmlens_page_run run = context_complete(reader->c, vma, told);

	count(&answer->sum, &run);
	/* A VMA that came after the list was read is in the sum alone. */
	if (vma)
		count(&answer->sums[vma - vmas->list], &run);
	return 0;
}

static int read_pages(struct context *c, struct zero_answer *answer)
{
	struct reader reader = { c, answer };
	struct selection *s = &answer->selection;
	struct reading reading = {
		.detail = MMLENS_DETAIL_FORECAST, .cookie = s->vmas.cookie,
	};
	int ret;

	answer->sums = calloc(s->vmas.count + 1, sizeof(*answer->sums));
	if (!answer->sums)
		return fail_memory(&c->failure);
	ret = select_pages(c, s, &reading, take_run, &reader);
	answer->changed |= reading.changed;
	stall_add(&answer->stall, &reading.stall);
	return ret;
}

/**
 * zero_pages() - all that reads as zero and takes no memory
 * @sums: the sums
 *
 * Return: Pages.
 */
uint64_t zero_pages(const struct zero_sums *sums)
{
	return sums->small + sums->huge + sums->untouched;
}

/**
 * zero_rss() - the resident set, which zero pages are no part of
 * @answer: the answer
 *
 * Return: Pages.
 */
uint64_t zero_rss(const struct zero_answer *answer)
{
	const struct mmlens_counters *n = &answer->mm.counters;

	return n->rss_anon + n->rss_file + n->rss_shmem;
}

/**
 * cmd_zero() - the command
 * @c: the run
 * @argc: 1 or 2
 * @argv: the PID, and a range or name
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_zero(struct context *c, int argc, char **argv)
{
	struct zero_answer answer = { 0 };
	struct selection *s = &answer.selection;
	int ret = select_open(c, argc, argv, s);

	if (ret)
		return ret;
	if (c->target.kernel_thread)
		return say_kernel_thread(c, "zero", true);

	ret = select_read(c, s);
	answer.changed = s->changed;
	stall_add(&answer.stall, &s->vmas.stall);
	if (!ret)
		ret = read_pages(c, &answer);
	if (!ret && !s->range.given) {
		ret = ask_mm(&c->asker, &answer.mm);
		stall_add(&answer.stall, &answer.mm.stall);
	}
	if (!ret && c->options.json)
		zero_json(c, &answer);
	else if (!ret)
		ret = zero_text(c, &answer);
	free(answer.sums);
	select_free(s);
	return ret;
}
