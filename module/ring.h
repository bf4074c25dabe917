/* SPDX-License-Identifier: GPL-2.0 */
/* Events on their way from where they happen to who sends them. */
#ifndef MMLENS_RING_H
#define MMLENS_RING_H

#include <linux/ring_buffer.h>
#include <linux/types.h>

/**
 * struct mmlens_ring - a ring for each processor
 * @buffer: the kernel's ring buffer; what does not fit in is not written
 * @lost: how many records did not fit in, for each processor
 */
struct mmlens_ring {
	struct trace_buffer *buffer;
	u64 __percpu *lost;
};

int mmlens_ring_init(struct mmlens_ring *ring, size_t size);
void mmlens_ring_free(struct mmlens_ring *ring);
bool mmlens_ring_write(struct mmlens_ring *ring, const void *record,
		       size_t size);
const void *mmlens_ring_next(struct mmlens_ring *ring, int cpu);

#endif
