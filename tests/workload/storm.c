// SPDX-License-Identifier: GPL-2.0
/*
 * An address space that never rests: threads that map, unmap, give back,
 * split huge pages and fork, all at once.
 *
 * usage: storm SECONDS
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

#define HUGE (512 * PAGE)
#define ROOM (8 * HUGE)

static char *room;
static atomic_bool stop;
static atomic_ulong rounds;

/* Mappings come and go, at addresses that the scan has just passed. */
static void *mapper(void *unused)
{
	(void)unused;
	while (!stop) {
		char *start = map(HUGE + 64 * PAGE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1);

		touch(start, 64 * PAGE);
		munmap(start + 16 * PAGE, 16 * PAGE);
		munmap(start, HUGE + 64 * PAGE);
		rounds++;
	}
	return NULL;
}

/* Whole tables are emptied while others look at them. */
static void *dropper(void *unused)
{
	unsigned int seed = 1;

	(void)unused;
	while (!stop) {
		char *start = room + rand_r(&seed) % 8 * HUGE;

		look(start, HUGE);
		touch(start, 128 * PAGE);
		madvise(start, HUGE, MADV_DONTNEED);
		rounds++;
	}
	return NULL;
}

/*
 * Huge pages are made, split by rights, and made again. The page whose rights
 * change is one that the dropper never writes.
 */
static void *splitter(void *unused)
{
	unsigned int seed = 2;

	(void)unused;
	while (!stop) {
		char *start = room + rand_r(&seed) % 8 * HUGE;

		madvise(start, HUGE, MADV_HUGEPAGE);
		touch(start, HUGE);
		mprotect(start + 300 * PAGE, PAGE, PROT_READ);
		mprotect(start + 300 * PAGE, PAGE, PROT_READ | PROT_WRITE);
		rounds++;
	}
	return NULL;
}

static void forker(void)
{
	while (!stop) {
		int pid = fork();

		if (!pid)
			_exit(0);
		if (pid > 0)
			waitpid(pid, NULL, 0);
		rounds++;
	}
}

static void *timer(void *seconds)
{
	struct timespec wait = { .tv_sec = (intptr_t)seconds };

	nanosleep(&wait, NULL);
	stop = 1;
	return NULL;
}

int main(int argc, char **argv)
{
	void *(*const work[])(void *) = { mapper, dropper, splitter };
	pthread_t thread[4];
	size_t i;

	room = map(ROOM + HUGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1);
	room = (char *)(((uintptr_t)room + HUGE - 1) & ~(HUGE - 1));
	say_ready();
	errno = pthread_create(&thread[3], NULL, timer,
			       (void *)(argc > 1 ? atol(argv[1]) : 10L));
	if (errno)
		die("pthread_create");
	for (i = 0; i < 3; i++) {
		errno = pthread_create(&thread[i], NULL, work[i], NULL);
		if (errno)
			die("pthread_create");
	}
	forker();
	for (i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	/* A storm in which nothing happened proves nothing. */
	return rounds > 10 ? 0 : 1;
}
