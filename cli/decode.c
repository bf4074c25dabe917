// SPDX-License-Identifier: GPL-2.0
#include "decode.h"

#include <errno.h>
#include <string.h>

#include "attr.h"

/* Behind the names that there are. What finds no room is left out. */
static int add_name(const struct nlattr *attr, char *names, size_t size)
{
	size_t length = strlen(names);

	if (length + 2 > size)
		return 0;
	if (length)
		names[length++] = ' ';
	return attr_string(attr, names + length, size - length);
}

/**
 * decode_info() - an answer to info
 * @nlh: the message
 * @info: filled
 *
 * Return: See decode.h.
 */
int decode_info(const struct nlmsghdr *nlh, struct info *info)
{
	const struct nlattr *attr;
	int ret = 0;

	memset(info, 0, sizeof(*info));
	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_INFO_VERSION:
			ret = attr_string(attr, info->version,
					  sizeof(info->version));
			break;
		case MMLENS_A_INFO_KERNEL:
			ret = attr_string(attr, info->kernel,
					  sizeof(info->kernel));
			break;
		case MMLENS_A_INFO_REGIME:
			ret = attr_u32(attr, &info->regime);
			break;
		case MMLENS_A_INFO_LEVELS:
			ret = attr_u32(attr, &info->levels);
			break;
		case MMLENS_A_INFO_PAGE_SIZE:
			ret = attr_u32(attr, &info->page_size);
			break;
		case MMLENS_A_INFO_FEATURES:
			ret = attr_u32(attr, &info->features);
			break;
		case MMLENS_A_INFO_PRIVILEGES:
			ret = attr_u32(attr, &info->privileges);
			break;
		case MMLENS_A_INFO_WATCHES:
			ret = attr_u32(attr, &info->watches);
			break;
		case MMLENS_A_INFO_WATCHABLE:
			ret = attr_u32(attr, &info->watchable);
			break;
		case MMLENS_A_INFO_ATTACHED:
			ret = attr_u32(attr, &info->attached);
			break;
		case MMLENS_A_INFO_UNPROBED:
			ret = add_name(attr, info->unprobed,
				       sizeof(info->unprobed));
			break;
		}
		if (ret)
			return ret;
	}
	if (attr_check_end(nlh, attr))
		return -EBADMSG;
	return info->version[0] && info->page_size ? 0 : -EBADMSG;
}

/**
 * decode_mm() - an answer to mm
 * @nlh: the message
 * @mm: filled
 *
 * Return: See decode.h.
 */
int decode_mm(const struct nlmsghdr *nlh, struct mm *mm)
{
	bool layout = false, counters = false, tables = false;
	const struct nlattr *attr;
	int ret = 0;

	memset(mm, 0, sizeof(*mm));
	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_QUERY_COOKIE:
			ret = attr_u64(attr, &mm->cookie);
			break;
		case MMLENS_A_QUERY_LAYOUT:
			ret = GET_STRUCT(attr, &mm->layout, task_size);
			layout = true;
			break;
		case MMLENS_A_QUERY_COUNTERS:
			ret = GET_STRUCT(attr, &mm->counters, total_vm);
			counters = true;
			break;
		case MMLENS_A_QUERY_TABLES:
			ret = GET_STRUCT(attr, &mm->tables, pte);
			tables = true;
			break;
		case MMLENS_A_QUERY_STALL:
			ret = GET_STRUCT(attr, &mm->stall, longest_ns);
			break;
		}
		if (ret)
			return ret;
	}
	if (attr_check_end(nlh, attr))
		return -EBADMSG;
	return layout && counters && tables ? 0 : -EBADMSG;
}

/**
 * decode_sharers() - a message of a dump of sharers
 * @nlh: the message
 * @sharers: added to
 *
 * Return: See decode.h.
 */
int decode_sharers(const struct nlmsghdr *nlh, struct sharers *sharers)
{
	const struct nlattr *attr;
	int ret = 0;

	for_each_attr(attr, nlh) {
		struct mmlens_sharer *sharer;

		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_QUERY_SHARER:
			sharer = sharers_add(sharers);
			if (!sharer)
				return -ENOMEM;
			ret = GET_STRUCT(attr, sharer, relation);
			sharer->comm[sizeof(sharer->comm) - 1] = '\0';
			break;
		case MMLENS_A_QUERY_HIDDEN:
			ret = attr_u32(attr, &sharers->hidden);
			break;
		}
		if (ret)
			return ret;
	}
	return attr_check_end(nlh, attr);
}

/* One attribute of a VMA, in a dump or in a walk. */
static int get_vma_attr(const struct nlattr *attr, struct vma *vma, bool *seen)
{
	int ret;

	switch (mnl_attr_get_type(attr)) {
	case MMLENS_A_QUERY_VMA:
		ret = GET_STRUCT(attr, &vma->v, flags);
		if (!ret && vma->v.end <= vma->v.start)
			ret = -EBADMSG;
		*seen = true;
		return ret;
	case MMLENS_A_QUERY_NAME:
		return attr_new_string(attr, &vma->name);
	case MMLENS_A_QUERY_OPS:
		return attr_new_string(attr, &vma->ops);
	}
	return 0;
}

