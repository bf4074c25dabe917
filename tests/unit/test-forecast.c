// SPDX-License-Identifier: GPL-2.0
/*
 * The forecast, by a table. What is expected was read from handle_mm_fault()
 * and what it calls, from userfaultfd, and from access_error() of x86, in 6.1,
 * 6.12 and 7.3.
 */
#include <stddef.h>

#include "tap.h"
#include "verdict.h"

#define S(name) MMLENS_STATE_##name
#define C(name) MMLENS_CACHE_##name

/* Kinds of VMAs, to be followed by what is special. */
#define NOBODY(_backing) .backing = MMLENS_BACKING##_backing, \
			 .rule = MMLENS_COW_RULE_SMALL
#define READER(backing) NOBODY(backing), .accessible = true
#define SHARED(backing) READER(backing), .writable = true
#define PRIVATE(backing) SHARED(backing), .cow = true

#define ANON(...) { .state = S(ANON), .present = true, .anon = true, \
		    .counted = true, .listed = true, __VA_ARGS__ }
#define PAGE(_state, ...) { .state = S(_state), .present = true, __VA_ARGS__ }
#define EMPTY(...) { .state = S(NONE), __VA_ARGS__ }

#define EITHER(_what, _or_else, _why)					\
	{ MMLENS_FORECAST_##_what, MMLENS_FORECAST_##_or_else,		\
	  MMLENS_WHY_##_why }
#define IS(what, why) EITHER(what, what, why)

struct row {
	const char *what;
	struct mmlens_area area;
	struct mmlens_facts facts;
	struct mmlens_outcome read;
	struct mmlens_outcome write;
};

static const struct row mapped[] = {
	{ "own and writable", { PRIVATE(_ANON) },
	  ANON(.exclusive = true, .write = true),
	  IS(NONE, MAPPED), IS(NONE, MAPPED) },
	{ "own, not writable", { PRIVATE(_ANON) }, ANON(.exclusive = true),
	  IS(NONE, MAPPED), IS(COW_REUSE, MARKED) },
	{ "left behind", { PRIVATE(_ANON) }, ANON(.refcount = 1, .mapcount = 1),
	  IS(NONE, MAPPED), IS(COW_REUSE, LAST_MAPPING) },
	{ "forked", { PRIVATE(_ANON) }, ANON(.refcount = 2, .mapcount = 2),
	  IS(NONE, MAPPED), IS(COW_COPY, MAPPED_ELSEWHERE) },
	{ "pinned", { PRIVATE(_ANON) }, ANON(.refcount = 2, .mapcount = 1),
	  IS(NONE, MAPPED), IS(COW_COPY, REFERENCED) },
	{ "in the swap cache", { PRIVATE(_ANON) },
	  ANON(.swapcache = true, .refcount = 2, .mapcount = 1),
	  IS(NONE, MAPPED), EITHER(COW_COPY, COW_REUSE, SWAP_CACHE) },
	{ "in a batch", { PRIVATE(_ANON) },
	  PAGE(ANON, .anon = true, .counted = true, .refcount = 2,
	       .mapcount = 1),
	  IS(NONE, MAPPED), EITHER(COW_COPY, COW_REUSE, BATCH) },
	{ "withheld", { PRIVATE(_ANON) },
	  PAGE(ANON, .anon = true),
	  IS(NONE, MAPPED), EITHER(COW_COPY, COW_REUSE, WITHHELD) },
	{ "KSM", { PRIVATE(_ANON) },
	  PAGE(KSM, .anon = true, .counted = true),
	  IS(NONE, MAPPED), IS(COW_COPY, KSM) },
	{ "zero page", { PRIVATE(_ANON) }, PAGE(ZERO),
	  IS(NONE, MAPPED), IS(ZERO_COPY, ZERO_PAGE) },
	{ "huge zero page, split", { PRIVATE(_ANON) },
	  PAGE(HUGE_ZERO, .whole = true),
	  IS(NONE, MAPPED), IS(ZERO_COPY, ZERO_PAGE) },
	{ "huge zero page, replaced", { PRIVATE(_ANON), .huge_zero_copy = true },
	  PAGE(HUGE_ZERO, .whole = true),
	  IS(NONE, MAPPED), EITHER(HUGE_ANON, ZERO_COPY, HUGE_PAGE) },
	{ "file, private", { PRIVATE(_FILE) }, PAGE(FILE),
	  IS(NONE, MAPPED), IS(FILE_COPY, PAGE_CACHE) },
	{ "file, shared, clean", { SHARED(_FILE) }, PAGE(FILE),
	  IS(NONE, MAPPED), IS(WRITE_NOTIFY, WRITE_TRACKED) },
	{ "file, huge, clean", { SHARED(_FILE) },
	  PAGE(FILE, .whole = true, .large = true),
	  IS(NONE, MAPPED), IS(FILE_MINOR, WRITE_TRACKED) },
	{ "a device's memory, huge, clean", { SHARED(_DRIVER) },
	  PAGE(DEVICE, .whole = true),
	  IS(NONE, MAPPED), IS(WRITE_NOTIFY, WRITE_TRACKED) },
	{ "file, shared, dirty", { SHARED(_FILE) }, PAGE(FILE, .write = true),
	  IS(NONE, MAPPED), IS(NONE, MAPPED) },
	{ "file, private, copied and forked", { PRIVATE(_FILE) },
	  ANON(.refcount = 2, .mapcount = 2),
	  IS(NONE, MAPPED), IS(COW_COPY, MAPPED_ELSEWHERE) },
	{ "shared memory, private", { PRIVATE(_SHMEM) }, PAGE(SHMEM),
	  IS(NONE, MAPPED), IS(FILE_COPY, PAGE_CACHE) },
	{ "shared memory, huge, soft-dirty cleared", { SHARED(_SHMEM) },
	  PAGE(SHMEM, .whole = true, .large = true),
	  IS(NONE, MAPPED), IS(SHMEM_MINOR, WRITE_TRACKED) },
	{ "shared memory, soft-dirty cleared", { SHARED(_SHMEM) }, PAGE(SHMEM),
	  IS(NONE, MAPPED), IS(WRITE_NOTIFY, WRITE_TRACKED) },
	{ "hugetlb, forked", { PRIVATE(_HUGETLB) },
	  PAGE(HUGETLB, .anon = true, .counted = true, .whole = true,
	       .large = true, .refcount = 2, .mapcount = 2),
	  IS(NONE, MAPPED), EITHER(COW_COPY, SIGBUS, HUGE_POOL) },
	{ "hugetlb, of a file, private", { PRIVATE(_HUGETLB) },
	  PAGE(HUGETLB, .whole = true),
	  IS(NONE, MAPPED), EITHER(FILE_COPY, SIGBUS, HUGE_POOL) },
	{ "hugetlb, left behind", { PRIVATE(_HUGETLB) },
	  PAGE(HUGETLB, .anon = true, .counted = true, .whole = true,
	       .large = true, .refcount = 1, .mapcount = 1),
	  IS(NONE, MAPPED), IS(COW_REUSE, LAST_MAPPING) },
	{ "hugetlb, shared", { SHARED(_HUGETLB) }, PAGE(HUGETLB, .whole = true),
	  IS(NONE, MAPPED), IS(WRITE_NOTIFY, WRITE_TRACKED) },
	{ "NUMA hint", { PRIVATE(_ANON) },
	  ANON(.exclusive = true, .numa_hint = true),
	  IS(NUMA_HINT, NUMA), IS(NUMA_HINT, NUMA) },
};

static const struct row rights[] = {
	{ "read only", { READER(_ANON), .cow = true }, ANON(.exclusive = true),
	  IS(NONE, MAPPED), IS(SIGSEGV, RIGHTS) },
	{ "read only, empty", { READER(_ANON), .cow = true }, EMPTY(),
	  IS(ZERO, UNTOUCHED), IS(SIGSEGV, RIGHTS) },
	{ "no access", { NOBODY(_ANON), .cow = true }, ANON(.exclusive = true),
	  IS(SIGSEGV, RIGHTS), IS(SIGSEGV, RIGHTS) },
	{ "no access, in swap", { NOBODY(_ANON), .cow = true },
	  { .state = S(SWAP), .exclusive = true },
	  IS(SIGSEGV, RIGHTS), IS(SIGSEGV, RIGHTS) },
	{ "execute only", { READER(_FILE), .cow = true, .execute_only = true },
	  PAGE(FILE), IS(SIGSEGV, EXECUTE_ONLY), IS(SIGSEGV, RIGHTS) },
	{ "protection key", { PRIVATE(_ANON), .pkey = true },
	  ANON(.exclusive = true, .write = true),
	  EITHER(NONE, SIGSEGV, PROTECTION_KEY),
	  EITHER(NONE, SIGSEGV, PROTECTION_KEY) },
	{ "protection key, guard", { PRIVATE(_ANON), .pkey = true },
	  { .state = S(GUARD) }, IS(SIGSEGV, GUARD), IS(SIGSEGV, GUARD) },
	{ "protection key, empty", { PRIVATE(_ANON), .pkey = true }, EMPTY(),
	  EITHER(ZERO, SIGSEGV, PROTECTION_KEY),
	  EITHER(ANON, SIGSEGV, PROTECTION_KEY) },
};

static const struct row absent[] = {
	{ "swap", { PRIVATE(_ANON) }, { .state = S(SWAP) },
	  IS(SWAP_IN, SWAPPED), IS(SWAP_IN, SWAPPED) },
	{ "migration", { PRIVATE(_ANON) }, { .state = S(MIGRATION) },
	  IS(WAIT, MIGRATING), IS(WAIT, MIGRATING) },
	{ "device-private", { PRIVATE(_ANON) }, { .state = S(DEVICE_PRIVATE) },
	  IS(WAIT, DEVICE), IS(WAIT, DEVICE) },
	{ "device-exclusive", { PRIVATE(_ANON) },
	  { .state = S(DEVICE_EXCLUSIVE) },
	  IS(WAIT, DEVICE), IS(WAIT, DEVICE) },
	{ "lost", { PRIVATE(_ANON) }, { .state = S(HWPOISON) },
	  IS(SIGBUS, POISON), IS(SIGBUS, POISON) },
	{ "poisoned", { SHARED(_SHMEM) }, { .state = S(POISON_MARKER) },
	  IS(SIGBUS, POISON), IS(SIGBUS, POISON) },
	{ "guard", { PRIVATE(_ANON) }, { .state = S(GUARD) },
	  IS(SIGSEGV, GUARD), IS(SIGSEGV, GUARD) },
};

static const struct row empty[] = {
	{ "anonymous", { PRIVATE(_ANON) }, EMPTY(),
	  IS(ZERO, UNTOUCHED), IS(ANON, UNTOUCHED) },
	{ "room for a huge page, forbidden", { PRIVATE(_ANON) },
	  EMPTY(.room = true), IS(ZERO, UNTOUCHED), IS(ANON, UNTOUCHED) },
	{ "room for a huge page", { PRIVATE(_ANON), .thp = true },
	  EMPTY(.room = true), EITHER(HUGE_ZERO, ZERO, THP),
	  EITHER(HUGE_ANON, ANON, THP) },
	{ "no room for a huge page", { PRIVATE(_ANON), .thp = true }, EMPTY(),
	  IS(ZERO, UNTOUCHED), IS(ANON, UNTOUCHED) },
	{ "file, cached", { PRIVATE(_FILE) }, EMPTY(.cache = C(PRESENT)),
	  IS(FILE_MINOR, CACHED), IS(FILE_COPY, PAGE_CACHE) },
	{ "file, not cached", { PRIVATE(_FILE) }, EMPTY(.cache = C(ABSENT)),
	  IS(FILE_MAJOR, NOT_CACHED), IS(FILE_COPY, PAGE_CACHE) },
	{ "file, busy", { SHARED(_FILE) }, EMPTY(.cache = C(BUSY)),
	  EITHER(FILE_MINOR, FILE_MAJOR, BUSY),
	  EITHER(FILE_MINOR, FILE_MAJOR, BUSY) },
	{ "file, withheld", { SHARED(_FILE) }, EMPTY(.cache = C(WITHHELD)),
	  EITHER(FILE_MINOR, FILE_MAJOR, WITHHELD),
	  EITHER(FILE_MINOR, FILE_MAJOR, WITHHELD) },
	{ "file, shared, cached", { SHARED(_FILE) },
	  EMPTY(.cache = C(PRESENT)), IS(FILE_MINOR, CACHED),
	  IS(FILE_MINOR, CACHED) },
	{ "behind the end, private", { PRIVATE(_FILE) },
	  EMPTY(.cache = C(BEYOND)), IS(SIGBUS, END_OF_FILE),
	  IS(SIGBUS, END_OF_FILE) },
	{ "shared memory, new", { SHARED(_SHMEM) }, EMPTY(.cache = C(ABSENT)),
	  IS(SHMEM_MINOR, UNTOUCHED), IS(SHMEM_MINOR, UNTOUCHED) },
	{ "shared memory, old, private", { PRIVATE(_SHMEM) },
	  EMPTY(.cache = C(PRESENT)), IS(SHMEM_MINOR, CACHED),
	  IS(FILE_COPY, PAGE_CACHE) },
	{ "shared memory, in swap", { SHARED(_SHMEM) },
	  EMPTY(.cache = C(SWAPPED)),
	  EITHER(SHMEM_MAJOR, SHMEM_MINOR, SWAP_CACHE),
	  EITHER(SHMEM_MAJOR, SHMEM_MINOR, SWAP_CACHE) },
	{ "shared memory, behind the end", { SHARED(_SHMEM) },
	  EMPTY(.cache = C(BEYOND)), IS(SIGBUS, END_OF_FILE),
	  IS(SIGBUS, END_OF_FILE) },
	{ "hugetlb", { SHARED(_HUGETLB) },
	  EMPTY(.cache = C(ABSENT)), EITHER(HUGETLB, SIGBUS, HUGE_POOL),
	  EITHER(HUGETLB, SIGBUS, HUGE_POOL) },
	{ "hugetlb, private", { PRIVATE(_HUGETLB) },
	  EMPTY(.cache = C(ABSENT)), EITHER(HUGETLB, SIGBUS, HUGE_POOL),
	  EITHER(HUGETLB, SIGBUS, HUGE_POOL) },
	{ "hugetlb, cached", { SHARED(_HUGETLB) }, EMPTY(.cache = C(PRESENT)),
	  IS(HUGETLB, CACHED), IS(HUGETLB, CACHED) },
	{ "hugetlb, behind the end", { SHARED(_HUGETLB) },
	  EMPTY(.cache = C(BEYOND)), IS(SIGBUS, END_OF_FILE),
	  IS(SIGBUS, END_OF_FILE) },
	{ "hugetlb, cached, private", { PRIVATE(_HUGETLB) },
	  EMPTY(.cache = C(PRESENT)), IS(HUGETLB, CACHED),
	  EITHER(HUGETLB, SIGBUS, HUGE_POOL) },
	{ "the kernel's, made writable", { PRIVATE(_KERNEL) }, EMPTY(),
	  IS(FILE_MINOR, KERNEL_PAGE), IS(FILE_COPY, KERNEL_PAGE) },
	{ "a driver's, private", { PRIVATE(_DRIVER) }, EMPTY(),
	  EITHER(FILE_MINOR, SIGBUS, DRIVER),
	  EITHER(FILE_COPY, SIGBUS, DRIVER) },
	{ "the kernel's", { READER(_KERNEL), .cow = true }, EMPTY(),
	  IS(FILE_MINOR, KERNEL_PAGE), IS(SIGSEGV, RIGHTS) },
	{ "a driver's", { SHARED(_DRIVER) }, EMPTY(),
	  EITHER(FILE_MINOR, SIGBUS, DRIVER),
	  EITHER(FILE_MINOR, SIGBUS, DRIVER) },
	{ "nobody's", { SHARED(_NOTHING) }, EMPTY(),
	  IS(SIGBUS, NO_HANDLER), IS(SIGBUS, NO_HANDLER) },
};

static const struct row uffd[] = {
	{ "missing", { PRIVATE(_ANON), .uffd_missing = true }, EMPTY(),
	  IS(UFFD, UFFD_MISSING), IS(UFFD, UFFD_MISSING) },
	{ "missing, room for a huge page",
	  { PRIVATE(_ANON), .uffd_missing = true, .thp = true },
	  EMPTY(.room = true), IS(UFFD, UFFD_MISSING),
	  IS(UFFD, UFFD_MISSING) },
	{ "missing, mapped", { PRIVATE(_ANON), .uffd_missing = true },
	  ANON(.exclusive = true, .write = true), IS(NONE, MAPPED),
	  IS(NONE, MAPPED) },
	{ "missing, new shared memory",
	  { SHARED(_SHMEM), .uffd_missing = true }, EMPTY(.cache = C(ABSENT)),
	  IS(UFFD, UFFD_MISSING), IS(UFFD, UFFD_MISSING) },
	{ "missing, old shared memory",
	  { SHARED(_SHMEM), .uffd_missing = true }, EMPTY(.cache = C(PRESENT)),
	  IS(SHMEM_MINOR, CACHED), IS(SHMEM_MINOR, CACHED) },
	{ "missing, withheld", { SHARED(_SHMEM), .uffd_missing = true },
	  EMPTY(.cache = C(WITHHELD)), EITHER(UFFD, SHMEM_MINOR, WITHHELD),
	  EITHER(UFFD, SHMEM_MINOR, WITHHELD) },
	{ "minor, old shared memory", { SHARED(_SHMEM), .uffd_minor = true },
	  EMPTY(.cache = C(PRESENT)), IS(UFFD, UFFD_MINOR),
	  IS(UFFD, UFFD_MINOR) },
	{ "minor, new shared memory", { SHARED(_SHMEM), .uffd_minor = true },
	  EMPTY(.cache = C(ABSENT)), IS(SHMEM_MINOR, UNTOUCHED),
	  IS(SHMEM_MINOR, UNTOUCHED) },
	{ "minor, shared memory in swap", { SHARED(_SHMEM), .uffd_minor = true },
	  EMPTY(.cache = C(SWAPPED)), IS(UFFD, UFFD_MINOR),
	  IS(UFFD, UFFD_MINOR) },
	{ "minor, behind the end", { SHARED(_SHMEM), .uffd_minor = true },
	  EMPTY(.cache = C(BEYOND)), IS(SIGBUS, END_OF_FILE),
	  IS(SIGBUS, END_OF_FILE) },
	{ "hugetlb, minor", { SHARED(_HUGETLB), .uffd_minor = true },
	  EMPTY(.cache = C(PRESENT)), IS(UFFD, UFFD_MINOR),
	  IS(UFFD, UFFD_MINOR) },
	{ "hugetlb, missing", { PRIVATE(_HUGETLB), .uffd_missing = true },
	  EMPTY(.cache = C(ABSENT)), IS(UFFD, UFFD_MISSING),
	  IS(UFFD, UFFD_MISSING) },
	{ "protected", { PRIVATE(_ANON), .uffd_wp = true },
	  ANON(.exclusive = true, .uffd = true), IS(NONE, MAPPED),
	  IS(UFFD, UFFD_PROTECTED) },
	{ "protected, shared memory", { SHARED(_SHMEM), .uffd_wp = true },
	  PAGE(SHMEM, .uffd = true), IS(NONE, MAPPED),
	  IS(UFFD, UFFD_PROTECTED) },
	{ "protected, async", { PRIVATE(_ANON), .uffd_wp = true,
				.uffd_async = true },
	  ANON(.exclusive = true, .uffd = true), IS(NONE, MAPPED),
	  IS(COW_REUSE, MARKED) },
	{ "registered, another page protected",
	  { PRIVATE(_ANON), .uffd_wp = true }, ANON(.exclusive = true),
	  IS(NONE, MAPPED), IS(COW_REUSE, MARKED) },
	{ "no longer registered", { PRIVATE(_ANON) },
	  ANON(.exclusive = true, .uffd = true), IS(NONE, MAPPED),
	  IS(COW_REUSE, MARKED) },
	{ "marker", { PRIVATE(_ANON), .uffd_wp = true },
	  { .state = S(UFFD_MARKER), .uffd = true }, IS(ZERO, UNTOUCHED),
	  IS(UFFD, UFFD_PROTECTED) },
	{ "marker, shared memory", { SHARED(_SHMEM), .uffd_wp = true },
	  { .state = S(UFFD_MARKER), .uffd = true, .cache = C(PRESENT) },
	  IS(SHMEM_MINOR, CACHED), IS(UFFD, UFFD_PROTECTED) },
	{ "marker, behind the end", { SHARED(_SHMEM), .uffd_wp = true },
	  { .state = S(UFFD_MARKER), .uffd = true, .cache = C(BEYOND) },
	  IS(SIGBUS, END_OF_FILE), IS(SIGBUS, END_OF_FILE) },
	{ "protected, in swap", { PRIVATE(_ANON), .uffd_wp = true },
	  { .state = S(SWAP), .uffd = true, .exclusive = true },
	  IS(SWAP_IN, SWAPPED), IS(UFFD, UFFD_PROTECTED) },
	{ "protected, in swap, async",
	  { PRIVATE(_ANON), .uffd_wp = true, .uffd_async = true },
	  { .state = S(SWAP), .uffd = true, .exclusive = true },
	  IS(SWAP_IN, SWAPPED), IS(SWAP_IN, SWAPPED) },
	{ "marker, no longer registered", { PRIVATE(_ANON) },
	  { .state = S(UFFD_MARKER), .uffd = true }, IS(ZERO, UNTOUCHED),
	  IS(ANON, UNTOUCHED) },
	{ "marker, async", { PRIVATE(_ANON), .uffd_wp = true,
			     .uffd_async = true },
	  { .state = S(UFFD_MARKER), .uffd = true }, IS(ZERO, UNTOUCHED),
	  IS(ANON, UNTOUCHED) },
	{ "a huge page, protected, async: split, then judged by parts",
	  { PRIVATE(_ANON), .uffd_wp = true, .uffd_async = true },
	  ANON(.whole = true, .large = true, .uffd = true, .refcount = 1,
	       .mapcount = 1, .folio_mapcount = 1),
	  IS(NONE, MAPPED), IS(COW_COPY, LARGE_FOLIO) },
	{ "the huge zero page, protected, async: split",
	  { PRIVATE(_ANON), .uffd_wp = true, .uffd_async = true,
	    .huge_zero_copy = true },
	  PAGE(HUGE_ZERO, .whole = true, .uffd = true),
	  IS(NONE, MAPPED), IS(ZERO_COPY, ZERO_PAGE) },
	{ "read-protected", { PRIVATE(_ANON), .uffd_rwp = true },
	  ANON(.exclusive = true, .uffd = true),
	  IS(UFFD, UFFD_PROTECTED), IS(UFFD, UFFD_PROTECTED) },
	{ "read-protected, in swap", { PRIVATE(_ANON), .uffd_rwp = true },
	  { .state = S(SWAP), .uffd = true, .exclusive = true },
	  IS(UFFD, UFFD_PROTECTED), IS(UFFD, UFFD_PROTECTED) },
	{ "read-protected, async",
	  { PRIVATE(_ANON), .uffd_rwp = true, .uffd_async = true },
	  ANON(.exclusive = true, .uffd = true),
	  IS(WRITE_NOTIFY, UFFD_PROTECTED), IS(WRITE_NOTIFY, UFFD_PROTECTED) },
	{ "read-protected, async, forked",
	  { PRIVATE(_ANON), .uffd_rwp = true, .uffd_async = true },
	  ANON(.uffd = true, .refcount = 2, .mapcount = 2),
	  IS(WRITE_NOTIFY, UFFD_PROTECTED), IS(COW_COPY, MAPPED_ELSEWHERE) },
};

static void same(struct mmlens_outcome got, struct mmlens_outcome want)
{
	equal(got.what, want.what);
	equal(got.or_else, want.or_else);
	equal(got.why, want.why);
}

static void check_rows(const struct row *rows, size_t count)
{
	struct mmlens_judgement judgement;
	int before;

	for (; count; count--, rows++) {
		before = tap_wrong;
		judgement = mmlens_judge(&rows->area, &rows->facts);
		same(mmlens_foresee(&rows->area, &rows->facts, &judgement,
				    false), rows->read);
		same(mmlens_foresee(&rows->area, &rows->facts, &judgement,
				    true), rows->write);
		if (tap_wrong > before)
			printf("# %s\n", rows->what);
	}
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void check_mapped(void)
{
	CHECK_ROWS(mapped);
}

static void check_rights(void)
{
	CHECK_ROWS(rights);
}

static void check_absent(void)
{
	CHECK_ROWS(absent);
}

static void check_empty(void)
{
	CHECK_ROWS(empty);
}

static void check_uffd(void)
{
	CHECK_ROWS(uffd);
}

/* Below a stack; that a limit forbids it can never be excluded. */
static void check_growth(void)
{
	const struct mmlens_area stack = { PRIVATE(_ANON) };
	const struct mmlens_area shut = { READER(_ANON), .cow = true };
	const struct mmlens_area guarded = { PRIVATE(_ANON),
					     .uffd_missing = true };
	const struct mmlens_facts facts = EMPTY();

	same(mmlens_foresee_growth(&stack, &facts, false),
	     (struct mmlens_outcome)EITHER(ZERO, SIGSEGV, STACK_GROWTH));
	same(mmlens_foresee_growth(&stack, &facts, true),
	     (struct mmlens_outcome)EITHER(ANON, SIGSEGV, STACK_GROWTH));
	same(mmlens_foresee_growth(&shut, &facts, true),
	     (struct mmlens_outcome)IS(SIGSEGV, RIGHTS));
	same(mmlens_foresee_growth(&guarded, &facts, true),
	     (struct mmlens_outcome)EITHER(UFFD, SIGSEGV, STACK_GROWTH));
}

static const struct test tests[] = {
	{ "mapped pages", check_mapped },
	{ "rights", check_rights },
	{ "entries that are neither empty nor mapped", check_absent },
	{ "empty entries, by what fills them", check_empty },
	{ "userfaultfd", check_uffd },
	{ "below a stack", check_growth },
};

TAP_MAIN(tests)
