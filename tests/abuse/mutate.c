// SPDX-License-Identifier: GPL-2.0
#include <linux/genetlink.h>
#include <linux/mmlens.h>
#include <string.h>

#include "mutate.h"
#include "world.h"

/* More than this for each processor is had by few watches at a time. */
#define RING_MUCH (256u << 10)

static void put16(uint8_t *to, uint16_t value)
{
	memcpy(to, &value, sizeof(value));
}

static void put32(uint8_t *to, uint32_t value)
{
	memcpy(to, &value, sizeof(value));
}

static uint32_t interesting(struct rng *rng)
{
	static const uint32_t values[] = {
		0, 1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 19, 20, 21, 24, 64, 0x7f,
		0x80, 0xff, 0x100, 0x1ff, 0xfff, 0x1000, 0x3fff, 0x4000,
		0x7fff, 0x8000, 0xfffc, 0xffff, 0x10000, 0x7fffffff,
		0x80000000, 0xfffffffc, 0xffffffff,
	};

	return values[rng_below(rng, sizeof(values) / sizeof(*values))];
}

static void flip(struct rng *rng, uint8_t *data, size_t size)
{
	unsigned int count = 1 + rng_below(rng, 8);

	while (count--)
		data[rng_below(rng, size)] ^= 1u << rng_below(rng, 8);
}

static void overwrite(struct rng *rng, uint8_t *data, size_t size)
{
	size_t at = rng_below(rng, size);

	switch (rng_below(rng, 4)) {
	case 0:
		data[at] = rng_next(rng);
		break;
	case 1:
		data[at] = interesting(rng);
		break;
	case 2:
		at &= ~1ULL;
		if (at + 2 <= size)
			put16(data + at, interesting(rng));
		break;
	default:
		at &= ~3ULL;
		if (at + 4 <= size)
			put32(data + at, interesting(rng));
		break;
	}
}

/* A length, of the message or of the first attribute as a rule. */
static void change_length(struct rng *rng, uint8_t *data, size_t size)
{
	uint32_t value = rng_percent(rng, 50) ? interesting(rng) :
						rng_below(rng, 2 * size);

	if (rng_percent(rng, 30) || size < 24)
		put32(data, value);
	else
		put16(data + 20, value);
}

static size_t copy_within(struct rng *rng, uint8_t *data, size_t size)
{
	size_t count = 1 + rng_below(rng, size);
	size_t from = rng_below(rng, size - count + 1);
	size_t to = rng_below(rng, size - count + 1);

	memmove(data + to, data + from, count);
	return size;
}

/* The start of one and the end of another. */
static size_t splice(struct rng *rng, uint8_t *data, size_t size, size_t room,
		     const uint8_t *other, size_t other_size)
{
	size_t keep = rng_below(rng, size + 1) & ~3ULL;
	size_t from = rng_below(rng, other_size + 1) & ~3ULL;
	size_t count = other_size - from;

	if (keep + count > room)
		count = room - keep;
	memcpy(data + keep, other + from, count);
	return keep + count;
}

static size_t grow(struct rng *rng, uint8_t *data, size_t size, size_t room)
{
	size_t count = 1 + rng_below(rng, 32);

	while (count-- && size < room)
		data[size++] = rng_next(rng);
	return size;
}

/*
 * Changes some bytes of a message, and tells its new size. Others may be made
 * part of it. Often its header is made to tell the right length again, as else
 * little of it is looked at.
 */
size_t mutate(struct rng *rng, uint8_t *data, size_t size, size_t room,
	      const uint8_t *other, size_t other_size)
{
	unsigned int times = 1 + rng_below(rng, 4);

	while (times-- && size) {
		switch (rng_below(rng, 8)) {
		case 0:
		case 1:
			flip(rng, data, size);
			break;
		case 2:
		case 3:
			overwrite(rng, data, size);
			break;
		case 4:
			change_length(rng, data, size);
			break;
		case 5:
			size = copy_within(rng, data, size);
			break;
		case 6:
			size = splice(rng, data, size, room, other, other_size);
			break;
		default:
			size = rng_percent(rng, 50) ? rng_below(rng, size + 1) :
						      grow(rng, data, size, room);
			break;
		}
	}
	if (size >= NLMSG_HDRLEN && rng_percent(rng, 80))
		put32(data, size);
	if (size >= NLMSG_HDRLEN && rng_percent(rng, 80))
		data[4 + 2] |= NLM_F_REQUEST;
	return size;
}

/* The next message of a datagram as the kernel takes it apart; NULL for none. */
struct nlmsghdr *next_request(uint8_t *data, size_t size, size_t *at)
{
	struct nlmsghdr *header = (struct nlmsghdr *)(data + *at);

	if (*at + NLMSG_HDRLEN > size || header->nlmsg_len < NLMSG_HDRLEN ||
	    header->nlmsg_len > size - *at)
		return NULL;
	*at += NLMSG_ALIGN(header->nlmsg_len);
	if (*at > size)
		*at = size;
	return header;
}

static void tame_attribute(const struct nlattr *attr, uint8_t *data)
{
	uint32_t value;

	memcpy(&value, data, sizeof(value));
	switch (attr->nla_type & NLA_TYPE_MASK) {
	case MMLENS_A_WATCH_PID:
		if (value && !world_is_own(value))
			put32(data, world.self);
		break;
	case MMLENS_A_WATCH_RING_BYTES:
		/* One of 16 may be as large as it likes. */
		if (value > RING_MUCH && value <= 16u << 20 && value % 16)
			put32(data, value % RING_MUCH);
		break;
	}
}

/* A watch that nobody but us is in, and that leaves memory for others. */
static void tame_watch(uint8_t *data, size_t size)
{
	size_t at = NLMSG_HDRLEN + GENL_HDRLEN;

	while (at + NLA_HDRLEN <= size) {
		const struct nlattr *attr = (struct nlattr *)(data + at);

		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > size - at)
			return;
		if (attr->nla_len >= NLA_HDRLEN + sizeof(uint32_t))
			tame_attribute(attr, data + at + NLA_HDRLEN);
		at += NLA_ALIGN(attr->nla_len);
	}
}

/* What of a datagram could hurt others than us. */
void tame(uint8_t *data, size_t size)
{
	struct nlmsghdr *header;
	size_t at = 0;

	while ((header = next_request(data, size, &at)))
		if (header->nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN &&
		    ((struct genlmsghdr *)(header + 1))->cmd == MMLENS_CMD_WATCH)
			tame_watch((uint8_t *)header, header->nlmsg_len);
}
