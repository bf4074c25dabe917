// SPDX-License-Identifier: GPL-2.0
/* Made from module/uapi/mmlens.yaml by scripts/generate. Do not edit. */
#include "names_gen.h"

static const struct name_entry state_entries[] = {
	{ "none", "none",
	  "Nothing is mapped here.", "" },
	{ "zero", "zero",
	  "The shared 4 KiB page of zeroes.", "" },
	{ "huge-zero", "huge_zero",
	  "The shared 2 MiB page of zeroes.", "" },
	{ "anon", "anon",
	  "Anonymous memory.", "" },
	{ "ksm", "ksm",
	  "Anonymous memory merged by KSM.", "Told as anon without CAP_SYS_ADMIN; a process that never forked can tell by a missing exclusive." },
	{ "file", "file",
	  "A page of a file's page cache.", "" },
	{ "shmem", "shmem",
	  "A page of shared memory or of tmpfs.", "" },
	{ "hugetlb", "hugetlb",
	  "A page of a hugetlb pool.", "" },
	{ "device", "device",
	  "A page that a device driver owns, device memory with a struct page.", "" },
	{ "pfnmap", "pfnmap",
	  "A frame mapped without a struct page of its own kept by the mapping.", "" },
	{ "kernel", "kernel",
	  "A kernel page shown to user space, as the vdso.", "" },
	{ "swap", "swap",
	  "Swapped out.", "" },
	{ "migration", "migration",
	  "On its way to another frame.", "" },
	{ "device-private", "device_private",
	  "Held in device memory that the CPU cannot address.", "" },
	{ "device-exclusive", "device_exclusive",
	  "Taken by a device for exclusive access.", "" },
	{ "hwpoison", "hwpoison",
	  "Lost to a memory error.", "" },
	{ "uffd-marker", "uffd_marker",
	  "Empty, with userfaultfd's write protection remembered.", "" },
	{ "poison-marker", "poison_marker",
	  "Empty, and an access is answered with SIGBUS.", "" },
	{ "guard", "guard",
	  "A guard region. An access is answered with SIGSEGV.", "Since 6.13." },
};

const struct name_set names_state = {
	"state",
	sizeof(state_entries) / sizeof(state_entries[0]),
	state_entries,
};

static const struct name_entry verdict_entries[] = {
	{ "n/a", "n_a",
	  "There is nothing to copy. No page is there, or the mapping is shared.", "" },
	{ "exclusive", "exclusive",
	  "The page is this mapping's own. A write changes it in place.", "" },
	{ "shared", "shared",
	  "Not the mapping's own. A write, where it is permitted, goes to another page, a copy or one of zeroes.", "" },
	{ "reusable", "reusable",
	  "Marked shared, but its last sharer left. The next write takes it over.", "Told as shared without CAP_SYS_ADMIN." },
};

const struct name_set names_verdict = {
	"verdict",
	sizeof(verdict_entries) / sizeof(verdict_entries[0]),
	verdict_entries,
};

static const struct name_entry forecast_entries[] = {
	{ "none", "none",
	  "Nothing. The entry permits the access.", "" },
	{ "zero", "zero",
	  "Maps the zero page.", "" },
	{ "huge-zero", "huge_zero",
	  "Maps the huge zero page.", "" },
	{ "anon", "anon",
	  "Allocates a page of zeroes.", "" },
	{ "huge-anon", "huge_anon",
	  "Allocates a huge page of zeroes.", "" },
	{ "file-minor", "file_minor",
	  "Maps a page that is in the page cache.", "" },
	{ "file-major", "file_major",
	  "Reads a page from its file.", "" },
	{ "shmem-minor", "shmem_minor",
	  "Maps a page of shared memory, old or new.", "" },
	{ "shmem-major", "shmem_major",
	  "Reads a page of shared memory from swap.", "" },
	{ "file-copy", "file_copy",
	  "Copies a page of a file, or of shared memory, into memory of its own.", "" },
	{ "cow-copy", "cow_copy",
	  "Copies the anonymous page.", "" },
	{ "cow-reuse", "cow_reuse",
	  "Keeps the page and makes its entry writable.", "" },
	{ "zero-copy", "zero_copy",
	  "Puts a page of zeroes in the place of the zero page.", "" },
	{ "write-notify", "write_notify",
	  "Makes the entry of a shared page writable, after its owner was told.", "" },
	{ "swap-in", "swap_in",
	  "Brings the page back from swap, or from the swap cache.", "" },
	{ "numa-hint", "numa_hint",
	  "Notes which node uses the page, and maps it again.", "" },
	{ "uffd", "uffd",
	  "Asks userfaultfd, and waits for it.", "" },
	{ "wait", "wait",
	  "Waits until the page has arrived where it is being moved.", "" },
	{ "sigsegv", "sigsegv",
	  "Is answered with SIGSEGV.", "" },
	{ "sigbus", "sigbus",
	  "Is answered with SIGBUS.", "" },
	{ "hugetlb", "hugetlb",
	  "Takes a page from the hugetlb pool, or maps one of its file.", "" },
	{ "spurious", "spurious",
	  "Finds nothing to do, somebody else did it meanwhile. Never foreseen.", "" },
	{ "other", "other",
	  "Does none of these, or fails. Never foreseen.", "" },
};

