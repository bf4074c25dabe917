/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_SELECT_H
#define MMLENS_SELECT_H

#include "cmd.h"

/* The part of an address space that a command is about. */
struct selection {
	struct range range;
	struct vma_list vmas;
	bool changed;		/* the list changed while it was read */
};

/* Pages that are read, of all parts of a selection. */
struct reading {
	uint32_t detail;	/* bits of enum mmlens_detail: what to tell */
	bool each;		/* page by page */
	uint64_t cookie;	/* of the address space whose VMAs were read */
	struct page_answer said;	/* what the last part's messages say */
	uint32_t withheld;	/* bits of enum mmlens_detail */
	bool changed;		/* it changed meanwhile, or is another */
	struct mmlens_stall stall;
};

int select_parse(struct context *c, const char *text, struct selection *s);
int select_open(struct context *c, int argc, char **argv, struct selection *s);
int select_read(struct context *c, struct selection *s);
int select_pages(struct context *c, const struct selection *s,
		 struct reading *reading, run_fn fn, void *data);
void select_free(struct selection *s);

#endif
