// SPDX-License-Identifier: GPL-2.0
#include "attr.h"

#include <errno.h>
#include <string.h>

/**
 * attr_bytes_left() - how much of a message is left
 * @nlh: the message
 * @attr: an attribute of it
 *
 * Return: Bytes from @attr to the end; not above zero behind it.
 */
int attr_bytes_left(const struct nlmsghdr *nlh, const struct nlattr *attr)
{
	return (int)((const char *)nlh + nlh->nlmsg_len - (const char *)attr);
}

/**
 * attr_check_end() - was the message read to its end?
 * @nlh: the message
 * @attr: where for_each_attr() stopped
 *
 * Nothing may be left but the padding of the last attribute, which the length
 * of the message may leave out.
 *
 * Return: 0 or -EBADMSG.
 */
int attr_check_end(const struct nlmsghdr *nlh, const struct nlattr *attr)
{
	int left = attr_bytes_left(nlh, attr);

	return left <= 0 && left > -MNL_ALIGNTO ? 0 : -EBADMSG;
}

/**
 * attr_struct() - copy a struct that may be longer or shorter than we know it
 * @attr: the attribute
 * @to: filled, padded with zero
 * @size: room in @to
 * @least: what must be there
 *
 * Return: 0 or -EBADMSG.
 */
int attr_struct(const struct nlattr *attr, void *to, size_t size, size_t least)
{
	size_t length = mnl_attr_get_payload_len(attr);

	if (length < least)
		return -EBADMSG;
	memset(to, 0, size);
	memcpy(to, mnl_attr_get_payload(attr), length < size ? length : size);
	return 0;
}

/**
 * attr_u32() - read a number
 * @attr: the attribute
 * @to: filled
 *
 * Return: 0 or -EBADMSG.
 */
int attr_u32(const struct nlattr *attr, uint32_t *to)
{
	if (mnl_attr_get_payload_len(attr) != sizeof(*to))
		return -EBADMSG;
	memcpy(to, mnl_attr_get_payload(attr), sizeof(*to));
	return 0;
}

/**
 * attr_u64() - read a number
 * @attr: the attribute
 * @to: filled
 *
 * Return: 0 or -EBADMSG.
 */
int attr_u64(const struct nlattr *attr, uint64_t *to)
{
	if (mnl_attr_get_payload_len(attr) != sizeof(*to))
		return -EBADMSG;
	memcpy(to, mnl_attr_get_payload(attr), sizeof(*to));
	return 0;
}

/**
 * attr_string() - copy a string
 * @attr: the attribute
 * @to: filled; what finds no room is left out
 * @size: room in @to
 *
 * Return: 0.
 */
int attr_string(const struct nlattr *attr, char *to, size_t size)
{
	size_t length = strnlen(mnl_attr_get_payload(attr),
				mnl_attr_get_payload_len(attr));

	if (length >= size)
		length = size - 1;
	memcpy(to, mnl_attr_get_payload(attr), length);
	to[length] = '\0';
	return 0;
}

/**
 * attr_new_string() - copy a string of any length
 * @attr: the attribute
 * @to: NULL so far; filled, to be freed
 *
 * Return: 0, -EBADMSG if there was one already, or -ENOMEM.
 */
int attr_new_string(const struct nlattr *attr, char **to)
{
	char *copy;

	if (*to)
		return -EBADMSG;
	copy = strndup(mnl_attr_get_payload(attr),
		       mnl_attr_get_payload_len(attr));
	if (!copy)
		return -ENOMEM;
	*to = copy;
	return 0;
}
