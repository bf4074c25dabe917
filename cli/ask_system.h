/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_ASK_SYSTEM_H
#define MMLENS_ASK_SYSTEM_H

#include "ask.h"
#include "decode_system.h"

/* As ask.h: the questions about the system as a whole. */

int ask_lruvecs(struct asker *asker, const struct system_query *query,
		struct lruvec_list *lruvecs);
int ask_nodes(struct asker *asker, struct node_list *nodes);
int ask_peek(struct asker *asker, const struct system_query *query,
	     struct peek *peek);

#endif
