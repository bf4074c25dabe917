// SPDX-License-Identifier: GPL-2.0
/* cli/swaps.c: which swap device has a number, where that is certain. */
#include "swaps.h"
#include "tap.h"

#define HEAD "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

static char name[SWAP_NAME];

static void one(void)
{
	static const char text[] = HEAD
		"/dev/vdb                                partition\t65532\t\t40\t\t-2\n";

	check(swap_find(text, 0, name, sizeof(name)));
	equal_text(name, "/dev/vdb");
	/* Others came and went before it. */
	check(swap_find(text, 3, name, sizeof(name)));
	equal_text(name, "/dev/vdb");
}

static void two(void)
{
	static const char text[] = HEAD
		"/dev/vdb                                partition\t65532\t\t40\t\t-2\n"
		"/swap\\040file                           file\t\t65532\t\t8\t\t-3\n";
	static const char empty_first[] = HEAD
		"/dev/vdb                                partition\t65532\t\t0\t\t-2\n"
		"/swap\\040file                           file\t\t65532\t\t8\t\t-3\n";

	check(swap_find(text, 0, name, sizeof(name)));
	equal_text(name, "/dev/vdb");
	/* The first may have number 0, or 1 if another has left. */
	check(!swap_find(text, 1, name, sizeof(name)));
	check(swap_find(empty_first, 1, name, sizeof(name)));
	equal_text(name, "/swap\\040file");
}

static void none(void)
{
	check(!swap_find(HEAD, 0, name, sizeof(name)));
	check(!swap_find("", 0, name, sizeof(name)));
	check(!swap_find(HEAD "nonsense\n", 0, name, sizeof(name)));
	check(!swap_find(HEAD "/dev/vdb partition 65532 0 -2\n", 0, name,
			 sizeof(name)));
}

static const struct test tests[] = {
	{ "the only device", one },
	{ "one of two", two },
	{ "none", none },
};

TAP_MAIN(tests)
