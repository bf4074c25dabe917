/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_WORKLOAD_COW_H
#define MMLENS_WORKLOAD_COW_H

#include <stddef.h>

/*
 * Memory to be shared by a fork. @build returns it, or NULL with the reason
 * said if this kernel cannot. @pages is what it is about.
 */
struct cow_case {
	const char *name;
	void *(*build)(const struct cow_case *self);
	size_t pages;
};

extern const struct cow_case cow_cases[];

#endif
