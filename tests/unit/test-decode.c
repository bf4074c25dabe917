// SPDX-License-Identifier: GPL-2.0
/* cli/decode.c: good messages, grown and short structs, damage of any kind. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdlib.h>

#include "decode.h"
#include "tap.h"

static char buffer[32768];
static struct nlmsghdr *nlh;

static void begin(void)
{
	memset(buffer, 0xa5, sizeof(buffer));
	nlh = mnl_nlmsg_put_header(buffer);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
}

static int count_run(const struct mmlens_page_run *run, void *data)
{
	uint64_t *sum = data;

	*sum += run->pages;
	return run->state == 99 ? -EINTR : 0;
}

static void put_run(uint32_t pages, size_t size)
{
	struct {
		struct mmlens_page_run run;
		char grown[16];
	} record = { .run = { .start = 0x1000, .pages = pages, .tier = 3,
			      .swap_type = 7 } };

	memset(record.grown, 0xff, sizeof(record.grown));
	mnl_attr_put(nlh, MMLENS_A_QUERY_RUN, size, &record);
}

static void info(void)
{
	struct info told;
	size_t i;

	begin();
	mnl_attr_put_strz(nlh, MMLENS_A_INFO_VERSION, "1.2.3");
	mnl_attr_put_strz(nlh, MMLENS_A_INFO_KERNEL, "6.12.1-test");
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_LEVELS, 5);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_PAGE_SIZE, 4096);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_FEATURES, 0x11);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_WATCHES, 3);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_WATCHABLE, 0xff);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_ATTACHED, 0x5);
	mnl_attr_put_strz(nlh, MMLENS_A_INFO_UNPROBED, "one");
	mnl_attr_put_strz(nlh, MMLENS_A_INFO_UNPROBED, "two");
	mnl_attr_put_u32(nlh, 1000, 5);
	equal(decode_info(nlh, &told), 0);
	equal(told.watches, 3);
	equal(told.watchable, 0xff);
	equal(told.attached, 0x5);
	equal_text(told.unprobed, "one two");
	equal_text(told.version, "1.2.3");
	equal_text(told.kernel, "6.12.1-test");
	equal(told.levels, 5);
	equal(told.features, 0x11);
	/* More names than there is room for. */
	for (i = 0; i < sizeof(told.unprobed) / 4; i++)
		mnl_attr_put_strz(nlh, MMLENS_A_INFO_UNPROBED, "more");
	equal(decode_info(nlh, &told), 0);
	check(strlen(told.unprobed) > sizeof(told.unprobed) - 6);
	check(strlen(told.unprobed) < sizeof(told.unprobed));
	/* Without a page size nothing can be told. */
	begin();
	mnl_attr_put_strz(nlh, MMLENS_A_INFO_VERSION, "1.2.3");
	equal(decode_info(nlh, &told), -EBADMSG);
	/* A number of a wrong size. */
	begin();
	mnl_attr_put_u64(nlh, MMLENS_A_INFO_PAGE_SIZE, 4096);
	equal(decode_info(nlh, &told), -EBADMSG);
}

static void long_string(void)
{
	static char text[3000];
	struct info told;

	memset(text, 'x', sizeof(text) - 1);
	begin();
	mnl_attr_put_strz(nlh, MMLENS_A_INFO_VERSION, text);
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_PAGE_SIZE, 4096);
	equal(decode_info(nlh, &told), 0);
	equal(strlen(told.version), sizeof(told.version) - 1);
	/* One that is not ended. */
	begin();
	mnl_attr_put(nlh, MMLENS_A_INFO_VERSION, 5, "hello");
	mnl_attr_put_u32(nlh, MMLENS_A_INFO_PAGE_SIZE, 4096);
	equal(decode_info(nlh, &told), 0);
	equal_text(told.version, "hello");
}

