// SPDX-License-Identifier: GPL-2.0
/* How the debugfs files show watches, and what they have counted. */
#include <linux/seq_file.h>

#include "fault.h"
#include "names_gen.h"
#include "send.h"
#include "show.h"
#include "watch.h"

static u64 value(const atomic64_t *count)
{
	return atomic64_read(count);
}

static void put_kinds(struct seq_file *m, u32 kinds)
{
	const char *comma = "";
	unsigned int i;

	for (i = 0; i < MMLENS_WATCH_KIND_NAMES; i++) {
		if (!(kinds & BIT(i)))
			continue;
		seq_printf(m, "%s%s", comma, mmlens_watch_kind_names[i]);
		comma = ",";
	}
	if (!*comma)
		seq_putc(m, '-');
}

static const char *target_of(const struct mmlens_watch *watch)
{
	if (watch->wish.everything)
		return "all";
	if (watch->wish.cgroup)
		return "cgroup";
	return watch->wish.follow ? "family" : "process";
}

/**
 * mmlens_show_watch() - write a watch, and its faults by class
 * @m: where to
 * @watch: what
 *
 * Context: watch_mutex is held.
 */
void mmlens_show_watch(struct seq_file *m, const struct mmlens_watch *watch)
{
	const struct mmlens_tally *tally = watch->tally;
	unsigned int i;
	u64 count;

	seq_printf(m, "watch %u port=%u kinds=", watch->id, watch->port);
	put_kinds(m, watch->wish.kinds);
	seq_printf(m, " target=%s processes=%d", target_of(watch),
		   atomic_read(&watch->processes));
	seq_printf(m, " minor=%llu major=%llu failed=%llu remote=%llu",
		   value(&tally->minor), value(&tally->major),
		   value(&tally->failed), value(&tally->remote));
	seq_printf(m, " elsewhere-minor=%llu elsewhere-major=%llu unnamed=%llu unfollowed=%llu withdrawn=%llu",
		   value(&tally->elsewhere_minor),
		   value(&tally->elsewhere_major), value(&tally->unnamed),
		   value(&watch->unfollowed), value(&watch->withdrawn));
	seq_printf(m, " missed=%llu events=%llu lost=%llu",
		   mmlens_watch_span(watch).missed,
		   value(&watch->serial), mmlens_send_lost(watch));
	for (i = 0; i < MMLENS_CLASSES; i++) {
		count = value(&tally->class[i].cost.count);
		if (count)
			seq_printf(m, " %s=%llu", mmlens_forecast_names[i],
				   count);
	}
	seq_putc(m, '\n');
}

static void put_cost(struct seq_file *m, const struct mmlens_cost *cost,
		     const atomic64_t *major)
{
	seq_printf(m, " count=%llu major=%llu total-ns=%llu longest-ns=%llu",
		   value(&cost->count), value(major), value(&cost->total),
		   value(&cost->longest));
}

static void put_classes(struct seq_file *m, const struct mmlens_tally *tally)
{
	unsigned int i;

	for (i = 0; i < MMLENS_CLASSES; i++) {
		const struct mmlens_class_tally *row = &tally->class[i];

		if (!value(&row->cost.count))
			continue;
		seq_printf(m, "class %s", mmlens_forecast_names[i]);
		put_cost(m, &row->cost, &row->major);
		seq_printf(m, " pages=%llu\n", value(&row->pages));
	}
}

static void put_threads(struct seq_file *m, const struct mmlens_tally *tally,
			u32 pid)
{
	unsigned int i;

	for (i = 0; i < MMLENS_TALLY_THREADS; i++) {
		const struct mmlens_thread_tally *row = &tally->thread[i];

		if (!value(&row->cost.count) || row->pid != pid)
			continue;
		seq_printf(m, "thread %u/%u", row->pid, row->tid);
		put_cost(m, &row->cost, &row->major);
		seq_putc(m, ' ');
		seq_escape(m, row->comm, "\n\\");
		seq_putc(m, '\n');
	}
}

static void put_vmas(struct seq_file *m, const struct mmlens_tally *tally,
		     u64 cookie)
{
	unsigned int i;

	for (i = 0; i < MMLENS_TALLY_VMAS; i++) {
		const struct mmlens_vma_tally *row = &tally->vma[i];

		/* The rest of a row is there when it is ready. */
		if (!smp_load_acquire(&row->ready) || row->cookie != cookie ||
		    !value(&row->cost.count))
			continue;
		seq_printf(m, "vma 0x%llx 0x%llx %s", row->vma.start,
			   row->vma.end, mmlens_vma_kind_names[row->vma.kind]);
		put_cost(m, &row->cost, &row->major);
		if (row->name[0]) {
			seq_puts(m, " name=");
			seq_escape(m, row->name, "\n\\");
		}
		seq_putc(m, '\n');
	}
}

/**
 * mmlens_show_faults() - write what a watch has counted of a process
 * @m: where to
 * @watch: the watch
 * @cookie: identity of its address space
 * @pid: itself, in the PID namespace of the watch; 0 if nobody is left
 *
 * Counts by class are kept for a whole watch: they are written if it is about
 * this process alone.
 *
 * Context: watch_mutex is held.
 */
void mmlens_show_faults(struct seq_file *m, const struct mmlens_watch *watch,
			u64 cookie, u32 pid)
{
	mmlens_show_watch(m, watch);
	if (!mmlens_watch_is_of_many(watch) && !watch->wish.follow)
		put_classes(m, watch->tally);
	if (pid)
		put_threads(m, watch->tally, pid);
	put_vmas(m, watch->tally, cookie);
}
