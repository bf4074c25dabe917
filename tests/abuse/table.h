/* SPDX-License-Identifier: GPL-2.0 */
/* The protocol as tables, which table.py makes of the spec. */
#ifndef NETFUZZ_TABLE_H
#define NETFUZZ_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum spec_kind {
	KIND_U32,
	KIND_U64,
	KIND_FLAG,
	KIND_STRING,
	KIND_BINARY,
	KIND_NEST,
	KIND_PAD,
};

enum spec_way {
	WAY_DO,
	WAY_DUMP,
	WAY_EVENT,
};

struct spec_set;

/* An attribute. A struct has a size, a nest the set that is in it. */
struct spec_attr {
	const char *name;
	uint16_t type;
	uint8_t kind;
	bool admin;		/* only CAP_SYS_ADMIN may give it */
	uint16_t size;
	uint64_t min;
	uint64_t max;
	uint64_t mask;		/* of flags; 0 for what are none */
	const struct spec_set *nested;
};

/* Attributes are numbered from 1 in the order of the set. */
struct spec_set {
	const char *name;
	const struct spec_attr *attrs;
	unsigned int count;
};

struct spec_op {
	const char *name;
	uint8_t cmd;
	uint8_t way;
	bool admin;		/* only CAP_SYS_ADMIN is answered */
	const struct spec_set *set;
	const uint16_t *asks;	/* attributes of a request, by number */
	unsigned int asks_count;
	const uint16_t *tells;	/* of an answer */
	unsigned int tells_count;
};

extern const struct spec_op spec_ops[];
extern const unsigned int spec_ops_count;
/* Details of a page that only CAP_SYS_ADMIN is told. */
extern const uint32_t spec_private_details;

/* The operation of a command; NULL for none. */
static inline const struct spec_op *spec_op_of(uint8_t cmd)
{
	for (unsigned int i = 0; i < spec_ops_count; i++)
		if (spec_ops[i].cmd == cmd)
			return &spec_ops[i];
	return NULL;
}

/* The attribute of a number; NULL for none. */
static inline const struct spec_attr *spec_attr_of(const struct spec_set *set,
						   unsigned int type)
{
	return type && type <= set->count ? &set->attrs[type - 1] : NULL;
}

#endif
