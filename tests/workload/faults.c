// SPDX-License-Identifier: GPL-2.0
/*
 * Exactly so many faults of one kind.
 *
 * usage: faults CGROUP
 * CGROUP is the directory of the cgroup that it is in: what is to come from a
 * swap device is reclaimed there. "prepare KIND COUNT" builds what the faults
 * need, and tells where; "run" provokes them, and tells the nanoseconds of the
 * loop and what the kernel counted for this thread; "drop" gives all back. "exec"
 * starts the program anew, under its PID.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"

struct subject subject;

static const struct kind *const groups[] = {
	anon_kinds, file_kinds, other_kinds, thread_kinds,
};

static const struct kind *kind;
static const char *cgroup;

static const struct kind *find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		const struct kind *at = groups[i];

		for (; at->name; at++)
			if (!strcmp(at->name, name))
				return at;
	}
	errno = EINVAL;
	die(name);
}

void read_each(void)
{
	size_t i;

	for (i = 0; i < subject.count; i++)
		(void)*(volatile char *)(subject.start + i * subject.step);
}

void write_each(void)
{
	size_t i;

	for (i = 0; i < subject.count; i++)
		*(volatile size_t *)(subject.start + i * subject.step) = i + 1;
}

void hold_by_child(void (*first)(void))
{
	int ends[2];
	char byte;

	if (pipe(ends))
		die("pipe");
	subject.child = fork();
	if (subject.child < 0)
		die("fork");
	if (!subject.child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (first)
			first();
		if (write(ends[1], "d", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		die("child");
	close(ends[0]);
}

static bool is_cached(void)
{
	size_t pages = subject.count * subject.step / PAGE, i;
	unsigned char *in = malloc(pages);
	bool found = false;

	if (!in || mincore(subject.start, pages * PAGE, in))
		die("mincore");
	for (i = 0; i < pages; i++)
		found |= in[i] & 1;
	free(in);
	return found;
}

void make_cold(void)
{
	char path[256];
	int i;

	page_out(subject.start, subject.count * subject.step / PAGE);
	snprintf(path, sizeof(path), "%s/memory.reclaim", cgroup);
	/* It fails when there is less. */
	for (i = 0; i < 100 && is_cached(); i++) {
		empty_batches();
		put(path, "8M");
		usleep(10000);
	}
	if (is_cached()) {
		errno = EAGAIN;
		die("cold");
	}
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static void tell(void)
{
	say_no_number();
	say_number("start", (uintptr_t)subject.start);
	say_number("end", (uintptr_t)subject.start + subject.count * subject.step);
	say_number("child", subject.child);
}

static void prepare(const char *words)
{
	char name[64];
	size_t count;

	if (sscanf(words, "%63s %zu", name, &count) != 2) {
		errno = EINVAL;
		die(words);
	}
	kind = find(name);
	subject = (struct subject){ .count = count, .step = PAGE, .fd = -1 };
	kind->prepare(count);
	tell();
	say_ready();
}

static void run(void)
{
	struct rusage before, after;
	uint64_t began, took;

	getrusage(RUSAGE_THREAD, &before);
	began = now();
	kind->run();
	took = now() - began;
	getrusage(RUSAGE_THREAD, &after);
	tell();
	say_number("nanoseconds", took);
	say_number("minor", after.ru_minflt - before.ru_minflt);
	say_number("major", after.ru_majflt - before.ru_majflt);
	say_ready();
}

static void drop(void)
{
	if (kind->drop)
		kind->drop();
	if (subject.child) {
		kill(subject.child, SIGKILL);
		waitpid(subject.child, NULL, 0);
	}
	if (subject.fd >= 0)
		close(subject.fd);
	if (subject.start)
		munmap(subject.start, subject.count * subject.step);
	tell();
	say_ready();
}

int main(int argc, char **argv)
{
	const char *command;

	if (argc != 2)
		return 1;
	cgroup = argv[1];
	/* What the loop needs itself has been used before it begins. */
	kind = find("nothing");
	run();
	while ((command = next_command())) {
		if (!strncmp(command, "prepare ", 8))
			prepare(command + 8);
		else if (!strcmp(command, "run"))
			run();
		else if (!strcmp(command, "drop"))
			drop();
		else if (!strcmp(command, "exec"))
			execv("/proc/self/exe", argv);
	}
	return 0;
}
