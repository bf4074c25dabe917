// SPDX-License-Identifier: GPL-2.0
/* What the answers of lru PID and age have in common, in JSON. */
#include "names_gen.h"
#include "stand.h"

/**
 * js_pages() - an amount of memory, as its object's own
 * @object: where to
 * @pages: the amount
 * @page_size: base page size, in bytes
 */
void js_pages(struct json_object *object, uint64_t pages, uint64_t page_size)
{
	js_number(object, "pages", pages);
	js_number(object, "bytes", pages * page_size);
}

/**
 * place_json() - what stands at one place, but for its name
 * @c: the run
 * @object: where to
 * @place: the place
 */
void place_json(const struct context *c, struct json_object *object,
		const struct place *place)
{
	uint64_t idle;

	if (place->lru == MMLENS_LRU_GENERATION) {
		js_number(object, "generation", place->generation);
		js_number(object, "younger", place->younger);
		js_number(object, "age_ms", age_of(place->birth, c->now));
		if (place_idle(place, c->now, &idle))
			js_number(object, "idle_at_least_ms", idle);
	}
	js_pages(object, place->pages, c->page_size);
	js_number(object, "anon_pages", place->anon);
	js_number(object, "file_pages", place->pages - place->anon);
	js_number(object, "accessed_pages", place->accessed);
}

/**
 * no_list_json() - what is resident, but on no list
 * @c: the run
 * @array: where to
 * @places: the places
 */
void no_list_json(const struct context *c, struct json_object *array,
		  const struct places *places)
{
	struct json_object *object;
	char buf[NAME_MAX_LEN];
	unsigned int i;

	for (i = 0; i < TOTAL_STATES; i++) {
		if (!places->no_list[i])
			continue;
		object = js_item(array);
		js_text(object, "list", "none");
		js_text(object, "state", name_of(&names_state, i, buf));
		js_pages(object, places->no_list[i], c->page_size);
	}
}

/**
 * beside_json() - what is not resident
 * @object: where to
 * @places: the places
 */
void beside_json(struct json_object *object, const struct places *places)
{
	char buf[NAME_MAX_LEN];
	unsigned int i;

	object = js_object(object, "beside");
	for (i = 0; i < TOTAL_STATES; i++)
		if (places->beside[i])
			js_number(object, name_of(&names_state, i, buf),
				  places->beside[i]);
}

/**
 * stand_json_begin() - whose pages, and which LRU
 * @c: the run
 * @key: of the answer
 * @answer: the answer
 *
 * Return: The object that the rest goes to.
 */
struct json_object *stand_json_begin(struct context *c, const char *key,
				     const struct stand_answer *answer)
{
	struct json_object *object = js_object(c->root, key);
	char buf[NAME_MAX_LEN];

	context_who(c, object);
	js_text(object, "regime", name_of(&names_regime, answer->regime, buf));
	js_bool(object, "mixed", answer->mixed);
	return object;
}

/**
 * stand_json_summary() - sums, and how far they can be relied on
 * @c: the run
 * @object: the answer
 * @answer: the same
 *
 * Return: The summary; more may go to it.
 */
struct json_object *stand_json_summary(struct context *c,
				       struct json_object *object,
				       const struct stand_answer *answer)
{
	const struct places *sum = &answer->sum;
	struct json_object *summary = js_object(object, "summary");

	js_hex(summary, "cookie", answer->selection.vmas.cookie);
	js_amount(summary, "resident", sum->resident, c->page_size);
	js_number(summary, "rss_pages", places_rss(sum));
	beside_json(summary, sum);
	js_number(summary, "page_size_bytes", c->page_size);
	js_bool(summary, "consistent", !answer->changed);
	js_stall(summary, &answer->stall);
	return summary;
}
