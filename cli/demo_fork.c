// SPDX-License-Identifier: GPL-2.0
/* The scene of fork and copy-on-write. */
#include "demo.h"

#define PAGES 4

enum { PARENT, CHILD };

static int together(struct demo *demo)
{
	int ret;

	ret = demo_map(demo, PAGES, false,
		       "The parent maps 4 pages of private anonymous memory.");
	if (!ret)
		ret = demo_change(demo, PARENT, DEED_WRITE, 0,
				  MMLENS_VERDICT_EXCLUSIVE,
				  "The parent writes to all of them.");
	if (!ret)
		ret = demo_change(demo, PARENT, DEED_FORK, 0,
				  MMLENS_VERDICT_SHARED,
				  "The parent forks. No page is copied, but both may only read.");
	if (!ret)
		ret = demo_access(demo, CHILD, 1, false,
				  "The child reads page 2.");
	if (!ret)
		ret = demo_access(demo, CHILD, 0, true,
				  "The child writes to page 1.");
	if (!ret)
		ret = demo_access(demo, PARENT, 0, true,
				  "The parent writes to page 1. Nobody else has it any more.");
	return ret;
}

static int alone(struct demo *demo)
{
	int ret;

	ret = demo_change(demo, CHILD, DEED_LEAVE, 1, MMLENS_VERDICT_REUSABLE,
			  "The child exits.");
	if (!ret)
		ret = demo_access(demo, PARENT, 1, true,
				  "The parent writes to page 2.");
	return ret;
}

static int play(struct demo *demo)
{
	struct json_object *summary;
	int ret;

	demo->actors[PARENT].name = "parent";
	demo->actors[CHILD].name = "child";
	demo_text_say(demo, "Each page is shown with its frame and its verdict. PSS counts of a page that two processes share one half for each.");
	ret = together(demo);
	if (!ret)
		ret = alone(demo);
	if (ret)
		return ret;
	if (demo->c->options.json) {
		summary = demo_json_summary(demo);
		js_number(summary, "copied_pages", demo->copied);
		js_number(summary, "reused_pages", demo->reused);
	}
	if (!demo->missed)
		demo_text_say(demo, "fork has copied none of the pages. One was copied later: the one that was written while both had it.");
	return 0;
}

const struct scene demo_fork = {
	.name = "fork",
	.about = "Copy-on-write: fork shares, the first write copies, the last one left keeps.",
	.play = play,
};