static void runs(void)
{
	struct page_answer answer = { 0 };
	uint64_t pages = 0;

	begin();
	mnl_attr_put_u64(nlh, MMLENS_A_QUERY_COOKIE, 42);
	put_run(3, sizeof(struct mmlens_page_run));
	put_run(4, sizeof(struct mmlens_page_run) + 16);
	put_run(5, offsetof(struct mmlens_page_run, flags));
	mnl_attr_put_u32(nlh, MMLENS_A_QUERY_WITHHELD, 2);
	equal(decode_pages(nlh, &answer, count_run, &pages), 0);
	equal(pages, 12);
	equal(answer.cookie, 42);
	equal(answer.withheld, 2);
	/* Withheld details of several messages add up. */
	begin();
	mnl_attr_put_u32(nlh, MMLENS_A_QUERY_WITHHELD, 4);
	equal(decode_pages(nlh, &answer, count_run, &pages), 0);
	equal(answer.withheld, 6);
}

static void bad_runs(void)
{
	struct page_answer answer = { 0 };
	uint64_t pages = 0;

	begin();
	put_run(3, offsetof(struct mmlens_page_run, pages));
	equal(decode_pages(nlh, &answer, count_run, &pages), -EBADMSG);
	/* A run of no pages would never end. */
	begin();
	put_run(0, sizeof(struct mmlens_page_run));
	equal(decode_pages(nlh, &answer, count_run, &pages), -EBADMSG);
	equal(pages, 0);
}

static void callback(void)
{
	struct mmlens_page_run run = { .pages = 1, .state = 99 };
	struct page_answer answer = { 0 };
	uint64_t pages = 0;

	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_RUN, sizeof(run), &run);
	put_run(3, sizeof(run));
	equal(decode_pages(nlh, &answer, count_run, &pages), -EINTR);
	equal(pages, 1);
}

static void short_padded(void)
{
	struct mmlens_vma vma = { .start = 0x1000, .end = 0x2000, .flags = 3,
				  .offset = 77, .inode = 78 };
	struct vma_list vmas = { 0 };

	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_VMA,
		     offsetof(struct mmlens_vma, offset), &vma);
	mnl_attr_put_strz(nlh, MMLENS_A_QUERY_NAME, "[heap]");
	equal(decode_vmas(nlh, &vmas), 0);
	equal(vmas.count, 1);
	equal(vmas.list[0].v.end, 0x2000);
	equal(vmas.list[0].v.flags, 3);
	equal(vmas.list[0].v.offset, 0);
	equal(vmas.list[0].v.inode, 0);
	equal_text(vmas.list[0].name, "[heap]");
	check(!vmas.list[0].ops);
	/* The last message of a dump holds the stall alone: no VMA. */
	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_STALL, sizeof(vmas.stall),
		     &(struct mmlens_stall){ .longest_ns = 5, .holds = 6 });
	equal(decode_vmas(nlh, &vmas), 0);
	equal(vmas.count, 1);
	equal(vmas.stall.longest_ns, 5);
	vma_list_free(&vmas);
}

static void bad_vmas(void)
{
	struct mmlens_vma vma = { .start = 0x2000, .end = 0x2000 };
	struct vma_list vmas = { 0 };

	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_VMA, sizeof(vma), &vma);
	equal(decode_vmas(nlh, &vmas), -EBADMSG);
	/* Two names: the first must not leak. */
	begin();
	mnl_attr_put_strz(nlh, MMLENS_A_QUERY_NAME, "one");
	mnl_attr_put_strz(nlh, MMLENS_A_QUERY_NAME, "two");
	equal(decode_vmas(nlh, &vmas), -EBADMSG);
	equal(vmas.count, 0);
	vma_list_free(&vmas);
}

static void sharer(void)
{
	struct mmlens_sharer one = { .pid = 1, .tid = 2, .relation = 1 };
	struct sharers sharers = { 0 };

	memset(one.comm, 'c', sizeof(one.comm));
	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_SHARER, sizeof(one), &one);
	mnl_attr_put(nlh, MMLENS_A_QUERY_SHARER, sizeof(one), &one);
	mnl_attr_put_u32(nlh, MMLENS_A_QUERY_HIDDEN, 3);
	equal(decode_sharers(nlh, &sharers), 0);
	equal(sharers.count, 2);
	equal(sharers.hidden, 3);
	equal(strlen((char *)sharers.list[1].comm), sizeof(one.comm) - 1);
	sharers_free(&sharers);
}

