/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_MODEL_H
#define MMLENS_MODEL_H

#include <linux/mmlens.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the kernel told, in plain memory. The structs of the protocol are used
 * as they are; what is around them lives here. Nothing here does I/O.
 */

struct info {
	char version[64];
	char kernel[128];
	uint32_t regime;
	uint32_t levels;
	uint32_t page_size;
	uint32_t features;	/* bits of enum mmlens_feature */
	uint32_t privileges;	/* bits of enum mmlens_privilege */
	uint32_t watches;	/* that there are */
	uint32_t watchable;	/* bits of enum mmlens_watch_kind */
	uint32_t attached;	/* likewise, of those */
	char unprobed[1024];	/* functions, a blank between them */
};

struct mm {
	uint64_t cookie;
	struct mmlens_layout layout;
	struct mmlens_counters counters;
	struct mmlens_tables tables;
	struct mmlens_stall stall;
};

struct sharers {
	struct mmlens_sharer *list;
	size_t count;
	size_t room;
	uint32_t hidden;	/* have no PID in our PID namespace */
};

/* Who maps a page. */
struct mappers {
	uint64_t cookie;	/* of the target; 0 for a page named by its frame */
	bool has_page;
	struct mmlens_page_run page;	/* its mapcount says how many there are */
	bool unknown;		/* cannot be found by the reverse maps */
	struct mmlens_mapper *list;
	size_t count;
	size_t room;
	struct mmlens_stall stall;
};

struct vma {
	struct mmlens_vma v;
	char *name;		/* NULL without one */
	char *ops;		/* NULL without any */
};

struct vma_list {
	struct vma *list;	/* by address */
	size_t count;
	size_t room;
	uint64_t cookie;
	struct mmlens_stall stall;
};

/* What a message of a page dump holds besides its runs. */
struct page_answer {
	uint64_t cookie;
	uint32_t withheld;	/* bits of enum mmlens_detail */
	struct mmlens_stall stall;
};

/* A run as it is shown: long stretches, and messages' ends, put together. */
struct page_row {
	struct mmlens_page_run run;	/* of zero pages, all have its frame */
	uint64_t pages;		/* run.pages is only that of the first part */
};

/* Levels there may ever be room for; x86-64 and arm64 have five. */
#define WALK_STEPS 8

struct walk {
	struct page_answer answer;
	bool has_vma;
	struct vma vma;
	bool has_run;
	struct mmlens_page_run run;
	unsigned int steps;
	struct mmlens_step step[WALK_STEPS];	/* highest level first */
};

/* What the levels of a translation permit together. */
struct rights {
	bool known;		/* every level down to a leaf was seen */
	bool write;
	bool user;
	bool exec;
	uint8_t write_denied;	/* highest level without the write bit */
	uint8_t user_denied;
	uint8_t exec_denied;
};

void *list_grow(void *list, size_t count, size_t *room, size_t size);

struct mmlens_sharer *sharers_add(struct sharers *sharers);
void sharers_free(struct sharers *sharers);

struct mmlens_mapper *mappers_add(struct mappers *mappers);
void mappers_free(struct mappers *mappers);

struct vma *vma_list_add(struct vma_list *vmas);
void vma_list_free(struct vma_list *vmas);
void vma_clear(struct vma *vma);
size_t vma_first_above(const struct vma_list *vmas, uint64_t address);
const struct vma *vma_at(const struct vma_list *vmas, uint64_t address);
void vma_perms(const struct vma *vma, char perms[5]);
bool vma_is_named(const struct vma *vma, const char *name);

bool row_takes(struct page_row *row, const struct mmlens_page_run *run,
	       uint64_t page_size, uint64_t border);
uint64_t age_of(uint64_t birth, uint64_t now);
void stall_add(struct mmlens_stall *sum, const struct mmlens_stall *stall);

uint64_t tables_pages(const struct mmlens_tables *tables);
uint64_t tables_flat_bytes(const struct mmlens_layout *layout,
			   uint64_t page_size);
void walk_rights(const struct walk *walk, struct rights *rights);
const struct mmlens_step *walk_last(const struct walk *walk);

#endif
