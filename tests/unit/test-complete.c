// SPDX-License-Identifier: GPL-2.0
/* cli/complete.c: what settings, limits and pools decide. */
#include "complete.h"
#include "tap.h"

#define PAGE 0x1000ULL
#define KIB (1ULL << 10)
#define MIB (1ULL << 20)

#define FORECAST(name) MMLENS_FORECAST_##name
#define WHY(name) MMLENS_WHY_##name

static struct mmlens_page_run open_run(unsigned int read,
				       unsigned int read_else,
				       unsigned int write,
				       unsigned int write_else, unsigned int why)
{
	return (struct mmlens_page_run){
		.facts = MMLENS_DETAIL_FORECAST, .pages = 1, .read = read,
		.read_else = read_else, .read_why = why, .write = write,
		.write_else = write_else, .write_why = why,
	};
}

static struct mmlens_page_run thp_run(void)
{
	return open_run(FORECAST(HUGE_ZERO), FORECAST(ZERO),
			FORECAST(HUGE_ANON), FORECAST(ANON), WHY(THP));
}

static void modes(void)
{
	enum thp_mode mode = THP_NEVER;

	check(thp_mode_parse("[always] madvise never\n", THP_NEVER, &mode));
	equal(mode, THP_ALWAYS);
	check(thp_mode_parse("always [madvise] never\n", THP_NEVER, &mode));
	equal(mode, THP_MADVISE);
	check(thp_mode_parse("always inherit madvise [never]\n", THP_ALWAYS,
			     &mode));
	equal(mode, THP_NEVER);
	check(thp_mode_parse("always [inherit] madvise never\n", THP_MADVISE,
			     &mode));
	equal(mode, THP_MADVISE);
	check(!thp_mode_parse("", THP_NEVER, &mode));
}

static void limits_text(void)
{
	static const char text[] =
		"Limit                     Soft Limit           Hard Limit           Units\n"
		"Max stack size            8388608              unlimited            bytes\n"
		"Max address space         unlimited            unlimited            bytes\n";
	uint64_t bytes = 7;

	check(limit_parse(text, "Max stack size", &bytes));
	equal(bytes, 8388608);
	check(limit_parse(text, "Max address space", &bytes));
	equal(bytes, LIMIT_NONE);
	check(!limit_parse(text, "Max locked memory", &bytes));
	check(!limit_parse(text, "stack size", &bytes));
}

static void thp_off(void)
{
	struct system sys = { .thp = THP_NEVER, .huge_zero = true };
	struct vma vma = { .v.flags = MMLENS_VMA_FLAG_HUGE_PAGE };
	struct mmlens_page_run run = thp_run();

	complete_run(&sys, &vma, &run);
	equal(run.read, FORECAST(ZERO));
	equal(run.read_else, FORECAST(ZERO));
	equal(run.read_why, WHY(UNTOUCHED));
	equal(run.write, FORECAST(ANON));
	equal(run.write_else, FORECAST(ANON));

	/* Advised is not what this one is. */
	sys.thp = THP_MADVISE;
	vma.v.flags = 0;
	run = thp_run();
	complete_run(&sys, &vma, &run);
	equal(run.write, FORECAST(ANON));
	equal(run.write_else, FORECAST(ANON));
}

static void thp_on(void)
{
	struct system sys = { .thp = THP_MADVISE, .huge_zero = true };
	struct vma vma = { .v.flags = MMLENS_VMA_FLAG_HUGE_PAGE };
	struct mmlens_page_run run = thp_run();

	complete_run(&sys, &vma, &run);
	equal(run.read, FORECAST(HUGE_ZERO));
	equal(run.read_else, FORECAST(ZERO));
	equal(run.read_why, WHY(HUGE_PAGE));
	equal(run.write, FORECAST(HUGE_ANON));
	equal(run.write_else, FORECAST(ANON));
	equal(run.write_why, WHY(HUGE_PAGE));

	sys.thp = THP_ALWAYS;
	sys.huge_zero = false;
	vma.v.flags = 0;
	run = thp_run();
	complete_run(&sys, &vma, &run);
	equal(run.read, FORECAST(HUGE_ANON));
	equal(run.read_else, FORECAST(ZERO));
}

/* A second doubt is told when the first is gone. */
static void keyed(void)
{
	struct system sys = { .thp = THP_NEVER };
	struct vma vma = { .v.pkey = 3 };
	struct mmlens_page_run run = thp_run();

	complete_run(&sys, &vma, &run);
	equal(run.write, FORECAST(ANON));
	equal(run.write_else, FORECAST(SIGSEGV));
	equal(run.write_why, WHY(PROTECTION_KEY));
}

