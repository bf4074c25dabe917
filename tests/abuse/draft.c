// SPDX-License-Identifier: GPL-2.0
#include <linux/genetlink.h>
#include <linux/mmlens.h>
#include <linux/netlink.h>
#include <string.h>

#include "draft.h"
#include "world.h"

/* Operations, in percent of those that are tried. The dear ones are rarer. */
static bool is_rare(const struct spec_op *op, struct rng *rng)
{
	switch (op->cmd) {
	case MMLENS_CMD_WATCH:
		return !rng_percent(rng, 30);
	case MMLENS_CMD_PAGE:
	case MMLENS_CMD_VMA:
	case MMLENS_CMD_LRU:
		return !rng_percent(rng, 50);
	default:
		return false;
	}
}

static const struct spec_op *any_op(struct rng *rng)
{
	const struct spec_op *op;

	do {
		op = &spec_ops[rng_below(rng, spec_ops_count)];
	} while (is_rare(op, rng));
	return op;
}

static const struct spec_op *choose_op(struct rng *rng, enum theme theme,
				       uint64_t number)
{
	static const uint8_t about_watches[] = {
		MMLENS_CMD_UNWATCH, MMLENS_CMD_UNWATCH, MMLENS_CMD_COUNTS,
		MMLENS_CMD_COUNTS, MMLENS_CMD_COUNTS, MMLENS_CMD_WATCHER,
	};
	const struct spec_op *op;

	switch (theme) {
	case THEME_SAME:
		op = &spec_ops[number % spec_ops_count];
		return op->cmd == MMLENS_CMD_WATCH ? any_op(rng) : op;
	case THEME_WATCH:
	case THEME_ABOUT:
		return spec_op_of(about_watches[rng_below(rng, sizeof(about_watches))]);
	case THEME_BEGIN:
	case THEME_CROWD:
		return spec_op_of(MMLENS_CMD_WATCH);
	case THEME_DUMPS:
		do {
			op = any_op(rng);
		} while (op->way != WAY_DUMP);
		return op;
	default:
		return any_op(rng);
	}
}

static struct piece *add(struct draft *draft, uint16_t type)
{
	struct piece *piece;

	if (draft->count == DRAFT_PIECES)
		return &draft->piece[DRAFT_PIECES - 1];
	piece = &draft->piece[draft->count++];
	memset(piece, 0, sizeof(*piece));
	piece->type = type;
	piece->length = -1;
	return piece;
}

static void fill(struct piece *piece, const struct spec_attr *attr,
		 uint64_t value)
{
	switch (attr->kind) {
	case KIND_U32:
		piece->size = 4;
		break;
	case KIND_U64:
		piece->size = 8;
		break;
	case KIND_FLAG:
	case KIND_PAD:
		piece->size = 0;
		return;
	case KIND_STRING:
		piece->size = 1 + value % 16;
		break;
	default:
		piece->size = attr->size;
		break;
	}
	memcpy(piece->data, &value, sizeof(value));
}

static void add_value(struct draft *draft, const struct spec_attr *attr,
		      struct rng *rng)
{
	fill(add(draft, attr->type), attr, world_value(rng, attr));
}

static const struct spec_attr *by_name(const struct spec_op *op,
				       const char *name)
{
	unsigned int i;

	for (i = 0; i < op->asks_count; i++) {
		const struct spec_attr *attr = spec_attr_of(op->set, op->asks[i]);

		if (!strcmp(attr->name, name))
			return attr;
	}
	return NULL;
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp(name, *names))
			return true;
	return false;
}

/* Of these a request has one, if it may have a descriptor. */
static const char *const targets[] = {
	"pagemap-fd", "pid", "cgroup", "everything", "frame", NULL,
};

/* These belong together, and to some requests only. */
static const char *const of_generations[] = {
	"lru", "type", "zone", "generation", NULL,
};

