// SPDX-License-Identifier: GPL-2.0
#include "nl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/mmlens.h>
#include <stdlib.h>
#include <string.h>

/* The kernel fills a message of a dump up to what the reader has room for. */
#define BUFFER_SIZE 32768

/* So much of events may wait to be read; the kernel doubles it for answers. */
#define EVENTS_SIZE (4 << 20)

/* Keeps the sentence of an extended acknowledge, if there is one. */
static void keep_reason(struct nl *nl, const struct nlmsghdr *nlh, size_t skip)
{
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    mnl_nlmsg_get_payload_len(nlh) < skip)
		return;
	mnl_attr_for_each(attr, nlh, (unsigned int)skip) {
		size_t length = mnl_attr_get_payload_len(attr);

		if (mnl_attr_get_type(attr) != NLMSGERR_ATTR_MSG)
			continue;
		length = strnlen(mnl_attr_get_payload(attr), length);
		if (length >= sizeof(nl->reason))
			length = sizeof(nl->reason) - 1;
		memcpy(nl->reason, mnl_attr_get_payload(attr), length);
		nl->reason[length] = '\0';
	}
}

/* An acknowledge, or the end of a dump. Returns 0 or -errno. */
static int read_end(struct nl *nl, const struct nlmsghdr *nlh)
{
	size_t skip = sizeof(int);
	int error;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(error))
		return nlh->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);

		if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*err))
			return -EBADMSG;
		skip = sizeof(*err);
		/* A capped acknowledge repeats the request's header only. */
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
			skip += mnl_nlmsg_get_payload_len(&err->msg);
	}
	keep_reason(nl, nlh, skip);
	return error < 0 ? error : 0;
}

/* Nobody asked for an event, so that it answers no sequence number. */
static bool is_event(const struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(nlh);

	return nl->on_event && nlh->nlmsg_type == nl->family &&
	       !nlh->nlmsg_seq &&
	       mnl_nlmsg_get_payload_len(nlh) >= sizeof(*header) &&
	       header->cmd == MMLENS_CMD_EVENT;
}

/*
 * A message of an answer, or an event. Returns 1 if the answer goes on, and at
 * its end 0, -errno, or what @fn returned.
 */
static int read_message(struct nl *nl, const struct nlmsghdr *nlh, nl_fn fn,
			void *data)
{
	int ret;

	if (is_event(nl, nlh)) {
		ret = nl->on_event(nlh, nl->event_data);
		return ret < 0 ? ret : 1;
	}
	if (nlh->nlmsg_seq != nl->sequence || nlh->nlmsg_pid != nl->port)
		return 1;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		nl->changed = true;
	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
		return read_end(nl, nlh);
	if (nlh->nlmsg_type == NLMSG_OVERRUN)
		return -ENOBUFS;
	if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
		return 1;
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct genlmsghdr))
		return -EBADMSG;
	ret = fn(nlh, data);
	return ret < 0 ? ret : 1;
}

/*
 * The messages that have come, up to so many. Returns @none if there are none, and
 * else as read_message() does.
 */
static int read_messages(struct nl *nl, nl_fn fn, void *data, int none)
{
	ssize_t got = recv(nl_descriptor(nl), nl->buffer, BUFFER_SIZE,
			   MSG_DONTWAIT | MSG_TRUNC);
	const struct nlmsghdr *nlh = (void *)nl->buffer;
	int left = (int)got, ret;

	if (got < 0)
		return errno == EAGAIN ? none : -errno;
	if (got > BUFFER_SIZE)
		return -EMSGSIZE;
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		ret = read_message(nl, nlh, fn, data);
		if (ret <= 0)
			return ret;
	}
	return 1;
}

/*
 * Reads an answer to its end. Returns 0, -errno, or what @fn returned.
 *
 * The kernel answers while it is asked, and goes on with a dump while it is read.
 * What is not there then has found no room, and will not come.
 */
static int read_answer(struct nl *nl, nl_fn fn, void *data)
{
	int ret;

	do
		ret = read_messages(nl, fn, data, -ENOBUFS);
	while (ret > 0);
	return ret;
}

static struct nlmsghdr *begin(struct nl *nl, uint16_t type, unsigned int flags,
			      unsigned int command, unsigned int version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(nl->buffer);
	struct genlmsghdr *header;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	nlh->nlmsg_seq = ++nl->sequence;
	nlh->nlmsg_pid = nl->port;
	header = mnl_nlmsg_put_extra_header(nlh, sizeof(*header));
	header->cmd = (uint8_t)command;
	header->version = (uint8_t)version;
	nl->changed = false;
	nl->reason[0] = '\0';
	return nlh;
}

