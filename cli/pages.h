/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_PAGES_H
#define MMLENS_PAGES_H

#include "cmd.h"

/* A process pays for its pages in one cgroup, seldom in more than a few. */
#define CGROUPS 16

/* Where rows go as they come. Both return 0, or -errno with the failure told. */
struct pages_answer {
	struct context *c;
	struct selection selection;
	uint32_t detail;
	struct page_answer said;	/* what the messages say of the whole */
	struct totals totals;
	struct mmlens_stall stall;
	uint64_t rows;			/* shown */
	int address_width;		/* columns of the longest address */
	uint64_t cgroups[CGROUPS];	/* those that were shown, the first few */
	size_t cgroup_count;
	bool changed;

	struct page_row row;		/* may still grow */
	const struct vma *vma;		/* the VMA of the row; NULL for a new one */
	const struct vma *headed;	/* the VMA whose heading was printed last */
};

void page_columns_begin(struct pages_answer *answer);
int page_columns_row(struct pages_answer *answer, const struct page_row *row);
int page_columns_end(struct pages_answer *answer);

#endif