static void add_target(struct draft *draft, struct rng *rng)
{
	static const char *const often[] = {
		"pagemap-fd", "pagemap-fd", "pid", "pid", "frame",
	};
	const struct spec_attr *attr;

	if (rng_percent(rng, 90))
		attr = by_name(draft->op, often[rng_below(rng, 5)]);
	else
		attr = by_name(draft->op, targets[rng_below(rng, 5)]);
	if (!attr)
		attr = by_name(draft->op, "pagemap-fd");
	add_value(draft, attr, rng);
}

static void add_list(struct draft *draft, struct rng *rng)
{
	const struct spec_attr *lru = by_name(draft->op, "lru");
	unsigned int i;

	if (rng_percent(rng, 35)) {
		add_value(draft, lru, rng);
		return;
	}
	fill(add(draft, lru->type), lru, MMLENS_LRU_GENERATION);
	for (i = 1; of_generations[i]; i++)
		if (i < 3 || rng_percent(rng, 40))
			add_value(draft, by_name(draft->op, of_generations[i]), rng);
}

static bool is_wanted(const struct draft *draft, const struct spec_attr *attr,
		      struct rng *rng)
{
	/* A page has an address or a frame of its own. */
	if (!strcmp(attr->name, "address"))
		return draft->piece[0].type != MMLENS_A_QUERY_FRAME;
	if (!strcmp(attr->name, "id"))
		return true;
	/* Most ranges are empty, by chance. */
	if (!strcmp(attr->name, "end") && attr->kind == KIND_U64)
		return rng_percent(rng, 10);
	return rng_percent(rng, attr->admin ? 10 : 35);
}

static void add_attributes(struct draft *draft, struct rng *rng)
{
	const struct spec_op *op = draft->op;
	bool target = by_name(op, "pagemap-fd"), list = by_name(op, "lru");
	unsigned int i;

	if (target)
		add_target(draft, rng);
	if (list)
		add_list(draft, rng);
	for (i = 0; i < op->asks_count; i++) {
		const struct spec_attr *attr = spec_attr_of(op->set, op->asks[i]);

		if ((target && is_one_of(attr->name, targets)) ||
		    (list && is_one_of(attr->name, of_generations)) ||
		    !is_wanted(draft, attr, rng))
			continue;
		add_value(draft, attr, rng);
	}
}

/* The data of an attribute that is there; NULL for none. */
static uint8_t *data_of(struct draft *draft, const char *name)
{
	const struct spec_attr *attr = by_name(draft->op, name);
	unsigned int i;

	for (i = 0; i < draft->count; i++)
		if (draft->piece[i].type == attr->type)
			return draft->piece[i].data;
	return NULL;
}

/*
 * To begin a watch, and to end it, takes the kernel as long as a hundred other
 * requests. So most that ask for one mean nothing.
 */
static void make_void(struct draft *draft, struct rng *rng)
{
	static const char *const masks[] = { "kinds", "classes" };
	const char *mask = masks[rng_below(rng, 2)];
	const struct spec_attr *fd = by_name(draft->op, "pagemap-fd");
	uint8_t *data;

	switch (rng_below(rng, 4)) {
	case 0:
		draft->piece[0] = draft->piece[--draft->count];
		break;
	case 1:
		add_value(draft, fd, rng);
		add_value(draft, by_name(draft->op, "everything"), rng);
		break;
	case 2:
		fill(add(draft, fd->type), fd,
		     world.odd[rng_below(rng, world.odd_count)]);
		break;
	default:
		data = data_of(draft, mask);
		fill(add(draft, by_name(draft->op, mask)->type),
		     by_name(draft->op, mask), 0);
		if (data)
			memset(data, 0, sizeof(uint32_t));
		break;
	}
}

/* One that costs little, as there shall be many. */
static void add_crowd(struct draft *draft)
{
	const struct spec_attr *fd = by_name(draft->op, "pagemap-fd");

	fill(add(draft, fd->type), fd, world.own[1]);
}

