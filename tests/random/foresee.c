// SPDX-License-Identifier: GPL-2.0
/*
 * Asks mmlens what an access will do, makes it, and tells what the kernel's
 * books say of it: pagemap, kpageflags, faults counted, signals, userfaultfd.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/kernel-page-flags.h>
#include <linux/mmlens.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "family.h"

#define ACCESSES	12
#define PM_PRESENT	(1UL << 63)
#define PM_FRAME	((1UL << 55) - 1)

struct request {
	struct nlmsghdr head;
	struct genlmsghdr genl;
	char attrs[64];
};

static char buffer[32768];

static void put_attr(struct request *request, int type, const void *data,
		     int size)
{
	struct nlattr *attr = (struct nlattr *)((char *)request +
						request->head.nlmsg_len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + size;
	memcpy((char *)attr + NLA_HDRLEN, data, size);
	request->head.nlmsg_len += NLA_ALIGN(attr->nla_len);
}

/* The value of an attribute of the answer, or NULL. */
static void *ask(int sock, struct request *request, int wanted)
{
	struct nlmsghdr *head = (struct nlmsghdr *)buffer;
	char *at, *end;
	int got;

	if (send(sock, request, request->head.nlmsg_len, 0) < 0)
		return NULL;
	got = recv(sock, buffer, sizeof(buffer), 0);
	if (got < (int)(NLMSG_HDRLEN + GENL_HDRLEN) ||
	    head->nlmsg_type == NLMSG_ERROR)
		return NULL;
	end = buffer + got;
	for (at = buffer + NLMSG_HDRLEN + GENL_HDRLEN; at < end;
	     at += NLA_ALIGN(((struct nlattr *)at)->nla_len))
		if (((struct nlattr *)at)->nla_type == wanted)
			return at + NLA_HDRLEN;
	return NULL;
}

static struct request begin(int family, int command)
{
	return (struct request){
		.head = {
			.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN,
			.nlmsg_type = family, .nlmsg_flags = NLM_F_REQUEST,
		},
		.genl = { .cmd = command, .version = 1 },
	};
}

static bool walk(uint64_t address, struct mmlens_page_run *run)
{
	static int sock = -1, family;
	struct request request;
	uint32_t pid = getpid();
	void *found;

	if (sock < 0) {
		sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
		request = begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
		put_attr(&request, CTRL_ATTR_FAMILY_NAME, MMLENS_GENL_NAME,
			 sizeof(MMLENS_GENL_NAME));
		found = ask(sock, &request, CTRL_ATTR_FAMILY_ID);
		if (!found) {
			close(sock);
			sock = -1;
			return false;
		}
		family = *(uint16_t *)found;
	}
	request = begin(family, MMLENS_CMD_WALK);
	put_attr(&request, MMLENS_A_QUERY_PID, &pid, sizeof(pid));
	put_attr(&request, MMLENS_A_QUERY_ADDRESS, &address, sizeof(address));
	found = ask(sock, &request, MMLENS_A_QUERY_RUN);
	if (!found)
		return false;
	memcpy(run, found, sizeof(*run));
	return true;
}

struct sight {
	uint64_t word;
	uint64_t flags;
};

static uint64_t word_of(int fd, uint64_t at)
{
	uint64_t word = 0;

	if (pread(fd, &word, sizeof(word), at * 8) != sizeof(word))
		word = 0;
	return word;
}

/*
 * On 6.1, the flags of a later page of a large folio are the page's own: those of
 * the folio, of which we want to know whether it is shared memory, its first has.
 */
static uint64_t flags_of(int kpageflags, uint64_t frame)
{
	uint64_t flags = word_of(kpageflags, frame), head = flags;

	while (head & 1UL << KPF_COMPOUND_TAIL && frame)
		head = word_of(kpageflags, --frame);
	return flags | (head & 1UL << KPF_SWAPBACKED);
}

/* A file that a child inherits shows its parent: each opens its own. */
static int pagemap = -1, kpageflags = -1;

static struct sight look(char *at)
{
	static int owner;
	struct sight sight = { };

