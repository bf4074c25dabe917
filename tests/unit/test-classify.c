// SPDX-License-Identifier: GPL-2.0
/*
 * What a fault did, by a table. What is expected was read from
 * handle_mm_fault() and what it calls, in 6.1, 6.12 and 7.3.
 */
#include <stddef.h>

#include "classify.h"
#include "tap.h"

#define AREA(_backing, ...) { .backing = MMLENS_BACKING_##_backing, \
			      .accessible = true, .writable = true, __VA_ARGS__ }
#define PRIVATE(backing, ...) AREA(backing, .cow = true, __VA_ARGS__)

#define EMPTY { .state = MMLENS_STATE_NONE }
#define GONE(_state, ...) { .state = MMLENS_STATE_##_state, __VA_ARGS__ }
#define PAGE(_state, _pfn, ...) { .state = MMLENS_STATE_##_state, \
				  .pfn = _pfn, .present = true, __VA_ARGS__ }
#define TRACES(_before, _after, ...) { .before = _before, .after = _after, \
				       __VA_ARGS__ }
#define HUGE .level = MMLENS_LEVEL_PMD

struct row {
	const char *what;
	struct mmlens_traces traces;
	struct mmlens_area area;
	enum mmlens_forecast class;
};

#define ROW(_what, _area, _traces, _class) \
	{ .what = _what, .area = _area, .traces = _traces, .class = _class }

