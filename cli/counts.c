// SPDX-License-Identifier: GPL-2.0
#include "counts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Larger ones first; of equals, those with the smaller number. */
static int order(uint64_t count_a, uint64_t count_b, uint64_t a, uint64_t b)
{
	if (count_a != count_b)
		return count_a > count_b ? -1 : 1;
	return (a > b) - (a < b);
}

static int compare_classes(const void *a, const void *b)
{
	const struct mmlens_class_counts *x = a, *y = b;

	return order(x->count, y->count, x->fault_class, y->fault_class);
}

static int compare_threads(const void *a, const void *b)
{
	const struct mmlens_thread_counts *x = a, *y = b;

	return order(x->count, y->count, x->tid, y->tid);
}

static int compare_vmas(const void *a, const void *b)
{
	const struct watched_vma *const *x = a, *const *y = b;

	return order((*x)->counts.count, (*y)->counts.count,
		     (*x)->vma.v.start, (*y)->vma.v.start);
}

static int compare_steps(const void *a, const void *b)
{
	const struct mmlens_latency_count *x = a, *y = b;

	return (x->latency > y->latency) - (x->latency < y->latency);
}

/* Without an element there may be no list either. */
static void sort(void *list, size_t count, size_t size,
		 int (*compare)(const void *a, const void *b))
{
	if (count)
		qsort(list, count, size, compare);
}

/**
 * counts_sort() - of classes and threads, those with the most faults first
 * @counts: the counts
 */
void counts_sort(struct watch_counts *counts)
{
	sort(counts->classes.list, counts->classes.count,
	     sizeof(*counts->classes.list), compare_classes);
	sort(counts->threads.list, counts->threads.count,
	     sizeof(*counts->threads.list), compare_threads);
}

/**
 * counts_vmas() - the VMAs with faults, those with the most first
 * @counts: the counts
 * @count: filled, how many there are
 *
 * Return: Them, to be freed; NULL without memory.
 */
const struct watched_vma **counts_vmas(const struct watch_counts *counts,
				       size_t *count)
{
	const struct watched_vma **list;
	size_t i;

	*count = 0;
	list = calloc(counts->vmas.count + 1, sizeof(*list));
	for (i = 0; list && i < counts->vmas.count; i++)
		if (counts->vmas.list[i].counts.count)
			list[(*count)++] = &counts->vmas.list[i];
	if (list)
		sort(list, *count, sizeof(*list), compare_vmas);
	return list;
}

/**
 * counts_all() - sum up the classes
 * @counts: the counts
 * @sum: filled
 */
void counts_all(const struct watch_counts *counts, struct class_sum *sum)
{
	size_t i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < counts->classes.count; i++) {
		const struct mmlens_class_counts *row = &counts->classes.list[i];

		sum->count += row->count;
		sum->pages += row->pages;
		sum->major += row->major;
		sum->total += row->total;
		if (row->longest > sum->longest)
			sum->longest = row->longest;
	}
}

/* Steps of several classes that are the same become one. */
static void merge_steps(struct latency_counts *steps)
{
	size_t i, n = 0;

	for (i = 1; i < steps->count; i++) {
		if (steps->list[i].latency == steps->list[n].latency)
			steps->list[n].count += steps->list[i].count;
		else
			steps->list[++n] = steps->list[i];
	}
	if (steps->count)
		steps->count = n + 1;
}

/**
 * counts_steps() - the latencies of a class
 * @counts: the counts
 * @fault_class: the class, or COUNTS_ALL
 * @steps: filled, the shortest first; its list is to be freed
 *
 * Return: 0 or -ENOMEM.
 */
int counts_steps(const struct watch_counts *counts, int fault_class,
		 struct latency_counts *steps)
{
	size_t i;