const struct name_set names_forecast = {
	"forecast",
	sizeof(forecast_entries) / sizeof(forecast_entries[0]),
	forecast_entries,
};

static const struct name_entry why_entries[] = {
	{ "not-private", "not_private",
	  "The mapping is shared, there is nothing to copy.", "" },
	{ "not-mapped", "not_mapped",
	  "No page is mapped here.", "" },
	{ "marked", "marked",
	  "The page carries the mark of belonging to this mapping alone.", "" },
	{ "last-mapping", "last_mapping",
	  "The page lacks the mark, but nobody else maps it or refers to it any more.", "" },
	{ "mapped-elsewhere", "mapped_elsewhere",
	  "Somebody else maps the page, too.", "" },
	{ "referenced", "referenced",
	  "Nobody else is seen to map the page, but somebody holds a reference, as a pin does.", "" },
	{ "large-folio", "large_folio",
	  "The page is part of a larger folio, and this kernel rather copies a part than keeps the whole.", "" },
	{ "swap-shared", "swap_shared",
	  "The swap entry lacks the mark, it was shared by a fork. Whether it still is cannot be seen.", "" },
	{ "page-cache", "page_cache",
	  "The page belongs to a file, and a private mapping writes to copies.", "" },
	{ "not-anon", "not_anon",
	  "The page is not this process's to write, it belongs to the kernel or a driver.", "" },
	{ "zero-page", "zero_page",
	  "The zero page is never written.", "" },
	{ "ksm", "ksm",
	  "KSM has merged the page with its likes.", "" },
	{ "migrating", "migrating",
	  "The page is being moved to another frame.", "" },
	{ "swap-cache", "swap_cache",
	  "Whether the page is in the swap cache, and who else needs its slot, cannot be seen.", "" },
	{ "batch", "batch",
	  "The page waits in a per-CPU batch, whose reference counts until it is emptied.", "" },
	{ "withheld", "withheld",
	  "What decides is for CAP_SYS_ADMIN to see.", "" },
	{ "mapped", "mapped",
	  "The entry is there and permits it.", "" },
	{ "untouched", "untouched",
	  "Nothing was ever here, or what was here has been dropped.", "" },
	{ "rights", "rights",
	  "The mapping forbids it.", "" },
	{ "execute-only", "execute_only",
	  "The mapping may only be executed, a protection key forbids the rest.", "" },
	{ "protection-key", "protection_key",
	  "It hangs on the rights of the accessing thread to the mapping's protection key.", "" },
	{ "no-vma", "no_vma",
	  "Nothing is mapped at this address.", "" },
	{ "stack-growth", "stack_growth",
	  "The stack grows down to the address, unless a limit or the guard gap forbids it.", "" },
	{ "thp", "thp",
	  "It hangs on the settings of transparent huge pages, and on a free one. Without use_zero_page, a read may make huge-anon, too.", "" },
	{ "huge-page", "huge_page",
	  "It hangs on a free huge page.", "" },
	{ "huge-pool", "huge_pool",
	  "It hangs on a free page in the hugetlb pool.", "" },
	{ "cached", "cached",
	  "The page cache holds the page.", "" },
	{ "not-cached", "not_cached",
	  "The page cache does not hold the page.", "" },
	{ "busy", "busy",
	  "The page cache holds the page, but it is being read, locked, or marked to start read-ahead. The fault may be made again, and then counts as major.", "" },
	{ "end-of-file", "end_of_file",
	  "The file ends before this page.", "" },
	{ "kernel-page", "kernel_page",
	  "The kernel shows a page of its own here.", "" },
	{ "driver", "driver",
	  "The fault handler of this mapping decides.", "" },
	{ "no-handler", "no_handler",
	  "Nobody can fill this mapping.", "" },
	{ "write-tracked", "write_tracked",
	  "The page is shared, and its first write is noted.", "" },
	{ "swapped", "swapped",
	  "The page is in swap.", "" },
	{ "numa", "numa",
	  "The entry is made to fault, to see which node uses the page.", "" },
	{ "uffd-missing", "uffd_missing",
	  "userfaultfd is registered for missing pages.", "" },
	{ "uffd-minor", "uffd_minor",
	  "userfaultfd is registered for pages that are cached but not mapped.", "" },
	{ "uffd-protected", "uffd_protected",
	  "userfaultfd has protected the page.", "" },
	{ "poison", "poison",
	  "The page is lost, or declared so.", "" },
	{ "guard", "guard",
	  "A guard region.", "" },
	{ "device", "device",
	  "A device holds the page.", "" },
};

