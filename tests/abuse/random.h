/* SPDX-License-Identifier: GPL-2.0 */
/* Random numbers that follow from a seed and an index alone (splitmix64). */
#ifndef NETFUZZ_RANDOM_H
#define NETFUZZ_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

static inline uint64_t rng_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline uint64_t rng_next(struct rng *rng)
{
	rng->state += 0x9e3779b97f4a7c15ULL;
	return rng_mix(rng->state);
}

/* Each purpose has numbers of its own for an index. */
static inline struct rng rng_of(uint64_t seed, uint64_t index, uint64_t purpose)
{
	return (struct rng){
		rng_mix(seed ^ rng_mix(index * 4 + purpose + 1)),
	};
}

static inline unsigned int rng_below(struct rng *rng, unsigned int end)
{
	return (uint32_t)(rng_next(rng) >> 32) % end;
}

static inline bool rng_percent(struct rng *rng, unsigned int percent)
{
	return rng_below(rng, 100) < percent;
}

#endif
