// SPDX-License-Identifier: GPL-2.0
/* mmlens sharers, mmlens pfn: who maps a page. */
#include <stdlib.h>

#include "mappers.h"

/**
 * mappers_page() - what is known of the page
 * @answer: the answer
 *
 * Return: The page, or what is there instead; NULL if nothing is known.
 */
const struct mmlens_page_run *mappers_page(const struct mappers_answer *answer)
{
	if (answer->mappers.has_page)
		return &answer->mappers.page;
	return answer->walk.has_run ? &answer->walk.run : NULL;
}

/**
 * mappers_complete() - were all found who map the page?
 * @answer: the answer
 *
 * Return: true if they are as many as the page says, or nobody maps it.
 */
bool mappers_complete(const struct mappers_answer *answer)
{
	const struct mappers *mappers = &answer->mappers;

	if (mappers->unknown || answer->changed)
		return false;
	return !(mappers->page.facts & MMLENS_DETAIL_COUNTS) ||
	       mappers->count == mappers->page.mapcount;
}

/* Processes by their PIDs, those that have none here last. */
static int by_process(const void *a, const void *b)
{
	const struct mmlens_mapper *x = a, *y = b;
	uint32_t p = x->pid - 1, q = y->pid - 1;

	if (p != q)
		return p < q ? -1 : 1;
	if (x->cookie != y->cookie)
		return x->cookie < y->cookie ? -1 : 1;
	return x->address < y->address ? -1 : x->address > y->address;
}

static void sort(struct mappers_answer *answer)
{
	const struct mappers *mappers = &answer->mappers;
	size_t i;

	if (!mappers->count)
		return;
	qsort(mappers->list, mappers->count, sizeof(*mappers->list),
	      by_process);
	answer->processes = 1;
	for (i = 1; i < mappers->count; i++)
		if (mappers->list[i].cookie != mappers->list[i - 1].cookie)
			answer->processes++;
}

static int show(struct context *c, struct mappers_answer *answer)
{
	sort(answer);
	if (!c->options.json)
		return mappers_text(c, answer);
	mappers_json(c, answer);
	return 0;
}

/**
 * cmd_sharers() - the command
 * @c: the run
 * @argc: 2
 * @argv: the PID and the address
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_sharers(struct context *c, int argc, char **argv)
{
	struct mappers_answer answer = { 0 };
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
		return say_kernel_thread(c, "sharers", true);

	ret = ask_mappers(&c->asker, answer.address, &answer.mappers,
			  &answer.changed);
	if (!ret && !answer.mappers.has_page) {
		ret = ask_walk(&c->asker, answer.address, &answer.walk);
		/* What an access would do is for walk to tell. */
		answer.walk.run.facts &= ~(MMLENS_DETAIL_VERDICT |
					   MMLENS_DETAIL_FORECAST);
	}
	if (!ret)
		ret = show(c, &answer);
	vma_clear(&answer.walk.vma);
	mappers_free(&answer.mappers);
	return ret;
}

/**
 * cmd_pfn() - the command
 * @c: the run
 * @argc: 1
 * @argv: the frame number
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_pfn(struct context *c, int argc, char **argv)
{
	struct mappers_answer answer = { .by_frame = true };
	int ret;

	(void)argc;
	ret = arg_frame(argv[0], &answer.frame, &c->failure);
	if (!ret)
		ret = nl_open(&c->asker.nl, &c->failure);
	if (!ret)
		ret = ask_mappers_of_frame(&c->asker, answer.frame,
					   &answer.mappers, &answer.changed);
	if (!ret)
		ret = show(c, &answer);
	mappers_free(&answer.mappers);
	return ret;
}
