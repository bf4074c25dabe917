// SPDX-License-Identifier: GPL-2.0
/*
 * The family, and the operations that answer with one message. Those that dump
 * are in genl_dump.c.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/string.h>

#include "compat/genl.h"
#include "compat/mm.h"
#include "genl.h"
#include "genl_gen.h"
#include "info.h"
#include "mm.h"
#include "probes.h"
#include "query.h"
#include "translate.h"

/* A VMA's path, a symbol, and the fixed parts of an answer. */
#define WALK_SIZE	(2 * PAGE_SIZE)

struct genl_family mmlens_genl_family __ro_after_init = {
	.name = MMLENS_GENL_NAME,
	.version = MMLENS_GENL_VERSION,
	/* Other namespaces see no family: descriptors and PIDs are ours. */
	.netnsok = false,
	.parallel_ops = true,
	.module = THIS_MODULE,
};

/**
 * mmlens_genl_init() - register the family
 *
 * Context: Process context. May sleep.
 * Return: 0 or a negative errno.
 */
int __init mmlens_genl_init(void)
{
	return mmlens_genl_register(&mmlens_genl_family, mmlens_nl_ops,
				    ARRAY_SIZE(mmlens_nl_ops));
}

/**
 * mmlens_genl_exit() - unregister the family
 *
 * Context: Process context. Waits for requests that are being answered; a dump
 * that is open keeps the module from being unloaded.
 */
void mmlens_genl_exit(void)
{
	genl_unregister_family(&mmlens_genl_family);
}

/**
 * mmlens_genl_put_vma() - add what is told of a VMA
 * @skb: the message
 * @vma: the VMA
 * @names: its names
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int mmlens_genl_put_vma(struct sk_buff *skb, const struct mmlens_vma *vma,
			const struct mmlens_vma_names *names)
{
	if (nla_put(skb, MMLENS_A_QUERY_VMA, sizeof(*vma), vma) ||
	    (names->name &&
	     nla_put_string(skb, MMLENS_A_QUERY_NAME, names->name)) ||
	    (names->ops &&
	     nla_put_string(skb, MMLENS_A_QUERY_OPS, names->ops)))
		return -EMSGSIZE;
	return 0;
}

/**
 * mmlens_genl_explain() - say why reading a target failed
 * @extack: told
 * @err: what the reader returned
 *
 * Context: Any.
 */
void mmlens_genl_explain(struct netlink_ext_ack *extack, int err)
{
	if (err == -ESRCH)
		NL_SET_ERR_MSG(extack, "the target has exited");
	else if (err == -EBUSY)
		NL_SET_ERR_MSG(extack, "a lock of the target was not free for a second, try again");
	else if (err == -EAGAIN)
		NL_SET_ERR_MSG(extack, "the target keeps changing what lies at this address");
	else if (err == -ENOENT)
		NL_SET_ERR_MSG(extack, "no page of a process is there");
}

/**
 * mmlens_genl_new_reply() - begin to answer a request with one message
 * @info: the request
 * @size: room for the answer
 * @header: filled
 *
 * Context: Process context. May sleep.
 * Return: the message; NULL without memory.
 */
struct sk_buff *mmlens_genl_new_reply(struct genl_info *info, size_t size,
				      void **header)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);

	if (!skb)
		return NULL;
	*header = genlmsg_put_reply(skb, info, &mmlens_genl_family, 0,
				    info->genlhdr->cmd);
	if (!*header) {
		nlmsg_free(skb);
		return NULL;
	}
	return skb;
}

