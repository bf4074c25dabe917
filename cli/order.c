// SPDX-License-Identifier: GPL-2.0
#include "order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/**
 * order_begin() - make room
 * @order: filled, to be ended also after a failure
 * @room: for so many
 *
 * Return: 0 or -ENOMEM.
 */
int order_begin(struct order *order, uint32_t room)
{
	uint32_t i;

	memset(order, 0, sizeof(*order));
	order->slots = calloc(room, sizeof(*order->slots));
	order->heap = calloc(room, sizeof(*order->heap));
	order->empty = calloc(room, sizeof(*order->empty));
	if (!order->slots || !order->heap || !order->empty)
		return -ENOMEM;
	order->room = room;
	for (i = 0; i < room; i++)
		order->empty[i] = room - 1 - i;
	return 0;
}

/* Number of an event among all of its watch; what was lost comes last. */
static uint64_t serial_of(const struct happening *h)
{
	switch (h->kind) {
	case HAPPENED_FAULT:
		return h->fault.serial;
	case HAPPENED_EVICTION:
		return h->eviction.serial;
	case HAPPENED_MEMORY:
		return h->memory.serial;
	case HAPPENED_LOSS:
		break;
	}
	return UINT64_MAX;
}

static bool before(const struct order *order, uint32_t a, uint32_t b)
{
	const struct happening *x = &order->slots[order->heap[a]];
	const struct happening *y = &order->slots[order->heap[b]];

	if (x->end != y->end)
		return x->end < y->end;
	return serial_of(x) < serial_of(y);
}

static void swap(struct order *order, uint32_t a, uint32_t b)
{
	uint32_t slot = order->heap[a];

	order->heap[a] = order->heap[b];
	order->heap[b] = slot;
}

/**
 * order_is_full() - must one leave before another may come?
 * @order: the order
 *
 * Return: true if so.
 */
bool order_is_full(const struct order *order)
{
	return order->count == order->room;
}

/**
 * order_add() - take one in
 * @order: the order, which is not full
 * @happening: copied
 *
 * Return: The copy, which stays where it is until it leaves.
 */
struct happening *order_add(struct order *order,
			    const struct happening *happening)
{
	uint32_t at = order->count;

	order->last = order->empty[order->room - 1 - order->count];
	order->slots[order->last] = *happening;
	order->heap[order->count++] = order->last;
	while (at && before(order, at, (at - 1) / 2)) {
		swap(order, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
	return &order->slots[order->last];
}

/**
 * order_last() - the one that came last
 * @order: the order
 * @serial: its number
 *
 * Return: It; NULL if it is another, or has left.
 */
struct happening *order_last(struct order *order, uint64_t serial)
{
	struct happening *last = &order->slots[order->last];

	return order->count && serial_of(last) == serial ? last : NULL;
}

/**
 * order_first() - the one that is to leave first
 * @order: the order
 *
 * Return: It, or NULL.
 */
const struct happening *order_first(const struct order *order)
{
	return order->count ? &order->slots[order->heap[0]] : NULL;
}

/**
 * order_take() - have the first leave
 * @order: the order
 * @happening: filled; its stack is to be freed
 *
 * Return: false if there is none.
 */
bool order_take(struct order *order, struct happening *happening)
{
	uint32_t at = 0, slot;

	if (!order->count)
		return false;
	slot = order->heap[0];
	*happening = order->slots[slot];
	memset(&order->slots[slot], 0, sizeof(order->slots[slot]));
	order->heap[0] = order->heap[--order->count];
	order->empty[order->room - 1 - order->count] = slot;
	for (;;) {
		uint32_t least = at, child = 2 * at + 1;

		if (child < order->count && before(order, child, least))
			least = child;
		if (child + 1 < order->count && before(order, child + 1, least))
			least = child + 1;
		if (least == at)
			return true;
		swap(order, at, least);
		at = least;
	}
}

/**
 * order_end() - give back the room, and what is in it
 * @order: the order
 */
void order_end(struct order *order)
{
	uint32_t i;

	for (i = 0; i < order->count; i++)
		free(order->slots[order->heap[i]].stack);
	free(order->slots);
	free(order->heap);
	free(order->empty);
	memset(order, 0, sizeof(*order));
}
