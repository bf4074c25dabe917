/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets, what was asked on them, and whether it was answered as it must be. */
#ifndef NETFUZZ_LINE_H
#define NETFUZZ_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table.h"

enum {
	LINE_ASKED = 128,
	ERRNOS = 140,
	OPS = 32,
};

/* A message that was sent. */
struct asked {
	uint64_t index;
	const struct spec_op *op;	/* NULL for none */
	uint16_t flags;
	uint32_t size;
	bool dump;
	bool busy;	/* a dump was open on the socket */
	bool open;	/* an answer must still come */
	bool shut;	/* no answer may come any more */
	bool taken;	/* was answered by something else than an error */
	bool stalled;	/* a dump that had no room to begin in */
};

struct line {
	int fd;
	bool extack;
	unsigned int watches;
	uint32_t watch_id;	/* of the last one */
	unsigned int used;	/* datagrams */
	uint32_t sequence;	/* of the last message; events have 0 */
	uint32_t first;		/* of asked[0] */
	unsigned int asked_count;
	struct asked asked[LINE_ASKED];
};

/* How a socket is made. */
enum style {
	STYLE_USUAL,
	STYLE_BARE,	/* no options: errors repeat the request, no sentences */
	STYLE_NARROW,	/* room for little */
	STYLE_UNBOUND,
	STYLES,
};

struct counts {
	uint64_t sent;
	uint64_t datagrams;
	uint64_t answers;
	uint64_t sentences;
	uint64_t abandoned;
	uint64_t overruns;
	uint64_t failures;
	uint64_t slowest_us;
	uint64_t accepted[OPS];
	uint64_t refused[OPS];
	uint64_t other_refused;
	uint64_t error[ERRNOS];
};

extern struct counts counts;

void line_family(void);
void line_open(struct line *line, enum style style);
void line_close(struct line *line);
size_t line_seal(struct line *line, uint64_t index, uint8_t *data, size_t size);
void line_send(struct line *line, const uint8_t *data, size_t size);
bool line_drain(struct line *line, unsigned int most);
void line_await_event(struct line *line);
void line_gulp(struct line *line, unsigned int room);

#endif
