// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include "compat/ring.h"
#include "ring.h"

/**
 * mmlens_ring_init() - make a ring
 * @ring: filled
 * @size: bytes for each processor
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int mmlens_ring_init(struct mmlens_ring *ring, size_t size)
{
	ring->lost = alloc_percpu(u64);
	if (!ring->lost)
		return -ENOMEM;
	ring->buffer = ring_buffer_alloc(size, 0);
	if (!ring->buffer) {
		free_percpu(ring->lost);
		return -ENOMEM;
	}
	return 0;
}

/**
 * mmlens_ring_free() - give a ring back
 * @ring: after mmlens_ring_init(), or all zero
 *
 * Context: Process context. May sleep. Nobody writes or reads any more.
 */
void mmlens_ring_free(struct mmlens_ring *ring)
{
	if (!ring->buffer)
		return;
	ring_buffer_free(ring->buffer);
	free_percpu(ring->lost);
}

/**
 * mmlens_ring_write() - write a record, or count it as lost
 * @ring: the ring
 * @record: the record
 * @size: its size
 *
 * Context: Any, also in interrupts.
 * Return: false if it is lost.
 */
bool mmlens_ring_write(struct mmlens_ring *ring, const void *record,
		       size_t size)
{
	struct ring_buffer_event *event;

	event = ring_buffer_lock_reserve(ring->buffer, size);
	if (!event) {
		this_cpu_inc(*ring->lost);
		return false;
	}
	memcpy(ring_buffer_event_data(event), record, size);
	mmlens_ring_commit(ring->buffer, event);
	return true;
}

/**
 * mmlens_ring_next() - take the oldest record of a processor
 * @ring: the ring
 * @cpu: the processor
 *
 * Context: One reader at a time.
 * Return: the record, until the next call; NULL if there is none.
 */
const void *mmlens_ring_next(struct mmlens_ring *ring, int cpu)
{
	struct ring_buffer_event *event;

	event = ring_buffer_consume(ring->buffer, cpu, NULL, NULL);
	/* It stays where it is until its reader goes on to the next page. */
	return event ? ring_buffer_event_data(event) : NULL;
}
