/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_WHOM_H
#define MMLENS_WHOM_H

#include "cmd.h"
#include "launch.h"

/*
 * Whom a command line asks to watch: a process by its PID, a command that is to
 * be started, the processes of a cgroup, or all; which of their faults, and for
 * how long.
 */
struct whom {
	struct watch_query query;
	struct launch launch;
	bool process;		/* by its PID, or by its command */
	bool command;
	bool partial;		/* some classes or addresses only */
	uint64_t ns;		/* 0: until it ends, or is interrupted */
};

int whom_classes(const char *list, uint32_t *classes, struct failure *f);
int whom_time(struct whom *whom, const char *text, struct failure *f);
int whom_open(struct context *c, int argc, char **argv, struct whom *whom);
void whom_close(struct whom *whom);

#endif
