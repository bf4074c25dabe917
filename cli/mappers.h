/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_MAPPERS_H
#define MMLENS_MAPPERS_H

#include "cmd.h"

/* Who maps a page, which was named by a place in a process, or by its frame. */
struct mappers_answer {
	bool by_frame;
	uint64_t address;
	uint64_t frame;
	struct mappers mappers;
	size_t processes;	/* address spaces among them */
	bool changed;		/* another page took its place */
	struct walk walk;	/* read where no page is mapped at the address */
};

/* What the entry says. What the folio says is the page's, the same for all. */
static inline uint32_t mapper_entry_flags(const struct mmlens_mapper *mapper)
{
	return mapper->flags & (MMLENS_PAGE_FLAG_LOCKED - 1);
}

const struct mmlens_page_run *mappers_page(const struct mappers_answer *answer);
bool mappers_complete(const struct mappers_answer *answer);
void mappers_json(struct context *c, const struct mappers_answer *answer);
int mappers_text(struct context *c, const struct mappers_answer *answer);

#endif
