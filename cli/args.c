// SPDX-License-Identifier: GPL-2.0
/* Arguments of a command: PIDs, addresses and ranges. */
#include "args.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RANGE_FORMS \
	"a range is START-END, START+LENGTH, ADDRESS, or a VMA's name; addresses are hexadecimal"

/**
 * arg_pid() - read a PID
 * @text: a decimal number, or "self" for this very process
 * @pid: filled
 * @f: told when @text is no PID
 *
 * Return: 0 or -EINVAL.
 */
int arg_pid(const char *text, int *pid, struct failure *f)
{
	unsigned long long value = 0;
	const char *p = text;

	if (!strcmp(text, "self")) {
		*pid = getpid();
		return 0;
	}
	for (; isdigit((unsigned char)*p) && value <= INT_MAX; p++)
		value = value * 10 + (unsigned int)(*p - '0');
	if (p == text || *p || !value || value > INT_MAX)
		return fail(f, FAIL_USAGE, EINVAL,
			    "'%.64s' is not a PID: a PID is a number from 1 to %d",
			    text, INT_MAX);
	*pid = (int)value;
	return 0;
}

/* Reads hex digits with or without 0x. Returns what follows, or NULL. */
static const char *read_hex(const char *p, uint64_t *value)
{
	const char *first;
	uint64_t v = 0;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
		p += 2;
	for (first = p; isxdigit((unsigned char)*p); p++) {
		int c = tolower((unsigned char)*p);

		if (v >> 60)
			return NULL;
		v = v << 4 | (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	*value = v;
	return p == first ? NULL : p;
}

/*
 * Reads 4096, 0x1000, 64K, 2M: what follows a plus sign. What is too much to be
 * a length becomes the largest number.
 */
static bool read_length(const char *p, uint64_t *value)
{
	static const char units[] = "KMGT";
	const char *unit;
	uint64_t v = 0;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		p = read_hex(p, &v);
		if (!p)
			return false;
	} else {
		if (!isdigit((unsigned char)*p))
			return false;
		for (; isdigit((unsigned char)*p); p++) {
			v = v > (UINT64_MAX - 9) / 10 ? UINT64_MAX :
			    v * 10 + (unsigned int)(*p - '0');
		}
	}
	unit = *p ? strchr(units, toupper((unsigned char)*p)) : NULL;
	if (unit) {
		unsigned int shift = 10 * (unsigned int)(unit - units + 1);

		v = v >> (64 - shift) ? UINT64_MAX : v << shift;
		p++;
	}
	*value = v;
	return !*p;
}

/**
 * arg_address() - read an address
 * @text: hexadecimal, with or without 0x
 * @address: filled
 * @f: told when @text is no address
 *
 * Return: 0 or -EINVAL.
 */
int arg_address(const char *text, uint64_t *address, struct failure *f)
{
	const char *rest = read_hex(text, address);

	if (!rest || *rest)
		return fail(f, FAIL_USAGE, EINVAL,
			    "'%.64s' is not an address: an address has at most 16 hexadecimal digits, with or without 0x",
			    text);
	return 0;
}

/**
 * arg_frame() - read a frame number
 * @text: hexadecimal, with or without 0x, as pages and walk print it
 * @frame: filled
 * @f: told when @text is no frame number
 *
 * Return: 0 or -EINVAL.
 */
int arg_frame(const char *text, uint64_t *frame, struct failure *f)
{
	const char *rest = read_hex(text, frame);

	if (!rest || *rest)
		return fail(f, FAIL_USAGE, EINVAL,
			    "'%.64s' is not a frame number: it has at most 16 hexadecimal digits, with or without 0x",
			    text);
	return 0;
}

/**
 * arg_number() - read a decimal number
 * @text: its digits
 * @what: what it is of, for a sentence: "a node"
 * @least: the smallest that makes sense
 * @most: the largest
 * @number: filled
 * @f: told when @text is no such number
 *
 * Return: 0 or -EINVAL.
 */
int arg_number(const char *text, const char *what, uint64_t least,
	       uint64_t most, uint64_t *number, struct failure *f)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || errno ||
	    *number < least || *number > most)
		return fail(f, FAIL_USAGE, EINVAL,
			    "'%.64s' is not %s: a number from %" PRIu64 " to %" PRIu64,
			    text, what, least, most);
	return 0;
}

