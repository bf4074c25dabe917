// SPDX-License-Identifier: GPL-2.0
/*
 * For a person who looks on: 16 MiB, and one thing done with them at a time.
 *
 * usage: live
 * Tells where they are. "read" reads the first 1 MiB, "write" writes to the
 * first 256 KiB, "fork" makes a child that does nothing. Each is answered by
 * "done".
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

int main(void)
{
	char *area = map_base(16 << 20);
	const char *command;
	pid_t child = 0;

	printf("%lx\n", (unsigned long)area);
	fflush(stdout);
	while ((command = next_command())) {
		if (!strcmp(command, "read"))
			look(area, 1 << 20);
		else if (!strcmp(command, "write"))
			touch(area, 256 << 10);
		else if (!strcmp(command, "fork") && !child)
			child = fork();
		if (child < 0)
			die("fork");
		/* Only a child comes here from "fork" without one of its own. */
		while (!strcmp(command, "fork") && !child)
			pause();
		puts("done");
		fflush(stdout);
	}
	if (child) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	return 0;
}
