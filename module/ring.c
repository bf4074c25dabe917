// SPDX-License-Identifier: GPL-2.0
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "compat/ring.h"
#include "ring.h"
#include "send.h"

struct making {
	struct work_struct work;
	size_t size;
	struct trace_buffer *buffer;
};

static void make_ring(struct work_struct *work)
{
	struct making *making = container_of(work, struct making, work);

	making->buffer = ring_buffer_alloc(making->size, 0);
}

/*
 * The kernel warns, as of a defect of its own, if some processor's part of a new
 * buffer cannot be had. That is so for want of memory, which is looked at before;
 * and when a signal kills who asks for it, which a worker is not. Watches that end
 * may wait in this queue for who waits here: it has room for more than all of them.
 */
static struct trace_buffer *make_buffer(size_t size)
{
	struct making making = { .size = size };

	if (si_mem_available() / 2 < (long)(num_online_cpus() *
					    (size >> PAGE_SHIFT)))
		return NULL;
	INIT_WORK_ONSTACK(&making.work, make_ring);
	queue_work(mmlens_wq, &making.work);
	flush_work(&making.work);
	destroy_work_on_stack(&making.work);
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
