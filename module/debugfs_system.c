// SPDX-License-Identifier: GPL-2.0
/* The files of debugfs about the system as a whole. Root only. */
#include <linux/capability.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "debugfs.h"
#include "lists.h"
#include "memcg.h"
#include "peek.h"
#include "show.h"
#include "zones.h"

/* Folios of each list in the file tails. */
#define TAIL	16

/**
 * struct tails - the ends of a lruvec's lists that reclaim takes from
 * @m: where to
 * @lists: what it holds
 * @peek: one end
 */
struct tails {
	struct seq_file *m;
	struct mmlens_lists lists;
	struct mmlens_peek peek;
};

static int lru_show(struct seq_file *m, void *unused)
{
	struct mmlens_lruvecs walk = { };
	struct mmlens_lists *lists;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	lists = kvmalloc(sizeof(*lists), GFP_KERNEL);
	if (!lists)
		return -ENOMEM;
	for (mmlens_lruvecs_begin(&walk); !walk.ended && !seq_has_overflowed(m);
	     mmlens_lruvecs_next(&walk)) {
		mmlens_lists_read(walk.memcg, walk.nid, lists);
		mmlens_show_lists(m, lists);
		cond_resched();
	}
	mmlens_lruvecs_end(&walk);
	kvfree(lists);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(lru);

static int zones_show(struct seq_file *m, void *unused)
{
	struct mmlens_node *node;
	int nid;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	node = kmalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		return -ENOMEM;
	for_each_online_node(nid) {
		mmlens_node_read(nid, node);
		mmlens_show_node(m, node);
	}
	kfree(node);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(zones);

static void show_file(struct mmlens_peek *peek,
		      const struct mmlens_lru_folio *folio, const char *path)
{
	struct tails *tails = container_of(peek, struct tails, peek);

	seq_printf(tails->m, "file dev=%02x:%02x inode=%llu path=",
		   folio->dev_major, folio->dev_minor, folio->inode);
	seq_escape(tails->m, path, "\n\\");
	seq_putc(tails->m, '\n');
}

/* Does reclaim take from this list next? */
static bool is_next(const struct mmlens_lists *lists, unsigned int i)
{
	const struct mmlens_lru_size *size = &lists->size[i], *other;

	/* Classic lists are of all zones: each is told once. */
	if (size->lru == MMLENS_LRU_INACTIVE_ANON ||
	    size->lru == MMLENS_LRU_INACTIVE_FILE)
		return !i || size[-1].lru != size->lru;
	if (size->lru != MMLENS_LRU_GENERATION)
		return false;
	for (other = lists->size; other < lists->size + lists->sizes; other++)
		if (other->lru == size->lru && other->type == size->type &&
		    other->generation < size->generation)
			return false;
	return true;
}

static void show_tail(struct tails *tails, struct mmlens_lruvecs *walk,
		      const struct mmlens_lru_size *size)
{
	struct mmlens_peek *peek = &tails->peek;
	struct seq_file *m = tails->m;
	unsigned int i;

	*peek = (struct mmlens_peek){
		.memcg = walk->memcg,
		.nid = walk->nid,
		.lru = size->lru,
		.type = size->type,
		.zone = size->zone,
		.number = size->generation,
		.end = MMLENS_LRU_END_TAIL,
		.count = TAIL,
		.tell_file = show_file,
	};
	seq_puts(m, "tail ");
	mmlens_show_size(m, size);
	/* It may be gone by now. */
	if (mmlens_peek(peek))
		return;
	for (i = 0; i < peek->found; i++)
		mmlens_show_folio(m, &peek->folio[i]);
}

static int tails_show(struct seq_file *m, void *unused)
{
	struct mmlens_lruvecs walk = { };
	struct tails *tails;
	unsigned int i;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	tails = kvmalloc(sizeof(*tails), GFP_KERNEL);
	if (!tails)
		return -ENOMEM;
	tails->m = m;
	for (mmlens_lruvecs_begin(&walk); !walk.ended && !seq_has_overflowed(m);
	     mmlens_lruvecs_next(&walk)) {
		mmlens_lists_read(walk.memcg, walk.nid, &tails->lists);
		mmlens_show_lruvec(m, &tails->lists.lruvec, tails->lists.path);
		for (i = 0; i < tails->lists.sizes; i++)
			if (is_next(&tails->lists, i))
				show_tail(tails, &walk, &tails->lists.size[i]);
		cond_resched();
	}
	mmlens_lruvecs_end(&walk);
	kvfree(tails);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tails);

/**
 * mmlens_debugfs_system_init() - make the files about the system
 * @root: where
 *
 * Context: Process context. May sleep.
 */
void __init mmlens_debugfs_system_init(struct dentry *root)
{
	debugfs_create_file("lru", 0400, root, NULL, &lru_fops);
	debugfs_create_file("zones", 0400, root, NULL, &zones_fops);
	debugfs_create_file("tails", 0400, root, NULL, &tails_fops);
}
