/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_DEMO_ACTOR_H
#define MMLENS_DEMO_ACTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fail.h"

/*
 * A process that does what it is told and nothing else, so that its memory is
 * still between two deeds. It dies with mmlens, however that ends.
 */

enum deed {
	DEED_MAP,		/* map private anonymous memory, no huge pages */
	DEED_MAP_HUGE,		/* the same, aligned, huge pages are welcome */
	DEED_READ,		/* read one byte */
	DEED_WRITE,		/* write one byte */
	DEED_FORK,		/* let the understudy begin */
	DEED_AWAIT,		/* wait until the understudy has exited */
	DEED_LEAVE,		/* exit */
};

/* What the actor says of its deed, faults by its own rusage. */
struct deed_done {
	int error;		/* errno, or 0 */
	uint64_t value;		/* address that was mapped, or PID */
	uint64_t faults_minor;
	uint64_t faults_major;
};

/* The pair of sockets to an actor, and to the child it may fork. */
struct troupe {
	pid_t pid;		/* of the first, our own child */
	int sockets[2];		/* ours; of the first and of its child */
};

int troupe_start(struct troupe *troupe, struct failure *f);
int troupe_do(struct troupe *troupe, unsigned int actor, enum deed deed,
	      uint64_t address, uint64_t length, struct deed_done *done,
	      struct failure *f);
void troupe_end(struct troupe *troupe);

#endif
