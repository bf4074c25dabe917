// SPDX-License-Identifier: GPL-2.0
/* Operations that map, advise, multiply, and settle what the system does. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "family.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL	102
#define MADV_GUARD_REMOVE	103
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE		25
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ	22
#define MADV_POPULATE_WRITE	23
#endif

/**
 * make_file() - a file with something in it, the rest a hole
 * @folder: where
 * @index: the operation, its name
 * @filled: pages with content
 * @pages: pages in all
 *
 * Return: its descriptor, or -1.
 */
int make_file(const char *folder, uint64_t index, size_t filled, size_t pages)
{
	static char content[16 * PAGE];
	char path[256];
	size_t i;
	int fd;

	snprintf(path, sizeof(path), "%s/%lu", folder, (unsigned long)index);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (ftruncate(fd, pages * PAGE))
		say("ftruncate: %d ", errno);
	memset(content, (int)index | 1, sizeof(content));
	for (i = 0; i < filled; i += 16) {
		size_t count = filled - i < 16 ? filled - i : 16;

		if (pwrite(fd, content, count * PAGE, i * PAGE) < 0)
			say("pwrite: %d ", errno);
	}
	return fd;
}

/* The end may be missing, and what is there not cached. */
static int draw_file(struct draw *draw, const char *folder, uint64_t index,
		     size_t pages)
{
	size_t filled = draw_chance(draw, 70) ? pages : draw_below(draw, pages);
	size_t length = draw_chance(draw, 80) ? pages : filled;
	int fd = make_file(folder, index, filled, length);

	if (draw_chance(draw, 50))
		fdatasync(fd);
	if (draw_chance(draw, 30))
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return fd;
}

static size_t draw_size(struct draw *draw)
{
	uint64_t kind = draw_below(draw, 100), number = draw_number(draw);

	if (kind < 40)
		return 1 + number % 64;
	if (kind < 75)
		return 65 + number % 400;
	return 512 * (1 + number % 3);
}

void map_some(struct draw *draw, uint64_t index)
{
	static const char *const names[] = {
		"anon", "shared anon", "file", "memfd", "tmpfs", "hugetlb",
	};
	static const int odds[] = { 46, 8, 18, 10, 10, 8 };
	char *at = (char *)FIRST_ADDRESS + index * SLOT;
	struct area area = { .fd = -1 };
	int kind = 0, flags = MAP_FIXED_NOREPLACE, prot, ret = 0;
	int64_t left = draw_below(draw, 100);

	for (; left >= odds[kind]; kind++)
		left -= odds[kind];
	area.pages = draw_size(draw);
	/* Huge pages want their alignment; others may lie anywhere. */
	if (draw_chance(draw, 50))
		at += draw_below(draw, 512) * PAGE;
	area.shared = kind == 1 || (kind > 1 && draw_chance(draw, 50));
	prot = draw_chance(draw, 80) ? PROT_READ | PROT_WRITE : PROT_READ;
	flags |= area.shared ? MAP_SHARED : MAP_PRIVATE;
	if (draw_chance(draw, 5))
		flags |= MAP_POPULATE;
	if (draw_chance(draw, 10))
		flags |= MAP_NORESERVE;
	switch (kind) {
	case 0:
	case 1:
		flags |= MAP_ANONYMOUS;
		break;
	case 2:
		area.fd = draw_file(draw, disk_folder, index, area.pages);
		break;
	case 3:
		area.fd = memfd_create("random", MFD_CLOEXEC);
		ret = ftruncate(area.fd, area.pages * PAGE);
		break;
	case 4:
		area.fd = draw_file(draw, memory_folder, index, area.pages);
		break;
	default:
		area.hugetlb = true;
		area.pages = 512 * (1 + draw_below(draw, 2));
		at = (char *)FIRST_ADDRESS + index * SLOT;
		flags |= MAP_HUGETLB | MAP_ANONYMOUS;
		break;
	}
	area.start = mmap(at, area.pages * PAGE, prot, flags, area.fd, 0);
	say("map %s %s %p %zu pages prot %d: %d", names[kind],
	    area.shared ? "shared" : "private", at, area.pages, prot,
	    ret || area.start == MAP_FAILED ? errno : 0);
	if (area.start == MAP_FAILED || self.used == AREAS)
		return;
	if (kind == 0 && draw_chance(draw, 30))
		madvise(area.start, area.pages * PAGE, MADV_HUGEPAGE);
	self.areas[self.used++] = area;
	/* Most of what is mapped is used. */
	if (draw_chance(draw, 60))
		touch(area.start, area.pages, draw_chance(draw, 70), 0);
}

