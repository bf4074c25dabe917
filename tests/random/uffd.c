// SPDX-License-Identifier: GPL-2.0
/* userfaultfd: what it is asked for, and a thread that answers for it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "family.h"

#ifndef UFFD_FEATURE_WP_HUGETLBFS_SHMEM
#define UFFD_FEATURE_WP_HUGETLBFS_SHMEM	(1 << 12)
#endif
#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED	(1 << 13)
#endif
#ifndef UFFD_FEATURE_WP_ASYNC
#define UFFD_FEATURE_WP_ASYNC		(1 << 15)
#endif
#ifndef UFFD_FEATURE_POISON
#define UFFD_FEATURE_POISON		(1 << 14)
struct uffdio_poison {
	struct uffdio_range range;
	__u64 mode;
	__s64 updated;
};

#define UFFDIO_POISON _IOWR(UFFDIO, 0x08, struct uffdio_poison)
#endif

static char blank[HUGE] __attribute__((aligned(4096)));

static int resolve(int fd, uint64_t address, uint64_t flags, size_t size)
{
	struct uffdio_range range = { .start = address & -size, .len = size };
	struct uffdio_writeprotect wp = { .range = range };
	struct uffdio_continue minor = { .range = range };
	struct uffdio_copy copy = {
		.dst = range.start, .src = (uintptr_t)blank, .len = size,
	};

	if (flags & UFFD_PAGEFAULT_FLAG_WP)
		return ioctl(fd, UFFDIO_WRITEPROTECT, &wp);
	if (flags & UFFD_PAGEFAULT_FLAG_MINOR)
		return ioctl(fd, UFFDIO_CONTINUE, &minor);
	return ioctl(fd, UFFDIO_COPY, &copy);
}

static void *monitor(void *argument)
{
	int fd = (int)(intptr_t)argument;
	struct uffd_msg msg;

	while (read(fd, &msg, sizeof(msg)) == sizeof(msg)) {
		uint64_t address = msg.arg.pagefault.address;
		uint64_t flags = msg.arg.pagefault.flags;
		struct uffdio_range range = { .start = address & -PAGE };

		atomic_fetch_add(&self.events, 1);
		atomic_store(&self.event_flags, (unsigned int)flags | 1u << 31);
		/* A page of hugetlb is only resolved as a whole. */
		if (resolve(fd, address, flags, PAGE) && errno == EINVAL)
			resolve(fd, address, flags, HUGE);
		/* It may have been resolved by somebody else: try again. */
		range.len = PAGE;
		ioctl(fd, UFFDIO_WAKE, &range);
		range.start = address & -HUGE;
		range.len = HUGE;
		ioctl(fd, UFFDIO_WAKE, &range);
	}
	return NULL;
}

static uint64_t features_offered(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (ioctl(fd, UFFDIO_API, &api))
		api.features = 0;
	close(fd);
	return api.features;
}

static bool begin(struct draw *draw)
{
	static const uint64_t always = UFFD_FEATURE_MISSING_SHMEM |
		UFFD_FEATURE_MISSING_HUGETLBFS | UFFD_FEATURE_MINOR_SHMEM |
		UFFD_FEATURE_MINOR_HUGETLBFS | UFFD_FEATURE_POISON |
		UFFD_FEATURE_WP_HUGETLBFS_SHMEM | UFFD_FEATURE_PAGEFAULT_FLAG_WP;
	struct uffdio_api api = { .api = UFFD_API };
	uint64_t wanted = always;
	pthread_attr_t attr;
	pthread_t thread;

	if (draw_chance(draw, 50))
		wanted |= UFFD_FEATURE_WP_UNPOPULATED;
	if (draw_chance(draw, 25))
		wanted |= UFFD_FEATURE_WP_ASYNC;
	if (self.uffd >= 0)
		return true;
	api.features = features_offered() & wanted;
	self.uffd_features = api.features;
	self.uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (self.uffd < 0)
		return false;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 16 * PAGE);
	if (ioctl(self.uffd, UFFDIO_API, &api) ||
	    pthread_create(&thread, &attr, monitor,
			   (void *)(intptr_t)self.uffd)) {
		close(self.uffd);
		self.uffd = -1;
	}
	pthread_attr_destroy(&attr);
	return self.uffd >= 0;
}

/* It belongs to the parent: a child begins its own when it needs one. */
void uffd_forget(void)
{
	if (self.uffd >= 0)
		close(self.uffd);
	self.uffd = -1;
}

static int enrol(struct uffdio_range range, uint64_t kind)
{
	static const uint64_t modes[] = {
		UFFDIO_REGISTER_MODE_MISSING, UFFDIO_REGISTER_MODE_WP,
		UFFDIO_REGISTER_MODE_MINOR,
		UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP,
	};
	struct uffdio_register area = { .range = range, .mode = modes[kind] };

	return ioctl(self.uffd, UFFDIO_REGISTER, &area) ? errno : 0;
}

static int protect(struct uffdio_range range, bool on)
{
	struct uffdio_writeprotect wp = {
		.range = range, .mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};

	return ioctl(self.uffd, UFFDIO_WRITEPROTECT, &wp) ? errno : 0;
}

/* In one of the modes, half of it touched before. */
void uffd_watch(struct area *area, struct draw *draw)
{
	uint64_t mode = draw_below(draw, 4);
	struct uffdio_range range = {
		.start = (uintptr_t)area->start, .len = area->pages * PAGE,
	};

	touch(area->start, area->pages / 2, true, 0);
	/* What is cached but not mapped. */
	if (mode == 2)
		madvise(area->start, area->pages / 2 * PAGE, MADV_DONTNEED);
	if (begin(draw) && !enrol(range, mode) && mode & 1)
		protect(range, true);
}

void uffd_some(struct draw *draw, uint64_t index)
{
	static const char *const modes[] = {
		"missing", "wp", "minor", "missing and wp"
	};
	uint64_t kind = draw_below(draw, 100), mode = draw_below(draw, 4);
	struct area *area = pick_area(draw);
	struct uffdio_range range;
	size_t pages;
	char *start;
	int ret;

	(void)index;
	if (!area)
		return;
	start = pick_range(draw, area, &pages);
	range.start = (uintptr_t)start;
	range.len = pages * PAGE;
	if (!begin(draw)) {
		say("no userfaultfd");
		return;
	}
	if (kind < 45) {
		ret = enrol(range, mode);
		say("uffd %s %p %zu pages: %d", modes[mode], start, pages, ret);
		if (!ret && mode & 1 && draw_chance(draw, 70))
			say(", protected: %d", protect(range, true));
	} else if (kind < 75) {
		say("uffd %sprotect %p %zu pages: %d", kind < 65 ? "" : "un",
		    start, pages, protect(range, kind < 65));
	} else if (kind < 90) {
		struct uffdio_poison poison = { .range = range };

		ret = ioctl(self.uffd, UFFDIO_POISON, &poison);
		say("uffd poison %p %zu pages: %d", start, pages,
		    ret ? errno : 0);
	} else {
		ret = ioctl(self.uffd, UFFDIO_UNREGISTER, &range);
		say("uffd leave %p %zu pages: %d", start, pages,
		    ret ? errno : 0);
	}
}
