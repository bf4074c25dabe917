/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_WORKLOAD_MEMORY_H
#define MMLENS_WORKLOAD_MEMORY_H

#include <stddef.h>

#include "say.h"

#define HUGE (512 * PAGE)

/* Memory aligned to a huge page, with a hole at both sides against merging. */
void *map_aligned(size_t len, int flags, int fd);
/*
 * How many pages are mapped, by pagemap. Not by mincore(): it also counts what
 * is only in the swap cache.
 */
size_t mapped(const char *start, size_t pages);
/*
 * Pages that wait in the batches of all processors, and have one more user for
 * that, go to their lists.
 */
void empty_batches(void);
/* Until no page is mapped any more. */
void page_out(void *start, size_t pages);
/* Set when huge pages of a size are given, where the kernel has sizes. */
void allow_thp(const char *size, const char *word);

#endif
