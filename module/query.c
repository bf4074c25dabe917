// SPDX-License-Identifier: GPL-2.0
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mmlens.h>
#include <linux/netlink.h>
#include <linux/sched/mm.h>

#include "query.h"
#include "target.h"

static struct mm_struct *from_fd(const struct nlattr *fd,
				 struct netlink_ext_ack *extack)
{
	struct mm_struct *mm = mmlens_target_from_fd(nla_get_u32(fd));

	switch (PTR_ERR_OR_ZERO(mm)) {
	case -EOPNOTSUPP:
		NL_SET_ERR_MSG_ATTR(extack, fd, "pagemap-fd: there was no procfs when mmlens was loaded, name the target by pid");
		break;
	case -EBADF:
		NL_SET_ERR_MSG_ATTR(extack, fd, "pagemap-fd: no such open descriptor");
		break;
	case -EINVAL:
		NL_SET_ERR_MSG_ATTR(extack, fd, "pagemap-fd: not an open /proc/PID/pagemap");
		break;
	case -ENODATA:
		NL_SET_ERR_MSG_ATTR(extack, fd, "pagemap-fd: the target has no address space, it is a kernel thread or a zombie");
		break;
	}
	return mm;
}

static struct mm_struct *from_pid(const struct nlattr *pid,
				  struct sk_buff *skb,
				  struct netlink_ext_ack *extack)
{
	struct mm_struct *mm;

	if (!netlink_capable(skb, CAP_SYS_PTRACE)) {
		NL_SET_ERR_MSG_ATTR(extack, pid, "pid: naming a target by PID needs CAP_SYS_PTRACE, pass an open pagemap instead");
		return ERR_PTR(-EPERM);
	}
	mm = mmlens_target_from_pid(nla_get_u32(pid));
	switch (PTR_ERR_OR_ZERO(mm)) {
	case -ESRCH:
		NL_SET_ERR_MSG_ATTR(extack, pid, "pid: no such process");
		break;
	case -ENODATA:
		NL_SET_ERR_MSG_ATTR(extack, pid, "pid: the target has no address space, it is a kernel thread or a zombie");
		break;
	}
	return mm;
}

/**
 * mmlens_query_target() - find the address space that is asked about
 * @fd: open /proc/PID/pagemap, or NULL
 * @pid: PID, or NULL
 * @skb: the request
 * @extack: told what is wrong
 *
 * Context: Process context of the requester. May sleep.
 * Return: it, with a reference on mm_count; or a negative errno, as the spec
 * has them.
 */
struct mm_struct *mmlens_query_target(const struct nlattr *fd,
				      const struct nlattr *pid,
				      struct sk_buff *skb,
				      struct netlink_ext_ack *extack)
{
	if (!fd && !pid) {
		NL_SET_ERR_MSG(extack, "pagemap-fd or pid is missing");
		return ERR_PTR(-EINVAL);
	}
	if (fd && pid) {
		NL_SET_ERR_MSG_ATTR(extack, pid, "pid and pagemap-fd exclude each other");
		return ERR_PTR(-EINVAL);
	}
	return fd ? from_fd(fd, extack) : from_pid(pid, skb, extack);
}

/**
 * mmlens_query_begin() - find out who asks about whom
 * @query: filled; the range is the whole of user space
 * @skb: the request
 * @attrs: its attributes
 * @extack: told what is wrong
 *
 * Context: Process context of the requester. May sleep.
 * Return: 0, and mmlens_query_end() is owed; or a negative errno, as the spec
 * has them.
 */
int mmlens_query_begin(struct mmlens_query *query, struct sk_buff *skb,
		       struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	struct mm_struct *mm;

	mm = mmlens_query_target(attrs[MMLENS_A_QUERY_PAGEMAP_FD],
				 attrs[MMLENS_A_QUERY_PID], skb, extack);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	*query = (struct mmlens_query){
		.admin = netlink_capable(skb, CAP_SYS_ADMIN),
	};
	mmlens_cursor_init(&query->cursor, mm);
	return 0;
}

/**
 * mmlens_query_range() - narrow a query down to a range
 * @query: begun
 * @attrs: attributes of an operation that takes start and end
 * @extack: told what is wrong
 *
 * Context: Any.
 * Return: 0, or -EINVAL for an empty range.
 */
int mmlens_query_range(struct mmlens_query *query, struct nlattr **attrs,
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *start = attrs[MMLENS_A_QUERY_START];
	const struct nlattr *end = attrs[MMLENS_A_QUERY_END];
	struct mmlens_cursor *cursor = &query->cursor;
	u64 first = start ? nla_get_u64(start) : 0;
	u64 behind = end ? nla_get_u64(end) : cursor->end;

	if (end && behind <= first) {
		NL_SET_ERR_MSG_ATTR(extack, end, "end: must lie behind start");
		return -EINVAL;
	}
	/* Nothing of the target lies behind its task_size. */
	cursor->pos = min_t(u64, first & PAGE_MASK, cursor->end);
	if (behind < cursor->end)
		cursor->end = PAGE_ALIGN(behind);
	return 0;
}

/**
 * mmlens_query_end() - let the target go
 * @query: begun
 *
 * Context: May sleep: the mm_struct may be freed.
 */
void mmlens_query_end(struct mmlens_query *query)
{
	mmdrop(query->cursor.mm);
}