	if (owner != getpid()) {
		if (pagemap >= 0)
			close(pagemap);
		pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
		owner = getpid();
	}
	if (kpageflags < 0)
		kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	sight.word = word_of(pagemap, (uintptr_t)at / PAGE);
	if (sight.word & PM_PRESENT)
		sight.flags = flags_of(kpageflags, sight.word & PM_FRAME);
	return sight;
}

/*
 * Is a page part of 2 MiB that are one huge page? Two folios of half the size may
 * happen to lie together, but then the second half begins with a head.
 */
static bool is_huge(char *at)
{
	uint64_t first = ((uintptr_t)at & -HUGE) / PAGE;
	uint64_t frame = word_of(pagemap, first) & PM_FRAME;
	size_t i;

	for (i = 0; i < 512; i += i < 256 ? 85 : 128) {
		uint64_t word = word_of(pagemap, first + i);

		if (!(word & PM_PRESENT) || (word & PM_FRAME) != frame + i)
			return false;
	}
	return frame % 512 == 0 &&
	       word_of(kpageflags, frame + 256) & 1UL << KPF_COMPOUND_TAIL;
}

/*
 * By a system call: the library would read the clock in [vvar], a page that on
 * 7.3 the books cannot tell from a file's.
 */
static uint64_t now(void)
{
	struct timespec time;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000UL + time.tv_nsec;
}

void foresee(struct area *area, char *at, bool write, char value)
{
	static struct rusage before, after;
	static struct mmlens_page_run run;
	static struct sight was, is;
	static unsigned int events, event_flags;
	static uint64_t began, done;
	static int ended;
	static char own;

	if (!walk((uintptr_t)at, &run)) {
		printf("lost %p\n", at);
		return;
	}
	was = look(at);
	atomic_store(&self.event_flags, 0);
	events = atomic_load(&self.events);
	/* After a fork the pages that are needed to count must be copied first. */
	access_byte(&own, true, value);
	began = now();
	getrusage(RUSAGE_THREAD, &after);
	getrusage(RUSAGE_THREAD, &before);
	ended = access_byte(at, write, value);
	getrusage(RUSAGE_THREAD, &after);
	done = now();
	events = atomic_load(&self.events) - events;
	event_flags = atomic_load(&self.event_flags);
	is = look(at);
	board->foreseen[write ? run.write : run.read]++;
	dprintf(1, "%p %c %u %u %u %u %u %u %u %#x %u %lx %lx %lx %lx %ld %ld %d %u %x %d %d %d %lu %lu\n",
		at, write ? 'w' : 'r', run.state, run.level, run.verdict,
		run.verdict_why, write ? run.write : run.read,
		write ? run.write_else : run.read_else,
		write ? run.write_why : run.read_why, run.flags, run.order,
		was.word, is.word, was.flags, is.flags,
		after.ru_minflt - before.ru_minflt,
		after.ru_majflt - before.ru_majflt, ended, events, event_flags,
		area->fd >= 0, is_huge(at), getpid(), (unsigned long)began,
		(unsigned long)done);
}

/* Is this an outcome of which enough was seen? Rare ones are preferred. */
static bool is_common(struct draw *draw, char *at, bool write)
{
	static struct mmlens_page_run run;
	uint32_t seen;

	if (!walk((uintptr_t)at, &run))
		return false;
	seen = board->foreseen[write ? run.write : run.read];
	return draw_below(draw, seen + 1) > 8;
}

void foresee_some(struct draw *draw, uint64_t index)
{
	int n, done = 0;

	say("access");
	for (n = 0; n < 4 * ACCESSES && done < ACCESSES; n++) {
		struct area *area = pick_area(draw);
		bool write = draw_chance(draw, 60);
		uint64_t which = draw_number(draw);
		size_t pages;
		char *start;

		if (!area)
			return;
		start = pick_range(draw, area, &pages);
		start += which % pages * PAGE;
		if (is_common(draw, start, write))
			continue;
		foresee(area, start, write, (char)index | 1);
		done++;
	}
}
