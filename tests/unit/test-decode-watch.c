// SPDX-License-Identifier: GPL-2.0
/* cli/decode_watch.c: events in their order, grown and short structs, damage. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stddef.h>

#include "decode_watch.h"
#include "tap.h"

static char buffer[8192];
static struct nlmsghdr *nlh;

/* What was told, a letter each. */
static char told[64];
static size_t told_count;
static struct mmlens_fault_event last_fault;
static struct watch_stack last_stack;
static uint64_t last_lost;
static struct watched_vmas vmas;

static void tell(char letter)
{
	told[told_count++] = letter;
	told[told_count] = '\0';
}

static int on_vma(void *data, uint32_t index)
{
	(void)data;
	tell((char)('0' + index));
	return 0;
}

static int on_fault(void *data, const struct mmlens_fault_event *fault)
{
	(void)data;
	last_fault = *fault;
	tell('f');
	return 0;
}

static int on_eviction(void *data, const struct mmlens_eviction_event *event)
{
	(void)data;
	tell(event->by_comm[15] ? 'E' : 'e');
	return 0;
}

static int on_memory(void *data, const struct mmlens_memory_event *event)
{
	(void)data;
	tell(event->comm[15] ? 'M' : 'm');
	return 0;
}

static int on_stack(void *data, const struct watch_stack *stack)
{
	(void)data;
	last_stack = *stack;
	tell('s');
	return 0;
}

static int on_lost(void *data, uint64_t lost)
{
	(void)data;
	last_lost = lost;
	tell('l');
	return 0;
}

static int on_ended(void *data)
{
	tell('x');
	return *(int *)data;
}

static int verdict;

static const struct watch_sink sink = {
	on_vma, on_fault, on_eviction, on_memory, on_stack, on_lost, on_ended,
	&verdict, &vmas,
};

static void begin(void)
{
	memset(buffer, 0xa5, sizeof(buffer));
	nlh = mnl_nlmsg_put_header(buffer);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	told_count = 0;
	told[0] = '\0';
}

static void put_vma(uint32_t index, const char *name)
{
	struct mmlens_vma_counts counts = { .index = index, .count = 5 };
	struct mmlens_vma vma = { .start = 0x1000, .end = 0x3000 };
	struct nlattr *nest;

	nest = mnl_attr_nest_start(nlh, MMLENS_A_WATCH_WATCHED_VMA);
	mnl_attr_put(nlh, MMLENS_A_WATCHED_VMA_COUNTS, sizeof(counts), &counts);
	mnl_attr_put(nlh, MMLENS_A_WATCHED_VMA_VMA, sizeof(vma), &vma);
	if (name)
		mnl_attr_put_strz(nlh, MMLENS_A_WATCHED_VMA_NAME, name);
	mnl_attr_nest_end(nlh, nest);
}

static void put_stack(unsigned int depth)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, MMLENS_A_WATCH_STACK);
	unsigned int i;

	mnl_attr_put_u64(nlh, MMLENS_A_STACK_SERIAL, 9);
	for (i = 0; i < depth; i++)
		mnl_attr_put_u64(nlh, MMLENS_A_STACK_ADDRESS, 0x100 + i);
	mnl_attr_nest_end(nlh, nest);
}

static void begun(void)
{
	struct watch_begun answer;

	begin();
	mnl_attr_put_u32(nlh, MMLENS_A_WATCH_ID, 7);
	mnl_attr_put_u64(nlh, MMLENS_A_WATCH_COOKIE, 12);
	equal(decode_watch(nlh, &answer), 0);
	equal(answer.id, 7);
	equal(answer.cookie, 12);
	begin();
	mnl_attr_put_u64(nlh, MMLENS_A_WATCH_COOKIE, 12);
	equal(decode_watch(nlh, &answer), -EBADMSG);
}

static void events(void)
{
	struct mmlens_fault_event fault = { .serial = 9, .address = 0x1234 };
	struct mmlens_eviction_event eviction = { .pages = 512 };
	struct mmlens_memory_event memory = { .pages = 3 };

	memset(fault.comm, 'x', sizeof(fault.comm));
	memset(eviction.by_comm, 'x', sizeof(eviction.by_comm));
	memset(memory.comm, 'x', sizeof(memory.comm));
	begin();
	mnl_attr_put_u32(nlh, MMLENS_A_WATCH_ID, 7);
	put_vma(2, "/bin/sh");
	mnl_attr_put(nlh, MMLENS_A_WATCH_FAULT, sizeof(fault), &fault);
	put_stack(3);
	mnl_attr_put(nlh, MMLENS_A_WATCH_EVICTION, sizeof(eviction), &eviction);
	mnl_attr_put(nlh, MMLENS_A_WATCH_MEMORY, sizeof(memory), &memory);
	put_vma(1, NULL);
	mnl_attr_put(nlh, MMLENS_A_WATCH_FAULT, sizeof(fault), &fault);
	mnl_attr_put_u32(nlh, 1000, 1);
	mnl_attr_put_u64(nlh, MMLENS_A_WATCH_LOST, 77);
	mnl_attr_put(nlh, MMLENS_A_WATCH_ENDED, 0, NULL);
	equal(decode_event(nlh, &sink), 0);
	equal_text(told, "2fsem1flx");
	equal(last_fault.address, 0x1234);
	equal(strlen((char *)last_fault.comm), 15);
	equal(last_stack.serial, 9);
	equal(last_stack.count, 3);
	equal(last_stack.address[2], 0x102);
	equal(last_lost, 77);
	equal_text(watched_vma_of(&vmas, 2)->vma.name, "/bin/sh");
	check(!watched_vma_of(&vmas, 1)->vma.name);
	check(!watched_vma_of(&vmas, 0));
	check(!watched_vma_of(&vmas, 3));
	/* A stack that is deeper than anybody wants to read. */
	begin();
	put_stack(200);
	equal(decode_event(nlh, &sink), 0);
	equal(last_stack.count, STACK_MOST);
	/* What is told says when it is enough. */
	begin();
	verdict = -EIO;
	mnl_attr_put(nlh, MMLENS_A_WATCH_ENDED, 0, NULL);
	mnl_attr_put_u64(nlh, MMLENS_A_WATCH_LOST, 78);
	equal(decode_event(nlh, &sink), -EIO);
	equal(last_lost, 77);
	verdict = 0;
	watched_vmas_free(&vmas);
}

