/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The input of a fuzz target, read piece by piece. Behind its end there is
 * nothing but zeros.
 */
#ifndef MMLENS_FUZZ_BYTES_H
#define MMLENS_FUZZ_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
	const uint8_t *at;
	size_t left;
};

static inline void take(struct bytes *in, void *to, size_t size)
{
	size_t got = size < in->left ? size : in->left;

	if (got)
		memcpy(to, in->at, got);
	memset((char *)to + got, 0, size - got);
	in->at += got;
	in->left -= got;
}

static inline uint8_t take_byte(struct bytes *in)
{
	uint8_t byte;

	take(in, &byte, 1);
	return byte;
}

static inline uint16_t take_u16(struct bytes *in)
{
	uint16_t number;

	take(in, &number, sizeof(number));
	return number;
}

static inline uint64_t take_u64(struct bytes *in)
{
	uint64_t number;

	take(in, &number, sizeof(number));
	return number;
}

/* A string of at most @room bytes with its end; bytes of zero end it earlier. */
static inline void take_text(struct bytes *in, char *to, size_t room)
{
	size_t length = take_byte(in) % room;

	take(in, to, length);
	to[length] = '\0';
}

/* All that is left, to be freed. */
static inline char *take_rest(struct bytes *in)
{
	size_t length = in->left;
	char *text = malloc(length + 1);

	if (!text)
		abort();
	take(in, text, length);
	text[length] = '\0';
	return text;
}

/* Numbers that follow from one another, for what is made up. */
static inline uint64_t scatter(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

#endif
