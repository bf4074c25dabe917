// SPDX-License-Identifier: GPL-2.0
/* Memory that other processes, or other pages, share. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"
#include "state.h"

/* After a fork: the first half written again, hence copied. */
static void forked(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);

	touch(start, pages * PAGE);
	fork_holder();
	touch(start, pages / 2 * PAGE);
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

static void forked_thp(const char *name, size_t pages)
{
	char *start = map(pages * PAGE + 512 * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1);

	start = (char *)(((uintptr_t)start + 512 * PAGE - 1) & ~(512 * PAGE - 1));
	if (madvise(start, pages * PAGE, MADV_HUGEPAGE))
		die("MADV_HUGEPAGE");
	touch(start, pages * PAGE);
	fork_holder();
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

/* The child is gone again: marked shared, but nobody shares it. */
static void left_alone(const char *name, size_t pages)
{
	void *start = map_base(pages * PAGE);
	int pid;

	touch(start, pages * PAGE);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		_exit(0);
	if (waitpid(pid, NULL, 0) != pid)
		die("waitpid");
	say_area(name, start, pages * PAGE, "anon*%zu", pages);
}

static unsigned long number_in(const char *path)
{
	unsigned long value = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		die(path);
	if (fscanf(file, "%lu", &value) != 1)
		die(path);
	fclose(file);
	return value;
}

#define KSM "/sys/kernel/mm/ksm/"

/* Two full scans merge what did not change between them. */
static void wait_for_ksm(void)
{
	unsigned long seen = number_in(KSM "full_scans");
	const struct timespec tick = { .tv_nsec = 20000000 };
	int i;

	for (i = 0; i < 1000 && number_in(KSM "full_scans") < seen + 3; i++)
		nanosleep(&tick, NULL);
	if (i == 1000) {
		errno = ETIMEDOUT;
		die("ksmd");
	}
}

static void ksm(const char *name, size_t pages)
{
	char *start = map_base(pages * PAGE);
	size_t i;

	if (put(KSM "sleep_millisecs", "10") ||
	    put(KSM "pages_to_scan", "5000") || put(KSM "run", "1")) {
		say_skip(name, "KSM cannot be run");
		return;
	}
	for (i = 0; i < pages; i++)
		memset(start + i * PAGE, 'k', PAGE);
	if (madvise(start, pages * PAGE, MADV_MERGEABLE))
		die("MADV_MERGEABLE");
	wait_for_ksm();
	/* Merged pages stay merged when ksmd stops. */
	if (put(KSM "run", "0"))
		die("KSM run");
	say_area(name, start, pages * PAGE, "ksm*%zu", pages);
}

const struct state share_states[] = {
	{ "forked", forked, 512 },
	{ "forked-thp", forked_thp, 512 },
	{ "left-alone", left_alone, 64 },
	{ "ksm", ksm, 128 },
	{ }
};