static void damage(void)
{
	struct mmlens_fault_event fault = { .serial = 9 };

	begin();
	mnl_attr_put(nlh, MMLENS_A_WATCH_FAULT,
		     offsetof(struct mmlens_fault_event, comm), &fault);
	equal(decode_event(nlh, &sink), -EBADMSG);
	/* No index, and one that nobody can have. */
	begin();
	put_vma(0, NULL);
	equal(decode_event(nlh, &sink), -EBADMSG);
	begin();
	put_vma(0x7fffffff, NULL);
	equal(decode_event(nlh, &sink), -EBADMSG);
	begin();
	mnl_attr_put_u32(nlh, MMLENS_A_WATCH_LOST, 1);
	equal(decode_event(nlh, &sink), -EBADMSG);
	equal(vmas.count, 0);
	watched_vmas_free(&vmas);
}

/* Whatever the end of a message is, nothing is read behind it. */
static void cut(void)
{
	struct mmlens_fault_event fault = { .serial = 9 };

	begin();
	put_vma(1, "/bin/sh");
	mnl_attr_put(nlh, MMLENS_A_WATCH_FAULT, sizeof(fault), &fault);
	put_stack(2);
	for (; nlh->nlmsg_len > NLMSG_HDRLEN; nlh->nlmsg_len--) {
		told_count = 0;
		decode_event(nlh, &sink);
	}
	check(true);
	watched_vmas_free(&vmas);
}

static void counts(void)
{
	struct mmlens_fault_counts faults = { .minor = 4, .events = 9 };
	struct mmlens_class_counts class = { .fault_class = 3, .count = 4 };
	struct mmlens_latency_count latency = { .fault_class = 3, .count = 4 };
	struct mmlens_thread_counts thread = { .tid = 12, .count = 4 };
	struct mmlens_loss loss = { .cpu = 1, .lost = 3 };
	struct watch_counts told_counts = { 0 };

	begin();
	mnl_attr_put(nlh, MMLENS_A_WATCH_FAULT_COUNTS, sizeof(faults), &faults);
	mnl_attr_put(nlh, MMLENS_A_WATCH_CLASS_COUNTS, sizeof(class), &class);
	mnl_attr_put(nlh, MMLENS_A_WATCH_LATENCY_COUNT, sizeof(latency),
		     &latency);
	mnl_attr_put(nlh, MMLENS_A_WATCH_THREAD_COUNTS, sizeof(thread),
		     &thread);
	put_vma(3, "/bin/sh");
	mnl_attr_put(nlh, MMLENS_A_WATCH_LOSS, sizeof(loss), &loss);
	loss.cpu = 2;
	mnl_attr_put(nlh, MMLENS_A_WATCH_LOSS, sizeof(loss), &loss);
	equal(decode_counts(nlh, &told_counts), 0);
	equal(told_counts.faults.events, 9);
	equal(told_counts.classes.list[0].count, 4);
	equal(told_counts.latencies.count, 1);
	equal(told_counts.threads.list[0].tid, 12);
	equal(watched_vma_of(&told_counts.vmas, 3)->counts.count, 5);
	equal(watch_counts_lost(&told_counts), 6);
	watch_counts_free(&told_counts);
	begin();
	mnl_attr_put(nlh, MMLENS_A_WATCH_LOSS, 8, &loss);
	equal(decode_counts(nlh, &told_counts), -EBADMSG);
	watch_counts_free(&told_counts);
}

/* The module ends names; who reads them must not depend on it. */
static void endless_name(void)
{
	struct mmlens_thread_counts thread = { .tid = 12 };
	struct watch_counts told_counts = { .losses.count = 0 };

	memset(thread.comm, 'x', sizeof(thread.comm));
	begin();
	mnl_attr_put(nlh, MMLENS_A_WATCH_THREAD_COUNTS, sizeof(thread),
		     &thread);
	equal(decode_counts(nlh, &told_counts), 0);
	equal(strnlen((char *)told_counts.threads.list[0].comm,
		      sizeof(thread.comm)), sizeof(thread.comm) - 1);
	watch_counts_free(&told_counts);
}

static const struct test tests[] = {
	{ "a watch that was begun", begun },
	{ "events", events },
	{ "damage", damage },
	{ "messages that were cut", cut },
	{ "counts", counts },
	{ "the name of a thread without an end", endless_name },
};

TAP_MAIN(tests)
