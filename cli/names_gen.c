// SPDX-License-Identifier: GPL-2.0
/* Made from module/uapi/mmlens.yaml by scripts/generate. Do not edit. */
#include "names_gen.h"

static const struct name_entry state_entries[] = {
	{ "none", "none",
	  "Nothing is mapped here." },
	{ "zero", "zero",
	  "The shared 4 KiB page of zeroes." },
	{ "huge-zero", "huge_zero",
	  "The shared 2 MiB page of zeroes." },
	{ "anon", "anon",
	  "Anonymous memory." },
	{ "ksm", "ksm",
	  "Anonymous memory merged by KSM. Told as anon without CAP_SYS_ADMIN; a process that never forked can tell by a missing exclusive." },
	{ "file", "file",
	  "A page of a file's page cache." },
	{ "shmem", "shmem",
	  "A page of shared memory or of tmpfs." },
	{ "hugetlb", "hugetlb",
	  "A page of a hugetlb pool." },
	{ "device", "device",
	  "A page that a device driver owns, device memory with a struct page." },
	{ "pfnmap", "pfnmap",
	  "A frame mapped without a struct page of its own kept by the mapping." },
	{ "kernel", "kernel",
	  "A kernel page shown to user space, as the vdso." },
	{ "swap", "swap",
	  "Swapped out." },
	{ "migration", "migration",
	  "On its way to another frame." },
	{ "device-private", "device_private",
	  "Held in device memory that the CPU cannot address." },
	{ "device-exclusive", "device_exclusive",
	  "Taken by a device for exclusive access." },
	{ "hwpoison", "hwpoison",
	  "Lost to a memory error." },
	{ "uffd-marker", "uffd_marker",
	  "Empty, with userfaultfd's write protection remembered." },
	{ "poison-marker", "poison_marker",
	  "Empty, and an access is answered with SIGBUS." },
	{ "guard", "guard",
	  "A guard region. An access is answered with SIGSEGV. Since 6.13." },
};

const struct name_set names_state = {
	"state",
	sizeof(state_entries) / sizeof(state_entries[0]),
	state_entries,
};

static const struct name_entry level_entries[] = {
	{ "pte", "pte",
	  "" },
	{ "pmd", "pmd",
	  "" },
	{ "pud", "pud",
	  "" },
	{ "p4d", "p4d",
	  "" },
	{ "pgd", "pgd",
	  "" },
};

const struct name_set names_level = {
	"level",
	sizeof(level_entries) / sizeof(level_entries[0]),
	level_entries,
};

static const struct name_entry lru_entries[] = {
	{ "none", "none",
	  "Managed by no LRU list." },
	{ "inactive-anon", "inactive_anon",
	  "" },
	{ "active-anon", "active_anon",
	  "" },
	{ "inactive-file", "inactive_file",
	  "" },
	{ "active-file", "active_file",
	  "" },
	{ "unevictable", "unevictable",
	  "" },
	{ "generation", "generation",
	  "In a generation of the multi-generational LRU." },
	{ "batch", "batch",
	  "On no list for the moment, in a per-CPU batch on its way to one, or isolated by reclaim, migration or the like." },
};

const struct name_set names_lru = {
	"lru",
	sizeof(lru_entries) / sizeof(lru_entries[0]),
	lru_entries,
};

static const struct name_entry page_flag_entries[] = {
	{ "present", "present",
	  "The processor, or the fault handler after PROT_NONE, finds a frame." },
	{ "write", "write",
	  "The entry permits writing. In a swap entry unused." },
	{ "dirty", "dirty",
	  "" },
	{ "accessed", "accessed",
	  "The processor has used the entry since the bit was cleared last." },
	{ "soft-dirty", "soft_dirty",
	  "Written since clear_refs, or in a VMA newer than that." },
	{ "uffd", "uffd",
	  "Write-protected (7.x, or read-protected) by userfaultfd." },
	{ "special", "special",
	  "The entry has no struct page that may be touched." },
	{ "protnone", "protnone",
	  "Present, and the processor is made to fault." },
	{ "numa-hint", "numa_hint",
	  "As protnone, set by NUMA balancing." },
	{ "exclusive", "exclusive",
	  "The anonymous page belongs to this mapping alone, also when swapped." },
	{ "locked", "locked",
	  "" },
	{ "referenced", "referenced",
	  "" },
	{ "uptodate", "uptodate",
	  "" },
	{ "folio-dirty", "folio_dirty",
	  "The folio is to be written back." },
	{ "writeback", "writeback",
	  "" },
	{ "reclaim", "reclaim",
	  "" },
	{ "swapbacked", "swapbacked",
	  "" },
	{ "swapcache", "swapcache",
	  "" },
	{ "workingset", "workingset",
	  "" },
	{ "mlocked", "mlocked",
	  "" },
};

