/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_HELP_H
#define MMLENS_HELP_H

#include "cmd.h"

/* Options that not every command takes. */
#define TAKES_STATS	(1U << 0)
#define TAKES_EACH	(1U << 1)
#define TAKES_DETAIL	(1U << 2)
#define TAKES_FILTER	(1U << 3)
#define TAKES_STEP	(1U << 4)
#define TAKES_LIST	(1U << 5)
#define TAKES_VMAS	(1U << 6)
#define TAKES_NODE	(1U << 7)
#define TAKES_CGROUP	(1U << 8)
#define TAKES_PEEK	(1U << 9)
#define TAKES_WATCH	(1U << 10)	/* how to watch */
#define TAKES_EVENTS	(1U << 11)	/* which events, and how to show them */
#define TAKES_OUTPUT	(1U << 12)
#define TAKES_COMMAND	(1U << 13)	/* -- COMMAND ARGS... */
#define TAKES_COUNTS	(1U << 14)	/* how to show counts */

struct command {
	const char *name;
	int (*run)(struct context *c, int argc, char **argv);
	int least;		/* number of arguments */
	int most;
	unsigned int takes;	/* TAKES_* */
	const char *const *help; /* usage, one line, then the rest */
};

extern const char *const help_info[];
extern const char *const help_mm[];
extern const char *const help_vmas[];
extern const char *const help_pages[];
extern const char *const help_walk[];
extern const char *const help_cow[];
extern const char *const help_zero[];
extern const char *const help_age[];
extern const char *const help_sharers[];
extern const char *const help_pfn[];
extern const char *const help_demo[];
extern const char *const help_lru[];
extern const char *const help_zones[];
extern const char *const help_faults[];
extern const char *const help_watch[];

void help_print(const struct term *term, const struct command *command,
		const struct command *all);

#endif