/**
 * mmlens_genl_send_reply() - answer a request
 * @info: the request
 * @skb: the message, which is given away
 * @header: what mmlens_genl_new_reply() filled
 *
 * Context: Process context. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_genl_send_reply(struct genl_info *info, struct sk_buff *skb,
			   void *header)
{
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

static int put_cost(struct sk_buff *skb, const struct mmlens_cursor *cursor)
{
	return nla_put_u64_64bit(skb, MMLENS_A_QUERY_COOKIE,
				 mmlens_mm_cookie(cursor->mm),
				 MMLENS_A_QUERY_PAD) ?:
	       nla_put(skb, MMLENS_A_QUERY_STALL, sizeof(cursor->stall),
		       &cursor->stall);
}

static u32 privileges(struct sk_buff *skb)
{
	u32 privileges = 0;

	if (netlink_capable(skb, CAP_SYS_PTRACE))
		privileges |= MMLENS_PRIVILEGE_PTRACE;
	if (netlink_capable(skb, CAP_SYS_ADMIN))
		privileges |= MMLENS_PRIVILEGE_ADMIN;
	return privileges;
}

static int put_unprobed(struct sk_buff *skb)
{
	unsigned int at = 0;
	const char *name;

	while ((name = mmlens_probes_missing(&at)))
		if (nla_put_string(skb, MMLENS_A_INFO_UNPROBED, name))
			return -EMSGSIZE;
	return 0;
}

/**
 * mmlens_nl_info_doit() - answer info
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: Process context of the requester. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_nl_info_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mmlens_info told;
	struct sk_buff *reply;
	void *header;

	mmlens_info_read(&told);
	reply = mmlens_genl_new_reply(info, GENLMSG_DEFAULT_SIZE, &header);
	if (!reply)
		return -ENOMEM;
	if (nla_put_string(reply, MMLENS_A_INFO_VERSION, MMLENS_VERSION) ||
	    nla_put_string(reply, MMLENS_A_INFO_KERNEL, told.kernel) ||
	    nla_put_u32(reply, MMLENS_A_INFO_REGIME, told.regime) ||
	    nla_put_u32(reply, MMLENS_A_INFO_LEVELS, told.levels) ||
	    nla_put_u32(reply, MMLENS_A_INFO_PAGE_SIZE, told.page_size) ||
	    nla_put_u32(reply, MMLENS_A_INFO_FEATURES, told.features) ||
	    nla_put_u32(reply, MMLENS_A_INFO_PRIVILEGES, privileges(skb)) ||
	    nla_put_u32(reply, MMLENS_A_INFO_WATCHES, told.watches) ||
	    nla_put_u32(reply, MMLENS_A_INFO_WATCHABLE, told.watchable) ||
	    nla_put_u32(reply, MMLENS_A_INFO_ATTACHED, told.attached) ||
	    put_unprobed(reply)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	return mmlens_genl_send_reply(info, reply, header);
}

static int reply_mm(struct genl_info *info, struct mmlens_cursor *cursor)
{
	struct mmlens_mm told;
	struct sk_buff *reply;
	void *header;
	int err;

	err = mmlens_mm_read(cursor, &told);
	if (err) {
		mmlens_genl_explain(info->extack, err);
		return err;
	}
	reply = mmlens_genl_new_reply(info, GENLMSG_DEFAULT_SIZE, &header);
	if (!reply)
		return -ENOMEM;
	if (put_cost(reply, cursor) ||
	    nla_put(reply, MMLENS_A_QUERY_LAYOUT, sizeof(told.layout),
		    &told.layout) ||
	    nla_put(reply, MMLENS_A_QUERY_COUNTERS, sizeof(told.counters),
		    &told.counters) ||
	    nla_put(reply, MMLENS_A_QUERY_TABLES, sizeof(told.tables),
		    &told.tables)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	return mmlens_genl_send_reply(info, reply, header);
}

/**
 * mmlens_nl_mm_doit() - answer mm
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: Process context of the requester. May sleep. See mmlens_mm_read().
 * Return: 0 or a negative errno.
 */
int mmlens_nl_mm_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mmlens_query query;
	int err;

	err = mmlens_query_begin(&query, skb, info->attrs, info->extack);
	if (err)
		return err;
	mmlens_cursor_hurry(&query.cursor);
	err = reply_mm(info, &query.cursor);
	mmlens_query_end(&query);
	return err;
}

static int put_translation(struct sk_buff *skb,
			   const struct mmlens_translation *told)
{
	u32 withheld = told->pages.reader.withheld;
	unsigned int i;

	if (withheld && nla_put_u32(skb, MMLENS_A_QUERY_WITHHELD, withheld))
		return -EMSGSIZE;
	if ((told->in_vma &&
	     mmlens_genl_put_vma(skb, &told->vma, &told->names)) ||
	    nla_put(skb, MMLENS_A_QUERY_RUN, sizeof(told->run), &told->run))
		return -EMSGSIZE;
	for (i = 0; i < told->count; i++)
		if (nla_put(skb, MMLENS_A_QUERY_STEP, sizeof(told->steps[i]),
			    &told->steps[i]))
			return -EMSGSIZE;
	return put_cost(skb, told->cursor);
}

static int reply_walk(struct genl_info *info, struct mmlens_translation *told,
		      unsigned long address)
{
	struct sk_buff *reply;
	void *header;
	int err;

	err = mmlens_translate(told, address);
	if (err) {
		mmlens_genl_explain(info->extack, err);
		return err;
	}
	reply = mmlens_genl_new_reply(info, WALK_SIZE, &header);
	if (!reply)
		return -ENOMEM;
	err = put_translation(reply, told);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return mmlens_genl_send_reply(info, reply, header);
}

static int walk(struct genl_info *info, struct mmlens_query *query)
{
	const struct nlattr *attr = info->attrs[MMLENS_A_QUERY_ADDRESS];
	struct mmlens_translation *told;
	int err;

	if (!attr) {
		NL_SET_ERR_MSG(info->extack, "address is missing");
		return -EINVAL;
	}
	if (nla_get_u64(attr) >= query->cursor.end) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr, "address: lies beyond the target's user space");
		return -EINVAL;
	}
	told = kzalloc(sizeof(*told), GFP_KERNEL);
	if (!told)
		return -ENOMEM;
	told->cursor = &query->cursor;
	err = mmlens_vma_names_init(&told->names);
	if (err)
		goto out_free;
	mmlens_page_reader_init(&told->pages.reader, MMLENS_DETAIL_ALL,
				query->admin);
	err = reply_walk(info, told, nla_get_u64(attr));
	mmlens_vma_names_free(&told->names);
out_free:
	kfree(told);
	return err;
}

/**
 * mmlens_nl_walk_doit() - answer walk
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: Process context of the requester. May sleep. See mmlens_translate().
 * Return: 0 or a negative errno.
 */
int mmlens_nl_walk_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mmlens_query query;
	int err;

	err = mmlens_query_begin(&query, skb, info->attrs, info->extack);
	if (err)
		return err;
	mmlens_cursor_hurry(&query.cursor);
	err = walk(info, &query);
	mmlens_query_end(&query);
	return err;
}
