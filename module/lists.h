/* SPDX-License-Identifier: GPL-2.0 */
/* The lists and the generations of one cgroup on one node. */
#ifndef MMLENS_LISTS_H
#define MMLENS_LISTS_H

#include <linux/limits.h>
#include <linux/mmzone.h>
#include <linux/mmlens.h>

struct mem_cgroup;

#define MMLENS_SIZES	(MAX_NR_ZONES * (NR_LRU_LISTS + \
					 MAX_NR_GENS * ANON_AND_FILE))
#define MMLENS_TIERS	(ANON_AND_FILE * MAX_NR_TIERS)

/**
 * struct mmlens_lists - what is told of a lruvec
 * @lruvec: which one, and its numbers
 * @sizes: how many lists hold pages
 * @size: these
 * @generations: how many generations there are
 * @generation: these, the youngest first
 * @tier: the tiers of both types
 * @path: of the cgroup, below the root of its hierarchy; may be empty
 */
struct mmlens_lists {
	struct mmlens_lruvec lruvec;
	unsigned int sizes;
	struct mmlens_lru_size size[MMLENS_SIZES];
	unsigned int generations;
	struct mmlens_generation generation[MAX_NR_GENS];
	struct mmlens_tier tier[MMLENS_TIERS];
	char path[PATH_MAX];
};

/**
 * struct mmlens_lruvecs - goes from lruvec to lruvec
 * @top: the uppermost cgroup, with a reference; NULL for the root
 * @one_node: no other node than @nid
 * @memcg: the cgroup, with a reference, or NULL without cgroups
 * @nid: the node
 * @ended: there are no more
 */
struct mmlens_lruvecs {
	struct mem_cgroup *top;
	bool one_node;
	struct mem_cgroup *memcg;
	int nid;
	bool ended;
};

void mmlens_lruvec_read(const struct lruvec *lruvec, struct mem_cgroup *memcg,
			int nid, struct mmlens_lruvec *told);
void mmlens_generation_read(const struct lruvec *lruvec, unsigned long number,
			    struct mmlens_generation *told);
void mmlens_lists_read(struct mem_cgroup *memcg, int nid,
		       struct mmlens_lists *lists);
void mmlens_lruvecs_begin(struct mmlens_lruvecs *walk);
void mmlens_lruvecs_next(struct mmlens_lruvecs *walk);
void mmlens_lruvecs_end(struct mmlens_lruvecs *walk);

#endif
