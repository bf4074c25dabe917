/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_FAIL_H
#define MMLENS_FAIL_H

#include <stdbool.h>

/*
 * What went wrong, in one sentence for a person. The first failure is kept:
 * what follows it is a consequence. main() makes the exit code of the kind.
 */
enum fail_kind {
	FAIL_NONE,
	FAIL_USAGE,	/* the command line makes no sense */
	FAIL_KERNEL,	/* the kernel refused, or could not */
	FAIL_MODULE,	/* the module is not there */
	FAIL_TARGET,	/* no such target, or it left */
	FAIL_OUTPUT,	/* the answer could not be written */
};

struct failure {
	enum fail_kind kind;
	int error;		/* errno */
	char text[640];
	char hint[320];		/* what to do about it, may be empty */
};

int fail(struct failure *f, enum fail_kind kind, int error, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void fail_hint(struct failure *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int fail_memory(struct failure *f);

#endif