	memset(steps, 0, sizeof(*steps));
	steps->list = calloc(counts->latencies.count + 1, sizeof(*steps->list));
	if (!steps->list)
		return -ENOMEM;
	steps->room = counts->latencies.count + 1;
	for (i = 0; i < counts->latencies.count; i++) {
		const struct mmlens_latency_count *step =
			&counts->latencies.list[i];

		if (fault_class == COUNTS_ALL ||
		    step->fault_class == (uint32_t)fault_class)
			steps->list[steps->count++] = *step;
	}
	sort(steps->list, steps->count, sizeof(*steps->list), compare_steps);
	merge_steps(steps);
	return 0;
}

/**
 * steps_quantile() - the latency that so many of the faults do not exceed
 * @steps: what counts_steps() filled
 * @per_mille: how many: 500 for the median
 * @longest: latency of the longest
 *
 * Where in its step a fault lies is not known: they are taken to lie evenly. A
 * step is a quarter of its beginning long at most.
 *
 * Return: Nanoseconds; 0 of nothing.
 */
uint64_t steps_quantile(const struct latency_counts *steps,
			unsigned int per_mille, uint64_t longest)
{
	uint64_t count = 0, rank, before = 0;
	size_t i;

	for (i = 0; i < steps->count; i++)
		count += steps->list[i].count;
	if (!count)
		return 0;
	/* The number of a fault in their order, from 1, rounded up. */
	rank = count / 1000 * per_mille +
	       (count % 1000 * per_mille + 999) / 1000;
	if (!rank)
		rank = 1;
	for (i = 0; i < steps->count; i++) {
		const struct mmlens_latency_count *step = &steps->list[i];
		uint64_t end = step->end ? step->end : longest;
		double part;

		if (before + step->count < rank) {
			before += step->count;
			continue;
		}
		if (end > longest)
			end = longest;
		if (end < step->latency)
			return longest;
		part = ((double)(rank - before) - 0.5) / (double)step->count;
		return step->latency +
		       (uint64_t)(part * (double)(end - step->latency));
	}
	return longest;
}

/* What others made is within the first count, and no one knows of which kind. */
static bool same(const struct kernel_count *kernel, uint64_t watched,
		 uint64_t remote)
{
	uint64_t least = watched > remote ? watched - remote : 0;

	return least <= kernel->most && watched >= kernel->least;
}

/**
 * accounts_compare() - does the watch account for what the kernel counted?
 * @faults: what the watch counted
 * @accounts: what the kernel counted; the rest is filled
 */
void accounts_compare(const struct mmlens_fault_counts *faults,
		      struct accounts *accounts)
{
	accounts->minor_same = same(&accounts->minor, faults->minor +
				    faults->elsewhere_minor, faults->remote);
	accounts->major_same = same(&accounts->major, faults->major +
				    faults->elsewhere_major, faults->remote);
	accounts->reasons = 0;
	if (accounts->minor_same && accounts->major_same)
		return;
	if (faults->remote)
		accounts->reasons |= 1U << DIFFERS_REMOTE;
	if (faults->missed)
		accounts->reasons |= 1U << DIFFERS_MISSED;
	if (faults->unfollowed)
		accounts->reasons |= 1U << DIFFERS_UNFOLLOWED;
	if (accounts->follow)
		accounts->reasons |= 1U << DIFFERS_CHILDREN;
	if (faults->withdrawn)
		accounts->reasons |= 1U << DIFFERS_WITHDRAWN;
}

/**
 * differs_name() - a reason by its name
 * @differs: the reason
 *
 * Return: Its name, as in JSON.
 */
const char *differs_name(enum differs differs)
{
	static const char *const names[DIFFERS] = {
		[DIFFERS_REMOTE] = "remote",
		[DIFFERS_MISSED] = "missed",
		[DIFFERS_UNFOLLOWED] = "unfollowed",
		[DIFFERS_CHILDREN] = "children",
		[DIFFERS_WITHDRAWN] = "withdrawn",
	};

	return names[differs];
}
