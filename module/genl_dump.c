// SPDX-License-Identifier: GPL-2.0
/*
 * Operations that answer with many messages. Between two of them a dump keeps
 * the mm_struct, but not the address space: a reader who stops reading keeps no
 * memory of the target.
 */
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "compat/genl.h"
#include "compat/mm.h"
#include "genl.h"
#include "genl_gen.h"
#include "pages.h"
#include "query.h"
#include "sharer.h"
#include "vma.h"

/* What the spec asks a reader to receive in one go. */
#define MESSAGE_SIZE	SKB_WITH_OVERHEAD(32768)
#define MESSAGE_RUNS	MMLENS_PAGES_ROOM

static_assert(MESSAGE_RUNS * NLA_ALIGN(NLA_HDRLEN + sizeof(struct mmlens_page_run)) +
	      512 < MESSAGE_SIZE);

/**
 * struct dump - an open dump
 * @query: who asks about whom
 * @err: with what it ends, once all that was read has been sent
 * @begun: the first message has been sent
 * @ended: the last message has been sent
 * @refusal: what was wrong with the request, told in the first answer
 * @skb: the answer that is being filled
 * @cb: the netlink side of the dump
 * @vmas: for vma
 * @pages: for page
 * @records: for page
 * @sharers: for sharer
 */
struct dump {
	struct mmlens_query query;
	int err;
	bool begun;
	bool ended;
	struct netlink_ext_ack refusal;
	struct sk_buff *skb;
	struct netlink_callback *cb;
	struct mmlens_vmas vmas;
	struct mmlens_pages pages;
	struct mmlens_page_run *records;
	struct mmlens_sharers sharers;
};

static struct dump *dump_of(struct netlink_callback *cb)
{
	return (struct dump *)cb->args[0];
}

static void free_dump(struct dump *dump)
{
	if (dump->query.cursor.mm)
		mmlens_query_end(&dump->query);
	if (dump->sharers.ns)
		put_pid_ns(dump->sharers.ns);
	mmlens_vma_names_free(&dump->vmas.names);
	kvfree(dump->records);
	kfree(dump);
}

/*
 * Starts a dump; @prepare does what is left for the operation. On 6.1, there
 * is nobody to tell a sentence to at this point: the refusal is kept then, and
 * ends the dump with its first answer.
 */
static int start(struct netlink_callback *cb,
		 int (*prepare)(struct dump *dump, struct nlattr **attrs,
				struct netlink_ext_ack *extack))
{
	struct nlattr **attrs = mmlens_dump_attrs(cb);
	struct netlink_ext_ack *extack;
	struct dump *dump;
	int err;

	dump = kzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT);
	if (!dump)
		return -ENOMEM;
	extack = cb->extack ?: &dump->refusal;
	err = mmlens_query_begin(&dump->query, cb->skb, attrs, extack) ?:
	      prepare(dump, attrs, extack);
	if (err && cb->extack) {
		free_dump(dump);
		return err;
	}
	dump->err = err;
	cb->min_dump_alloc = MESSAGE_SIZE;
	cb->args[0] = (long)dump;
	return 0;
}

static void *put_header(struct dump *dump, u8 cmd)
{
	struct netlink_callback *cb = dump->cb;
	int flags = NLM_F_MULTI;
	void *header;

	if (dump->query.cursor.changed)
		flags |= NLM_F_DUMP_INTR;
	header = genlmsg_put(dump->skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &mmlens_genl_family, flags,
			     cmd);
	if (!header)
		return NULL;
	if (nla_put_u64_64bit(dump->skb, MMLENS_A_QUERY_COOKIE,
			      mmlens_mm_cookie(dump->query.cursor.mm),
			      MMLENS_A_QUERY_PAD)) {
		genlmsg_cancel(dump->skb, header);
		return NULL;
	}
	return header;
}

/*
 * The first answer is asked for by the request itself, with a lock of all
 * generic netlink held. So it only says whose memory it is: the target's locks,
 * which somebody may be sitting on, are waited for when the reader reads on.
 */
