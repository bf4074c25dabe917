// SPDX-License-Identifier: GPL-2.0
/*
 * Operations about the system as a whole, which are for CAP_SYS_ADMIN. Between
 * two messages a dump keeps a reference to a cgroup, which keeps no memory but
 * the cgroup's own.
 */
#include <linux/capability.h>
#include <linux/memcontrol.h>
#include <linux/slab.h>

#include "compat/genl.h"
#include "genl.h"
#include "genl_gen.h"
#include "lists.h"
#include "memcg.h"
#include "peek.h"
#include "zones.h"

/*
 * Room for 64 folios and the names of their files. No more than that, and no
 * wish for large messages in dumps: who watches a machine short of memory must
 * not ask it for pages in a row.
 */
#define PEEK_SIZE	(SKB_WITH_OVERHEAD(16384) - NLMSG_HDRLEN - GENL_HDRLEN)

/**
 * struct dump - an open dump
 * @err: what was wrong with the request
 * @refusal: the same in words, told in the first answer
 * @walk: where it stands; for node, its nid alone
 * @lists: for lru, what was read
 * @node: for node, what was read
 */
struct dump {
	int err;
	struct netlink_ext_ack refusal;
	struct mmlens_lruvecs walk;
	struct mmlens_lists lists;
	struct mmlens_node node;
};

static int check_admin(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (netlink_capable(skb, CAP_SYS_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack, "what concerns the whole system is for CAP_SYS_ADMIN in the initial user namespace");
	return -EPERM;
}

static int get_node(const struct nlattr *attr, int *nid,
		    struct netlink_ext_ack *extack)
{
	u32 node = nla_get_u32(attr);

	if (node >= MAX_NUMNODES || !node_online(node)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "node: no such node");
		return -ENODEV;
	}
	*nid = node;
	return 0;
}

static struct mem_cgroup *get_cgroup(const struct nlattr *attr,
				     struct netlink_ext_ack *extack)
{
	u64 id = nla_get_u64(attr);
	struct mem_cgroup *memcg;

	/* What lru tells where there are none. */
	if (!id && mem_cgroup_disabled())
		return NULL;
	memcg = mmlens_memcg_find(id);
	if (IS_ERR(memcg))
		NL_SET_ERR_MSG_ATTR(extack, attr, "cgroup: no such cgroup, or none that the memory controller knows");
	return memcg;
}

static int prepare_lru(struct dump *dump, struct netlink_callback *cb,
		       struct netlink_ext_ack *extack)
{
	struct nlattr **attrs = mmlens_dump_attrs(cb);
	const struct nlattr *cgroup = attrs[MMLENS_A_SYSTEM_CGROUP];
	const struct nlattr *node = attrs[MMLENS_A_SYSTEM_NODE];
	struct mmlens_lruvecs *walk = &dump->walk;
	struct mem_cgroup *top;
	int err;

	if (node) {
		err = get_node(node, &walk->nid, extack);
		if (err)
			return err;
		walk->one_node = true;
	}
	if (cgroup) {
		top = get_cgroup(cgroup, extack);
		if (IS_ERR(top))
			return PTR_ERR(top);
		walk->top = top;
	}
	mmlens_lruvecs_begin(walk);
	return 0;
}

static int prepare_node(struct dump *dump, struct netlink_callback *cb,
			struct netlink_ext_ack *extack)
{
	dump->walk.nid = first_online_node;
	return 0;
}

static void free_dump(struct dump *dump)
{
	mmlens_lruvecs_end(&dump->walk);
	kvfree(dump);
}

/*
 * On 6.1 there is nobody to tell a sentence to when a dump starts: the refusal
 * is kept then, and ends the dump with its first answer.
 */
static int start(struct netlink_callback *cb,
		 int (*prepare)(struct dump *dump, struct netlink_callback *cb,
				struct netlink_ext_ack *extack))
{
	struct netlink_ext_ack *extack;
	struct dump *dump;
	int err;

