// SPDX-License-Identifier: GPL-2.0
/* The files of debugfs about the system as a whole. Root only. */
#include <linux/debugfs.h>
#include <linux/sched/signal.h>
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
 * @err: no memory to look at one; 0
 */
struct tails {
	struct seq_file *m;
	struct mmlens_lists lists;
	struct mmlens_peek peek;
	int err;
};

static int lru_show(struct seq_file *m, void *unused)
{
	struct mmlens_lruvecs walk = { };
	struct mmlens_lists *lists;

	lists = kvmalloc(sizeof(*lists), GFP_KERNEL);
	if (!lists)
		return -ENOMEM;
	for (mmlens_lruvecs_begin(&walk); !walk.ended && !seq_has_overflowed(m);
	     mmlens_lruvecs_next(&walk)) {
		mmlens_lists_read(walk.memcg, walk.nid, lists);
		mmlens_show_lists(m, lists);
		if (fatal_signal_pending(current))
			break;
		cond_resched();
	}
	mmlens_lruvecs_end(&walk);
	kvfree(lists);
	return 0;
}

MMLENS_ADMIN_FILE(lru);

static int zones_show(struct seq_file *m, void *unused)
{
	struct mmlens_node *node;
	int nid;

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

MMLENS_ADMIN_FILE(zones);

static void show_file(struct mmlens_peek *peek,
		      const struct mmlens_lru_folio *folio, const char *path)
{
	struct tails *tails = container_of(peek, struct tails, peek);

	seq_printf(tails->m, "file dev=%02x:%02x inode=%llu path=",
		   folio->dev_major, folio->dev_minor, folio->inode);
	seq_escape(tails->m, path, "\n\\");
	seq_putc(tails->m, '\n');
}

static void show_tail(struct tails *tails, struct mmlens_lruvecs *walk,
		      enum mmlens_lru lru, enum mmlens_lru_type type,
		      enum mmlens_zone_kind zone)
{
	struct mmlens_peek *peek = &tails->peek;
	struct seq_file *m = tails->m;
	size_t before = m->count;
	unsigned int i;
	int err;

	*peek = (struct mmlens_peek){
		.memcg = walk->memcg,
		.nid = walk->nid,
		.lru = lru,
		.type = type,
		.zone = zone,
		.oldest = true,
		.end = MMLENS_LRU_END_TAIL,
		.count = TAIL,
		.tell_file = show_file,
	};
	mmlens_show_tail(m, peek);
	/* Lists that are empty, or are not, are not shown. */
	err = mmlens_peek(peek);
	if (err || !peek->found) {
		m->count = before;
		if (err == -ENOMEM)
			tails->err = err;
		return;
	}
	if (lru == MMLENS_LRU_GENERATION)
		mmlens_show_generation(m, &peek->generation);
	for (i = 0; i < peek->found; i++)
		mmlens_show_folio(m, &peek->folio[i]);
}

/* The lists that reclaim takes from: both regimes', in case it is switched. */
static void show_tails(struct tails *tails, struct mmlens_lruvecs *walk)
{
	unsigned int type, zone;

	show_tail(tails, walk, MMLENS_LRU_INACTIVE_ANON, 0, 0);
	show_tail(tails, walk, MMLENS_LRU_INACTIVE_FILE, 0, 0);
	for (type = 0; type < ANON_AND_FILE; type++)
		for (zone = 0; zone < MAX_NR_ZONES; zone++)
			show_tail(tails, walk, MMLENS_LRU_GENERATION, type,
				  mmlens_zone_kind(zone));
}

static int tails_show(struct seq_file *m, void *unused)
{
	struct mmlens_lruvecs walk = { };
	struct tails *tails;
	int err;

	tails = kvmalloc(sizeof(*tails), GFP_KERNEL);
	if (!tails)
		return -ENOMEM;
	tails->m = m;
	tails->err = 0;
	for (mmlens_lruvecs_begin(&walk);
	     !walk.ended && !seq_has_overflowed(m) && !tails->err;
	     mmlens_lruvecs_next(&walk)) {
		mmlens_lists_read(walk.memcg, walk.nid, &tails->lists);
		mmlens_show_lruvec(m, &tails->lists.lruvec, tails->lists.path);
		show_tails(tails, &walk);
		if (fatal_signal_pending(current))
			break;
		cond_resched();
	}
	mmlens_lruvecs_end(&walk);
	err = tails->err;
	kvfree(tails);
	return err;
}

MMLENS_ADMIN_FILE(tails);

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
