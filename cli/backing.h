/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_BACKING_H
#define MMLENS_BACKING_H

#include <stdbool.h>
#include <stdint.h>

/* What stands between a page and its frame being free. */
struct backing {
	bool counted;		/* the following could be read */
	uint64_t dirty;		/* pages of files, to be written first */
	uint64_t writeback;	/* pages being written, to files or to swap */
	uint64_t swap_bytes;
	uint64_t swap_free_bytes;
	bool no_swapping;	/* swappiness is 0 */
};

void backing_read(int64_t node, struct backing *backing);
bool backing_parse(const char *vmstat, const char *name, uint64_t *value);
bool backing_swaps(const struct backing *backing);

#endif
