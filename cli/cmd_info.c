// SPDX-License-Identifier: GPL-2.0
/* mmlens info: the module, the kernel, and what both can tell. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "names_gen.h"
#include "say.h"
#include "table.h"
#include "text.h"
#include "version.h"

static void bits_json(struct json_object *object, const char *key,
		      const struct name_set *set, uint32_t bits)
{
	unsigned int bit;

	object = js_object(object, key);
	for (bit = 0; bit < set->count; bit++)
		js_bool(object, set->entries[bit].key, bits >> bit & 1);
}

static void unprobed_json(struct json_object *object, const char *names)
{
	struct json_object *array = js_array(object, "unprobed");
	char name[sizeof(((struct info *)NULL)->unprobed)];
	size_t length;

	for (; *names; names += length + (names[length] == ' ')) {
		length = strcspn(names, " ");
		snprintf(name, sizeof(name), "%.*s", (int)length, names);
		js_word(array, name);
	}
}

static void info_json(struct context *c, const struct info *info)
{
	struct json_object *object = js_object(c->root, "info");
	char buf[NAME_MAX_LEN];

	js_text(object, "module_version", info->version);
	js_text(object, "kernel", info->kernel);
	js_text(object, "regime", name_of(&names_regime, info->regime, buf));
	js_number(object, "levels", info->levels);
	js_number(object, "page_size_bytes", info->page_size);
	bits_json(object, "features", &names_feature, info->features);
	bits_json(object, "privileges", &names_privilege, info->privileges);
	js_number(object, "watches", info->watches);
	bits_json(object, "watchable", &names_watch_kind, info->watchable);
	bits_json(object, "attached", &names_watch_kind, info->attached);
	unprobed_json(object, info->unprobed);
}

static int bits_text(struct context *c, const char *title,
		     const struct name_set *set, uint32_t bits)
{
	static const struct column columns[] = {
		{ "", 0 }, { "", 0 }, { "", COLUMN_WORDS },
	};
	struct table table;
	unsigned int bit;

	putchar('\n');
	say(&c->term, PAINT_HEAD, "%s", title);
	table_begin(&table, &c->term, columns, 3, false);
	for (bit = 0; bit < set->count; bit++) {
		bool yes = bits >> bit & 1;

		table_row(&table);
		table_cell(&table, 0, yes ? PAINT_ANON : PAINT_DIM, "  %s",
			   yes ? "yes" : "no");
		table_cell(&table, 1, PAINT_NONE, "%s", set->entries[bit].name);
		table_cell(&table, 2, PAINT_DIM, "%s", set->entries[bit].doc);
	}
	return context_table(c, table_end(&table));
}

/* What mmlens does to the kernel now. */
static void watches_text(struct context *c, const struct info *info)
{
	char kinds[256], unprobed[sizeof(info->unprobed)];

	text_flags(&names_watch_kind, info->attached, kinds, sizeof(kinds));
	putchar('\n');
	say(&c->term, PAINT_NONE, info->attached ?
	    "%u watch%s: attached to the kernel for %s." :
	    "%u watch%s: nothing is attached to the kernel.", info->watches,
	    info->watches == 1 ? "" : "es", kinds);
	if (!*info->unprobed)
		return;
	text_safe(info->unprobed, unprobed, sizeof(unprobed));
	say(&c->term, PAINT_NONE,
	    "This kernel has not, or does not let be probed: %s", unprobed);
}

static int info_text(struct context *c, const struct info *info)
{
	char version[sizeof(info->version) * 4], kernel[sizeof(info->kernel) * 4];
	char buf[NAME_MAX_LEN], other[sizeof(version) + 32] = "";
	int ret;

	text_safe(info->version, version, sizeof(version));
	text_safe(info->kernel, kernel, sizeof(kernel));
	if (strcmp(info->version, MMLENS_VERSION) != 0)
		snprintf(other, sizeof(other), " (the module is %s)", version);
	say(&c->term, PAINT_HEAD, "mmlens %s%s, Linux %s", MMLENS_VERSION, other,
	    kernel);
	say(&c->term, PAINT_NONE,
	    "%u levels of page tables, pages of %u bytes, LRU regime %s",
	    info->levels, info->page_size,
	    name_of(&names_regime, info->regime, buf));
	ret = bits_text(c, "What this kernel and this load of the module can tell",
			&names_feature, info->features);
	if (!ret)
		ret = bits_text(c, "What can be watched here",
				&names_watch_kind, info->watchable);
	if (!ret)
		ret = bits_text(c, "What you may see", &names_privilege,
				info->privileges);
	if (!ret)
		watches_text(c, info);
	return ret ? ret : context_output(c);
}

/**
 * cmd_info() - the command
 * @c: the run
 * @argc: number of arguments
 * @argv: none
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_info(struct context *c, int argc, char **argv)
{
	struct info info;
	int ret;

	(void)argc;
	(void)argv;
	ret = nl_open(&c->asker.nl, &c->failure);
	if (!ret)
		ret = ask_info(&c->asker, &info);
	if (ret)
		return ret;
	if (!c->options.json)
		return info_text(c, &info);
	info_json(c, &info);
	return 0;
}
