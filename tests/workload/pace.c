// SPDX-License-Identifier: GPL-2.0
/*
 * How long it takes a process to map, use and unmap memory: with mmap_lock taken
 * for writing, so who holds that lock is felt here.
 *
 * usage: pace [VMAS]	with so many VMAs beside
 * "run MS" goes on for so long and says how often that was done, and how long the
 * longest took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "say.h"

#define PAGES 8

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000UL + time.tv_nsec;
}

static void run(unsigned int ms)
{
	uint64_t began = now(), before = began, longest = 0, ops = 0;

	while (before < began + ms * 1000000UL) {
		char *start = map(PAGES * PAGE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1);
		uint64_t after;

		touch(start, PAGES * PAGE);
		munmap(start, PAGES * PAGE);
		after = now();
		if (longest < after - before)
			longest = after - before;
		before = after;
		ops++;
	}
	say_no_number();
	say_number("ops", ops);
	say_number("longest_ns", longest);
}

int main(int argc, char **argv)
{
	size_t i, count = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	char *start = map((count + 1) * PAGE, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	const char *command;
	unsigned int ms;

	for (i = 0; i < count; i += 2) {
		if (mprotect(start + i * PAGE, PAGE, PROT_READ | PROT_WRITE))
			die("mprotect");
		touch(start + i * PAGE, PAGE);
	}
	say_area("many", start, count * PAGE, "none anon");
	say_ready();
	while ((command = next_command())) {
		if (sscanf(command, "run %u", &ms) == 1)
			run(ms);
		say_ready();
	}
	return 0;
}
