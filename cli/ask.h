/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_ASK_H
#define MMLENS_ASK_H

#include "args.h"
#include "decode.h"
#include "nl.h"
#include "target.h"

/*
 * The questions, each with its answer as a model. What goes wrong is turned
 * into a sentence here.
 */
struct asker {
	struct nl nl;
	struct target *target;
	struct failure *failure;
};

int ask_explain(struct asker *asker, int ret);
int ask_info(struct asker *asker, struct info *info);
int ask_mm(struct asker *asker, struct mm *mm);
int ask_sharers(struct asker *asker, struct sharers *sharers);
int ask_vmas(struct asker *asker, const struct range *range,
	     struct vma_list *vmas, bool *changed);
int ask_pages(struct asker *asker, const struct range *range, uint32_t detail,
	      bool each, struct page_answer *answer, run_fn fn, void *data,
	      bool *changed);
int ask_mappers(struct asker *asker, uint64_t address, struct mappers *mappers,
		bool *changed);
int ask_mappers_of_frame(struct asker *asker, uint64_t frame,
			 struct mappers *mappers, bool *changed);
int ask_walk(struct asker *asker, uint64_t address, struct walk *walk);

#endif
