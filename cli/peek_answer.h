/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_PEEK_ANSWER_H
#define MMLENS_PEEK_ANSWER_H

#include "lru.h"

/* One end of one list. */
struct peek_list {
	const struct lruvec *lruvec;
	uint32_t lru;		/* which list */
	uint32_t type;
	uint32_t zone;		/* of a generation, which has one for each */
	struct peek peek;
};

LIST_OF(peek_lists, struct peek_list);

struct peek_answer {
	uint32_t end;		/* enum mmlens_lru_end */
	uint32_t count;		/* at most, of each list */
	struct lruvec_list lruvecs;
	struct peek_lists lists;
	size_t left_out;	/* cgroups with such lists that are not shown */
};

void peek_json(struct context *c, const struct peek_answer *answer);
int peek_text(struct context *c, const struct peek_answer *answer);
bool peek_path(const char *mounts, const struct peek_file *file, char *to,
	       size_t size);
bool peek_block_device(const struct mmlens_lru_folio *folio, char *to,
		       size_t size);
const struct mmlens_generation *peek_generation(const struct peek_list *list);
unsigned int peek_younger(const struct peek_list *list);

#endif
