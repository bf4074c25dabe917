/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_ATTR_H
#define MMLENS_ATTR_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The attributes of a message, read with care: what is shorter than it must be
 * makes the message -EBADMSG.
 */

/* The order of a folio whose bytes can still be told in 64 bits. */
#define ORDER_MOST 51

/* Up to and with a field: what a struct must have at least. */
#define UP_TO(type, field) \
	(offsetof(type, field) + sizeof(((type *)NULL)->field))

#define for_each_attr(attr, nlh)				\
	for (attr = mnl_nlmsg_get_payload_offset(nlh,		\
				sizeof(struct genlmsghdr));	\
	     mnl_attr_ok(attr, attr_bytes_left(nlh, attr));	\
	     attr = mnl_attr_next(attr))

/* Copies a struct of which @field and all before it must be there. */
#define GET_STRUCT(attr, to, field) \
	attr_struct(attr, to, sizeof(*(to)), UP_TO(typeof(*(to)), field))

/* Appends to a LIST_OF() a struct of which @field and all before it must be there. */
#define ADD_STRUCT(attr, to, field) ({					\
	void *list_ = list_grow((to)->list, (to)->count, &(to)->room,	\
				sizeof(*(to)->list));			\
	int ret_ = -ENOMEM;						\
									\
	if (list_) {							\
		(to)->list = list_;					\
		ret_ = GET_STRUCT(attr, &(to)->list[(to)->count++],	\
				  field);				\
	}								\
	ret_;								\
})

int attr_bytes_left(const struct nlmsghdr *nlh, const struct nlattr *attr);
int attr_check_end(const struct nlmsghdr *nlh, const struct nlattr *attr);
int attr_struct(const struct nlattr *attr, void *to, size_t size, size_t least);
int attr_u32(const struct nlattr *attr, uint32_t *to);
int attr_u64(const struct nlattr *attr, uint64_t *to);
int attr_string(const struct nlattr *attr, char *to, size_t size);
int attr_new_string(const struct nlattr *attr, char **to);

#endif
