/* SPDX-License-Identifier: GPL-2.0 */
/* Kinds of faults, each of which is prepared first and then provoked. */
#ifndef MMLENS_WORKLOAD_FAULTS_H
#define MMLENS_WORKLOAD_FAULTS_H

#include <stddef.h>
#include <sys/types.h>

#include "memory.h"
#include "say.h"

/* What is provoked now: so many faults, each in a step of its own. */
struct subject {
	char *start;
	size_t count;
	size_t step;
	int fd;
	pid_t child;
};

extern struct subject subject;

struct kind {
	const char *name;
	void (*prepare)(size_t count);
	void (*run)(void);
	/* Beyond giving the memory back; may be missing. */
	void (*drop)(void);
};

extern const struct kind anon_kinds[], file_kinds[], other_kinds[], thread_kinds[];

/* Each page, or each huge page. */
void read_each(void);
void write_each(void);
/* A child that sleeps until it is dropped, after it has done something. */
void hold_by_child(void (*first)(void));
/* Until no page is mapped nor in the swap cache. */
void make_cold(void);

#endif