const struct name_set names_why = {
	"why",
	sizeof(why_entries) / sizeof(why_entries[0]),
	why_entries,
};

static const struct name_entry level_entries[] = {
	{ "pte", "pte",
	  "", "" },
	{ "pmd", "pmd",
	  "", "" },
	{ "pud", "pud",
	  "", "" },
	{ "p4d", "p4d",
	  "", "" },
	{ "pgd", "pgd",
	  "", "" },
};

const struct name_set names_level = {
	"level",
	sizeof(level_entries) / sizeof(level_entries[0]),
	level_entries,
};

static const struct name_entry lru_entries[] = {
	{ "none", "none",
	  "Managed by no LRU list.", "" },
	{ "inactive-anon", "inactive_anon",
	  "", "" },
	{ "active-anon", "active_anon",
	  "", "" },
	{ "inactive-file", "inactive_file",
	  "", "" },
	{ "active-file", "active_file",
	  "", "" },
	{ "unevictable", "unevictable",
	  "", "" },
	{ "generation", "generation",
	  "In a generation of the multi-generational LRU.", "" },
	{ "batch", "batch",
	  "On no list yet. It waits in a per-CPU batch of pages that will be put on their lists together. The one page that reclaim is just handling, and one that khugepaged holds, look the same.", "" },
	{ "isolated", "isolated",
	  "Taken from its list by reclaim, migration or the like.", "" },
};

const struct name_set names_lru = {
	"lru",
	sizeof(lru_entries) / sizeof(lru_entries[0]),
	lru_entries,
};

static const struct name_entry lru_type_entries[] = {
	{ "anon", "anon",
	  "Would go to swap.", "" },
	{ "file", "file",
	  "Would be dropped, or written to its file. Anonymous memory after MADV_FREE is among it.", "" },
};

const struct name_set names_lru_type = {
	"lru-type",
	sizeof(lru_type_entries) / sizeof(lru_type_entries[0]),
	lru_type_entries,
};

static const struct name_entry lru_end_entries[] = {
	{ "tail", "tail",
	  "Where reclaim takes from.", "" },
	{ "head", "head",
	  "Where folios are added.", "" },
};

const struct name_set names_lru_end = {
	"lru-end",
	sizeof(lru_end_entries) / sizeof(lru_end_entries[0]),
	lru_end_entries,
};

static const struct name_entry zone_kind_entries[] = {
	{ "dma", "dma",
	  "", "" },
	{ "dma32", "dma32",
	  "", "" },
	{ "normal", "normal",
	  "", "" },
	{ "highmem", "highmem",
	  "", "" },
	{ "movable", "movable",
	  "", "" },
	{ "device", "device",
	  "", "" },
};

const struct name_set names_zone_kind = {
	"zone-kind",
	sizeof(zone_kind_entries) / sizeof(zone_kind_entries[0]),
	zone_kind_entries,
};

