// SPDX-License-Identifier: GPL-2.0
/* Memory that is harder to come by than by mmap(). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory.h"
#include "say.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

void *map_aligned(size_t len, int flags, int fd)
{
	char *start = map(len + 2 * HUGE, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	char *aligned = (char *)(((uintptr_t)start + 2 * HUGE - 1) & ~(HUGE - 1));

	munmap(start, aligned - start);
	munmap(aligned + len, start + len + 2 * HUGE - aligned - len);
	if (mmap(aligned, len, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd,
		 0) != aligned)
		die("mmap");
	if (madvise(aligned, len, MADV_HUGEPAGE))
		die("MADV_HUGEPAGE");
	return aligned;
}

size_t mapped(const char *start, size_t pages)
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
 * Moving no page from the first node to the first begins by emptying all
 * batches.
 */
void empty_batches(void)
{
	unsigned long first = 1;

	if (syscall(SYS_migrate_pages, 0, 8 * sizeof(first), &first, &first) < 0)
		die("migrate_pages");
}

void page_out(void *start, size_t pages)
{
	int i;

	/* Some pages are under writeback at the first try. */
	for (i = 0; i < 500 && (!i || mapped(start, pages)); i++) {
		/* Pages in another processor's batch are not paged out. */
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

void allow_thp(const char *size, const char *word)
{
	char path[128];

	snprintf(path, sizeof(path),
		 "/sys/kernel/mm/transparent_hugepage/hugepages-%s/enabled", size);
	if (put(path, word))
		die(path);
}
