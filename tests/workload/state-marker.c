// SPDX-License-Identifier: GPL-2.0
/* Entries that hold no page: what is remembered of an empty place. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "say.h"
#include "state.h"

#ifndef UFFD_FEATURE_WP_HUGETLBFS_SHMEM
#define UFFD_FEATURE_WP_HUGETLBFS_SHMEM (1 << 12)
#endif
#ifndef UFFD_FEATURE_POISON
#define UFFD_FEATURE_POISON (1 << 14)
struct uffdio_poison {
	struct uffdio_range range;
	__u64 mode;
	__s64 updated;
};

#define UFFDIO_POISON _IOWR(UFFDIO, 0x08, struct uffdio_poison)
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

/* Opened anew for each area: a closed one would take its marks along. */
static int open_uffd(uint64_t features, void *start, size_t len, int mode)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffdio_register reg = {
		.range = { .start = (uintptr_t)start, .len = len },
		.mode = mode,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -1;
	if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void protect(int fd, void *start, size_t len)
{
	struct uffdio_writeprotect wp = {
		.range = { .start = (uintptr_t)start, .len = len },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	if (ioctl(fd, UFFDIO_WRITEPROTECT, &wp))
		die("UFFDIO_WRITEPROTECT");
}

/* Shared memory, half touched, all write-protected: marks where no page is. */
static void uffd_marker(const char *name, size_t pages)
{
	void *start = map(pages * PAGE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1);
	int fd = open_uffd(UFFD_FEATURE_WP_HUGETLBFS_SHMEM, start, pages * PAGE,
			   UFFDIO_REGISTER_MODE_WP);

	if (fd < 0) {
		say_skip(name, "no userfaultfd write protection of shared memory");
		return;
	}
	touch(start, pages / 2 * PAGE);
	protect(fd, start, pages * PAGE);
	say_area(name, start, pages * PAGE, "shmem*%zu uffd-marker*%zu",
		 pages / 2, pages - pages / 2);
}

static void uffd_protected(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);
	int fd;

	touch(start, pages * PAGE);
	fd = open_uffd(0, start, pages * PAGE, UFFDIO_REGISTER_MODE_WP);
	if (fd < 0) {
		say_skip(name, "no userfaultfd write protection");
		return;
	}
	protect(fd, start, pages / 2 * PAGE);
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

static void poison_marker(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);
	int fd = open_uffd(UFFD_FEATURE_POISON, start, pages * PAGE,
			   UFFDIO_REGISTER_MODE_MISSING);
	struct uffdio_poison poison = {
		.range = { .start = (uintptr_t)start, .len = pages / 2 * PAGE },
	};

	if (fd < 0) {
		say_skip(name, "userfaultfd cannot poison before 6.6");
		return;
	}
	if (ioctl(fd, UFFDIO_POISON, &poison))
		die("UFFDIO_POISON");
	say_area(name, start, pages * PAGE, "poison-marker*%zu none*%zu",
		 pages / 2, pages - pages / 2);
}

static void guard(const char *name, size_t pages)
{
	char *start = map_base(pages * PAGE);
	size_t half = pages / 2;

	touch(start, pages * PAGE);
	if (madvise(start + half * PAGE, (pages - half) * PAGE,
		    MADV_GUARD_INSTALL)) {
		say_skip(name, "no guard regions before 6.13");
		return;
	}
	say_area(name, start, pages * PAGE, "anon*%zu guard*%zu", half,
		 pages - half);
}

static void survive(int sig)
{
	(void)sig;
}

static void hwpoison(const char *name, size_t pages)
{
	char *start = map_base(pages * PAGE);

	/* Who poisons its own page is told, and would die of it. */
	signal(SIGBUS, survive);
	touch(start, pages * PAGE);
	if (madvise(start + PAGE, PAGE, MADV_HWPOISON)) {
		say_skip(name, "the kernel handles no memory failure");
		return;
	}
	say_area(name, start, pages * PAGE, "anon*1 hwpoison*1 anon*%zu",
		 pages - 2);
}

const struct state marker_states[] = {
	{ "uffd-marker", uffd_marker, 64 },
	{ "uffd-protected", uffd_protected, 64 },
	{ "poison-marker", poison_marker, 64 },
	{ "guard", guard, 64 },
	{ "hwpoison", hwpoison, 16 },
	{ }
};