	dump = kvzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT);
	if (!dump)
		return -ENOMEM;
	extack = cb->extack ?: &dump->refusal;
	err = check_admin(cb->skb, extack) ?: prepare(dump, cb, extack);
	if (err && cb->extack) {
		free_dump(dump);
		return err;
	}
	dump->err = err;
	cb->args[0] = (long)dump;
	return 0;
}

static struct dump *dump_of(struct netlink_callback *cb)
{
	return (struct dump *)cb->args[0];
}

static int refuse(struct dump *dump, struct netlink_callback *cb)
{
	*cb->extack = dump->refusal;
	return dump->err;
}

static void *put_header(struct sk_buff *skb, struct netlink_callback *cb,
			u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &mmlens_genl_family, NLM_F_MULTI, cmd);
}

/* Each of an array as an attribute of its own. */
#define put_each(skb, attr, array, count) ({				\
	unsigned int i_;						\
	int err_ = 0;							\
									\
	for (i_ = 0; i_ < (count) && !err_; i_++)			\
		err_ = nla_put(skb, attr, sizeof((array)[0]),		\
			       &(array)[i_]);				\
	err_;								\
})

/**
 * mmlens_nl_system_done() - end a dump, read to its end or not
 * @cb: the dump
 *
 * Context: Process context, of the reader or of who closes the socket.
 * Return: 0.
 */
int mmlens_nl_system_done(struct netlink_callback *cb)
{
	if (dump_of(cb))
		free_dump(dump_of(cb));
	return 0;
}

/**
 * mmlens_nl_lru_start() - start to answer lru
 * @cb: the dump
 *
 * Context: Process context of the requester. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_nl_lru_start(struct netlink_callback *cb)
{
	return start(cb, prepare_lru);
}

static int put_lists(struct sk_buff *skb, const struct mmlens_lists *lists)
{
	return nla_put(skb, MMLENS_A_SYSTEM_LRUVEC, sizeof(lists->lruvec),
		       &lists->lruvec) ?:
	       (lists->path[0] ? nla_put_string(skb, MMLENS_A_SYSTEM_PATH,
						lists->path) : 0) ?:
	       put_each(skb, MMLENS_A_SYSTEM_SIZE, lists->size, lists->sizes) ?:
	       put_each(skb, MMLENS_A_SYSTEM_GENERATIONS, lists->generation,
			lists->generations) ?:
	       put_each(skb, MMLENS_A_SYSTEM_TIER, lists->tier, MMLENS_TIERS);
}

static int tell_lists(struct sk_buff *skb, struct netlink_callback *cb,
		      struct dump *dump)
{
	void *header = put_header(skb, cb, MMLENS_CMD_LRU);
	int err;

	if (!header)
		return -EMSGSIZE;
	mmlens_lists_read(dump->walk.memcg, dump->walk.nid, &dump->lists);
	err = put_lists(skb, &dump->lists);
	if (err) {
		genlmsg_cancel(skb, header);
		return err;
	}
	genlmsg_end(skb, header);
	return 0;
}

/**
 * mmlens_nl_lru_dumpit() - answer lru
 * @skb: filled
 * @cb: the dump
 *
 * Context: Process context of whoever reads the socket. May sleep. See
 * mmlens_lists_read().
 * Return: length of the answer, 0 at the end, or a negative errno.
 */
int mmlens_nl_lru_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	int err;

	if (dump->err)
		return refuse(dump, cb);
	while (!dump->walk.ended) {
		err = tell_lists(skb, cb, dump);
		if (err)
			return skb->len ?: err;
		mmlens_lruvecs_next(&dump->walk);
		cond_resched();
	}
	return skb->len;
}

