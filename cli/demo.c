// SPDX-License-Identifier: GPL-2.0
/* A step of a scene: predict, do, and see what the kernel's books say of it. */
#include "demo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "file.h"
#include "system.h"

#define HUGE_SIZE "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"

/**
 * demo_huge_pages() - how many pages a huge page is made of
 * @demo: the scene
 *
 * Return: The number; 0 if there are no huge pages, or too large ones to show.
 */
unsigned int demo_huge_pages(const struct demo *demo)
{
	char text[32];
	uint64_t size;

	if (file_read(AT_FDCWD, HUGE_SIZE, text, sizeof(text)) <= 0)
		return 0;
	size = strtoull(text, NULL, 10) / demo->c->page_size;
	return size <= BOOKS_PAGES ? (unsigned int)size : 0;
}

static int take_run(const struct mmlens_page_run *run, void *data)
{
	struct look *look = data;
	struct mmlens_page_run *grown;

	grown = reallocarray(look->runs, look->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	look->runs = grown;
	look->runs[look->count++] = *run;
	return 0;
}

/* What the module left open and the settings of the system decide. */
static void complete(struct look *look, const struct target *target,
		     const struct vma_list *vmas)
{
	struct system sys;
	size_t i;

	system_read(&sys, target);
	for (i = 0; i < look->count; i++)
		complete_run(&sys, vma_at(vmas, look->runs[i].start),
			     &look->runs[i]);
}

static int look_at(struct demo *demo, struct actor *actor)
{
	struct context *c = demo->c;
	struct look *look = &actor->look;
	struct range range = {
		.start = demo->start,
		.end = demo->start + demo->pages * c->page_size,
		.given = true,
	};
	uint32_t detail = MMLENS_DETAIL_ENTRY | MMLENS_DETAIL_VERDICT |
			  MMLENS_DETAIL_FORECAST;
	struct page_answer answer;
	struct vma_list vmas;
	bool changed;
	int ret;

	look->count = 0;
	c->asker.target = &actor->target;
	/* Frames make many runs of what is one to the eye. */
	if (demo->pages <= SIGNS)
		detail |= MMLENS_DETAIL_PFN;
	ret = ask_pages(&c->asker, &range, detail, false, &answer, take_run,
			look, &changed);
	look->withheld = answer.withheld;
	if (ret)
		return ret;
	ret = ask_vmas(&c->asker, &range, &vmas, &changed);
	if (!ret)
		complete(look, &actor->target, &vmas);
	vma_list_free(&vmas);
	if (ret)
		return ret;
	return books_read(&look->books, &actor->target, demo->start,
			  demo->pages, c->page_size, &c->failure);
}

/**
 * demo_look() - look at all who are on the stage
 * @demo: the scene
 *
 * Return: 0, or -errno with the failure told.
 */
int demo_look(struct demo *demo)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < ACTORS; i++) {
		struct actor *actor = &demo->actors[i];

		actor->before = actor->look.books;
		if (actor->present)
			ret = look_at(demo, actor);
	}
	return ret;
}

/**
 * look_run() - what mmlens tells of one page
 * @demo: the scene
 * @look: the look
 * @page: number of the page
 *
 * Return: The run it belongs to; NULL if the module left it out.
 */
const struct mmlens_page_run *look_run(const struct demo *demo,
				       const struct look *look,
				       unsigned int page)
{
	uint64_t size = demo->c->page_size, address = demo->start + page * size;
	size_t i;

	for (i = 0; i < look->count; i++)
		if (address - look->runs[i].start < look->runs[i].pages * size)
			return &look->runs[i];
	return NULL;
}

static int no_page(struct demo *demo)
{
	return fail(&demo->c->failure, FAIL_KERNEL, EBADMSG,
		    "the module left out a page of the scene");
}

static int predict(struct demo *demo, struct step *step)
{
	const struct mmlens_page_run *run;

	run = look_run(demo, &step->actor->look, step->page);
	if (!run)
		return no_page(demo);
	step->forecast = step->write ? run->write : run->read;
	step->or_else = step->write ? run->write_else : run->read_else;
	step->why = step->write ? run->write_why : run->read_why;
	step->unseen = step->why == MMLENS_WHY_WITHHELD;
	return 0;
}

