// SPDX-License-Identifier: GPL-2.0
#include "message.h"

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/mmlens.h>

#define ARRAY_LENGTH(a) (sizeof(a) / sizeof((a)[0]))

enum field_role {
	FIELD_NUMBER,
	FIELD_ENUM,
	FIELD_FLAGS,
	FIELD_START,
	FIELD_END,
	FIELD_ADDRESS,
	FIELD_TEXT,
};

struct field {
	uint16_t offset;
	uint8_t size;
	uint8_t role;
	uint64_t known;		/* values of an enum, mask of flags */
};

struct layout {
	uint16_t size;
	const struct field *fields;
	size_t count;
};

enum attribute_kind {
	ATTR_NUMBER,
	ATTR_STRING,
	ATTR_FLAG,
	ATTR_STRUCT,
	ATTR_NEST,
};

struct attribute_set;

struct attribute {
	uint16_t type;
	uint8_t kind;
	uint8_t size;
	const struct layout *layout;
	const struct attribute_set *nested;
};

struct attribute_set {
	const struct attribute *attributes;
	size_t count;
};

struct operation {
	unsigned int command;
	const struct attribute_set *set;
};

#include "tables_gen.h"

/* Where the next thing that has an address goes: most come in order. */
static uint64_t next_address;

/**
 * message_begin() - a new conversation
 */
void message_begin(void)
{
	next_address = 0x400000;
}

/* What a process or file may call itself. */
static const char *const names[] = {
	"[heap]", "/usr/lib/x86_64-linux-gnu/libc.so.6", "bash", "",
	"\033]0;title\007\033[2J", "new\nline\tand\rreturn", "\xff\xfe\x80\xc3",
	"\xc2\x9b;31m", "caf\xc3\xa9/\xe2\x82\xac/\xf0\x9f\x98\x80", "\"\\\"\\",
	"%s%n%*d", "/", "///////////////////////////////", "\xed\xa0\x80\xc0\x80",
	"a name of words which go on and on and on until no line has room for it",
	"/very/long/01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789/end",
	"\xe2\x80\xaeright to left", "\x7f\x01\x1b",
};

static uint64_t plausible_number(uint64_t *state)
{
	static const uint64_t extremes[] = {
		0, 0, 0, 1, 1, 2, 511, 512, 4096, 1ULL << 30, 1ULL << 40,
		INT32_MAX, UINT32_MAX, INT64_MAX, 1ULL << 63, UINT64_MAX,
	};
	uint64_t kind = scatter(state), number = scatter(state);

	if (kind % 4 == 0)
		return extremes[number % ARRAY_LENGTH(extremes)];
	return number >> (kind % 8 == 1 ? kind >> 8 & 63 : 48 + (kind >> 8 & 15));
}

static uint64_t plausible(const struct field *field, uint64_t *state)
{
	uint64_t one = scatter(state);

	switch (field->role) {
	case FIELD_ENUM:
		return one % 32 ? (one >> 8) % field->known : one >> 8;
	case FIELD_FLAGS:
		return one % 32 ? one >> 8 & scatter(state) & field->known :
				  one >> 8;
	case FIELD_START:
	case FIELD_ADDRESS:
		if (one % 32 == 0)
			next_address = scatter(state);
		return one % 8 ? next_address : next_address +
						(one >> 16 & 0xfffff000);
	case FIELD_END:
		next_address += ((one >> 16) % (one % 8 ? 64 : 1 << 20) + 1) *
				4096;
		return next_address;
	}
	return plausible_number(state);
}

static void make_struct(const struct layout *layout, uint64_t *state, char *to)
{
	size_t i;

	for (i = 0; i < layout->count; i++) {
		const struct field *field = &layout->fields[i];
		uint64_t value;

		if (field->role == FIELD_TEXT) {
			const char *name = names[scatter(state) %
						 ARRAY_LENGTH(names)];

			/* Without an end if it is as long as its field. */
			memcpy(to + field->offset, name,
			       strnlen(name, field->size));
			continue;
		}
		value = plausible(field, state);
		memcpy(to + field->offset, &value, field->size);
	}
	/* One run of pages goes on where the one before ended. */
	if (layout == &layout_page_run) {
		struct mmlens_page_run *run = (void *)to;

		if (!run->pages)
			run->pages = 1;
		run->start = next_address;
		next_address += (run->pages & 0xffff) * 4096ULL;
	}
}