const struct name_set names_page_flag = {
	"page-flag",
	sizeof(page_flag_entries) / sizeof(page_flag_entries[0]),
	page_flag_entries,
};

static const struct name_entry detail_entries[] = {
	{ "entry", "entry",
	  "The entry's own bits, and exclusive." },
	{ "folio", "folio",
	  "The folio's flags and order. Needs CAP_SYS_ADMIN." },
	{ "pfn", "pfn",
	  "Frame number, or swap type and offset. Needs CAP_SYS_ADMIN." },
	{ "counts", "counts",
	  "Map count of the page, reference count of its folio. Needs CAP_SYS_ADMIN." },
	{ "lru", "lru",
	  "List or generation. Needs CAP_SYS_ADMIN." },
	{ "node", "node",
	  "NUMA node." },
	{ "cgroup", "cgroup",
	  "The cgroup that pays. Needs CAP_SYS_ADMIN." },
};

const struct name_set names_detail = {
	"detail",
	sizeof(detail_entries) / sizeof(detail_entries[0]),
	detail_entries,
};

static const struct name_entry vma_flag_entries[] = {
	{ "read", "read",
	  "" },
	{ "write", "write",
	  "" },
	{ "exec", "exec",
	  "" },
	{ "shared", "shared",
	  "" },
	{ "may-read", "may_read",
	  "" },
	{ "may-write", "may_write",
	  "" },
	{ "may-exec", "may_exec",
	  "" },
	{ "may-share", "may_share",
	  "" },
	{ "grows-down", "grows_down",
	  "" },
	{ "pfnmap", "pfnmap",
	  "" },
	{ "maybe-guard", "maybe_guard",
	  "" },
	{ "locked", "locked",
	  "" },
	{ "io", "io",
	  "" },
	{ "seq-read", "seq_read",
	  "" },
	{ "rand-read", "rand_read",
	  "" },
	{ "dont-copy", "dont_copy",
	  "" },
	{ "dont-expand", "dont_expand",
	  "" },
	{ "lock-on-fault", "lock_on_fault",
	  "" },
	{ "account", "account",
	  "" },
	{ "no-reserve", "no_reserve",
	  "" },
	{ "hugetlb", "hugetlb",
	  "" },
	{ "sync", "sync",
	  "" },
	{ "arch-1", "arch_1",
	  "" },
	{ "wipe-on-fork", "wipe_on_fork",
	  "" },
	{ "dont-dump", "dont_dump",
	  "" },
	{ "soft-dirty", "soft_dirty",
	  "" },
	{ "mixed-map", "mixed_map",
	  "" },
	{ "huge-page", "huge_page",
	  "" },
	{ "no-huge-page", "no_huge_page",
	  "" },
	{ "mergeable", "mergeable",
	  "" },
	{ "uffd-missing", "uffd_missing",
	  "" },
	{ "uffd-wp", "uffd_wp",
	  "" },
	{ "uffd-minor", "uffd_minor",
	  "" },
	{ "uffd-rwp", "uffd_rwp",
	  "" },
	{ "shadow-stack", "shadow_stack",
	  "" },
	{ "droppable", "droppable",
	  "" },
	{ "sealed", "sealed",
	  "" },
	{ "has-anon-vma", "has_anon_vma",
	  "The VMA has an anon_vma, that is, has held private pages." },
};

const struct name_set names_vma_flag = {
	"vma-flag",
	sizeof(vma_flag_entries) / sizeof(vma_flag_entries[0]),
	vma_flag_entries,
};

static const struct name_entry vma_kind_entries[] = {
	{ "anon", "anon",
	  "Anonymous memory." },
	{ "heap", "heap",
	  "Anonymous memory between start_brk and brk." },
	{ "stack", "stack",
	  "The initial stack." },
	{ "file", "file",
	  "A file." },
	{ "shmem", "shmem",
	  "Shared memory, tmpfs, memfd, or a shared anonymous mapping." },
	{ "hugetlb", "hugetlb",
	  "" },
	{ "special", "special",
	  "A page or two that the kernel put there, as the vdso." },
	{ "device", "device",
	  "Frames of a device, by PFN." },
};

const struct name_set names_vma_kind = {
	"vma-kind",
	sizeof(vma_kind_entries) / sizeof(vma_kind_entries[0]),
	vma_kind_entries,
};