/* What mmlens must tell of a page after an access of this outcome. */
static bool state_fits(const struct mmlens_page_run *run,
		       enum mmlens_forecast outcome)
{
	bool own = run->state == MMLENS_STATE_ANON &&
		   run->verdict == MMLENS_VERDICT_EXCLUSIVE;

	switch (outcome) {
	case MMLENS_FORECAST_ZERO:
		return run->state == MMLENS_STATE_ZERO;
	case MMLENS_FORECAST_HUGE_ZERO:
		return run->state == MMLENS_STATE_HUGE_ZERO;
	case MMLENS_FORECAST_HUGE_ANON:
		return own && run->level == MMLENS_LEVEL_PMD;
	case MMLENS_FORECAST_ANON:
	case MMLENS_FORECAST_ZERO_COPY:
	case MMLENS_FORECAST_COW_COPY:
	case MMLENS_FORECAST_COW_REUSE:
		return own;
	case MMLENS_FORECAST_NONE:
		return run->flags & MMLENS_PAGE_FLAG_PRESENT;
	default:
		return false;
	}
}

static int judge_access(struct demo *demo, struct step *step)
{
	const struct happening *happened = &step->happened;
	const struct look *look = &step->actor->look;
	const struct mmlens_page_run *run = look_run(demo, look, step->page);

	if (!run)
		return no_page(demo);
	step->happened = books_tell(&step->actor->before, &look->books,
				    step->page, demo->c->page_size,
				    step->done.faults_minor,
				    step->done.faults_major);
	step->as_predicted = happened->known &&
			     (happened->what == step->forecast ||
			      happened->what == step->or_else ||
			      happened->or_else == step->forecast ||
			      happened->or_else == step->or_else) &&
			     state_fits(run, happened->what);
	demo->undecided += step->forecast != step->or_else;
	if (happened->what == happened->or_else) {
		demo->copied += happened->what == MMLENS_FORECAST_COW_COPY;
		demo->reused += happened->what == MMLENS_FORECAST_COW_REUSE;
	}
	return 0;
}

/* Do the books, and what mmlens tells, fit the verdict that was predicted? */
static bool page_fits(const struct step *step, const struct look *look,
		      const struct mmlens_page_run *run, unsigned int page)
{
	bool mapped = step->verdict != MMLENS_VERDICT_N_A;
	bool alone = mapped && step->verdict != MMLENS_VERDICT_SHARED;

	if (books_mapped(&look->books, page) != mapped ||
	    books_alone(&look->books, page) != alone)
		return false;
	return run->verdict == step->verdict || step->unseen;
}

static int judge_change(struct demo *demo, struct step *step)
{
	unsigned int i, page;

	step->as_predicted = true;
	for (i = 0; i < ACTORS; i++) {
		const struct look *look = &demo->actors[i].look;

		if (!demo->actors[i].present)
			continue;
		for (page = step->page; page < demo->pages; page++) {
			const struct mmlens_page_run *run;

			run = look_run(demo, look, page);
			if (!run)
				return no_page(demo);
			step->unseen = run->verdict_why == MMLENS_WHY_WITHHELD;
			step->as_predicted &= page_fits(step, look, run, page);
		}
	}
	return 0;
}

static int announce(struct demo *demo, struct step *step)
{
	step->number = ++demo->steps;
	return demo->c->options.json ? 0 : demo_text_announce(demo, step);
}

static int predicted(struct demo *demo, struct step *step)
{
	return demo->c->options.json ? 0 : demo_text_predict(demo, step);
}

static int happened(struct demo *demo, struct step *step, int ret)
{
	if (ret)
		return ret;
	demo->missed += !step->as_predicted;
	demo->unseen |= step->unseen;
	if (!demo->c->options.json)
		return demo_text_happened(demo, step);
	demo_json_step(demo, step);
	return 0;
}

/**
 * demo_access() - an actor reads or writes a page
 * @demo: the scene
 * @actor: number of the actor
 * @page: number of the page
 * @write: it writes
 * @what: the sentence for it
 *
 * Return: 0, or -errno with the failure told.
 */