static int ask(struct nl *nl, const struct nlmsghdr *nlh, nl_fn fn, void *data)
{
	if (mnl_socket_sendto(nl->socket, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	return read_answer(nl, fn, data);
}

static int request(struct nl *nl, unsigned int flags, unsigned int command,
		   const struct query *query, nl_fn fn, void *data)
{
	struct nlmsghdr *nlh = begin(nl, nl->family, flags, command,
				     MMLENS_GENL_VERSION);

	if (!query)
		return ask(nl, nlh, fn, data);
	if (query->has_frame)
		mnl_attr_put_u64(nlh, MMLENS_A_QUERY_FRAME, query->frame);
	else if (query->pagemap >= 0)
		mnl_attr_put_u32(nlh, MMLENS_A_QUERY_PAGEMAP_FD,
				 (uint32_t)query->pagemap);
	else
		mnl_attr_put_u32(nlh, MMLENS_A_QUERY_PID, query->pid);
	if (query->has_range) {
		mnl_attr_put_u64(nlh, MMLENS_A_QUERY_START, query->start);
		mnl_attr_put_u64(nlh, MMLENS_A_QUERY_END, query->end);
	}
	if (query->has_address)
		mnl_attr_put_u64(nlh, MMLENS_A_QUERY_ADDRESS, query->address);
	if (query->detail)
		mnl_attr_put_u32(nlh, MMLENS_A_QUERY_DETAIL, query->detail);
	if (query->each)
		mnl_attr_put(nlh, MMLENS_A_QUERY_EACH, 0, NULL);
	return ask(nl, nlh, fn, data);
}

/* An answer of one message. */
struct one {
	nl_fn fn;
	void *data;
	bool came;
};

static int read_one(const struct nlmsghdr *nlh, void *data)
{
	struct one *one = data;

	if (one->came)
		return -EBADMSG;
	one->came = true;
	return one->fn(nlh, one->data);
}

/* What is acknowledged and not answered has filled nothing. */
static int check_one(const struct one *one, int ret)
{
	return ret || one->came ? ret : -EBADMSG;
}

/**
 * nl_do() - a question with one answer
 * @nl: the conversation
 * @command: MMLENS_CMD_*
 * @query: about what, or NULL
 * @fn: called with the answer
 * @data: for @fn
 *
 * Return: 0, -errno with nl->reason, or what @fn returned.
 */
int nl_do(struct nl *nl, unsigned int command, const struct query *query,
	  nl_fn fn, void *data)
{
	struct one one = { fn, data, false };

	return check_one(&one, request(nl, NLM_F_ACK, command, query, read_one,
				       &one));
}

/**
 * nl_dump() - a question with an answer of many messages
 * @nl: the conversation; of no more use when @fn ended the answer
 * @command: MMLENS_CMD_*
 * @query: about what
 * @fn: called with each message
 * @data: for @fn
 *
 * Return: 0 with nl->changed, -errno with nl->reason, or what @fn returned.
 */
int nl_dump(struct nl *nl, unsigned int command, const struct query *query,
	    nl_fn fn, void *data)
{
	return request(nl, NLM_F_DUMP, command, query, fn, data);
}

static void put_system(struct nlmsghdr *nlh, const struct system_query *query)
{
	if (query->has_cgroup)
		mnl_attr_put_u64(nlh, MMLENS_A_SYSTEM_CGROUP, query->cgroup);
	if (query->has_node)
		mnl_attr_put_u32(nlh, MMLENS_A_SYSTEM_NODE, query->node);
	if (!query->has_list)
		return;
	mnl_attr_put_u32(nlh, MMLENS_A_SYSTEM_LRU, query->lru);
	mnl_attr_put_u32(nlh, MMLENS_A_SYSTEM_END, query->end);
	mnl_attr_put_u32(nlh, MMLENS_A_SYSTEM_COUNT, query->count);
	if (query->lru != MMLENS_LRU_GENERATION)
		return;
	mnl_attr_put_u32(nlh, MMLENS_A_SYSTEM_TYPE, query->type);
	mnl_attr_put_u32(nlh, MMLENS_A_SYSTEM_ZONE, query->zone);
	if (query->has_generation)
		mnl_attr_put_u64(nlh, MMLENS_A_SYSTEM_GENERATION,
				 query->generation);
}

/**
 * nl_system() - a question about the system as a whole
 * @nl: the conversation; of no more use when @fn ended the answer
 * @dump: its answer is of many messages
 * @command: MMLENS_CMD_*
 * @query: about what
 * @fn: called with each message
 * @data: for @fn
 *
 * Return: 0, -errno with nl->reason, or what @fn returned.
 */
int nl_system(struct nl *nl, bool dump, unsigned int command,
	      const struct system_query *query, nl_fn fn, void *data)
{
	struct nlmsghdr *nlh = begin(nl, nl->family,
				     dump ? NLM_F_DUMP : NLM_F_ACK, command,
				     MMLENS_GENL_VERSION);
	struct one one = { fn, data, false };

	put_system(nlh, query);
	if (dump)
		return ask(nl, nlh, fn, data);
	return check_one(&one, ask(nl, nlh, read_one, &one));
}

/**
 * nl_listen() - hear of events
 * @nl: the conversation, before it is asked for a watch
 * @fn: called with each message of events, also while another answer is read;
 *	a negative value ends that
 * @data: for @fn
 */
void nl_listen(struct nl *nl, nl_fn fn, void *data)
{
	int fd = mnl_socket_get_fd(nl->socket), on = 1, size = EVENTS_SIZE;

	nl->on_event = fn;
	nl->event_data = data;
	/* The module keeps what finds no room: that is no error of the socket. */
	mnl_socket_setsockopt(nl->socket, NETLINK_NO_ENOBUFS, &on, sizeof(on));
	/* The former may be more than the limit, and is for CAP_NET_ADMIN. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static void put_watch(struct nlmsghdr *nlh, const struct watch_query *query)
{
	if (query->everything)
		mnl_attr_put(nlh, MMLENS_A_WATCH_EVERYTHING, 0, NULL);
	else if (query->has_cgroup)
		mnl_attr_put_u64(nlh, MMLENS_A_WATCH_CGROUP, query->cgroup);
	else if (query->pagemap >= 0)
		mnl_attr_put_u32(nlh, MMLENS_A_WATCH_PAGEMAP_FD,
				 (uint32_t)query->pagemap);
	else
		mnl_attr_put_u32(nlh, MMLENS_A_WATCH_PID, query->pid);
	mnl_attr_put_u32(nlh, MMLENS_A_WATCH_KINDS, query->kinds);
	if (query->classes)
		mnl_attr_put_u32(nlh, MMLENS_A_WATCH_CLASSES, query->classes);
	if (query->has_range) {
		mnl_attr_put_u64(nlh, MMLENS_A_WATCH_START, query->start);
		mnl_attr_put_u64(nlh, MMLENS_A_WATCH_END, query->end);
	}
	if (query->min_latency)
		mnl_attr_put_u64(nlh, MMLENS_A_WATCH_MIN_LATENCY,
				 query->min_latency);
	if (query->sample)
		mnl_attr_put_u32(nlh, MMLENS_A_WATCH_SAMPLE, query->sample);
	if (query->ring_bytes)
		mnl_attr_put_u32(nlh, MMLENS_A_WATCH_RING_BYTES,
				 query->ring_bytes);
	if (query->follow)
		mnl_attr_put(nlh, MMLENS_A_WATCH_FOLLOW, 0, NULL);
	if (query->stacks)
		mnl_attr_put(nlh, MMLENS_A_WATCH_STACKS, 0, NULL);
}

/**
 * nl_watch() - begin a watch
 * @nl: the conversation
 * @query: what to watch
 * @fn: called with the answer
 * @data: for @fn
 *
 * Return: 0, -errno with nl->reason, or what @fn returned.
 */
int nl_watch(struct nl *nl, const struct watch_query *query, nl_fn fn,
	     void *data)
{
	struct nlmsghdr *nlh = begin(nl, nl->family, NLM_F_ACK,
				     MMLENS_CMD_WATCH, MMLENS_GENL_VERSION);
	struct one one = { fn, data, false };

	put_watch(nlh, query);
	return check_one(&one, ask(nl, nlh, read_one, &one));
}

static int read_nothing(const struct nlmsghdr *nlh, void *data)
{
	(void)nlh;
	(void)data;
	return 0;
}

/**
 * nl_unwatch() - stop a watch
 * @nl: the conversation; events go on to come, those that are on their way
 * @id: which
 *
 * Return: 0, or -errno with nl->reason.
 */
int nl_unwatch(struct nl *nl, uint32_t id)
{
	struct nlmsghdr *nlh = begin(nl, nl->family, NLM_F_ACK,
				     MMLENS_CMD_UNWATCH, MMLENS_GENL_VERSION);

	mnl_attr_put_u32(nlh, MMLENS_A_WATCH_ID, id);
	return ask(nl, nlh, read_nothing, NULL);
}

/**
 * nl_counts() - the counts of a watch
 * @nl: the conversation
 * @id: which
 * @fn: called with each message
 * @data: for @fn
 *
 * Return: 0, -errno with nl->reason, or what @fn returned.
 */
int nl_counts(struct nl *nl, uint32_t id, nl_fn fn, void *data)
{
	struct nlmsghdr *nlh = begin(nl, nl->family, NLM_F_DUMP,
				     MMLENS_CMD_COUNTS, MMLENS_GENL_VERSION);

	mnl_attr_put_u32(nlh, MMLENS_A_WATCH_ID, id);
	return ask(nl, nlh, fn, data);
}

/**
 * nl_descriptor() - what to poll for events
 * @nl: the conversation
 *
 * Return: The descriptor of its socket.
 */
int nl_descriptor(const struct nl *nl)
{
	return mnl_socket_get_fd(nl->socket);
}

/**
 * nl_receive() - read events, if there are any
 * @nl: the conversation, after nl_listen()
 *
 * Return: 1 if there may be more, 0 if there were none, -errno, or what the
 *	callback returned.
 */
int nl_receive(struct nl *nl)
{
	return read_messages(nl, read_nothing, NULL, 0);
}

static int read_family(const struct nlmsghdr *nlh, void *data)
{
	uint16_t *family = data;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != CTRL_ATTR_FAMILY_ID)
			continue;
		if (mnl_attr_validate(attr, MNL_TYPE_U16) < 0)
			return -EBADMSG;
		*family = mnl_attr_get_u16(attr);
	}
	return 0;
}

/* The question itself makes the kernel load a module that is installed. */
static int find_family(struct nl *nl)
{
	struct nlmsghdr *nlh = begin(nl, GENL_ID_CTRL, NLM_F_ACK,
				     CTRL_CMD_GETFAMILY, 1);
	int ret;

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, MMLENS_GENL_NAME);
	ret = ask(nl, nlh, read_family, &nl->family);
	if (!ret && !nl->family)
		return -ENOENT;
	return ret;
}