static int greet(struct dump *dump, u8 cmd)
{
	void *header = put_header(dump, cmd);

	if (!header)
		return -EMSGSIZE;
	genlmsg_end(dump->skb, header);
	dump->begun = true;
	return dump->skb->len;
}

/* Begins an answer. If there is nothing to read, @ret is what to return. */
static bool begin(struct dump *dump, struct sk_buff *skb,
		  struct netlink_callback *cb, u8 cmd, int *ret)
{
	if (dump->refusal._msg)
		*cb->extack = dump->refusal;
	else
		mmlens_genl_explain(cb->extack, dump->err);
	dump->skb = skb;
	dump->cb = cb;
	*ret = dump->err;
	if (!dump->err && !dump->begun)
		*ret = greet(dump, cmd);
	else if (!dump->err && !dump->ended)
		return true;
	return false;
}

/* The last message; if it finds no room, it goes with the next answer. */
static void put_stall(struct dump *dump, u8 cmd)
{
	struct mmlens_cursor *cursor = &dump->query.cursor;
	void *header = put_header(dump, cmd);

	if (!header)
		return;
	if (nla_put(dump->skb, MMLENS_A_QUERY_STALL, sizeof(cursor->stall),
		    &cursor->stall)) {
		genlmsg_cancel(dump->skb, header);
		return;
	}
	genlmsg_end(dump->skb, header);
	dump->ended = true;
}

/* Ends an answer: what was read is sent before the error that came after. */
static int finish(struct dump *dump, u8 cmd, int err)
{
	struct mmlens_cursor *cursor = &dump->query.cursor;

	if (!err && cursor->pos >= cursor->end)
		put_stall(dump, cmd);
	if (err && !dump->skb->len)
		mmlens_genl_explain(dump->cb->extack, err);
	dump->err = err;
	/* Nothing told, and not the end: what comes next is larger than a message. */
	return dump->skb->len ?: err ?: -EMSGSIZE;
}

/**
 * mmlens_nl_query_done() - end a dump, read to its end or not
 * @cb: the dump
 *
 * Context: Process context, of the reader or of who closes the socket.
 * Return: 0.
 */
int mmlens_nl_query_done(struct netlink_callback *cb)
{
	if (dump_of(cb))
		free_dump(dump_of(cb));
	return 0;
}

static bool tell_vma(struct mmlens_vmas *vmas, const struct mmlens_vma *vma)
{
	struct dump *dump = container_of(vmas, struct dump, vmas);
	void *header = put_header(dump, MMLENS_CMD_VMA);

	if (!header)
		return false;
	if (mmlens_genl_put_vma(dump->skb, vma, &vmas->names)) {
		genlmsg_cancel(dump->skb, header);
		return false;
	}
	genlmsg_end(dump->skb, header);
	return true;
}

static int prepare_vma(struct dump *dump, struct nlattr **attrs,
		       struct netlink_ext_ack *extack)
{
	dump->vmas.cursor = &dump->query.cursor;
	dump->vmas.tell = tell_vma;
	return mmlens_query_range(&dump->query, attrs, extack) ?:
	       mmlens_vma_names_init(&dump->vmas.names);
}

/**
 * mmlens_nl_vma_start() - start to answer vma
 * @cb: the dump
 *
 * Context: Process context of the requester. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_nl_vma_start(struct netlink_callback *cb)
{
	return start(cb, prepare_vma);
}

/**
 * mmlens_nl_vma_dumpit() - answer vma
 * @skb: filled
 * @cb: the dump
 *
 * Context: Process context of whoever reads the socket. May sleep. See
 * mmlens_vmas_read().
 * Return: length of the answer, 0 at the end, or a negative errno.
 */
int mmlens_nl_vma_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	int ret;

	if (!begin(dump, skb, cb, MMLENS_CMD_VMA, &ret))
		return ret;
	return finish(dump, MMLENS_CMD_VMA, mmlens_vmas_read(&dump->vmas));
}

