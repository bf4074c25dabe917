/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_WORKLOAD_STATE_H
#define MMLENS_WORKLOAD_STATE_H

#include <stddef.h>

/* One known state of memory. @pages is what the command line asked for. */
struct state {
	const char *name;
	void (*build)(const char *name, size_t pages);
	size_t pages;
};

extern const struct state anon_states[];
extern const struct state huge_states[];
extern const struct state file_states[];
extern const struct state share_states[];
extern const struct state swap_states[];
extern const struct state marker_states[];
extern const struct state flag_states[];

/* A directory to put files into. */
extern const char *work_dir;
/* A child that keeps what it got by fork, for as long as we live. */
void fork_holder(void);

#endif
