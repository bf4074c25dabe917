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
#include "rmap.h"
#include "sharer.h"
#include "vma.h"

/* What the spec asks a reader to receive in one go. */
#define MESSAGE_SIZE	SKB_WITH_OVERHEAD(32768)

/**
 * struct dump - an open dump
 * @query: who asks about whom
 * @err: with what it ends, once all that was read has been sent
 * @begun: the first message has been sent
 * @ended: the last message has been sent
 * @refusal: what was wrong with the request, told in the first answer
 * @skb: the answer that is being filled
 * @cb: the netlink side of the dump
 * @ns: namespace that PIDs are told in, if any are
 * @vmas: for vma
 * @pages: for page
 * @records: for page
 * @sent: for page, how many of the records have been sent
 * @read_err: for page, how the reading of the records ended
 * @sharers: for sharer
 * @mappers: for mapper
 */
struct dump {
	struct mmlens_query query;
	int err;
	bool begun;
	bool ended;
	struct netlink_ext_ack refusal;
	struct sk_buff *skb;
	struct netlink_callback *cb;
	struct pid_namespace *ns;
	struct mmlens_vmas vmas;
	struct mmlens_pages pages;
	struct mmlens_page_run *records;
	unsigned int sent;
	int read_err;
	struct mmlens_sharers sharers;
	struct mmlens_mappers mappers;
};

static struct dump *dump_of(struct netlink_callback *cb)
{
	return (struct dump *)cb->args[0];
}

