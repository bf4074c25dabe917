// SPDX-License-Identifier: GPL-2.0
/* cli/decode_system.c: good messages, grown and short structs, damage. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stddef.h>

#include "decode_system.h"
#include "tap.h"

static char buffer[4096];
static struct nlmsghdr *nlh;

static void begin(void)
{
	memset(buffer, 0xa5, sizeof(buffer));
	nlh = mnl_nlmsg_put_header(buffer);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
}

static void lruvec(void)
{
	struct mmlens_lruvec v = { .cgroup = 5, .youngest = 7, .removed = 1 };
	struct mmlens_lru_size size = { .pages = 3, .zone = 2, .counted = 1 };
	struct mmlens_generation generation = { .number = 7, .age = 12 };
	struct lruvec_list list = { 0 };
	int i;

	begin();
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_LRUVEC, sizeof(v), &v);
	mnl_attr_put_strz(nlh, MMLENS_A_SYSTEM_PATH, "/a");
	for (i = 0; i < 40; i++)
		mnl_attr_put(nlh, MMLENS_A_SYSTEM_SIZE, sizeof(size), &size);
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_GENERATIONS, sizeof(generation),
		     &generation);
	mnl_attr_put_u32(nlh, 1000, 1);
	equal(decode_lruvecs(nlh, &list), 0);
	equal(decode_lruvecs(nlh, &list), 0);
	equal(list.count, 2);
	equal(list.list[1].v.cgroup, 5);
	equal(list.list[1].v.removed, 1);
	equal_text(list.list[1].path, "/a");
	equal(list.list[1].sizes.count, 40);
	equal(list.list[1].sizes.list[39].pages, 3);
	equal(list.list[1].generations.list[0].age, 12);
	equal(list.list[1].tiers.count, 0);
	/* An older module does not tell whether it was removed. */
	begin();
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_LRUVEC,
		     offsetof(struct mmlens_lruvec, removed), &v);
	equal(decode_lruvecs(nlh, &list), 0);
	equal(list.list[2].v.removed, 0);
	check(!list.list[2].path);
	/* Damage: a short struct, two paths. */
	begin();
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_LRUVEC, 8, &v);
	equal(decode_lruvecs(nlh, &list), -EBADMSG);
	begin();
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_LRUVEC, sizeof(v), &v);
	mnl_attr_put_strz(nlh, MMLENS_A_SYSTEM_PATH, "/a");
	mnl_attr_put_strz(nlh, MMLENS_A_SYSTEM_PATH, "/b");
	equal(decode_lruvecs(nlh, &list), -EBADMSG);
	begin();
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_LRUVEC, sizeof(v), &v);
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_SIZE, 8, &size);
	equal(decode_lruvecs(nlh, &list), -EBADMSG);
	/* A message that tells of none adds none. */
	begin();
	equal(decode_lruvecs(nlh, &list), 0);
	equal(list.count, 3);
	lruvec_list_free(&list);
	equal(list.count, 0);
}

static void node(void)
{
	struct mmlens_node_state state = { .node = 1,
					   .kswapd = MMLENS_KSWAPD_AWAKE };
	struct mmlens_zone zone = { .free = 9, .pending = -2, .zone = 1 };
	struct mmlens_lru_count count = { .counted = -3 };
	struct mmlens_free_blocks blocks = { .blocks = 4, .order = 10 };
	struct mmlens_zone_reserve reserve = { .pages = 6, .against = 2 };
	struct node_list list = { 0 };

	begin();
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_NODE_STATE, sizeof(state), &state);
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_ZONES, sizeof(zone), &zone);
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_LRU_COUNT, sizeof(count), &count);
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_FREE_BLOCKS, sizeof(blocks),
		     &blocks);
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_RESERVE, sizeof(reserve), &reserve);
	equal(decode_nodes(nlh, &list), 0);
	equal(list.count, 1);
	equal(list.list[0].state.kswapd, MMLENS_KSWAPD_AWAKE);
	equal(list.list[0].zones.list[0].pending, -2);
	equal(list.list[0].counts.list[0].counted, -3);
	equal(list.list[0].blocks.list[0].order, 10);
	equal(list.list[0].reserves.list[0].against, 2);
	begin();
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_NODE_STATE, sizeof(state), &state);
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_ZONES, 16, &zone);
	equal(decode_nodes(nlh, &list), -EBADMSG);
	equal(list.count, 1);
	node_list_free(&list);
}

static void put_file(const char *path)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, MMLENS_A_SYSTEM_FILE);

	mnl_attr_put_u64(nlh, MMLENS_A_FILE_INODE, 42);
	mnl_attr_put_u32(nlh, MMLENS_A_FILE_DEV_MAJOR, 8);
	mnl_attr_put_u32(nlh, MMLENS_A_FILE_DEV_MINOR, 1);
	if (path)
		mnl_attr_put_strz(nlh, MMLENS_A_FILE_PATH, path);
	mnl_attr_nest_end(nlh, nest);
}

static void peek(void)
{
	struct mmlens_lruvec v = { .cgroup = 5 };
	struct mmlens_lru_folio folio = { .pfn = 0x1234, .inode = 42,
					  .dev_major = 8, .dev_minor = 1 };
	struct peek told;

	begin();
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_LRUVEC, sizeof(v), &v);
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_FOLIO, sizeof(folio), &folio);
	put_file("/bin/sh");
	equal(decode_peek(nlh, &told), 0);
	equal(told.folios.count, 1);
	equal(told.folios.list[0].pfn, 0x1234);
	check(peek_file_of(&told, &told.folios.list[0]));
	equal_text(told.files.list[0].path, "/bin/sh");
	peek_free(&told);
	/* A file without a path, an order that no page has, no lruvec. */
	begin();
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_LRUVEC, sizeof(v), &v);
	put_file(NULL);
	equal(decode_peek(nlh, &told), -EBADMSG);
	peek_free(&told);
	begin();
	folio.order = 64;
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_LRUVEC, sizeof(v), &v);
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_FOLIO, sizeof(folio), &folio);
	equal(decode_peek(nlh, &told), -EBADMSG);
	peek_free(&told);
	begin();
	equal(decode_peek(nlh, &told), -EBADMSG);
	peek_free(&told);
}

/* Whatever the end of a message is, nothing is read behind it. */
static void cut(void)
{
	struct mmlens_lruvec v = { .cgroup = 5 };
	struct peek told;
	uint32_t whole;

	begin();
	mnl_attr_put(nlh, MMLENS_A_SYSTEM_LRUVEC, sizeof(v), &v);
	put_file("/bin/sh");
	for (whole = nlh->nlmsg_len; nlh->nlmsg_len > NLMSG_HDRLEN;
	     nlh->nlmsg_len--) {
		equal(decode_peek(nlh, &told) == 0,
		      nlh->nlmsg_len == whole ||
		      nlh->nlmsg_len == NLMSG_HDRLEN + GENL_HDRLEN +
		      MNL_ATTR_HDRLEN + sizeof(v));
		peek_free(&told);
	}
}

static const struct test tests[] = {
	{ "lruvecs", lruvec },
	{ "nodes", node },
	{ "the end of a list", peek },
	{ "messages that were cut", cut },
};

TAP_MAIN(tests)