static void left_alone(void)
{
	struct system sys = { .thp = THP_NEVER };
	struct mmlens_page_run run = thp_run();
	struct vma vma = { 0 };

	complete_run(&sys, NULL, &run);
	equal(run.write_else, FORECAST(ANON));
	equal(run.write, FORECAST(HUGE_ANON));
	/* Nobody asked for a forecast: the fields say nothing. */
	run.facts = 0;
	complete_run(&sys, &vma, &run);
	equal(run.write, FORECAST(HUGE_ANON));
	/* Another doubt. */
	run = open_run(FORECAST(NONE), FORECAST(NONE), FORECAST(COW_COPY),
		       FORECAST(COW_REUSE), WHY(SWAP_CACHE));
	complete_run(&sys, &vma, &run);
	equal(run.write, FORECAST(COW_COPY));
	equal(run.write_else, FORECAST(COW_REUSE));
	equal(run.write_why, WHY(SWAP_CACHE));
}

static void pool(void)
{
	struct system sys = { .pools = 2, .pool = {
		{ .page_size = 1024 * MIB, .free = 9 },
		{ .page_size = 2 * MIB, .free = 5, .reserved = 4 } } };
	struct vma vma = { .v.page_size = 2 * MIB };
	const struct mmlens_page_run hole =
		open_run(FORECAST(HUGETLB), FORECAST(SIGBUS),
			 FORECAST(COW_COPY), FORECAST(SIGBUS), WHY(HUGE_POOL));
	struct mmlens_page_run run = hole;

	complete_run(&sys, &vma, &run);
	equal(run.read, FORECAST(HUGETLB));
	equal(run.read_else, FORECAST(HUGETLB));
	equal(run.write_else, FORECAST(COW_COPY));
	/* All that is free is reserved: perhaps for this mapping. */
	sys.pool[1].reserved = 5;
	run = hole;
	complete_run(&sys, &vma, &run);
	equal(run.read_else, FORECAST(SIGBUS));
	equal(run.read, FORECAST(HUGETLB));
	/* Nothing is free. A copy may be taken from a child. */
	sys.pool[1].free = 0;
	sys.pool[1].reserved = 0;
	run = hole;
	complete_run(&sys, &vma, &run);
	equal(run.read, FORECAST(SIGBUS));
	equal(run.read_else, FORECAST(SIGBUS));
	equal(run.write, FORECAST(COW_COPY));
	equal(run.write_else, FORECAST(SIGBUS));
	/* But the pool may grow. */
	sys.pool[1].may_grow = true;
	run = hole;
	complete_run(&sys, &vma, &run);
	equal(run.read, FORECAST(HUGETLB));
	equal(run.read_else, FORECAST(SIGBUS));
	/* A pool that is not known. */
	vma.v.page_size = 16 * MIB;
	run = hole;
	complete_run(&sys, &vma, &run);
	equal(run.read_else, FORECAST(SIGBUS));
}

static const struct system roomy = {
	.limits = { .known = true, .gap = 256 * PAGE, .lowest = 65536,
		    .stack = 8 * MIB, .space = LIMIT_NONE,
		    .locked = 8 * MIB, .space_used = 2 * MIB,
		    .commit = 1024 * MIB },
};

static void growth(void)
{
	struct vma stack = { .v = { .start = 0x7fff00000000,
				    .end = 0x7fff00000000 + 132 * KIB,
				    .flags = MMLENS_VMA_FLAG_GROWS_DOWN } };
	struct vma below = { .v = { .start = 0x7ffe00000000,
				    .end = 0x7ffe00001000,
				    .flags = MMLENS_VMA_FLAG_READ } };
	struct system sys = roomy;
	uint64_t lowest = stack.v.end - 8 * MIB, near = stack.v.start - 5;

	equal(growth_of(&sys, &stack, &below, near, PAGE), GROWTH_DONE);
	equal(growth_of(&sys, &stack, NULL, near, PAGE), GROWTH_DONE);
	/* RLIMIT_STACK is of the whole VMA, and to the byte. */
	equal(growth_of(&sys, &stack, &below, lowest, PAGE), GROWTH_DONE);
	equal(growth_of(&sys, &stack, &below, lowest - 1, PAGE), GROWTH_STACK);
	sys.limits.stack = LIMIT_NONE;
	/* The gap is that of pages. */
	equal(growth_of(&sys, &stack, &below, below.v.end + 256 * PAGE, PAGE),
	      GROWTH_COMMIT);
	sys.limits.commit = LIMIT_NONE;
	equal(growth_of(&sys, &stack, &below, below.v.end + 256 * PAGE, PAGE),
	      GROWTH_DONE);
	equal(growth_of(&sys, &stack, &below, below.v.end + 256 * PAGE - 1,
			PAGE), GROWTH_GAP);
	/* What nobody can access, and another stack, need no gap. */
	below.v.flags = 0;
	equal(growth_of(&sys, &stack, &below, below.v.end, PAGE), GROWTH_DONE);
	below.v.flags = MMLENS_VMA_FLAG_READ | MMLENS_VMA_FLAG_GROWS_DOWN;
	equal(growth_of(&sys, &stack, &below, below.v.end, PAGE), GROWTH_DONE);
	equal(growth_of(&sys, &stack, NULL, 65535, PAGE), GROWTH_LOWEST);
}

