/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A message in parts: a request that makes sense, and what may be wrong with it.
 */
#ifndef NETFUZZ_DRAFT_H
#define NETFUZZ_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"
#include "table.h"

enum {
	DRAFT_PIECES = 512,
	DRAFT_DATA = 64,
	/* What a message may take, whatever is wrong with it. */
	DRAFT_ROOM = 32768,
};

/* What the messages of a datagram have in common. */
enum theme {
	THEME_ANY,
	THEME_SAME,	/* all of one operation */
	THEME_WATCH,	/* all about watches; the first begins one */
	THEME_ABOUT,	/* all about the watch that the socket has, if it has one */
	THEME_DUMPS,
	THEME_BEGIN,	/* a watch that is to begin */
	THEME_CROWD,	/* watches, more than there may be */
};

/* An attribute. Of data beyond DRAFT_DATA there is no end. */
struct piece {
	uint16_t type;
	uint16_t size;
	int32_t length;		/* to be told instead of the right one; -1 */
	uint8_t data[DRAFT_DATA];
};

struct draft {
	const struct spec_op *op;
	uint16_t flags;
	uint8_t cmd;
	uint8_t version;
	uint16_t reserved;
	int32_t length;		/* as in a piece */
	unsigned int tail;	/* bytes after the last attribute */
	unsigned int count;
	struct piece piece[DRAFT_PIECES];
};

void draft_make(struct draft *draft, struct rng *rng, enum theme theme,
		uint64_t theme_number);
void draft_anchor(struct draft *draft, int pagemap, bool user);
void draft_mover(struct draft *draft);
void draft_about(struct draft *draft, uint8_t cmd, uint32_t id);
void draft_spoil(struct draft *draft, struct rng *rng);
size_t draft_write(const struct draft *draft, struct rng *rng, uint8_t *to);

#endif
