// SPDX-License-Identifier: GPL-2.0
/* Anonymous memory of base pages. */
#include <sys/mman.h>

#include "say.h"
#include "state.h"

static void untouched(const char *name, size_t pages)
{
	say_area(name, map_base(pages * PAGE), pages * PAGE, "none*%zu", pages);
}

static void touched(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

/* Read, never written: every page is the one page of zeroes. */
static void zero(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	look(start, pages * PAGE);
	say_area(name, start, pages * PAGE, "zero*%zu", pages);
}

/* Three pages in turn, so that nothing can be merged. */
static void mixed(const char *name, size_t pages)
{
	char *start = map_base(pages * PAGE);
	size_t i;

	for (i = 0; i < pages; i++) {
		if (i % 3 == 1)
			look(start + i * PAGE, PAGE);
		if (i % 3 == 2)
			touch(start + i * PAGE, PAGE);
	}
	say_area(name, start, pages * PAGE, "none zero anon");
}

/* Read first, written later: the zero page went, a private page came. */
static void zero_then_written(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	look(start, pages * PAGE);
	touch(start, pages / 2 * PAGE);
	say_area(name, start, pages * PAGE, "anon*%zu zero*%zu", pages / 2,
		 pages - pages / 2);
}

static void protnone(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	if (mprotect(start, pages * PAGE, PROT_NONE))
		die("mprotect");
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

static void read_only(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	if (mprotect(start, pages * PAGE, PROT_READ))
		die("mprotect");
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

static void locked(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	if (mlock(start, pages * PAGE))
		die("mlock");
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

static void lazyfree(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	if (madvise(start, pages * PAGE, MADV_FREE))
		die("MADV_FREE");
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

/* Touched in the middle and given back: tables stay, pages do not. */
static void dropped(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	if (madvise(start, pages * PAGE, MADV_DONTNEED))
		die("MADV_DONTNEED");
	say_area(name, start, pages * PAGE, "none*%zu", pages);
}

/* Written, forgotten by clear_refs, and half of it written again. */
static void soft_dirty(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	if (put("/proc/self/clear_refs", "4"))
		die("clear_refs");
	touch(start, pages / 2 * PAGE);
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

const struct state anon_states[] = {
	/* First, since it takes the soft-dirty bits of all that came before. */
	{ "soft-dirty", soft_dirty, 64 },
	{ "untouched", untouched, 600 },
	{ "anon", touched, 600 },
	{ "zero", zero, 600 },
	{ "mixed", mixed, 1536 },
	{ "zero-then-written", zero_then_written, 64 },
	{ "protnone", protnone, 64 },
	{ "read-only", read_only, 64 },
	{ "locked", locked, 64 },
	{ "lazyfree", lazyfree, 64 },
	{ "dropped", dropped, 600 },
	{ }
};
