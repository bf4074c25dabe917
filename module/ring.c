// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "compat/ring.h"
#include "ring.h"

struct making {
	struct work_struct work;
	struct trace_buffer *buffer;
};

/* As small as there are any. */
static void make(struct work_struct *work)
{
	container_of(work, struct making, work)->buffer = ring_buffer_alloc(0, 0);
}

/*
 * The kernel warns, as of a defect of its own, if a processor's part of a new
 * buffer cannot be had: for want of memory, or since a signal kills who asks for it.
 * No signal is for a worker, and a few pages are always there. What is lacking
 * when a buffer grows is an error like any other.
 */
static struct trace_buffer *make_buffer(size_t size)
{
	struct making making = { };

	INIT_WORK_ONSTACK(&making.work, make);
	schedule_work(&making.work);
	flush_work(&making.work);
	destroy_work_on_stack(&making.work);
	if (making.buffer &&
	    ring_buffer_resize(making.buffer, size, RING_BUFFER_ALL_CPUS) < 0) {
		ring_buffer_free(making.buffer);
		return NULL;
	}
	return making.buffer;
}

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
	ring->buffer = make_buffer(size);
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
