// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is used when it is told to be, and as it is told to be: what
 * reclaim then thinks of it is for others to see.
 *
 * usage: heat DIR
 * Reads commands, one a line, and says after each what there is. An area is
 * called as one likes; of a file the name is that of a file in DIR, too, and a
 * second process may have the same one.
 *
 *   anon NAME PAGES     private memory, written
 *   shmem NAME PAGES    shared memory, written
 *   file NAME PAGES     a file, made if it is not there, on disk and not in
 *                       memory; open and mapped, and not touched
 *   touch NAME [FIRST COUNT]   write to its pages
 *   look NAME [FIRST COUNT]    read a byte of each, as mapped
 *   read NAME [FIRST COUNT]    read a byte of each, by pread(2)
 *   random NAME         let the kernel read nothing ahead, by either way
 *   scan NAME HOT       read all of a file once, from start to end, and look
 *                       at another area meanwhile, again and again
 *   lock NAME, unlock NAME, drop NAME
 *   churn NAME MS COUNT write to pages of it at random, for so long; counts them
 *                       in the first word of another area
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

/* So many pages of a scan between two looks at what is hot. */
#define CHUNK 256

struct area {
	char name[32];
	char *start;
	size_t pages;
	int fd;
};

static struct area areas[16];
static size_t nr_areas;
static const char *dir;

static noreturn void wrong(const char *line)
{
	fprintf(stderr, "heat: what is '%s'?\n", line);
	exit(1);
}

static struct area *find(const char *name)
{
	size_t i;

	for (i = 0; i < nr_areas; i++)
		if (!strcmp(areas[i].name, name))
			return &areas[i];
	wrong(name);
}

/* Only what is on disk and not mapped can be dropped. */
static void drop(const struct area *area)
{
	if (madvise(area->start, area->pages * PAGE, MADV_DONTNEED) ||
	    fsync(area->fd) ||
	    posix_fadvise(area->fd, 0, 0, POSIX_FADV_DONTNEED))
		die("drop");
}

static int make_file(const char *name, size_t pages)
{
	static char block[64 * PAGE];
	char path[256];
	struct stat now;
	size_t at, i;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || fstat(fd, &now))
		die(path);
	if ((size_t)now.st_size == pages * PAGE)
		return fd;
	for (at = 0; at < pages; at += i) {
		for (i = 0; i < 64 && at + i < pages; i++)
			memset(block + i * PAGE, 'a' + (at + i) % 26, PAGE);
		if (pwrite(fd, block, i * PAGE, at * PAGE) != (ssize_t)(i * PAGE))
			die(path);
	}
	return fd;
}

static void add(const char *kind, const char *name, size_t pages)
{
	struct area *area = &areas[nr_areas++];

	if (nr_areas > sizeof(areas) / sizeof(*areas))
		wrong("one area more");
	snprintf(area->name, sizeof(area->name), "%s", name);
	area->pages = pages;
	area->fd = -1;
	if (!strcmp(kind, "anon")) {
		area->start = map_base(pages * PAGE);
		touch(area->start, pages * PAGE);
	} else if (!strcmp(kind, "shmem")) {
		area->start = map(pages * PAGE, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1);
		touch(area->start, pages * PAGE);
	} else {
		area->fd = make_file(name, pages);
		area->start = map(pages * PAGE, PROT_READ | PROT_WRITE,
				  MAP_SHARED, area->fd);
		drop(area);
	}
	say_area(name, area->start, pages * PAGE, "%s*%zu", kind, pages);
}

static void read_pages(const struct area *area, size_t first, size_t count)
{
	size_t i;
	char byte;

	for (i = first; i < first + count; i++)
		if (pread(area->fd, &byte, 1, i * PAGE) != 1)
			die("pread");
}

/*
 * A processor marks what it uses only when it walks the page tables, not while
 * it remembers a translation, and an emulated one remembers them all. Taking
 * this much memory away makes it forget.
 */
static void forget_translations(void)
{
	char *start = map_base(64 * PAGE);

	touch(start, 64 * PAGE);
	munmap(start, 64 * PAGE);
}

/* As programs read: much at a time, each page once. */
static void scan(const struct area *area, const struct area *hot)
{
	static char buffer[CHUNK * PAGE];
	size_t at;

	for (at = 0; at < area->pages; at += CHUNK) {
		if (pread(area->fd, buffer, sizeof(buffer), at * PAGE) <= 0)
			die("pread");
		forget_translations();
		look(hot->start, hot->pages * PAGE);
	}
}

static uint64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000UL + now.tv_nsec / 1000000;
}

static void churn(const struct area *area, uint64_t ms,
		  const struct area *count)
{
	volatile uint64_t *done = (volatile uint64_t *)count->start;
	uint64_t end = milliseconds() + ms, random = 1;

	while (milliseconds() < end) {
		random = random * 6364136223846793005UL + 1;
		touch(area->start + (random >> 33) % area->pages * PAGE, PAGE);
		++*done;
	}
}

static void advise_random(const struct area *area)
{
	if (posix_fadvise(area->fd, 0, 0, POSIX_FADV_RANDOM) ||
	    madvise(area->start, area->pages * PAGE, MADV_RANDOM))
		die("random");
}

static void lock(char *start, size_t length)
{
	if (mlock(start, length))
		die("lock");
}

static void unlock(char *start, size_t length)
{
	if (munlock(start, length))
		die("unlock");
}

static void use(const char *verb, const struct area *area, size_t first,
		size_t count)
{
	char *start = area->start + first * PAGE;

	if (first + count > area->pages)
		wrong("beyond the end");
	if (!strcmp(verb, "touch"))
		touch(start, count * PAGE);
	else if (!strcmp(verb, "look"))
		look(start, count * PAGE);
	else if (!strcmp(verb, "read"))
		read_pages(area, first, count);
	else if (!strcmp(verb, "random"))
		advise_random(area);
	else if (!strcmp(verb, "drop"))
		drop(area);
	else if (!strcmp(verb, "lock"))
		lock(start, count * PAGE);
	else if (!strcmp(verb, "unlock"))
		unlock(start, count * PAGE);
	else
		wrong(verb);
}

static void obey(const char *line)
{
	char verb[16], name[32], word[32] = "", last[32] = "";
	int words = sscanf(line, "%15s %31s %31s %31s", verb, name, word, last);

	if (words < 2)
		wrong(line);
	forget_translations();
	if (!strcmp(verb, "anon") || !strcmp(verb, "shmem") ||
	    !strcmp(verb, "file")) {
		add(verb, name, strtoul(word, NULL, 0));
	} else if (!strcmp(verb, "scan")) {
		scan(find(name), find(word));
	} else if (!strcmp(verb, "churn")) {
		churn(find(name), strtoul(word, NULL, 0), find(last));
	} else if (words == 4) {
		use(verb, find(name), strtoul(word, NULL, 0),
		    strtoul(last, NULL, 0));
	} else {
		use(verb, find(name), 0, find(name)->pages);
	}
}

int main(int argc, char **argv)
{
	const char *line;

	if (argc != 2)
		wrong("no directory");
	dir = argv[1];
	say_ready();
	while ((line = next_command())) {
		obey(line);
		say_ready();
	}
	return 0;
}