static void mapper(void)
{
	struct mmlens_mapper one = { .address = 0x1000, .pid = 7,
				     .verdict = MMLENS_VERDICT_SHARED,
				     .verdict_why = MMLENS_WHY_REFERENCED };
	struct mappers mappers = { 0 };

	memset(one.comm, 'c', sizeof(one.comm));
	begin();
	mnl_attr_put_u64(nlh, MMLENS_A_QUERY_COOKIE, 42);
	mnl_attr_put(nlh, MMLENS_A_QUERY_MAPPER, sizeof(one), &one);
	/* A shorter one, without the name. */
	mnl_attr_put(nlh, MMLENS_A_QUERY_MAPPER,
		     offsetof(struct mmlens_mapper, comm), &one);
	put_run(1, sizeof(struct mmlens_page_run));
	equal(decode_mappers(nlh, &mappers), 0);
	equal(mappers.cookie, 42);
	equal(mappers.count, 2);
	equal(mappers.list[0].pid, 7);
	equal(strlen((char *)mappers.list[0].comm), sizeof(one.comm) - 1);
	equal(mappers.list[1].verdict_why, MMLENS_WHY_REFERENCED);
	equal(strlen((char *)mappers.list[1].comm), 0);
	check(mappers.has_page && !mappers.unknown);
	equal(mappers.page.pages, 1);
	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_UNKNOWN, 0, NULL);
	equal(decode_mappers(nlh, &mappers), 0);
	check(mappers.unknown);
	equal(mappers.count, 2);
	/* One that says nothing. */
	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_MAPPER, 20, &one);
	equal(decode_mappers(nlh, &mappers), -EBADMSG);
	mappers_free(&mappers);
	equal(mappers.count, 0);
}

static void decisions(void)
{
	struct mmlens_page_run run = { .start = 0x1000, .pages = 1,
				       .verdict = MMLENS_VERDICT_SHARED,
				       .write = MMLENS_FORECAST_COW_COPY,
				       .write_else = MMLENS_FORECAST_COW_REUSE,
				       .write_why = MMLENS_WHY_SWAP_CACHE };
	struct mmlens_step step = { .kind = MMLENS_ENTRY_KIND_EMPTY };
	struct walk walk;

	/* A run where no VMA lies. */
	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_STEP, sizeof(step), &step);
	mnl_attr_put(nlh, MMLENS_A_QUERY_RUN, sizeof(run), &run);
	equal(decode_walk(nlh, &walk), 0);
	check(walk.has_run && !walk.has_vma);
	equal(walk.run.write, MMLENS_FORECAST_COW_COPY);
	equal(walk.run.write_else, MMLENS_FORECAST_COW_REUSE);
	equal(walk.run.write_why, MMLENS_WHY_SWAP_CACHE);
	/* A module that knows nothing of them. */
	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_STEP, sizeof(step), &step);
	mnl_attr_put(nlh, MMLENS_A_QUERY_RUN,
		     offsetof(struct mmlens_page_run, verdict), &run);
	equal(decode_walk(nlh, &walk), 0);
	equal(walk.run.pages, 1);
	equal(walk.run.verdict, 0);
	equal(walk.run.write, 0);
}

static void too_many_steps(void)
{
	struct mmlens_step step = { .kind = MMLENS_ENTRY_KIND_TABLE };
	struct walk walk;
	int i;

	begin();
	for (i = 0; i < WALK_STEPS; i++)
		mnl_attr_put(nlh, MMLENS_A_QUERY_STEP, sizeof(step), &step);
	equal(decode_walk(nlh, &walk), 0);
	equal(walk.steps, WALK_STEPS);
	mnl_attr_put(nlh, MMLENS_A_QUERY_STEP, sizeof(step), &step);
	equal(decode_walk(nlh, &walk), -EBADMSG);
	begin();
	equal(decode_walk(nlh, &walk), -EBADMSG);
}