/*
 * Sentences instead of numbers, short acknowledges, and no request that the
 * kernel understands only in part. None of them is vital.
 */
static void set_options(struct nl *nl)
{
	static const int options[] = {
		NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK
	};
	int on = 1;
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		mnl_socket_setsockopt(nl->socket, options[i], &on, sizeof(on));
}

/**
 * nl_open() - find the family
 * @nl: the conversation, to be closed also after a failure
 * @f: told what went wrong
 *
 * Return: 0 or -errno.
 */
int nl_open(struct nl *nl, struct failure *f)
{
	int ret;

	memset(nl, 0, sizeof(*nl));
	nl->buffer = calloc(1, BUFFER_SIZE);
	if (!nl->buffer)
		return fail_memory(f);
	nl->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->socket || mnl_socket_bind(nl->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return fail(f, FAIL_KERNEL, errno,
			    "no generic netlink socket: %s", strerror(errno));
	nl->port = mnl_socket_get_portid(nl->socket);
	set_options(nl);
	ret = find_family(nl);
	if (ret == -ENOENT) {
		fail(f, FAIL_MODULE, ENOENT, "the mmlens module is not loaded");
		fail_hint(f, "load it with 'sudo make load' where it was built, or 'sudo modprobe mmlens' where it is installed");
		return ret;
	}
	if (ret < 0)
		return fail(f, FAIL_KERNEL, -ret,
			    "cannot find the generic netlink family mmlens: %s",
			    strerror(-ret));
	return 0;
}

/**
 * nl_close() - end the conversation
 * @nl: what nl_open() filled
 */
void nl_close(struct nl *nl)
{
	if (nl->socket)
		mnl_socket_close(nl->socket);
	free(nl->buffer);
	memset(nl, 0, sizeof(*nl));
}
