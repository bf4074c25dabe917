// SPDX-License-Identifier: GPL-2.0
/* mmlens cow: what writes would copy, and what a fork would share. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cow.h"
#include "cow_pair.h"

static void count_splits(struct cow_sums *sums, uint64_t page_size,
			 const struct mmlens_page_run *run)
{
	/* As many as a table has entries. */
	uint64_t huge = page_size / sizeof(uint64_t);
	uint64_t count = (run->pages + huge - 1) / huge;

	switch (write_splits(run)) {
	case SPLITS_NOT:
		break;
	case SPLITS_PERHAPS:
		sums->may_split += count;
		break;
	case SPLITS:
		sums->splits += count;
	}
}

static void count(struct cow_sums *sums, uint64_t page_size,
		  const struct vma *vma, const struct mmlens_page_run *run)
{
	totals_add(&sums->totals, run, run->pages);
	fork_add(&sums->fork, vma, run);
	count_splits(sums, page_size, run);
}

struct reader {
	struct context *c;
	struct cow_answer *answer;
};

static int take_run(const struct mmlens_page_run *told, void *data)
{
	struct reader *reader = data;
	struct cow_answer *answer = reader->answer;
	const struct vma_list *vmas = &answer->selection.vmas;
	const struct vma *vma = vma_at(vmas, told->start);
	struct mmlens_page_run run = context_complete(reader->c, vma, told);
	uint64_t page_size = reader->c->page_size;

	/* Whether a VMA is private that came meanwhile, nobody knows. */
	if (!vma || !vma_is_private(vma))
		return 0;
	count(&answer->sums[vma - vmas->list], page_size, vma, &run);
	count(&answer->sum, page_size, vma, &run);
	return 0;
}

static int read_pages(struct context *c, struct cow_answer *answer)
{
	struct reader reader = { c, answer };
	struct selection *s = &answer->selection;
	struct reading reading = {
		.detail = MMLENS_DETAIL_ENTRY | MMLENS_DETAIL_VERDICT |
			  MMLENS_DETAIL_FORECAST,
		.cookie = s->vmas.cookie,
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
 * cow_shows() - is this one of the VMAs that the answer is about?
 * @answer: the answer
 * @i: index of the VMA
 *
 * Return: true for a private mapping that holds something.
 */
bool cow_shows(const struct cow_answer *answer, size_t i)
{
	const struct totals *totals = &answer->sums[i].totals;

	return totals->pages > totals->state[MMLENS_STATE_NONE];
}

static int cow_one(struct context *c, int argc, char **argv)
{
	struct cow_answer answer = { 0 };
	struct selection *s = &answer.selection;
	int ret = select_open(c, argc, argv, s);

	if (ret)
		return ret;
	if (c->target.kernel_thread)
		return say_kernel_thread(c, "cow", true);

	ret = select_read(c, s);
	answer.changed = s->changed;
	stall_add(&answer.stall, &s->vmas.stall);
	if (!ret)
		ret = context_admin(c, &answer.admin);
	if (!ret)
		ret = read_pages(c, &answer);
	if (!ret && c->options.json)
		cow_json(c, &answer);
	else if (!ret)
		ret = cow_text(c, &answer);
	free(answer.sums);
	select_free(s);
	return ret;
}

/* More than a PID can have. */
#define PID_DIGITS 8

/* A short address of digits only must have its 0x, or it is a PID. */
static bool is_pid(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return !strcmp(text, "self") ||
	       (digits && !text[digits] && digits < PID_DIGITS);
}

/**
 * cmd_cow() - the command
 * @c: the run
 * @argc: 1 to 3
 * @argv: the PID, perhaps another, and a range or name
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_cow(struct context *c, int argc, char **argv)
{
	if (argc > 1 && is_pid(argv[1]))
		return cmd_cow_pair(c, argc, argv);
	if (argc < 3)
		return cow_one(c, argc, argv);
	return fail(&c->failure, FAIL_USAGE, EINVAL, "'%.64s' is not a PID",
		    argv[1]);
}
