// SPDX-License-Identifier: GPL-2.0
/*
 * Sharers of one address space: threads, a vfork child in its window, a
 * process cloned with CLONE_VM.
 *
 * usage: threads [-t THREADS] [-c] [-v]     -c a CLONE_VM process, -v a vfork
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

static void *rest(void *go)
{
	char here[3 * PAGE];

	touch(here, sizeof(here));
	prctl(PR_SET_NAME, "resting");
	pthread_barrier_wait(go);
	for (;;)
		pause();
	return NULL;
}

static int clone_rest(void *unused)
{
	(void)unused;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
	return 0;
}

/* Not on the stack: it is seen on both sides of a vfork. */
static int clone_pid;

int main(int argc, char **argv)
{
	static char stack[16 * PAGE] __attribute__((aligned(16)));
	long threads = 0, i;
	int with_clone = 0, with_vfork = 0, pid, opt;
	pthread_barrier_t go;

	while ((opt = getopt(argc, argv, "t:cv")) != -1) {
		if (opt == 't')
			threads = atol(optarg);
		else if (opt == 'c')
			with_clone = 1;
		else if (opt == 'v')
			with_vfork = 1;
		else
			return 1;
	}
	pthread_barrier_init(&go, NULL, threads + 1);
	for (i = 0; i < threads; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, rest, &go))
			die("pthread_create");
	}
	pthread_barrier_wait(&go);
	say_number("threads", threads);
	if (with_clone) {
		clone_pid = clone(clone_rest, stack + sizeof(stack),
				  CLONE_VM | SIGCHLD, NULL);
		if (clone_pid < 0)
			die("clone");
		say_number("clone_pid", clone_pid);
	}
	say_number("parent", getpid());
	if (!with_vfork) {
		say_ready();
		wait_for_exit();
	} else {
		/* The window: the parent sleeps while its child talks. */
		pid = vfork();
		if (pid < 0)
			die("vfork");
		if (!pid) {
			say_number("vfork_pid", getpid());
			say_ready();
			wait_for_exit();
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	if (clone_pid) {
		kill(clone_pid, SIGKILL);
		waitpid(clone_pid, NULL, 0);
	}
	return 0;
}
