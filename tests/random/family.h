/* SPDX-License-Identifier: GPL-2.0 */
/* A process family that does at random what processes do to their memory. */
#ifndef FAMILY_H
#define FAMILY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE		4096UL
#define HUGE		(512 * PAGE)
#define MEMBERS		8
#define AREAS		96
/* An operation maps at an address that its number alone decides. */
#define FIRST_ADDRESS	0x100000000000UL
#define SLOT		(16 * HUGE)

/* Random numbers of one operation: they depend on nothing that came before. */
struct draw {
	uint64_t state;
};

uint64_t draw_number(struct draw *draw);

static inline uint64_t draw_below(struct draw *draw, uint64_t limit)
{
	return draw_number(draw) % limit;
}

static inline bool draw_chance(struct draw *draw, unsigned int percent)
{
	return draw_below(draw, 100) < percent;
}

/* A stretch of addresses that was mapped once; holes may have come since. */
struct area {
	char *start;
	size_t pages;
	int fd;
	bool hugetlb;
	bool shared;
};

/* What all members and the conductor see. */
struct board {
	char said[1024];
	pid_t pid[MEMBERS];
	/* How often each outcome was foreseen, to look for the rare ones. */
	uint32_t foreseen[32];
};

/* What a member knows of itself; a fork copies it. */
struct member {
	int id;
	int fresh;
	struct area areas[AREAS];
	int used;
	int uffd;
	uint64_t uffd_features;
	atomic_uint events;
	atomic_uint event_flags;
};

extern struct board *board;
extern struct member self;
extern const char *disk_folder, *memory_folder;

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reads or writes pages, one byte of each; what is forbidden is left out. */
size_t touch(char *start, size_t pages, bool write, char fill);
void catch_signals(void);
/* One access: the signal it ends with, or 0. */
int access_byte(volatile char *at, bool write, char value);

void operate(uint64_t seed, uint64_t index, bool access_only);

/* Puts the pages that wait in the batches of all processors on their lists. */
void drain(void);

void map_some(struct draw *draw, uint64_t index);
void touch_some(struct draw *draw, uint64_t index);
void change_some(struct draw *draw, uint64_t index);
void advise_some(struct draw *draw, uint64_t index);
void lock_some(struct draw *draw, uint64_t index);
void merge_some(struct draw *draw, uint64_t index);
void settle_some(struct draw *draw, uint64_t index);
void multiply(struct draw *draw, uint64_t index);
void uffd_some(struct draw *draw, uint64_t index);
void foresee_some(struct draw *draw, uint64_t index);
void play_scene(struct draw *draw, uint64_t index);
void foresee(struct area *area, char *at, bool write, char value);
int make_file(const char *folder, uint64_t index, size_t filled, size_t pages);
void uffd_watch(struct area *area, struct draw *draw);
void uffd_forget(void);
struct area *pick_area(struct draw *draw);
char *pick_range(struct draw *draw, struct area *area, size_t *pages);

#endif
