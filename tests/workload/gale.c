// SPDX-License-Identifier: GPL-2.0
/*
 * An address space in which everything happens at once: threads that draw, from a
 * seed, what is done next to one of a few stretches that all of them share, so
 * that they are in each other's way. What a thread may not touch any more it finds
 * out by the signal.
 *
 * usage: gale SEED THREADS DIRECTORY      (again, after an exec: the same)
 * commands: "go": the threads run; "counts": how often each thing was done, and
 *	ready; "exec": by the first thread; "exec-thread": by another; "exit-thread":
 *	all end by another thread; "eat": takes memory until it is killed;
 *	"hold N": N MiB are written to, told as area held
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gale.h"
#include "say.h"

static sigjmp_buf *of_thread(void)
{
	static _Thread_local sigjmp_buf back;

	return &back;
}

static _Thread_local bool careful;

static void on_signal(int number)
{
	if (!careful) {
		signal(number, SIG_DFL);
		return;
	}
	siglongjmp(*of_thread(), 1);
}

struct gale gale;

static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (*state >> 33) % below;
}

/* One thing; true if it was done. */
static bool try_one(const struct deed *deed, uint64_t *state)
{
	struct place place = {
		.start = gale.room + draw(state, STRETCHES) * HUGE,
		.other = gale.room + draw(state, STRETCHES) * HUGE,
		.first = draw(state, HUGE / PAGE - 16),
		.pages = 1 + draw(state, 16),
		.choice = draw(state, 1 << 30),
	};
	bool done = false;

	if (sigsetjmp(*of_thread(), 1))
		return false;
	careful = true;
	done = deed->act(&place);
	careful = false;
	return done;
}

static void *run(void *seed)
{
	uint64_t state = (uintptr_t)seed * 0x9e3779b97f4a7c15;

	for (;;) {
		uint32_t i = draw(&state, deed_count);

		if (try_one(&deeds[i], &state))
			atomic_fetch_add(&gale.done[i], 1);
		careful = false;
	}
	return NULL;
}

static char **arguments;

static void again(void)
{
	char *argv[] = { arguments[0], arguments[1], arguments[2],
			 arguments[3], NULL };

	execv("/proc/self/exe", argv);
	die("execv");
}

static void *exec_thread(void *unused)
{
	again();
	return unused;
}

static void *exit_thread(void *unused)
{
	exit(0);
	return unused;
}

static void start(void *(*run_it)(void *), void *argument)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	errno = pthread_attr_setstacksize(&attributes, ELSEWHERE);
	if (!errno)
		errno = pthread_create(&thread, &attributes, run_it, argument);
	if (errno)
		die("pthread_create");
}

/* So that it cannot be given back, a page at a time, and no two alike. */
static void eat(void)
{
	for (;;)
		touch(map_base(ELSEWHERE), ELSEWHERE);
}

static void tell(void)
{
	size_t i;

	say_no_number();
	for (i = 0; i < deed_count; i++)
		say_number(deeds[i].name, atomic_load(&gale.done[i]));
}

static void obey(const char *line)
{
	size_t mib, i;

	if (!strcmp(line, "go")) {
		for (i = 0; i < strtoul(arguments[2], NULL, 10); i++)
			start(run, (void *)(strtoul(arguments[1], NULL, 10) * 64 + i + 1));
	} else if (!strcmp(line, "exec")) {
		again();
	} else if (!strcmp(line, "exec-thread")) {
		start(exec_thread, NULL);
		for (;;)
			pause();
	} else if (!strcmp(line, "exit-thread")) {
		start(exit_thread, NULL);
		for (;;)
			pause();
	} else if (!strcmp(line, "eat")) {
		eat();
	} else if (sscanf(line, "hold %zu", &mib) == 1) {
		char *held = map_base(mib << 20);

		touch(held, mib << 20);
		say_area("held", held, mib << 20, "anon");
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	const char *line;

	if (argc != 4)
		return 1;
	arguments = argv;
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	gale_prepare(argv[3]);
	say_area("room", gale.room, STRETCHES * HUGE, "any");
	say_ready();
	while ((line = next_command())) {
		obey(line);
		tell();
		say_ready();
	}
	return 0;
}
