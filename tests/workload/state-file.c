// SPDX-License-Identifier: GPL-2.0
/* Files and shared memory. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "say.h"
#include "state.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

/* A file with something in each page, written to disk, open for both. */
static int make_file(const char *dir, const char *name, size_t pages)
{
	static char block[PAGE];
	char path[256];
	size_t i;
	int fd;

	snprintf(path, sizeof(path), "%s/mmlens-%d-%s", dir, getpid(), name);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		die(path);
	for (i = 0; i < pages; i++) {
		memset(block, 'a' + i % 26, sizeof(block));
		if (write(fd, block, PAGE) != (ssize_t)PAGE)
			die(path);
	}
	if (fsync(fd))
		die("fsync");
	return fd;
}

static void drop_file(const char *dir, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/mmlens-%d-%s", dir, getpid(), name);
	unlink(path);
}

static void *populate(void *start, size_t len)
{
	/* Entry by entry as asked: fault-around may not decide what is mapped. */
	if (madvise(start, len, MADV_POPULATE_READ))
		die("MADV_POPULATE_READ");
	return start;
}

/*
 * A file mapped privately, the first quarter written: those are anonymous
 * copies. The file is larger than the mapping and it starts inside, so that
 * the offset matters.
 */
static void file_private(const char *name, size_t pages)
{
	int fd = make_file(work_dir, name, pages + 3);
	void *start = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE, fd, 3 * PAGE);

	if (start == MAP_FAILED)
		die("mmap");
	populate(start, pages * PAGE);
	touch(start, pages / 4 * PAGE);
	say_area(name, start, pages * PAGE, "anon*%zu file*%zu", pages / 4,
		 pages - pages / 4);
	drop_file(work_dir, name);
}

static void file_shared(const char *name, size_t pages)
{
	int fd = make_file(work_dir, name, pages);
	void *start = map(pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);

	populate(start, pages * PAGE);
	touch(start, pages / 2 * PAGE);
	say_area(name, start, pages * PAGE, "file*%zu", pages);
	drop_file(work_dir, name);
}

/* Mapped beyond its end: the tail can never be touched. */
static void file_short(const char *name, size_t pages)
{
	int fd = make_file(work_dir, name, pages / 2);
	void *start = map(pages * PAGE, PROT_READ, MAP_PRIVATE, fd);

	populate(start, pages / 2 * PAGE);
	say_area(name, start, pages * PAGE, "file*%zu none*%zu", pages / 2,
		 pages - pages / 2);
	drop_file(work_dir, name);
}

static void tmpfs_shared(const char *name, size_t pages)
{
	int fd = make_file("/dev/shm", name, pages);
	void *start = populate(map(pages * PAGE, PROT_READ, MAP_SHARED, fd),
			       pages * PAGE);

	say_area(name, start, pages * PAGE, "shmem*%zu", pages);
	drop_file("/dev/shm", name);
}

static void tmpfs_private(const char *name, size_t pages)
{
	int fd = make_file("/dev/shm", name, pages);
	void *start = populate(map(pages * PAGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE, fd), pages * PAGE);

	touch(start, pages / 2 * PAGE);
	say_area(name, start, pages * PAGE, "anon*%zu shmem*%zu", pages / 2,
		 pages - pages / 2);
	drop_file("/dev/shm", name);
}

static void memfd(const char *name, size_t pages)
{
	int fd = memfd_create("lens", MFD_CLOEXEC);
	void *start;

	if (fd < 0 || ftruncate(fd, pages * PAGE))
		die("memfd");
	start = map(pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	touch(start, pages / 2 * PAGE);
	say_area(name, start, pages * PAGE, "shmem*%zu none*%zu", pages / 2,
		 pages - pages / 2);
}

static void shmem_anon(const char *name, size_t pages)
{
	void *start = map(pages * PAGE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1);

	touch(start, pages / 2 * PAGE);
	say_area(name, start, pages * PAGE, "shmem*%zu none*%zu", pages / 2,
		 pages - pages / 2);
}

static void sysv(const char *name, size_t pages)
{
	int id = shmget(IPC_PRIVATE, pages * PAGE, IPC_CREAT | 0600);
	void *start;

	if (id < 0)
		die("shmget");
	start = shmat(id, NULL, 0);
	if (start == (void *)-1)
		die("shmat");
	shmctl(id, IPC_RMID, NULL);
	touch(start, pages * PAGE);
	say_area(name, start, pages * PAGE, "shmem*%zu", pages);
}

/* Names that a careless reader of text trips over. */
static void odd_names(const char *name, size_t pages)
{
	static const char *const names[] = {
		"with space", "new\nline", "back\\slash", "tab\there",
		"quote\"s", "[heap]", "caf\303\251", "bad\377utf8", "esc\033[31m",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		int fd = make_file(work_dir, names[i], pages);
		void *start = populate(map(pages * PAGE, PROT_READ, MAP_PRIVATE,
					   fd), pages * PAGE);

		say_area(name, start, pages * PAGE, "file*%zu", pages);
		close(fd);
		if (i % 2)
			drop_file(work_dir, names[i]);
	}
	/* The others go when the test removes the directory. */
}

/*
 * Frames without a mapping of their own. /dev/mem shows the first MiB even
 * with STRICT_DEVMEM.
 */
static void pfnmap(const char *name, size_t pages)
{
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	void *start;

	if (fd < 0) {
		say_skip(name, "no /dev/mem");
		return;
	}
	start = mmap(NULL, pages * PAGE, PROT_READ, MAP_SHARED, fd, 0xf0000);
	if (start == MAP_FAILED) {
		say_skip(name, "/dev/mem cannot be mapped");
		return;
	}
	say_area(name, start, pages * PAGE, "pfnmap*%zu", pages);
}

const struct state file_states[] = {
	{ "file-private", file_private, 256 },
	{ "file-shared", file_shared, 256 },
	{ "file-short", file_short, 64 },
	{ "tmpfs-shared", tmpfs_shared, 256 },
	{ "tmpfs-private", tmpfs_private, 64 },
	{ "memfd", memfd, 128 },
	{ "shmem-anon", shmem_anon, 128 },
	{ "sysv", sysv, 32 },
	{ "odd-names", odd_names, 1 },
	{ "pfnmap", pfnmap, 4 },
	{ }
};