/* One that anybody may begin, and in which something happens. */
static void add_watch(struct draft *draft, struct rng *rng)
{
	const struct spec_attr *kinds = by_name(draft->op, "kinds");
	const struct spec_attr *fd = by_name(draft->op, "pagemap-fd");

	/* The last is the one that moves. */
	fill(add(draft, fd->type), fd,
	     world.own[rng_percent(rng, 50) ? world.own_count - 1 :
					      rng_below(rng, world.own_count)]);
	if (rng_percent(rng, 80))
		fill(add(draft, kinds->type), kinds, MMLENS_WATCH_KIND_FAULT);
	if (rng_percent(rng, 30))
		add_value(draft, by_name(draft->op, "sample"), rng);
	if (rng_percent(rng, 30))
		add_value(draft, by_name(draft->op, "follow"), rng);
}

/* A request that may well be answered. */
void draft_make(struct draft *draft, struct rng *rng, enum theme theme,
		uint64_t theme_number)
{
	const struct spec_op *op = choose_op(rng, theme, theme_number);

	draft->op = op;
	draft->cmd = op->cmd;
	draft->version = MMLENS_GENL_VERSION;
	draft->reserved = 0;
	draft->flags = NLM_F_REQUEST;
	draft->flags |= op->way == WAY_DUMP ? NLM_F_DUMP : 0;
	draft->flags |= rng_percent(rng, 80) ? NLM_F_ACK : 0;
	draft->length = -1;
	draft->tail = 0;
	draft->count = 0;
	if (theme == THEME_CROWD)
		add_crowd(draft);
	else if (theme == THEME_BEGIN)
		add_watch(draft, rng);
	else
		add_attributes(draft, rng);
	if (theme == THEME_ABOUT && by_name(op, "id"))
		memcpy(data_of(draft, "id"), &world.line_id, sizeof(world.line_id));
	if (op->cmd == MMLENS_CMD_WATCH && theme < THEME_BEGIN &&
	    rng_percent(rng, 90))
		make_void(draft, rng);
}

static void begin_right(struct draft *draft, uint8_t cmd)
{
	const struct spec_op *op = spec_op_of(cmd);

	*draft = (struct draft){
		.op = op,
		.flags = NLM_F_REQUEST | NLM_F_ACK,
		.cmd = cmd,
		.version = MMLENS_GENL_VERSION,
		.length = -1,
	};
	draft->flags |= op->way == WAY_DUMP ? NLM_F_DUMP : 0;
}

static void add_right(struct draft *draft, const char *name, uint64_t value)
{
	const struct spec_attr *attr = by_name(draft->op, name);

	fill(add(draft, attr->type), attr, value);
}

/* A watch of all kinds that are for the asker, which sends nothing. */
void draft_anchor(struct draft *draft, int pagemap, bool user)
{
	begin_right(draft, MMLENS_CMD_WATCH);
	add_right(draft, "pagemap-fd", (uint32_t)pagemap);
	add_right(draft, "kinds", user ?
		  MMLENS_WATCH_KIND_COUNT | MMLENS_WATCH_KIND_FAULT :
		  by_name(draft->op, "kinds")->mask);
	add_right(draft, "min-latency", ~0ULL);
	add_right(draft, "ring-bytes", by_name(draft->op, "ring-bytes")->min);
}

/* A watch in which something happens before long. */
void draft_mover(struct draft *draft)
{
	begin_right(draft, MMLENS_CMD_WATCH);
	add_right(draft, "pagemap-fd", world.own[world.own_count - 1]);
	add_right(draft, "kinds", MMLENS_WATCH_KIND_FAULT);
}

/* Its counts, or its end. */
void draft_about(struct draft *draft, uint8_t cmd, uint32_t id)
{
	begin_right(draft, cmd);
	add_right(draft, "id", id);
}

static struct piece *any_piece(struct draft *draft, struct rng *rng)
{
	if (!draft->count)
		return add(draft, 1 + rng_below(rng, 40));
	return &draft->piece[rng_below(rng, draft->count)];
}

