// SPDX-License-Identifier: GPL-2.0
#include "decode_watch.h"

#include <errno.h>
#include <string.h>

#include "attr.h"

/**
 * decode_watch() - an answer to watch
 * @nlh: the message
 * @begun: filled
 *
 * Return: See decode_watch.h.
 */
int decode_watch(const struct nlmsghdr *nlh, struct watch_begun *begun)
{
	const struct nlattr *attr;
	bool seen = false;
	int ret = 0;

	memset(begun, 0, sizeof(*begun));
	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_WATCH_ID:
			ret = attr_u32(attr, &begun->id);
			seen = true;
			break;
		case MMLENS_A_WATCH_COOKIE:
			ret = attr_u64(attr, &begun->cookie);
			break;
		}
		if (ret)
			return ret;
	}
	if (attr_check_end(nlh, attr))
		return -EBADMSG;
	return seen ? 0 : -EBADMSG;
}

/* A VMA may be told again, with other counts. */
static int get_vma(const struct nlattr *nest, struct watched_vmas *vmas,
		   uint32_t *index)
{
	struct watched_vma vma = { 0 }, *place;
	bool counts = false, seen = false;
	const struct nlattr *attr;
	int ret = 0;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_WATCHED_VMA_COUNTS:
			ret = GET_STRUCT(attr, &vma.counts, longest);
			counts = true;
			break;
		case MMLENS_A_WATCHED_VMA_VMA:
			ret = GET_STRUCT(attr, &vma.vma.v, kind);
			seen = true;
			break;
		case MMLENS_A_WATCHED_VMA_NAME:
			ret = attr_new_string(attr, &vma.vma.name);
			break;
		}
		if (ret)
			goto out_clear;
	}
	ret = -EBADMSG;
	if (!counts || !seen || !vma.counts.index ||
	    vma.counts.index > WATCHED_VMAS_MOST)
		goto out_clear;
	ret = -ENOMEM;
	place = watched_vma_at(vmas, vma.counts.index);
	if (!place)
		goto out_clear;
	vma_clear(&place->vma);
	*place = vma;
	*index = vma.counts.index;
	return 0;

out_clear:
	vma_clear(&vma.vma);
	return ret;
}

/* What finds no room is the outermost of the stack. */
static int get_stack(const struct nlattr *nest, struct watch_stack *stack)
{
	const struct nlattr *attr;
	uint64_t address;
	int ret = 0;

	memset(stack, 0, sizeof(*stack));
	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_STACK_SERIAL:
			ret = attr_u64(attr, &stack->serial);
			break;
		case MMLENS_A_STACK_ADDRESS:
			ret = attr_u64(attr, &address);
			if (!ret && stack->count < STACK_MOST)
				stack->address[stack->count++] = address;
			break;
		}
		if (ret)
			return ret;
	}
	return 0;
}

static int on_vma(const struct nlattr *attr, const struct watch_sink *sink)
{
	uint32_t index;
	int ret = get_vma(attr, sink->vmas, &index);

	return ret || !sink->vma ? ret : sink->vma(sink->data, index);
}

static int on_fault(const struct nlattr *attr, const struct watch_sink *sink)
{
	struct mmlens_fault_event event;

	if (GET_STRUCT(attr, &event, comm))
		return -EBADMSG;
	event.comm[sizeof(event.comm) - 1] = '\0';
	return sink->fault ? sink->fault(sink->data, &event) : 0;
}

static int on_eviction(const struct nlattr *attr, const struct watch_sink *sink)
{
	struct mmlens_eviction_event event;

	if (GET_STRUCT(attr, &event, by_comm))
		return -EBADMSG;
	event.by_comm[sizeof(event.by_comm) - 1] = '\0';
	return sink->eviction ? sink->eviction(sink->data, &event) : 0;
}

static int on_memory(const struct nlattr *attr, const struct watch_sink *sink)
{
	struct mmlens_memory_event event;

	if (GET_STRUCT(attr, &event, comm))
		return -EBADMSG;
	event.comm[sizeof(event.comm) - 1] = '\0';
	return sink->memory ? sink->memory(sink->data, &event) : 0;
}

static int on_stack(const struct nlattr *attr, const struct watch_sink *sink)
{
	struct watch_stack stack;
	int ret = get_stack(attr, &stack);

	return ret || !sink->stack ? ret : sink->stack(sink->data, &stack);
}

static int on_lost(const struct nlattr *attr, const struct watch_sink *sink)
{
	uint64_t lost;
	int ret = attr_u64(attr, &lost);

	return ret || !sink->lost ? ret : sink->lost(sink->data, lost);
}

/**
 * decode_event() - a message of events
 * @nlh: the message
 * @sink: told of each
 *
 * Return: See decode_watch.h; or what @sink returned.
 */
int decode_event(const struct nlmsghdr *nlh, const struct watch_sink *sink)
{
	const struct nlattr *attr;
	int ret = 0;

	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_WATCH_WATCHED_VMA:
			ret = on_vma(attr, sink);
			break;
		case MMLENS_A_WATCH_FAULT:
			ret = on_fault(attr, sink);
			break;
		case MMLENS_A_WATCH_EVICTION:
			ret = on_eviction(attr, sink);
			break;
		case MMLENS_A_WATCH_MEMORY:
			ret = on_memory(attr, sink);
			break;
		case MMLENS_A_WATCH_STACK:
			ret = on_stack(attr, sink);
			break;
		case MMLENS_A_WATCH_LOST:
			ret = on_lost(attr, sink);
			break;
		case MMLENS_A_WATCH_ENDED:
			ret = sink->ended ? sink->ended(sink->data) : 0;
			break;
		}
		if (ret)
			return ret;
	}
	return attr_check_end(nlh, attr);
}

static int add_thread(const struct nlattr *attr, struct thread_counts *threads)
{
	int ret = ADD_STRUCT(attr, threads, comm);
	struct mmlens_thread_counts *thread;

	if (ret)
		return ret;
	thread = &threads->list[threads->count - 1];
	thread->comm[sizeof(thread->comm) - 1] = '\0';
	return 0;
}

/**
 * decode_counts() - a message of the counts of a watch
 * @nlh: the message
 * @counts: added to
 *
 * Return: See decode_watch.h.
 */
int decode_counts(const struct nlmsghdr *nlh, struct watch_counts *counts)
{
	const struct nlattr *attr;
	uint32_t index;
	int ret = 0;

	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_WATCH_FAULT_COUNTS:
			ret = GET_STRUCT(attr, &counts->faults, processes);
			break;
		case MMLENS_A_WATCH_CLASS_COUNTS:
			ret = ADD_STRUCT(attr, &counts->classes, longest);
			break;
		case MMLENS_A_WATCH_LATENCY_COUNT:
			ret = ADD_STRUCT(attr, &counts->latencies, count);
			break;
		case MMLENS_A_WATCH_THREAD_COUNTS:
			ret = add_thread(attr, &counts->threads);
			break;
		case MMLENS_A_WATCH_WATCHED_VMA:
			ret = get_vma(attr, &counts->vmas, &index);
			break;
		case MMLENS_A_WATCH_LOSS:
			ret = ADD_STRUCT(attr, &counts->losses, lost);
			break;
		}
		if (ret)
			return ret;
	}
	return attr_check_end(nlh, attr);
}
