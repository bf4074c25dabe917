/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_TELL_H
#define MMLENS_TELL_H

#include "cmd.h"

/* What the answers of several commands have in common. */

int vma_address_width(const struct vma_list *vmas);
void vma_heading(const struct context *c, const struct vma *vma);
void copies_text(struct context *c, const struct totals *totals);
int states_text(struct context *c, const struct totals *totals);
int decisions_text(struct context *c, const struct totals *totals);
void remarks_text(struct context *c, uint32_t withheld, bool changed,
		  const struct mmlens_stall *stall);

#endif
