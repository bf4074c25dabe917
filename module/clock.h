/* SPDX-License-Identifier: GPL-2.0 */
/* The clock of events, which may be read anywhere. */
#ifndef MMLENS_CLOCK_H
#define MMLENS_CLOCK_H

#include <linux/minmax.h>
#include <linux/timekeeping.h>

/* Nanoseconds since then. The clock may step back by a little. */
static inline u64 mmlens_since(u64 began)
{
	s64 ns = ktime_get_mono_fast_ns() - began;

	return max_t(s64, ns, 0);
}

#endif
