// SPDX-License-Identifier: GPL-2.0
/* Faults in anonymous memory. */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"

static void empty(size_t count)
{
	subject.start = map_base(count * PAGE);
}

static void of_zero_pages(size_t count)
{
	empty(count);
	read_each();
}

static void written(size_t count)
{
	empty(count);
	write_each();
	empty_batches();
}

static void huge(size_t count)
{
	subject.step = HUGE;
	subject.start = map_aligned(count * HUGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void shared(size_t count)
{
	written(count);
	hold_by_child(NULL);
}

/* The child that shared them has left. */
static void left(size_t count)
{
	pid_t child;

	written(count);
	child = fork();
	if (!child)
		_exit(0);
	if (child < 0 || waitpid(child, NULL, 0) != child)
		die("child");
	empty_batches();
}

static void swapped(size_t count)
{
	written(count);
	make_cold();
}

/* A child has them back in memory, and they keep their slots for us. */
static void swap_cached(size_t count)
{
	swapped(count);
	hold_by_child(read_each);
}

const struct kind anon_kinds[] = {
	{ .name = "anon", .prepare = empty, .run = write_each },
	{ .name = "zero", .prepare = empty, .run = read_each },
	{ .name = "zero-copy", .prepare = of_zero_pages, .run = write_each },
	{ .name = "huge-anon", .prepare = huge, .run = write_each },
	{ .name = "huge-zero", .prepare = huge, .run = read_each },
	{ .name = "cow-copy", .prepare = shared, .run = write_each },
	{ .name = "cow-reuse", .prepare = left, .run = write_each },
	{ .name = "swap-in-cold", .prepare = swapped, .run = read_each },
	{ .name = "swap-in-cached", .prepare = swap_cached, .run = read_each },
	{ }
};
