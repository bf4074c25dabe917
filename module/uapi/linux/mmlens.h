/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	module/uapi/mmlens.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_MMLENS_H
#define _UAPI_LINUX_MMLENS_H

#include <linux/types.h>

#define MMLENS_GENL_NAME	"mmlens"
#define MMLENS_GENL_VERSION	1

/**
 * enum mmlens_state - What a page is.
 * @MMLENS_STATE_NONE: Nothing is mapped here.
 * @MMLENS_STATE_ZERO: The shared 4 KiB page of zeroes.
 * @MMLENS_STATE_HUGE_ZERO: The shared 2 MiB page of zeroes.
 * @MMLENS_STATE_ANON: Anonymous memory.
 * @MMLENS_STATE_KSM: Anonymous memory merged by KSM. Told as anon without
 *   CAP_SYS_ADMIN; a process that never forked can tell by a missing
 *   exclusive.
 * @MMLENS_STATE_FILE: A page of a file's page cache.
 * @MMLENS_STATE_SHMEM: A page of shared memory or of tmpfs.
 * @MMLENS_STATE_HUGETLB: A page of a hugetlb pool.
 * @MMLENS_STATE_DEVICE: A page that a device driver owns, device memory with a
 *   struct page.
 * @MMLENS_STATE_PFNMAP: A frame mapped without a struct page of its own kept
 *   by the mapping.
 * @MMLENS_STATE_KERNEL: A kernel page shown to user space, as the vdso.
 * @MMLENS_STATE_SWAP: Swapped out.
 * @MMLENS_STATE_MIGRATION: On its way to another frame.
 * @MMLENS_STATE_DEVICE_PRIVATE: Held in device memory that the CPU cannot
 *   address.
 * @MMLENS_STATE_DEVICE_EXCLUSIVE: Taken by a device for exclusive access.
 * @MMLENS_STATE_HWPOISON: Lost to a memory error.
 * @MMLENS_STATE_UFFD_MARKER: Empty, with userfaultfd's write protection
 *   remembered.
 * @MMLENS_STATE_POISON_MARKER: Empty, and an access is answered with SIGBUS.
 * @MMLENS_STATE_GUARD: A guard region. An access is answered with SIGSEGV.
 *   Since 6.13.
 */
enum mmlens_state {
	MMLENS_STATE_NONE,
	MMLENS_STATE_ZERO,
	MMLENS_STATE_HUGE_ZERO,
	MMLENS_STATE_ANON,
	MMLENS_STATE_KSM,
	MMLENS_STATE_FILE,
	MMLENS_STATE_SHMEM,
	MMLENS_STATE_HUGETLB,
	MMLENS_STATE_DEVICE,
	MMLENS_STATE_PFNMAP,
	MMLENS_STATE_KERNEL,
	MMLENS_STATE_SWAP,
	MMLENS_STATE_MIGRATION,
	MMLENS_STATE_DEVICE_PRIVATE,
	MMLENS_STATE_DEVICE_EXCLUSIVE,
	MMLENS_STATE_HWPOISON,
	MMLENS_STATE_UFFD_MARKER,
	MMLENS_STATE_POISON_MARKER,
	MMLENS_STATE_GUARD,
};

/**
 * enum mmlens_verdict - What copy-on-write makes of the next write to a page
 *   of a private mapping, by the rule of the running kernel.
 * @MMLENS_VERDICT_N_A: There is nothing to copy. No page is there, or the
 *   mapping is shared.
 * @MMLENS_VERDICT_EXCLUSIVE: The page is this mapping's own. A write changes
 *   it in place.
 * @MMLENS_VERDICT_SHARED: Not the mapping's own. A write, where it is
 *   permitted, goes to another page, a copy or one of zeroes.
 * @MMLENS_VERDICT_REUSABLE: Marked shared, but its last sharer left. The next
 *   write takes it over. Told as shared without CAP_SYS_ADMIN.
 */
enum mmlens_verdict {
	MMLENS_VERDICT_N_A,
	MMLENS_VERDICT_EXCLUSIVE,
	MMLENS_VERDICT_SHARED,
	MMLENS_VERDICT_REUSABLE,
};

/**
 * enum mmlens_forecast - What the next access will do, by its first fault;
 *   where userfaultfd has marked a page, by the fault that decides. What can
 *   fail anywhere, as memory that runs out or a disk that is full, is not
 *   foretold. The class of a fault that happened has the same names.
 * @MMLENS_FORECAST_NONE: Nothing. The entry permits the access.
 * @MMLENS_FORECAST_ZERO: Maps the zero page.
 * @MMLENS_FORECAST_HUGE_ZERO: Maps the huge zero page.
 * @MMLENS_FORECAST_ANON: Allocates a page of zeroes.
 * @MMLENS_FORECAST_HUGE_ANON: Allocates a huge page of zeroes.
 * @MMLENS_FORECAST_FILE_MINOR: Maps a page that is in the page cache.
 * @MMLENS_FORECAST_FILE_MAJOR: Reads a page from its file.
 * @MMLENS_FORECAST_SHMEM_MINOR: Maps a page of shared memory, old or new.
 * @MMLENS_FORECAST_SHMEM_MAJOR: Reads a page of shared memory from swap.
 * @MMLENS_FORECAST_FILE_COPY: Copies a page of a file, or of shared memory,
 *   into memory of its own.
 * @MMLENS_FORECAST_COW_COPY: Copies the anonymous page.
 * @MMLENS_FORECAST_COW_REUSE: Keeps the page and makes its entry writable.
 * @MMLENS_FORECAST_ZERO_COPY: Puts a page of zeroes in the place of the zero
 *   page.
 * @MMLENS_FORECAST_WRITE_NOTIFY: Makes the entry of a shared page writable,
 *   after its owner was told.
 * @MMLENS_FORECAST_SWAP_IN: Brings the page back from swap, or from the swap
 *   cache.
 * @MMLENS_FORECAST_NUMA_HINT: Notes which node uses the page, and maps it
 *   again.
 * @MMLENS_FORECAST_UFFD: Asks userfaultfd, and waits for it.
 * @MMLENS_FORECAST_WAIT: Waits until the page has arrived where it is being
 *   moved.
 * @MMLENS_FORECAST_SIGSEGV: Is answered with SIGSEGV.
 * @MMLENS_FORECAST_SIGBUS: Is answered with SIGBUS.
 * @MMLENS_FORECAST_HUGETLB: Takes a page from the hugetlb pool, or maps one of
 *   its file.
 * @MMLENS_FORECAST_SPURIOUS: Finds nothing to do, somebody else did it
 *   meanwhile. Never foreseen.
 * @MMLENS_FORECAST_OTHER: Does none of these, or fails. Never foreseen.
 */
enum mmlens_forecast {
	MMLENS_FORECAST_NONE,
	MMLENS_FORECAST_ZERO,
	MMLENS_FORECAST_HUGE_ZERO,
	MMLENS_FORECAST_ANON,
	MMLENS_FORECAST_HUGE_ANON,
	MMLENS_FORECAST_FILE_MINOR,
	MMLENS_FORECAST_FILE_MAJOR,
	MMLENS_FORECAST_SHMEM_MINOR,
	MMLENS_FORECAST_SHMEM_MAJOR,
	MMLENS_FORECAST_FILE_COPY,
	MMLENS_FORECAST_COW_COPY,
	MMLENS_FORECAST_COW_REUSE,
	MMLENS_FORECAST_ZERO_COPY,
	MMLENS_FORECAST_WRITE_NOTIFY,
	MMLENS_FORECAST_SWAP_IN,
	MMLENS_FORECAST_NUMA_HINT,
	MMLENS_FORECAST_UFFD,
	MMLENS_FORECAST_WAIT,
	MMLENS_FORECAST_SIGSEGV,
	MMLENS_FORECAST_SIGBUS,
	MMLENS_FORECAST_HUGETLB,
	MMLENS_FORECAST_SPURIOUS,
	MMLENS_FORECAST_OTHER,
};