void advise_some(struct draw *draw, uint64_t index)
{
	static const struct {
		int weight, advice;
		const char *name;
	} table[] = {
		{ 6, MADV_DONTNEED, "dontneed" }, { 6, MADV_FREE, "free" },
		{ 60, MADV_PAGEOUT, "pageout" }, { 4, MADV_COLD, "cold" },
		{ 8, MADV_COLLAPSE, "collapse" }, { 8, MADV_HUGEPAGE, "huge" },
		{ 3, MADV_NOHUGEPAGE, "nohuge" },
		{ 4, MADV_POPULATE_READ, "populate-read" },
		{ 4, MADV_POPULATE_WRITE, "populate-write" },
		{ 2, MADV_DONTFORK, "dontfork" }, { 2, MADV_DOFORK, "dofork" },
		{ 2, MADV_WIPEONFORK, "wipeonfork" },
		{ 4, MADV_GUARD_INSTALL, "guard" },
		{ 2, MADV_GUARD_REMOVE, "unguard" },
		{ 2, MADV_RANDOM, "random" }, { 2, MADV_SEQUENTIAL, "sequential" },
		{ 2, MADV_REMOVE, "remove" },
	};
	struct area *area = pick_area(draw);
	int64_t left = draw_below(draw, 121);
	size_t pages, i = 0;
	char *start;
	int ret;

	(void)index;
	if (!area)
		return;
	while (left >= table[i].weight)
		left -= table[i++].weight;
	start = pick_range(draw, area, &pages);
	/* Pages that others share stay: most are made its own before. */
	if (table[i].advice == MADV_PAGEOUT && draw_chance(draw, 60))
		touch(start, pages, true, 0);
	if (table[i].advice == MADV_PAGEOUT || table[i].advice == MADV_COLLAPSE)
		drain();
	ret = madvise(start, pages * PAGE, table[i].advice);
	/* What was under writeback at the first try. */
	if (table[i].advice == MADV_PAGEOUT && draw_chance(draw, 70)) {
		usleep(2000);
		ret = madvise(start, pages * PAGE, MADV_PAGEOUT);
	}
	say("madvise %s %p %zu pages: %d", table[i].name, start, pages,
	    ret ? errno : 0);
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return errno;
	ret = write(fd, text, strlen(text)) < 0 ? errno : 0;
	close(fd);
	return ret;
}

static unsigned long number_in(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return strtoul(text, NULL, 10);
}

#define KSM	"/sys/kernel/mm/ksm/"

/* Equal pages, and ksmd awake for as long as it takes to merge them. */
void merge_some(struct draw *draw, uint64_t index)
{
	struct area *area = pick_area(draw);
	unsigned long scans;
	size_t pages;
	char *start;
	int i, ret;

	(void)index;
	if (!area || area->shared)
		return;
	start = pick_range(draw, area, &pages);
	for (i = 0; i < (int)pages; i++) {
		/* The same in all of the page, and in many pages. */
		if (access_byte(start + i * PAGE, true, 'k'))
			break;
		memset(start + i * PAGE, 'k', PAGE);
	}
	ret = madvise(start, pages * PAGE, MADV_MERGEABLE);
	put(KSM "sleep_millisecs", "5");
	put(KSM "pages_to_scan", "20000");
	put(KSM "run", "1");
	scans = number_in(KSM "full_scans");
	for (i = 0; i < 400 && number_in(KSM "full_scans") < scans + 3; i++)
		usleep(5000);
	/* Merged pages stay merged when ksmd stops. */
	put(KSM "run", "0");
	say("merge %p %zu pages: %d", start, pages, ret ? errno : 0);
}

#define THP	"/sys/kernel/mm/transparent_hugepage/"

/* What concerns all of a process, a file, or the system. */
void settle_some(struct draw *draw, uint64_t index)
{
	static const char *const words[] = { "always", "inherit", "never" };
	uint64_t kind = draw_below(draw, 100);
	unsigned int size = 4u << (2 + draw_below(draw, 8));
	uint64_t word = draw_below(draw, 3);
	struct area *area = pick_area(draw);
	char path[128];

	(void)index;
	if (kind < 15) {
		say("clear soft-dirty bits: %d", put("/proc/self/clear_refs", "4"));
	} else if (kind < 50) {
		snprintf(path, sizeof(path), THP "hugepages-%ukB/%s", size,
			 kind < 40 ? "enabled" : "shmem_enabled");
		say("huge pages of %u kB %s: %d", size, words[word],
		    put(path, words[word]));
	} else if (area && area->fd >= 0) {
		fdatasync(area->fd);
		if (kind < 85) {
			posix_fadvise(area->fd, 0, 0, POSIX_FADV_DONTNEED);
			say("drop the cache of %p", area->start);
		} else {
			say("truncate the file at %p: %d", area->start,
			    ftruncate(area->fd, draw_below(draw, area->pages) *
				      PAGE) ? errno : 0);
		}
	}
}

static void *idle(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

/* Shares all memory, and holds its parent's thread until it ends. */
static void *with_vfork(void *nothing)
{
	pid_t pid = vfork();

	if (!pid) {
		for (;;)
			pause();
	}
	return nothing;
}

static void add_thread(void *(*function)(void *))
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 16 * PAGE);
	say("thread: %d", pthread_create(&thread, &attr, function, NULL));
	pthread_attr_destroy(&attr);
}

void multiply(struct draw *draw, uint64_t index)
{
	uint64_t kind = draw_below(draw, 100);
	int fresh = self.fresh;
	pid_t pid;

	(void)index;
	if (kind < 15 || (kind >= 30 && fresh < 0)) {
		add_thread(idle);
		return;
	}
	if (kind < 20) {
		add_thread(with_vfork);
		return;
	}
	if (kind < 30) {
		/* The first stays: somebody must be left. */
		if (!self.id)
			return;
		say("exit");
		board->pid[self.id] = 0;
		return;
	}
	pid = fork();
	if (!pid) {
		self.id = fresh;
		self.fresh = -1;
		uffd_forget();
		return;
	}
	if (pid > 0)
		board->pid[fresh] = pid;
	say("fork: member %d", pid < 0 ? -1 : fresh);
}
