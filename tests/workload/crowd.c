// SPDX-License-Identifier: GPL-2.0
/*
 * Many small processes, which share one page of shared memory and one private
 * page that none of them writes, and otherwise sleep.
 *
 * usage: crowd [COUNT]
 * "fork N" adds children, as far as memory goes; "touch" has each of them write
 * to one more page of its own, of 64; "leave N" ends the youngest. Each time it
 * says how many "children" it has, and if memory was too "short" for all.
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

#define OWN 64
#define MOST 40000
/* The machine is not to be driven into its OOM killer. */
#define ENOUGH_KIB 100000

static atomic_ulong *done;
static char *inherited, *own;
static int pid[MOST];
static size_t count;
static bool short_of_memory;

static unsigned long available(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	unsigned long kib = 0;
	char line[128];

	if (!file)
		die("meminfo");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %lu kB", &kib) == 1)
			break;
	fclose(file);
	return kib;
}

static void sleep_and_touch(int parent)
{
	sigset_t set;
	size_t i;
	int got;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		_exit(1);
	/* Maps both. */
	look(inherited, PAGE);
	atomic_fetch_add(done, 1);
	for (i = 0;; i++) {
		sigwait(&set, &got);
		own[i % OWN * PAGE] = 1;
		atomic_fetch_add(done, 1);
	}
}

static void wait_until_done(unsigned long want)
{
	while (atomic_load(done) < want)
		usleep(1000);
}

static void add(size_t more)
{
	unsigned long before = atomic_load(done);
	size_t first = count;
	int parent = getpid();

	for (; more && count < MOST; more--) {
		/* Those before have what they need. */
		if (count % 64 == 0) {
			wait_until_done(before + count - first);
			short_of_memory = available() < ENOUGH_KIB;
			if (short_of_memory)
				break;
		}
		pid[count] = fork();
		if (!pid[count])
			sleep_and_touch(parent);
		if (pid[count] < 0)
			break;
		count++;
	}
	wait_until_done(before + count - first);
}

static void touch_all(void)
{
	unsigned long before = atomic_load(done);
	size_t i;

	for (i = 0; i < count; i++)
		kill(pid[i], SIGUSR1);
	wait_until_done(before + count);
}

static void leave(size_t less)
{
	size_t i, from = less < count ? count - less : 0;

	for (i = from; i < count; i++)
		kill(pid[i], SIGKILL);
	for (i = from; i < count; i++)
		waitpid(pid[i], NULL, 0);
	count = from;
}

int main(int argc, char **argv)
{
	const char *command;
	sigset_t set;
	size_t n;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	done = map(PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		   -1);
	inherited = map_base(PAGE);
	own = map_base(OWN * PAGE);
	touch(done, PAGE);
	atomic_store(done, 0);
	touch(inherited, PAGE);
	/* Stays where it is, if vm.compact_unevictable_allowed says so. */
	if (mlock(inherited, PAGE))
		die("mlock");
	say_area("shared", done, PAGE, "shmem*1");
	say_area("inherited", inherited, PAGE, "anon*1");
	say_area("own", own, OWN * PAGE, "none*%d", OWN);
	add(argc > 1 ? strtoul(argv[1], NULL, 0) : 0);
	say_number("children", count);
	say_number("short", short_of_memory);
	say_ready();
	while ((command = next_command())) {
		if (sscanf(command, "fork %zu", &n) == 1)
			add(n);
		else if (sscanf(command, "leave %zu", &n) == 1)
			leave(n);
		else if (!strcmp(command, "touch"))
			touch_all();
		say_no_number();
		say_number("children", count);
		say_number("short", short_of_memory);
		say_ready();
	}
	leave(count);
	return 0;
}
