/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_REFAULT_H
#define MMLENS_REFAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Pages that reclaim took, until they are wanted again. There is room for so
 * many that the table stays small; beyond, what was taken longest ago is
 * forgotten first, as far as it stands in the same row. Pure.
 */
#define REFAULT_ROWS 16384
#define REFAULT_ROW 8

struct refault_page {
	uint64_t cookie;	/* of the address space */
	uint64_t page;		/* number in it */
	uint64_t time;		/* when it was taken, nanoseconds; 0: empty */
};

struct refaults {
	struct refault_page (*rows)[REFAULT_ROW];
	uint64_t forgotten;	/* for want of room */
};

int refaults_begin(struct refaults *refaults);
void refaults_note(struct refaults *refaults, uint64_t cookie, uint64_t page,
		   uint64_t time);
bool refaults_take(struct refaults *refaults, uint64_t cookie, uint64_t page,
		   uint64_t *time);
bool refaults_class(unsigned int fault_class);
uint32_t refaults_classes(void);
void refaults_end(struct refaults *refaults);

#endif