static int prepare_page(struct dump *dump, struct nlattr **attrs,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *detail = attrs[MMLENS_A_QUERY_DETAIL];
	int err;

	err = mmlens_query_range(&dump->query, attrs, extack);
	if (err)
		return err;
	dump->records = kvmalloc_array(MESSAGE_RUNS, sizeof(*dump->records),
				       GFP_KERNEL_ACCOUNT);
	if (!dump->records)
		return -ENOMEM;
	mmlens_pages_init(&dump->pages, &dump->query.cursor, dump->records,
			  MESSAGE_RUNS);
	dump->pages.runs.each = attrs[MMLENS_A_QUERY_EACH];
	mmlens_page_reader_init(&dump->pages.reader,
				detail ? nla_get_u32(detail) : 0,
				dump->query.admin);
	return 0;
}

/**
 * mmlens_nl_page_start() - start to answer page
 * @cb: the dump
 *
 * Context: Process context of the requester. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_nl_page_start(struct netlink_callback *cb)
{
	return start(cb, prepare_page);
}

static int put_runs(struct dump *dump)
{
	const struct mmlens_runs *runs = &dump->pages.runs;
	u32 withheld = dump->pages.reader.withheld;
	void *header;
	unsigned int i;

	if (!runs->count)
		return 0;
	header = put_header(dump, MMLENS_CMD_PAGE);
	if (!header)
		return -EMSGSIZE;
	if (withheld &&
	    nla_put_u32(dump->skb, MMLENS_A_QUERY_WITHHELD, withheld))
		goto out_cancel;
	for (i = 0; i < runs->count; i++)
		if (nla_put(dump->skb, MMLENS_A_QUERY_RUN,
			    sizeof(runs->records[i]), &runs->records[i]))
			goto out_cancel;
	genlmsg_end(dump->skb, header);
	return 0;

out_cancel:
	genlmsg_cancel(dump->skb, header);
	return -EMSGSIZE;
}

/**
 * mmlens_nl_page_dumpit() - answer page
 * @skb: filled
 * @cb: the dump
 *
 * Context: Process context of whoever reads the socket. May sleep. See
 * mmlens_pages_read().
 * Return: length of the answer, 0 at the end, or a negative errno.
 */
int mmlens_nl_page_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	int err, full, ret;

	if (!begin(dump, skb, cb, MMLENS_CMD_PAGE, &ret))
		return ret;
	err = mmlens_pages_read(&dump->pages);
	full = put_runs(dump);
	return full ?: finish(dump, MMLENS_CMD_PAGE, err);
}

static bool tell_sharer(struct mmlens_sharers *sharers,
			const struct mmlens_sharer *sharer)
{
	struct dump *dump = container_of(sharers, struct dump, sharers);

	return !nla_put(dump->skb, MMLENS_A_QUERY_SHARER, sizeof(*sharer),
			sharer);
}

static int prepare_sharer(struct dump *dump, struct nlattr **attrs,
			  struct netlink_ext_ack *extack)
{
	dump->sharers.mm = dump->query.cursor.mm;
	dump->sharers.ns = get_pid_ns(task_active_pid_ns(current));
	dump->sharers.tell = tell_sharer;
	return 0;
}

/**
 * mmlens_nl_sharer_start() - start to answer sharer
 * @cb: the dump
 *
 * Context: Process context of the requester. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_nl_sharer_start(struct netlink_callback *cb)
{
	return start(cb, prepare_sharer);
}

/**
 * mmlens_nl_sharer_dumpit() - answer sharer
 * @skb: filled
 * @cb: the dump
 *
 * Context: Process context of whoever reads the socket. May sleep. See
 * mmlens_sharers_read().
 * Return: length of the answer, 0 at the end, or a negative errno.
 */
int mmlens_nl_sharer_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	void *header;
	int err, ret;
	bool end;

	if (!begin(dump, skb, cb, MMLENS_CMD_SHARER, &ret))
		return ret;
	header = put_header(dump, MMLENS_CMD_SHARER);
	if (!header)
		return -EMSGSIZE;
	err = mmlens_sharers_read(&dump->sharers, &end);
	/* How many are hidden is known when all have been looked at. */
	if (!err && end && !nla_put_u32(skb, MMLENS_A_QUERY_HIDDEN,
					dump->sharers.hidden))
		dump->ended = true;
	genlmsg_end(skb, header);
	dump->err = err;
	return skb->len;
}
