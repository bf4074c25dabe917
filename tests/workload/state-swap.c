// SPDX-License-Identifier: GPL-2.0
/* Swapped memory. The test has switched a swap device on. */
#include "memory.h"
#include "say.h"
#include "state.h"

static void swapped(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	page_out(start, pages);
	say_area(name, start, pages * PAGE, "swap*%zu", pages);
}

/* The first quarter came back by a read, the second by a write. */
static void swapped_back(const char *name, size_t pages)
{
	char *start = map_base(pages * PAGE);
	size_t quarter = pages / 4;

	touch(start, pages * PAGE);
	page_out(start, pages);
	look(start, quarter * PAGE);
	touch(start + quarter * PAGE, quarter * PAGE);
	say_area(name, start, pages * PAGE, "anon*%zu swap*%zu", 2 * quarter,
		 pages - 2 * quarter);
}

/* Swap entries that a child shares: not exclusive. */
static void swapped_forked(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	page_out(start, pages);
	fork_holder();
	say_area(name, start, pages * PAGE, "swap*%zu", pages);
}

const struct state swap_states[] = {
	{ "swapped", swapped, 512 },
	{ "swapped-back", swapped_back, 256 },
	{ "swapped-forked", swapped_forked, 64 },
	{ }
};
