// SPDX-License-Identifier: GPL-2.0
/* The module, as far as the program can tell: answers made of the input. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/mmlens.h>
#include <stdio.h>
#include <sys/socket.h>

#include "message.h"
#include "pretend.h"

#define FAMILY 33
#define SOCKETS 4
#define FIRST_FD 1000

/* The program has one socket, and one beside it while it watches. */
static struct conversation {
	unsigned int port;
	unsigned int sequence;
	unsigned int command;
	bool control;		/* a question to the kernel itself */
	bool dump;
	bool pending;		/* its answer is not at its end */
	bool last;		/* what is left of it is the acknowledge */
	bool watches;
} sockets[SOCKETS];

static unsigned int opened;

void socket_begin(void)
{
	memset(sockets, 0, sizeof(sockets));
	opened = 0;
	message_begin();
}

static struct conversation *of_fd(int fd)
{
	return &sockets[(fd - FIRST_FD) % SOCKETS];
}

/* Is there something to read? */
bool socket_has(int fd)
{
	struct conversation *s;

	if (fd < FIRST_FD || fd >= FIRST_FD + SOCKETS)
		return false;
	s = of_fd(fd);
	return s->pending || (s->watches && world_input()->left);
}

struct mnl_socket *instead_mnl_socket_open2(int bus, int flags)
{
	(void)bus;
	(void)flags;
	if (opened == SOCKETS)
		return NULL;
	sockets[opened].port = 4711 + opened;
	return (struct mnl_socket *)&sockets[opened++];
}

int instead_mnl_socket_bind(struct mnl_socket *nl, unsigned int groups,
			    pid_t pid)
{
	(void)nl;
	(void)groups;
	(void)pid;
	return 0;
}

unsigned int instead_mnl_socket_get_portid(const struct mnl_socket *nl)
{
	return ((const struct conversation *)nl)->port;
}

int instead_mnl_socket_get_fd(const struct mnl_socket *nl)
{
	return FIRST_FD + (int)((const struct conversation *)nl - sockets);
}

int instead_mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *buf,
				  socklen_t len)
{
	(void)nl;
	(void)type;
	(void)buf;
	(void)len;
	return 0;
}

int instead_mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

int instead_setsockopt(int fd, int level, int name, const void *value,
		       socklen_t length)
{
	(void)fd;
	(void)level;
	(void)name;
	(void)value;
	(void)length;
	return 0;
}

ssize_t instead_mnl_socket_sendto(const struct mnl_socket *nl, const void *buf,
				  size_t length)
{
	struct conversation *s = (struct conversation *)nl;
	const struct nlmsghdr *nlh = buf;
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(nlh);

	s->sequence = nlh->nlmsg_seq;
	s->control = nlh->nlmsg_type == GENL_ID_CTRL;
	s->command = header->cmd;
	s->dump = nlh->nlmsg_flags & NLM_F_DUMP;
	s->pending = true;
	s->last = !s->control && header->cmd == MMLENS_CMD_UNWATCH;
	if (!s->control && header->cmd == MMLENS_CMD_WATCH)
		s->watches = true;
	else if (!s->control && header->cmd == MMLENS_CMD_UNWATCH)
		s->watches = false;
	return (ssize_t)length;
}

static void address(const struct conversation *s, struct nlmsghdr *nlh,
		    uint16_t type, uint16_t flags)
{
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = s->sequence;
	nlh->nlmsg_pid = s->port;
}

/* The end of an answer, with an error or without, and perhaps a sentence. */
static struct nlmsghdr *put_end(struct conversation *s, char *to, int error,
				bool sentence)
{
	static const char reason[] = "a \033[31msentence\n of the kernel";
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(to);
	struct nlmsgerr *err;

	s->pending = false;
	s->last = false;
	address(s, nlh, s->dump ? NLMSG_DONE : NLMSG_ERROR,
		sentence ? NLM_F_ACK_TLVS | NLM_F_CAPPED : NLM_F_CAPPED);
	if (s->dump) {
		*(int *)mnl_nlmsg_put_extra_header(nlh, sizeof(int)) = error;
	} else {
		err = mnl_nlmsg_put_extra_header(nlh, sizeof(*err));
		err->error = error;
	}
	if (sentence)
		mnl_attr_put(nlh, NLMSGERR_ATTR_MSG, sizeof(reason), reason);
	return nlh;
}