/**
 * enum mmlens_why - Why a verdict or a forecast is as it is, or on what an
 *   open one hangs.
 * @MMLENS_WHY_NOT_PRIVATE: The mapping is shared, there is nothing to copy.
 * @MMLENS_WHY_NOT_MAPPED: No page is mapped here.
 * @MMLENS_WHY_MARKED: The page carries the mark of belonging to this mapping
 *   alone.
 * @MMLENS_WHY_LAST_MAPPING: The page lacks the mark, but nobody else maps it
 *   or refers to it any more.
 * @MMLENS_WHY_MAPPED_ELSEWHERE: Somebody else maps the page, too.
 * @MMLENS_WHY_REFERENCED: Nobody else is seen to map the page, but somebody
 *   holds a reference, as a pin does.
 * @MMLENS_WHY_LARGE_FOLIO: The page is part of a larger folio, and this kernel
 *   rather copies a part than keeps the whole.
 * @MMLENS_WHY_SWAP_SHARED: The swap entry lacks the mark, it was shared by a
 *   fork. Whether it still is cannot be seen.
 * @MMLENS_WHY_PAGE_CACHE: The page belongs to a file, and a private mapping
 *   writes to copies.
 * @MMLENS_WHY_NOT_ANON: The page is not this process's to write, it belongs to
 *   the kernel or a driver.
 * @MMLENS_WHY_ZERO_PAGE: The zero page is never written.
 * @MMLENS_WHY_KSM: KSM has merged the page with its likes.
 * @MMLENS_WHY_MIGRATING: The page is being moved to another frame.
 * @MMLENS_WHY_SWAP_CACHE: Whether the page is in the swap cache, and who else
 *   needs its slot, cannot be seen.
 * @MMLENS_WHY_BATCH: The page waits in a per-CPU batch, whose reference counts
 *   until it is emptied.
 * @MMLENS_WHY_WITHHELD: What decides is for CAP_SYS_ADMIN to see.
 * @MMLENS_WHY_MAPPED: The entry is there and permits it.
 * @MMLENS_WHY_UNTOUCHED: Nothing was ever here, or what was here has been
 *   dropped.
 * @MMLENS_WHY_RIGHTS: The mapping forbids it.
 * @MMLENS_WHY_EXECUTE_ONLY: The mapping may only be executed, a protection key
 *   forbids the rest.
 * @MMLENS_WHY_PROTECTION_KEY: It hangs on the rights of the accessing thread
 *   to the mapping's protection key.
 * @MMLENS_WHY_NO_VMA: Nothing is mapped at this address.
 * @MMLENS_WHY_STACK_GROWTH: The stack grows down to the address, unless a
 *   limit or the guard gap forbids it.
 * @MMLENS_WHY_THP: It hangs on the settings of transparent huge pages, and on
 *   a free one. Without use_zero_page, a read may make huge-anon, too.
 * @MMLENS_WHY_HUGE_PAGE: It hangs on a free huge page.
 * @MMLENS_WHY_HUGE_POOL: It hangs on a free page in the hugetlb pool.
 * @MMLENS_WHY_CACHED: The page cache holds the page.
 * @MMLENS_WHY_NOT_CACHED: The page cache does not hold the page.
 * @MMLENS_WHY_BUSY: The page cache holds the page, but it is being read,
 *   locked, or marked to start read-ahead. The fault may be made again, and
 *   then counts as major.
 * @MMLENS_WHY_END_OF_FILE: The file ends before this page.
 * @MMLENS_WHY_KERNEL_PAGE: The kernel shows a page of its own here.
 * @MMLENS_WHY_DRIVER: The fault handler of this mapping decides.
 * @MMLENS_WHY_NO_HANDLER: Nobody can fill this mapping.
 * @MMLENS_WHY_WRITE_TRACKED: The page is shared, and its first write is noted.
 * @MMLENS_WHY_SWAPPED: The page is in swap.
 * @MMLENS_WHY_NUMA: The entry is made to fault, to see which node uses the
 *   page.
 * @MMLENS_WHY_UFFD_MISSING: userfaultfd is registered for missing pages.
 * @MMLENS_WHY_UFFD_MINOR: userfaultfd is registered for pages that are cached
 *   but not mapped.
 * @MMLENS_WHY_UFFD_PROTECTED: userfaultfd has protected the page.
 * @MMLENS_WHY_POISON: The page is lost, or declared so.
 * @MMLENS_WHY_GUARD: A guard region.
 * @MMLENS_WHY_DEVICE: A device holds the page.
 */
enum mmlens_why {
	MMLENS_WHY_NOT_PRIVATE,
	MMLENS_WHY_NOT_MAPPED,
	MMLENS_WHY_MARKED,
	MMLENS_WHY_LAST_MAPPING,
	MMLENS_WHY_MAPPED_ELSEWHERE,
	MMLENS_WHY_REFERENCED,
	MMLENS_WHY_LARGE_FOLIO,
	MMLENS_WHY_SWAP_SHARED,
	MMLENS_WHY_PAGE_CACHE,
	MMLENS_WHY_NOT_ANON,
	MMLENS_WHY_ZERO_PAGE,
	MMLENS_WHY_KSM,
	MMLENS_WHY_MIGRATING,
	MMLENS_WHY_SWAP_CACHE,
	MMLENS_WHY_BATCH,
	MMLENS_WHY_WITHHELD,
	MMLENS_WHY_MAPPED,
	MMLENS_WHY_UNTOUCHED,
	MMLENS_WHY_RIGHTS,
	MMLENS_WHY_EXECUTE_ONLY,
	MMLENS_WHY_PROTECTION_KEY,
	MMLENS_WHY_NO_VMA,
	MMLENS_WHY_STACK_GROWTH,
	MMLENS_WHY_THP,
	MMLENS_WHY_HUGE_PAGE,
	MMLENS_WHY_HUGE_POOL,
	MMLENS_WHY_CACHED,
	MMLENS_WHY_NOT_CACHED,
	MMLENS_WHY_BUSY,
	MMLENS_WHY_END_OF_FILE,
	MMLENS_WHY_KERNEL_PAGE,
	MMLENS_WHY_DRIVER,
	MMLENS_WHY_NO_HANDLER,
	MMLENS_WHY_WRITE_TRACKED,
	MMLENS_WHY_SWAPPED,
	MMLENS_WHY_NUMA,
	MMLENS_WHY_UFFD_MISSING,
	MMLENS_WHY_UFFD_MINOR,
	MMLENS_WHY_UFFD_PROTECTED,
	MMLENS_WHY_POISON,
	MMLENS_WHY_GUARD,
	MMLENS_WHY_DEVICE,
};

/**
 * enum mmlens_level - A level of the page tables, lowest first.
 */
enum mmlens_level {
	MMLENS_LEVEL_PTE,
	MMLENS_LEVEL_PMD,
	MMLENS_LEVEL_PUD,
	MMLENS_LEVEL_P4D,
	MMLENS_LEVEL_PGD,
};

/**
 * enum mmlens_lru - Where a page stands for reclaim.
 * @MMLENS_LRU_NONE: Managed by no LRU list.
 * @MMLENS_LRU_GENERATION: In a generation of the multi-generational LRU.
 * @MMLENS_LRU_BATCH: On no list yet. It waits in a per-CPU batch of pages that
 *   will be put on their lists together. The one page that reclaim is just
 *   handling, and one that khugepaged holds, look the same.
 * @MMLENS_LRU_ISOLATED: Taken from its list by reclaim, migration or the like.
 */
enum mmlens_lru {
	MMLENS_LRU_NONE,
	MMLENS_LRU_INACTIVE_ANON,
	MMLENS_LRU_ACTIVE_ANON,
	MMLENS_LRU_INACTIVE_FILE,
	MMLENS_LRU_ACTIVE_FILE,
	MMLENS_LRU_UNEVICTABLE,
	MMLENS_LRU_GENERATION,
	MMLENS_LRU_BATCH,
	MMLENS_LRU_ISOLATED,
};

/**
 * enum mmlens_lru_type - What reclaim takes a page for. Shared memory counts
 *   as anon.
 * @MMLENS_LRU_TYPE_ANON: Would go to swap.
 * @MMLENS_LRU_TYPE_FILE: Would be dropped, or written to its file. Anonymous
 *   memory after MADV_FREE is among it.
 */
enum mmlens_lru_type {
	MMLENS_LRU_TYPE_ANON,
	MMLENS_LRU_TYPE_FILE,
};

/**
 * enum mmlens_lru_end - An end of a list.
 * @MMLENS_LRU_END_TAIL: Where reclaim takes from.
 * @MMLENS_LRU_END_HEAD: Where folios are added.
 */
enum mmlens_lru_end {
	MMLENS_LRU_END_TAIL,
	MMLENS_LRU_END_HEAD,
};

/**
 * enum mmlens_zone_kind - A range of frames, by what they can be used for.
 */
enum mmlens_zone_kind {
	MMLENS_ZONE_KIND_DMA,
	MMLENS_ZONE_KIND_DMA32,
	MMLENS_ZONE_KIND_NORMAL,
	MMLENS_ZONE_KIND_HIGHMEM,
	MMLENS_ZONE_KIND_MOVABLE,
	MMLENS_ZONE_KIND_DEVICE,
};

