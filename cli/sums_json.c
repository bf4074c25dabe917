// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "json.h"
#include "names_gen.h"

/* Pages by name; a name without a page is left out. */
static void counts(struct json_object *object, const char *key,
		   const struct name_set *set, const uint64_t *pages,
		   unsigned int count)
{
	char buf[NAME_MAX_LEN];
	unsigned int i;

	object = js_object(object, key);
	for (i = 0; i < count; i++)
		if (pages[i])
			js_number(object, name_of(set, i, buf), pages[i]);
}

/**
 * js_amount() - an amount of memory, in pages and in bytes
 * @object: where to
 * @name: the keys without _pages and _bytes
 * @pages: the amount
 * @page_size: base page size, in bytes
 */
void js_amount(struct json_object *object, const char *name, uint64_t pages,
	       uint64_t page_size)
{
	char key[64];

	snprintf(key, sizeof(key), "%s_pages", name);
	js_number(object, key, pages);
	snprintf(key, sizeof(key), "%s_bytes", name);
	js_number(object, key, pages * page_size);
}

/**
 * js_states() - pages by state
 * @object: where to
 * @key: the key
 * @totals: the sums; a state without a page is left out
 */
void js_states(struct json_object *object, const char *key,
	       const struct totals *totals)
{
	counts(object, key, &names_state, totals->state, TOTAL_STATES);
}

static void writes_json(struct json_object *object, const char *key,
			const char *open_key, const struct writes *writes)
{
	const struct undecided *u = writes->undecided;
	struct json_object *array, *item;
	char buf[NAME_MAX_LEN];
	unsigned int i;

	counts(object, key, &names_forecast, writes->decided, TOTAL_FORECASTS);
	if (!u[0].pages)
		return;
	array = js_array(object, open_key);
	for (i = 0; i < TOTAL_UNDECIDED && u[i].pages; i++) {
		item = js_item(array);
		js_text(item, "write", name_of(&names_forecast, u[i].what, buf));
		js_text(item, "write_or",
			name_of(&names_forecast, u[i].or_else, buf));
		js_text(item, "write_why", name_of(&names_why, u[i].why, buf));
		js_number(item, "pages", u[i].pages);
	}
}

/**
 * js_decisions() - pages by verdict, and by what a write would do
 * @object: where to
 * @totals: the sums
 * @detail: bits of enum mmlens_detail, what was asked for; of what was not
 *	there is no key
 * @page_size: base page size, in bytes
 */
void js_decisions(struct json_object *object, const struct totals *totals,
		  uint32_t detail, uint64_t page_size)
{
	struct write_sum sum;

	if (detail & MMLENS_DETAIL_VERDICT)
		counts(object, "verdicts", &names_verdict, totals->verdict,
		       TOTAL_VERDICTS);
	if (!(detail & MMLENS_DETAIL_FORECAST))
		return;
	writes_json(object, "writes", "writes_undecided", &totals->present);
	writes_json(object, "holes", "holes_undecided", &totals->holes);
	totals_writes(totals, &sum);
	js_amount(object, "write_copies", sum.copied, page_size);
	js_amount(object, "write_may_copy", sum.may_copy, page_size);
}
