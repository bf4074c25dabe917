// SPDX-License-Identifier: GPL-2.0
/* The scene of the zero page. */
#include "demo.h"
#include "text.h"

#define PAGES 16

/* What reads as zero and what costs memory, of the VMA that is looked at. */
struct ledger {
	unsigned int zero;
	unsigned int own;
};

static void add_to_ledger(const struct demo *demo, struct ledger *ledger)
{
	unsigned int page;

	for (page = 0; page < demo->pages; page++) {
		const struct mmlens_page_run *run;

		run = look_run(demo, &demo->actors[0].look, page);
		if (!run)
			continue;
		ledger->zero += run->state == MMLENS_STATE_ZERO ||
				run->state == MMLENS_STATE_HUGE_ZERO;
		ledger->own += run->state == MMLENS_STATE_ANON;
	}
}

static int small_pages(struct demo *demo)
{
	int ret;

	demo_text_say(demo, "Signs: '.' no page, '0' the page of zeroes that all processes share, '#' a page of its own.");
	ret = demo_map(demo, PAGES, false,
		       "The process maps 16 pages of private anonymous memory.");
	if (!ret)
		ret = demo_access(demo, 0, 0, false,
				  "It reads page 1, where nothing was ever written.");
	if (!ret)
		ret = demo_access(demo, 0, 1, false,
				  "It reads page 2. The frame is the same one.");
	if (!ret)
		ret = demo_access(demo, 0, 2, false, "It reads page 3.");
	if (!ret)
		ret = demo_access(demo, 0, 0, true,
				  "It writes to page 1, which it has read before.");
	if (!ret)
		ret = demo_access(demo, 0, 3, true,
				  "It writes to page 4, which it has never read.");
	if (!ret)
		ret = demo_access(demo, 0, 3, true,
				  "It writes to page 4 once more.");
	return ret;
}

static int huge_page(struct demo *demo, unsigned int pages)
{
	int ret;

	demo_text_say(demo, "The same with room for a huge page. Signs: 'Z' the huge page of zeroes, 'H' a huge page of its own; each sign stands for %u pages, and shows what costs most among them.",
		      pages / SIGNS);
	ret = demo_map(demo, pages, true,
		       "The process maps the length of a huge page, aligned.");
	if (!ret)
		ret = demo_access(demo, 0, 0, false, "It reads its first byte.");
	if (!ret)
		ret = demo_access(demo, 0, 0, true, "It writes its first byte.");
	return ret;
}

static void close_ledger(struct demo *demo, const struct ledger *ledger)
{
	uint64_t zero = ledger->zero * demo->c->page_size;
	uint64_t own = ledger->own * demo->c->page_size;
	char bytes[2][SIZE_TEXT];
	struct json_object *summary;

	if (demo->c->options.json) {
		summary = demo_json_summary(demo);
		js_number(summary, "zero_pages", ledger->zero);
		js_number(summary, "zero_bytes", zero);
		js_number(summary, "own_pages", ledger->own);
		js_number(summary, "own_bytes", own);
		return;
	}
	demo_text_say(demo, "The ledger: %u pages (%s) map the zero page and cost nothing; %u (%s) have memory of their own. Page tables are not counted.",
		      ledger->zero, text_size(zero, demo->c->options.bytes, bytes[0]),
		      ledger->own, text_size(own, demo->c->options.bytes, bytes[1]));
}

static int play(struct demo *demo)
{
	unsigned int huge = demo_huge_pages(demo);
	struct ledger ledger = { 0 };
	int ret;

	demo->actors[0].name = "process";
	ret = small_pages(demo);
	add_to_ledger(demo, &ledger);
	if (!ret && huge) {
		ret = huge_page(demo, huge);
		add_to_ledger(demo, &ledger);
	}
	if (!ret)
		close_ledger(demo, &ledger);
	return ret;
}

const struct scene demo_zero = {
	.name = "zero",
	.about = "The zero page: what reading costs, and what writing costs.",
	.play = play,
};