/**
 * enum mmlens_page_flag - Facts of one entry and of the folio behind it.
 * @MMLENS_PAGE_FLAG_PRESENT: The processor, or the fault handler after
 *   PROT_NONE, finds a frame.
 * @MMLENS_PAGE_FLAG_WRITE: The entry permits writing. In a swap entry unused.
 * @MMLENS_PAGE_FLAG_DIRTY: Written by this entry since the bit was cleared
 *   last.
 * @MMLENS_PAGE_FLAG_ACCESSED: The processor has used the entry since the bit
 *   was cleared last.
 * @MMLENS_PAGE_FLAG_SOFT_DIRTY: Written since clear_refs, or in a VMA newer
 *   than that.
 * @MMLENS_PAGE_FLAG_UFFD: Write-protected (7.x, or read-protected) by
 *   userfaultfd.
 * @MMLENS_PAGE_FLAG_SPECIAL: The entry has no struct page that may be touched.
 * @MMLENS_PAGE_FLAG_PROTNONE: Present, and the processor is made to fault.
 * @MMLENS_PAGE_FLAG_NUMA_HINT: As protnone, set by NUMA balancing.
 * @MMLENS_PAGE_FLAG_EXCLUSIVE: The anonymous page belongs to this mapping
 *   alone, also when swapped.
 * @MMLENS_PAGE_FLAG_LOCKED: The folio's lock is held, as while it is read.
 * @MMLENS_PAGE_FLAG_REFERENCED: The folio was used since reclaim looked at it
 *   last.
 * @MMLENS_PAGE_FLAG_UPTODATE: The folio holds what it should, it has been read
 *   or filled.
 * @MMLENS_PAGE_FLAG_FOLIO_DIRTY: The folio is to be written back.
 * @MMLENS_PAGE_FLAG_WRITEBACK: The folio is being written to its file or to
 *   swap.
 * @MMLENS_PAGE_FLAG_RECLAIM: To be freed once it is written; on a clean folio
 *   a mark of readahead.
 * @MMLENS_PAGE_FLAG_SWAPBACKED: The folio would go to swap, it is not backed
 *   by a file on disk.
 * @MMLENS_PAGE_FLAG_SWAPCACHE: The folio has a place in swap as well.
 * @MMLENS_PAGE_FLAG_WORKINGSET: The folio belonged to the working set, it was
 *   active once.
 * @MMLENS_PAGE_FLAG_MLOCKED: A VMA with VM_LOCKED maps the folio, reclaim
 *   leaves it alone.
 */
enum mmlens_page_flag {
	MMLENS_PAGE_FLAG_PRESENT = 1,
	MMLENS_PAGE_FLAG_WRITE = 2,
	MMLENS_PAGE_FLAG_DIRTY = 4,
	MMLENS_PAGE_FLAG_ACCESSED = 8,
	MMLENS_PAGE_FLAG_SOFT_DIRTY = 16,
	MMLENS_PAGE_FLAG_UFFD = 32,
	MMLENS_PAGE_FLAG_SPECIAL = 64,
	MMLENS_PAGE_FLAG_PROTNONE = 128,
	MMLENS_PAGE_FLAG_NUMA_HINT = 256,
	MMLENS_PAGE_FLAG_EXCLUSIVE = 512,
	MMLENS_PAGE_FLAG_LOCKED = 1024,
	MMLENS_PAGE_FLAG_REFERENCED = 2048,
	MMLENS_PAGE_FLAG_UPTODATE = 4096,
	MMLENS_PAGE_FLAG_FOLIO_DIRTY = 8192,
	MMLENS_PAGE_FLAG_WRITEBACK = 16384,
	MMLENS_PAGE_FLAG_RECLAIM = 32768,
	MMLENS_PAGE_FLAG_SWAPBACKED = 65536,
	MMLENS_PAGE_FLAG_SWAPCACHE = 131072,
	MMLENS_PAGE_FLAG_WORKINGSET = 262144,
	MMLENS_PAGE_FLAG_MLOCKED = 524288,
};

/**
 * enum mmlens_detail - Details of a page. Runs split on a detail only where it
 *   is asked for. As a mask in an answer, which of them hold a value.
 * @MMLENS_DETAIL_ENTRY: The entry's own bits, and exclusive.
 * @MMLENS_DETAIL_FOLIO: The folio's flags and order. Needs CAP_SYS_ADMIN.
 * @MMLENS_DETAIL_PFN: Frame number, or swap type and offset. Needs
 *   CAP_SYS_ADMIN.
 * @MMLENS_DETAIL_COUNTS: Map count of the page, reference count of its folio.
 *   Needs CAP_SYS_ADMIN.
 * @MMLENS_DETAIL_LRU: List or generation. Needs CAP_SYS_ADMIN.
 * @MMLENS_DETAIL_NODE: NUMA node.
 * @MMLENS_DETAIL_CGROUP: The cgroup that pays. Needs CAP_SYS_ADMIN.
 * @MMLENS_DETAIL_VERDICT: The copy-on-write verdict.
 * @MMLENS_DETAIL_FORECAST: What the next read and the next write will do. What
 *   the page cache holds needs CAP_SYS_ADMIN.
 */
enum mmlens_detail {
	MMLENS_DETAIL_ENTRY = 1,
	MMLENS_DETAIL_FOLIO = 2,
	MMLENS_DETAIL_PFN = 4,
	MMLENS_DETAIL_COUNTS = 8,
	MMLENS_DETAIL_LRU = 16,
	MMLENS_DETAIL_NODE = 32,
	MMLENS_DETAIL_CGROUP = 64,
	MMLENS_DETAIL_VERDICT = 128,
	MMLENS_DETAIL_FORECAST = 256,
};

/**
 * enum mmlens_vma_flag - A VMA's flags, with the same bits on every kernel.
 * @MMLENS_VMA_FLAG_HAS_ANON_VMA: The VMA has an anon_vma, that is, has held
 *   private pages.
 */
enum mmlens_vma_flag {
	MMLENS_VMA_FLAG_READ = 1,
	MMLENS_VMA_FLAG_WRITE = 2,
	MMLENS_VMA_FLAG_EXEC = 4,
	MMLENS_VMA_FLAG_SHARED = 8,
	MMLENS_VMA_FLAG_MAY_READ = 16,
	MMLENS_VMA_FLAG_MAY_WRITE = 32,
	MMLENS_VMA_FLAG_MAY_EXEC = 64,
	MMLENS_VMA_FLAG_MAY_SHARE = 128,
	MMLENS_VMA_FLAG_GROWS_DOWN = 256,
	MMLENS_VMA_FLAG_PFNMAP = 512,
	MMLENS_VMA_FLAG_MAYBE_GUARD = 1024,
	MMLENS_VMA_FLAG_LOCKED = 2048,
	MMLENS_VMA_FLAG_IO = 4096,
	MMLENS_VMA_FLAG_SEQ_READ = 8192,
	MMLENS_VMA_FLAG_RAND_READ = 16384,
	MMLENS_VMA_FLAG_DONT_COPY = 32768,
	MMLENS_VMA_FLAG_DONT_EXPAND = 65536,
	MMLENS_VMA_FLAG_LOCK_ON_FAULT = 131072,
	MMLENS_VMA_FLAG_ACCOUNT = 262144,
	MMLENS_VMA_FLAG_NO_RESERVE = 524288,
	MMLENS_VMA_FLAG_HUGETLB = 1048576,
	MMLENS_VMA_FLAG_SYNC = 2097152,
	MMLENS_VMA_FLAG_ARCH_1 = 4194304,
	MMLENS_VMA_FLAG_WIPE_ON_FORK = 8388608,
	MMLENS_VMA_FLAG_DONT_DUMP = 16777216,
	MMLENS_VMA_FLAG_SOFT_DIRTY = 33554432,
	MMLENS_VMA_FLAG_MIXED_MAP = 67108864,
	MMLENS_VMA_FLAG_HUGE_PAGE = 134217728,
	MMLENS_VMA_FLAG_NO_HUGE_PAGE = 268435456,
	MMLENS_VMA_FLAG_MERGEABLE = 536870912,
	MMLENS_VMA_FLAG_UFFD_MISSING = 1073741824,
	MMLENS_VMA_FLAG_UFFD_WP = 2147483648,
	MMLENS_VMA_FLAG_UFFD_MINOR = 4294967296,
	MMLENS_VMA_FLAG_UFFD_RWP = 8589934592,
	MMLENS_VMA_FLAG_SHADOW_STACK = 17179869184,
	MMLENS_VMA_FLAG_DROPPABLE = 34359738368,
	MMLENS_VMA_FLAG_SEALED = 68719476736,
	MMLENS_VMA_FLAG_HAS_ANON_VMA = 137438953472,
};

/**
 * enum mmlens_vma_kind - What backs a VMA. Private or shared is told by its
 *   flags.
 * @MMLENS_VMA_KIND_ANON: Anonymous memory.
 * @MMLENS_VMA_KIND_HEAP: Anonymous memory between start_brk and brk.
 * @MMLENS_VMA_KIND_STACK: The initial stack.
 * @MMLENS_VMA_KIND_FILE: A file.
 * @MMLENS_VMA_KIND_SHMEM: Shared memory, tmpfs, memfd, or a shared anonymous
 *   mapping.
 * @MMLENS_VMA_KIND_SPECIAL: A page or two that the kernel put there, as the
 *   vdso.
 * @MMLENS_VMA_KIND_DEVICE: Frames of a device, by PFN.
 */
