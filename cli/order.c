// SPDX-License-Identifier: GPL-2.0
#include "order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Instead of a slot: it has left. */
#define NO_SLOT UINT32_MAX

/* So far may the number of one that came lie above one that is waited for. */
#define SPAN 65536

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
	order->came = calloc(SPAN / 8, 1);
	if (!order->slots || !order->heap || !order->empty || !order->came)
		return -ENOMEM;
	order->room = room;
	order->last = NO_SLOT;
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

static uint8_t *byte_of(const struct order *order, uint64_t serial)
{
	return &order->came[serial % SPAN / 8];
}

static uint8_t bit_of(uint64_t serial)
{
	return (uint8_t)(1 << serial % 8);
}

/* What has not come below a number is waited for no more. */
static void give_up(struct order *order, uint64_t below)
{
	if (below > order->next && below - order->next >= SPAN) {
		memset(order->came, 0, SPAN / 8);
		order->next = below;
	}
	while (order->next < below ||
	       *byte_of(order, order->next) & bit_of(order->next)) {
		*byte_of(order, order->next) &= (uint8_t)~bit_of(order->next);
		order->next++;
	}
}

static void note(struct order *order, uint64_t serial)
{
	if (serial == UINT64_MAX || serial < order->next)
		return;
	if (serial - order->next >= SPAN)
		give_up(order, serial - SPAN + 1);
	*byte_of(order, serial) |= bit_of(serial);
	give_up(order, order->next);
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
	note(order, serial_of(happening));
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
	struct happening *last;

	if (order->last == NO_SLOT)
		return NULL;
	last = &order->slots[order->last];
	return serial_of(last) == serial ? last : NULL;
}

/**
 * order_is_due() - may the first leave?
 * @order: the order
 * @settled: what ended later than this may still be overtaken
 * @overdue: what ended before this waits for no other
 *
 * Return: true if so.
 */
bool order_is_due(const struct order *order, uint64_t settled,
		  uint64_t overdue)
{
	const struct happening *first;

	if (!order->count)
		return false;
	first = &order->slots[order->heap[0]];
	if (first->end > settled)
		return false;
	return first->kind == HAPPENED_LOSS || first->end <= overdue ||
	       serial_of(first) < order->next;
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
	if (slot == order->last)
		order->last = NO_SLOT;
	if (happening->kind != HAPPENED_LOSS)
		give_up(order, serial_of(happening) + 1);
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
	free(order->came);
	memset(order, 0, sizeof(*order));
}
