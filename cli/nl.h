/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_NL_H
#define MMLENS_NL_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fail.h"

/* Called with each message of an answer. A negative value ends the answer. */
typedef int (*nl_fn)(const struct nlmsghdr *nlh, void *data);

/* The conversation with the family. Only nl.c opens a socket. */
struct nl {
	struct mnl_socket *socket;
	char *buffer;
	unsigned int port;
	unsigned int sequence;
	uint16_t family;
	bool changed;		/* the last dump was marked NLM_F_DUMP_INTR */
	char reason[256];	/* the kernel's sentence for the last refusal */
	nl_fn on_event;		/* what comes unasked, also amid an answer */
	void *event_data;
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

/* What is to be watched. */
struct watch_query {
	int pagemap;		/* as in struct query */
	uint32_t pid;
	bool has_cgroup;	/* instead of a process */
	uint64_t cgroup;
	bool everything;	/* likewise */
	bool follow;
	bool stacks;
	uint32_t kinds;		/* bits of enum mmlens_watch_kind */
	uint32_t classes;	/* bits of enum mmlens_forecast; 0 for all */
	bool has_range;
	uint64_t start;
	uint64_t end;
	uint64_t min_latency;	/* nanoseconds */
	uint32_t sample;	/* 0 and 1: each */
	uint32_t ring_bytes;	/* 0: as the module thinks best */
};

int nl_open(struct nl *nl, struct failure *f);
void nl_close(struct nl *nl);
int nl_do(struct nl *nl, unsigned int command, const struct query *query,
	  nl_fn fn, void *data);
int nl_dump(struct nl *nl, unsigned int command, const struct query *query,
	    nl_fn fn, void *data);
int nl_system(struct nl *nl, bool dump, unsigned int command,
	      const struct system_query *query, nl_fn fn, void *data);
void nl_listen(struct nl *nl, nl_fn fn, void *data);
int nl_watch(struct nl *nl, const struct watch_query *query, nl_fn fn,
	     void *data);
int nl_unwatch(struct nl *nl, uint32_t id);
int nl_counts(struct nl *nl, uint32_t id, nl_fn fn, void *data);
int nl_descriptor(const struct nl *nl);
int nl_receive(struct nl *nl);

#endif
