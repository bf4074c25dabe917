// SPDX-License-Identifier: GPL-2.0
/*
 * Loaded into a program by LD_PRELOAD:
 *
 * ROUGH_TICK=US	a signal comes every so many microseconds, and interrupts
 *			whatever waits
 * ROUGH_FAIL=N		the Nth piece of memory that is asked for is not there,
 *			counted from the program's main() on
 * ROUGH_COUNT=FILE	at its end, how many were asked for
 *
 * A command that is started has none of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static long asked, failing;
static char count_file[256];

static void tick(int number)
{
	(void)number;
}

/* Is this the one? */
static int fails(void)
{
	if (__atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED) != failing)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) || fails()) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_realloc(old, bytes);
}

__attribute__((constructor))
static void begin(void)
{
	const char *us = getenv("ROUGH_TICK"), *fail = getenv("ROUGH_FAIL");
	const char *file = getenv("ROUGH_COUNT");
	struct sigaction action = { .sa_handler = tick };
	struct itimerval timer;

	unsetenv("LD_PRELOAD");
	if (us) {
		timer.it_interval.tv_sec = 0;
		timer.it_interval.tv_usec = atol(us);
		timer.it_value = timer.it_interval;
		sigaction(SIGALRM, &action, NULL);
		setitimer(ITIMER_REAL, &timer, NULL);
	}
	if (file)
		snprintf(count_file, sizeof(count_file), "%s", file);
	asked = 0;
	failing = fail ? atol(fail) : 0;
}

__attribute__((destructor))
static void end(void)
{
	char text[32];
	int fd, length;

	if (!*count_file)
		return;
	length = snprintf(text, sizeof(text), "%ld", asked);
	fd = open(count_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, text, (size_t)length) != length)
		_exit(99);
	close(fd);
}
