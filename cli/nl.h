/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_NL_H
#define MMLENS_NL_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fail.h"

/* The conversation with the family. Only nl.c opens a socket. */
struct nl {
	struct mnl_socket *socket;
	char *buffer;
	unsigned int port;
	unsigned int sequence;
	uint16_t family;
	bool changed;		/* the last dump was marked NLM_F_DUMP_INTR */
	char reason[256];	/* the kernel's sentence for the last refusal */
};

/* A question about a process. */
struct query {
	int pagemap;		/* descriptor of the target; -1: name it by PID */
	uint32_t pid;
	bool has_range;
	uint64_t start;
	uint64_t end;
	bool has_address;
	uint64_t address;
	uint32_t detail;
	bool each;
	bool has_frame;		/* of a page, instead of a process */
	uint64_t frame;
};

/* A question about the system as a whole. */
struct system_query {
	bool has_cgroup;
	uint64_t cgroup;
	bool has_node;
	uint32_t node;
	bool has_list;		/* the following are of one list */
	uint32_t lru;
	uint32_t type;
	uint32_t zone;
	bool has_generation;	/* false: the oldest that holds folios */
	uint64_t generation;
	uint32_t end;
	uint32_t count;
};

/* Called with each message of an answer. A negative value ends the answer. */
typedef int (*nl_fn)(const struct nlmsghdr *nlh, void *data);

int nl_open(struct nl *nl, struct failure *f);
void nl_close(struct nl *nl);
int nl_do(struct nl *nl, unsigned int command, const struct query *query,
	  nl_fn fn, void *data);
int nl_dump(struct nl *nl, unsigned int command, const struct query *query,
	    nl_fn fn, void *data);
int nl_system(struct nl *nl, bool dump, unsigned int command,
	      const struct system_query *query, nl_fn fn, void *data);

#endif
