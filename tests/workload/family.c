// SPDX-License-Identifier: GPL-2.0
/*
 * A family: a parent, children, and children of children, who share one page
 * of each kind. One child moved its pages elsewhere, one gave them back, one
 * wrote to them.
 *
 * usage: family [-m MAPPINGS] [-s SECONDS] PROCESSES
 *        -m  the page of a file is mapped as often, everywhere
 *        -s  for so long, more children come and go
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"
#include "say.h"

/* The pages of an area; the test asks for one inside. */
#define PAGES 4UL

struct kind {
	const char *name;
	char *start;
	size_t len;
};

static struct kind kinds[8];
static int count;

static void add(const char *name, void *start, size_t len)
{
	kinds[count++] = (struct kind){ name, start, len };
	say_area(name, start, len, "*%zu", len / PAGE);
}

static int file(void)
{
	static char block[PAGE] = "family";
	int fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	size_t i;

	if (fd < 0)
		die("O_TMPFILE");
	for (i = 0; i < PAGES; i++)
		if (write(fd, block, PAGE) != (ssize_t)PAGE)
			die("write");
	return fd;
}

static void build(void)
{
	int fd = file();
	char *start;

	start = map_base(PAGES * PAGE);
	touch(start, PAGES * PAGE);
	add("anon", start, PAGES * PAGE);

	start = map(PAGES * PAGE, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1);
	touch(start, PAGES * PAGE);
	add("shmem", start, PAGES * PAGE);

	/* Not the first page of the file is the first of the mapping. */
	add("file-private", map((PAGES - 1) * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE, fd), (PAGES - 1) * PAGE);
	add("file-shared", map(PAGES * PAGE, PROT_READ | PROT_WRITE,
			       MAP_SHARED, fd), PAGES * PAGE);

	start = map_aligned(HUGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	touch(start, HUGE);
	add("thp", start, HUGE);

	start = mmap(NULL, HUGE, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (start == MAP_FAILED) {
		say_skip("hugetlb", "no huge pages reserved");
		return;
	}
	touch(start, HUGE);
	add("hugetlb", start, HUGE);
}

/* A page of a file mapped many times over: a VMA each, side by side. */
static void build_many(int mappings)
{
	size_t len = mappings * PAGE, at;
	int fd = file();
	char *start;

	start = map(len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	for (at = 0; at < len; at += PAGE)
		if (mmap(start + at, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED,
			 fd, 0) != start + at)
			die("mmap");
	add("many", start, len);
}

static void look_around(void)
{
	int i;

	for (i = 0; i < count; i++)
		look(kinds[i].start, kinds[i].len);
}

/* hugetlb stays where it is: its place must be aligned. */
static void move(void)
{
	int i;

	for (i = 0; i < count; i++) {
		if (!strcmp(kinds[i].name, "hugetlb"))
			continue;
		kinds[i].start = mremap(kinds[i].start, kinds[i].len,
					kinds[i].len, MREMAP_MAYMOVE |
					MREMAP_FIXED,
					map(kinds[i].len, PROT_NONE,
					    MAP_PRIVATE | MAP_ANONYMOUS, -1));
		if (kinds[i].start == MAP_FAILED)
			die("mremap");
	}
}

static void give_back(void)
{
	int i;

	for (i = 0; i < count; i++)
		munmap(kinds[i].start, kinds[i].len);
	count = 0;
}

static void write_all(void)
{
	int i;

	for (i = 0; i < count; i++)
		touch(kinds[i].start, kinds[i].len);
}

static int start_child(void)
{
	int pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/* What the @number-th of the family does with its pages. */
static void differ(int number)
{
	if (number == 2)
		move();
	else if (number == 3)
		give_back();
	else if (number == 4)
		write_all();
}

static void keep(int number)
{
	(void)number;
}

/* Every other one is a child of the child before. */
static void fork_family(int processes, void (*live)(int number))
{
	int ready[2], number, all = processes - 1;
	char one;

	if (pipe(ready))
		die("pipe");
	for (number = 1; number < processes; number += 2) {
		if (start_child())
			continue;
		if (number + 1 < processes && !start_child())
			number++;
		live(number);
		look_around();
		if (write(ready[1], "", 1) != 1)
			die("pipe");
		for (;;)
			pause();
	}
	while (all-- && read(ready[0], &one, 1) == 1)
		;
}

/* Mappers that come and go: they map what their parent maps. */
static void come_and_go(int seconds)
{
	time_t end = time(NULL) + seconds;

	while (time(NULL) < end) {
		int pids[4], i;

		for (i = 0; i < 4; i++) {
			pids[i] = start_child();
			if (!pids[i]) {
				look_around();
				_exit(0);
			}
		}
		for (i = 0; i < 4; i++)
			waitpid(pids[i], NULL, 0);
	}
}

int main(int argc, char **argv)
{
	int mappings = 0, seconds = 0, opt;

	while ((opt = getopt(argc, argv, "m:s:")) != -1) {
		if (opt == 'm')
			mappings = atoi(optarg);
		else if (opt == 's')
			seconds = atoi(optarg);
		else
			return 1;
	}
	if (optind != argc - 1)
		return 1;
	if (mappings)
		build_many(mappings);
	else
		build();
	look_around();
	fork_family(atoi(argv[optind]), mappings ? keep : differ);
	say_ready();
	come_and_go(seconds);
	wait_for_exit();
	return 0;
}