static void free_dump(struct dump *dump)
{
	if (dump->query.cursor.mm)
		mmlens_query_end(&dump->query);
	if (dump->ns)
		put_pid_ns(dump->ns);
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
		 int (*begin_query)(struct mmlens_query *query,
				    struct sk_buff *skb, struct nlattr **attrs,
				    struct netlink_ext_ack *extack),
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
	err = begin_query(&dump->query, cb->skb, attrs, extack) ?:
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
	struct mm_struct *mm = dump->query.cursor.mm;
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
			      mm ? mmlens_mm_cookie(mm) : 0,
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

static bool at_end(const struct dump *dump)
{
	return dump->query.cursor.pos >= dump->query.cursor.end;
}

/* Ends an answer: what was read is sent before the error that came after. */
static int finish(struct dump *dump, u8 cmd, bool end, int err)
{
	if (!err && end)
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
	return start(cb, mmlens_query_begin, prepare_vma);
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
	int err, ret;

	if (!begin(dump, skb, cb, MMLENS_CMD_VMA, &ret))
		return ret;
	err = mmlens_vmas_read(&dump->vmas);
	return finish(dump, MMLENS_CMD_VMA, at_end(dump), err);
}

static int prepare_page(struct dump *dump, struct nlattr **attrs,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *detail = attrs[MMLENS_A_QUERY_DETAIL];
	int err;

	err = mmlens_query_range(&dump->query, attrs, extack);
	if (err)
		return err;
	/* See mmlens_tally_new(). */
	dump->records = kvmalloc_array(MMLENS_PAGES_ROOM, sizeof(*dump->records),
				       GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!dump->records)
		return -ENOMEM;
	mmlens_pages_init(&dump->pages, &dump->query.cursor, dump->records,
			  MMLENS_PAGES_ROOM);
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
	return start(cb, mmlens_query_begin, prepare_page);
}

/* Sends on what was read. */
static int put_runs(struct dump *dump)
{
	const struct mmlens_runs *runs = &dump->pages.runs;
	u32 withheld = dump->pages.reader.withheld;
	unsigned int first = dump->sent;
	void *header;

	if (first == runs->count)
		return 0;
	header = put_header(dump, MMLENS_CMD_PAGE);
	if (!header)
		return -EMSGSIZE;
	if (withheld &&
	    nla_put_u32(dump->skb, MMLENS_A_QUERY_WITHHELD, withheld))
		goto out_cancel;
	while (dump->sent < runs->count &&
	       !nla_put(dump->skb, MMLENS_A_QUERY_RUN, sizeof(*runs->records),
			runs->records + dump->sent))
		dump->sent++;
	if (dump->sent == first)
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
	int err, ret;

	if (!begin(dump, skb, cb, MMLENS_CMD_PAGE, &ret))
		return ret;
	if (dump->sent == dump->pages.runs.count) {
		dump->read_err = mmlens_pages_read(&dump->pages);
		dump->sent = 0;
	}
	err = put_runs(dump);
	if (err)
		return err;
	return dump->sent < dump->pages.runs.count ?
	       skb->len : finish(dump, MMLENS_CMD_PAGE, at_end(dump),
				 dump->read_err);
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
	dump->ns = get_pid_ns(task_active_pid_ns(current));
	dump->sharers.ns = dump->ns;
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
	return start(cb, mmlens_query_begin, prepare_sharer);
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

static bool tell_mapper(struct mmlens_mappers *mappers,
			const struct mmlens_mapper *mapper)
{
	struct dump *dump = container_of(mappers, struct dump, mappers);

	/* The page itself is put last. */
	if (skb_tailroom(dump->skb) < nla_total_size(sizeof(*mapper)) +
	    nla_total_size(sizeof(mappers->page)) + nla_total_size(0))
		return false;
	return !nla_put(dump->skb, MMLENS_A_QUERY_MAPPER, sizeof(*mapper),
			mapper);
}

/* A page has a target, or a frame of its own. */
static int begin_mapper(struct mmlens_query *query, struct sk_buff *skb,
			struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	if (!netlink_capable(skb, CAP_SYS_ADMIN)) {
		NL_SET_ERR_MSG(extack, "who maps a page is for CAP_SYS_ADMIN in the initial user namespace");
		return -EPERM;
	}
	if (!attrs[MMLENS_A_QUERY_FRAME])
		return mmlens_query_begin(query, skb, attrs, extack);
	if (attrs[MMLENS_A_QUERY_PID] || attrs[MMLENS_A_QUERY_PAGEMAP_FD] ||
	    attrs[MMLENS_A_QUERY_ADDRESS]) {
		NL_SET_ERR_MSG_ATTR(extack, attrs[MMLENS_A_QUERY_FRAME],
				    "frame: excludes a target and an address");
		return -EINVAL;
	}
	query->admin = true;
	return 0;
}

static int prepare_mapper(struct dump *dump, struct nlattr **attrs,
			  struct netlink_ext_ack *extack)
{
	const struct nlattr *address = attrs[MMLENS_A_QUERY_ADDRESS];
	const struct nlattr *frame = attrs[MMLENS_A_QUERY_FRAME];

	if (!address && !frame) {
		NL_SET_ERR_MSG(extack, "address is missing");
		return -EINVAL;
	}
	if (address && nla_get_u64(address) >= dump->query.cursor.end) {
		NL_SET_ERR_MSG_ATTR(extack, address, "address: lies beyond the target's user space");
		return -EINVAL;
	}
	dump->ns = get_pid_ns(task_active_pid_ns(current));
	dump->mappers = (struct mmlens_mappers){
		.cursor = &dump->query.cursor,
		.address = address ? nla_get_u64(address) & PAGE_MASK : 0,
		.frame = frame ? nla_get_u64(frame) : 0,
		.ns = dump->ns,
		.tell = tell_mapper,
	};
	mmlens_page_reader_init(&dump->mappers.reader, MMLENS_DETAIL_MAPPER,
				true);
	return 0;
}

/**
 * mmlens_nl_mapper_start() - start to answer mapper
 * @cb: the dump
 *
 * Context: Process context of the requester. May sleep.
 * Return: 0 or a negative errno.
 */
int mmlens_nl_mapper_start(struct netlink_callback *cb)
{
	return start(cb, begin_mapper, prepare_mapper);
}

/**
 * mmlens_nl_mapper_dumpit() - answer mapper
 * @skb: filled
 * @cb: the dump
 *
 * Context: Process context of whoever reads the socket. May sleep. See
 * mmlens_mappers_read().
 * Return: length of the answer, 0 at the end, or a negative errno.
 */
int mmlens_nl_mapper_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	struct mmlens_mappers *mappers = &dump->mappers;
	bool first = !mappers->found;
	void *header;
	int err, ret;

	if (!begin(dump, skb, cb, MMLENS_CMD_MAPPER, &ret))
		return ret;
	header = put_header(dump, MMLENS_CMD_MAPPER);
	if (!header)
		return -EMSGSIZE;
	err = mmlens_mappers_read(mappers);
	if (first && mappers->found &&
	    (nla_put(skb, MMLENS_A_QUERY_RUN, sizeof(mappers->page),
		     &mappers->page) ||
	     (mappers->unknown && nla_put_flag(skb, MMLENS_A_QUERY_UNKNOWN)))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return finish(dump, MMLENS_CMD_MAPPER, mappers->ended, err);
}