int demo_access(struct demo *demo, unsigned int actor, unsigned int page,
		bool write, const char *what)
{
	struct step step = {
		.what = what, .actor = &demo->actors[actor],
		.access = true, .write = write, .page = page,
	};
	int ret = announce(demo, &step);

	if (!ret)
		ret = demo_look(demo);
	if (!ret)
		ret = predict(demo, &step);
	if (!ret)
		ret = predicted(demo, &step);
	if (!ret)
		ret = troupe_do(&demo->troupe, actor,
				write ? DEED_WRITE : DEED_READ,
				demo->start + page * demo->c->page_size, 0,
				&step.done, &demo->c->failure);
	if (!ret)
		ret = demo_look(demo);
	if (!ret)
		ret = judge_access(demo, &step);
	return happened(demo, &step, ret);
}

static int enter(struct demo *demo, unsigned int actor, uint64_t pid)
{
	struct actor *who = &demo->actors[actor];

	who->present = true;
	return target_open(&who->target, (int)pid, &demo->c->failure);
}

static int do_change(struct demo *demo, unsigned int actor, enum deed deed,
		     struct step *step)
{
	struct context *c = demo->c;
	unsigned int page;
	int ret = 0;

	switch (deed) {
	case DEED_WRITE:
		for (page = 0; !ret && page < demo->pages; page++)
			ret = troupe_do(&demo->troupe, actor, deed,
					demo->start + page * c->page_size, 0,
					&step->done, &c->failure);
		return ret;
	case DEED_FORK:
		ret = troupe_do(&demo->troupe, actor, deed, 0, 0, &step->done,
				&c->failure);
		return ret ? ret : enter(demo, 1, step->done.value);
	default:
		ret = troupe_do(&demo->troupe, actor, DEED_LEAVE, 0, 0,
				&step->done, &c->failure);
		demo->actors[actor].present = false;
		return ret ? ret : troupe_do(&demo->troupe, 0, DEED_AWAIT, 0, 0,
					     &step->done, &c->failure);
	}
}

/**
 * demo_change() - an actor does what changes many pages
 * @demo: the scene
 * @actor: number of the actor
 * @deed: DEED_WRITE for all pages, DEED_FORK, or DEED_LEAVE of the child
 * @first: number of the first page of which something is predicted
 * @verdict: what is predicted, of that page and those behind it
 * @what: the sentence for it
 *
 * Return: 0, or -errno with the failure told.
 */
int demo_change(struct demo *demo, unsigned int actor, enum deed deed,
		unsigned int first, enum mmlens_verdict verdict,
		const char *what)
{
	struct step step = {
		.what = what, .actor = &demo->actors[actor],
		.page = first, .verdict = verdict,
	};
	int ret = announce(demo, &step);

	if (!ret)
		ret = predicted(demo, &step);
	if (!ret)
		ret = do_change(demo, actor, deed, &step);
	if (!ret)
		ret = demo_look(demo);
	if (!ret)
		ret = judge_change(demo, &step);
	return happened(demo, &step, ret);
}

/**
 * demo_map() - the first actor maps memory of its own
 * @demo: the scene
 * @pages: how many pages
 * @huge: aligned, and huge pages are welcome
 * @what: the sentence for it
 *
 * Return: 0, or -errno with the failure told.
 */
int demo_map(struct demo *demo, unsigned int pages, bool huge,
	     const char *what)
{
	struct context *c = demo->c;
	struct step step = {
		.what = what, .actor = &demo->actors[0],
		.verdict = MMLENS_VERDICT_N_A,
	};
	int ret = announce(demo, &step);

	if (!ret)
		ret = predicted(demo, &step);
	if (!ret)
		ret = troupe_do(&demo->troupe, 0,
				huge ? DEED_MAP_HUGE : DEED_MAP, 0,
				pages * c->page_size, &step.done, &c->failure);
	if (ret)
		return ret;
	demo->start = step.done.value;
	demo->pages = pages;
	if (!demo->actors[0].present)
		ret = enter(demo, 0, (uint64_t)demo->troupe.pid);
	if (!ret)
		ret = demo_look(demo);
	if (!ret)
		ret = judge_change(demo, &step);
	return happened(demo, &step, ret);
}
