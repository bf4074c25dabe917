// SPDX-License-Identifier: GPL-2.0
/* Threads that fault at once. They are there before, and stay. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "faults.h"

#define THREADS	64

static pthread_t threads[THREADS];
static pthread_barrier_t begin, done, leave;
static atomic_bool together;

/* Its own pages, or all of them like all others. */
static void *write_share(void *number)
{
	size_t share = subject.count / THREADS;
	size_t i = together ? 0 : (uintptr_t)number * share;
	size_t end = together ? subject.count : i + share;

	pthread_barrier_wait(&begin);
	for (; i < end; i++)
		*(volatile size_t *)(subject.start + i * PAGE) = i + 1;
	pthread_barrier_wait(&done);
	pthread_barrier_wait(&leave);
	return NULL;
}

static void start_threads(size_t count)
{
	size_t i;

	subject.count = count / THREADS * THREADS;
	subject.start = map_base(subject.count * PAGE);
	pthread_barrier_init(&begin, NULL, THREADS + 1);
	pthread_barrier_init(&done, NULL, THREADS + 1);
	pthread_barrier_init(&leave, NULL, THREADS + 1);
	for (i = 0; i < THREADS; i++) {
		errno = pthread_create(&threads[i], NULL, write_share, (void *)i);
		if (errno)
			die("pthread_create");
	}
}

static void apart(size_t count)
{
	together = false;
	start_threads(count);
}

static void race(size_t count)
{
	together = true;
	start_threads(count);
}

static void run_threads(void)
{
	pthread_barrier_wait(&begin);
	pthread_barrier_wait(&done);
}

static void end_threads(void)
{
	size_t i;

	pthread_barrier_wait(&leave);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

const struct kind thread_kinds[] = {
	{ .name = "threads", .prepare = apart, .run = run_threads,
	  .drop = end_threads },
	{ .name = "race", .prepare = race, .run = run_threads,
	  .drop = end_threads },
	{ }
};