static struct nlmsghdr *put_family(const struct conversation *s, char *to)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(to);

	address(s, nlh, GENL_ID_CTRL, 0);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY);
	return nlh;
}

/* What most of the commands ask first: it is mostly an answer of use. */
static struct nlmsghdr *put_info(const struct conversation *s, char *to,
				 uint32_t privileges)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(to);
	struct genlmsghdr *header;

	address(s, nlh, FAMILY, 0);
	header = mnl_nlmsg_put_extra_header(nlh, sizeof(*header));
	header->cmd = MMLENS_CMD_INFO;
	mnl_attr_put_strz(nlh, MMLENS_A_INFO_VERSION, "1");
	mnl_attr_put_strz(nlh, MMLENS_A_INFO_KERNEL, "6.12");
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_REGIME, MMLENS_REGIME_GENERATIONS);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_LEVELS, 4);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_PAGE_SIZE, 4096);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_FEATURES, UINT32_MAX);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_PRIVILEGES, privileges);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_WATCHES, 0);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_WATCHABLE, UINT32_MAX);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_ATTACHED, 0);
	return nlh;
}

/* The kernel's own errors, and some that it has no reason to give. */
static int some_error(uint8_t which)
{
	static const int errors[] = {
		EPERM, ENOENT, ESRCH, ENODATA, ENOMEM, EOPNOTSUPP, EINVAL,
		EBADMSG, ERANGE, 9999,
	};

	return -errors[which % (sizeof(errors) / sizeof(errors[0]))];
}

/* A message of an answer. Returns NULL for its end. */
static struct nlmsghdr *put_message(struct conversation *s, char *to)
{
	struct bytes *in = world_input();
	uint8_t how = take_byte(in);
	struct nlmsghdr *nlh = (void *)to;

	if (s->control && how < 250)
		return s->last ? NULL : put_family(s, to);
	if (s->command == MMLENS_CMD_INFO && how < 200 && !s->last)
		return put_info(s, to, how & 1 ? UINT32_MAX : 0);
	if (!in->left || s->last)
		return NULL;
	if (how >= 245)
		return put_end(s, to, some_error(take_byte(in)), how & 1);
	if (s->dump && how % 8 == 7)
		return NULL;
	message_any(in, how < 240 ? s->command : how, to);
	address(s, nlh, FAMILY, how == 241 ? NLM_F_DUMP_INTR : 0);
	switch (how) {
	case 240:
		nlh->nlmsg_seq++;
		break;
	case 242:
		nlh->nlmsg_pid++;
		break;
	case 243:
		nlh->nlmsg_type = take_byte(in);
		break;
	case 244:
		nlh->nlmsg_len = take_u16(in);
		break;
	}
	return nlh;
}

static ssize_t read_answer(struct conversation *s, char *to)
{
	struct nlmsghdr *nlh = put_message(s, to);

	if (!nlh)
		nlh = put_end(s, to, 0, false);
	else if (!s->dump && s->pending)
		s->last = true;
	return (ssize_t)nlh->nlmsg_len;
}

static ssize_t read_event(struct conversation *s, char *to)
{
	struct bytes *in = world_input();
	struct nlmsghdr *nlh = (void *)to;
	uint8_t how = take_byte(in);

	/* What is left of the input is for what comes behind the events. */
	if (how >= 224) {
		s->watches = false;
		errno = EAGAIN;
		return -1;
	}
	message_any(in, MMLENS_CMD_EVENT, to);
	address(s, nlh, FAMILY, 0);
	nlh->nlmsg_seq = 0;
	return (ssize_t)nlh->nlmsg_len;
}

ssize_t instead_recv(int fd, void *to, size_t size, int flags)
{
	static char message[2 * MESSAGE_MOST + 4096];
	struct conversation *s = of_fd(fd);
	ssize_t length;

	/* Nobody may wait here for ever. */
	if (!(flags & MSG_DONTWAIT))
		abort();
	memset(message, 0, sizeof(struct nlmsghdr));
	if (!s->pending && !(s->watches && world_input()->left)) {
		errno = EAGAIN;
		return -1;
	}
	if (s->watches && world_input()->left && take_byte(world_input()) & 1)
		length = read_event(s, message);
	else
		length = s->pending ? read_answer(s, message) :
				      read_event(s, message);
	if (length > 0)
		memcpy(to, message, (size_t)length < size ? (size_t)length : size);
	return length;
}
