// SPDX-License-Identifier: GPL-2.0
/*
 * A process that starts itself anew, over and over: under one PID one address
 * space after the other, some of them half built.
 *
 * usage: execs          until it is killed
 */
#include <stdlib.h>
#include <unistd.h>

#include "say.h"

int main(int argc, char **argv)
{
	char *again[] = { argv[0], "again", NULL };

	if (argc == 1)
		say_ready();
	execv("/proc/self/exe", again);
	die("execv");
}
