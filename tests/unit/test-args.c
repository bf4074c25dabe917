// SPDX-License-Identifier: GPL-2.0
/* cli/args.c: what is taken for a PID, an address, a range, and what is not. */
#include <unistd.h>

#include "args.h"
#include "tap.h"

static struct failure f;

static void pids(void)
{
	static const char *const bad[] = {
		"", "0", "-1", "1x", " 1", "1 ", "+1", "0x10", "2147483648",
		"99999999999999999999", "Self", "1.0",
	};
	size_t i;
	int pid;

	equal(arg_pid("1", &pid, &f), 0);
	equal(pid, 1);
	equal(arg_pid("2147483647", &pid, &f), 0);
	equal(pid, 2147483647);
	equal(arg_pid("self", &pid, &f), 0);
	equal(pid, getpid());
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		memset(&f, 0, sizeof(f));
		if (!arg_pid(bad[i], &pid, &f))
			printf("# '%s' is taken for %d\n", bad[i], pid);
		equal(f.kind, FAIL_USAGE);
		check(strstr(f.text, bad[i]));
	}
}

static void addresses(void)
{
	static const char *const bad[] = {
		"", "0x", "x1", "12345678901234567", "0x10000000000000000",
		"1g", "-1", " 1", "1 ", "0x1-", "0x-1",
	};
	uint64_t address;
	size_t i;

	equal(arg_address("7fff1000", &address, &f), 0);
	equal(address, 0x7fff1000);
	equal(arg_address("0X7fFF1000", &address, &f), 0);
	equal(address, 0x7fff1000);
	equal(arg_address("ffffffffffffffff", &address, &f), 0);
	equal(address, UINT64_MAX);
	equal(arg_address("00000000000000001", &address, &f), 0);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		memset(&f, 0, sizeof(f));
		if (!arg_address(bad[i], &address, &f))
			printf("# '%s' is taken for %#lx\n", bad[i], address);
		equal(f.kind, FAIL_USAGE);
	}
}

static void ranges(void)
{
	static const struct {
		const char *text;
		uint64_t start, end;
	} good[] = {
		{ "1000-2000", 0x1000, 0x2000 },
		{ "0x1000-0x2000", 0x1000, 0x2000 },
		{ "1000+4096", 0x1000, 0x2000 },
		{ "1000+0x1000", 0x1000, 0x2000 },
		{ "1000+4K", 0x1000, 0x2000 },
		{ "0+2m", 0, 0x200000 },
		{ "1000+1G", 0x1000, 0x40001000 },
		{ "0+1T", 0, 1ULL << 40 },
		{ "1234", 0x1000, 0x2000 },
		{ "fffffffffffff123", 0xfffffffffffff000, UINT64_MAX },
		{ "7ffff7a00000-7ffff7b00000", 0x7ffff7a00000, 0x7ffff7b00000 },
	};
	static const char *const bad[] = {
		"", "2000-1000", "1000-1000", "1000-", "-1000", "1000+",
		"1000+0", "1000+0K", "1000+4X", "1000+4KK", "1000--2000",
		"ffffffffffffffff+2", "1000+99999999999999999999",
		"1000+16777216T", "1000+16777217T", "1000-2000-3000", "0x", "1000+-4",
		"1000 2000", "1000-20000000000000000",
	};
	struct range range;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		int ret = arg_range(good[i].text, 4096, &range, &f);

		if (ret || !range.given || range.name ||
		    range.start != good[i].start || range.end != good[i].end) {
			printf("# '%s' is %d %#lx-%#lx\n", good[i].text, ret,
			       range.start, range.end);
			tap_wrong++;
		}
	}
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		memset(&f, 0, sizeof(f));
		if (!arg_range(bad[i], 4096, &range, &f)) {
			printf("# '%s' is taken for %#lx-%#lx %s\n", bad[i],
			       range.start, range.end,
			       range.name ? range.name : "");
			tap_wrong++;
		} else {
			equal(f.kind, FAIL_USAGE);
		}
	}
}

/* What is wrong with a range is told, not only that something is. */
static void reasons(void)
{
	static const struct {
		const char *text, *reason;
	} ranges_of[] = {
		{ "1000+0", "empty" },
		{ "2000-1000", "before its start" },
		{ "1000+99999999T", "last address" },
		{ "0+99999999999999999999", "last address" },
		{ "1000+x", "START+LENGTH" },
	};
	struct range range;
	size_t i;

	for (i = 0; i < sizeof(ranges_of) / sizeof(*ranges_of); i++) {
		memset(&f, 0, sizeof(f));
		check(arg_range(ranges_of[i].text, 4096, &range, &f));
		check(strstr(f.text, ranges_of[i].reason));
	}
}

static void names(void)
{
	static const char *const good[] = {
		"[heap]", "[stack]", "libc.so.6", "/usr/bin/cat", "bash",
		"ld-linux-x86-64.so.2", "/cafe",
	};
	struct range range;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		equal(arg_range(good[i], 4096, &range, &f), 0);
		check(range.given);
		equal_text(range.name, good[i]);
	}
}

/* A failure keeps what came first: the rest follows from it. */
static void first_failure(void)
{
	int pid;

	memset(&f, 0, sizeof(f));
	arg_pid("no", &pid, &f);
	arg_pid("neither", &pid, &f);
	check(strstr(f.text, "'no'"));
}

/* A long argument neither overflows nor fills the screen. */
static void long_argument(void)
{
	static char text[100000];
	struct range range;
	uint64_t address;
	int pid;

	memset(text, '-', sizeof(text) - 1);
	memset(&f, 0, sizeof(f));
	check(arg_pid(text, &pid, &f));
	check(strlen(f.text) < 200);
	memset(&f, 0, sizeof(f));
	check(arg_address(text, &address, &f));
	check(strlen(f.text) < 300);
	memset(&f, 0, sizeof(f));
	check(arg_range(text, 4096, &range, &f));
	check(strlen(f.text) < 400);
}

static void times(void)
{
	static const struct {
		const char *text;
		uint64_t unit;
		uint64_t ns;
	} good[] = {
		{ "0ns", 0, 0 }, { "50us", 0, 50000 }, { "1.5ms", 0, 1500000 },
		{ "2s", 0, 2000000000 }, { "10min", 0, 600000000000 },
		{ "3", 1000000000, 3000000000 }, { "0.25", 1000, 250 },
		{ "7ms", 1000000000, 7000000 },
	};
	static const char *const bad[] = {
		"", "5", "ms", "-1ms", "5 ms", "5mss", "5msx", "1.5.5ms", "0x5ms",
		"99999999999999999999s", "999999999999min",
	};
	uint64_t ns;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		memset(&f, 0, sizeof(f));
		equal(arg_time(good[i].text, "a time", good[i].unit, &ns, &f),
		      0);
		equal(ns, good[i].ns);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&f, 0, sizeof(f));
		check(arg_time(bad[i], "a time", 0, &ns, &f) < 0);
		equal(f.kind, FAIL_USAGE);
	}
}

static const struct test tests[] = {
	{ "times", times },
	{ "PIDs", pids },
	{ "addresses", addresses },
	{ "ranges", ranges },
	{ "why a range is none", reasons },
	{ "names", names },
	{ "the first failure is kept", first_failure },
	{ "long arguments", long_argument },
};

TAP_MAIN(tests)
