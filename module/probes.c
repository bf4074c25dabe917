// SPDX-License-Identifier: GPL-2.0
/*
 * What this kernel can be probed for is learned once, and nothing is armed for
 * it: a probe that is registered disabled writes nothing into the kernel's text,
 * and a tracepoint is only looked for by its name.
 */
#include <linux/init.h>
#include <linux/kprobes.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "compat/huge.h"
#include "kinds.h"
#include "probes.h"

#define ALL		U32_MAX

/**
 * struct probe - a function or tracepoint
 * @name: its name
 * @function: it is a function
 * @needed: bits of enum mmlens_watch_kind, none of which goes without it
 * @gives: likewise, each of which goes with one of those that give it
 * @there: it is there and can be probed
 */
struct probe {
	const char *name;
	bool function;
	u32 needed;
	u32 gives;
	bool there;
};

static struct probe probes[] __ro_after_init = {
	{ "sched_process_fork", false, ALL, 0 },
	{ "sched_process_exec", false, ALL, 0 },
	{ "sched_process_exit", false, ALL, 0 },
	{ "handle_mm_fault", true, FAULTS, FAULTS },
	{ "signal_generate", false, FAULTS, 0 },
	{ "try_to_unmap_one", true, EVICTION, EVICTION },
	{ "mm_vmscan_direct_reclaim_begin", false, 0, 0 },
	{ "mm_vmscan_direct_reclaim_end", false, 0, RECLAIM },
	{ "mm_vmscan_node_reclaim_begin", false, 0, 0 },
	{ "mm_vmscan_node_reclaim_end", false, 0, RECLAIM },
	{ "mm_vmscan_memcg_reclaim_begin", false, 0, 0 },
	{ "mm_vmscan_memcg_reclaim_end", false, 0, RECLAIM },
	{ "mm_vmscan_kswapd_wake", false, 0, RECLAIM },
	{ "mm_vmscan_kswapd_sleep", false, 0, RECLAIM },
	{ "mm_vmscan_lru_shrink_inactive", false, 0, RECLAIM },
	{ "mm_vmscan_lru_shrink_active", false, 0, RECLAIM },
	{ "mm_vmscan_write_folio", false, 0, RECLAIM },
	{ "mm_shrink_slab_start", false, 0, 0 },
	{ "mm_shrink_slab_end", false, 0, RECLAIM },
	{ "mm_compaction_begin", false, 0, 0 },
	{ "mm_compaction_end", false, 0, COMPACTION },
	{ "mm_migrate_pages", false, 0, COMPACTION },
	{ "mm_collapse_huge_page", false, 0, HUGE },
	{ MMLENS_SPLIT_FUNCTION, true, 0, HUGE },
	{ "mark_victim", false, OOM, OOM },
	{ "oom_kill_process", true, 0, 0 },
	{ "tlb_flush", false, TLB, TLB },
};

static void __init find(struct tracepoint *point, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (!probes[i].function && !strcmp(probes[i].name, point->name))
			probes[i].there = true;
}

static bool __init can_be_probed(const char *name)
{
	struct kprobe probe = {
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};

	if (register_kprobe(&probe))
		return false;
	unregister_kprobe(&probe);
	return true;
}

/**
 * mmlens_probes_learn() - learn what this kernel can be probed for
 *
 * Context: Process context. May sleep.
 */
void __init mmlens_probes_learn(void)
{
	unsigned int i;

	for_each_kernel_tracepoint(find, NULL);
	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (probes[i].function)
			probes[i].there = can_be_probed(probes[i].name);
}

/**
 * mmlens_probes_watchable() - what can be watched
 *
 * Context: Any.
 * Return: bits of enum mmlens_watch_kind.
 */
u32 mmlens_probes_watchable(void)
{
	u32 given = 0, lacking = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		if (probes[i].there)
			given |= probes[i].gives;
		else
			lacking |= probes[i].needed;
	}
	return given & ~lacking;
}

/**
 * mmlens_probes_missing() - the next that is not there, or cannot be probed
 * @at: where to begin, 0 at first; where to go on is left there
 *
 * Context: Any.
 * Return: its name, or NULL.
 */
const char *mmlens_probes_missing(unsigned int *at)
{
	while (*at < ARRAY_SIZE(probes)) {
		const struct probe *probe = &probes[(*at)++];

		if (!probe->there)
			return probe->name;
	}
	return NULL;
}
