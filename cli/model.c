// SPDX-License-Identifier: GPL-2.0
#include "model.h"

#include <stdlib.h>
#include <string.h>

/**
 * list_grow() - make room for one more element
 * @list: the elements, NULL for none
 * @count: how many there are
 * @room: for how many there is room
 * @size: of an element
 *
 * Return: The list, which may have moved; NULL without memory.
 */
void *list_grow(void *list, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 16;
	void *new;

	if (count < *room)
		return list;
	new = reallocarray(list, more, size);
	if (new)
		*room = more;
	return new;
}

/**
 * sharers_add() - append an empty sharer
 * @sharers: the list
 *
 * Return: The new element, NULL without memory.
 */
struct mmlens_sharer *sharers_add(struct sharers *sharers)
{
	void *list = list_grow(sharers->list, sharers->count, &sharers->room,
			       sizeof(*sharers->list));

	if (!list)
		return NULL;
	sharers->list = list;
	memset(&sharers->list[sharers->count], 0, sizeof(*sharers->list));
	return &sharers->list[sharers->count++];
}

/**
 * sharers_free() - give back what sharers_add() took
 * @sharers: the list, empty afterwards
 */
void sharers_free(struct sharers *sharers)
{
	free(sharers->list);
	memset(sharers, 0, sizeof(*sharers));
}

/**
 * mappers_add() - append an empty mapper
 * @mappers: the list
 *
 * Return: The new element, NULL without memory.
 */
struct mmlens_mapper *mappers_add(struct mappers *mappers)
{
	void *list = list_grow(mappers->list, mappers->count, &mappers->room,
			       sizeof(*mappers->list));

	if (!list)
		return NULL;
	mappers->list = list;
	memset(&mappers->list[mappers->count], 0, sizeof(*mappers->list));
	return &mappers->list[mappers->count++];
}

/**
 * mappers_free() - give back what mappers_add() took
 * @mappers: the list, empty afterwards
 */
void mappers_free(struct mappers *mappers)
{
	free(mappers->list);
	memset(mappers, 0, sizeof(*mappers));
}

/**
 * vma_list_add() - append an empty VMA
 * @vmas: the list
 *
 * Return: The new element, NULL without memory.
 */
struct vma *vma_list_add(struct vma_list *vmas)
{
	void *list = list_grow(vmas->list, vmas->count, &vmas->room,
			       sizeof(*vmas->list));

	if (!list)
		return NULL;
	vmas->list = list;
	memset(&vmas->list[vmas->count], 0, sizeof(*vmas->list));
	return &vmas->list[vmas->count++];
}

/**
 * vma_clear() - give back what a VMA holds
 * @vma: the VMA, empty afterwards
 */
void vma_clear(struct vma *vma)
{
	free(vma->name);
	free(vma->ops);
	memset(vma, 0, sizeof(*vma));
}

/**
 * vma_list_free() - give back a list of VMAs
 * @vmas: the list, empty afterwards
 */
void vma_list_free(struct vma_list *vmas)
{
	size_t i;

	for (i = 0; i < vmas->count; i++)
		vma_clear(&vmas->list[i]);
	free(vmas->list);
	memset(vmas, 0, sizeof(*vmas));
}

/**
 * vma_first_above() - the first VMA that ends above an address
 * @vmas: VMAs by address
 * @address: the address
 *
 * Return: Its index, the number of VMAs if there is none.
 */
