// SPDX-License-Identifier: GPL-2.0
#include "names_gen.h"
#include "page_json.h"
#include "reasons.h"
#include "swaps.h"
#include "vmas.h"
#include "walk.h"

/**
 * level_shift() - the lowest bit of an address that a level's index takes
 * @answer: says how many levels there are
 * @level: enum mmlens_level
 *
 * Each index has nine bits. With four levels the uppermost is called PGD and
 * takes the bits that P4D has with five.
 *
 * Return: The number of the bit.
 */
unsigned int level_shift(const struct walk_answer *answer, unsigned int level)
{
	return 12 + 9 * (level < answer->levels ? level : answer->levels - 1);
}

/**
 * walk_physical() - where in physical memory the byte is
 * @c: the run
 * @answer: the answer
 * @physical: filled
 *
 * Return: false if it is nowhere, or not told.
 */
bool walk_physical(const struct context *c, const struct walk_answer *answer,
		   uint64_t *physical)
{
	const struct walk *walk = &answer->walk;
	const struct mmlens_step *last = walk_last(walk);

	if (!walk->has_run || !(walk->run.facts & MMLENS_DETAIL_PFN) || !last ||
	    last->kind != MMLENS_ENTRY_KIND_LEAF)
		return false;
	*physical = walk->run.pfn * c->page_size +
		    answer->address % c->page_size;
	return true;
}

static void level_json(struct json_object *array, const struct mmlens_step *step,
		       bool withheld)
{
	struct json_object *object = js_item(array);
	char buf[NAME_MAX_LEN];

	js_text(object, "level", name_of(&names_level, step->level, buf));
	js_number(object, "index", step->index);
	js_text(object, "kind", name_of(&names_entry_kind, step->kind, buf));
	if (withheld)
		js_flags(object, "withheld", &names_detail, MMLENS_DETAIL_PFN);
	else
		js_hex(object, "entry", step->entry);
	js_flags(object, "flags", &names_entry_flag, step->flags);
}

static void page_object(struct context *c, struct json_object *object,
			const struct walk *walk)
{
	char text[PAGE_JSON_MAX], device[SWAP_NAME];
	struct page_row row = { walk->run, walk->run.pages };
	struct json_object *page;

	/* The very writer of pages, so that a page looks the same in both. */
	page_json(&row, walk->answer.withheld, c->page_size,
		  c->now, text);
	page = json_tokener_parse(text);
	if (page)
		json_object_object_add(object, "page", page);
	if (walk->run.state == MMLENS_STATE_SWAP &&
	    walk->run.facts & MMLENS_DETAIL_PFN &&
	    swap_device(walk->run.swap_type, device, sizeof(device)))
		js_text(object, "swap_device", device);
}

static void rights_json(struct json_object *object, const struct walk *walk)
{
	struct rights rights;

	walk_rights(walk, &rights);
	if (!rights.known)
		return;
	object = js_object(object, "rights");
	js_bool(object, "write", rights.write);
	js_bool(object, "exec", rights.exec);
	js_bool(object, "user", rights.user);
}

static void reasons_json(struct context *c, struct json_object *object,
			 const char *key, const struct walk_answer *answer,
			 bool write)
{
	struct json_object *array = js_array(object, key);
	struct reasons reasons;
	unsigned int i;

	reasons_of(c, answer, write, &reasons);
	for (i = 0; i < reasons.count; i++)
		js_word(array, reasons.sentence[i]);
}

/**
 * walk_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 */
void walk_json(struct context *c, const struct walk_answer *answer)
{
	struct json_object *object = js_object(c->root, "walk"), *array, *hole;
	const struct walk *walk = &answer->walk;
	uint64_t physical;
	unsigned int i;

	context_who(c, object);
	js_hex(object, "cookie", walk->answer.cookie);
	js_hex(object, "address", answer->address);
	if (walk->has_vma) {
		vma_json(js_object(object, "vma"), &walk->vma);
	} else {
		hole = js_object(object, "hole");
		if (answer->below)
			vma_json(js_object(hole, "below"), answer->below);
		if (answer->above)
			vma_json(js_object(hole, "above"), answer->above);
	}
	array = js_array(object, "levels");
	for (i = 0; i < walk->steps; i++)
		level_json(array, &walk->step[i],
			   walk->answer.withheld & MMLENS_DETAIL_PFN);
	rights_json(object, walk);
	if (walk->has_run)
		page_object(c, object, walk);
	if (walk->run.facts & MMLENS_DETAIL_FORECAST) {
		reasons_json(c, object, "read_reasons", answer, false);
		reasons_json(c, object, "write_reasons", answer, true);
	}
	if (walk_physical(c, answer, &physical))
		js_hex(object, "physical", physical);
	js_flags(object, "withheld", &names_detail, walk->answer.withheld);
	js_stall(object, &walk->answer.stall);
}
