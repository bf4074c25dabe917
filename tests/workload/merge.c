// SPDX-License-Identifier: GPL-2.0
/*
 * Areas of two equal pages, which many children map, too, and which KSM may
 * merge in the parent. Of the two, ksmd keeps the one that it sees last.
 *
 * usage: merge CHILDREN
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "say.h"

static const char names[] = "ab";

static char *build(char letter)
{
	char *start = map_base(2 * PAGE);

	memset(start, letter, 2 * PAGE);
	return start;
}

int main(int argc, char **argv)
{
	char *starts[sizeof(names) - 1];
	size_t i;
	int left;

	if (argc != 2)
		return 1;
	for (i = 0; names[i]; i++)
		starts[i] = build(names[i]);
	for (left = atoi(argv[1]); left; left--) {
		int pid = fork();

		if (pid < 0)
			die("fork");
		if (pid)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	/* Of the parent alone: what was said before is inherited. */
	for (i = 0; names[i]; i++) {
		char name[] = { names[i], '\0' };

		if (madvise(starts[i], 2 * PAGE, MADV_MERGEABLE))
			die("MADV_MERGEABLE");
		say_area(name, starts[i], 2 * PAGE, "*2");
	}
	say_ready();
	wait_for_exit();
	return 0;
}