static const struct name_entry mm_flag_entries[] = {
	{ "oom-skip", "oom_skip",
	  "The OOM killer passes this address space by." },
	{ "unstable", "unstable",
	  "The OOM reaper has taken pages from it." },
};

const struct name_set names_mm_flag = {
	"mm-flag",
	sizeof(mm_flag_entries) / sizeof(mm_flag_entries[0]),
	mm_flag_entries,
};

static const struct name_entry relation_entries[] = {
	{ "owner", "owner",
	  "The thread it is accounted to, as a rule the main thread of the owning process." },
	{ "thread", "thread",
	  "Another thread of the owning process." },
	{ "vfork", "vfork",
	  "A vfork child. Its parent waits until it execs or exits." },
	{ "clone-vm", "clone_vm",
	  "Another process that was cloned with CLONE_VM." },
	{ "kthread", "kthread",
	  "A kernel thread that borrows it." },
};

const struct name_set names_relation = {
	"relation",
	sizeof(relation_entries) / sizeof(relation_entries[0]),
	relation_entries,
};

static const struct name_entry entry_kind_entries[] = {
	{ "empty", "empty",
	  "No translation below." },
	{ "table", "table",
	  "Points to the table of the next level." },
	{ "leaf", "leaf",
	  "Maps a page." },
	{ "non-present", "non_present",
	  "Holds a swap entry, a marker or the like." },
	{ "bad", "bad",
	  "Neither of these, the table is damaged." },
};

const struct name_set names_entry_kind = {
	"entry-kind",
	sizeof(entry_kind_entries) / sizeof(entry_kind_entries[0]),
	entry_kind_entries,
};

static const struct name_entry entry_flag_entries[] = {
	{ "present", "present",
	  "" },
	{ "write", "write",
	  "" },
	{ "user", "user",
	  "" },
	{ "write-through", "write_through",
	  "" },
	{ "cache-disable", "cache_disable",
	  "" },
	{ "accessed", "accessed",
	  "" },
	{ "dirty", "dirty",
	  "" },
	{ "page-size", "page_size",
	  "" },
	{ "global", "global",
	  "" },
	{ "no-exec", "no_exec",
	  "" },
	{ "saved-dirty", "saved_dirty",
	  "The kernel's own, a dirty page that is write-protected. Since 6.6." },
	{ "soft-dirty", "soft_dirty",
	  "" },
	{ "uffd", "uffd",
	  "" },
	{ "special", "special",
	  "" },
	{ "protnone", "protnone",
	  "" },
};

const struct name_set names_entry_flag = {
	"entry-flag",
	sizeof(entry_flag_entries) / sizeof(entry_flag_entries[0]),
	entry_flag_entries,
};

static const struct name_entry regime_entries[] = {
	{ "classic", "classic",
	  "Active and inactive lists." },
	{ "generations", "generations",
	  "The multi-generational LRU." },
};

const struct name_set names_regime = {
	"regime",
	sizeof(regime_entries) / sizeof(regime_entries[0]),
	regime_entries,
};

static const struct name_entry feature_entries[] = {
	{ "pagemap-fd", "pagemap_fd",
	  "Targets given by an open pagemap file." },
	{ "generations", "generations",
	  "The multi-generational LRU." },
	{ "change-count", "change_count",
	  "Every change of an address space during an answer. Without it, those that change its sizes." },
	{ "exact-counters", "exact_counters",
	  "Exact RSS counters." },
	{ "idle-flag", "idle_flag",
	  "Idle page tracking." },
	{ "hwpoison", "hwpoison",
	  "Pages lost to memory errors." },
	{ "device-private", "device_private",
	  "Device memory mapped into processes." },
	{ "guard", "guard",
	  "Guard regions." },
	{ "poison-marker", "poison_marker",
	  "Pages poisoned by userfaultfd." },
	{ "memcg", "memcg",
	  "The cgroup that a page is charged to." },
};

const struct name_set names_feature = {
	"feature",
	sizeof(feature_entries) / sizeof(feature_entries[0]),
	feature_entries,
};

static const struct name_entry privilege_entries[] = {
	{ "ptrace", "ptrace",
	  "Any process, by its PID (CAP_SYS_PTRACE)." },
	{ "admin", "admin",
	  "All facts, nothing is withheld (CAP_SYS_ADMIN)." },
};

const struct name_set names_privilege = {
	"privilege",
	sizeof(privilege_entries) / sizeof(privilege_entries[0]),
	privilege_entries,
};
