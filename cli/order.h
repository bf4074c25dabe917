/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_ORDER_H
#define MMLENS_ORDER_H

#include "happening.h"

/*
 * Each processor has events of its own on their way, so that they come in parts
 * that are in order, one behind the other. Here they wait until those with a lower
 * number have come, or until these are given up, as they may be lost; and leave in
 * the order in which they ended. There is room for so many; when it is full, the
 * first leaves early. Pure.
 */
struct order {
	struct happening *slots;
	uint32_t *heap;		/* slots; the first to leave first */
	uint32_t *empty;	/* slots */
	uint32_t count;
	uint32_t room;
	uint32_t last;		/* the slot that was filled last */
	uint64_t next;		/* the lowest number that is still waited for */
	uint8_t *came;		/* a ring of bits: which of those from there on came */
};

int order_begin(struct order *order, uint32_t room);
bool order_is_full(const struct order *order);
struct happening *order_add(struct order *order,
			    const struct happening *happening);
struct happening *order_last(struct order *order, uint64_t serial);
bool order_is_due(const struct order *order, uint64_t settled,
		  uint64_t overdue);
bool order_take(struct order *order, struct happening *happening);
void order_end(struct order *order);

#endif
