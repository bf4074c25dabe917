// SPDX-License-Identifier: GPL-2.0
#include "ask.h"

#include <errno.h>
#include <string.h>

/* How often a list that changed while it was read is read again. */
#define RETRIES 3

/**
 * ask_explain() - turn a refusal into a sentence
 * @asker: who asked
 * @ret: how it went, -errno
 *
 * Return: @ret.
 */
int ask_explain(struct asker *asker, int ret)
{
	const struct target *target = asker->target;
	const char *reason = asker->nl.reason;
	struct failure *f = asker->failure;

	switch (ret) {
	case -ENOMEM:
		return fail_memory(f);
	case -ENOENT:
	case -EPROTONOSUPPORT:	/* netlink, of a module about to leave */
		return fail(f, FAIL_MODULE, ENOENT,
			    "the mmlens module was unloaded meanwhile");
	case -EBADMSG:
		return fail(f, FAIL_KERNEL, EBADMSG,
			    "the module's answer makes no sense to this program; 'mmlens info' says the versions of both");
	case -ENOBUFS:
		return fail(f, FAIL_KERNEL, ENOBUFS,
			    "there was no room for an answer, and it is lost");
	case -ESRCH:
	case -ENODATA:
		if (target)
			return fail(f, FAIL_TARGET, ESRCH, "%s (PID %d) %s",
				    target->comm, target->pid,
				    target_lives(target) ?
				    "has left this address space for another program" :
				    "has exited");
		break;
	}
	fail(f, FAIL_KERNEL, -ret, "the kernel refuses: %s",
	     reason[0] ? reason : strerror(-ret));
	if (ret == -EPERM)
		fail_hint(f, "try it with sudo");
	return ret;
}

typedef int (*request_fn)(struct nl *nl, unsigned int command,
			  const struct query *query, nl_fn fn, void *data);

/*
 * Asks about the target by its open pagemap. Where the module could not learn
 * what a pagemap is, the PID remains; that is refused before anything is told.
 */
static int ask_target(struct asker *asker, request_fn request,
		      unsigned int command, struct query *query, nl_fn fn,
		      void *data)
{
	struct target *target = asker->target;
	int ret;

	query->pid = (uint32_t)target->pid;
	query->pagemap = target->by_pid ? -1 : target->pagemap;
	ret = request(&asker->nl, command, query, fn, data);
	if (ret == -EOPNOTSUPP && !target->by_pid) {
		target->by_pid = true;
		query->pagemap = -1;
		ret = request(&asker->nl, command, query, fn, data);
	}
	return ret;
}

static void set_range(struct query *query, const struct range *range)
{
	query->has_range = range && range->given;
	if (query->has_range) {
		query->start = range->start;
		query->end = range->end;
	}
}

static int on_info(const struct nlmsghdr *nlh, void *data)
{
	return decode_info(nlh, data);
}