static const struct name_entry page_flag_entries[] = {
	{ "present", "present",
	  "The processor, or the fault handler after PROT_NONE, finds a frame.", "" },
	{ "write", "write",
	  "The entry permits writing. In a swap entry unused.", "" },
	{ "dirty", "dirty",
	  "Written by this entry since the bit was cleared last.", "" },
	{ "accessed", "accessed",
	  "The processor has used the entry since the bit was cleared last.", "" },
	{ "soft-dirty", "soft_dirty",
	  "Written since clear_refs, or in a VMA newer than that.", "" },
	{ "uffd", "uffd",
	  "Write-protected (7.x, or read-protected) by userfaultfd.", "" },
	{ "special", "special",
	  "The entry has no struct page that may be touched.", "" },
	{ "protnone", "protnone",
	  "Present, and the processor is made to fault.", "" },
	{ "numa-hint", "numa_hint",
	  "As protnone, set by NUMA balancing.", "" },
	{ "exclusive", "exclusive",
	  "The anonymous page belongs to this mapping alone, also when swapped.", "" },
	{ "locked", "locked",
	  "The folio's lock is held, as while it is read.", "" },
	{ "referenced", "referenced",
	  "The folio was used since reclaim looked at it last.", "" },
	{ "uptodate", "uptodate",
	  "The folio holds what it should, it has been read or filled.", "" },
	{ "folio-dirty", "folio_dirty",
	  "The folio is to be written back.", "" },
	{ "writeback", "writeback",
	  "The folio is being written to its file or to swap.", "" },
	{ "reclaim", "reclaim",
	  "To be freed once it is written; on a clean folio a mark of readahead.", "" },
	{ "swapbacked", "swapbacked",
	  "The folio would go to swap, it is not backed by a file on disk.", "" },
	{ "swapcache", "swapcache",
	  "The folio has a place in swap as well.", "" },
	{ "workingset", "workingset",
	  "The folio belonged to the working set, it was active once.", "" },
	{ "mlocked", "mlocked",
	  "A VMA with VM_LOCKED maps the folio, reclaim leaves it alone.", "" },
};

const struct name_set names_page_flag = {
	"page-flag",
	sizeof(page_flag_entries) / sizeof(page_flag_entries[0]),
	page_flag_entries,
};

static const struct name_entry detail_entries[] = {
	{ "entry", "entry",
	  "The entry's own bits, and exclusive.", "" },
	{ "folio", "folio",
	  "The folio's flags and order.", "Needs CAP_SYS_ADMIN." },
	{ "pfn", "pfn",
	  "Frame number, or swap type and offset.", "Needs CAP_SYS_ADMIN." },
	{ "counts", "counts",
	  "Map count of the page, reference count of its folio.", "Needs CAP_SYS_ADMIN." },
	{ "lru", "lru",
	  "List or generation.", "Needs CAP_SYS_ADMIN." },
	{ "node", "node",
	  "NUMA node.", "" },
	{ "cgroup", "cgroup",
	  "The cgroup that pays.", "Needs CAP_SYS_ADMIN." },
	{ "verdict", "verdict",
	  "The copy-on-write verdict.", "" },
	{ "forecast", "forecast",
	  "What the next read and the next write will do.", "What the page cache holds needs CAP_SYS_ADMIN." },
};

const struct name_set names_detail = {
	"detail",
	sizeof(detail_entries) / sizeof(detail_entries[0]),
	detail_entries,
};

