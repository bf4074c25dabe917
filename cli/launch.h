/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_LAUNCH_H
#define MMLENS_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "fail.h"

/*
 * A command that is started to be watched: a child waits until the watch is
 * there, and then becomes the command.
 */
struct launch {
	char **argv;
	pid_t pid;		/* 0 if there is none */
	int go;			/* written to, it becomes the command */
	int report;		/* read from, why it could not */
	bool running;		/* as the command */
	bool gone;
	int status;		/* as of waitpid(), once it is gone */
	struct rusage usage;	/* likewise, with what its children used */
};

/* Room for what became of a command. */
#define LAUNCH_TEXT 64

int launch_prepare(struct launch *launch, char **argv, struct failure *f);
int launch_go(struct launch *launch, struct failure *f);
bool launch_gone(struct launch *launch);
bool launch_wait(struct launch *launch, int milliseconds);
void launch_signal(const struct launch *launch, int number);
void launch_end(struct launch *launch);
const char *launch_outcome(const struct launch *launch, char to[LAUNCH_TEXT]);

#endif
