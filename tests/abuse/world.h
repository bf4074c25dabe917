/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What requests can be about: processes of our own, living and dead, and what
 * they have. Values are looked up here, so that requests get deep.
 */
#ifndef NETFUZZ_WORLD_H
#define NETFUZZ_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "random.h"
#include "table.h"

enum {
	WORLD_ADDRESSES = 256,
	WORLD_FRAMES = 128,
	WORLD_CGROUPS = 16,
	WORLD_FDS = 16,
	WORLD_IDS = 8,
};

struct world {
	pid_t self, still, mover, zombie, dead;
	/* Open pagemaps of processes that are ours. */
	int own[4];
	unsigned int own_count;
	/* Other descriptors, and numbers that are none. */
	int odd[WORLD_FDS];
	unsigned int odd_count;
	uint64_t address[WORLD_ADDRESSES];
	unsigned int address_count;
	uint64_t frame[WORLD_FRAMES];
	unsigned int frame_count;
	uint64_t cgroup[WORLD_CGROUPS];
	unsigned int cgroup_count;
	/* Numbers of watches that there were lately. */
	uint32_t id[WORLD_IDS];
	uint32_t newest_id;
	/* Of the socket that is about to be used; 0 for none. */
	uint32_t line_id;
};

extern struct world world;

void world_make(void);
void world_end(void);
void world_learn_id(uint32_t id);
bool world_is_own(uint32_t pid);
uint64_t world_value(struct rng *rng, const struct spec_attr *attr);
uint64_t world_edge(struct rng *rng, const struct spec_attr *attr);

#endif
