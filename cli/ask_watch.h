/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_ASK_WATCH_H
#define MMLENS_ASK_WATCH_H

#include <signal.h>

#include "ask.h"
#include "decode_watch.h"

/*
 * A watch, from its begin to its last event. Its events come while it is
 * awaited with watch_wait(), and while it is ended.
 */
struct watch {
	struct asker *asker;
	struct watch_begun begun;
	struct watch_sink sink;	/* of who watches; data and vmas filled in */
	struct watched_vmas vmas;
	uint64_t received;	/* events, of all kinds */
	uint64_t lost;		/* as far as the module told meanwhile */
	bool ended;		/* all that was watched has left */
	bool stopped;
	int error;		/* what the sink returned, or that it made no sense */
};

/* Why waiting came to an end. */
enum woken {
	WOKEN_EVENTS,		/* some were told, there may be more */
	WOKEN_TIME,		/* nothing happened for as long as was wished */
	WOKEN_SIGNAL,		/* see struct signals */
	WOKEN_ENDED,		/* all that was watched has left */
	WOKEN_FAILED,		/* the failure was told */
};

/* What signals have come. There is one set of them in a program. */
struct signals {
	volatile sig_atomic_t stop;	/* SIGINT, SIGTERM or SIGHUP: how often */
	volatile sig_atomic_t number;	/* the first of these */
	volatile sig_atomic_t from_process; /* not from the terminal */
	bool hard;		/* the second ends the program at once */
};

extern struct signals signals;

int signals_begin(struct failure *f);
void signals_end(void);

int ask_watch(struct asker *asker, struct watch_query *query,
	      const struct watch_sink *sink, struct watch *watch);
enum woken watch_wait(struct watch *watch, int milliseconds);
int watch_stop(struct watch *watch);
int ask_counts(struct watch *watch, struct watch_counts *counts);
int watch_end(struct watch *watch, struct watch_counts *counts);
void watch_free(struct watch *watch);

#endif
