/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_ARGS_H
#define MMLENS_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "fail.h"

/* What part of an address space is asked for. */
struct range {
	uint64_t start;
	uint64_t end;		/* first address behind it */
	bool given;		/* false: all of it */
	const char *name;	/* a VMA's name, to be looked up; or NULL */
};

int arg_pid(const char *text, int *pid, struct failure *f);
int arg_address(const char *text, uint64_t *address, struct failure *f);
int arg_frame(const char *text, uint64_t *frame, struct failure *f);
int arg_number(const char *text, const char *what, uint64_t least,
	       uint64_t most, uint64_t *number, struct failure *f);
int arg_time(const char *text, const char *what, uint64_t unit, uint64_t *ns,
	     struct failure *f);
int arg_range(const char *text, uint64_t page_size, struct range *range,
	      struct failure *f);

#endif
