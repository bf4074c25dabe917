/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_CMD_H
#define MMLENS_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "ask.h"
#include "filter.h"
#include "json.h"
#include "system.h"
#include "term.h"

/* What the command line asked for, of watch and faults; NULL: nothing. */
struct watch_options {
	uint32_t kinds;		/* bits of enum mmlens_watch_kind; 0: by itself */
	bool follow;
	bool all;
	bool summary;
	bool stacks;
	const char *seconds;
	const char *classes;
	const char *range;
	const char *latency;
	const char *sample;
	const char *trace;	/* a file */
	const char *output;	/* a file instead of standard output */
	const char *by;		/* of faults: which tables */
	bool histogram;
};

/* What the command line asked for. */
struct options {
	bool json;
	bool pretty;
	bool bytes;
	bool numeric;
	bool stats;
	bool each;
	bool step;
	bool vmas;
	const char *detail;	/* NULL: what the command takes to be useful */
	uint32_t shown;		/* bits of enum mmlens_detail: besides */
	const char *list;	/* of the LRU; what it may be, the command knows */
	const char *node;	/* likewise, of the system's lists */
	const char *cgroup;
	const char *peek;
	const char *count;
	struct watch_options watch;
	struct filter filter;
	enum colour_when colour;
};

/* One run of the program. */
struct context {
	struct options options;
	struct term term;
	struct failure failure;
	struct target target;
	struct asker asker;
	uint64_t page_size;
	uint64_t now;		/* CLOCK_MONOTONIC in ms, when the program began */
	bool system_known;	/* the following has been read */
	struct system system;
	struct json_object *root;	/* the answer in JSON mode; printed by main() */
	bool streaming;		/* its beginning is printed already */
	bool lines;		/* it is one object a line */
	char **command;		/* the words behind --, NULL if there are none */
};

int cmd_info(struct context *c, int argc, char **argv);
int cmd_mm(struct context *c, int argc, char **argv);
int cmd_vmas(struct context *c, int argc, char **argv);
int cmd_pages(struct context *c, int argc, char **argv);
int cmd_demo(struct context *c, int argc, char **argv);
int cmd_walk(struct context *c, int argc, char **argv);
int cmd_cow(struct context *c, int argc, char **argv);
int cmd_zero(struct context *c, int argc, char **argv);
int cmd_age(struct context *c, int argc, char **argv);
int lru_process(struct context *c, int argc, char **argv);
int cmd_sharers(struct context *c, int argc, char **argv);
int cmd_pfn(struct context *c, int argc, char **argv);
int cmd_watch(struct context *c, int argc, char **argv);
int cmd_zones(struct context *c, int argc, char **argv);
int cmd_lru(struct context *c, int argc, char **argv);
int cmd_faults(struct context *c, int argc, char **argv);

int context_open(struct context *c, int pid);
int context_admin(struct context *c, bool *admin);
int context_output(struct context *c);
int context_output_to(struct context *c, const char *path);
int context_table(struct context *c, int ret);
const struct system *context_system(struct context *c);
struct mmlens_page_run context_complete(struct context *c,
					const struct vma *vma,
					const struct mmlens_page_run *run);
void context_stream(struct context *c, const char *key);
void context_who(const struct context *c, struct json_object *object);
int say_kernel_thread(struct context *c, const char *key, bool is_array);

#endif
