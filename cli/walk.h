/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_WALK_H
#define MMLENS_WALK_H

#include "cmd.h"

struct walk_answer {
	uint64_t address;
	unsigned int levels;		/* that this kernel uses */
	struct walk walk;		/* its run completed */
	struct mmlens_page_run told;	/* the run as the module told it */
	enum growth growth;		/* below a stack */
	struct vma_list vmas;		/* read only for a hole */
	const struct vma *below;	/* neighbours of the hole, or NULL */
	const struct vma *above;
};

unsigned int level_shift(const struct walk_answer *answer, unsigned int level);
bool walk_physical(const struct context *c, const struct walk_answer *answer,
		   uint64_t *physical);
void walk_json(struct context *c, const struct walk_answer *answer);
int walk_facts_text(struct context *c, const struct walk_answer *answer);
int walk_text(struct context *c, const struct walk_answer *answer);

#endif