static const struct name_entry vma_flag_entries[] = {
	{ "read", "read",
	  "", "" },
	{ "write", "write",
	  "", "" },
	{ "exec", "exec",
	  "", "" },
	{ "shared", "shared",
	  "", "" },
	{ "may-read", "may_read",
	  "", "" },
	{ "may-write", "may_write",
	  "", "" },
	{ "may-exec", "may_exec",
	  "", "" },
	{ "may-share", "may_share",
	  "", "" },
	{ "grows-down", "grows_down",
	  "", "" },
	{ "pfnmap", "pfnmap",
	  "", "" },
	{ "maybe-guard", "maybe_guard",
	  "", "" },
	{ "locked", "locked",
	  "", "" },
	{ "io", "io",
	  "", "" },
	{ "seq-read", "seq_read",
	  "", "" },
	{ "rand-read", "rand_read",
	  "", "" },
	{ "dont-copy", "dont_copy",
	  "", "" },
	{ "dont-expand", "dont_expand",
	  "", "" },
	{ "lock-on-fault", "lock_on_fault",
	  "", "" },
	{ "account", "account",
	  "", "" },
	{ "no-reserve", "no_reserve",
	  "", "" },
	{ "hugetlb", "hugetlb",
	  "", "" },
	{ "sync", "sync",
	  "", "" },
	{ "arch-1", "arch_1",
	  "", "" },
	{ "wipe-on-fork", "wipe_on_fork",
	  "", "" },
	{ "dont-dump", "dont_dump",
	  "", "" },
	{ "soft-dirty", "soft_dirty",
	  "", "" },
	{ "mixed-map", "mixed_map",
	  "", "" },
	{ "huge-page", "huge_page",
	  "", "" },
	{ "no-huge-page", "no_huge_page",
	  "", "" },
	{ "mergeable", "mergeable",
	  "", "" },
	{ "uffd-missing", "uffd_missing",
	  "", "" },
	{ "uffd-wp", "uffd_wp",
	  "", "" },
	{ "uffd-minor", "uffd_minor",
	  "", "" },
	{ "uffd-rwp", "uffd_rwp",
	  "", "" },
	{ "shadow-stack", "shadow_stack",
	  "", "" },
	{ "droppable", "droppable",
	  "", "" },
	{ "sealed", "sealed",
	  "", "" },
	{ "has-anon-vma", "has_anon_vma",
	  "The VMA has an anon_vma, that is, has held private pages.", "" },
};

const struct name_set names_vma_flag = {
	"vma-flag",
	sizeof(vma_flag_entries) / sizeof(vma_flag_entries[0]),
	vma_flag_entries,
};

static const struct name_entry vma_kind_entries[] = {
	{ "anon", "anon",
	  "Anonymous memory.", "" },
	{ "heap", "heap",
	  "Anonymous memory between start_brk and brk.", "" },
	{ "stack", "stack",
	  "The initial stack.", "" },
	{ "file", "file",
	  "A file.", "" },
	{ "shmem", "shmem",
	  "Shared memory, tmpfs, memfd, or a shared anonymous mapping.", "" },
	{ "hugetlb", "hugetlb",
	  "", "" },
	{ "special", "special",
	  "A page or two that the kernel put there, as the vdso.", "" },
	{ "device", "device",
	  "Frames of a device, by PFN.", "" },
};

const struct name_set names_vma_kind = {
	"vma-kind",
	sizeof(vma_kind_entries) / sizeof(vma_kind_entries[0]),
	vma_kind_entries,
};

static const struct name_entry mm_flag_entries[] = {
	{ "oom-skip", "oom_skip",
	  "The OOM killer passes this address space by.", "" },
	{ "unstable", "unstable",
	  "The OOM reaper has taken pages from it.", "" },
};

const struct name_set names_mm_flag = {
	"mm-flag",
	sizeof(mm_flag_entries) / sizeof(mm_flag_entries[0]),
	mm_flag_entries,
};

static const struct name_entry relation_entries[] = {
	{ "owner", "owner",
	  "The thread it is accounted to, as a rule the main thread of the owning process.", "" },
	{ "thread", "thread",
	  "Another thread of the owning process.", "" },
	{ "vfork", "vfork",
	  "A vfork child. Its parent waits until it execs or exits.", "" },
	{ "clone-vm", "clone_vm",
	  "Another process that was cloned with CLONE_VM.", "" },
	{ "kthread", "kthread",
	  "A kernel thread that borrows it.", "" },
};

const struct name_set names_relation = {
	"relation",
	sizeof(relation_entries) / sizeof(relation_entries[0]),
	relation_entries,
};

static const struct name_entry entry_kind_entries[] = {
	{ "empty", "empty",
	  "No translation below.", "" },
	{ "table", "table",
	  "Points to the table of the next level.", "" },
	{ "leaf", "leaf",
	  "Maps a page.", "" },
	{ "non-present", "non_present",
	  "Holds a swap entry, a marker or the like.", "" },
	{ "bad", "bad",
	  "Neither of these, the table is damaged.", "" },
};

const struct name_set names_entry_kind = {
	"entry-kind",
	sizeof(entry_kind_entries) / sizeof(entry_kind_entries[0]),
	entry_kind_entries,
};