/* Returns the length of a unit in nanoseconds, 0 if there is none of the name. */
static uint64_t time_unit(const char *name)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 },
		{ "s", 1000000000 }, { "min", 60000000000 },
	};
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(name, units[i].name))
			return units[i].ns;
	return 0;
}

/**
 * arg_time() - read a length of time
 * @text: 50us, 1.5ms, 2s, 10min
 * @what: what it is of, for a sentence: "a latency"
 * @unit: nanoseconds that a number without a unit counts; 0 if it needs one
 * @ns: filled with nanoseconds
 * @f: told when @text is no such time
 *
 * Return: 0 or -EINVAL.
 */
int arg_time(const char *text, const char *what, uint64_t unit, uint64_t *ns,
	     struct failure *f)
{
	uint64_t whole = 0, part = 0, parts = 1;
	const char *p = text;

	if (!isdigit((unsigned char)*p))
		goto malformed;
	/* A day in seconds, or as many of another unit, is enough. */
	for (; isdigit((unsigned char)*p) && whole < 1000000000; p++)
		whole = whole * 10 + (unsigned int)(*p - '0');
	if (*p == '.')
		for (p++; isdigit((unsigned char)*p) && parts < 1000000000; p++) {
			part = part * 10 + (unsigned int)(*p - '0');
			parts *= 10;
		}
	if (*p)
		unit = time_unit(p);
	if (!unit || whole > UINT64_MAX / 2 / unit)
		goto malformed;
	*ns = whole * unit + (uint64_t)((double)part / (double)parts *
					(double)unit);
	return 0;
malformed:
	return fail(f, FAIL_USAGE, EINVAL,
		    "'%.64s' is not %s: a number and ns, us, ms, s or min, as 1.5ms",
		    text, what);
}

/*
 * Names are told from addresses by their first letter, or by a letter that no
 * number has: libc.so.6, [heap], /usr/bin/cat. A file named cafe must be given
 * with its path.
 */
static bool looks_like_name(const char *text)
{
	if (isdigit((unsigned char)*text))
		return false;
	while (isxdigit((unsigned char)*text))
		text++;
	return *text && *text != '-' && *text != '+';
}

/**
 * arg_range() - read a range of addresses
 * @text: START-END, START+LENGTH, ADDRESS (its page), or a VMA's name
 * @page_size: base page size, in bytes
 * @range: filled; a name is kept as a pointer into @text
 * @f: told when @text is no range
 *
 * Return: 0 or -EINVAL.
 */
int arg_range(const char *text, uint64_t page_size, struct range *range,
	      struct failure *f)
{
	const char *rest;
	uint64_t length;

	memset(range, 0, sizeof(*range));
	range->given = true;
	if (looks_like_name(text)) {
		range->name = text;
		return 0;
	}
	rest = read_hex(text, &range->start);
	if (!rest)
		goto malformed;
	if (!*rest) {
		range->start &= ~(page_size - 1);
		range->end = range->start + page_size;
		if (!range->end)
			range->end = UINT64_MAX;
		return 0;
	}
	if (*rest == '-') {
		rest = read_hex(rest + 1, &range->end);
		if (!rest || *rest)
			goto malformed;
		if (range->end <= range->start)
			return fail(f, FAIL_USAGE, EINVAL,
				    "'%.64s' is not a range: it ends at or before its start",
				    text);
		return 0;
	}
	if (*rest != '+' || !read_length(rest + 1, &length))
		goto malformed;
	if (!length)
		return fail(f, FAIL_USAGE, EINVAL,
			    "'%.64s' is not a range: it is empty", text);
	if (length == UINT64_MAX || range->start > UINT64_MAX - length)
		return fail(f, FAIL_USAGE, EINVAL,
			    "'%.64s' is not a range: it ends behind the last address",
			    text);
	range->end = range->start + length;
	return 0;
malformed:
	return fail(f, FAIL_USAGE, EINVAL, "'%.64s' is not a range: " RANGE_FORMS,
		    text);
}
