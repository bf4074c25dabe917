/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_ZONES_H
#define MMLENS_ZONES_H

#include "ask_system.h"
#include "cmd.h"

/* What /proc/sys says of free memory and of reclaim. */
enum setting {
	SETTING_SWAPPINESS,
	SETTING_MIN_FREE,
	SETTING_SCALE,
	SETTING_BOOST,
	SETTING_ZONE_RECLAIM,
	SETTINGS
};

#define SETTING_TEXT 128

struct settings {
	char text[SETTINGS][SETTING_TEXT];	/* empty: there is none */
};

struct zones_answer {
	struct node_list nodes;	/* those to be shown */
	struct settings settings;
};

const char *setting_name(enum setting setting);
void zones_json(struct context *c, const struct zones_answer *answer);
int zones_text(struct context *c, const struct zones_answer *answer);

#endif
