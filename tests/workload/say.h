/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_WORKLOAD_SAY_H
#define MMLENS_WORKLOAD_SAY_H

#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

/*
 * A workload tells what it built on one line of JSON, then the word "ready",
 * and waits on stdin: "exit" or the end of the file makes it leave, any other
 * line is a command of its own. What it says is what it did, never what it
 * read back from the kernel: the tests compare both.
 */

#define PAGE 4096UL

noreturn void die(const char *what);

/* The areas, in the order of their building. */
void say_area(const char *name, const void *start, size_t len,
	      const char *expect, ...)
	__attribute__((format(printf, 4, 5)));
/* A kernel that cannot do it: the name and why. */
void say_skip(const char *name, const char *why);
/* A number that the test wants to know by name. */
void say_number(const char *name, uint64_t value);
/* Forget the numbers that were said so far. */
void say_no_number(void);
/* Print all that was said, and "ready". Writes with write(2) only. */
void say_ready(void);
/* The next command, or NULL to leave. */
const char *next_command(void);
/* Wait for "exit", ignoring the rest. */
void wait_for_exit(void);

void *map(size_t len, int prot, int flags, int fd);
/* A private anonymous mapping of base pages. */
void *map_base(size_t len);
/* Write one word into each page, different for each. */
void touch(void *start, size_t len);
/* Read one byte of each page. */
void look(const void *start, size_t len);
/* Write one line into a file of /proc or /sys. */
int put(const char *path, const char *text);

#endif
