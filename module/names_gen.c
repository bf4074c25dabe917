// SPDX-License-Identifier: GPL-2.0
/* Made from module/uapi/mmlens.yaml by scripts/generate. Do not edit. */
#include "names_gen.h"

const char *const mmlens_state_names[MMLENS_STATE_NAMES] = {
	"none",
	"zero",
	"huge-zero",
	"anon",
	"ksm",
	"file",
	"shmem",
	"hugetlb",
	"device",
	"pfnmap",
	"kernel",
	"swap",
	"migration",
	"device-private",
	"device-exclusive",
	"hwpoison",
	"uffd-marker",
	"poison-marker",
	"guard",
};

const char *const mmlens_verdict_names[MMLENS_VERDICT_NAMES] = {
	"n/a",
	"exclusive",
	"shared",
	"reusable",
};

const char *const mmlens_forecast_names[MMLENS_FORECAST_NAMES] = {
	"none",
	"zero",
	"huge-zero",
	"anon",
	"huge-anon",
	"file-minor",
	"file-major",
	"shmem-minor",
	"shmem-major",
	"file-copy",
	"cow-copy",
	"cow-reuse",
	"zero-copy",
	"write-notify",
	"swap-in",
	"numa-hint",
	"uffd",
	"wait",
	"sigsegv",
	"sigbus",
	"hugetlb",
	"spurious",
	"other",
};

const char *const mmlens_why_names[MMLENS_WHY_NAMES] = {
	"not-private",
	"not-mapped",
	"marked",
	"last-mapping",
	"mapped-elsewhere",
	"referenced",
	"large-folio",
	"swap-shared",
	"page-cache",
	"not-anon",
	"zero-page",
	"ksm",
	"migrating",
	"swap-cache",
	"batch",
	"withheld",
	"mapped",
	"untouched",
	"rights",
	"execute-only",
	"protection-key",
	"no-vma",
	"stack-growth",
	"thp",
	"huge-page",
	"huge-pool",
	"cached",
	"not-cached",
	"busy",
	"end-of-file",
	"kernel-page",
	"driver",
	"no-handler",
	"write-tracked",
	"swapped",
	"numa",
	"uffd-missing",
	"uffd-minor",
	"uffd-protected",
	"poison",
	"guard",
	"device",
};

const char *const mmlens_level_names[MMLENS_LEVEL_NAMES] = {
	"pte",
	"pmd",
	"pud",
	"p4d",
	"pgd",
};

const char *const mmlens_lru_names[MMLENS_LRU_NAMES] = {
	"none",
	"inactive-anon",
	"active-anon",
	"inactive-file",
	"active-file",
	"unevictable",
	"generation",
	"batch",
	"isolated",
};

const char *const mmlens_lru_type_names[MMLENS_LRU_TYPE_NAMES] = {
	"anon",
	"file",
};

const char *const mmlens_zone_kind_names[MMLENS_ZONE_KIND_NAMES] = {
	"dma",
	"dma32",
	"normal",
	"highmem",
	"movable",
	"device",
};

const char *const mmlens_page_flag_names[MMLENS_PAGE_FLAG_NAMES] = {
	"present",
	"write",
	"dirty",
	"accessed",
	"soft-dirty",
	"uffd",
	"special",
	"protnone",
	"numa-hint",
	"exclusive",
	"locked",
	"referenced",
	"uptodate",
	"folio-dirty",
	"writeback",
	"reclaim",
	"swapbacked",
	"swapcache",
	"workingset",
	"mlocked",
};

const char *const mmlens_vma_flag_names[MMLENS_VMA_FLAG_NAMES] = {
	"read",
	"write",
	"exec",
	"shared",
	"may-read",
	"may-write",
	"may-exec",
	"may-share",
	"grows-down",
	"pfnmap",
	"maybe-guard",
	"locked",
	"io",
	"seq-read",
	"rand-read",
	"dont-copy",
	"dont-expand",
	"lock-on-fault",
	"account",
	"no-reserve",
	"hugetlb",
	"sync",
	"arch-1",
	"wipe-on-fork",
	"dont-dump",
	"soft-dirty",
	"mixed-map",
	"huge-page",
	"no-huge-page",
	"mergeable",
	"uffd-missing",
	"uffd-wp",
	"uffd-minor",
	"uffd-rwp",
	"shadow-stack",
	"droppable",
	"sealed",
	"has-anon-vma",
};

const char *const mmlens_vma_kind_names[MMLENS_VMA_KIND_NAMES] = {
	"anon",
	"heap",
	"stack",
	"file",
	"shmem",
	"hugetlb",
	"special",
	"device",
};

const char *const mmlens_mm_flag_names[MMLENS_MM_FLAG_NAMES] = {
	"oom-skip",
	"unstable",
};

const char *const mmlens_relation_names[MMLENS_RELATION_NAMES] = {
	"owner",
	"thread",
	"vfork",
	"clone-vm",
	"kthread",
};

const char *const mmlens_regime_names[MMLENS_REGIME_NAMES] = {
	"classic",
	"generations",
};

const char *const mmlens_kswapd_names[MMLENS_KSWAPD_NAMES] = {
	"none",
	"asleep",
	"awake",
};

const char *const mmlens_feature_names[MMLENS_FEATURE_NAMES] = {
	"pagemap-fd",
	"generations",
	"change-count",
	"exact-counters",
	"idle-flag",
	"hwpoison",
	"device-private",
	"guard",
	"poison-marker",
	"memcg",
};

const char *const mmlens_watch_kind_names[MMLENS_WATCH_KIND_NAMES] = {
	"count",
	"fault",
	"eviction",
	"reclaim",
	"compaction",
	"huge",
	"oom",
	"tlb",
};
