// SPDX-License-Identifier: GPL-2.0
/* mmlens zones: free memory against the marks of reclaim. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "zones.h"

/**
 * setting_name() - what a setting is called
 * @setting: the setting
 *
 * lowmem_reserve_ratio is none of them: when it is read, the kernel reckons the
 * reserves of all zones anew.
 *
 * Return: Its name below /proc/sys/vm.
 */
const char *setting_name(enum setting setting)
{
	static const char *const names[SETTINGS] = {
		[SETTING_SWAPPINESS] = "swappiness",
		[SETTING_MIN_FREE] = "min_free_kbytes",
		[SETTING_SCALE] = "watermark_scale_factor",
		[SETTING_BOOST] = "watermark_boost_factor",
		[SETTING_ZONE_RECLAIM] = "zone_reclaim_mode",
	};

	return names[setting];
}

/* Numbers with a blank between them, whatever the kernel puts there. */
static void read_setting(enum setting setting, char text[SETTING_TEXT])
{
	char name[64];
	size_t n = 0;
	char *p;

	snprintf(name, sizeof(name), "/proc/sys/vm/%s", setting_name(setting));
	if (file_read(AT_FDCWD, name, text, SETTING_TEXT) < 0)
		text[0] = '\0';
	for (p = text; *p; p++) {
		if (*p != '\t' && *p != '\n' && *p != ' ')
			text[n++] = *p;
		else if (n && text[n - 1] != ' ')
			text[n++] = ' ';
	}
	while (n && text[n - 1] == ' ')
		n--;
	text[n] = '\0';
}

/* Leaves one node, if it is asked for. */
static int pick_node(struct context *c, struct node_list *nodes)
{
	struct node picked;
	uint64_t number;
	size_t i;
	int ret;

	if (!c->options.node)
		return 0;
	ret = arg_number(c->options.node, "a node", 0, UINT32_MAX, &number,
			 &c->failure);
	if (ret)
		return ret;
	for (i = 0; i < nodes->count; i++)
		if (nodes->list[i].state.node == number)
			break;
	if (i == nodes->count)
		return fail(&c->failure, FAIL_KERNEL, ENODEV,
			    "there is no node %s", c->options.node);
	picked = nodes->list[i];
	nodes->list[i] = nodes->list[0];
	nodes->list[0] = picked;
	while (nodes->count > 1)
		node_clear(&nodes->list[--nodes->count]);
	return 0;
}

/**
 * cmd_zones() - the command
 * @c: the run
 * @argc: 0
 * @argv: none
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_zones(struct context *c, int argc, char **argv)
{
	struct zones_answer answer = { 0 };
	unsigned int i;
	int ret;

	(void)argc;
	(void)argv;
	ret = nl_open(&c->asker.nl, &c->failure);
	if (!ret)
		ret = ask_nodes(&c->asker, &answer.nodes);
	if (!ret)
		ret = pick_node(c, &answer.nodes);
	for (i = 0; i < SETTINGS; i++)
		read_setting(i, answer.settings.text[i]);
	if (!ret && c->options.json)
		zones_json(c, &answer);
	else if (!ret)
		ret = zones_text(c, &answer);
	node_list_free(&answer.nodes);
	return ret;
}