/* Everything decodes it, nothing crashes or leaks. */
static void decode_all(void)
{
	struct page_answer answer = { 0 };
	struct sharers sharers = { 0 };
	struct mappers mappers = { 0 };
	struct vma_list vmas = { 0 };
	uint64_t pages = 0;
	struct info info;
	struct walk walk;
	struct mm mm;

	decode_info(nlh, &info);
	decode_mm(nlh, &mm);
	decode_sharers(nlh, &sharers);
	decode_vmas(nlh, &vmas);
	decode_pages(nlh, &answer, count_run, &pages);
	decode_walk(nlh, &walk);
	decode_mappers(nlh, &mappers);
	mappers_free(&mappers);
	vma_clear(&walk.vma);
	sharers_free(&sharers);
	vma_list_free(&vmas);
}

/*
 * Messages made of noise and of damaged good ones, in a heap block of exactly
 * their size: the sanitizer sees any byte read behind the end.
 */
static void damage(void)
{
	static const char noise[128] = { 1, 2, 3, [40] = 0x7f, [90] = -1 };
	unsigned int seed = 1, round, i;
	size_t length;
	char *block;

	for (round = 0; round < 30000; round++) {
		begin();
		mnl_attr_put_u64(nlh, MMLENS_A_QUERY_COOKIE, 42);
		for (i = rand_r(&seed) % 5; i; i--)
			put_run(3, rand_r(&seed) % 72);
		mnl_attr_put_strz(nlh, MMLENS_A_QUERY_NAME, "name");
		mnl_attr_put(nlh, MMLENS_A_QUERY_VMA, rand_r(&seed) % 80,
			     noise);
		mnl_attr_put(nlh, MMLENS_A_QUERY_LAYOUT, 104, noise);
		mnl_attr_put(nlh, MMLENS_A_QUERY_MAPPER,
			     rand_r(&seed) % 80, noise);
		length = nlh->nlmsg_len;
		for (i = rand_r(&seed) % 8; i; i--)
			buffer[20 + rand_r(&seed) % (length - 20)] =
				rand_r(&seed);
		length -= rand_r(&seed) % (length - 20);
		block = malloc(length);
		if (!block)
			exit(1);
		memcpy(block, buffer, length);
		nlh = (struct nlmsghdr *)block;
		nlh->nlmsg_len = length;
		decode_all();
		free(block);
	}
}

/* Bytes and pages of a folio are told by shifting. */
static void huge_order(void)
{
	struct mmlens_page_run run = { .start = 0x1000, .pages = 1 };
	struct page_answer answer = { 0 };
	uint64_t pages = 0;

	run.order = 51;
	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_RUN, sizeof(run), &run);
	equal(decode_pages(nlh, &answer, count_run, &pages), 0);
	run.order = 52;
	begin();
	mnl_attr_put(nlh, MMLENS_A_QUERY_RUN, sizeof(run), &run);
	equal(decode_pages(nlh, &answer, count_run, &pages), -EBADMSG);
	equal(pages, 1);
}

static const struct test tests[] = {
	{ "info", info },
	{ "strings that are long or not ended", long_string },
	{ "runs, also longer and shorter ones", runs },
	{ "runs that say nothing", bad_runs },
	{ "a callback may stop", callback },
	{ "what a short struct lacks is zero", short_padded },
	{ "bad VMAs", bad_vmas },
	{ "sharers", sharer },
	{ "mappers", mapper },
	{ "verdict and forecast, also without a VMA", decisions },
	{ "too many steps, and none", too_many_steps },
	{ "an order that no folio can have", huge_order },
	{ "damaged messages", damage },
};

TAP_MAIN(tests)