/**
 * mmlens_nl_node_start() - start to answer node
 * @cb: the dump
 *
 * Context: Process context of the requester. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_nl_node_start(struct netlink_callback *cb)
{
	return start(cb, prepare_node);
}

static int put_node(struct sk_buff *skb, const struct mmlens_node *node)
{
	unsigned int zone;
	int err;

	err = nla_put(skb, MMLENS_A_SYSTEM_NODE_STATE, sizeof(node->state),
		      &node->state) ?:
	      put_each(skb, MMLENS_A_SYSTEM_LRU_COUNT, node->count,
		       MMLENS_LRU_COUNTS) ?:
	      put_each(skb, MMLENS_A_SYSTEM_ZONES, node->zone, node->zones);
	for (zone = 0; zone < node->zones && !err; zone++)
		err = put_each(skb, MMLENS_A_SYSTEM_RESERVE,
			       node->reserve[zone], MAX_NR_ZONES) ?:
		      put_each(skb, MMLENS_A_SYSTEM_FREE_BLOCKS,
			       node->blocks[zone], MMLENS_ORDERS);
	return err;
}

static int tell_node(struct sk_buff *skb, struct netlink_callback *cb,
		     struct dump *dump)
{
	void *header = put_header(skb, cb, MMLENS_CMD_NODE);
	int err;

	if (!header)
		return -EMSGSIZE;
	mmlens_node_read(dump->walk.nid, &dump->node);
	err = put_node(skb, &dump->node);
	if (err) {
		genlmsg_cancel(skb, header);
		return err;
	}
	genlmsg_end(skb, header);
	return 0;
}

/**
 * mmlens_nl_node_dumpit() - answer node
 * @skb: filled
 * @cb: the dump
 *
 * Context: Process context of whoever reads the socket. See mmlens_node_read().
 * Return: length of the answer, 0 at the end, or a negative errno.
 */
int mmlens_nl_node_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	int err;

	if (dump->err)
		return refuse(dump, cb);
	while (dump->walk.nid < MAX_NUMNODES) {
		err = tell_node(skb, cb, dump);
		if (err)
			return skb->len ?: err;
		dump->walk.nid = next_online_node(dump->walk.nid);
	}
	return skb->len;
}

/**
 * struct peek_reply - the answer to peek
 * @peek: what is there
 * @files: the message, which gets the names first, as far as they fit
 */
struct peek_reply {
	struct mmlens_peek peek;
	struct sk_buff *files;
};

/* What all but the files takes. */
static size_t folios_size(void)
{
	return MMLENS_PEEK_MAX *
	       nla_total_size(sizeof(struct mmlens_lru_folio)) +
	       nla_total_size(sizeof(struct mmlens_lruvec)) +
	       nla_total_size(sizeof(struct mmlens_generation));
}

static void put_file(struct mmlens_peek *peek,
		     const struct mmlens_lru_folio *folio, const char *path)
{
	struct sk_buff *skb = container_of(peek, struct peek_reply, peek)->files;
	size_t room = nla_total_size(0) + nla_total_size_64bit(sizeof(u64)) +
		      2 * nla_total_size(sizeof(u32)) +
		      nla_total_size(strlen(path) + 1);
	struct nlattr *nest;

	if (skb_tailroom(skb) < room + folios_size())
		return;
	nest = nla_nest_start(skb, MMLENS_A_SYSTEM_FILE);
	if (nla_put_u64_64bit(skb, MMLENS_A_FILE_INODE, folio->inode,
			      MMLENS_A_FILE_PAD) ||
	    nla_put_u32(skb, MMLENS_A_FILE_DEV_MAJOR, folio->dev_major) ||
	    nla_put_u32(skb, MMLENS_A_FILE_DEV_MINOR, folio->dev_minor) ||
	    nla_put_string(skb, MMLENS_A_FILE_PATH, path))
		nla_nest_cancel(skb, nest);
	else
		nla_nest_end(skb, nest);
}

