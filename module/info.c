// SPDX-License-Identifier: GPL-2.0
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/utsname.h>

#include "compat/entry.h"
#include "compat/mm.h"
#include "info.h"
#include "lru.h"
#include "probes.h"
#include "target.h"
#include "watch.h"

static u32 read_features(void)
{
	u32 features = MMLENS_FEATURE_GENERATIONS;

	if (mmlens_target_fd_works())
		features |= MMLENS_FEATURE_PAGEMAP_FD;
	if (MMLENS_CHANGE_COUNT)
		features |= MMLENS_FEATURE_CHANGE_COUNT;
	if (MMLENS_EXACT_COUNTERS)
		features |= MMLENS_FEATURE_EXACT_COUNTERS;
	if (IS_ENABLED(CONFIG_PAGE_IDLE_FLAG))
		features |= MMLENS_FEATURE_IDLE_FLAG;
	if (IS_ENABLED(CONFIG_MEMORY_FAILURE))
		features |= MMLENS_FEATURE_HWPOISON;
	if (IS_ENABLED(CONFIG_DEVICE_PRIVATE))
		features |= MMLENS_FEATURE_DEVICE_PRIVATE;
	if (!mem_cgroup_disabled())
		features |= MMLENS_FEATURE_MEMCG;
#ifdef PTE_MARKER_GUARD
	features |= MMLENS_FEATURE_GUARD;
#endif
#ifdef PTE_MARKER_POISONED
	features |= MMLENS_FEATURE_POISON_MARKER;
#endif
	return features;
}

/**
 * mmlens_info_read() - tell of module and kernel
 * @info: filled
 *
 * Context: Process context. Takes watches_lock.
 */
void mmlens_info_read(struct mmlens_info *info)
{
	*info = (struct mmlens_info){
		.kernel = init_uts_ns.name.release,
		.regime = mmlens_lru_regime(),
		.levels = pgtable_l5_enabled() ? 5 : 4,
		.page_size = PAGE_SIZE,
		.features = read_features(),
		.watches = mmlens_watch_count(),
		.watchable = mmlens_probes_watchable(),
		.attached = mmlens_watch_attached(),
	};
}