static const struct name_entry entry_flag_entries[] = {
	{ "present", "present",
	  "", "" },
	{ "write", "write",
	  "", "" },
	{ "user", "user",
	  "", "" },
	{ "write-through", "write_through",
	  "", "" },
	{ "cache-disable", "cache_disable",
	  "", "" },
	{ "accessed", "accessed",
	  "", "" },
	{ "dirty", "dirty",
	  "", "" },
	{ "page-size", "page_size",
	  "", "" },
	{ "global", "global",
	  "", "" },
	{ "no-exec", "no_exec",
	  "", "" },
	{ "saved-dirty", "saved_dirty",
	  "The kernel's own, a dirty page that is write-protected.", "Since 6.6." },
	{ "soft-dirty", "soft_dirty",
	  "", "" },
	{ "uffd", "uffd",
	  "", "" },
	{ "special", "special",
	  "", "" },
	{ "protnone", "protnone",
	  "", "" },
};

const struct name_set names_entry_flag = {
	"entry-flag",
	sizeof(entry_flag_entries) / sizeof(entry_flag_entries[0]),
	entry_flag_entries,
};

static const struct name_entry regime_entries[] = {
	{ "classic", "classic",
	  "Active and inactive lists.", "" },
	{ "generations", "generations",
	  "The multi-generational LRU.", "" },
};

const struct name_set names_regime = {
	"regime",
	sizeof(regime_entries) / sizeof(regime_entries[0]),
	regime_entries,
};

static const struct name_entry kswapd_entries[] = {
	{ "none", "none",
	  "There is none for this node.", "" },
	{ "asleep", "asleep",
	  "It waits. Enough is free, or it has given the node up.", "" },
	{ "awake", "awake",
	  "It is reclaiming, or about to.", "" },
};

const struct name_set names_kswapd = {
	"kswapd",
	sizeof(kswapd_entries) / sizeof(kswapd_entries[0]),
	kswapd_entries,
};

static const struct name_entry feature_entries[] = {
	{ "pagemap-fd", "pagemap_fd",
	  "Targets given by an open pagemap file.", "" },
	{ "generations", "generations",
	  "The multi-generational LRU.", "" },
	{ "change-count", "change_count",
	  "Every change of an address space during an answer. Without it, those that change its sizes.", "" },
	{ "exact-counters", "exact_counters",
	  "Exact RSS counters.", "" },
	{ "idle-flag", "idle_flag",
	  "Idle page tracking.", "" },
	{ "hwpoison", "hwpoison",
	  "Pages lost to memory errors.", "" },
	{ "device-private", "device_private",
	  "Device memory mapped into processes.", "" },
	{ "guard", "guard",
	  "Guard regions.", "" },
	{ "poison-marker", "poison_marker",
	  "Pages poisoned by userfaultfd.", "" },
	{ "memcg", "memcg",
	  "The cgroup that a page is charged to.", "" },
};

const struct name_set names_feature = {
	"feature",
	sizeof(feature_entries) / sizeof(feature_entries[0]),
	feature_entries,
};

static const struct name_entry watch_kind_entries[] = {
	{ "count", "count",
	  "Faults, which are counted and not sent.", "" },
	{ "fault", "fault",
	  "Faults, and accesses that ended in SIGSEGV before one began. They are counted, too.", "" },
	{ "eviction", "eviction",
	  "Pages that reclaim took from the address spaces watched.", "" },
	{ "reclaim", "reclaim",
	  "kswapd, direct reclaim, limits of cgroups, what they did, on the whole machine.", "Needs CAP_SYS_ADMIN." },
	{ "compaction", "compaction",
	  "Compaction and migration, on the whole machine.", "Needs CAP_SYS_ADMIN." },
	{ "huge", "huge",
	  "Huge pages made and split, on the whole machine.", "Needs CAP_SYS_ADMIN." },
	{ "oom", "oom",
	  "Victims of the OOM killer, on the whole machine.", "Needs CAP_SYS_ADMIN." },
	{ "tlb", "tlb",
	  "Flushes of the TLB by processors that run what is watched.", "Needs CAP_SYS_ADMIN." },
};

const struct name_set names_watch_kind = {
	"watch-kind",
	sizeof(watch_kind_entries) / sizeof(watch_kind_entries[0]),
	watch_kind_entries,
};

