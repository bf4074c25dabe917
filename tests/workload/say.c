// SPDX-License-Identifier: GPL-2.0
/* Common to all workloads: telling what was built, and waiting. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "say.h"

/*
 * Static, so that telling allocates nothing: a heap that grows between two
 * looks of a test would be a difference that nobody planted.
 */
static char areas[1 << 16], skips[1 << 12], numbers[1 << 12];

noreturn void die(const char *what)
{
	fprintf(stderr, "workload: %s: %s\n", what, strerror(errno));
	exit(1);
}

static char *room(char *text, size_t size)
{
	size_t used = strlen(text);

	if (size - used < 512) {
		errno = ENOSPC;
		die("too much to say");
	}
	if (used)
		text[used++] = ',';
	return text + used;
}

void say_area(const char *name, const void *start, size_t len,
	      const char *expect, ...)
{
	char *to = room(areas, sizeof(areas));
	va_list args;

	to += sprintf(to, "{\"name\":\"%s\",\"start\":\"0x%lx\",\"end\":\"0x%lx\",\"expect\":\"",
		      name, (unsigned long)start, (unsigned long)start + len);
	va_start(args, expect);
	to += vsnprintf(to, 256, expect, args);
	va_end(args);
	sprintf(to, "\"}");
}

void say_skip(const char *name, const char *why)
{
	snprintf(room(skips, sizeof(skips)), 500,
		 "{\"name\":\"%s\",\"why\":\"%s\"}", name, why);
}

void say_number(const char *name, uint64_t value)
{
	snprintf(room(numbers, sizeof(numbers)), 500, "\"%s\":%lu", name, value);
}

void say_no_number(void)
{
	numbers[0] = '\0';
}

static void put_out(const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t done = write(STDOUT_FILENO, text, left);

		if (done < 0)
			die("write");
		text += done;
		left -= done;
	}
}

void say_ready(void)
{
	char head[64];

	sprintf(head, "{\"pid\":%d,\"areas\":[", getpid());
	put_out(head);
	put_out(areas);
	put_out("],\"skipped\":[");
	put_out(skips);
	put_out("],\"numbers\":{");
	put_out(numbers);
	put_out("}}\nready\n");
}

const char *next_command(void)
{
	static char line[256];
	size_t used = 0;

	while (used < sizeof(line) - 1) {
		if (read(STDIN_FILENO, line + used, 1) != 1)
			return NULL;
		if (line[used] == '\n')
			break;
		used++;
	}
	line[used] = '\0';
	return strcmp(line, "exit") ? line : NULL;
}

void wait_for_exit(void)
{
	while (next_command())
		;
}

void *map(size_t len, int prot, int flags, int fd)
{
	void *start = mmap(NULL, len, prot, flags, fd, 0);

	if (start == MAP_FAILED)
		die("mmap");
	return start;
}

void *map_base(size_t len)
{
	void *start = map(len, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1);

	madvise(start, len, MADV_NOHUGEPAGE);
	return start;
}

void touch(void *start, size_t len)
{
	size_t at;

	/* No two pages alike, or KSM might merge what it should not. */
	for (at = 0; at < len; at += PAGE)
		*(volatile uint64_t *)((char *)start + at) = (uintptr_t)start + at + 1;
}

void look(const void *start, size_t len)
{
	size_t at;

	for (at = 0; at < len; at += PAGE)
		(void)*(const volatile char *)((const char *)start + at);
}

int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ok;

	if (fd < 0)
		return -1;
	ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return ok ? 0 : -1;
}