/* The content of an attribute. Returns its length, up to 4096. */
static size_t make_content(struct bytes *in, const struct attribute *attr,
			   bool made_up, char *to)
{
	uint64_t state = made_up ? take_u16(in) : 0, number;
	const char *name;
	size_t length;

	switch (attr->kind) {
	case ATTR_NUMBER:
		number = made_up ? plausible_number(&state) : take_u64(in);
		memcpy(to, &number, sizeof(number));
		return attr->size;
	case ATTR_STRUCT:
		if (made_up)
			make_struct(attr->layout, &state, to);
		else
			take(in, to, attr->layout->size);
		return attr->layout->size;
	case ATTR_STRING:
		if (!made_up) {
			length = take_byte(in);
			take(in, to, length);
			return length;
		}
		name = names[scatter(&state) % ARRAY_LENGTH(names)];
		length = strlen(name) + 1;
		memcpy(to, name, length);
		return length;
	}
	return 0;
}

static void put_attribute(struct bytes *in, struct nlmsghdr *nlh,
			  const struct attribute_set *set, unsigned int depth)
{
	const struct attribute *attr = &set->attributes[take_byte(in) %
							set->count];
	struct nlattr *nla = mnl_nlmsg_get_payload_tail(nlh);
	uint8_t how = take_byte(in), i;
	uint16_t type = attr->type;
	char content[8192] = "";
	size_t length;

	if (attr->kind == ATTR_NEST && depth < 3 && how < 250) {
		struct nlattr *nest = mnl_attr_nest_start(nlh, type);

		for (i = how % 6 + 1; i; i--)
			put_attribute(in, nlh, attr->nested, depth + 1);
		mnl_attr_nest_end(nlh, nest);
		return;
	}
	length = make_content(in, attr, how < 160 || how > 225, content);
	if (how >= 235 && how < 240)
		length = take_byte(in);
	else if (how >= 240 && how < 245)
		length += 8;
	else if (how >= 245 && how < 248)
		length = 0;
	else if (how == 248)
		type = take_u16(in);
	mnl_attr_put(nlh, type, length, content);
	if (how == 249)
		nla->nla_len = take_u16(in);
}

static const struct attribute_set *set_of(unsigned int command)
{
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(operations); i++)
		if (operations[i].command == command)
			return operations[i].set;
	return operations[0].set;
}

/**
 * message_any() - make a message
 * @in: says how
 * @command: what it answers; MMLENS_CMD_*
 * @to: filled with header and attributes; there is room for 2 * MESSAGE_MOST
 */
void message_any(struct bytes *in, unsigned int command, char *to)
{
	const struct attribute_set *set = set_of(command);
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(to);
	struct genlmsghdr *header;
	uint8_t how = take_byte(in);
	unsigned int i, count;
	size_t length;

	header = mnl_nlmsg_put_extra_header(nlh, sizeof(*header));
	header->cmd = (uint8_t)command;
	if (how >= 250) {
		/* Nothing but bytes. */
		length = take_byte(in);
		take(in, mnl_nlmsg_get_payload_tail(nlh), length);
		nlh->nlmsg_len += length;
		return;
	}
	if (how >= 245)
		set = operations[take_byte(in) % ARRAY_LENGTH(operations)].set;
	/* Each of them once, or any. */
	count = how < 64 ? how % 8 + 1 : how < 220 ? how % 4 * 8 + 4 : how;
	for (i = 0; i < count && nlh->nlmsg_len < MESSAGE_MOST; i++)
		put_attribute(in, nlh, set, 0);
	/* Cut short. */
	if (how >= 240 && how < 245) {
		length = take_u16(in) % (nlh->nlmsg_len + 8);
		nlh->nlmsg_len = length < NLMSG_HDRLEN + GENL_HDRLEN ?
				 NLMSG_HDRLEN + GENL_HDRLEN : (uint32_t)length;
	}
}

/**
 * program_word() - a word that the program knows
 * @number: any
 *
 * Return: The word.
 */
const char *program_word(unsigned int number)
{
	return program_words[number % ARRAY_LENGTH(program_words)];
}
