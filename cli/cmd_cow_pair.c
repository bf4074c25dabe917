// SPDX-License-Identifier: GPL-2.0
/* mmlens cow PID PID2: two processes, page by page. */
#include <errno.h>

#include "cow_pair.h"

struct reader {
	struct pair_answer *answer;
	unsigned int which;
};

static int take_run(const struct mmlens_page_run *run, void *data)
{
	struct reader *reader = data;
	struct pair_answer *answer = reader->answer;

	if (pieces_add(&answer->pair.pieces[reader->which], run))
		return fail_memory(&answer->c->failure);
	return 0;
}

/* The parts are those that were chosen of the first, in both. */
static int read_pieces(struct pair_answer *answer, unsigned int which)
{
	struct reader reader = { answer, which };
	struct context *c = answer->c;
	/* Of the folio, whether it has a swap slot besides. */
	struct reading reading = {
		.detail = MMLENS_DETAIL_PFN | MMLENS_DETAIL_FOLIO,
		.cookie = answer->pair.vmas[which]->cookie,
	};
	int ret;

	ret = select_pages(c, &answer->selection, &reading, take_run, &reader);
	answer->changed |= reading.changed;
	stall_add(&answer->stall, &reading.stall);
	return ret;
}

/* Frame numbers are what tells one page from two that look alike. */
static int check_privilege(struct context *c)
{
	bool admin;
	int ret = context_admin(c, &admin);

	if (ret || admin)
		return ret;
	fail(&c->failure, FAIL_KERNEL, EPERM,
	     "whether two processes have the same page is told by frame numbers, and those are for CAP_SYS_ADMIN");
	fail_hint(&c->failure, "try it with sudo");
	return -EPERM;
}

static int say_kernel_threads(struct pair_answer *answer)
{
	struct context *c = answer->c;
	struct target first = c->target;
	int ret = 0;

	if (c->options.json) {
		pair_json_kernel_threads(answer);
		return 0;
	}
	if (first.kernel_thread)
		ret = say_kernel_thread(c, "cow", true);
	if (!ret && answer->other.kernel_thread) {
		c->target = answer->other;
		ret = say_kernel_thread(c, "cow", true);
		c->target = first;
	}
	return ret;
}

static int read_both(struct pair_answer *answer)
{
	struct context *c = answer->c;
	bool changed;
	int ret;

	ret = select_read(c, &answer->selection);
	if (ret)
		return ret;
	answer->pair.vmas[0] = &answer->selection.vmas;
	answer->changed = answer->selection.changed;
	stall_add(&answer->stall, &answer->selection.vmas.stall);

	c->asker.target = &answer->other;
	ret = ask_vmas(&c->asker, NULL, &answer->other_vmas, &changed);
	if (ret)
		return ret;
	answer->pair.vmas[1] = &answer->other_vmas;
	answer->changed |= changed;
	stall_add(&answer->stall, &answer->other_vmas.stall);
	answer->one_mm = answer->selection.vmas.cookie ==
			 answer->other_vmas.cookie;
	if (answer->one_mm)
		return 0;

	ret = check_privilege(c);
	if (ret)
		return ret;
	c->asker.target = &c->target;
	ret = read_pieces(answer, 0);
	c->asker.target = &answer->other;
	if (!ret)
		ret = read_pieces(answer, 1);
	if (!ret && pair_sum(&answer->pair, &answer->sums))
		ret = fail_memory(&c->failure);
	return ret;
}

static int show(struct pair_answer *answer)
{
	int ret;

	if (!answer->c->options.json)
		return pair_text(answer);
	ret = pair_json_rows(answer);
	pair_json(answer);
	return ret;
}

/**
 * cmd_cow_pair() - the command
 * @c: the run
 * @argc: 2 or 3
 * @argv: both PIDs, and a range or name
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_cow_pair(struct context *c, int argc, char **argv)
{
	struct pair_answer answer = {
		.c = c,
		.other = { .dir = -1, .pagemap = -1 },
		.pair.page_size = c->page_size,
	};
	int pid, other, ret;

	ret = arg_pid(argv[0], &pid, &c->failure);
	if (!ret)
		ret = arg_pid(argv[1], &other, &c->failure);
	if (!ret)
		ret = select_parse(c, argc > 2 ? argv[2] : NULL,
				   &answer.selection);
	if (!ret)
		ret = context_open(c, pid);
	if (ret)
		return ret;

	ret = target_open(&answer.other, other, &c->failure);
	if (!ret && (c->target.kernel_thread || answer.other.kernel_thread)) {
		ret = say_kernel_threads(&answer);
	} else if (!ret) {
		ret = read_both(&answer);
		if (!ret)
			ret = show(&answer);
	}
	c->asker.target = &c->target;
	target_close(&answer.other);
	pieces_free(&answer.pair.pieces[0]);
	pieces_free(&answer.pair.pieces[1]);
	vma_list_free(&answer.other_vmas);
	select_free(&answer.selection);
	return ret;
}
