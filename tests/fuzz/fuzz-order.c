// SPDX-License-Identifier: GPL-2.0
/*
 * Events of any numbers and times: they leave as a plain list would have them
 * leave, each once. And what is remembered of pages is what was told of them.
 */
#include <linux/mmlens.h>

#include "bytes.h"
#include "judge.h"
#include "order.h"
#include "recall.h"
#include "refault.h"

#define ROOM 16

/* The same as an order, slowly. */
struct plain {
	struct happening waiting[ROOM];
	unsigned int count;
};

static uint64_t serial_of(const struct happening *h)
{
	return h->kind == HAPPENED_FAULT ? h->fault.serial :
	       h->kind == HAPPENED_EVICTION ? h->eviction.serial :
	       h->kind == HAPPENED_MEMORY ? h->memory.serial : UINT64_MAX;
}

static uint64_t some_number(struct bytes *in)
{
	uint8_t how = take_byte(in);

	return how < 200 ? how : how < 240 ? how * 500ULL : how < 248 ?
	       UINT64_MAX - how + 240 : take_u64(in);
}

static struct happening some_event(struct bytes *in)
{
	struct happening h = { .kind = (enum happened)(take_byte(in) % 4) };

	h.end = some_number(in);
	switch (h.kind) {
	case HAPPENED_FAULT:
		h.fault.serial = some_number(in);
		h.fault.address = h.end;
		break;
	case HAPPENED_EVICTION:
		h.eviction.serial = some_number(in);
		break;
	case HAPPENED_MEMORY:
		h.memory.serial = some_number(in);
		break;
	case HAPPENED_LOSS:
		h.lost = 1;
		break;
	}
	return h;
}

static void take_one(struct order *order, struct plain *plain)
{
	struct happening h;
	unsigned int i, first = 0;

	if (!order_take(order, &h)) {
		judge(!plain->count, "one is missing", "order");
		return;
	}
	judge(plain->count, "one more than came", "order");
	for (i = 1; i < plain->count; i++) {
		const struct happening *a = &plain->waiting[i];
		const struct happening *b = &plain->waiting[first];

		if (a->end < b->end ||
		    (a->end == b->end && serial_of(a) < serial_of(b)))
			first = i;
	}
	judge(h.end == plain->waiting[first].end &&
	      serial_of(&h) == serial_of(&plain->waiting[first]),
	      "not the first", "order");
	plain->waiting[first] = plain->waiting[--plain->count];
	free(h.stack);
}

/* Who is found has not left. */
static void find_last(struct order *order, const struct plain *plain,
		      uint64_t serial)
{
	const struct happening *last = order_last(order, serial);
	unsigned int i = 0;

	while (last && i < plain->count &&
	       serial_of(&plain->waiting[i]) != serial)
		i++;
	judge(!last || i < plain->count, "it has left", "order");
}

static void try_order(struct bytes *in)
{
	struct plain plain = { .count = 0 };
	uint32_t room = take_byte(in) % ROOM + 1;
	struct happening h, *kept;
	struct order order;

	if (order_begin(&order, room))
		abort();
	while (in->left) {
		uint8_t how = take_byte(in);
		uint64_t next = order.next;

		if (how < 160) {
			if (order_is_full(&order))
				take_one(&order, &plain);
			h = some_event(in);
			kept = order_add(&order, &h);
			judge(kept->end == h.end, "not what came", "order");
			kept->stack = how & 1 ? calloc(1, sizeof(*kept->stack)) :
						NULL;
			plain.waiting[plain.count++] = h;
			kept = order_last(&order, serial_of(&h));
			judge(kept && kept->end == h.end, "not the last",
			      "order");
		} else if (how < 200) {
			take_one(&order, &plain);
		} else if (order_is_due(&order, some_number(in),
					some_number(in))) {
			take_one(&order, &plain);
		}
		find_last(&order, &plain, some_number(in));
		judge(order.next >= next || order.next == 0,
		      "it waits again for what it gave up", "order");
		judge(order.count == plain.count, "another count", "order");
	}
	while (plain.count)
		take_one(&order, &plain);
	order_end(&order);
}

/* Runs in any order, which is not searched right, but must not hurt. */
static void try_recall(struct bytes *in)
{
	struct recall recall = { 0 };
	struct mmlens_page_run run;
	struct seen seen;

	recall_begin(&recall);
	while (in->left) {
		memset(&run, 0, sizeof(run));
		run.facts = take_byte(in) & 1 ? MMLENS_DETAIL_LRU : 0;
		run.lru = take_byte(in);
		run.start = some_number(in) * 4096;
		run.pages = take_byte(in);
		recall_add(&recall, &run, 4096);
		if (take_byte(in) & 1)
			recall_done(&recall, 1, 1);
		recall_find(&recall, 1, some_number(in), &seen);
	}
	recall_free(&recall);
}

static void try_refaults(struct bytes *in)
{
	uint64_t cookie[64], page[64], when;
	struct refaults refaults;
	size_t count = 0, i;

	if (refaults_begin(&refaults))
		abort();
	while (in->left && count < 64) {
		cookie[count] = take_byte(in);
		page[count] = some_number(in);
		if (take_byte(in) & 1) {
			refaults_note(&refaults, cookie[count], page[count],
				      some_number(in));
			count++;
			continue;
		}
		if (!refaults_take(&refaults, cookie[count], page[count], &when))
			continue;
		for (i = 0; i < count; i++)
			if (cookie[i] == cookie[count] && page[i] == page[count])
				break;
		judge(i < count, "nobody noted it", "refault");
		judge(!refaults_take(&refaults, cookie[count], page[count],
				     &when), "it comes back twice", "refault");
	}
	refaults_end(&refaults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	uint8_t which = take_byte(&in);

	/* A table of refaults is large, and making it takes most of the time. */
	if (which >= 252)
		try_refaults(&in);
	else if (which & 1)
		try_recall(&in);
	else
		try_order(&in);
	return 0;
}
