// SPDX-License-Identifier: GPL-2.0
#include "recall.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/**
 * recall_begin() - forget all, and begin anew
 * @recall: what is remembered
 */
void recall_begin(struct recall *recall)
{
	recall->count = 0;
	recall->when = 0;
	recall->cut = false;
}

/**
 * recall_add() - remember a run
 * @recall: what is remembered
 * @run: the run, behind those before it
 * @page_size: base page size, in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int recall_add(struct recall *recall, const struct mmlens_page_run *run,
	       uint64_t page_size)
{
	struct recalled *list;

	if (!(run->facts & MMLENS_DETAIL_LRU) || run->lru == MMLENS_LRU_NONE)
		return 0;
	if (recall->count == RECALL_RUNS) {
		recall->cut = true;
		return 0;
	}
	list = list_grow(recall->list, recall->count, &recall->room,
			 sizeof(*list));
	if (!list)
		return -ENOMEM;
	recall->list = list;
	list[recall->count++] = (struct recalled){
		.start = run->start,
		.end = run->start + run->pages * page_size,
		.birth = run->birth,
		.generation = run->generation,
		.younger = run->younger,
		.lru = run->lru,
	};
	return 0;
}

/**
 * recall_done() - all runs were told
 * @recall: what is remembered
 * @cookie: identity of their address space
 * @when: when they were looked at, CLOCK_MONOTONIC in milliseconds
 */
void recall_done(struct recall *recall, uint64_t cookie, uint64_t when)
{
	recall->cookie = cookie;
	recall->when = when;
}

/**
 * recall_find() - where a page stood
 * @recall: what is remembered
 * @cookie: its address space
 * @address: its address
 * @seen: filled
 *
 * Return: false if that is not known.
 */
bool recall_find(const struct recall *recall, uint64_t cookie,
		 uint64_t address, struct seen *seen)
{
	size_t low = 0, high = recall->count;
	const struct recalled *run;

	if (!recall->when || recall->cookie != cookie)
		return false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (recall->list[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == recall->count || address < recall->list[low].start)
		return false;
	run = &recall->list[low];
	*seen = (struct seen){
		.lru = run->lru,
		.generation = run->generation,
		.younger = run->younger,
		.birth = run->birth,
		.when = recall->when,
	};
	return true;
}

/**
 * recall_free() - give back what is remembered
 * @recall: what is remembered
 */
void recall_free(struct recall *recall)
{
	free(recall->list);
	memset(recall, 0, sizeof(*recall));
}
