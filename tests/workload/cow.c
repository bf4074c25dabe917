// SPDX-License-Identifier: GPL-2.0
/*
 * A parent and a child that share memory by a fork, and do as they are told.
 *
 * usage: cow CASE [PAGES]
 *        cow -l                            list the cases
 *
 * Commands: "fork", "leave" (the child goes), and of the parent or the child:
 *	write WHO PAGE, read WHO PAGE
 *	tenth WHO		write every tenth page
 *	splice WHO PAGE		put a reference to the page into a pipe
 *	release WHO		empty the pipe
 *	pin WHO PAGE		as a fixed buffer of io_uring
 *	unmap WHO		give all of the memory back
 *	collapse WHO		make it a huge page again
 *	pageout WHO
 * The faults that an access cost are the numbers "minor" and "major".
 */
#include <linux/io_uring.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cow.h"
#include "memory.h"
#include "say.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

struct result {
	long minor;
	long major;
	int error;
};

static char *start;
static size_t pages;
static int pipe_ends[2];
static int to_child[2], from_child[2];
static int child;

/* All that is on the way was touched before, so that only the access counts. */
static void count(struct result *result, void (*access)(void *, size_t),
		  void *at)
{
	static struct rusage before, after;
	static uint64_t elsewhere;

	memset(&before, 0, sizeof(before));
	memset(&after, 0, sizeof(after));
	access(&elsewhere, 1);
	if (getrusage(RUSAGE_SELF, &after) || getrusage(RUSAGE_SELF, &before))
		die("getrusage");
	access(at, 1);
	getrusage(RUSAGE_SELF, &after);
	result->minor = after.ru_minflt - before.ru_minflt;
	result->major = after.ru_majflt - before.ru_majflt;
}

static void touch_one(void *at, size_t len)
{
	touch(at, len);
}

static void look_one(void *at, size_t len)
{
	look(at, len);
}

static void touch_each(size_t step)
{
	size_t i;

	for (i = 0; i < pages; i += step)
		touch(start + i * PAGE, 1);
}

static int splice_page(char *at)
{
	struct iovec iov = { .iov_base = at, .iov_len = PAGE };

	return vmsplice(pipe_ends[1], &iov, 1, 0) == (ssize_t)PAGE ? 0 : errno;
}

static int release_pages(void)
{
	static char block[PAGE];

	while (read(pipe_ends[0], block, sizeof(block)) > 0)
		;
	return errno == EAGAIN ? 0 : errno;
}

/* A pin for long: it lives as long as the ring, that is as long as we. */
static int pin_page(char *at)
{
	struct io_uring_params params = { };
	struct iovec iov = { .iov_base = at, .iov_len = PAGE };
	int ring = syscall(SYS_io_uring_setup, 1, &params);

	if (ring < 0)
		return errno;
	return syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS,
		       &iov, 1) ? errno : 0;
}

static int is(const char *verb, const char *word)
{
	return !strcmp(verb, word);
}

static void act(const char *verb, size_t page, struct result *result)
{
	char *at = start + page * PAGE;

	*result = (struct result){ };
	if (is(verb, "write"))
		count(result, touch_one, at);
	else if (is(verb, "read"))
		count(result, look_one, at);
	else if (is(verb, "tenth"))
		touch_each(10);
	else if (is(verb, "splice"))
		result->error = splice_page(at);
	else if (is(verb, "release"))
		result->error = release_pages();
	else if (is(verb, "pin"))
		result->error = pin_page(at);
	else if (is(verb, "unmap"))
		result->error = munmap(start, pages * PAGE) ? errno : 0;
	else if (is(verb, "collapse"))
		result->error = madvise(start, pages * PAGE, MADV_COLLAPSE) ?
				errno : 0;
	else if (is(verb, "pageout"))
		page_out(start, pages);
	else
		result->error = EINVAL;
}

struct order {
	char verb[32];
	size_t page;
};

/* The child obeys until its parent is gone, or closes the pipe. */
static noreturn void obey(void)
{
	struct result result;
	struct order order;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(to_child[1]);
	while (read(to_child[0], &order, sizeof(order)) == sizeof(order)) {
		act(order.verb, order.page, &result);
		if (write(from_child[1], &result, sizeof(result)) !=
		    sizeof(result))
			break;
	}
	_exit(0);
}

static void fork_child(void)
{
	if (pipe2(to_child, O_CLOEXEC) || pipe2(from_child, O_CLOEXEC))
		die("pipe");
	child = fork();
	if (child < 0)
		die("fork");
	if (!child)
		obey();
	close(to_child[0]);
	close(from_child[1]);
}

static void leave_child(void)
{
	close(to_child[1]);
	close(from_child[0]);
	if (waitpid(child, NULL, 0) != child)
		die("waitpid");
	child = 0;
}

static void order_child(const char *verb, size_t page, struct result *result)
{
	struct order order = { .page = page };

	snprintf(order.verb, sizeof(order.verb), "%s", verb);
	if (write(to_child[1], &order, sizeof(order)) != sizeof(order) ||
	    read(from_child[0], result, sizeof(*result)) != sizeof(*result))
		die("child");
}

static void run(const char *line)
{
	struct result result = { };
	char verb[32], who[32] = "";
	size_t page = 0;

	if (sscanf(line, "%31s %31s %zu", verb, who, &page) < 1)
		verb[0] = '\0';
	if (is(verb, "fork"))
		fork_child();
	else if (is(verb, "leave"))
		leave_child();
	else if (is(who, "child"))
		order_child(verb, page, &result);
	else
		act(verb, page, &result);
	say_no_number();
	say_number("child", child);
	say_number("minor", result.minor);
	say_number("major", result.major);
	say_number("error", result.error);
	say_ready();
}

static const struct cow_case *find(const char *name)
{
	const struct cow_case *one;

	for (one = cow_cases; one->name; one++)
		if (is(one->name, name))
			return one;
	return NULL;
}

int main(int argc, char **argv)
{
	const struct cow_case *one;
	struct cow_case asked;
	const char *line;

	if (argc != 2 && argc != 3)
		return 1;
	if (is(argv[1], "-l")) {
		for (one = cow_cases; one->name; one++)
			puts(one->name);
		return 0;
	}
	one = find(argv[1]);
	if (!one) {
		fprintf(stderr, "cow: no case %s\n", argv[1]);
		return 1;
	}
	if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK))
		die("pipe");
	asked = *one;
	if (argc == 3)
		asked.pages = strtoul(argv[2], NULL, 0);
	pages = asked.pages;
	start = asked.build(&asked);
	if (start)
		say_area(asked.name, start, pages * PAGE, "*%zu", pages);
	say_ready();
	while ((line = next_command()))
		run(line);
	return 0;
}
