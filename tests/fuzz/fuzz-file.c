// SPDX-License-Identifier: GPL-2.0
/* Whatever reads a file of /proc or of /sys, given any text. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backing.h"
#include "bytes.h"
#include "cgroup.h"
#include "demo_books.h"
#include "judge.h"
#include "kernel_faults.h"
#include "mounts.h"
#include "swaps.h"
#include "symbols.h"
#include "system.h"
#include "target.h"

/* The text of the file that is read next. */
static char *text;
static size_t length;

ssize_t __wrap_file_read(int dir, const char *name, char *to, size_t size)
{
	size_t got = length < size - 1 ? length : size - 1;

	(void)dir;
	(void)name;
	if (!length)
		return -ENOENT;
	memcpy(to, text, got);
	to[got] = '\0';
	return (ssize_t)got;
}

/* A file of its own: whoever opens it reads and closes it. */
int instead_openat(int dir, const char *name, int flags, ...)
{
	int fd;

	(void)dir;
	(void)name;
	(void)flags;
	fd = memfd_create("text", MFD_CLOEXEC);
	if (fd >= 0 && (write(fd, text, length) != (ssize_t)length ||
			lseek(fd, 0, SEEK_SET)))
		abort();
	return fd;
}

ssize_t instead_pread(int fd, void *to, size_t size, off_t offset)
{
	(void)fd;
	(void)offset;
	memset(to, length & 1 ? 0xff : 0, size);
	return (ssize_t)size;
}

FILE *instead_fopen(const char *path, const char *mode)
{
	(void)path;
	(void)mode;
	return length ? fmemopen(text, length, "r") : NULL;
}

static void try_mounts(struct bytes *in)
{
	static const char *const paths[] = { "/", "", "/a", "/a/b/c", "//" };
	uint8_t how = take_byte(in);
	char path[64], *mounts;

	text = take_rest(in);
	length = strlen(text);
	mounts = mounts_read();
	if (mounts && mounts_path(mounts, how & 1 ? 254 : 0, how & 2 ? 0 : 1,
				  paths[how % 5], path, sizeof(path)))
		judge(strlen(path) < sizeof(path), "no end", path);
	free(mounts);
}

static void try_symbols(struct bytes *in)
{
	char name[SYMBOL_TEXT];
	struct symbols symbols;
	uint64_t stack[4];

	take(in, stack, sizeof(stack));
	text = take_rest(in);
	length = strlen(text);
	symbols_read(&symbols, "/proc/kallsyms");
	judge(strlen(symbol_text(&symbols, stack[0], name)) < SYMBOL_TEXT,
	      "no end", name);
	judge(symbols_skip(&symbols, stack, 4) < 4, "all of it", name);
	symbols_free(&symbols);
}

static void try_books(struct bytes *in)
{
	struct target target = { .pid = 1, .dir = 5, .pagemap = 6 };
	static struct books before, after;
	struct failure f = { 0 };
	uint64_t start = take_u64(in);
	unsigned int pages = take_byte(in) + 1;

	text = take_rest(in);
	length = strlen(text);
	if (books_read(&before, &target, start, pages, 4096, &f))
		return;
	if (!books_read(&after, &target, start, pages, 4096, &f))
		books_tell(&before, &after, pages - 1, 4096, 1, 0);
}

static void try_process(struct bytes *in)
{
	struct target target = { .pid = 1, .dir = 5 };
	struct kernel_faults faults;
	unsigned long long bytes;
	struct system sys;
	long long number;

	text = take_rest(in);
	length = strlen(text);
	target_lives(&target);
	target_number(&target, "oom_score", &number);
	kernel_faults_read(target.dir, &faults);
	kernel_faults_parse(text, &faults);
	memory_and_swap(&bytes);
	system_read(&sys, &target);
	judge(sys.thp <= THP_ALWAYS && sys.pools <= HUGE_POOLS, "no system",
	      text);
}

static void try_system(struct bytes *in)
{
	unsigned int type = take_byte(in) % 8;
	struct backing backing;
	uint64_t number;
	char name[SWAP_NAME];

	text = take_rest(in);
	length = strlen(text);
	if (swap_device(type, name, sizeof(name)))
		judge(strlen(name) < sizeof(name), "no end", name);
	swap_find(text, type, name, 8);
	backing_read(type ? (int64_t)type : -1, &backing);
	backing_parse(text, "nr_dirty", &number);
	cgroup_memory_disabled();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const tries[])(struct bytes *in) = {
		try_mounts, try_symbols, try_books, try_process, try_system,
	};
	struct bytes in = { data, size };

	text = NULL;
	length = 0;
	tries[take_byte(&in) % (sizeof(tries) / sizeof(tries[0]))](&in);
	free(text);
	text = NULL;
	return 0;
}
