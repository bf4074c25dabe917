// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that sleep in a fault until it is answered: by userfaultfd, which asks
 * for no privilege if only user space may be kept waiting.
 *
 * usage: park
 * commands: "park N": N threads more, each of which faults in a page of its own;
 *	ready when all of them sleep. "release": they get their pages, and end.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "say.h"

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY	1
#endif
#define MOST	4096

static pthread_t thread[MOST];
static char *pages;
static size_t parked;

static void *sleeper(void *page)
{
	*(volatile char *)page = 1;
	return NULL;
}

static int watch_over(void *start, size_t len)
{
	struct uffdio_register region = {
		.range = { .start = (uintptr_t)start, .len = len },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct uffdio_api api = { .api = UFFD_API };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) ||
	    ioctl(fd, UFFDIO_REGISTER, &region))
		die("userfaultfd");
	return fd;
}

/* Each is asleep when its fault has been told. */
static void park(int fd, size_t count)
{
	pthread_attr_t attr;
	struct uffd_msg msg;
	size_t i;

	if (count > MOST - parked)
		exit(1);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 16 * PAGE);
	for (i = 0; i < count; i++) {
		errno = pthread_create(&thread[parked + i], &attr, sleeper,
				       pages + (parked + i) * PAGE);
		if (errno)
			die("pthread_create");
	}
	for (i = 0; i < count; i++)
		if (read(fd, &msg, sizeof(msg)) != sizeof(msg))
			die("read");
	parked += count;
	pthread_attr_destroy(&attr);
}

static void release(int fd)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (uintptr_t)pages, .len = parked * PAGE },
	};
	size_t i;

	if (parked && ioctl(fd, UFFDIO_ZEROPAGE, &zero))
		die("UFFDIO_ZEROPAGE");
	for (i = 0; i < parked; i++)
		pthread_join(thread[i], NULL);
	madvise(pages, MOST * PAGE, MADV_DONTNEED);
	parked = 0;
}

int main(void)
{
	const char *line;
	size_t count;
	int fd;

	/* What an area needs to have anonymous pages at all is there by the first. */
	pages = map_base((MOST + 1) * PAGE);
	touch(pages, PAGE);
	fd = watch_over(pages, (MOST + 1) * PAGE);
	pages += PAGE;
	say_area("parked", pages, MOST * PAGE, "none");
	say_ready();
	while ((line = next_command())) {
		if (sscanf(line, "park %zu", &count) == 1)
			park(fd, count);
		else
			release(fd);
		say_ready();
	}
	return 0;
}
