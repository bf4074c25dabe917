// SPDX-License-Identifier: GPL-2.0
/*
 * A stack and a heap that grow.
 *
 * usage: grow
 * "stack" uses 256 KiB more of the stack, "heap" moves brk by 1 MiB, "map"
 * adds a mapping.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "say.h"

static void deeper(int depth)
{
	char here[256 * 1024];
	const char *command;

	touch(here, sizeof(here));
	say_ready();
	while ((command = next_command())) {
		if (!strcmp(command, "stack")) {
			if (!depth)
				die("stack");
			deeper(depth - 1);
		} else if (!strcmp(command, "heap")) {
			if (sbrk(1 << 20) == (void *)-1)
				die("sbrk");
			say_ready();
		} else if (!strcmp(command, "map")) {
			map(PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1);
			say_ready();
		}
	}
	/* Keeps this frame alive: no tail call. */
	touch(here, PAGE);
}

int main(void)
{
	deeper(20);
	return 0;
}
