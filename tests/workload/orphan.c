// SPDX-License-Identifier: GPL-2.0
/*
 * A process with a child in its own address space, which stays there when the
 * parent leaves, or becomes another program. Then the child writes to each page.
 *
 * usage: orphan exit|exec PAGES
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

#define STACK	(64 * PAGE)

static int gone[2];
static char *area;
static size_t len;

/* It has descriptors of its own: when the parent's are closed, that is told. */
static int stay(void *unused)
{
	char byte;

	(void)unused;
	close(gone[1]);
	if (read(gone[0], &byte, 1))
		die("read");
	touch(area, len);
	say_number("child", (uint64_t)getpid());
	say_ready();
	wait_for_exit();
	_exit(0);
}

int main(int argc, char **argv)
{
	char *stack;

	if (argc != 3)
		die("usage: orphan exit|exec PAGES");
	len = strtoul(argv[2], NULL, 10) * PAGE;
	area = map_base(len);
	stack = map_base(STACK);
	if (pipe2(gone, O_CLOEXEC))
		die("pipe2");
	say_area("area", area, len, "none");
	say_ready();
	if (!next_command())
		return 0;
	if (clone(stay, stack + STACK, CLONE_VM | SIGCHLD, NULL) < 0)
		die("clone");
	if (!strcmp(argv[1], "exit"))
		_exit(0);
	execl("/bin/sleep", "sleep", "1000", NULL);
	die("execl");
}
