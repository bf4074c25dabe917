// SPDX-License-Identifier: GPL-2.0
/*
 * Memory to be shared by a fork: the kinds of pages that the kernel's rules for
 * copy-on-write tell apart.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cow.h"
#include "memory.h"
#include "say.h"

static void *base(const struct cow_case *self)
{
	void *start = map_base(self->pages * PAGE);

	touch(start, self->pages * PAGE);
	return start;
}

static void *swapped(const struct cow_case *self)
{
	void *start = base(self);

	page_out(start, self->pages);
	return start;
}

static void *zero(const struct cow_case *self)
{
	void *start = map_base(self->pages * PAGE);

	look(start, self->pages * PAGE);
	return start;
}

static char *map_folio(const struct cow_case *self)
{
	return map_aligned(self->pages * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

/* Only huge pages of one size may come. */
static int choose_size(const struct cow_case *self)
{
	char path[128], size[32];

	if (self->pages * PAGE == HUGE)
		return 0;
	snprintf(size, sizeof(size), "%zukB", self->pages * PAGE / 1024);
	snprintf(path, sizeof(path),
		 "/sys/kernel/mm/transparent_hugepage/hugepages-%s", size);
	if (access(path, F_OK))
		return -1;
	allow_thp("2048kB", "never");
	allow_thp(size, "always");
	return 0;
}

static void leave_size(const struct cow_case *self)
{
	char size[32];

	if (self->pages * PAGE == HUGE)
		return;
	snprintf(size, sizeof(size), "%zukB", self->pages * PAGE / 1024);
	allow_thp(size, "never");
	allow_thp("2048kB", "inherit");
}

/* One large folio. It comes at the first touch, or does not. */
static void *folio(const struct cow_case *self)
{
	char *start = map_folio(self);

	if (choose_size(self)) {
		say_skip(self->name, "the kernel has no such size");
		return NULL;
	}
	touch(start, PAGE);
	leave_size(self);
	if (mapped(start, self->pages) != self->pages) {
		say_skip(self->name, "no huge page came");
		return NULL;
	}
	touch(start, self->pages * PAGE);
	return start;
}

/* As many huge pages as it takes. */
static void *huge(const struct cow_case *self)
{
	char *start = map_folio(self);

	touch(start, self->pages * PAGE);
	return start;
}

static void *huge_zero(const struct cow_case *self)
{
	char *start = map_folio(self);

	look(start, PAGE);
	if (mapped(start, self->pages) != self->pages) {
		say_skip(self->name, "no huge zero page came");
		return NULL;
	}
	return start;
}

/* The same folio mapped by PTEs: a VMA inside that comes and goes. */
static void *split(const struct cow_case *self)
{
	char *start = folio(self);

	if (start && (mprotect(start + PAGE, PAGE, PROT_READ) ||
		      mprotect(start + PAGE, PAGE, PROT_READ | PROT_WRITE)))
		die("mprotect");
	return start;
}

/* One page of the folio is left. */
static void *single(const struct cow_case *self)
{
	char *start = folio(self);

	if (start && madvise(start + PAGE, (self->pages - 1) * PAGE,
			     MADV_DONTNEED))
		die("MADV_DONTNEED");
	return start;
}

/* The second half of the folio lies elsewhere. */
static void *remapped(const struct cow_case *self)
{
	size_t half = self->pages / 2 * PAGE;
	char *start = folio(self);
	void *to;

	if (!start)
		return NULL;
	to = map(half, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	if (mremap(start + half, half, half, MREMAP_MAYMOVE | MREMAP_FIXED,
		   to) != to)
		die("mremap");
	return start;
}

static void advise(const struct cow_case *self, char *start, int advice)
{
	if (madvise(start + PAGE, (self->pages - 1) * PAGE, advice))
		die("madvise");
}

/* A child shares, later, no more than the first page. */
static void *kept(const struct cow_case *self)
{
	char *start = folio(self);

	if (start)
		advise(self, start, MADV_DONTFORK);
	return start;
}

/* A child has shared the first page, and is gone. */
static void *partial(const struct cow_case *self)
{
	char *start = kept(self);
	int pid;

	if (!start)
		return NULL;
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		_exit(0);
	if (waitpid(pid, NULL, 0) != pid)
		die("waitpid");
	advise(self, start, MADV_DOFORK);
	return start;
}

static void *hugetlb(const struct cow_case *self)
{
	char *start = mmap(NULL, self->pages * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	if (start == MAP_FAILED) {
		say_skip(self->name, "no huge pages reserved");
		return NULL;
	}
	touch(start, self->pages * PAGE);
	return start;
}

static void *map_file(const struct cow_case *self, int fd)
{
	static char block[PAGE] = "something";
	void *start;
	size_t i;

	for (i = 0; i < self->pages; i++)
		if (write(fd, block, PAGE) != (ssize_t)PAGE)
			die("write");
	start = map(self->pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		    fd);
	look(start, self->pages * PAGE);
	return start;
}

static void *memfd(const struct cow_case *self)
{
	int fd = memfd_create("cow", MFD_CLOEXEC);

	if (fd < 0)
		die("memfd");
	return map_file(self, fd);
}

static void *unnamed(const struct cow_case *self)
{
	int fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		die("tmpfile");
	return map_file(self, fd);
}

const struct cow_case cow_cases[] = {
	{ "base", base, 4 },
	{ "swapped", swapped, 4 },
	{ "zero", zero, 4 },
	{ "huge-zero", huge_zero, 512 },
	{ "memfd", memfd, 4 },
	{ "tmpfile", unnamed, 4 },
	{ "hugetlb", hugetlb, 2048 },
	{ "huge", huge, 1024 },
	{ "thp", folio, 512 },
	{ "thp-split", split, 512 },
	{ "thp-single", single, 512 },
	{ "thp-remapped", remapped, 512 },
	{ "thp-kept", kept, 512 },
	{ "thp-partial", partial, 512 },
	{ "mthp-16", folio, 4 },
	{ "mthp-64", folio, 16 },
	{ "mthp-1024", folio, 256 },
	{ "mthp-single", single, 16 },
	{ "mthp-remapped", remapped, 16 },
	{ "mthp-kept", kept, 16 },
	{ "mthp-partial", partial, 16 },
	{ }
};