size_t vma_first_above(const struct vma_list *vmas, uint64_t address)
{
	size_t low = 0, high = vmas->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (vmas->list[middle].v.end > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/**
 * vma_at() - the VMA that covers an address
 * @vmas: VMAs by address
 * @address: the address
 *
 * Return: The VMA, or NULL.
 */
const struct vma *vma_at(const struct vma_list *vmas, uint64_t address)
{
	size_t i = vma_first_above(vmas, address);

	if (i == vmas->count || vmas->list[i].v.start > address)
		return NULL;
	return &vmas->list[i];
}

/**
 * vma_perms() - the rights as /proc/PID/maps writes them
 * @vma: the VMA
 * @perms: filled, "r-xp"
 */
void vma_perms(const struct vma *vma, char perms[5])
{
	uint64_t flags = vma->v.flags;

	perms[0] = flags & MMLENS_VMA_FLAG_READ ? 'r' : '-';
	perms[1] = flags & MMLENS_VMA_FLAG_WRITE ? 'w' : '-';
	perms[2] = flags & MMLENS_VMA_FLAG_EXEC ? 'x' : '-';
	perms[3] = flags & MMLENS_VMA_FLAG_MAY_SHARE ? 's' : 'p';
	perms[4] = '\0';
}

/**
 * vma_is_named() - does a person mean this VMA?
 * @vma: the VMA
 * @name: its name, or the last part of its path
 *
 * Return: true if so.
 */
bool vma_is_named(const struct vma *vma, const char *name)
{
	const char *base;

	if (!vma->name)
		return false;
	if (!strcmp(vma->name, name))
		return true;
	base = strrchr(vma->name, '/');
	return base && !strcmp(base + 1, name);
}

static bool equal_facts(const struct mmlens_page_run *a,
			const struct mmlens_page_run *b)
{
	return a->state == b->state && a->level == b->level &&
	       a->flags == b->flags && a->facts == b->facts &&
	       a->cgroup == b->cgroup && a->mapcount == b->mapcount &&
	       a->refcount == b->refcount && a->generation == b->generation &&
	       a->birth == b->birth && a->younger == b->younger &&
	       a->mlock_count == b->mlock_count &&
	       a->node == b->node && a->order == b->order &&
	       a->lru == b->lru && a->tier == b->tier &&
	       a->swap_type == b->swap_type && a->verdict == b->verdict &&
	       a->verdict_why == b->verdict_why && a->read == b->read &&
	       a->read_else == b->read_else && a->read_why == b->read_why &&
	       a->write == b->write && a->write_else == b->write_else &&
	       a->write_why == b->write_why;
}

/*
 * Frames count up over a row. Zero pages are one frame, again and again: the
 * module tells them one by one then.
 */
static bool goes_on(const struct page_row *row,
		    const struct mmlens_page_run *run)
{
	if (run->state == MMLENS_STATE_ZERO)
		return run->pages == 1 && row->run.pages == 1 &&
		       run->pfn == row->run.pfn;
	return run->pfn == row->run.pfn + row->pages;
}

/**
 * row_takes() - put a run to the row before it, if it is the rest of it
 * @row: a row, empty if it has no pages
 * @run: the run that was told next
 * @page_size: base page size, in bytes
 * @border: end of the VMA of @row; 0 if it is not known
 *
 * The module ends a run where its message is full, and where a VMA ends. The
 * first is put together here, the second is not: what lies on both sides of
 * @border stays apart, and so does everything where no VMA is known.
 *
 * Return: true if @row has grown.
 */
bool row_takes(struct page_row *row, const struct mmlens_page_run *run,
	       uint64_t page_size, uint64_t border)
{
	if (!row->pages || run->start >= border ||
	    run->start != row->run.start + row->pages * page_size ||
	    !equal_facts(&row->run, run))
		return false;
	if (run->facts & MMLENS_DETAIL_PFN && !goes_on(row, run))
		return false;
	row->pages += run->pages;
	return true;
}

/**
 * age_of() - how long ago a generation became the youngest
 * @birth: when that was, in milliseconds on the clock of births
 * @now: milliseconds on the clock of births
 *
 * Return: Milliseconds; 0 if it became that just now.
 */
uint64_t age_of(uint64_t birth, uint64_t now)
{
	/* A birth that is a tick off may lie before boot, or after now. */
	int64_t age = (int64_t)(now - birth);

	return age > 0 ? (uint64_t)age : 0;
}

/**
 * stall_add() - what several answers cost together
 * @sum: added to
 * @stall: the cost of one more
 */
void stall_add(struct mmlens_stall *sum, const struct mmlens_stall *stall)
{
	if (stall->longest_ns > sum->longest_ns)
		sum->longest_ns = stall->longest_ns;
	sum->total_ns += stall->total_ns;
	sum->holds += stall->holds;
}

/**
 * tables_pages() - page-table pages of all levels
 * @tables: the levels
 *
 * Return: Their sum.
 */
uint64_t tables_pages(const struct mmlens_tables *tables)
{
	return tables->pgd + tables->p4d + tables->pud + tables->pmd +
	       tables->pte + tables->deposited;
}

/**
 * tables_flat_bytes() - what a table of one level would take
 * @layout: says how long the user's range is
 * @page_size: base page size, in bytes
 *
 * A flat table has one entry of eight bytes for each page of the range,
 * whether the page exists or not.
 *
 * Return: Its size in bytes.
 */
uint64_t tables_flat_bytes(const struct mmlens_layout *layout,
			   uint64_t page_size)
{
	uint64_t entries = layout->task_size / page_size +
			   !!(layout->task_size % page_size);

	return entries * sizeof(uint64_t);
}

/**
 * walk_last() - where a translation ends
 * @walk: the translation
 *
 * Return: The lowest level that was reached, NULL if there was none.
 */
const struct mmlens_step *walk_last(const struct walk *walk)
{
	return walk->steps ? &walk->step[walk->steps - 1] : NULL;
}

/**
 * walk_rights() - what all levels together permit
 * @walk: the translation
 * @rights: filled
 *
 * A page can be written, or seen by user space, only if every level permits
 * it; it can be executed only if no level forbids it.
 */
void walk_rights(const struct walk *walk, struct rights *rights)
{
	unsigned int i;

	memset(rights, 0, sizeof(*rights));
	rights->write = true;
	rights->user = true;
	rights->exec = true;
	for (i = 0; i < walk->steps; i++) {
		const struct mmlens_step *step = &walk->step[i];

		if (rights->write && !(step->flags & MMLENS_ENTRY_FLAG_WRITE)) {
			rights->write = false;
			rights->write_denied = step->level;
		}
		if (rights->user && !(step->flags & MMLENS_ENTRY_FLAG_USER)) {
			rights->user = false;
			rights->user_denied = step->level;
		}
		if (rights->exec && step->flags & MMLENS_ENTRY_FLAG_NO_EXEC) {
			rights->exec = false;
			rights->exec_denied = step->level;
		}
		if (step->kind == MMLENS_ENTRY_KIND_LEAF)
			rights->known = true;
	}
}