static int parse_list(struct mmlens_peek *peek, struct genl_info *info)
{
	const struct nlattr *lru = info->attrs[MMLENS_A_SYSTEM_LRU];
	const struct nlattr *type = info->attrs[MMLENS_A_SYSTEM_TYPE];
	const struct nlattr *zone = info->attrs[MMLENS_A_SYSTEM_ZONE];
	const struct nlattr *number = info->attrs[MMLENS_A_SYSTEM_GENERATION];

	if (!lru) {
		NL_SET_ERR_MSG(info->extack, "lru is missing");
		return -EINVAL;
	}
	peek->lru = nla_get_u32(lru);
	if (peek->lru == MMLENS_LRU_NONE) {
		NL_SET_ERR_MSG_ATTR(info->extack, lru, "lru: none is no list");
		return -EINVAL;
	}
	peek->oldest = !number;
	if (number)
		peek->number = nla_get_u64(number);
	if (peek->lru != MMLENS_LRU_GENERATION) {
		if (!type && !zone && !number)
			return 0;
		NL_SET_ERR_MSG(info->extack, "type, zone and generation are for generations");
		return -EINVAL;
	}
	if (!type || !zone) {
		NL_SET_ERR_MSG(info->extack, "a generation has a list for each type and zone: type or zone is missing");
		return -EINVAL;
	}
	peek->type = nla_get_u32(type);
	peek->zone = nla_get_u32(zone);
	return 0;
}

static int parse_peek(struct mmlens_peek *peek, struct genl_info *info)
{
	const struct nlattr *cgroup = info->attrs[MMLENS_A_SYSTEM_CGROUP];
	const struct nlattr *node = info->attrs[MMLENS_A_SYSTEM_NODE];
	const struct nlattr *count = info->attrs[MMLENS_A_SYSTEM_COUNT];
	const struct nlattr *end = info->attrs[MMLENS_A_SYSTEM_END];
	struct mem_cgroup *memcg;
	int err;

	err = parse_list(peek, info);
	if (err)
		return err;
	peek->count = count ? nla_get_u32(count) : MMLENS_PEEK_MAX;
	peek->end = end ? nla_get_u32(end) : MMLENS_LRU_END_TAIL;
	peek->nid = first_online_node;
	if (node) {
		err = get_node(node, &peek->nid, info->extack);
		if (err)
			return err;
	}
	memcg = cgroup ? get_cgroup(cgroup, info->extack) :
			 mmlens_memcg_next(NULL, NULL);
	if (IS_ERR(memcg))
		return PTR_ERR(memcg);
	peek->memcg = memcg;
	return 0;
}

static void explain(struct netlink_ext_ack *extack, int err)
{
	if (err == -EOPNOTSUPP)
		NL_SET_ERR_MSG(extack, "the kernel keeps no list of unevictable pages that could be looked at");
	else if (err == -ENODEV)
		NL_SET_ERR_MSG(extack, "zone: this kernel has no such zone");
	else if (err == -ERANGE)
		NL_SET_ERR_MSG(extack, "generation: not between the oldest of its type and the youngest");
}

static int put_peek(struct sk_buff *skb, const struct mmlens_peek *peek)
{
	return nla_put(skb, MMLENS_A_SYSTEM_LRUVEC, sizeof(peek->lruvec),
		       &peek->lruvec) ?:
	       (peek->lru == MMLENS_LRU_GENERATION ?
		nla_put(skb, MMLENS_A_SYSTEM_GENERATIONS,
			sizeof(peek->generation), &peek->generation) : 0) ?:
	       put_each(skb, MMLENS_A_SYSTEM_FOLIO, peek->folio, peek->found);
}

static int reply_peek(struct genl_info *info, struct peek_reply *reply)
{
	struct sk_buff *skb = genlmsg_new(PEEK_SIZE, GFP_KERNEL);
	void *header;
	int err;

	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, &mmlens_genl_family, 0,
				   info->genlhdr->cmd);
	if (!header) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	reply->files = skb;
	err = mmlens_peek(&reply->peek);
	if (err)
		explain(info->extack, err);
	else
		err = put_peek(skb, &reply->peek);
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

/**
 * mmlens_nl_peek_doit() - answer peek
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: Process context of the requester. May sleep. See mmlens_peek().
 * Return: 0 or a negative errno.
 */
int mmlens_nl_peek_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct peek_reply *reply;
	int err;

	err = check_admin(skb, info->extack);
	if (err)
		return err;
	reply = kzalloc(sizeof(*reply), GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	reply->peek.tell_file = put_file;
	err = parse_peek(&reply->peek, info);
	if (!err)
		err = reply_peek(info, reply);
	mmlens_memcg_put(reply->peek.memcg);
	kfree(reply);
	return err;
}