static const struct name_entry access_entries[] = {
	{ "read", "read",
	  "To read.", "" },
	{ "write", "write",
	  "To write, or to have a page for oneself like one who writes.", "" },
	{ "exec", "exec",
	  "To fetch an instruction.", "" },
};

const struct name_set names_access = {
	"access",
	sizeof(access_entries) / sizeof(access_entries[0]),
	access_entries,
};

static const struct name_entry origin_entries[] = {
	{ "user", "user",
	  "The program.", "" },
	{ "kernel", "kernel",
	  "The kernel, on its behalf, as in a system call.", "" },
	{ "gup", "gup",
	  "The kernel, which wants the page itself, as for a device.", "" },
	{ "remote", "remote",
	  "Another process, as a debugger.", "" },
	{ "signal", "signal",
	  "The program, and no fault handler was reached. It got a signal.", "" },
};

const struct name_set names_origin = {
	"origin",
	sizeof(origin_entries) / sizeof(origin_entries[0]),
	origin_entries,
};

static const struct name_entry fault_flag_entries[] = {
	{ "major", "major",
	  "It waited for a device; the kernel counts it as major.", "" },
	{ "failed", "failed",
	  "It ended with an error; the kernel counts it neither as minor nor as major.", "" },
	{ "vma-lock", "vma_lock",
	  "Handled under the lock of the VMA, to its end.", "Since 6.4." },
	{ "fell-back", "fell_back",
	  "Begun under the lock of the VMA, and ended under mmap_lock.", "" },
};

const struct name_set names_fault_flag = {
	"fault-flag",
	sizeof(fault_flag_entries) / sizeof(fault_flag_entries[0]),
	fault_flag_entries,
};

static const struct name_entry evictor_entries[] = {
	{ "kswapd", "kswapd",
	  "The node's own thread, as the node was short of memory.", "" },
	{ "direct", "direct",
	  "A task that needed memory itself.", "" },
	{ "memcg", "memcg",
	  "A task that met a limit of its cgroup, or was told to reclaim from it.", "" },
	{ "advice", "advice",
	  "A task, by madvise() or the like.", "" },
	{ "other", "other",
	  "Somebody else, as who takes memory offline.", "" },
};

const struct name_set names_evictor = {
	"evictor",
	sizeof(evictor_entries) / sizeof(evictor_entries[0]),
	evictor_entries,
};

static const struct name_entry memory_kind_entries[] = {
	{ "kswapd-wake", "kswapd_wake",
	  "The node's thread was woken.", "" },
	{ "kswapd-sleep", "kswapd_sleep",
	  "The node's thread went to sleep.", "" },
	{ "direct-reclaim", "direct_reclaim",
	  "A task reclaimed memory itself.", "" },
	{ "memcg-reclaim", "memcg_reclaim",
	  "A task reclaimed memory of a cgroup.", "" },
	{ "shrink-list", "shrink_list",
	  "Pages of a list were looked at.", "" },
	{ "write-out", "write_out",
	  "A page was written, to be freed.", "" },
	{ "shrink-slab", "shrink_slab",
	  "A cache of the kernel was asked for memory.", "" },
	{ "compaction", "compaction",
	  "Pages were moved to make room for larger ones.", "" },
	{ "migration", "migration",
	  "Pages were moved.", "" },
	{ "collapse", "collapse",
	  "Small pages were made a huge one.", "" },
	{ "split", "split",
	  "A large folio was split.", "" },
	{ "oom-victim", "oom_victim",
	  "A process was killed for its memory.", "" },
	{ "tlb-flush", "tlb_flush",
	  "Translations were flushed from the processor.", "" },
};

const struct name_set names_memory_kind = {
	"memory-kind",
	sizeof(memory_kind_entries) / sizeof(memory_kind_entries[0]),
	memory_kind_entries,
};

static const struct name_entry privilege_entries[] = {
	{ "ptrace", "ptrace",
	  "Any process, by its PID (CAP_SYS_PTRACE).", "" },
	{ "admin", "admin",
	  "All facts, nothing is withheld (CAP_SYS_ADMIN).", "" },
};

const struct name_set names_privilege = {
	"privilege",
	sizeof(privilege_entries) / sizeof(privilege_entries[0]),
	privilege_entries,
};
