// SPDX-License-Identifier: GPL-2.0
#include "refault.h"

#include <errno.h>
#include <linux/mmlens.h>
#include <stdlib.h>
#include <string.h>

/* Classes of faults that bring back what reclaim took. */
#define CLASS(name) (1U << MMLENS_FORECAST_##name)
#define CLASSES (CLASS(SWAP_IN) | CLASS(FILE_MINOR) | CLASS(FILE_MAJOR) | \
		 CLASS(FILE_COPY) | CLASS(SHMEM_MINOR) | CLASS(SHMEM_MAJOR))

/**
 * refaults_begin() - make the table
 * @refaults: filled, to be ended also after a failure
 *
 * Return: 0 or -ENOMEM.
 */
int refaults_begin(struct refaults *refaults)
{
	memset(refaults, 0, sizeof(*refaults));
	refaults->rows = calloc(REFAULT_ROWS, sizeof(*refaults->rows));
	return refaults->rows ? 0 : -ENOMEM;
}

static struct refault_page *row_of(struct refaults *refaults, uint64_t cookie,
				   uint64_t page)
{
	uint64_t hash = (cookie ^ page * 0x9e3779b97f4a7c15) *
			0x9e3779b97f4a7c15;

	return refaults->rows[hash >> 32 & (REFAULT_ROWS - 1)];
}

/**
 * refaults_note() - a page was taken
 * @refaults: the table
 * @cookie: from which address space
 * @page: its number there
 * @time: when, in nanoseconds
 */
void refaults_note(struct refaults *refaults, uint64_t cookie, uint64_t page,
		   uint64_t time)
{
	struct refault_page *row = row_of(refaults, cookie, page), *to = row;
	unsigned int i;

	for (i = 0; i < REFAULT_ROW; i++) {
		if (row[i].time && row[i].cookie == cookie &&
		    row[i].page == page) {
			to = &row[i];
			break;
		}
		if (row[i].time < to->time)
			to = &row[i];
	}
	if (i == REFAULT_ROW && to->time)
		refaults->forgotten++;
	*to = (struct refault_page){ cookie, page, time ? time : 1 };
}

/**
 * refaults_take() - a page is wanted again
 * @refaults: the table; it is no longer there afterwards
 * @cookie: in which address space
 * @page: its number there
 * @time: filled: when it was taken
 *
 * Return: false if nobody knows that it was taken.
 */
bool refaults_take(struct refaults *refaults, uint64_t cookie, uint64_t page,
		   uint64_t *time)
{
	struct refault_page *row = row_of(refaults, cookie, page);
	unsigned int i;

	for (i = 0; i < REFAULT_ROW; i++) {
		if (!row[i].time || row[i].cookie != cookie ||
		    row[i].page != page)
			continue;
		*time = row[i].time;
		row[i].time = 0;
		return true;
	}
	return false;
}

/**
 * refaults_class() - may such a fault bring back a page?
 * @fault_class: enum mmlens_forecast
 *
 * Return: true if it may.
 */
bool refaults_class(unsigned int fault_class)
{
	return fault_class < 32 && CLASSES >> fault_class & 1;
}

/**
 * refaults_classes() - all classes of such faults
 *
 * Return: Bits of enum mmlens_forecast.
 */
uint32_t refaults_classes(void)
{
	return CLASSES;
}

/**
 * refaults_end() - give back the table
 * @refaults: the table
 */
void refaults_end(struct refaults *refaults)
{
	free(refaults->rows);
	memset(refaults, 0, sizeof(*refaults));
}