static const struct row rows[] = {
	/* Filled. */
	ROW("first read", PRIVATE(ANON),
	    TRACES(EMPTY, PAGE(ZERO, 1)), MMLENS_FORECAST_ZERO),
	ROW("first read, huge", PRIVATE(ANON),
	    TRACES(EMPTY, PAGE(HUGE_ZERO, 1, HUGE)), MMLENS_FORECAST_HUGE_ZERO),
	ROW("first write", PRIVATE(ANON),
	    TRACES(EMPTY, PAGE(ANON, 1, .write = true), .write = true),
	    MMLENS_FORECAST_ANON),
	ROW("first write, huge", PRIVATE(ANON),
	    TRACES(EMPTY, PAGE(ANON, 1, HUGE, .write = true), .write = true),
	    MMLENS_FORECAST_HUGE_ANON),
	ROW("file, cached", PRIVATE(FILE),
	    TRACES(EMPTY, PAGE(FILE, 1)), MMLENS_FORECAST_FILE_MINOR),
	ROW("file, from disk", PRIVATE(FILE),
	    TRACES(EMPTY, PAGE(FILE, 1), .major = true, .asked = true),
	    MMLENS_FORECAST_FILE_MAJOR),
	ROW("file, copied", PRIVATE(FILE),
	    TRACES(EMPTY, PAGE(ANON, 1, .write = true), .write = true,
		   .major = true),
	    MMLENS_FORECAST_FILE_COPY),
	ROW("file, shared, written", AREA(FILE),
	    TRACES(EMPTY, PAGE(FILE, 1, .write = true), .write = true),
	    MMLENS_FORECAST_FILE_MINOR),
	ROW("shared memory", AREA(SHMEM),
	    TRACES(EMPTY, PAGE(FILE, 1, .write = true), .write = true),
	    MMLENS_FORECAST_SHMEM_MINOR),
	ROW("shared memory from swap", AREA(SHMEM),
	    TRACES(EMPTY, PAGE(FILE, 1), .major = true), MMLENS_FORECAST_SHMEM_MAJOR),
	ROW("shared memory, copied", PRIVATE(SHMEM),
	    TRACES(EMPTY, PAGE(ANON, 1, .write = true), .write = true),
	    MMLENS_FORECAST_FILE_COPY),
	ROW("hugetlb", PRIVATE(HUGETLB),
	    TRACES(EMPTY, PAGE(ANON, 1, HUGE, .write = true), .write = true),
	    MMLENS_FORECAST_HUGETLB),
	ROW("the vdso", PRIVATE(KERNEL),
	    TRACES(EMPTY, PAGE(FILE, 1)), MMLENS_FORECAST_FILE_MINOR),
	ROW("unmapped meanwhile", PRIVATE(ANON),
	    TRACES(EMPTY, EMPTY, .write = true), MMLENS_FORECAST_OTHER),
	/* Present. */
	ROW("zero page written", PRIVATE(ANON),
	    TRACES(PAGE(ZERO, 1), PAGE(ANON, 2, .write = true), .write = true),
	    MMLENS_FORECAST_ZERO_COPY),
	ROW("huge zero page, split", PRIVATE(ANON),
	    TRACES(PAGE(HUGE_ZERO, 1, HUGE), PAGE(ANON, 2, .write = true),
		   .write = true), MMLENS_FORECAST_ZERO_COPY),
	ROW("huge zero page, replaced", PRIVATE(ANON),
	    TRACES(PAGE(HUGE_ZERO, 1, HUGE), PAGE(ANON, 2, HUGE, .write = true),
		   .write = true), MMLENS_FORECAST_HUGE_ANON),
	ROW("copied", PRIVATE(ANON),
	    TRACES(PAGE(ANON, 1), PAGE(ANON, 2, .write = true), .write = true),
	    MMLENS_FORECAST_COW_COPY),
	ROW("kept", PRIVATE(ANON),
	    TRACES(PAGE(ANON, 1), PAGE(ANON, 1, .write = true), .write = true),
	    MMLENS_FORECAST_COW_REUSE),
	ROW("kept, huge", PRIVATE(ANON),
	    TRACES(PAGE(ANON, 1, HUGE), PAGE(ANON, 1, HUGE, .write = true),
		   .write = true), MMLENS_FORECAST_COW_REUSE),
	ROW("of a file, copied", PRIVATE(FILE),
	    TRACES(PAGE(FILE, 1), PAGE(ANON, 2, .write = true), .write = true),
	    MMLENS_FORECAST_FILE_COPY),
	ROW("of a file, told", AREA(FILE),
	    TRACES(PAGE(FILE, 1), PAGE(FILE, 1, .write = true), .write = true),
	    MMLENS_FORECAST_WRITE_NOTIFY),
	ROW("of a file, huge, by parts", AREA(SHMEM),
	    TRACES(PAGE(FILE, 1, HUGE), PAGE(FILE, 1, .write = true),
		   .write = true),
	    MMLENS_FORECAST_SHMEM_MINOR),
	ROW("somebody else was first", PRIVATE(ANON),
	    TRACES(PAGE(ANON, 1, .write = true), PAGE(ANON, 1, .write = true),
		   .write = true), MMLENS_FORECAST_SPURIOUS),
	ROW("read of what is there", PRIVATE(FILE),
	    TRACES(PAGE(FILE, 1), PAGE(FILE, 1)), MMLENS_FORECAST_SPURIOUS),
	ROW("hint", PRIVATE(ANON),
	    TRACES(PAGE(ANON, 1, .numa_hint = true), PAGE(ANON, 2), .write = true),
	    MMLENS_FORECAST_NUMA_HINT),
	ROW("gone meanwhile", PRIVATE(ANON),
	    TRACES(PAGE(ANON, 1), EMPTY, .write = true), MMLENS_FORECAST_OTHER),
	/* Away. */
	ROW("swapped", PRIVATE(ANON),
	    TRACES(GONE(SWAP), PAGE(ANON, 1), .major = true),
	    MMLENS_FORECAST_SWAP_IN),
	ROW("moving", PRIVATE(ANON),
	    TRACES(GONE(MIGRATION), PAGE(ANON, 1), .asked = true),
	    MMLENS_FORECAST_WAIT),
	ROW("at a device", PRIVATE(ANON),
	    TRACES(GONE(DEVICE_PRIVATE), PAGE(ANON, 1)), MMLENS_FORECAST_WAIT),
	/* userfaultfd. */
	ROW("missing", PRIVATE(ANON, .uffd_missing = true),
	    TRACES(EMPTY, PAGE(ANON, 1), .asked = true), MMLENS_FORECAST_UFFD),
	ROW("missing, not asked", PRIVATE(SHMEM, .uffd_missing = true),
	    TRACES(EMPTY, PAGE(FILE, 1)), MMLENS_FORECAST_SHMEM_MINOR),
	ROW("marked, written", PRIVATE(ANON, .uffd_wp = true),
	    TRACES(PAGE(ANON, 1, .uffd = true), PAGE(ANON, 1, .write = true),
		   .write = true, .asked = true), MMLENS_FORECAST_UFFD),
	ROW("marked, resolved by the kernel", PRIVATE(ANON, .uffd_wp = true),
	    TRACES(PAGE(ANON, 1, .uffd = true), PAGE(ANON, 1, .write = true),
		   .write = true), MMLENS_FORECAST_COW_REUSE),
	ROW("tried again, nobody asked", PRIVATE(ANON),
	    TRACES(EMPTY, PAGE(ANON, 1, .write = true), .write = true,
		   .asked = true), MMLENS_FORECAST_ANON),
	ROW("swapped, tried again", PRIVATE(ANON, .uffd_wp = true),
	    TRACES(GONE(SWAP), PAGE(ANON, 1), .asked = true),
	    MMLENS_FORECAST_SWAP_IN),
	/* The end. */
	ROW("guard", PRIVATE(ANON),
	    TRACES(GONE(GUARD), GONE(GUARD), .end = MMLENS_FAULT_SIGSEGV),
	    MMLENS_FORECAST_SIGSEGV),
	ROW("behind the end", AREA(FILE),
	    TRACES(EMPTY, EMPTY, .end = MMLENS_FAULT_SIGBUS), MMLENS_FORECAST_SIGBUS),
	ROW("no memory", PRIVATE(ANON),
	    TRACES(EMPTY, EMPTY, .end = MMLENS_FAULT_FAILED, .write = true),
	    MMLENS_FORECAST_OTHER),
};

static void table(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		printf("# %s\n", rows[i].what);
		equal(mmlens_classify(&rows[i].area, &rows[i].traces),
		      rows[i].class);
	}
}

static const struct test tests[] = {
	{ "what faults did", table },
};

TAP_MAIN(tests)