enum mmlens_vma_kind {
	MMLENS_VMA_KIND_ANON,
	MMLENS_VMA_KIND_HEAP,
	MMLENS_VMA_KIND_STACK,
	MMLENS_VMA_KIND_FILE,
	MMLENS_VMA_KIND_SHMEM,
	MMLENS_VMA_KIND_HUGETLB,
	MMLENS_VMA_KIND_SPECIAL,
	MMLENS_VMA_KIND_DEVICE,
};

/**
 * enum mmlens_mm_flag
 * @MMLENS_MM_FLAG_OOM_SKIP: The OOM killer passes this address space by.
 * @MMLENS_MM_FLAG_UNSTABLE: The OOM reaper has taken pages from it.
 */
enum mmlens_mm_flag {
	MMLENS_MM_FLAG_OOM_SKIP = 1,
	MMLENS_MM_FLAG_UNSTABLE = 2,
};

/**
 * enum mmlens_relation - Why a task shares an address space, seen from the
 *   process that owns it.
 * @MMLENS_RELATION_OWNER: The thread it is accounted to, as a rule the main
 *   thread of the owning process.
 * @MMLENS_RELATION_THREAD: Another thread of the owning process.
 * @MMLENS_RELATION_VFORK: A vfork child. Its parent waits until it execs or
 *   exits.
 * @MMLENS_RELATION_CLONE_VM: Another process that was cloned with CLONE_VM.
 * @MMLENS_RELATION_KTHREAD: A kernel thread that borrows it.
 */
enum mmlens_relation {
	MMLENS_RELATION_OWNER,
	MMLENS_RELATION_THREAD,
	MMLENS_RELATION_VFORK,
	MMLENS_RELATION_CLONE_VM,
	MMLENS_RELATION_KTHREAD,
};

/**
 * enum mmlens_entry_kind - What an entry at one level of the tables is.
 * @MMLENS_ENTRY_KIND_EMPTY: No translation below.
 * @MMLENS_ENTRY_KIND_TABLE: Points to the table of the next level.
 * @MMLENS_ENTRY_KIND_LEAF: Maps a page.
 * @MMLENS_ENTRY_KIND_NON_PRESENT: Holds a swap entry, a marker or the like.
 * @MMLENS_ENTRY_KIND_BAD: Neither of these, the table is damaged.
 */
enum mmlens_entry_kind {
	MMLENS_ENTRY_KIND_EMPTY,
	MMLENS_ENTRY_KIND_TABLE,
	MMLENS_ENTRY_KIND_LEAF,
	MMLENS_ENTRY_KIND_NON_PRESENT,
	MMLENS_ENTRY_KIND_BAD,
};

/**
 * enum mmlens_entry_flag - The processor's bits of an entry, by their
 *   architectural names.
 * @MMLENS_ENTRY_FLAG_SAVED_DIRTY: The kernel's own, a dirty page that is
 *   write-protected. Since 6.6.
 */
enum mmlens_entry_flag {
	MMLENS_ENTRY_FLAG_PRESENT = 1,
	MMLENS_ENTRY_FLAG_WRITE = 2,
	MMLENS_ENTRY_FLAG_USER = 4,
	MMLENS_ENTRY_FLAG_WRITE_THROUGH = 8,
	MMLENS_ENTRY_FLAG_CACHE_DISABLE = 16,
	MMLENS_ENTRY_FLAG_ACCESSED = 32,
	MMLENS_ENTRY_FLAG_DIRTY = 64,
	MMLENS_ENTRY_FLAG_PAGE_SIZE = 128,
	MMLENS_ENTRY_FLAG_GLOBAL = 256,
	MMLENS_ENTRY_FLAG_NO_EXEC = 512,
	MMLENS_ENTRY_FLAG_SAVED_DIRTY = 1024,
	MMLENS_ENTRY_FLAG_SOFT_DIRTY = 2048,
	MMLENS_ENTRY_FLAG_UFFD = 4096,
	MMLENS_ENTRY_FLAG_SPECIAL = 8192,
	MMLENS_ENTRY_FLAG_PROTNONE = 16384,
};

/**
 * enum mmlens_regime - Which LRU the kernel runs.
 * @MMLENS_REGIME_CLASSIC: Active and inactive lists.
 * @MMLENS_REGIME_GENERATIONS: The multi-generational LRU.
 */
enum mmlens_regime {
	MMLENS_REGIME_CLASSIC,
	MMLENS_REGIME_GENERATIONS,
};

/**
 * enum mmlens_kswapd - What the thread that reclaims memory ahead of need is
 *   doing.
 * @MMLENS_KSWAPD_NONE: There is none for this node.
 * @MMLENS_KSWAPD_ASLEEP: It waits. Enough is free, or it has given the node
 *   up.
 * @MMLENS_KSWAPD_AWAKE: It is reclaiming, or about to.
 */
enum mmlens_kswapd {
	MMLENS_KSWAPD_NONE,
	MMLENS_KSWAPD_ASLEEP,
	MMLENS_KSWAPD_AWAKE,
};

/**
 * enum mmlens_feature - What this kernel, and this load of the module, can
 *   tell.
 * @MMLENS_FEATURE_PAGEMAP_FD: Targets given by an open pagemap file.
 * @MMLENS_FEATURE_GENERATIONS: The multi-generational LRU.
 * @MMLENS_FEATURE_CHANGE_COUNT: Every change of an address space during an
 *   answer. Without it, those that change its sizes.
 * @MMLENS_FEATURE_EXACT_COUNTERS: Exact RSS counters.
 * @MMLENS_FEATURE_IDLE_FLAG: Idle page tracking.
 * @MMLENS_FEATURE_HWPOISON: Pages lost to memory errors.
 * @MMLENS_FEATURE_DEVICE_PRIVATE: Device memory mapped into processes.
 * @MMLENS_FEATURE_GUARD: Guard regions.
 * @MMLENS_FEATURE_POISON_MARKER: Pages poisoned by userfaultfd.
 * @MMLENS_FEATURE_MEMCG: The cgroup that a page is charged to.
 */
enum mmlens_feature {
	MMLENS_FEATURE_PAGEMAP_FD = 1,
	MMLENS_FEATURE_GENERATIONS = 2,
	MMLENS_FEATURE_CHANGE_COUNT = 4,
	MMLENS_FEATURE_EXACT_COUNTERS = 8,
	MMLENS_FEATURE_IDLE_FLAG = 16,
	MMLENS_FEATURE_HWPOISON = 32,
	MMLENS_FEATURE_DEVICE_PRIVATE = 64,
	MMLENS_FEATURE_GUARD = 128,
	MMLENS_FEATURE_POISON_MARKER = 256,
	MMLENS_FEATURE_MEMCG = 512,
};

/**
 * enum mmlens_watch_kind - What happens, and can be watched.
 * @MMLENS_WATCH_KIND_COUNT: Faults, which are counted and not sent.
 * @MMLENS_WATCH_KIND_FAULT: Faults, and accesses that ended in SIGSEGV before
 *   one began. They are counted, too.
 * @MMLENS_WATCH_KIND_EVICTION: Pages that reclaim took from the address spaces
 *   watched.
 * @MMLENS_WATCH_KIND_RECLAIM: kswapd, direct reclaim, limits of cgroups, what
 *   they did, on the whole machine. Needs CAP_SYS_ADMIN.
 * @MMLENS_WATCH_KIND_COMPACTION: Compaction and migration, on the whole
 *   machine. Needs CAP_SYS_ADMIN.
 * @MMLENS_WATCH_KIND_HUGE: Huge pages made and split, on the whole machine.
 *   Needs CAP_SYS_ADMIN.
 * @MMLENS_WATCH_KIND_OOM: Victims of the OOM killer, on the whole machine.
 *   Needs CAP_SYS_ADMIN.
 * @MMLENS_WATCH_KIND_TLB: Flushes of the TLB by processors that run what is
 *   watched. Needs CAP_SYS_ADMIN.
 */
enum mmlens_watch_kind {
	MMLENS_WATCH_KIND_COUNT = 1,
	MMLENS_WATCH_KIND_FAULT = 2,
	MMLENS_WATCH_KIND_EVICTION = 4,
	MMLENS_WATCH_KIND_RECLAIM = 8,
	MMLENS_WATCH_KIND_COMPACTION = 16,
	MMLENS_WATCH_KIND_HUGE = 32,
	MMLENS_WATCH_KIND_OOM = 64,
	MMLENS_WATCH_KIND_TLB = 128,
};

/**
 * enum mmlens_access - What the access was to do.
 * @MMLENS_ACCESS_READ: To read.
 * @MMLENS_ACCESS_WRITE: To write, or to have a page for oneself like one who
 *   writes.
 * @MMLENS_ACCESS_EXEC: To fetch an instruction.
 */
enum mmlens_access {
	MMLENS_ACCESS_READ,
	MMLENS_ACCESS_WRITE,
	MMLENS_ACCESS_EXEC,
};

