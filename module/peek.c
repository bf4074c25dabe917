// SPDX-License-Identifier: GPL-2.0
/*
 * A folio on a list is not freed before it is taken from the list, which takes
 * the lruvec's lock: while that is held, all of them may be looked at without a
 * reference, which others would notice. The file behind a page of the page
 * cache, which the page had not left when it was looked at, is kept by RCU.
 */
#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/mmzone.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

#include "compat/folio.h"
#include "compat/inode.h"
#include "compat/rmap.h"
#include "lists.h"
#include "lru.h"
#include "memcg.h"
#include "page.h"
#include "peek.h"
#include "zones.h"

static struct list_head *list_of(struct lruvec *lruvec, enum mmlens_lru lru)
{
	enum lru_list list;

	for_each_evictable_lru(list)
		if (mmlens_lru_of_list(list) == lru)
			return &lruvec->lists[list];
	/* The list of unevictable folios is poisoned, and none at all. */
	return ERR_PTR(-EOPNOTSUPP);
}

static int find_zone(enum mmlens_zone_kind kind)
{
	unsigned int zone;

	for (zone = 0; zone < MAX_NR_ZONES; zone++)
		if (mmlens_zone_kind(zone) == kind)
			return zone;
	return -ENODEV;
}

static bool has_folios(const struct lruvec *lruvec, unsigned long number,
		       unsigned int type)
{
	unsigned int slot = lru_gen_from_seq(number);
	unsigned int zone;

	for (zone = 0; zone < MAX_NR_ZONES; zone++)
		if (!list_empty(&lruvec->lrugen.folios[slot][type][zone]))
			return true;
	return false;
}

/* Reclaim passes lists that are empty. */
static unsigned long first_taken(const struct lruvec *lruvec, unsigned int type)
{
	unsigned long number = lruvec->lrugen.min_seq[type];

	while (number < lruvec->lrugen.max_seq &&
	       !has_folios(lruvec, number, type))
		number++;
	return number;
}

static struct list_head *list_of_generation(struct lruvec *lruvec,
					    struct mmlens_peek *peek)
{
	unsigned long youngest = lruvec->lrugen.max_seq;
	unsigned long oldest = lruvec->lrugen.min_seq[peek->type];
	int zone = find_zone(peek->zone);

	if (zone < 0)
		return ERR_PTR(zone);
	if (peek->oldest)
		peek->number = first_taken(lruvec, peek->type);
	if (peek->number < oldest || peek->number > youngest)
		return ERR_PTR(-ERANGE);
	mmlens_generation_read(lruvec, peek->number, &peek->generation);
	return &lruvec->lrugen.folios[lru_gen_from_seq(peek->number)]
				     [peek->type][zone];
}

static enum mmlens_state state_of(struct folio *folio, const void *mapping)
{
	if (folio_test_anon(folio))
		return folio_test_ksm(folio) ? MMLENS_STATE_KSM :
					       MMLENS_STATE_ANON;
	if (!mapping && folio_test_swapcache(folio))
		return MMLENS_STATE_SWAP;
	return folio_test_swapbacked(folio) ? MMLENS_STATE_SHMEM :
					      MMLENS_STATE_FILE;
}

static void look(struct folio *folio, struct mmlens_peek *peek)
{
	struct mmlens_lru_folio *told = &peek->folio[peek->found];
	struct address_space *mapping = READ_ONCE(folio->mapping);
	int slot = mmlens_lru_slot(mmlens_page_flags(&folio->page));

	*told = (struct mmlens_lru_folio){
		.pfn = folio_pfn(folio),
		.flags = mmlens_page_folio_flags(folio),
		.mapcount = mmlens_page_mapcount(folio, &folio->page),
		.refcount = folio_ref_count(folio),
		.state = state_of(folio, mapping),
		.order = folio_order(folio),
	};
	if (slot >= 0) {
		told->tier = mmlens_folio_tier(folio);
		told->younger = (peek->lruvec.youngest - slot) % MAX_NR_GENS;
	}
	if (mmlens_mapping_is_file(mapping)) {
		told->index = folio->index;
		peek->mapping[peek->found] = mapping;
	}
	peek->found++;
}

static void look_along(struct list_head *list, struct mmlens_peek *peek)
{
	struct list_head *at = list;

	peek->found = 0;
	while (peek->found < peek->count) {
		at = peek->end == MMLENS_LRU_END_TAIL ? at->prev : at->next;
		if (at == list)
			return;
		look(list_entry(at, struct folio, lru), peek);
	}
}

static void look_at_file(const struct inode *inode,
			 struct mmlens_lru_folio *told)
{
	bool device = S_ISBLK(inode->i_mode);
	dev_t dev = device ? inode->i_rdev : inode->i_sb->s_dev;

	/* A device has its inode in a filesystem that nobody sees. */
	told->inode = device ? 0 : inode->i_ino;
	told->dev_major = MAJOR(dev);
	told->dev_minor = MINOR(dev);
}

static void name_file(struct mmlens_peek *peek, struct inode *inode,
		      const struct mmlens_lru_folio *told, char *room)
{
	struct dentry *alias = mmlens_inode_alias(inode);
	char *path = alias ? dentry_path_raw(alias, room, PATH_MAX) : NULL;

	if (!IS_ERR_OR_NULL(path))
		peek->tell_file(peek, told, path);
}

static void look_at_files(struct mmlens_peek *peek, char *room)
{
	struct inode *inode, *last = NULL;
	unsigned int i;

	for (i = 0; i < peek->found; i++) {
		inode = peek->mapping[i] ? peek->mapping[i]->host : NULL;
		if (!inode)
			continue;
		look_at_file(inode, &peek->folio[i]);
		if (inode != last)
			name_file(peek, inode, &peek->folio[i], room);
		last = inode;
	}
}

/**
 * mmlens_peek() - look at one end of a list
 * @peek: asked and filled
 *
 * Context: Process context, peek->memcg with a reference. May sleep. Takes
 * lruvec->lru_lock, with interrupts off, for at most MMLENS_PEEK_MAX folios, and
 * RCU around it.
 * Return: 0; -EOPNOTSUPP for a list that is none, -ENODEV for a zone that this
 * kernel does not have, -ERANGE for a generation that is not there, -ENOMEM.
 */
int mmlens_peek(struct mmlens_peek *peek)
{
	struct lruvec *lruvec = mmlens_memcg_lruvec(peek->memcg, peek->nid);
	char *room = kmalloc(PATH_MAX, GFP_KERNEL);
	struct list_head *list;

	if (!room)
		return -ENOMEM;
	memset(peek->mapping, 0, sizeof(peek->mapping));
	rcu_read_lock();
	spin_lock_irq(&lruvec->lru_lock);
	mmlens_lruvec_read(lruvec, peek->memcg, peek->nid, &peek->lruvec);
	list = peek->lru == MMLENS_LRU_GENERATION ?
	       list_of_generation(lruvec, peek) : list_of(lruvec, peek->lru);
	if (!IS_ERR(list))
		look_along(list, peek);
	spin_unlock_irq(&lruvec->lru_lock);
	if (!IS_ERR(list))
		look_at_files(peek, room);
	rcu_read_unlock();
	kfree(room);
	return PTR_ERR_OR_ZERO(list);
}
