// SPDX-License-Identifier: GPL-2.0
/* mmlens demo: scenes for a class, each step predicted, done and verified. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"
#include "say.h"
#include "table.h"

static const struct scene *const scenes[] = { &demo_zero, &demo_fork };

#define SCENES (sizeof(scenes) / sizeof(scenes[0]))

static int list_text(struct context *c)
{
	static const struct column columns[] = {
		{ "SCENE", 0 }, { "WHAT IT SHOWS", COLUMN_WORDS },
	};
	struct table table;
	size_t i;

	table_begin(&table, &c->term, columns, 2, true);
	for (i = 0; i < SCENES; i++) {
		table_row(&table);
		table_cell(&table, 0, PAINT_HEAD, "%s", scenes[i]->name);
		table_cell(&table, 1, PAINT_NONE, "%s", scenes[i]->about);
	}
	return context_table(c, table_end(&table));
}

static int list(struct context *c)
{
	struct json_object *array, *item;
	size_t i;

	if (!c->options.json)
		return list_text(c);
	array = js_array(js_object(c->root, "demo"), "scenes");
	for (i = 0; i < SCENES; i++) {
		item = js_item(array);
		js_text(item, "scene", scenes[i]->name);
		js_text(item, "about", scenes[i]->about);
	}
	return 0;
}

static int play(struct demo *demo, const struct scene *scene)
{
	struct context *c = demo->c;
	int ret;

	if (c->options.json)
		demo_json_begin(demo, scene);
	else
		demo_text_begin(demo, scene);
	ret = scene->play(demo);
	if (!ret && demo->unseen)
		demo_text_say(demo, "Frames, and whether a page may be taken over, are for CAP_SYS_ADMIN to see: with sudo, this scene shows more.");
	if (!ret && demo->missed)
		ret = fail(&c->failure, FAIL_KERNEL, EINVAL,
			   "%u of %u steps did not go as predicted",
			   demo->missed, demo->steps);
	return ret;
}

static int begin(struct context *c, const struct scene *scene)
{
	struct demo *demo = calloc(1, sizeof(*demo));
	unsigned int i;
	int ret;

	if (!demo)
		return fail_memory(&c->failure);
	demo->c = c;
	for (i = 0; i < ACTORS; i++)
		demo->actors[i].target = (struct target){
			.dir = -1, .pagemap = -1
		};
	/* Before there is a socket that the actors would inherit. */
	ret = troupe_start(&demo->troupe, &c->failure);
	if (!ret)
		ret = nl_open(&c->asker.nl, &c->failure);
	if (!ret)
		ret = play(demo, scene);
	troupe_end(&demo->troupe);
	/* It may name a target, and that goes now. */
	c->asker.target = NULL;
	for (i = 0; i < ACTORS; i++) {
		target_close(&demo->actors[i].target);
		free(demo->actors[i].look.runs);
	}
	free(demo);
	return ret;
}

/**
 * cmd_demo() - the command
 * @c: the run
 * @argc: 0 or 1
 * @argv: the name of a scene
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_demo(struct context *c, int argc, char **argv)
{
	size_t i;

	if (!argc)
		return list(c);
	for (i = 0; i < SCENES; i++)
		if (!strcmp(argv[0], scenes[i]->name))
			return begin(c, scenes[i]);
	fail(&c->failure, FAIL_USAGE, EINVAL, "there is no scene '%.64s'",
	     argv[0]);
	fail_hint(&c->failure, "'mmlens demo' lists the scenes");
	return -EINVAL;
}