static const struct spec_attr *attr_of(const struct draft *draft,
				       const struct piece *piece)
{
	return spec_attr_of(draft->op->set, piece->type & NLA_TYPE_MASK);
}

static void leave_out(struct draft *draft, struct rng *rng)
{
	unsigned int at;

	if (!draft->count)
		return;
	at = rng_below(rng, draft->count);
	memmove(&draft->piece[at], &draft->piece[at + 1],
		(draft->count - at - 1) * sizeof(draft->piece[0]));
	draft->count--;
}

static void repeat(struct draft *draft, struct rng *rng)
{
	unsigned int times = rng_percent(rng, 5) ? 20 + rng_below(rng, 400) : 1;
	struct piece *piece = any_piece(draft, rng);
	const struct spec_attr *attr = attr_of(draft, piece);
	struct piece *more;

	while (times--) {
		more = add(draft, piece->type);
		if (more == piece)
			return;
		*more = *piece;
		if (attr && rng_percent(rng, 60))
			fill(more, attr, world_value(rng, attr));
	}
}

static void shorten(struct draft *draft, struct rng *rng)
{
	struct piece *piece = any_piece(draft, rng);

	piece->size = piece->size ? rng_below(rng, piece->size) : 0;
}

static void lengthen(struct draft *draft, struct rng *rng)
{
	struct piece *piece = any_piece(draft, rng);

	piece->size += rng_percent(rng, 10) ? rng_below(rng, 4096) :
					      1 + rng_below(rng, 9);
}

static void to_edge(struct draft *draft, struct rng *rng)
{
	struct piece *piece = any_piece(draft, rng);
	const struct spec_attr *attr = attr_of(draft, piece);
	uint64_t value = attr ? world_edge(rng, attr) : rng_next(rng);

	memcpy(piece->data, &value, sizeof(value));
}

static void set_bits(struct draft *draft, struct rng *rng)
{
	any_piece(draft, rng)->type |= rng_percent(rng, 40) ? NLA_F_NESTED :
		rng_percent(rng, 50) ? NLA_F_NET_BYTEORDER :
		NLA_F_NESTED | NLA_F_NET_BYTEORDER;
}

static void rename_one(struct draft *draft, struct rng *rng)
{
	unsigned int count = draft->op->set->count;
	struct piece *piece = any_piece(draft, rng);

	switch (rng_below(rng, 4)) {
	case 0:
		piece->type = count + 1 + rng_below(rng, 3);
		break;
	case 1:
		piece->type = rng_next(rng) >> 48;
		break;
	case 2:
		piece->type = 0;
		break;
	default:
		piece->type = 1 + rng_below(rng, count);
		break;
	}
}

/* Any of the set, also those that only answers have. */
static void add_any(struct draft *draft, struct rng *rng)
{
	const struct spec_set *set = draft->op->set;

	add_value(draft, &set->attrs[rng_below(rng, set->count)], rng);
}

static void wrap(struct draft *draft, struct rng *rng)
{
	struct piece *piece = any_piece(draft, rng);
	struct nlattr inner = {
		.nla_len = rng_percent(rng, 80) ? 8 : rng_below(rng, 64),
		.nla_type = 1 + rng_below(rng, 4),
	};

	if (rng_percent(rng, 70))
		piece->type |= NLA_F_NESTED;
	piece->size = 8 + 8 * rng_below(rng, 4);
	memcpy(piece->data, &inner, sizeof(inner));
}

static void tell_wrong_length(struct draft *draft, struct rng *rng)
{
	struct piece *piece = any_piece(draft, rng);

	switch (rng_below(rng, 4)) {
	case 0:
		piece->length = rng_below(rng, 4);
		break;
	case 1:
		piece->length = 0xffff - rng_below(rng, 4);
		break;
	case 2:
		piece->length = 4 + piece->size + 1 + rng_below(rng, 16);
		break;
	default:
		piece->length = rng_below(rng, 64);
		break;
	}
}

