// SPDX-License-Identifier: GPL-2.0
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/memcontrol.h>
#include <linux/mmzone.h>
#include <linux/sched/task.h>

#include "memcg.h"

/* The cgroup of all that is charged to none. NULL without memory cgroups. */
static struct mem_cgroup *root;

/**
 * mmlens_memcg_init() - find the root of the memory cgroups
 *
 * root_mem_cgroup is exported since 7.x only; init_task has lived in the root,
 * or below it, since boot. The root is never freed.
 *
 * Context: Process context. Takes RCU.
 */
void mmlens_memcg_init(void)
{
	struct mem_cgroup *parent;

	if (mem_cgroup_disabled())
		return;
	rcu_read_lock();
	root = mem_cgroup_from_task(&init_task);
	while (root && (parent = parent_mem_cgroup(root)))
		root = parent;
	rcu_read_unlock();
}

/**
 * mmlens_memcg_lruvec() - the LRU of a cgroup on a node
 * @memcg: the cgroup; NULL for the root, or for the node without cgroups
 * @nid: the node
 *
 * Context: Any. @memcg is kept, by RCU or a reference.
 * Return: the lruvec, kept as @memcg is; with @memcg NULL it is there for ever.
 */
struct lruvec *mmlens_memcg_lruvec(struct mem_cgroup *memcg, int nid)
{
	if (!memcg)
		memcg = root;
	return memcg ? &memcg->nodeinfo[nid]->lruvec :
		       &NODE_DATA(nid)->__lruvec;
}

static struct mem_cgroup *memcg_of(struct cgroup_subsys_state *css)
{
	return css ? container_of(css, struct mem_cgroup, css) : NULL;
}

/**
 * mmlens_memcg_next() - go from cgroup to cgroup
 * @top: the uppermost, with a reference; NULL for the root
 * @last: the one before, whose reference is dropped; NULL to begin
 *
 * Parents come before their children. Those that were removed are among them
 * while somebody, as a page, keeps them.
 *
 * Context: Any but under a spinlock. Takes RCU for one step.
 * Return: the next with a reference, or NULL at the end, and without cgroups.
 */
struct mem_cgroup *mmlens_memcg_next(struct mem_cgroup *top,
				     struct mem_cgroup *last)
{
	struct cgroup_subsys_state *css = last ? &last->css : NULL;

	if (!top)
		top = root;
	if (!top)
		return NULL;
	rcu_read_lock();
	do {
		css = css_next_descendant_pre(css, &top->css);
	} while (css && !css_tryget(css));
	rcu_read_unlock();
	mmlens_memcg_put(last);
	return memcg_of(css);
}

/**
 * mmlens_memcg_put() - drop a reference
 * @memcg: a cgroup that this file gave with one, or NULL
 *
 * Context: Any.
 */
void mmlens_memcg_put(struct mem_cgroup *memcg)
{
	if (memcg)
		css_put(&memcg->css);
}

/**
 * mmlens_memcg_id() - what user space knows a cgroup by
 * @memcg: the cgroup, or NULL
 *
 * Context: Any.
 * Return: inode number of its directory, 0 for NULL.
 */
u64 mmlens_memcg_id(struct mem_cgroup *memcg)
{
	return memcg ? cgroup_id(memcg->css.cgroup) : 0;
}

/**
 * mmlens_memcg_removed() - was the memory controller taken from a cgroup?
 * @memcg: the cgroup
 *
 * If it is given back, the cgroup has two of these for a time.
 *
 * Context: Any.
 * Return: true if so, also because the cgroup itself was removed.
 */
bool mmlens_memcg_removed(const struct mem_cgroup *memcg)
{
	return READ_ONCE(memcg->css.flags) & CSS_DYING;
}

/**
 * mmlens_memcg_find() - find a cgroup
 * @id: as mmlens_memcg_id() has it; one that was removed is found if no other is
 *
 * Context: Process context. May sleep.
 * Return: the cgroup with a reference, or ERR_PTR(-ENOENT).
 */
struct mem_cgroup *mmlens_memcg_find(u64 id)
{
	struct mem_cgroup *memcg = NULL, *removed = NULL;

	while ((memcg = mmlens_memcg_next(NULL, memcg))) {
		cond_resched();
		if (mmlens_memcg_id(memcg) != id)
			continue;
		if (!mmlens_memcg_removed(memcg)) {
			mmlens_memcg_put(removed);
			return memcg;
		}
		if (!removed) {
			css_get(&memcg->css);
			removed = memcg;
		}
	}
	return removed ?: ERR_PTR(-ENOENT);
}