static void growth_limits(void)
{
	struct vma stack = { .v = { .start = 0x7fff00000000,
				    .end = 0x7fff00000000 + 132 * KIB } };
	uint64_t next = stack.v.start - PAGE;
	struct system sys = roomy;

	sys.limits.space = 2 * MIB + PAGE;
	equal(growth_of(&sys, &stack, NULL, next, PAGE), GROWTH_DONE);
	equal(growth_of(&sys, &stack, NULL, next - 1, PAGE), GROWTH_SPACE);
	sys = roomy;
	sys.limits.locked_used = 8 * MIB;
	equal(growth_of(&sys, &stack, NULL, next, PAGE), GROWTH_DONE);
	stack.v.flags = MMLENS_VMA_FLAG_LOCKED;
	equal(growth_of(&sys, &stack, NULL, next, PAGE), GROWTH_LOCKED);
	stack.v.flags = 0;
	sys.limits.strict = true;
	equal(growth_of(&sys, &stack, NULL, next, PAGE), GROWTH_OPEN);
	sys.limits.known = false;
	equal(growth_of(&sys, &stack, NULL, 0, PAGE), GROWTH_OPEN);
}

static void grown(void)
{
	const struct mmlens_page_run below =
		open_run(FORECAST(ZERO), FORECAST(SIGSEGV), FORECAST(HUGE_ANON),
			 FORECAST(SIGSEGV), WHY(STACK_GROWTH));
	struct system sys = { .thp = THP_ALWAYS };
	struct mmlens_page_run run = below;
	struct vma stack = { 0 };

	complete_growth(&sys, &stack, GROWTH_OPEN, &run);
	equal(run.read, FORECAST(ZERO));
	equal(run.read_else, FORECAST(SIGSEGV));
	complete_growth(&sys, &stack, GROWTH_GAP, &run);
	equal(run.read, FORECAST(SIGSEGV));
	equal(run.read_else, FORECAST(SIGSEGV));
	equal(run.write, FORECAST(SIGSEGV));
	equal(run.write_why, WHY(STACK_GROWTH));
	run = below;
	complete_growth(&sys, &stack, GROWTH_DONE, &run);
	equal(run.read, FORECAST(ZERO));
	equal(run.read_else, FORECAST(ZERO));
	equal(run.read_why, WHY(STACK_GROWTH));
	equal(run.write, FORECAST(HUGE_ANON));
	equal(run.write_else, FORECAST(ANON));
	equal(run.write_why, WHY(HUGE_PAGE));
	run = below;
	sys.thp = THP_NEVER;
	complete_growth(&sys, &stack, GROWTH_DONE, &run);
	equal(run.write, FORECAST(ANON));
	equal(run.write_else, FORECAST(ANON));
	equal(run.write_why, WHY(STACK_GROWTH));
	/* Rights decide before anything grows. */
	run = open_run(FORECAST(SIGSEGV), FORECAST(SIGSEGV), FORECAST(SIGSEGV),
		       FORECAST(SIGSEGV), WHY(RIGHTS));
	complete_growth(&sys, &stack, GROWTH_DONE, &run);
	equal(run.write, FORECAST(SIGSEGV));
	equal(run.write_why, WHY(RIGHTS));
}

static const struct test tests[] = {
	{ "settings of huge pages", modes },
	{ "limits of a process", limits_text },
	{ "huge pages are off", thp_off },
	{ "huge pages are on, if there is one", thp_on },
	{ "a protection key remains a doubt", keyed },
	{ "what is left alone", left_alone },
	{ "the hugetlb pool", pool },
	{ "the guard gap, and the length of a stack", growth },
	{ "limits of space, locked memory, commitment", growth_limits },
	{ "what an access does that grows a stack", grown },
};

TAP_MAIN(tests)
