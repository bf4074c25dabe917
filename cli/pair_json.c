// SPDX-License-Identifier: GPL-2.0
/*
 * Rows are written as they come: there may be as many as pages, and everything
 * in them is a number or a name.
 */
#include <inttypes.h>
#include <stdio.h>

#include "cow_pair.h"
#include "names_gen.h"

static const char *const sharings[SHARINGS] = {
	[SHARING_SAME] = "same",
	[SHARING_DIVERGED] = "diverged",
	[SHARING_ONLY_FIRST] = "only-first",
	[SHARING_ONLY_SECOND] = "only-second",
	[SHARING_UNDECIDED] = "undecided",
};

/**
 * pair_json_rows() - print the beginning of the answer, and all rows
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int pair_json_rows(struct pair_answer *answer)
{
	struct pair_walk walk = { .pair = &answer->pair };
	struct context *c = answer->c;
	char state[2][NAME_MAX_LEN];
	const char *comma = "";
	struct pair_row row;
	int ret = 0;

	context_stream(c, "cow");
	while (!ret && !answer->one_mm && pair_next(&walk, &row)) {
		printf("%s\n{\"start\":\"0x%" PRIx64 "\",\"end\":\"0x%" PRIx64
		       "\",\"pages\":%" PRIu64 ",\"sharing\":\"%s\"", comma,
		       row.start, row.start + row.pages * c->page_size,
		       row.pages, sharings[row.sharing]);
		if (row.sharing != SHARING_ONLY_SECOND)
			printf(",\"state\":\"%s\"",
			       name_of(&names_state, row.state[0], state[0]));
		if (row.sharing != SHARING_ONLY_FIRST)
			printf(",\"other_state\":\"%s\"",
			       name_of(&names_state, row.state[1], state[1]));
		putchar('}');
		comma = ",";
		ret = context_output(c);
	}
	fputs("\n]", stdout);
	return ret;
}

/**
 * pair_json() - put the sums into the root object
 * @answer: the answer
 */
void pair_json(struct pair_answer *answer)
{
	struct json_object *summary = js_object(answer->c->root, "summary");
	struct json_object *object;

	context_who(answer->c, summary);
	js_hex(summary, "cookie", answer->selection.vmas.cookie);
	object = js_object(summary, "other");
	js_number(object, "pid", (uint64_t)answer->other.pid);
	js_text(object, "comm", answer->other.comm);
	js_hex(object, "cookie", answer->other_vmas.cookie);
	js_bool(summary, "one_address_space", answer->one_mm);
	if (!answer->one_mm) {
		js_number(summary, "same_pages",
			  answer->sums.pages[SHARING_SAME]);
		js_number(summary, "diverged_pages",
			  answer->sums.pages[SHARING_DIVERGED]);
		js_number(summary, "only_first_pages",
			  answer->sums.pages[SHARING_ONLY_FIRST]);
		js_number(summary, "only_second_pages",
			  answer->sums.pages[SHARING_ONLY_SECOND]);
		js_number(summary, "undecided_pages",
			  answer->sums.pages[SHARING_UNDECIDED]);
		js_number(summary, "same_elsewhere_pages",
			  answer->sums.elsewhere);
	}
	js_number(summary, "page_size_bytes", answer->c->page_size);
	js_bool(summary, "consistent", !answer->changed);
	js_stall(summary, &answer->stall);
}

/**
 * pair_json_kernel_threads() - the plain fact, of one or both
 * @answer: the answer
 */
void pair_json_kernel_threads(struct pair_answer *answer)
{
	struct context *c = answer->c;
	struct json_object *summary, *object;

	js_array(c->root, "cow");
	summary = js_object(c->root, "summary");
	context_who(c, summary);
	if (c->target.kernel_thread)
		js_bool(summary, "kernel_thread", true);
	object = js_object(summary, "other");
	js_number(object, "pid", (uint64_t)answer->other.pid);
	js_text(object, "comm", answer->other.comm);
	if (answer->other.kernel_thread)
		js_bool(object, "kernel_thread", true);
}
