// SPDX-License-Identifier: GPL-2.0
/* Huge pages: transparent ones, the huge zero page, hugetlb. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"
#include "say.h"
#include "state.h"

static void *map_thp(size_t len)
{
	return map_aligned(len, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void thp(const char *name, size_t pages)
{
	void *start = map_thp(pages * PAGE);

	touch(start, pages * PAGE);
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

static void huge_zero(const char *name, size_t pages)
{
	void *start = map_thp(pages * PAGE);

	look(start, pages * PAGE);
	say_area(name, start, pages * PAGE, "huge-zero*%zu", pages);
}

/* One huge page in memory, mapped by 512 entries: a VMA of its own inside. */
static void thp_split(const char *name, size_t pages)
{
	char *start = map_thp(HUGE);

	(void)pages;
	touch(start, HUGE);
	if (mprotect(start + 100 * PAGE, PAGE, PROT_READ))
		die("mprotect");
	say_area(name, start, HUGE, "anon*512");
}

static void huge_zero_split(const char *name, size_t pages)
{
	char *start = map_thp(HUGE);

	(void)pages;
	look(start, HUGE);
	if (mprotect(start + 100 * PAGE, PAGE, PROT_READ))
		die("mprotect");
	say_area(name, start, HUGE, "zero*512");
}

/* A huge page of which a part was given back. */
static void thp_holed(const char *name, size_t pages)
{
	char *start = map_thp(HUGE);

	(void)pages;
	touch(start, HUGE);
	if (madvise(start + 64 * PAGE, 64 * PAGE, MADV_DONTNEED))
		die("MADV_DONTNEED");
	say_area(name, start, HUGE, "anon*64 none*64 anon*384");
}

/*
 * Large folios of two sizes side by side: in each 128 KiB one of 64 KiB and four
 * of 16 KiB.
 */
static void thp_sizes(const char *name, size_t pages)
{
	char *start;
	size_t i;

	if (access("/sys/kernel/mm/transparent_hugepage/hugepages-64kB", F_OK)) {
		say_skip(name, "the kernel has one size of huge pages");
		return;
	}
	start = map_thp(pages * PAGE);
	allow_thp("2048kB", "never");
	for (i = 0; i < pages; i += 32) {
		allow_thp("64kB", "always");
		touch(start + i * PAGE, PAGE);
		allow_thp("64kB", "never");
		allow_thp("16kB", "always");
		touch(start + (i + 16) * PAGE, 16 * PAGE);
		allow_thp("16kB", "never");
	}
	allow_thp("2048kB", "inherit");
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

/* The last page of a hugetlb mapping is never touched. */
static void hugetlb(const char *name, size_t pages, int flags)
{
	char *start = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
			   flags | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	if (start == MAP_FAILED) {
		say_skip(name, "no huge pages reserved");
		return;
	}
	touch(start, pages * PAGE - HUGE);
	say_area(name, start, pages * PAGE, "hugetlb*%zu none*512", pages - 512);
}

static void hugetlb_private(const char *name, size_t pages)
{
	hugetlb(name, pages, MAP_PRIVATE);
}

static void hugetlb_shared(const char *name, size_t pages)
{
	hugetlb(name, pages, MAP_SHARED);
}

/* Shared memory in huge pages, where the administrator allows them. */
static void thp_shmem(const char *name, size_t pages)
{
	int fd = memfd_create("thp", MFD_CLOEXEC);
	void *start;

	if (fd < 0 || ftruncate(fd, pages * PAGE))
		die("memfd");
	start = map_aligned(pages * PAGE, MAP_SHARED, fd);
	touch(start, pages * PAGE);
	say_area(name, start, pages * PAGE, "shmem*%zu", pages);
}

const struct state huge_states[] = {
	{ "thp", thp, 2048 },
	{ "huge-zero", huge_zero, 1024 },
	{ "thp-split", thp_split, 512 },
	{ "huge-zero-split", huge_zero_split, 512 },
	{ "thp-holed", thp_holed, 512 },
	{ "thp-sizes", thp_sizes, 512 },
	{ "hugetlb", hugetlb_private, 1536 },
	{ "hugetlb-shared", hugetlb_shared, 1536 },
	{ "thp-shmem", thp_shmem, 1024 },
	{ }
};
