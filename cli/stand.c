// SPDX-License-Identifier: GPL-2.0
/* Reads where the pages of a process stand for reclaim. */
#include "stand.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

#include "ask_system.h"

struct reader {
	struct context *c;
	struct stand_answer *answer;
};

static int take_run(const struct mmlens_page_run *run, void *data)
{
	struct reader *reader = data;
	struct stand_answer *answer = reader->answer;
	const struct vma_list *vmas = &answer->selection.vmas;
	const struct vma *vma = vma_at(vmas, run->start);
	int ret = places_add(&answer->sum, run);

	/* A VMA that came after the list was read is in the sum alone. */
	if (!ret && vma)
		ret = places_add(&answer->places[vma - vmas->list], run);
	return ret ? fail_memory(&reader->c->failure) : 0;
}

/* Switching the regime moves pages bit by bit. */
static bool is_mixed(const struct places *places)
{
	bool lists = false, generations = false;
	size_t i;

	for (i = 0; i < places->count; i++) {
		enum standing s = place_standing(&places->list[i]);

		generations |= s <= STANDS_FOURTH;
		lists |= s > STANDS_FOURTH && standing_has_age(s);
	}
	return lists && generations;
}

/*
 * The births of generations that none of the pages is in, too: the next younger
 * one's says since when pages were not used. A cgroup that was removed may not
 * be found; its births remain unknown then, as far as its pages do not tell.
 */
static void read_births(struct context *c, struct stand_answer *answer,
			struct lruvec_sum *of)
{
	struct system_query query = {
		.has_cgroup = of->cgroup, .cgroup = of->cgroup,
		.has_node = true, .node = of->node,
	};
	struct failure before = c->failure;
	struct lruvec_list lruvecs;
	size_t i, j, v;

	if (ask_lruvecs(&c->asker, &query, &lruvecs))
		c->failure = before;
	for (i = 0; i < lruvecs.count; i++) {
		const struct lruvec *lruvec = &lruvecs.list[i];

		/* Those of cgroups below it come, too. */
		if (lruvec->v.cgroup != of->cgroup ||
		    lruvec->v.node != of->node)
			continue;
		for (j = 0; j < lruvec->generations.count; j++) {
			const struct mmlens_generation *g =
				&lruvec->generations.list[j];

			places_learn(&answer->sum, of, (uint32_t)g->number,
				     g->birth);
			for (v = 0; v < answer->selection.vmas.count; v++)
				places_learn(&answer->places[v], of,
					     (uint32_t)g->number, g->birth);
			if (g->number != lruvec->v.youngest)
				continue;
			of->birth_known = true;
			of->birth = g->birth;
		}
	}
	lruvec_list_free(&lruvecs);
}

static int read_pages(struct context *c, struct stand_answer *answer)
{
	struct reader reader = { c, answer };
	struct selection *s = &answer->selection;
	struct reading reading = {
		.detail = PLACES_DETAIL, .cookie = s->vmas.cookie,
	};
	size_t i;
	int ret;

	answer->places = calloc(s->vmas.count + 1, sizeof(*answer->places));
	if (!answer->places)
		return fail_memory(&c->failure);
	ret = select_pages(c, s, &reading, take_run, &reader);
	answer->changed |= reading.changed;
	stall_add(&answer->stall, &reading.stall);
	places_sort(&answer->sum);
	for (i = 0; i < s->vmas.count; i++)
		places_sort(&answer->places[i]);
	answer->mixed = is_mixed(&answer->sum);
	answer->lruvec_count = places_lruvecs(&answer->sum, answer->lruvecs,
					      LRUVECS);
	for (i = 0; i < answer->lruvec_count && i < LRUVECS; i++)
		if (!ret && answer->lruvecs[i].generations)
			read_births(c, answer, &answer->lruvecs[i]);
	return ret;
}

static int read_info(struct context *c, struct stand_answer *answer)
{
	struct info info;
	int ret = ask_info(&c->asker, &info);

	if (ret)
		return ret;
	answer->regime = info.regime;
	if (info.privileges & MMLENS_PRIVILEGE_ADMIN)
		return 0;
	ret = fail(&c->failure, FAIL_KERNEL, EPERM,
		   "where a page stands for reclaim is told with CAP_SYS_ADMIN only");
	fail_hint(&c->failure, "try it with sudo");
	return ret;
}

static void free_answer(struct stand_answer *answer)
{
	size_t i;

	for (i = 0; answer->places && i < answer->selection.vmas.count; i++)
		places_free(&answer->places[i]);
	free(answer->places);
	places_free(&answer->sum);
	select_free(&answer->selection);
}

/**
 * swap_free() - room in swap
 *
 * Return: Bytes.
 */
uint64_t swap_free(void)
{
	struct sysinfo info;

	return sysinfo(&info) ? 0 : (uint64_t)info.freeswap * info.mem_unit;
}

/**
 * stand_command() - a command that tells where pages stand
 * @c: the run
 * @argc: 1 or 2
 * @argv: the PID, and a range or name
 * @key: of the answer in JSON
 * @json: puts the answer into the root object
 * @text: tells it to a person; both return 0, or -errno with the failure told
 *
 * Return: 0, or -errno with the failure told.
 */
int stand_command(struct context *c, int argc, char **argv, const char *key,
		  stand_json_fn json, stand_text_fn text)
{
	struct stand_answer answer = { 0 };
	struct selection *s = &answer.selection;
	int ret = select_open(c, argc, argv, s);

	if (ret)
		return ret;
	if (c->target.kernel_thread)
		return say_kernel_thread(c, key, false);

	ret = read_info(c, &answer);
	if (!ret)
		ret = select_read(c, s);
	answer.changed = s->changed;
	stall_add(&answer.stall, &s->vmas.stall);
	if (!ret)
		ret = read_pages(c, &answer);
	if (!ret)
		ret = c->options.json ? json(c, &answer) : text(c, &answer);
	free_answer(&answer);
	return ret;
}
