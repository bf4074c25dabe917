/* SPDX-License-Identifier: GPL-2.0 */
/* Events that tell of the memory of the whole machine. */
#ifndef MMLENS_MEMORY_H
#define MMLENS_MEMORY_H

#include <linux/types.h>
#include <linux/mmlens.h>

#include "mark.h"

struct task_struct;

void mmlens_memory_tell(enum mmlens_watch_kind watched,
			struct mmlens_memory_event *event,
			struct task_struct *task);
void mmlens_memory_since(struct mmlens_memory_event *event,
			 enum mmlens_doing doing, struct mmlens_mark *mark);

#endif