/**
 * enum mmlens_origin - Who made the access.
 * @MMLENS_ORIGIN_USER: The program.
 * @MMLENS_ORIGIN_KERNEL: The kernel, on its behalf, as in a system call.
 * @MMLENS_ORIGIN_GUP: The kernel, which wants the page itself, as for a
 *   device.
 * @MMLENS_ORIGIN_REMOTE: Another process, as a debugger.
 * @MMLENS_ORIGIN_SIGNAL: The program, and no fault handler was reached. It got
 *   a signal.
 */
enum mmlens_origin {
	MMLENS_ORIGIN_USER,
	MMLENS_ORIGIN_KERNEL,
	MMLENS_ORIGIN_GUP,
	MMLENS_ORIGIN_REMOTE,
	MMLENS_ORIGIN_SIGNAL,
};

/**
 * enum mmlens_fault_flag
 * @MMLENS_FAULT_FLAG_MAJOR: It waited for a device; the kernel counts it as
 *   major.
 * @MMLENS_FAULT_FLAG_FAILED: It ended with an error; the kernel counts it
 *   neither as minor nor as major.
 * @MMLENS_FAULT_FLAG_VMA_LOCK: Handled under the lock of the VMA, to its end.
 *   Since 6.4.
 * @MMLENS_FAULT_FLAG_FELL_BACK: Begun under the lock of the VMA, and ended
 *   under mmap_lock.
 */
enum mmlens_fault_flag {
	MMLENS_FAULT_FLAG_MAJOR = 1,
	MMLENS_FAULT_FLAG_FAILED = 2,
	MMLENS_FAULT_FLAG_VMA_LOCK = 4,
	MMLENS_FAULT_FLAG_FELL_BACK = 8,
};

/**
 * enum mmlens_evictor - Who took a page away.
 * @MMLENS_EVICTOR_KSWAPD: The node's own thread, as the node was short of
 *   memory.
 * @MMLENS_EVICTOR_DIRECT: A task that needed memory itself.
 * @MMLENS_EVICTOR_MEMCG: A task that met a limit of its cgroup, or was told to
 *   reclaim from it.
 * @MMLENS_EVICTOR_ADVICE: A task, by madvise() or the like.
 * @MMLENS_EVICTOR_OTHER: Somebody else, as who takes memory offline.
 */
enum mmlens_evictor {
	MMLENS_EVICTOR_KSWAPD,
	MMLENS_EVICTOR_DIRECT,
	MMLENS_EVICTOR_MEMCG,
	MMLENS_EVICTOR_ADVICE,
	MMLENS_EVICTOR_OTHER,
};

/**
 * enum mmlens_memory_kind - What the kernel did about its memory.
 * @MMLENS_MEMORY_KIND_KSWAPD_WAKE: The node's thread was woken.
 * @MMLENS_MEMORY_KIND_KSWAPD_SLEEP: The node's thread went to sleep.
 * @MMLENS_MEMORY_KIND_DIRECT_RECLAIM: A task reclaimed memory itself.
 * @MMLENS_MEMORY_KIND_MEMCG_RECLAIM: A task reclaimed memory of a cgroup.
 * @MMLENS_MEMORY_KIND_SHRINK_LIST: Pages of a list were looked at.
 * @MMLENS_MEMORY_KIND_WRITE_OUT: A page was written, to be freed.
 * @MMLENS_MEMORY_KIND_SHRINK_SLAB: A cache of the kernel was asked for memory.
 * @MMLENS_MEMORY_KIND_COMPACTION: Pages were moved to make room for larger
 *   ones.
 * @MMLENS_MEMORY_KIND_MIGRATION: Pages were moved.
 * @MMLENS_MEMORY_KIND_COLLAPSE: Small pages were made a huge one.
 * @MMLENS_MEMORY_KIND_SPLIT: A large folio was split.
 * @MMLENS_MEMORY_KIND_OOM_VICTIM: A process was killed for its memory.
 * @MMLENS_MEMORY_KIND_TLB_FLUSH: Translations were flushed from the processor.
 */
enum mmlens_memory_kind {
	MMLENS_MEMORY_KIND_KSWAPD_WAKE,
	MMLENS_MEMORY_KIND_KSWAPD_SLEEP,
	MMLENS_MEMORY_KIND_DIRECT_RECLAIM,
	MMLENS_MEMORY_KIND_MEMCG_RECLAIM,
	MMLENS_MEMORY_KIND_SHRINK_LIST,
	MMLENS_MEMORY_KIND_WRITE_OUT,
	MMLENS_MEMORY_KIND_SHRINK_SLAB,
	MMLENS_MEMORY_KIND_COMPACTION,
	MMLENS_MEMORY_KIND_MIGRATION,
	MMLENS_MEMORY_KIND_COLLAPSE,
	MMLENS_MEMORY_KIND_SPLIT,
	MMLENS_MEMORY_KIND_OOM_VICTIM,
	MMLENS_MEMORY_KIND_TLB_FLUSH,
};

/**
 * enum mmlens_privilege
 * @MMLENS_PRIVILEGE_PTRACE: Any process, by its PID (CAP_SYS_PTRACE).
 * @MMLENS_PRIVILEGE_ADMIN: All facts, nothing is withheld (CAP_SYS_ADMIN).
 */
enum mmlens_privilege {
	MMLENS_PRIVILEGE_PTRACE = 1,
	MMLENS_PRIVILEGE_ADMIN = 2,
};

enum {
	MMLENS_A_INFO_VERSION = 1,
	MMLENS_A_INFO_KERNEL,
	MMLENS_A_INFO_REGIME,
	MMLENS_A_INFO_LEVELS,
	MMLENS_A_INFO_PAGE_SIZE,
	MMLENS_A_INFO_FEATURES,
	MMLENS_A_INFO_PRIVILEGES,
	MMLENS_A_INFO_WATCHES,
	MMLENS_A_INFO_WATCHABLE,
	MMLENS_A_INFO_ATTACHED,
	MMLENS_A_INFO_UNPROBED,

	__MMLENS_A_INFO_MAX
};
#define MMLENS_A_INFO_MAX (__MMLENS_A_INFO_MAX - 1)

enum {
	MMLENS_A_QUERY_PAGEMAP_FD = 1,
	MMLENS_A_QUERY_PID,
	MMLENS_A_QUERY_START,
	MMLENS_A_QUERY_END,
	MMLENS_A_QUERY_ADDRESS,
	MMLENS_A_QUERY_DETAIL,
	MMLENS_A_QUERY_EACH,
	MMLENS_A_QUERY_COOKIE,
	MMLENS_A_QUERY_WITHHELD,
	MMLENS_A_QUERY_STALL,
	MMLENS_A_QUERY_LAYOUT,
	MMLENS_A_QUERY_COUNTERS,
	MMLENS_A_QUERY_TABLES,
	MMLENS_A_QUERY_SHARER,
	MMLENS_A_QUERY_HIDDEN,
	MMLENS_A_QUERY_VMA,
	MMLENS_A_QUERY_NAME,
	MMLENS_A_QUERY_OPS,
	MMLENS_A_QUERY_RUN,
	MMLENS_A_QUERY_STEP,
	MMLENS_A_QUERY_FRAME,
	MMLENS_A_QUERY_MAPPER,
	MMLENS_A_QUERY_UNKNOWN,
	MMLENS_A_QUERY_PAD,

	__MMLENS_A_QUERY_MAX
};
#define MMLENS_A_QUERY_MAX (__MMLENS_A_QUERY_MAX - 1)

enum {
	MMLENS_A_SYSTEM_CGROUP = 1,
	MMLENS_A_SYSTEM_NODE,
	MMLENS_A_SYSTEM_LRU,
	MMLENS_A_SYSTEM_TYPE,
	MMLENS_A_SYSTEM_ZONE,
	MMLENS_A_SYSTEM_GENERATION,
	MMLENS_A_SYSTEM_END,
	MMLENS_A_SYSTEM_COUNT,
	MMLENS_A_SYSTEM_LRUVEC,
	MMLENS_A_SYSTEM_PATH,
	MMLENS_A_SYSTEM_SIZE,
	MMLENS_A_SYSTEM_GENERATIONS,
	MMLENS_A_SYSTEM_TIER,
	MMLENS_A_SYSTEM_NODE_STATE,
	MMLENS_A_SYSTEM_LRU_COUNT,
	MMLENS_A_SYSTEM_ZONES,
	MMLENS_A_SYSTEM_RESERVE,
	MMLENS_A_SYSTEM_FREE_BLOCKS,
	MMLENS_A_SYSTEM_FOLIO,
	MMLENS_A_SYSTEM_FILE,
	MMLENS_A_SYSTEM_PAD,

	__MMLENS_A_SYSTEM_MAX
};
#define MMLENS_A_SYSTEM_MAX (__MMLENS_A_SYSTEM_MAX - 1)

enum {
	MMLENS_A_FILE_INODE = 1,
	MMLENS_A_FILE_DEV_MAJOR,
	MMLENS_A_FILE_DEV_MINOR,
	MMLENS_A_FILE_PATH,
	MMLENS_A_FILE_PAD,

	__MMLENS_A_FILE_MAX
};
#define MMLENS_A_FILE_MAX (__MMLENS_A_FILE_MAX - 1)

