/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_LRU_H
#define MMLENS_LRU_H

#include "ask_system.h"
#include "backing.h"
#include "cmd.h"

struct lru_answer {
	struct lruvec_list lruvecs;
	struct node_list nodes;		/* empty if not all cgroups are told */
	struct backing backing;
};

int lru_query(struct context *c, struct system_query *query);
int lru_system(struct context *c);
int lru_peek(struct context *c);
const char *lru_regime(const struct lruvec_list *lruvecs,
		       char buf[NAME_MAX_LEN]);
bool lru_generations(const struct lruvec_list *lruvecs);
void lru_sum(const struct lruvec_list *lruvecs, int64_t node,
	     struct lru_sums *sums);
void lru_json(struct context *c, const struct lru_answer *answer);
int lru_text(struct context *c, const struct lru_answer *answer);
const char *cgroup_text(const struct lruvec *lruvec, char *to, size_t size);
void cgroup_json(struct json_object *object, const struct mmlens_lruvec *v,
		 const char *path);

#endif
