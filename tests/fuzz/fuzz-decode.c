// SPDX-License-Identifier: GPL-2.0
/* The decoders alone: any message into structs, and these given back. */
#include <libmnl/libmnl.h>
#include <linux/mmlens.h>

#include "decode.h"
#include "decode_system.h"
#include "decode_watch.h"
#include "lruvec.h"
#include "message.h"
#include "node.h"
#include "peek.h"
#include "watched.h"

static uint64_t seen;

/* Every byte of what was decoded is looked at. */
static void look(const void *at, size_t size)
{
	const uint8_t *p = at;
	size_t i;

	for (i = 0; i < size; i++)
		seen += p[i];
}

static int on_run(const struct mmlens_page_run *run, void *data)
{
	(void)data;
	look(run, sizeof(*run));
	return 0;
}

static int on_vma(void *data, uint32_t index)
{
	const struct watched_vma *vma = watched_vma_of(data, index);

	if (vma && vma->vma.name)
		look(vma->vma.name, strlen(vma->vma.name));
	return 0;
}

static int on_fault(void *data, const struct mmlens_fault_event *event)
{
	(void)data;
	look(event, sizeof(*event));
	look(event->comm, strlen((const char *)event->comm));
	return 0;
}

static int on_eviction(void *data, const struct mmlens_eviction_event *event)
{
	(void)data;
	look(event, sizeof(*event));
	look(event->by_comm, strlen((const char *)event->by_comm));
	return 0;
}

static int on_memory(void *data, const struct mmlens_memory_event *event)
{
	(void)data;
	look(event, sizeof(*event));
	look(event->comm, strlen((const char *)event->comm));
	return 0;
}

static int on_stack(void *data, const struct watch_stack *stack)
{
	(void)data;
	look(stack->address, stack->count * sizeof(stack->address[0]));
	return 0;
}

static void try_processes(const struct nlmsghdr *nlh)
{
	struct page_answer answer = { 0 };
	struct sharers sharers = { 0 };
	struct mappers mappers = { 0 };
	struct vma_list vmas = { 0 };
	struct info info;
	struct walk walk;
	struct mm mm;
	size_t i;

	if (!decode_info(nlh, &info))
		look(info.version, strlen(info.version));
	if (!decode_mm(nlh, &mm))
		look(&mm, sizeof(mm));
	decode_sharers(nlh, &sharers);
	for (i = 0; i < sharers.count; i++)
		look(sharers.list[i].comm, strlen((char *)sharers.list[i].comm));
	decode_mappers(nlh, &mappers);
	for (i = 0; i < mappers.count; i++)
		look(mappers.list[i].comm, strlen((char *)mappers.list[i].comm));
	decode_vmas(nlh, &vmas);
	for (i = 0; i < vmas.count; i++)
		if (vmas.list[i].name)
			look(vmas.list[i].name, strlen(vmas.list[i].name));
	decode_pages(nlh, &answer, on_run, NULL);
	if (!decode_walk(nlh, &walk))
		look(walk.step, walk.steps * sizeof(walk.step[0]));
	vma_clear(&walk.vma);
	vma_list_free(&vmas);
	mappers_free(&mappers);
	sharers_free(&sharers);
}

static void try_system(const struct nlmsghdr *nlh)
{
	struct lruvec_list lruvecs = { 0 };
	struct node_list nodes = { 0 };
	struct peek peek;
	size_t i;

	decode_lruvecs(nlh, &lruvecs);
	for (i = 0; i < lruvecs.count; i++)
		if (lruvecs.list[i].path)
			look(lruvecs.list[i].path, strlen(lruvecs.list[i].path));
	decode_nodes(nlh, &nodes);
	decode_peek(nlh, &peek);
	for (i = 0; i < peek.files.count; i++)
		if (peek.files.list[i].path)
			look(peek.files.list[i].path,
			     strlen(peek.files.list[i].path));
	peek_free(&peek);
	node_list_free(&nodes);
	lruvec_list_free(&lruvecs);
}

/* Of one watch, messages follow each other, and VMAs are told again. */
static void try_watch(const struct nlmsghdr *nlh, struct watched_vmas *vmas)
{
	const struct watch_sink sink = {
		.vma = on_vma, .fault = on_fault, .eviction = on_eviction,
		.memory = on_memory, .stack = on_stack, .data = vmas,
		.vmas = vmas,
	};
	struct watch_counts counts = { 0 };
	struct watch_begun begun;
	size_t i;

	decode_watch(nlh, &begun);
	decode_event(nlh, &sink);
	decode_counts(nlh, &counts);
	for (i = 0; i < counts.threads.count; i++)
		look(&counts.threads.list[i], sizeof(counts.threads.list[i]));
	watch_counts_free(&counts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char buffer[2 * MESSAGE_MOST + 4096];
	struct watched_vmas vmas = { 0 };
	struct bytes in = { data, size };
	int messages;

	message_begin();
	for (messages = 0; in.left && messages < 8; messages++) {
		struct nlmsghdr *nlh;
		unsigned int command = take_byte(&in) % (MMLENS_CMD_MAX + 1);

		message_any(&in, command, buffer);
		/* In a place of its own, so that a byte behind it is noticed. */
		nlh = malloc(((struct nlmsghdr *)buffer)->nlmsg_len);
		if (!nlh)
			abort();
		memcpy(nlh, buffer, ((struct nlmsghdr *)buffer)->nlmsg_len);
		try_processes(nlh);
		try_system(nlh);
		try_watch(nlh, &vmas);
		free(nlh);
	}
	watched_vmas_free(&vmas);
	return 0;
}
