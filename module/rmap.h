/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who maps a page, by the kernel's reverse maps.
 *
 * The lock of a reverse map, that of the anon_vma's root or i_mmap_rwsem, is
 * tried for below the lock of an entry that maps the page, never waited for
 * there. While it is held, mmap_lock is not; below it come RCU and the lock of
 * one entry.
 */
#ifndef MMLENS_RMAP_H
#define MMLENS_RMAP_H

#include <linux/mmlens.h>

#include "page.h"
#include "walk.h"

/* What a page and its entries are asked for. */
#define MMLENS_DETAIL_MAPPER	(MMLENS_DETAIL_ADMIN | MMLENS_DETAIL_ENTRY | \
				 MMLENS_DETAIL_VERDICT)

struct pid_namespace;

/**
 * struct mmlens_mappers - looks for those who map a page
 * @cursor: the target, if the page is named by an address; else without mm
 * @address: the page of the target
 * @frame: the page, if it is named by its frame
 * @ns: namespace that PIDs are told in
 * @reader: tells what the page and its entries are
 * @page: the page, once it was found: a run of one
 * @found: it was
 * @unknown: who maps it cannot be found
 * @changed: another page took its place
 * @ended: all have been told
 * @tell: takes one mapper, under the lock of an entry; false if it can take no
 *	more, and then the same comes first the next time
 * @mapping: folio->mapping of the page; compared only
 * @index: of the page in its reverse map
 * @last: the VMA told last; compared only
 * @told: how many VMAs were passed
 */
struct mmlens_mappers {
	struct mmlens_cursor *cursor;
	unsigned long address;
	unsigned long frame;
	struct pid_namespace *ns;
	struct mmlens_page_reader reader;
	struct mmlens_page_run page;
	bool found;
	bool unknown;
	bool changed;
	bool ended;
	bool (*tell)(struct mmlens_mappers *mappers,
		     const struct mmlens_mapper *mapper);
	const void *mapping;
	unsigned long index;
	const void *last;
	unsigned long told;
};

int mmlens_mappers_read(struct mmlens_mappers *mappers);

#endif
