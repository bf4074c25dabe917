/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints of reclaim: prototypes that changed in 7.x. */
#ifndef MMLENS_COMPAT_VMSCAN_H
#define MMLENS_COMPAT_VMSCAN_H

#include <linux/version.h>

struct mem_cgroup;
struct reclaim_stat;
struct shrink_control;
struct shrinker;

#include <trace/events/vmscan.h>

/*
 * 7.x tells the cgroup, too, and the two arguments of a begin the other way
 * round.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define MMLENS_RECLAIM_BEGIN_PROBE(_name)				\
	void _name(void *data, gfp_t gfp, int order, struct mem_cgroup *memcg)
#define MMLENS_RECLAIM_END_PROBE(_name)					\
	void _name(void *data, unsigned long reclaimed, struct mem_cgroup *memcg)
#define MMLENS_SLAB_BEGIN_PROBE(_name)					\
	void _name(void *data, struct shrinker *shrinker,		\
		   struct shrink_control *control, long asked,		\
		   unsigned long items, unsigned long long delta,	\
		   unsigned long scan, int priority, struct mem_cgroup *memcg)
#define MMLENS_SLAB_END_PROBE(_name)					\
	void _name(void *data, struct shrinker *shrinker, int node,	\
		   int freed, long unused, long deferred, long left,	\
		   struct mem_cgroup *memcg)
#else
#define MMLENS_RECLAIM_BEGIN_PROBE(_name)				\
	void _name(void *data, int order, gfp_t gfp)
#define MMLENS_RECLAIM_END_PROBE(_name)					\
	void _name(void *data, unsigned long reclaimed)
#define MMLENS_SLAB_BEGIN_PROBE(_name)					\
	void _name(void *data, struct shrinker *shrinker,		\
		   struct shrink_control *control, long asked,		\
		   unsigned long items, unsigned long long delta,	\
		   unsigned long scan, int priority)
#define MMLENS_SLAB_END_PROBE(_name)					\
	void _name(void *data, struct shrinker *shrinker, int node,	\
		   int freed, long unused, long deferred, long left)
#endif

#endif