static void reorder(struct draft *draft, struct rng *rng)
{
	struct piece *one = any_piece(draft, rng), *other = any_piece(draft, rng);
	struct piece kept = *one;

	*one = *other;
	*other = kept;
}

static void leave_a_tail(struct draft *draft, struct rng *rng)
{
	draft->tail = 1 + rng_below(rng, rng_percent(rng, 80) ? 4 : 64);
}

static void spoil_header(struct draft *draft, struct rng *rng)
{
	switch (rng_below(rng, 3)) {
	case 0:
		draft->version = rng_next(rng);
		break;
	case 1:
		draft->reserved = rng_next(rng);
		break;
	default:
		draft->cmd = rng_percent(rng, 50) ?
			 spec_ops_count + rng_below(rng, 3) : rng_next(rng);
		break;
	}
}

static void spoil_flags(struct draft *draft, struct rng *rng)
{
	if (rng_percent(rng, 50))
		draft->flags = rng_next(rng);
	else
		draft->flags ^= 1u << rng_below(rng, 16);
}

static void spoil_mode(struct draft *draft, struct rng *rng)
{
	(void)rng;
	draft->flags ^= NLM_F_DUMP;
}

static void spoil_length(struct draft *draft, struct rng *rng)
{
	switch (rng_below(rng, 4)) {
	case 0:
		draft->length = rng_below(rng, 16);
		break;
	case 1:
		draft->length = 16 + rng_below(rng, 5);
		break;
	case 2:
		draft->length = 20 + rng_below(rng, 128);
		break;
	default:
		draft->length = rng_next(rng) >> 33;
		break;
	}
}

/* Makes something wrong with it, as a rule. */
void draft_spoil(struct draft *draft, struct rng *rng)
{
	static void (*const ways[])(struct draft *draft, struct rng *rng) = {
		leave_out, repeat, shorten, lengthen, to_edge, to_edge, to_edge,
		set_bits, rename_one, add_any, wrap, tell_wrong_length, reorder,
		leave_a_tail, spoil_header, spoil_flags, spoil_mode, spoil_length,
	};

	ways[rng_below(rng, sizeof(ways) / sizeof(*ways))](draft, rng);
}

static size_t write_piece(const struct piece *piece, struct rng *rng,
			  uint8_t *to, size_t room)
{
	size_t told = piece->size < DRAFT_DATA ? piece->size : DRAFT_DATA;
	size_t length = NLA_HDRLEN + piece->size;
	struct nlattr header = {
		.nla_len = piece->length < 0 ? length : (size_t)piece->length,
		.nla_type = piece->type,
	};

	if (NLA_ALIGN(length) > room)
		return 0;
	memcpy(to, &header, sizeof(header));
	memset(to + NLA_HDRLEN, (int)rng_below(rng, 256),
	       NLA_ALIGN(length) - NLA_HDRLEN);
	memcpy(to + NLA_HDRLEN, piece->data, told);
	return NLA_ALIGN(length);
}

/* The message, type and sequence number left open. Returns its length. */
size_t draft_write(const struct draft *draft, struct rng *rng, uint8_t *to)
{
	struct genlmsghdr *command = (struct genlmsghdr *)(to + NLMSG_HDRLEN);
	struct nlmsghdr *header = (struct nlmsghdr *)to;
	size_t size = NLMSG_HDRLEN + GENL_HDRLEN;
	unsigned int i;

	*header = (struct nlmsghdr){ .nlmsg_flags = draft->flags };
	*command = (struct genlmsghdr){
		.cmd = draft->cmd,
		.version = draft->version,
		.reserved = draft->reserved,
	};
	for (i = 0; i < draft->count; i++)
		size += write_piece(&draft->piece[i], rng, to + size,
				    DRAFT_ROOM - DRAFT_DATA - size);
	for (i = 0; i < draft->tail; i++)
		to[size++] = rng_next(rng);
	header->nlmsg_len = draft->length < 0 ? size : (size_t)draft->length;
	while (size % NLMSG_ALIGNTO)
		to[size++] = 0;
	return size;
}
