// SPDX-License-Identifier: GPL-2.0
#include "watched.h"

#include <stdlib.h>
#include <string.h>

/**
 * watched_vma_at() - the place of a VMA, made if need be
 * @vmas: the VMAs
 * @index: which, from 1
 *
 * Return: The place, empty when it is new; NULL without memory, and for an
 *	index that makes no sense.
 */
struct watched_vma *watched_vma_at(struct watched_vmas *vmas, uint32_t index)
{
	if (!index || index > WATCHED_VMAS_MOST)
		return NULL;
	while (vmas->count < index) {
		struct watched_vma *list;

		list = list_grow(vmas->list, vmas->count, &vmas->room,
				 sizeof(*list));
		if (!list)
			return NULL;
		vmas->list = list;
		memset(&list[vmas->count++], 0, sizeof(*list));
	}
	return &vmas->list[index - 1];
}

/**
 * watched_vma_of() - what is known of a VMA
 * @vmas: the VMAs
 * @index: which, from 1; 0 for none
 *
 * Return: It, or NULL.
 */
const struct watched_vma *watched_vma_of(const struct watched_vmas *vmas,
					 uint32_t index)
{
	const struct watched_vma *vma;

	if (!index || index > vmas->count)
		return NULL;
	vma = &vmas->list[index - 1];
	return vma->counts.index ? vma : NULL;
}

/**
 * watched_vmas_free() - give back VMAs
 * @vmas: the VMAs
 */
void watched_vmas_free(struct watched_vmas *vmas)
{
	size_t i;

	for (i = 0; i < vmas->count; i++)
		vma_clear(&vmas->list[i].vma);
	free(vmas->list);
	memset(vmas, 0, sizeof(*vmas));
}

/**
 * watch_counts_lost() - events that there was no room for
 * @counts: the counts
 *
 * Return: Their number, over all processors.
 */
uint64_t watch_counts_lost(const struct watch_counts *counts)
{
	uint64_t lost = 0;
	size_t i;

	for (i = 0; i < counts->losses.count; i++)
		lost += counts->losses.list[i].lost;
	return lost;
}

/**
 * watch_counts_free() - give back counts
 * @counts: the counts
 */
void watch_counts_free(struct watch_counts *counts)
{
	free(counts->classes.list);
	free(counts->latencies.list);
	free(counts->threads.list);
	free(counts->losses.list);
	watched_vmas_free(&counts->vmas);
	memset(counts, 0, sizeof(*counts));
}
