/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's ring buffer. */
#ifndef MMLENS_COMPAT_RING_H
#define MMLENS_COMPAT_RING_H

#include <linux/ring_buffer.h>
#include <linux/version.h>

/**
 * mmlens_ring_commit() - let a reserved event be read
 * @buffer: the buffer
 * @event: the event
 *
 * 04aabc32fb20 ("ring_buffer: Remove unused "event" parameter"), 6.4.
 *
 * Context: Between ring_buffer_lock_reserve() and the end of its section
 * without preemption, which this ends.
 */
static inline void mmlens_ring_commit(struct trace_buffer *buffer,
				      struct ring_buffer_event *event)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	ring_buffer_unlock_commit(buffer);
#else
	ring_buffer_unlock_commit(buffer, event);
#endif
}

#endif
