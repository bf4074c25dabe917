/* SPDX-License-Identifier: GPL-2.0 */
/* The memory cgroups, and the LRU that each has on each node. */
#ifndef MMLENS_MEMCG_H
#define MMLENS_MEMCG_H

#include <linux/types.h>

struct lruvec;
struct mem_cgroup;

void mmlens_memcg_init(void);
struct lruvec *mmlens_memcg_lruvec(struct mem_cgroup *memcg, int nid);
struct mem_cgroup *mmlens_memcg_find(u64 id);
struct mem_cgroup *mmlens_memcg_next(struct mem_cgroup *top,
				     struct mem_cgroup *last);
void mmlens_memcg_put(struct mem_cgroup *memcg);
bool mmlens_memcg_removed(const struct mem_cgroup *memcg);
u64 mmlens_memcg_id(struct mem_cgroup *memcg);

#endif
