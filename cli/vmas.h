/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_VMAS_H
#define MMLENS_VMAS_H

#include "select.h"

struct vmas_answer {
	struct selection selection;
	bool counted;		/* with --stats: the following are filled */
	struct totals *totals;	/* one for each VMA of the selection */
	struct totals sum;
	struct mmlens_stall stall;
	bool changed;
};

void vma_json(struct json_object *object, const struct vma *vma);
void vmas_json(struct context *c, const struct vmas_answer *answer);
int vmas_text(struct context *c, const struct vmas_answer *answer);

#endif
