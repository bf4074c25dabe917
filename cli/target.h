/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_TARGET_H
#define MMLENS_TARGET_H

#include <stdbool.h>

#include "fail.h"

/*
 * The process that is looked at. /proc/PID is opened once and everything is
 * read through it, so that a PID that is used again cannot mix two processes.
 */
struct target {
	int pid;
	int dir;		/* /proc/PID */
	int pagemap;		/* its open pagemap: the handle for the kernel */
	bool by_pid;		/* the kernel wants the PID instead */
	bool kernel_thread;
	char comm[64];
};

int target_open(struct target *target, int pid, struct failure *f);
void target_close(struct target *target);
bool target_lives(const struct target *target);
int target_number(const struct target *target, const char *file,
		  long long *value);
int memory_and_swap(unsigned long long *bytes);

#endif
