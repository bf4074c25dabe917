// SPDX-License-Identifier: GPL-2.0
#include "demo.h"
#include "names_gen.h"
#include "page_json.h"

static void pages_json(struct demo *demo, struct json_object *parent,
		       const struct look *look)
{
	struct json_object *array = js_array(parent, "pages"), *page;
	char text[PAGE_JSON_MAX];
	size_t i;

	for (i = 0; i < look->count; i++) {
		struct page_row row = { look->runs[i], look->runs[i].pages };

		/* As pages has them, so that a page looks the same in both. */
		page_json(&row, look->withheld, demo->c->page_size,
			  demo->c->now, text);
		page = json_tokener_parse(text);
		if (page)
			json_object_array_add(array, page);
	}
}

static void pfn_json(struct json_object *object, const char *key,
		     const struct books *books, unsigned int page)
{
	if (books_pfn(books, page))
		js_hex(object, key, books_pfn(books, page));
	else if (books_mapped(books, page))
		js_flags(object, "withheld", &names_detail, MMLENS_DETAIL_PFN);
}

static void outcome_json(struct json_object *object, const char *key,
			 const char *key_or, enum mmlens_forecast what,
			 enum mmlens_forecast or_else)
{
	char buf[NAME_MAX_LEN];

	js_text(object, key, name_of(&names_forecast, what, buf));
	if (what != or_else)
		js_text(object, key_or, name_of(&names_forecast, or_else, buf));
}

static void access_json(struct demo *demo, struct json_object *object,
			const struct step *step)
{
	const struct books *before = &step->actor->before;
	const struct books *after = &step->actor->look.books;
	char buf[NAME_MAX_LEN];

	js_hex(object, "address",
	       demo->start + step->page * demo->c->page_size);
	js_number(object, "page", step->page + 1);
	js_text(object, "access", step->write ? "write" : "read");
	outcome_json(object, "predicted", "predicted_or", step->forecast,
		     step->or_else);
	js_text(object, "why", name_of(&names_why, step->why, buf));
	if (step->happened.known)
		outcome_json(object, "happened", "happened_or",
			     step->happened.what, step->happened.or_else);
	else
		js_text(object, "happened", "other");
	js_number(object, "faults_minor", step->done.faults_minor);
	js_number(object, "faults_major", step->done.faults_major);
	js_number(object, "rss_before_bytes", before->rss);
	js_number(object, "rss_bytes", after->rss);
	pfn_json(object, "pfn_before", before, step->page);
	pfn_json(object, "pfn_after", after, step->page);
}

/**
 * demo_json_begin() - the object that the steps go to
 * @demo: the scene as it goes on
 * @scene: the scene
 */
void demo_json_begin(struct demo *demo, const struct scene *scene)
{
	struct json_object *object = js_object(demo->c->root, "demo");

	js_text(object, "scene", scene->name);
	js_number(object, "page_size_bytes", demo->c->page_size);
	demo->list = js_array(object, "steps");
}

/**
 * demo_json_step() - a step, and how all who are on the stage look after it
 * @demo: the scene
 * @step: the step
 */
void demo_json_step(struct demo *demo, const struct step *step)
{
	struct json_object *object = js_item(demo->list), *array, *item;
	char buf[NAME_MAX_LEN];
	unsigned int i;

	js_number(object, "step", step->number);
	js_text(object, "actor", step->actor->name);
	js_text(object, "do", step->what);
	if (step->access) {
		access_json(demo, object, step);
	} else {
		js_number(object, "page", step->page + 1);
		js_text(object, "predicted_verdict",
			name_of(&names_verdict, step->verdict, buf));
	}
	js_bool(object, "as_predicted", step->as_predicted);
	array = js_array(object, "actors");
	for (i = 0; i < ACTORS; i++) {
		const struct actor *actor = &demo->actors[i];

		if (!actor->present)
			continue;
		item = js_item(array);
		js_text(item, "actor", actor->name);
		js_number(item, "pid", (uint64_t)actor->target.pid);
		js_number(item, "rss_bytes", actor->look.books.rss);
		js_number(item, "pss_bytes", actor->look.books.pss);
		pages_json(demo, item, &actor->look);
	}
}

/**
 * demo_json_summary() - what every scene's summary has
 * @demo: the scene
 *
 * Return: The object, for what else the scene has to say.
 */
struct json_object *demo_json_summary(struct demo *demo)
{
	struct json_object *object, *summary;

	json_object_object_get_ex(demo->c->root, "demo", &object);
	summary = js_object(object, "summary");
	js_number(summary, "steps", demo->steps);
	js_number(summary, "as_predicted", demo->steps - demo->missed);
	js_number(summary, "undecided", demo->undecided);
	return summary;
}