/**
 * ask_info() - the module and the kernel
 * @asker: who asks
 * @info: filled
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_info(struct asker *asker, struct info *info)
{
	int ret = nl_do(&asker->nl, MMLENS_CMD_INFO, NULL, on_info, info);

	return ret ? ask_explain(asker, ret) : 0;
}

static int on_mm(const struct nlmsghdr *nlh, void *data)
{
	return decode_mm(nlh, data);
}

/**
 * ask_mm() - the address space as a whole
 * @asker: who asks
 * @mm: filled
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_mm(struct asker *asker, struct mm *mm)
{
	struct query query = { 0 };
	int ret = ask_target(asker, nl_do, MMLENS_CMD_MM, &query, on_mm, mm);

	return ret ? ask_explain(asker, ret) : 0;
}

static int on_sharers(const struct nlmsghdr *nlh, void *data)
{
	return decode_sharers(nlh, data);
}

/**
 * ask_sharers() - the tasks that share the address space
 * @asker: who asks
 * @sharers: filled, to be freed also after a failure
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_sharers(struct asker *asker, struct sharers *sharers)
{
	struct query query = { 0 };
	int ret;

	memset(sharers, 0, sizeof(*sharers));
	ret = ask_target(asker, nl_dump, MMLENS_CMD_SHARER, &query, on_sharers,
			 sharers);
	return ret ? ask_explain(asker, ret) : 0;
}

static int on_vmas(const struct nlmsghdr *nlh, void *data)
{
	return decode_vmas(nlh, data);
}

/**
 * ask_vmas() - the VMAs that touch a range
 * @asker: who asks
 * @range: the range, or NULL for all
 * @vmas: filled, as far as it came also after a failure; to be freed
 * @changed: the address space changed while it was read, again and again
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_vmas(struct asker *asker, const struct range *range,
	     struct vma_list *vmas, bool *changed)
{
	struct query query = { 0 };
	int ret, try = 0;

	memset(vmas, 0, sizeof(*vmas));
	set_range(&query, range);
	do {
		vma_list_free(vmas);
		ret = ask_target(asker, nl_dump, MMLENS_CMD_VMA, &query,
				 on_vmas, vmas);
	} while (!ret && asker->nl.changed && ++try < RETRIES);
	*changed = asker->nl.changed;
	return ret ? ask_explain(asker, ret) : 0;
}

struct pages_reader {
	struct page_answer *answer;
	run_fn fn;
	void *data;
};

static int on_pages(const struct nlmsghdr *nlh, void *data)
{
	struct pages_reader *reader = data;

	return decode_pages(nlh, reader->answer, reader->fn, reader->data);
}

/**
 * ask_pages() - the pages of a range, as they come
 * @asker: who asks
 * @range: the range, or NULL for all
 * @detail: bits of enum mmlens_detail
 * @each: a record for each page
 * @answer: filled with what is said of the whole
 * @fn: called with each run; a negative value ends the answer, and the caller
 *      has told why
 * @data: for @fn
 * @changed: the address space changed while it was read
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_pages(struct asker *asker, const struct range *range, uint32_t detail,
	      bool each, struct page_answer *answer, run_fn fn, void *data,
	      bool *changed)
{
	struct pages_reader reader = { answer, fn, data };
	struct query query = { .detail = detail, .each = each };
	int ret;

	memset(answer, 0, sizeof(*answer));
	set_range(&query, range);
	ret = ask_target(asker, nl_dump, MMLENS_CMD_PAGE, &query, on_pages,
			 &reader);
	*changed = asker->nl.changed;
	return ret ? ask_explain(asker, ret) : 0;
}

static int on_walk(const struct nlmsghdr *nlh, void *data)
{
	return decode_walk(nlh, data);
}

/**
 * ask_walk() - the translation of one address
 * @asker: who asks
 * @address: the address
 * @walk: filled; its VMA is to be cleared also after a failure
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_walk(struct asker *asker, uint64_t address, struct walk *walk)
{
	struct query query = { .has_address = true, .address = address };
	int ret;

	memset(walk, 0, sizeof(*walk));
	ret = ask_target(asker, nl_do, MMLENS_CMD_WALK, &query, on_walk, walk);
	return ret ? ask_explain(asker, ret) : 0;
}

static int on_mappers(const struct nlmsghdr *nlh, void *data)
{
	return decode_mappers(nlh, data);
}

/* That no process has a page there is an answer, and the module says so. */
static int end_mappers(struct asker *asker, int ret, bool *changed)
{
	*changed = asker->nl.changed;
	if (ret == -ENOENT && asker->nl.reason[0])
		return 0;
	return ret ? ask_explain(asker, ret) : 0;
}

/**
 * ask_mappers() - who maps the page at an address
 * @asker: who asks
 * @address: the address
 * @mappers: filled, without a page if none is mapped there; to be freed also
 *	after a failure
 * @changed: another page took its place, the list ends early
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_mappers(struct asker *asker, uint64_t address, struct mappers *mappers,
		bool *changed)
{
	struct query query = { .has_address = true, .address = address };
	int ret;

	memset(mappers, 0, sizeof(*mappers));
	ret = ask_target(asker, nl_dump, MMLENS_CMD_MAPPER, &query, on_mappers,
			 mappers);
	return end_mappers(asker, ret, changed);
}

/**
 * ask_mappers_of_frame() - who maps the page in a frame
 * @asker: who asks, of no process
 * @frame: frame number
 * @mappers: filled, without a page if none of a process is there; to be freed
 *	also after a failure
 * @changed: another page took its place, the list ends early
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_mappers_of_frame(struct asker *asker, uint64_t frame,
			 struct mappers *mappers, bool *changed)
{
	struct query query = { .has_frame = true, .frame = frame };
	int ret;

	memset(mappers, 0, sizeof(*mappers));
	ret = nl_dump(&asker->nl, MMLENS_CMD_MAPPER, &query, on_mappers,
		      mappers);
	return end_mappers(asker, ret, changed);
}
