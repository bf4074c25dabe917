/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_KERNEL_FAULTS_H
#define MMLENS_KERNEL_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

/* What the kernel itself has counted of a process, all its threads. */
struct kernel_faults {
	bool asleep;		/* its main thread waits for something */
	uint64_t under_way;	/* faults that it may just be in, at most */
	uint64_t minor;
	uint64_t major;
	uint64_t children_minor;	/* of those it has waited for */
	uint64_t children_major;
};

bool kernel_faults_parse(const char *stat, struct kernel_faults *faults);
bool kernel_faults_read(int dir, struct kernel_faults *faults);

#endif
