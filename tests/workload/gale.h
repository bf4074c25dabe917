/* SPDX-License-Identifier: GPL-2.0 */
/* What can be done to an address space, and where. */
#ifndef GALE_H
#define GALE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HUGE		(2UL << 20)
#define STRETCHES	6
/*
 * A stretch that moves leaves a hole, and one that cannot move leaves one where it
 * was to go: what is mapped just anywhere would come there, and others would write
 * to it, protect it and throw it away. So much fits into no such hole.
 */
#define ELSEWHERE	((STRETCHES + 2) * HUGE)
#define DEEDS_MOST	40

/* Where something is done, and a number to choose by. */
struct place {
	char *start;		/* a stretch of 2 MiB */
	char *other;		/* another one, or the same */
	size_t first;		/* a page of it */
	size_t pages;		/* from there */
	unsigned int choice;
};

struct deed {
	const char *name;
	bool (*act)(const struct place *place);
};

struct gale {
	char *room;
	int file;
	int uffd;
	char *from;		/* what userfaultfd moves, and where */
	char *to;
	atomic_ulong done[DEEDS_MOST];
};

extern struct gale gale;
extern const struct deed deeds[];
extern const size_t deed_count;

void gale_prepare(const char *directory);

#endif