enum {
	MMLENS_A_WATCH_PAGEMAP_FD = 1,
	MMLENS_A_WATCH_PID,
	MMLENS_A_WATCH_CGROUP,
	MMLENS_A_WATCH_EVERYTHING,
	MMLENS_A_WATCH_FOLLOW,
	MMLENS_A_WATCH_KINDS,
	MMLENS_A_WATCH_CLASSES,
	MMLENS_A_WATCH_START,
	MMLENS_A_WATCH_END,
	MMLENS_A_WATCH_MIN_LATENCY,
	MMLENS_A_WATCH_SAMPLE,
	MMLENS_A_WATCH_RING_BYTES,
	MMLENS_A_WATCH_STACKS,
	MMLENS_A_WATCH_ID,
	MMLENS_A_WATCH_COOKIE,
	MMLENS_A_WATCH_FAULT,
	MMLENS_A_WATCH_EVICTION,
	MMLENS_A_WATCH_MEMORY,
	MMLENS_A_WATCH_STACK,
	MMLENS_A_WATCH_WATCHED_VMA,
	MMLENS_A_WATCH_LOSS,
	MMLENS_A_WATCH_LOST,
	MMLENS_A_WATCH_ENDED,
	MMLENS_A_WATCH_FAULT_COUNTS,
	MMLENS_A_WATCH_CLASS_COUNTS,
	MMLENS_A_WATCH_LATENCY_COUNT,
	MMLENS_A_WATCH_THREAD_COUNTS,
	MMLENS_A_WATCH_PORT,
	MMLENS_A_WATCH_PAD,

	__MMLENS_A_WATCH_MAX
};
#define MMLENS_A_WATCH_MAX (__MMLENS_A_WATCH_MAX - 1)

enum {
	MMLENS_A_STACK_SERIAL = 1,
	MMLENS_A_STACK_ADDRESS,
	MMLENS_A_STACK_PAD,

	__MMLENS_A_STACK_MAX
};
#define MMLENS_A_STACK_MAX (__MMLENS_A_STACK_MAX - 1)

enum {
	MMLENS_A_WATCHED_VMA_COUNTS = 1,
	MMLENS_A_WATCHED_VMA_VMA,
	MMLENS_A_WATCHED_VMA_NAME,

	__MMLENS_A_WATCHED_VMA_MAX
};
#define MMLENS_A_WATCHED_VMA_MAX (__MMLENS_A_WATCHED_VMA_MAX - 1)

enum {
	MMLENS_CMD_INFO = 1,
	MMLENS_CMD_MM,
	MMLENS_CMD_SHARER,
	MMLENS_CMD_VMA,
	MMLENS_CMD_PAGE,
	MMLENS_CMD_WALK,
	MMLENS_CMD_MAPPER,
	MMLENS_CMD_LRU,
	MMLENS_CMD_NODE,
	MMLENS_CMD_PEEK,
	MMLENS_CMD_WATCH,
	MMLENS_CMD_UNWATCH,
	MMLENS_CMD_EVENT,
	MMLENS_CMD_COUNTS,
	MMLENS_CMD_WATCHER,

	__MMLENS_CMD_MAX
};
#define MMLENS_CMD_MAX (__MMLENS_CMD_MAX - 1)

/**
 * struct mmlens_page_run - A stretch of equal neighbours in one VMA.
 * @start: Address of the first page.
 * @pfn: Frame of the first page, counting up over the run, or the swap
 *   offset, likewise.
 * @cgroup: Inode number of the cgroup's directory, 0 for none.
 * @pages: Length in pages of the base size. A longer stretch goes on in the
 *   next record.
 * @flags: See enum mmlens_page_flag.
 * @facts: Which details hold a value. See enum mmlens_detail.
 * @mapcount: How many entries map the page, as far as the kernel counts
 *   them.
 * @refcount: References to the folio.
 * @generation: Sequence number of the generation, where lru says
 *   generation.
 * @node
 * @state: See enum mmlens_state.
 * @level: The level whose entry maps the page, or is empty. See enum
 *   mmlens_level.
 * @order: Order of the folio. A folio is aligned to its size.
 * @lru: See enum mmlens_lru.
 * @tier: Tier within the generation.
 * @swap_type: Which swap device, by the kernel's number.
 * @verdict: See enum mmlens_verdict.
 * @verdict_why: See enum mmlens_why.
 * @read: What a read will do. See enum mmlens_forecast.
 * @read_else: What else it may do. The same if that is decided. See enum
 *   mmlens_forecast.
 * @read_why: See enum mmlens_why.
 * @write: What a write will do. See enum mmlens_forecast.
 * @write_else: What else it may do. The same if that is decided. See enum
 *   mmlens_forecast.
 * @write_why: See enum mmlens_why.
 * @birth: When the generation became the youngest one, in milliseconds of
 *   CLOCK_MONOTONIC, to a tick. Lists have none. Where anonymous memory
 *   cannot be swapped, the oldest generation of it is not evicted but
 *   becomes the youngest anew, and so does its birth. Since 7.x a page
 *   whose cgroup was removed has the births of the one above.
 * @younger: How many generations are younger, where lru says generation.
 * @mlock_count: How many VMAs lock the folio, where lru says unevictable.
 *   The kernel may have counted too few, and begins anew with none when a
 *   page moves.
 */
struct mmlens_page_run {
	__u64 start;
	__u64 pfn;
	__u64 cgroup;
	__u32 pages;
	__u32 flags;
	__u32 facts;
	__u32 mapcount;
	__u32 refcount;
	__u32 generation;
	__u16 node;
	__u8 state;
	__u8 level;
	__u8 order;
	__u8 lru;
	__u8 tier;
	__u8 swap_type;
	__u8 verdict;
	__u8 verdict_why;
	__u8 read;
	__u8 read_else;
	__u8 read_why;
	__u8 write;
	__u8 write_else;
	__u8 write_why;
	__u64 birth;
	__u32 younger;
	__u32 mlock_count;
};

/**
 * struct mmlens_lruvec - The LRU of one cgroup on one node. Without a
 *   cgroup, of the node. Numbers of generations are kept while the classic
 *   lists are in use.
 * @cgroup: Inode number of the cgroup's directory, 0 without the memory
 *   controller.
 * @youngest: Number of the youngest generation.
 * @oldest_anon: Number of the oldest generation of type anon.
 * @oldest_file: Number of the oldest generation of type file.
 * @node
 * @regime: Where pages that are added go. See enum mmlens_regime.
 * @removed: 1 if the memory controller was taken from it, as when it was
 *   removed.
 * @reserved
 */
struct mmlens_lruvec {
	__u64 cgroup;
	__u64 youngest;
	__u64 oldest_anon;
	__u64 oldest_file;
	__u32 node;
	__u32 regime;
	__u32 removed;
	__u32 reserved;
};

/**
 * struct mmlens_lru_size - How many pages belong to a list or a generation.
 *   Where there are none it is left out. Exact, unless counted says
 *   otherwise; but an ageing marks pages first and counts them later. An
 *   ageing that finds a page used moves its mark, and leaves it on the list
 *   of its old generation until reclaim meets it there. While the regime is
 *   being switched there are pages in lists and in generations.
 * @pages: In pages of the base size.
 * @generation: Number of the generation, where lru says generation.
 * @lru: See enum mmlens_lru.
 * @type: Not for unevictable. See enum mmlens_lru_type.
 * @zone: See enum mmlens_zone_kind.
 * @counted: 1 if the kernel keeps no count of this list, and it is reckoned
 *   from counters of the zone.
 */
struct mmlens_lru_size {
	__u64 pages;
	__u64 generation;
	__u16 lru;
	__u16 type;
	__u16 zone;
	__u16 counted;
};

/**
 * struct mmlens_generation
 * @number
 * @birth: When it became the youngest, in milliseconds of CLOCK_MONOTONIC,
 *   to a tick.
 * @age: Since then, in milliseconds.
 */
struct mmlens_generation {
	__u64 number;
	__u64 birth;
	__u64 age;
};

/**
 * struct mmlens_tier - What reclaim has learned of the pages of one tier,
 *   those used about as often through file descriptors. A tier that
 *   refaults more than the first one is spared. Counts are of the oldest
 *   generation, averages of those before.
 * @refaulted: Pages that were evicted and came back.
 * @evicted: Pages that were evicted.
 * @protected: Pages that were spared. The first tier is, since 6.14.
 * @average_refaulted
 * @average_total: Evicted and protected.
 * @type: See enum mmlens_lru_type.
 * @tier
 */
struct mmlens_tier {
	__u64 refaulted;
	__u64 evicted;
	__u64 protected;
	__u64 average_refaulted;
	__u64 average_total;
	__u32 type;
	__u32 tier;
};