/**
 * decode_vmas() - a message of a dump of VMAs
 * @nlh: the message: one VMA, or at the end the stall alone
 * @vmas: added to
 *
 * Return: See decode.h.
 */
int decode_vmas(const struct nlmsghdr *nlh, struct vma_list *vmas)
{
	struct vma vma = { 0 }, *added;
	const struct nlattr *attr;
	bool seen = false;
	int ret = 0;

	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_QUERY_COOKIE:
			ret = attr_u64(attr, &vmas->cookie);
			break;
		case MMLENS_A_QUERY_STALL:
			ret = GET_STRUCT(attr, &vmas->stall, longest_ns);
			break;
		default:
			ret = get_vma_attr(attr, &vma, &seen);
		}
		if (ret)
			goto out_clear;
	}
	ret = attr_check_end(nlh, attr);
	if (ret || !seen)
		goto out_clear;
	added = vma_list_add(vmas);
	if (!added) {
		ret = -ENOMEM;
		goto out_clear;
	}
	*added = vma;
	return 0;

out_clear:
	vma_clear(&vma);
	return ret;
}

static int get_run(const struct nlattr *attr, struct mmlens_page_run *run)
{
	int ret = GET_STRUCT(attr, run, pages);

	if (!ret && (!run->pages || run->order > ORDER_MOST))
		ret = -EBADMSG;
	return ret;
}

/**
 * decode_pages() - a message of a dump of pages
 * @nlh: the message
 * @answer: what else the message holds; of the whole dump when it is over
 * @fn: called with each run
 * @data: for @fn
 *
 * Return: See decode.h.
 */
int decode_pages(const struct nlmsghdr *nlh, struct page_answer *answer,
		 run_fn fn, void *data)
{
	struct mmlens_page_run run;
	const struct nlattr *attr;
	uint32_t withheld;
	int ret = 0;

	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_QUERY_RUN:
			ret = get_run(attr, &run);
			if (!ret)
				ret = fn(&run, data);
			break;
		case MMLENS_A_QUERY_COOKIE:
			ret = attr_u64(attr, &answer->cookie);
			break;
		case MMLENS_A_QUERY_WITHHELD:
			ret = attr_u32(attr, &withheld);
			if (!ret)
				answer->withheld |= withheld;
			break;
		case MMLENS_A_QUERY_STALL:
			ret = GET_STRUCT(attr, &answer->stall, longest_ns);
			break;
		}
		if (ret)
			return ret;
	}
	return attr_check_end(nlh, attr);
}

/**
 * decode_walk() - an answer to walk
 * @nlh: the message
 * @walk: filled; give it back with vma_clear() of its VMA
 *
 * Return: See decode.h. @walk must be cleared after a failure, too.
 */
int decode_walk(const struct nlmsghdr *nlh, struct walk *walk)
{
	const struct nlattr *attr;
	int ret = 0;

	memset(walk, 0, sizeof(*walk));
	for_each_attr(attr, nlh) {
		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_QUERY_STEP:
			if (walk->steps == WALK_STEPS)
				return -EBADMSG;
			ret = GET_STRUCT(attr, &walk->step[walk->steps], kind);
			walk->steps++;
			break;
		case MMLENS_A_QUERY_RUN:
			ret = get_run(attr, &walk->run);
			walk->has_run = true;
			break;
		case MMLENS_A_QUERY_COOKIE:
			ret = attr_u64(attr, &walk->answer.cookie);
			break;
		case MMLENS_A_QUERY_WITHHELD:
			ret = attr_u32(attr, &walk->answer.withheld);
			break;
		case MMLENS_A_QUERY_STALL:
			ret = GET_STRUCT(attr, &walk->answer.stall, longest_ns);
			break;
		default:
			ret = get_vma_attr(attr, &walk->vma, &walk->has_vma);
		}
		if (ret)
			return ret;
	}
	if (attr_check_end(nlh, attr))
		return -EBADMSG;
	return walk->steps ? 0 : -EBADMSG;
}

/**
 * decode_mappers() - a message of a dump of mappers
 * @nlh: the message
 * @mappers: added to
 *
 * Return: See decode.h.
 */
int decode_mappers(const struct nlmsghdr *nlh, struct mappers *mappers)
{
	const struct nlattr *attr;
	int ret = 0;

	for_each_attr(attr, nlh) {
		struct mmlens_mapper *mapper;

		switch (mnl_attr_get_type(attr)) {
		case MMLENS_A_QUERY_RUN:
			ret = get_run(attr, &mappers->page);
			mappers->has_page = true;
			break;
		case MMLENS_A_QUERY_MAPPER:
			mapper = mappers_add(mappers);
			if (!mapper)
				return -ENOMEM;
			ret = GET_STRUCT(attr, mapper, verdict_why);
			mapper->comm[sizeof(mapper->comm) - 1] = '\0';
			break;
		case MMLENS_A_QUERY_UNKNOWN:
			mappers->unknown = true;
			break;
		case MMLENS_A_QUERY_COOKIE:
			ret = attr_u64(attr, &mappers->cookie);
			break;
		case MMLENS_A_QUERY_STALL:
			ret = GET_STRUCT(attr, &mappers->stall, longest_ns);
			break;
		}
		if (ret)
			return ret;
	}
	return attr_check_end(nlh, attr);
}
