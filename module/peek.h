/* SPDX-License-Identifier: GPL-2.0 */
/* A look at one end of a list. */
#ifndef MMLENS_PEEK_H
#define MMLENS_PEEK_H

#include <linux/types.h>
#include <linux/mmlens.h>

struct address_space;
struct mem_cgroup;

/* The longest time that a lruvec's lock, with interrupts off, is held for. */
#define MMLENS_PEEK_MAX	64

/**
 * struct mmlens_peek - which end of which list, and what is there
 * @memcg: the cgroup, NULL for the root, or without cgroups
 * @nid: the node, online
 * @lru: the list; generation is one
 * @type: for a generation
 * @zone: for a generation
 * @oldest: the oldest generation that has folios of the type, instead of @number
 * @number: for a generation
 * @end: which end
 * @count: how many folios at most, up to MMLENS_PEEK_MAX
 * @tell_file: tells where a file is, as often as its pages begin anew; under
 *	RCU, the path is gone afterwards
 * @lruvec: filled
 * @generation: filled for a generation
 * @found: how many there are
 * @folio: these
 * @mapping: of their files, valid within mmlens_peek() only
 */
struct mmlens_peek {
	struct mem_cgroup *memcg;
	int nid;
	enum mmlens_lru lru;
	enum mmlens_lru_type type;
	enum mmlens_zone_kind zone;
	bool oldest;
	u64 number;
	enum mmlens_lru_end end;
	unsigned int count;
	void (*tell_file)(struct mmlens_peek *peek,
			  const struct mmlens_lru_folio *folio,
			  const char *path);
	struct mmlens_lruvec lruvec;
	struct mmlens_generation generation;
	unsigned int found;
	struct mmlens_lru_folio folio[MMLENS_PEEK_MAX];
	struct address_space *mapping[MMLENS_PEEK_MAX];
};

int mmlens_peek(struct mmlens_peek *peek);

#endif
