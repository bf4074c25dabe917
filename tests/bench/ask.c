// SPDX-License-Identifier: GPL-2.0
/*
 * Asks about a process in several ways, and says how many nanoseconds each took
 * at best: instructions, in a guest that counts them. Answers are received and
 * thrown away, which is the least that anybody must do.
 *
 * usage: ask PID START END
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/mmlens.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 12

static const char *pid_text;
static uint64_t range_start, range_end;
static char buffer[65536];

static void die(const char *what)
{
	fprintf(stderr, "ask: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static int open_of(const char *file)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid_text, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(path);
	return fd;
}

static void read_all(const char *file)
{
	int fd = open_of(file);
	ssize_t got;

	do {
		got = read(fd, buffer, sizeof(buffer));
		if (got < 0)
			die(file);
	} while (got);
	close(fd);
}

static void rollup(void)
{
	read_all("smaps_rollup");
}

static void smaps(void)
{
	read_all("smaps");
}

static void pagemap(void)
{
	uint64_t at = range_start / 4096 * 8, end = range_end / 4096 * 8;
	int fd = open_of("pagemap");

	while (at < end) {
		size_t want = end - at < sizeof(buffer) ? end - at :
							  sizeof(buffer);
		ssize_t got = pread(fd, buffer, want, at);

		if (got <= 0)
			die("pagemap");
		at += got;
	}
	close(fd);
}

static void bare_walk(void)
{
	int fd = open("/sys/kernel/debug/barewalk", O_RDWR | O_CLOEXEC);

	if (fd < 0 || write(fd, pid_text, strlen(pid_text)) < 0)
		die("barewalk");
	close(fd);
}

struct request {
	struct nlmsghdr head;
	struct genlmsghdr genl;
	char attrs[64];
};

static void put(struct request *request, int type, const void *data, int size)
{
	struct nlattr *attr = (struct nlattr *)((char *)request +
						request->head.nlmsg_len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + size;
	memcpy((char *)attr + NLA_HDRLEN, data, size);
	request->head.nlmsg_len += NLA_ALIGN(attr->nla_len);
}

static struct request begin(int family, int command, int flags)
{
	return (struct request){
		.head = {
			.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN,
			.nlmsg_type = family,
			.nlmsg_flags = NLM_F_REQUEST | flags,
		},
		.genl = { .cmd = command, .version = 1 },
	};
}

static int family_of(int sock)
{
	struct request request = begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	struct nlmsghdr *head = (struct nlmsghdr *)buffer;
	struct nlattr *attr;
	char *at;
	int got;

	put(&request, CTRL_ATTR_FAMILY_NAME, MMLENS_GENL_NAME,
	    sizeof(MMLENS_GENL_NAME));
	if (send(sock, &request, request.head.nlmsg_len, 0) < 0)
		die("send");
	got = recv(sock, buffer, sizeof(buffer), 0);
	if (got < 0 || head->nlmsg_type == NLMSG_ERROR)
		die("no family mmlens");
	for (at = buffer + NLMSG_HDRLEN + GENL_HDRLEN; at < buffer + got;
	     at += NLA_ALIGN(attr->nla_len)) {
		attr = (struct nlattr *)at;
		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(uint16_t *)(at + NLA_HDRLEN);
	}
	die("no family mmlens");
	return 0;
}

/* All messages of a dump. Dies of a refusal: it would be very fast. */
static void drain(int sock)
{
	for (;;) {
		int got = recv(sock, buffer, 32768, 0), left = got;
		struct nlmsghdr *head = (struct nlmsghdr *)buffer;

		if (got < 0)
			die("recv");
		for (; NLMSG_OK(head, (unsigned int)left);
		     head = NLMSG_NEXT(head, left)) {
			if (head->nlmsg_type != NLMSG_DONE &&
			    head->nlmsg_type != NLMSG_ERROR)
				continue;
			errno = -*(int *)NLMSG_DATA(head);
			if (errno)
				die("dump of pages");
			return;
		}
	}
}

static void pages(uint32_t detail)
{
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	uint32_t fd = open_of("pagemap");
	struct request request;

	if (sock < 0)
		die("socket");
	request = begin(family_of(sock), MMLENS_CMD_PAGE, NLM_F_DUMP);
	put(&request, MMLENS_A_QUERY_PAGEMAP_FD, &fd, sizeof(fd));
	put(&request, MMLENS_A_QUERY_DETAIL, &detail, sizeof(detail));
	if (send(sock, &request, request.head.nlmsg_len, 0) < 0)
		die("send");
	drain(sock);
	close(fd);
	close(sock);
}

static void pages_states(void)
{
	pages(0);
}

static void pages_entry(void)
{
	pages(MMLENS_DETAIL_ENTRY);
}

static void pages_verdict(void)
{
	pages(MMLENS_DETAIL_VERDICT);
}

static void pages_forecast(void)
{
	pages(MMLENS_DETAIL_VERDICT | MMLENS_DETAIL_FORECAST);
}

static void pages_all(void)
{
	pages(MMLENS_DETAIL_VERDICT | MMLENS_DETAIL_FORECAST |
	      MMLENS_DETAIL_ENTRY | MMLENS_DETAIL_FOLIO | MMLENS_DETAIL_PFN |
	      MMLENS_DETAIL_COUNTS | MMLENS_DETAIL_LRU | MMLENS_DETAIL_NODE |
	      MMLENS_DETAIL_CGROUP);
}

static void command_line(void)
{
	int status, pid = vfork();

	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execlp("mmlens", "mmlens", "pages", pid_text, NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status) {
		errno = ECHILD;
		die("mmlens pages");
	}
}

static const struct {
	const char *name;
	void (*ask)(void);
} ways[] = {
	{ "bare", bare_walk },
	{ "pagemap", pagemap },
	{ "smaps_rollup", rollup },
	{ "smaps", smaps },
	{ "states", pages_states },
	{ "entry", pages_entry },
	{ "verdict", pages_verdict },
	{ "forecast", pages_forecast },
	{ "all", pages_all },
	{ "cli", command_line },
};

int main(int argc, char **argv)
{
	size_t i, round;

	if (argc != 4)
		return 1;
	pid_text = argv[1];
	range_start = strtoull(argv[2], NULL, 0);
	range_end = strtoull(argv[3], NULL, 0);
	for (i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		uint64_t best = UINT64_MAX;

		/* What a first time costs, as page faults, is not the matter. */
		for (round = 0; round < ROUNDS; round++) {
			uint64_t began = now(), took;

			ways[i].ask();
			took = now() - began;
			if (took < best)
				best = took;
		}
		printf("%s %llu\n", ways[i].name, (unsigned long long)best);
	}
	return 0;
}
