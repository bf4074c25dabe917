// SPDX-License-Identifier: GPL-2.0
/*
 * Faults in files and in shared memory. The test has switched off that
 * neighbours are mapped, too (fault_around_bytes).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "faults.h"

#define RET	0xc3	/* of x86: a function that does nothing */

static void fill(size_t count)
{
	char block[PAGE];
	size_t i;

	memset(block, RET, sizeof(block));
	for (i = 0; i < count; i++)
		if (write(subject.fd, block, PAGE) != (ssize_t)PAGE)
			die("write");
}

static void map_file(int prot, int flags)
{
	subject.start = map(subject.count * PAGE, prot, flags, subject.fd);
}

/* A file on a disk, in the page cache and clean. */
static void make_file(size_t count)
{
	subject.fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (subject.fd < 0)
		die("/var/tmp");
	fill(count);
	if (fsync(subject.fd))
		die("fsync");
}

static void cached(size_t count)
{
	make_file(count);
	map_file(PROT_READ, MAP_SHARED);
}

static void cached_shared(size_t count)
{
	make_file(count);
	map_file(PROT_READ | PROT_WRITE, MAP_SHARED);
}

/* Nothing of it is in memory, and nothing is read ahead. */
static void on_disk(size_t count)
{
	make_file(count);
	map_file(PROT_READ, MAP_SHARED);
	if (madvise(subject.start, count * PAGE, MADV_RANDOM))
		die("MADV_RANDOM");
	errno = posix_fadvise(subject.fd, 0, 0, POSIX_FADV_DONTNEED);
	if (errno)
		die("POSIX_FADV_DONTNEED");
}

static void private(size_t count)
{
	make_file(count);
	map_file(PROT_READ | PROT_WRITE, MAP_PRIVATE);
}

static void private_mapped(size_t count)
{
	private(count);
	read_each();
}

static void clean(size_t count)
{
	make_file(count);
	map_file(PROT_READ | PROT_WRITE, MAP_SHARED);
	write_each();
	if (msync(subject.start, count * PAGE, MS_SYNC))
		die("msync");
}

static void program(size_t count)
{
	make_file(count);
	map_file(PROT_READ | PROT_EXEC, MAP_PRIVATE);
}

static void call_each(void)
{
	size_t i;

	for (i = 0; i < subject.count; i++)
		((void (*)(void))(subject.start + i * PAGE))();
}

static void make_shmem(void)
{
	subject.fd = memfd_create("faults", MFD_CLOEXEC);
	if (subject.fd < 0 || ftruncate(subject.fd, subject.count * PAGE))
		die("memfd");
}

static void shmem_empty(size_t count)
{
	(void)count;
	make_shmem();
	map_file(PROT_READ | PROT_WRITE, MAP_SHARED);
}

static void shmem_cached(size_t count)
{
	make_shmem();
	fill(count);
	map_file(PROT_READ | PROT_WRITE, MAP_SHARED);
}

static void shmem_swapped(size_t count)
{
	shmem_empty(count);
	write_each();
	make_cold();
}

const struct kind file_kinds[] = {
	{ .name = "file-minor", .prepare = cached, .run = read_each },
	{ .name = "file-major", .prepare = on_disk, .run = read_each },
	{ .name = "file-copy", .prepare = private, .run = write_each },
	{ .name = "file-copy-mapped", .prepare = private_mapped, .run = write_each },
	{ .name = "write-notify", .prepare = clean, .run = write_each },
	{ .name = "file-write", .prepare = cached_shared, .run = write_each },
	{ .name = "exec", .prepare = program, .run = call_each },
	{ .name = "shmem-new", .prepare = shmem_empty, .run = write_each },
	{ .name = "shmem-minor", .prepare = shmem_cached, .run = read_each },
	{ .name = "shmem-major", .prepare = shmem_swapped, .run = read_each },
	{ }
};
