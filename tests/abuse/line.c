// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/mmlens.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "line.h"
#include "mutate.h"
#include "world.h"

/* After so many it is known that something is wrong. */
#define FAILURES 20

struct counts counts;

static uint16_t family;
static uint8_t answer[65536];

static void fail(const struct asked *asked, const char *what, int number)
{
	const struct spec_op *op = asked ? asked->op : NULL;

	printf("failure: %s (%d)", what, number);
	if (asked)
		printf(", message %llu, %s, flags %#x, %u bytes",
		       (unsigned long long)asked->index, op ? op->name : "no operation",
		       asked->flags, asked->size);
	printf("\n");
	(void)fflush(stdout);
	if (++counts.failures >= FAILURES)
		exit(1);
}

static void need(int result, const char *what)
{
	if (result >= 0)
		return;
	perror(what);
	exit(2);
}

static void option(int fd, int level, int name, int value)
{
	need(setsockopt(fd, level, name, &value, sizeof(value)), "setsockopt");
}

void line_open(struct line *line, enum style style)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	memset(line, 0, sizeof(*line));
	line->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	need(line->fd, "socket");
	if (style != STYLE_UNBOUND)
		need(bind(line->fd, (void *)&kernel, sizeof(kernel)), "bind");
	if (style == STYLE_NARROW)
		option(line->fd, SOL_SOCKET, SO_RCVBUF, 4096);
	if (style == STYLE_BARE)
		return;
	line->extack = true;
	option(line->fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
	option(line->fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
	option(line->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
}

void line_close(struct line *line)
{
	close(line->fd);
	line->fd = -1;
}

/* Finds out the number that the kernel has given the family. */
void line_family(void)
{
	struct {
		struct nlmsghdr header;
		struct genlmsghdr command;
		struct nlattr name;
		char text[8];
	} ask = {
		{ .nlmsg_len = 32, .nlmsg_type = GENL_ID_CTRL,
		  .nlmsg_flags = NLM_F_REQUEST },
		{ .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
		{ .nla_len = 11, .nla_type = CTRL_ATTR_FAMILY_NAME },
		MMLENS_GENL_NAME,
	};
	const struct nlmsghdr *header = (const void *)answer;
	struct line line;
	size_t at = NLMSG_HDRLEN + GENL_HDRLEN;

	line_open(&line, STYLE_BARE);
	need((int)send(line.fd, &ask, sizeof(ask), 0), "send");
	need((int)recv(line.fd, answer, sizeof(answer), 0), "recv");
	while (header->nlmsg_type == GENL_ID_CTRL && at < header->nlmsg_len) {
		const struct nlattr *attr = (const void *)(answer + at);

		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			memcpy(&family, attr + 1, sizeof(family));
		at += NLA_ALIGN(attr->nla_len);
	}
	line_close(&line);
	if (family)
		return;
	(void)fprintf(stderr, "netfuzz: there is no family %s\n", MMLENS_GENL_NAME);
	exit(3);
}

static bool has_open_dump(const struct line *line)
{
	unsigned int i;

	for (i = 0; i < line->asked_count; i++)
		if (line->asked[i].dump && line->asked[i].open)
			return true;
	return false;
}

/* Must something come, whether it is good or bad news? */
static bool must_answer(const struct asked *asked)
{
	if (asked->flags & NLM_F_ACK)
		return true;
	if (!(asked->flags & NLM_F_REQUEST))
		return false;
	if (asked->dump || !asked->op || asked->op->way != WAY_DO)
		return true;
	return asked->op->tells_count;
}

static void note_asked(struct line *line, uint64_t index,
		       const struct nlmsghdr *header)
{
	struct asked *asked = &line->asked[line->asked_count];
	const struct genlmsghdr *command = (const void *)(header + 1);

	*asked = (struct asked){
		.index = index,
		.flags = header->nlmsg_flags,
		.size = header->nlmsg_len,
		.busy = has_open_dump(line),
	};
	asked->dump = header->nlmsg_flags & NLM_F_REQUEST &&
		      (header->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	if (header->nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN)
		asked->op = spec_op_of(command->cmd);
	asked->open = must_answer(asked);
	asked->shut = !(asked->flags & (NLM_F_REQUEST | NLM_F_ACK));
	line->asked_count++;
}

/*
 * Addresses a datagram, and notes what must be answered. Returns the size of
 * what is to be sent: no more messages than can be kept in mind.
 */
size_t line_seal(struct line *line, uint64_t index, uint8_t *data, size_t size)
{
	struct nlmsghdr *header;
	size_t at = 0, start = 0;

	while ((header = next_request(data, size, &at))) {
		if (line->asked_count == LINE_ASKED)
			return start;
		header->nlmsg_type = family;
		header->nlmsg_seq = ++line->sequence;
		if (!line->asked_count)
			line->first = header->nlmsg_seq;
		note_asked(line, index, header);
		start = at;
	}
	return size;
}

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void line_send(struct line *line, const uint8_t *data, size_t size)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	uint64_t began = now_us(), took;
	ssize_t sent = sendto(line->fd, data, size, 0, (void *)&kernel,
			      sizeof(kernel));

	took = now_us() - began;
	if (took > counts.slowest_us)
		counts.slowest_us = took;
	/* The kernel takes none that is empty. */
	if (sent != (ssize_t)size && (size || errno != ENODATA))
		fail(line->asked_count ? &line->asked[0] : NULL,
		     "the datagram could not be sent", errno);
	counts.datagrams++;
	line->used++;
}

static void count(uint64_t *counter, const struct spec_op *op)
{
	counter[op - spec_ops]++;
}

static void take(struct asked *asked)
{
	if (asked->op && !asked->taken)
		count(counts.accepted, asked->op);
	asked->taken = true;
}

/* Refusals of the kernel's own, which say nothing. */
static bool may_be_silent(const struct asked *asked, int error)
{
	const struct spec_op *op = asked->op;

	switch (error) {
	case EOPNOTSUPP:
		return !op || op->way != (asked->dump ? WAY_DUMP : WAY_DO);
	case EINVAL:
		return asked->size < NLMSG_HDRLEN + GENL_HDRLEN;
	case EBUSY:
		return asked->dump && asked->busy;
	case ENOBUFS:
		return asked->dump;
	default:
		return false;
	}
}

static void refused(struct line *line, struct asked *asked,
		    const struct refusal *refusal)
{
	int error = refusal->error;

	if (error < 0 || error >= ERRNOS ||
	    (!answer_is_sane(error) && !may_be_silent(asked, error))) {
		fail(asked, "an error that nothing accounts for", error);
		return;
	}
	if (!(asked->flags & NLM_F_REQUEST))
		fail(asked, "what is no request was refused", error);
	counts.error[error]++;
	counts.sentences += refusal->sentence;
	if (asked->op)
		count(counts.refused, asked->op);
	else
		counts.other_refused++;
	if (line->extack && !refusal->sentence && !may_be_silent(asked, error))
		fail(asked, "a refusal without a sentence", error);
}

/* NLMSG_ERROR and NLMSG_DONE: nothing more comes. */
static void finish(struct line *line, struct asked *asked,
		   const struct nlmsghdr *header)
{
	struct refusal refusal;
	const char *wrong = answer_refusal(header, &refusal);

	if (wrong)
		fail(asked, wrong, header->nlmsg_type);
	if (header->nlmsg_type == NLMSG_DONE && !asked->dump)
		fail(asked, "what is no dump was ended like one", 0);
	if (refusal.error)
		refused(line, asked, &refusal);
	else if (asked->flags & NLM_F_REQUEST)
		take(asked);
	if (!refusal.error && (asked->flags & NLM_F_REQUEST) && !asked->op)
		fail(asked, "an unknown command was accepted", 0);
	/*
	 * The kernel tells of a dump that found no room for its first answers,
	 * and goes on with it all the same when there is some.
	 */
	if (header->nlmsg_type == NLMSG_ERROR && refusal.error == ENOBUFS &&
	    asked->dump && !asked->stalled) {
		asked->stalled = true;
		return;
	}
	asked->open = false;
	asked->shut = true;
}

static void told(struct line *line, struct asked *asked,
		 const struct nlmsghdr *header)
{
	const char *wrong;

	if (!asked->op || asked->op->way != (asked->dump ? WAY_DUMP : WAY_DO)) {
		fail(asked, "an answer to what is no operation", 0);
		return;
	}
	wrong = answer_check(asked->op, header);
	if (wrong)
		fail(asked, wrong, (int)header->nlmsg_len);
	take(asked);
	if (asked->op->cmd == MMLENS_CMD_WATCH) {
		line->watch_id = answer_id(header);
		world_learn_id(line->watch_id);
		line->watches++;
	}
	if (asked->dump || asked->flags & NLM_F_ACK)
		return;
	asked->open = false;
	asked->shut = true;
}

static bool is_event(const struct nlmsghdr *header)
{
	const struct genlmsghdr *command = (const void *)(header + 1);

	return header->nlmsg_type == family && !header->nlmsg_seq &&
	       header->nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN &&
	       command->cmd == MMLENS_CMD_EVENT;
}

static void happened(const struct nlmsghdr *header)
{
	const struct spec_op *op = spec_op_of(MMLENS_CMD_EVENT);
	const char *wrong = answer_check(op, header);

	if (wrong)
		fail(NULL, wrong, MMLENS_CMD_EVENT);
	count(counts.accepted, op);
}

static void look_at(struct line *line, const struct nlmsghdr *header)
{
	uint32_t number = header->nlmsg_seq - line->first;
	struct asked *asked;

	counts.answers++;
	if (is_event(header)) {
		happened(header);
		return;
	}
	if (number >= line->asked_count) {
		fail(NULL, "an answer to what was never asked", (int)header->nlmsg_seq);
		return;
	}
	asked = &line->asked[number];
	if (asked->shut)
		fail(asked, "one answer too many", header->nlmsg_type);
	if (header->nlmsg_type == NLMSG_ERROR || header->nlmsg_type == NLMSG_DONE)
		finish(line, asked, header);
	else if (header->nlmsg_type == family)
		told(line, asked, header);
	else
		fail(asked, "a message of another family", header->nlmsg_type);
}

static void look_at_all(struct line *line, size_t size)
{
	size_t at = 0, before;

	while (at < size) {
		const struct nlmsghdr *header;

		before = at;
		header = next_request(answer, size, &at);
		if (!header) {
			fail(NULL, "a message longer than what was received",
			     (int)(size - before));
			return;
		}
		look_at(line, header);
	}
}

static const struct asked *first_open(const struct line *line)
{
	unsigned int i;

	for (i = 0; i < line->asked_count; i++)
		if (line->asked[i].open)
			return &line->asked[i];
	return NULL;
}

/* Some requests are answered only if they fail. */
static bool may_say_more(const struct line *line)
{
	unsigned int i;

	for (i = 0; i < line->asked_count; i++)
		if (!line->asked[i].shut)
			return true;
	return false;
}

/* Answers are there when the request returns. Be generous all the same. */
static bool is_late(const struct line *line)
{
	struct pollfd poll_fd = { .fd = line->fd, .events = POLLIN };

	return poll(&poll_fd, 1, 2000) <= 0;
}

/*
 * Reads until all that was asked has been answered. False if that was given up:
 * after this many messages, or as the socket had no room for all answers; then
 * it is to be closed.
 */
bool line_drain(struct line *line, unsigned int most)
{
	const struct asked *open;
	ssize_t got;

	while ((open = first_open(line)) || may_say_more(line)) {
		got = recv(line->fd, answer, sizeof(answer), MSG_DONTWAIT | MSG_TRUNC);
		if (got < 0 && errno == ENOBUFS) {
			counts.overruns++;
			return false;
		}
		if (got < 0 && errno == EAGAIN) {
			if (!open)
				break;
			if (!is_late(line))
				continue;
		}
		if (got < 0) {
			fail(open, "no answer", errno);
			return false;
		}
		if ((size_t)got > sizeof(answer))
			fail(open, "a message larger than 64 KiB", (int)got);
		else
			look_at_all(line, got);
		if (!most--) {
			counts.abandoned++;
			return false;
		}
	}
	line->asked_count = 0;
	return true;
}

/* Reads until an event has come, or nothing comes for a while. */
void line_await_event(struct line *line)
{
	const struct spec_op *op = spec_op_of(MMLENS_CMD_EVENT);
	const uint64_t *events = &counts.accepted[op - spec_ops];
	const uint64_t before = *events;

	while (*events == before && !is_late(line)) {
		ssize_t got = recv(line->fd, answer, sizeof(answer), MSG_DONTWAIT);

		if (got < 0)
			return;
		look_at_all(line, got);
	}
}

/* Reads a little, with no room for whole messages. Close it then. */
void line_gulp(struct line *line, unsigned int room)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (recv(line->fd, answer, room, MSG_DONTWAIT) < 0)
			break;
	counts.abandoned++;
}