/**
 * struct mmlens_node_state
 * @node
 * @kswapd: See enum mmlens_kswapd.
 * @kswapd_order: Order of the allocation that asked.
 * @kswapd_zone: Highest zone that it could use. Only if somebody asked. See
 *   enum mmlens_zone_kind.
 * @kswapd_asked: 1 if somebody has asked for it since it last began a run,
 *   needed or not.
 * @kswapd_failures: How often in a row it found nothing to reclaim. With 16
 *   it gives the node up.
 */
struct mmlens_node_state {
	__u32 node;
	__u32 kswapd;
	__u32 kswapd_order;
	__u32 kswapd_zone;
	__u32 kswapd_asked;
	__u32 kswapd_failures;
};

/**
 * struct mmlens_lru_count - A counter of the node, as /proc/vmstat sums
 *   them up. While generations are in use the kernel counts the two
 *   youngest as active, the others as inactive.
 * @counted: In pages. May be below zero for a moment.
 * @pending: What processors have counted and not yet added to it.
 * @lru: See enum mmlens_lru.
 * @type: For isolated. See enum mmlens_lru_type.
 */
struct mmlens_lru_count {
	__s64 counted;
	__s64 pending;
	__u32 lru;
	__u32 type;
};

/**
 * struct mmlens_zone - A zone, in pages, as /proc/zoneinfo has it. Marks
 *   include the boost.
 * @free
 * @boost: Raised by so much for a time, since an allocation had to mix
 *   kinds of pages in a block.
 * @min: Below, allocations reclaim themselves.
 * @low: Below, kswapd is woken.
 * @high: Above, kswapd sleeps.
 * @promo: Above, kswapd sleeps where pages are promoted from slower memory.
 * @spanned
 * @present
 * @managed: Given to the page allocator.
 * @cma
 * @pending: What processors have counted as free and not yet added to it.
 * @zone: See enum mmlens_zone_kind.
 * @node
 */
struct mmlens_zone {
	__u64 free;
	__u64 boost;
	__u64 min;
	__u64 low;
	__u64 high;
	__u64 promo;
	__u64 spanned;
	__u64 present;
	__u64 managed;
	__u64 cma;
	__s64 pending;
	__u32 zone;
	__u32 node;
};

/**
 * struct mmlens_zone_reserve - What a zone keeps from allocations that
 *   could use a higher one.
 * @pages: Added to the marks for these.
 * @zone: See enum mmlens_zone_kind.
 * @against: The highest zone that the allocation could use. See enum
 *   mmlens_zone_kind.
 */
struct mmlens_zone_reserve {
	__u64 pages;
	__u32 zone;
	__u32 against;
};

/**
 * struct mmlens_free_blocks
 * @blocks: Free blocks in the buddy allocator.
 * @zone: See enum mmlens_zone_kind.
 * @order: A block has 2 to the power of this pages.
 */
struct mmlens_free_blocks {
	__u64 blocks;
	__u32 zone;
	__u32 order;
};

/**
 * struct mmlens_lru_folio - A folio on a list. State swap is a folio of the
 *   swap cache that nobody maps, whether of anonymous or of shared memory.
 * @pfn: Frame of its first page.
 * @index: Where in its file it lies, in pages. For state anon, 0.
 * @inode: Of its file; 0 for none, and for a block device, whose own pages
 *   hold metadata.
 * @dev_major: Of the filesystem, or the block device; 0 for neither.
 * @dev_minor
 * @flags: Those of a folio. See enum mmlens_page_flag.
 * @mapcount: How many entries map its first page.
 * @refcount
 * @state: See enum mmlens_state.
 * @order
 * @tier
 * @younger: How many generations are younger than its own. Its own may be
 *   younger than that of the list: then reclaim moves it on, and does not
 *   evict it.
 */
struct mmlens_lru_folio {
	__u64 pfn;
	__u64 index;
	__u64 inode;
	__u32 dev_major;
	__u32 dev_minor;
	__u32 flags;
	__u32 mapcount;
	__u32 refcount;
	__u8 state;
	__u8 order;
	__u8 tier;
	__u8 younger;
};

/**
 * struct mmlens_stall - What an answer cost its target so far.
 * @longest_ns: Longest time the target's mmap_lock, or for mapper the lock
 *   of a reverse map, was held at a stretch, in nanoseconds.
 * @total_ns: Time they were held in all, in nanoseconds.
 * @holds: How many times they were taken.
 */
struct mmlens_stall {
	__u64 longest_ns;
	__u64 total_ns;
	__u64 holds;
};

/**
 * struct mmlens_vma
 * @start
 * @end
 * @flags: See enum mmlens_vma_flag.
 * @offset: Offset in the file, in bytes. For memory without a file, 0.
 * @inode
 * @page_size: Size of the pages that back the VMA, in bytes.
 * @dev_major
 * @dev_minor
 * @kind: See enum mmlens_vma_kind.
 * @pkey: Protection key.
 */
struct mmlens_vma {
	__u64 start;
	__u64 end;
	__u64 flags;
	__u64 offset;
	__u64 inode;
	__u64 page_size;
	__u32 dev_major;
	__u32 dev_minor;
	__u32 kind;
	__u32 pkey;
};

/**
 * struct mmlens_layout - Where the parts of an address space lie.
 * @start_code
 * @end_code
 * @start_data
 * @end_data
 * @start_brk
 * @brk
 * @start_stack
 * @arg_start
 * @arg_end
 * @env_start
 * @env_end
 * @mmap_base
 * @task_size
 */
struct mmlens_layout {
	__u64 start_code;
	__u64 end_code;
	__u64 start_data;
	__u64 end_data;
	__u64 start_brk;
	__u64 brk;
	__u64 start_stack;
	__u64 arg_start;
	__u64 arg_end;
	__u64 env_start;
	__u64 env_end;
	__u64 mmap_base;
	__u64 task_size;
};

/**
 * struct mmlens_counters - The counters of an address space. RSS and swap
 *   are exact from 6.2 on; on 6.1 each thread may hold back up to 64 pages
 *   of each kind.
 * @total_vm: In pages of the base size.
 * @locked_vm: In pages.
 * @pinned_vm: In pages.
 * @data_vm: In pages.
 * @exec_vm: In pages.
 * @stack_vm: In pages.
 * @rss_anon: In pages.
 * @rss_file: In pages.
 * @rss_shmem: In pages.
 * @swap: In pages.
 * @hiwater_rss: Peak of RSS, in pages.
 * @hiwater_vm: Peak of total-vm, in pages.
 * @pgtables_bytes: Tables of the PTE, PMD and PUD levels, in bytes.
 * @map_count: Number of VMAs.
 * @mm_users: Users of the address space, this query not counted.
 * @flags: See enum mmlens_mm_flag.
 */
struct mmlens_counters {
	__u64 total_vm;
	__u64 locked_vm;
	__u64 pinned_vm;
	__u64 data_vm;
	__u64 exec_vm;
	__u64 stack_vm;
	__u64 rss_anon;
	__u64 rss_file;
	__u64 rss_shmem;
	__u64 swap;
	__u64 hiwater_rss;
	__u64 hiwater_vm;
	__u64 pgtables_bytes;
	__u64 map_count;
	__u32 mm_users;
	__u32 flags;
};

/**
 * struct mmlens_tables - Page-table pages found by a walk over all VMAs.
 *   Deposited tables are the ones kept back to split a huge page when it
 *   must be.
 * @levels: Levels in use, 4 or 5.
 * @pgd
 * @p4d: Zero with 4 levels.
 * @pud
 * @pmd
 * @pte
 * @deposited
 */
struct mmlens_tables {
	__u64 levels;
	__u64 pgd;
	__u64 p4d;
	__u64 pud;
	__u64 pmd;
	__u64 pte;
	__u64 deposited;
};

/**
 * struct mmlens_sharer
 * @pid: In the caller's PID namespace.
 * @tid: In the caller's PID namespace.
 * @relation: See enum mmlens_relation.
 * @comm: Name of the task, ended by a zero byte.
 */
struct mmlens_sharer {
	__u32 pid;
	__u32 tid;
	__u32 relation;
	__u8 comm[16];
};

/**
 * struct mmlens_mapper - An entry that maps a page. Processes that share an
 *   address space are told once, by the one that owns it.
 * @cookie: Identity of the address space.
 * @address
 * @pid: In the caller's PID namespace; 0 for none there, or none yet.
 * @flags: Of the entry. See enum mmlens_page_flag.
 * @mm_users: How many tasks, about, share the address space.
 * @level: See enum mmlens_level.
 * @state: See enum mmlens_state.
 * @verdict: See enum mmlens_verdict.
 * @verdict_why: See enum mmlens_why.
 * @comm: Name of the process, ended by a zero byte.
 */
struct mmlens_mapper {
	__u64 cookie;
	__u64 address;
	__u32 pid;
	__u32 flags;
	__u32 mm_users;
	__u8 level;
	__u8 state;
	__u8 verdict;
	__u8 verdict_why;
	__u8 comm[16];
};

