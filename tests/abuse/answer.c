// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/mmlens.h>
#include <stddef.h>
#include <string.h>

#include "answer.h"

/* Whoever asks has no privilege, and may not be told what needs one. */
bool answer_unprivileged;

static const char *check_set(const struct spec_set *set, const uint16_t *only,
			     unsigned int count, const uint8_t *data, size_t size);

static const char *check_run(const uint8_t *data)
{
	struct mmlens_page_run run;

	memcpy(&run, data, sizeof(run));
	if (run.state > MMLENS_STATE_GUARD || run.level > MMLENS_LEVEL_PGD)
		return "a run of no known state or level";
	if (!run.pages || run.start % 4096)
		return "a run of no pages, or one that begins in a page";
	if (!answer_unprivileged)
		return NULL;
	if (run.facts & spec_private_details)
		return "a run with facts that were to be withheld";
	if (run.pfn || run.cgroup || run.mapcount || run.refcount ||
	    run.generation || run.order || run.lru || run.tier ||
	    run.swap_type || run.birth || run.younger || run.mlock_count)
		return "a run with numbers that were to be withheld";
	/* The folio's flags come after those of the entry. */
	if (run.flags >= MMLENS_PAGE_FLAG_LOCKED)
		return "a run with flags of a folio";
	if (run.state == MMLENS_STATE_KSM || run.verdict == MMLENS_VERDICT_REUSABLE)
		return "a run that tells of KSM, or of other sharers";
	return NULL;
}

static const char *check_step(const uint8_t *data)
{
	struct mmlens_step step;

	memcpy(&step, data, sizeof(step));
	if (step.level > MMLENS_LEVEL_PGD || step.index > 511)
		return "a step of no known level";
	return answer_unprivileged && step.entry ?
	       "a raw entry that was to be withheld" : NULL;
}

static const char *check_struct(const struct spec_set *set,
				const struct spec_attr *attr,
				const uint8_t *data)
{
	if (!strcmp(set->name, "query") && attr->type == MMLENS_A_QUERY_RUN)
		return check_run(data);
	if (!strcmp(set->name, "query") && attr->type == MMLENS_A_QUERY_STEP)
		return check_step(data);
	return NULL;
}

static const char *check_value(const struct spec_set *set,
			       const struct spec_attr *attr,
			       const uint8_t *data, size_t size)
{
	switch (attr->kind) {
	case KIND_U32:
		return size == 4 ? NULL : "a u32 of another size";
	case KIND_U64:
		return size == 8 ? NULL : "a u64 of another size";
	case KIND_FLAG:
	case KIND_PAD:
		return size ? "a flag with a value" : NULL;
	case KIND_STRING:
		return size && !data[size - 1] && strlen((const char *)data) == size - 1 ?
		       NULL : "a string that does not end where it ends";
	case KIND_BINARY:
		return size == attr->size ? check_struct(set, attr, data) :
					    "a struct of another size";
	default:
		return check_set(attr->nested, NULL, 0, data, size);
	}
}

static bool is_told(const struct spec_attr *attr, const uint16_t *only,
		    unsigned int count)
{
	unsigned int i;

	if (!only || attr->kind == KIND_PAD)
		return true;
	for (i = 0; i < count; i++)
		if (only[i] == attr->type)
			return true;
	return false;
}

/* Attributes, of which only some may be there. */
static const char *check_set(const struct spec_set *set, const uint16_t *only,
			     unsigned int count, const uint8_t *data, size_t size)
{
	size_t at = 0;

	while (at < size) {
		const struct nlattr *header = (const struct nlattr *)(data + at);
		const struct spec_attr *attr;
		const char *wrong;

		if (size - at < NLA_HDRLEN || header->nla_len < NLA_HDRLEN ||
		    header->nla_len > size - at)
			return "an attribute longer than its message";
		attr = spec_attr_of(set, header->nla_type & NLA_TYPE_MASK);
		if (!attr || !is_told(attr, only, count))
			return "an attribute that this answer has not";
		wrong = check_value(set, attr, data + at + NLA_HDRLEN,
				    header->nla_len - NLA_HDRLEN);
		if (wrong)
			return wrong;
		at += NLA_ALIGN(header->nla_len);
	}
	return NULL;
}

/* What is wrong with an answer; NULL if nothing is. */
const char *answer_check(const struct spec_op *op, const struct nlmsghdr *header)
{
	const struct genlmsghdr *command = (const void *)(header + 1);
	const uint8_t *data = (const uint8_t *)(command + 1);

	if (header->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return "an answer too short for its header";
	if (command->cmd != op->cmd || command->version != MMLENS_GENL_VERSION)
		return "an answer of another command or version";
	if (answer_unprivileged && op->admin)
		return "an answer that needs CAP_SYS_ADMIN";
	return check_set(op->set, op->tells, op->tells_count, data,
			 header->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
}

/* Errors that a request can be to blame for. */
bool answer_is_sane(int error)
{
	switch (error) {
	case EINVAL:
	case ERANGE:
	case EPERM:
	case ESRCH:
	case ENOENT:
	case ENODEV:
	case EBADF:
	case ENODATA:
	case EOPNOTSUPP:
	case EBUSY:
	case EUSERS:
	case EAGAIN:
		return true;
	default:
		return false;
	}
}

/* Behind the error in a NLMSG_ERROR or NLMSG_DONE. */
static const char *check_extack(const uint8_t *data, size_t size,
				struct refusal *refusal)
{
	size_t at = 0;

	while (at < size) {
		const struct nlattr *attr = (const struct nlattr *)(data + at);

		if (size - at < NLA_HDRLEN || attr->nla_len < NLA_HDRLEN ||
		    attr->nla_len > size - at)
			return "an extended acknowledge that is cut off";
		if ((attr->nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG)
			refusal->sentence = attr->nla_len > NLA_HDRLEN + 1;
		at += NLA_ALIGN(attr->nla_len);
	}
	return NULL;
}

/* Takes a NLMSG_ERROR or NLMSG_DONE apart. */
const char *answer_refusal(const struct nlmsghdr *header, struct refusal *refusal)
{
	const uint8_t *data = (const uint8_t *)(header + 1);
	size_t size = header->nlmsg_len - NLMSG_HDRLEN, at = sizeof(int);
	const struct nlmsgerr *error = (const void *)data;
	int code;

	*refusal = (struct refusal){ };
	if (size < sizeof(int) ||
	    (header->nlmsg_type == NLMSG_ERROR && size < sizeof(*error)))
		return "an error too short for its number";
	memcpy(&code, data, sizeof(code));
	refusal->error = -code;
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (header->nlmsg_type == NLMSG_ERROR) {
		at = sizeof(*error);
		if (!(header->nlmsg_flags & NLM_F_CAPPED) &&
		    error->msg.nlmsg_len >= NLMSG_HDRLEN)
			at += NLMSG_ALIGN(error->msg.nlmsg_len - NLMSG_HDRLEN);
	}
	return at > size ? "an error shorter than what it repeats" :
			   check_extack(data + at, size - at, refusal);
}

/* The number in an answer to watch; 0 for none. */
uint32_t answer_id(const struct nlmsghdr *header)
{
	const uint8_t *data = (const uint8_t *)(header + 1) + GENL_HDRLEN;
	const struct nlattr *attr = (const void *)data;
	uint32_t id = 0;

	if (attr->nla_type == MMLENS_A_WATCH_ID)
		memcpy(&id, data + NLA_HDRLEN, sizeof(id));
	return id;
}
