/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_WATCH_H
#define MMLENS_WATCH_H

#include "ask_watch.h"
#include "cmd.h"
#include "order.h"
#include "recall.h"
#include "refault.h"
#include "symbols.h"
#include "trace.h"
#include "whom.h"

/* A run of mmlens watch. */
struct watching {
	struct context *c;
	struct whom whom;
	bool machine;		/* nobody was named */
	uint64_t latency;	/* see struct watch_query */
	uint32_t sample;
	uint32_t wanted;	/* bits of enum mmlens_watch_kind: to be shown */
	bool refaults_only;	/* of faults, those are shown only */
	const char *remark;	/* what is not watched, and why; or NULL */

	struct watch watch;
	uint64_t began;		/* CLOCK_MONOTONIC, nanoseconds */
	uint64_t end;		/* likewise, by --for */
	uint64_t told_lost;
	bool left;		/* nobody was left to be watched */
	bool narrow;		/* a terminal, lines are to fit into it */
	struct order order;
	struct refaults refaults;
	struct trace trace;
	struct symbols symbols;

	struct asker beside;	/* asks about pages while events come */
	struct recall recall;
	uint64_t next_look;	/* nanoseconds; 0: no look is taken */

	struct happening held;	/* until it is clear that it has no neighbour */
	uint64_t held_count;	/* events in it; 0: nothing */

	/* What was shown, and what not. */
	uint64_t shown;
	uint64_t before;	/* faults of what then became the command */
	uint64_t unwanted;	/* faults that brought back no evicted page */
	uint64_t refaulted;
	uint64_t away_total;	/* nanoseconds, of all these */
	uint64_t evictions[8];	/* events, by enum mmlens_evictor */
	uint64_t evicted[8];	/* pages, likewise */
	struct {
		uint64_t count;
		uint64_t pages;
		uint64_t duration;
		uint64_t longest;
	} memory[32];		/* by enum mmlens_memory_kind */
};

uint64_t watch_now(void);

void watch_text_begin(struct watching *w);
void watch_text_show(struct watching *w, const struct happening *h,
		     const struct watched_vma *vma);
void watch_text_flush(struct watching *w);
int watch_text_end(struct watching *w, const struct watch_counts *counts);

void watch_json_begin(struct watching *w);
void watch_json_show(struct watching *w, const struct happening *h,
		     const struct watched_vma *vma);
void watch_json_end(struct watching *w, const struct watch_counts *counts);

#endif
