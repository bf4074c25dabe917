// SPDX-License-Identifier: GPL-2.0
/* Swapped memory. The test has switched a swap device on. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "say.h"
#include "state.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

/*
 * Pages still mapped, by pagemap. Not by mincore(): it also counts what is only
 * in the swap cache.
 */
static size_t mapped(const char *start, size_t pages)
{
	uint64_t *map = malloc(pages * sizeof(*map));
	ssize_t size = pages * sizeof(*map);
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	size_t i, n = 0;

	if (!map || fd < 0 ||
	    pread(fd, map, size, (uintptr_t)start / PAGE * 8) != size)
		die("pagemap");
	for (i = 0; i < pages; i++)
		n += map[i] >> 63;
	close(fd);
	free(map);
	return n;
}

/*
 * Pages in another processor's batch are not on a list, and are not paged out.
 * Moving no page from the first node to the first begins by emptying all
 * batches.
 */
static void empty_batches(void)
{
	unsigned long first = 1;

	if (syscall(SYS_migrate_pages, 0, 8 * sizeof(first), &first, &first) < 0)
		die("migrate_pages");
}

static void page_out(void *start, size_t pages)
{
	int i;

	/* Some pages are under writeback at the first try. */
	for (i = 0; i < 500 && (!i || mapped(start, pages)); i++) {
		empty_batches();
		if (madvise(start, pages * PAGE, MADV_PAGEOUT))
			die("MADV_PAGEOUT");
		usleep(20000);
	}
	if (mapped(start, pages)) {
		errno = EAGAIN;
		die("page out");
	}
}

static void swapped(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	page_out(start, pages);
	say_area(name, start, pages * PAGE, "swap*%zu", pages);
}

/* The first quarter came back by a read, the second by a write. */
static void swapped_back(const char *name, size_t pages)
{
	char *start = map_base(pages * PAGE);
	size_t quarter = pages / 4;

	touch(start, pages * PAGE);
	page_out(start, pages);
	look(start, quarter * PAGE);
	touch(start + quarter * PAGE, quarter * PAGE);
	say_area(name, start, pages * PAGE, "anon*%zu swap*%zu", 2 * quarter,
		 pages - 2 * quarter);
}

/* Swap entries that a child shares: not exclusive. */
static void swapped_forked(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	page_out(start, pages);
	fork_holder();
	say_area(name, start, pages * PAGE, "swap*%zu", pages);
}

const struct state swap_states[] = {
	{ "swapped", swapped, 512 },
	{ "swapped-back", swapped_back, 256 },
	{ "swapped-forked", swapped_forked, 64 },
	{ }
};