/**
 * struct mmlens_step - One level of a translation.
 * @entry: The raw entry. Zero without CAP_SYS_ADMIN, see withheld.
 * @flags: See enum mmlens_entry_flag.
 * @index: Index of the entry in its table.
 * @level: See enum mmlens_level.
 * @kind: See enum mmlens_entry_kind.
 */
struct mmlens_step {
	__u64 entry;
	__u32 flags;
	__u16 index;
	__u8 level;
	__u8 kind;
};

/**
 * struct mmlens_fault_event - A fault, from its first try to its end. Its
 *   class is read from the entry before and after: who comes second to a
 *   page that several threads fault on at once is told the class of the
 *   first, and of pages around it, which it mapped and which others mapped
 *   meanwhile.
 * @serial: Number of the event in its watch, from 0; those that were lost
 *   count.
 * @time: When it began, CLOCK_MONOTONIC, in nanoseconds.
 * @latency: How long it took, in nanoseconds.
 * @address
 * @ip: Where the program stood.
 * @cookie: Identity of the address space.
 * @vma: Which of watched-vma; 0 for none, or for lack of room.
 * @pid: Of who faulted, in the PID namespace of the watch; 0 for none
 *   there.
 * @tid: Likewise.
 * @pages: Pages of the base size that it mapped, within 64 around, or in
 *   one folio.
 * @flags: See enum mmlens_fault_flag.
 * @result: As handle_mm_fault() returned it at last; with origin signal,
 *   its si_code.
 * @retries: How often it was tried again.
 * @fault_class: See enum mmlens_forecast.
 * @access: See enum mmlens_access.
 * @origin: See enum mmlens_origin.
 * @level: Of the entry afterwards. See enum mmlens_level.
 * @cpu
 * @comm: Name of the task, ended by a zero byte.
 */
struct mmlens_fault_event {
	__u64 serial;
	__u64 time;
	__u64 latency;
	__u64 address;
	__u64 ip;
	__u64 cookie;
	__u32 vma;
	__u32 pid;
	__u32 tid;
	__u32 pages;
	__u32 flags;
	__u32 result;
	__u16 retries;
	__u8 fault_class;
	__u8 access;
	__u8 origin;
	__u8 level;
	__u16 cpu;
	__u8 comm[16];
};

/**
 * struct mmlens_eviction_event - Pages that lost their mapping to reclaim.
 *   A huge page goes in one event.
 * @serial: As in fault-event, of the same sequence.
 * @time: CLOCK_MONOTONIC, in nanoseconds.
 * @address: Of the first page.
 * @cookie: Identity of the address space.
 * @swap_offset: Slot of the first page; of what goes to swap by this entry.
 * @swap_type: Swap device.
 * @vma: As in fault-event.
 * @pages: How many, of the base size.
 * @pid: Whose memory it was, in the PID namespace of the watch; 0 for none
 *   there.
 * @by_pid: Who took it, likewise.
 * @state: What it was: anon, file or shmem. See enum mmlens_state.
 * @evictor: See enum mmlens_evictor.
 * @swapped: 1 if the entry holds a swap slot now.
 * @level: Of the entry before. See enum mmlens_level.
 * @by_comm: Name of who took it.
 */
struct mmlens_eviction_event {
	__u64 serial;
	__u64 time;
	__u64 address;
	__u64 cookie;
	__u64 swap_offset;
	__u32 swap_type;
	__u32 vma;
	__u32 pages;
	__u32 pid;
	__u32 by_pid;
	__u8 state;
	__u8 evictor;
	__u8 swapped;
	__u8 level;
	__u8 by_comm[16];
};

/**
 * struct mmlens_memory_event - Something that was done; what does not apply
 *   is 0.
 * @serial: As in fault-event, of the same sequence.
 * @time: When it began, CLOCK_MONOTONIC, in nanoseconds.
 * @duration: Of what has a length, in nanoseconds; 0 if nobody watched when
 *   it began.
 * @pages: Of the base size: reclaimed, written, moved, flushed, all ones
 *   for all; of shrink-slab, objects freed; of a victim, its RSS.
 * @scanned: Pages looked at, or objects; of a migration, those that failed.
 * @cookie: Of an address space, where it is one's: collapse, oom-victim.
 * @address: Of the split or write-out, its frame.
 * @points: Of a victim, its points.
 * @pid: Who did it, or the victim, in the PID namespace of the watch.
 * @tid: Likewise.
 * @node
 * @reason: Of compaction, migration, collapse and tlb-flush, as the kernel
 *   numbers it; of shrink-list, which list, by its number in lru.
 * @order: Pages in a row that were wanted, as a power of 2; of a split,
 *   that it had.
 * @priority: Of shrink-list, how pressing: 12 at first, 0 at last.
 * @kind: See enum mmlens_memory_kind.
 * @type: Of shrink-list and write-out. See enum mmlens_lru_type.
 * @cpu
 * @comm: Name of the task.
 */
struct mmlens_memory_event {
	__u64 serial;
	__u64 time;
	__u64 duration;
	__u64 pages;
	__u64 scanned;
	__u64 cookie;
	__u64 address;
	__u64 points;
	__u32 pid;
	__u32 tid;
	__u32 node;
	__u32 reason;
	__u8 order;
	__u8 priority;
	__u8 kind;
	__u8 type;
	__u32 cpu;
	__u8 comm[16];
};

/**
 * struct mmlens_loss - What a processor could not keep for the watch.
 * @cpu
 * @reserved
 * @lost: Events, since the watch began.
 */
struct mmlens_loss {
	__u32 cpu;
	__u32 reserved;
	__u64 lost;
};

/**
 * struct mmlens_fault_counts - The faults of a watch, since it began.
 * @time: For how long it has counted, in nanoseconds.
 * @minor: As the kernel counts for who made them.
 * @major: Likewise.
 * @failed: Ended by an error, counted as neither.
 * @remote: Of all these, those made by others.
 * @elsewhere_minor: Faults of the processes watched in other memory: that
 *   of a program they were about to become, or of others.
 * @elsewhere_major: Likewise.
 * @missed: Tries of faults, at most, that were not seen: of anybody, when
 *   the probe had no room; of this watch, also when there were more at once
 *   than it has for one user. A later try that is seen is told as a fault
 *   of its own.
 * @abandoned: Faults of anybody that were to be tried again, and were not.
 * @unnamed: Faults for whose VMA or thread there was no room; counted by
 *   class alone.
 * @unfollowed: Processes that could not be followed.
 * @events: Events that there were for the watch, those lost included.
 * @processes: Processes watched now.
 * @missed_evictions: Calls of anybody that take pages away, and that the
 *   probe had no room for.
 * @withdrawn: Processes that are watched no more, as they became programs
 *   with privileges that who watches has not, or that may not be read.
 */
struct mmlens_fault_counts {
	__u64 time;
	__u64 minor;
	__u64 major;
	__u64 failed;
	__u64 remote;
	__u64 elsewhere_minor;
	__u64 elsewhere_major;
	__u64 missed;
	__u64 abandoned;
	__u64 unnamed;
	__u64 unfollowed;
	__u64 events;
	__u64 processes;
	__u64 missed_evictions;
	__u64 withdrawn;
};

/**
 * struct mmlens_class_counts
 * @fault_class: See enum mmlens_forecast.
 * @reserved
 * @count
 * @pages: That they mapped, of the base size.
 * @major: Of these, those that waited for a device.
 * @total: Nanoseconds in all.
 * @longest: Nanoseconds of the longest.
 */
struct mmlens_class_counts {
	__u32 fault_class;
	__u32 reserved;
	__u64 count;
	__u64 pages;
	__u64 major;
	__u64 total;
	__u64 longest;
};

/**
 * struct mmlens_latency_count - Faults of a class, by how long they took.
 *   Four steps for each doubling.
 * @fault_class: See enum mmlens_forecast.
 * @reserved
 * @latency: Where the step begins, in nanoseconds.
 * @end: Where the next begins; 0 for the last.
 * @count
 */
struct mmlens_latency_count {
	__u32 fault_class;
	__u32 reserved;
	__u64 latency;
	__u64 end;
	__u64 count;
};

/**
 * struct mmlens_thread_counts
 * @pid: In the PID namespace of the watch.
 * @tid
 * @count
 * @major
 * @total: Nanoseconds in all.
 * @longest: Nanoseconds of the longest.
 * @comm: Its name, when it faulted last.
 */
struct mmlens_thread_counts {
	__u32 pid;
	__u32 tid;
	__u64 count;
	__u64 major;
	__u64 total;
	__u64 longest;
	__u8 comm[16];
};

/**
 * struct mmlens_vma_counts
 * @index: What events call the VMA.
 * @reserved
 * @cookie: Identity of the address space.
 * @count
 * @major
 * @total: Nanoseconds in all.
 * @longest: Nanoseconds of the longest.
 */
struct mmlens_vma_counts {
	__u32 index;
	__u32 reserved;
	__u64 cookie;
	__u64 count;
	__u64 major;
	__u64 total;
	__u64 longest;
};

#endif /* _UAPI_LINUX_MMLENS_H */
