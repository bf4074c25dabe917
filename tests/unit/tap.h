/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TAP in a few lines. A test is a function; check() and equal() count what is
 * wrong in it and go on.
 */
#ifndef MMLENS_TEST_TAP_H
#define MMLENS_TEST_TAP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct test {
	const char *name;
	void (*run)(void);
};

static int tap_wrong;

#define check(condition) do {						\
	if (!(condition)) {						\
		printf("# %s:%d: not true: %s\n", __FILE__, __LINE__,	\
		       #condition);					\
		tap_wrong++;						\
	}								\
} while (0)

#define equal(got, want) do {						\
	long long got_ = (long long)(got), want_ = (long long)(want);	\
									\
	if (got_ != want_) {						\
		printf("# %s:%d: %s is %#llx, not %#llx\n", __FILE__,	\
		       __LINE__, #got, got_, want_);			\
		tap_wrong++;						\
	}								\
} while (0)

#define equal_text(got, want) do {					\
	const char *got_ = (got), *want_ = (want);			\
									\
	if (!got_ || strcmp(got_, want_) != 0) {			\
		printf("# %s:%d: %s is '%s', not '%s'\n", __FILE__,	\
		       __LINE__, #got, got_ ? got_ : "NULL", want_);	\
		tap_wrong++;						\
	}								\
} while (0)

static int tap_run(const struct test *tests, int count)
{
	int i, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%d\n", count);
	for (i = 0; i < count; i++) {
		tap_wrong = 0;
		tests[i].run();
		failed += !!tap_wrong;
		printf("%s %d %s\n", tap_wrong ? "not ok" : "ok", i + 1,
		       tests[i].name);
	}
	return failed ? 1 : 0;
}

#define TAP_MAIN(tests)							\
int main(void)								\
{									\
	return tap_run(tests, sizeof(tests) / sizeof(tests[0]));	\
}

#endif
