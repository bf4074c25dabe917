// SPDX-License-Identifier: GPL-2.0
#include "demo_books.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PFN	((1ULL << 55) - 1)
#define PAGEMAP_ALONE	(1ULL << 56)
#define PAGEMAP_PRESENT	(1ULL << 63)

#define CERTAIN(_what)							\
	((struct happening){ .known = true,				\
			     .what = MMLENS_FORECAST_##_what,		\
			     .or_else = MMLENS_FORECAST_##_what })

static int take_size(const char *line, const char *key, uint64_t *bytes)
{
	size_t length = strlen(key);
	uint64_t kilobytes;

	if (strncmp(line, key, length) != 0 ||
	    sscanf(line + length, "%" SCNu64, &kilobytes) != 1)
		return 0;
	*bytes = kilobytes * 1024;
	return 1;
}

/* Rss and Pss of the VMA that begins at @start. */
static int read_smaps(struct books *books, const struct target *target,
		      uint64_t start)
{
	int fd = openat(target->dir, "smaps", O_RDONLY | O_CLOEXEC), found = 0;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	bool here = false;
	char line[512];

	if (!file) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return -error;
	}
	while (found < 2 && fgets(line, sizeof(line), file)) {
		uint64_t from, to;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &from, &to) == 2)
			here = from == start;
		else if (here)
			found += take_size(line, "Rss:", &books->rss) +
				 take_size(line, "Pss:", &books->pss);
	}
	fclose(file);
	return found == 2 ? 0 : -ENOENT;
}

/**
 * books_read() - what the kernel's own files tell of a VMA
 * @books: filled
 * @target: the process
 * @start: where the VMA begins
 * @pages: its length, at most BOOKS_PAGES
 * @page_size: base page size, in bytes
 * @f: told what went wrong
 *
 * Return: 0 or -errno.
 */
int books_read(struct books *books, const struct target *target,
	       uint64_t start, unsigned int pages, uint64_t page_size,
	       struct failure *f)
{
	size_t size = pages * sizeof(books->entry[0]);
	unsigned int page;
	ssize_t got;
	int ret;

	memset(books, 0, sizeof(*books));
	books->pages = pages;
	got = pread(target->pagemap, books->entry, size,
		    (off_t)(start / page_size * sizeof(books->entry[0])));
	ret = got < 0 ? -errno : read_smaps(books, target, start);
	/* An actor unmaps nothing: what is not there any more has gone. */
	if ((got >= 0 && got < (ssize_t)size) || ret == -ENOENT ||
	    ret == -ESRCH)
		return fail(f, FAIL_TARGET, ESRCH,
			    "%s (PID %d) has exited", target->comm,
			    target->pid);
	if (ret)
		return fail(f, FAIL_KERNEL, -ret,
			    "cannot read what /proc/%d says of its pages: %s",
			    target->pid, strerror(-ret));
	for (page = 0; page < pages; page++)
		books->present += books_mapped(books, page);
	return 0;
}

/**
 * books_mapped() - does pagemap show a page?
 * @books: the books
 * @page: number of the page
 *
 * Return: true if so.
 */
bool books_mapped(const struct books *books, unsigned int page)
{
	return books->entry[page] & PAGEMAP_PRESENT;
}

/**
 * books_alone() - does pagemap say that the page is mapped once only?
 * @books: the books
 * @page: number of the page
 *
 * Return: true if so.
 */
bool books_alone(const struct books *books, unsigned int page)
{
	return books->entry[page] & PAGEMAP_ALONE;
}

/**
 * books_pfn() - the frame of a page
 * @books: the books
 * @page: number of the page
 *
 * Return: Its number, 0 without a page, or without CAP_SYS_ADMIN.
 */
uint64_t books_pfn(const struct books *books, unsigned int page)
{
	return books_mapped(books, page) ? books->entry[page] & PAGEMAP_PFN : 0;
}

/* The page was empty, and now it is not. */
static struct happening filled(int64_t grown, unsigned int added,
			       unsigned int pages)
{
	if (!grown)
		return added > 1 ? CERTAIN(HUGE_ZERO) : CERTAIN(ZERO);
	return grown == pages ? CERTAIN(HUGE_ANON) : CERTAIN(ANON);
}

/* The page was there, and the access faulted nevertheless. */
static struct happening replaced(const struct books *before,
				 const struct books *after, unsigned int page,
				 int64_t grown)
{
	uint64_t old = books_pfn(before, page), new = books_pfn(after, page);

	/* RSS does not count zero pages. */
	if (grown)
		return grown == before->pages ? CERTAIN(HUGE_ANON) :
						CERTAIN(ZERO_COPY);
	if (old && new)
		return old == new ? CERTAIN(COW_REUSE) : CERTAIN(COW_COPY);
	/* Frames are withheld. What is still in use elsewhere was copied. */
	if (!books_alone(before, page) && books_alone(after, page))
		return CERTAIN(COW_COPY);
	return (struct happening){
		.known = true,
		.what = MMLENS_FORECAST_COW_REUSE,
		.or_else = MMLENS_FORECAST_COW_COPY,
	};
}

/**
 * books_tell() - what one access did
 * @before: the books before it
 * @after: and after it
 * @page: number of the page
 * @page_size: base page size, in bytes
 * @faults_minor: faults that it took
 * @faults_major: those that waited for a disk
 *
 * Return: The outcome.
 */
struct happening books_tell(const struct books *before,
			    const struct books *after, unsigned int page,
			    uint64_t page_size, uint64_t faults_minor,
			    uint64_t faults_major)
{
	int64_t grown = (int64_t)(after->rss - before->rss) /
			(int64_t)page_size;

	if (!faults_minor && !faults_major)
		return CERTAIN(NONE);
	if (faults_major || !books_mapped(after, page) || grown < 0)
		return (struct happening){ .known = false };
	if (!books_mapped(before, page))
		return filled(grown, after->present - before->present,
			      before->pages);
	return replaced(before, after, page, grown);
}
