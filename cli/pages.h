/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_PAGES_H
#define MMLENS_PAGES_H

#include "select.h"
#include "line.h"

/* A process pays for its pages in one cgroup, seldom in more than a few. */
#define CGROUPS 16

/* Where rows go as they come. Both return 0, or -errno with the failure told. */
struct pages_answer {
	struct context *c;
	struct selection selection;
	uint32_t detail;
	struct reading reading;
	uint32_t withheld;		/* that, and what is told in doubt only */
	bool withheld_ksm;		/* shown, for KSM may have merged them */
	struct totals totals;		/* of what is shown */
	uint64_t all_runs;		/* shown or not */
	uint64_t all_pages;
	struct mmlens_stall stall;
	int address_width;		/* columns of the longest address */
	uint64_t cgroups[CGROUPS];	/* those that were shown, the first few */
	size_t cgroup_count;
	uint32_t swap_types;		/* that were shown, one bit each */
	bool has_generation;		/* a page in one was shown */
	bool changed;

	struct page_row row;		/* may still grow */
	const struct vma *vma;		/* the VMA of the row; NULL for a new one */
	const struct vma *headed;	/* the VMA whose heading was printed last */
};

/* The columns, in their order. */
enum page_column {
	COLUMN_START,
	COLUMN_PAGES,
	COLUMN_SIZE,
	COLUMN_STATE,
	COLUMN_LEVEL,
	COLUMN_FLAGS,
	COLUMN_VERDICT,
	COLUMN_READ,
	COLUMN_WRITE,
	COLUMN_WHY,
	COLUMN_PFN,
	COLUMN_MAPS,
	COLUMN_REFS,
	COLUMN_LRU,
	COLUMN_NODE,
	COLUMN_CGROUP,
	COLUMN_ORDER,
	COLUMN_FOLIO,
	COLUMNS
};

const char *page_column_name(const struct pages_answer *answer,
			     enum page_column column);
int page_column_width(const struct pages_answer *answer,
		      enum page_column column);
void page_cell(const struct pages_answer *answer, const struct page_row *row,
	       enum page_column column, char to[LINE_CELL]);
enum paint page_cell_paint(const struct mmlens_page_run *run,
			   enum page_column column);

void page_columns_begin(struct pages_answer *answer);
int page_columns_row(struct pages_answer *answer, const struct page_row *row);
int page_columns_end(struct pages_answer *answer);

#endif
