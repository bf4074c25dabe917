// SPDX-License-Identifier: GPL-2.0
#include "fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/**
 * fail() - keep the first failure
 * @f: where to keep it
 * @kind: what sort of failure
 * @error: errno value, positive
 * @fmt: a sentence without a full stop
 *
 * Return: -@error, so that a caller can end with return fail(...).
 */
int fail(struct failure *f, enum fail_kind kind, int error, const char *fmt, ...)
{
	va_list ap;

	if (f->kind == FAIL_NONE) {
		f->kind = kind;
		f->error = error;
		f->hint[0] = '\0';
		va_start(ap, fmt);
		vsnprintf(f->text, sizeof(f->text), fmt, ap);
		va_end(ap);
	}
	return -error;
}

/**
 * fail_hint() - say what to do about the failure
 * @f: a failure kept before
 * @fmt: a sentence; the first hint is kept
 */
void fail_hint(struct failure *f, const char *fmt, ...)
{
	va_list ap;

	if (f->hint[0])
		return;
	va_start(ap, fmt);
	vsnprintf(f->hint, sizeof(f->hint), fmt, ap);
	va_end(ap);
}

/**
 * fail_memory() - the failure of an allocation
 * @f: where to keep it
 *
 * Return: -ENOMEM.
 */
int fail_memory(struct failure *f)
{
	return fail(f, FAIL_KERNEL, ENOMEM, "out of memory");
}
