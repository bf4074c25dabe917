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
	uint64_t cgroups[CGROUPS];	/* those that were shown, the first few */
	size_t cgroup_count;
	bool changed;

	struct page_row row;		/* may still grow */
	size_t at;			/* the VMA of the row */
	size_t headed;			/* the VMA whose heading is printed, plus 1 */
};

const struct vma *pages_vma(const struct pages_answer *answer);

void page_columns_begin(struct pages_answer *answer);
int page_columns_row(struct pages_answer *answer, const struct page_row *row);
int page_columns_end(struct pages_answer *answer);
size_t page_letters(uint32_t flags, char *to);
extern const char page_letters_legend[];

#endif
