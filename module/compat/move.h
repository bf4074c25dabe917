/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints of compaction and migration. */
#ifndef MMLENS_COMPAT_MOVE_H
#define MMLENS_COMPAT_MOVE_H

#include <linux/version.h>

struct compact_control;

#include <trace/events/compaction.h>
#include <trace/events/migrate.h>

/*
 * Large folios that were split are told between 6.1 and 6.12 for the first
 * time, and 7.x has a type for the reason.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define MMLENS_MIGRATE_PROBE(_name)					\
	void _name(void *data, unsigned long moved, unsigned long failed, \
		   unsigned long huge_moved, unsigned long huge_failed,	\
		   unsigned long huge_split, unsigned long large_split,	\
		   enum migrate_mode mode, enum migrate_reason reason)
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define MMLENS_MIGRATE_PROBE(_name)					\
	void _name(void *data, unsigned long moved, unsigned long failed, \
		   unsigned long huge_moved, unsigned long huge_failed,	\
		   unsigned long huge_split, unsigned long large_split,	\
		   enum migrate_mode mode, int reason)
#else
#define MMLENS_MIGRATE_PROBE(_name)					\
	void _name(void *data, unsigned long moved, unsigned long failed, \
		   unsigned long huge_moved, unsigned long huge_failed,	\
		   unsigned long huge_split,				\
		   enum migrate_mode mode, int reason)
#endif

#endif
