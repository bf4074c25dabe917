// SPDX-License-Identifier: GPL-2.0
/* cli/model.c: lists, looking up, rows, rights. */
#include <stdlib.h>

#include "model.h"
#include "tap.h"

static void fill(struct vma_list *vmas, unsigned int count)
{
	unsigned int i;

	memset(vmas, 0, sizeof(*vmas));
	for (i = 0; i < count; i++) {
		struct vma *vma = vma_list_add(vmas);

		/* Each third page is a hole. */
		vma->v.start = 0x1000 + i * 0x3000ULL;
		vma->v.end = vma->v.start + 0x2000;
	}
}

static void look_up(void)
{
	struct vma_list vmas;
	uint64_t address;

	fill(&vmas, 1000);
	check(!vma_at(&vmas, 0));
	check(!vma_at(&vmas, 0xfff));
	for (address = 0; address < 0x1000 + 1000 * 0x3000; address += 0x800) {
		const struct vma *found = vma_at(&vmas, address);
		bool in = address >= 0x1000 && (address - 0x1000) % 0x3000 < 0x2000;

		check(!!found == in);
		if (found)
			check(found->v.start <= address && address < found->v.end);
	}
	check(!vma_at(&vmas, UINT64_MAX));
	equal(vma_first_above(&vmas, UINT64_MAX), 1000);
	equal(vma_first_above(&vmas, 0), 0);
	equal(vma_first_above(&vmas, 0x2fff), 0);
	equal(vma_first_above(&vmas, 0x3000), 1);
	vma_list_free(&vmas);
	equal(vmas.count, 0);
	check(!vma_at(&vmas, 0x1000));
}

static void perms(void)
{
	struct vma vma = { .v.flags = MMLENS_VMA_FLAG_READ |
				      MMLENS_VMA_FLAG_EXEC };
	char text[5];

	vma_perms(&vma, text);
	equal_text(text, "r-xp");
	vma.v.flags = MMLENS_VMA_FLAG_WRITE | MMLENS_VMA_FLAG_MAY_SHARE;
	vma_perms(&vma, text);
	equal_text(text, "-w-s");
	/* Shared, but opened for reading only: the kernel still writes s. */
	vma.v.flags = MMLENS_VMA_FLAG_MAY_SHARE;
	vma_perms(&vma, text);
	equal_text(text, "---s");
	vma.v.flags = 0;
	vma_perms(&vma, text);
	equal_text(text, "---p");
}

static void named(void)
{
	char path[] = "/usr/lib/libc.so.6", heap[] = "[heap]";
	struct vma vma = { .name = path };

	check(vma_is_named(&vma, "/usr/lib/libc.so.6"));
	check(vma_is_named(&vma, "libc.so.6"));
	check(!vma_is_named(&vma, "libc"));
	check(!vma_is_named(&vma, "lib/libc.so.6"));
	vma.name = heap;
	check(vma_is_named(&vma, "[heap]"));
	vma.name = NULL;
	check(!vma_is_named(&vma, ""));
}

static void rows(void)
{
	struct mmlens_page_run run = { .start = 0x2000, .pages = 1 };
	struct page_row row = { { .start = 0x1000, .pages = 1 }, 1 };

	check(row_takes(&row, &run, 0x1000, 0x8000));
	equal(row.pages, 2);
	/* What will happen differs, though all the rest is alike. */
	run.start = 0x3000;
	run.write_else = MMLENS_FORECAST_COW_REUSE;
	check(!row_takes(&row, &run, 0x1000, 0x8000));
	run.write_else = 0;
	run.verdict_why = MMLENS_WHY_REFERENCED;
	check(!row_takes(&row, &run, 0x1000, 0x8000));
	run.verdict_why = 0;
	check(!row_takes(&row, &run, 0x1000, 0x3000));
	check(row_takes(&row, &run, 0x1000, 0x8000));
}

/* Frames count up, but for the one that all zero pages are. */
static void frames(void)
{
	struct mmlens_page_run run = {
		.start = 0x2000, .pages = 1, .facts = MMLENS_DETAIL_PFN,
		.state = MMLENS_STATE_ZERO, .pfn = 0x196d8,
	};
	struct page_row row = { run, 1 };

	row.run.start = 0x1000;
	check(row_takes(&row, &run, 0x1000, 0x8000));
	run.start = 0x3000;
	check(row_takes(&row, &run, 0x1000, 0x8000));
	equal(row.pages, 3);
	run.start = 0x4000;
	run.pfn++;
	check(!row_takes(&row, &run, 0x1000, 0x8000));
	run.state = MMLENS_STATE_ANON;
	row.run.state = MMLENS_STATE_ANON;
	check(!row_takes(&row, &run, 0x1000, 0x8000));
	run.pfn += 2;
	check(row_takes(&row, &run, 0x1000, 0x8000));
	equal(row.pages, 4);
}

static void rights(void)
{
	struct walk walk = { .steps = 3 };
	const uint32_t all = MMLENS_ENTRY_FLAG_WRITE | MMLENS_ENTRY_FLAG_USER;
	struct rights told;
	int i;

	for (i = 0; i < 3; i++)
		walk.step[i] = (struct mmlens_step){
			.flags = all, .level = MMLENS_LEVEL_PUD - i,
			.kind = MMLENS_ENTRY_KIND_TABLE };
	walk.step[2].kind = MMLENS_ENTRY_KIND_LEAF;
	walk_rights(&walk, &told);
	check(told.known && told.write && told.user && told.exec);
	check(walk_last(&walk) == &walk.step[2]);

	walk.step[1].flags = MMLENS_ENTRY_FLAG_USER;
	walk.step[2].flags |= MMLENS_ENTRY_FLAG_NO_EXEC;
	walk_rights(&walk, &told);
	check(told.known && !told.write && told.user && !told.exec);
	equal(told.write_denied, MMLENS_LEVEL_PMD);
	equal(told.exec_denied, MMLENS_LEVEL_PTE);

	walk.steps = 2;
	walk_rights(&walk, &told);
	check(!told.known);
}

static void flat_table(void)
{
	struct mmlens_layout layout = { .task_size = (1ULL << 47) - 4096 };

	equal(tables_flat_bytes(&layout, 4096), ((1ULL << 35) - 1) * 8);
	layout.task_size = (1ULL << 56) - 4096;
	equal(tables_flat_bytes(&layout, 4096), ((1ULL << 44) - 1) * 8);
}

static void many_sharers(void)
{
	struct sharers sharers = { 0 };
	int i;

	for (i = 0; i < 1000; i++)
		sharers_add(&sharers)->tid = i;
	equal(sharers.count, 1000);
	equal(sharers.list[777].tid, 777);
	sharers_free(&sharers);
	equal(sharers.count, 0);
}

static const struct test tests[] = {
	{ "VMAs by address", look_up },
	{ "rights as maps writes them", perms },
	{ "names of VMAs", named },
	{ "rows part where decisions do", rows },
	{ "frames of a row", frames },
	{ "rights of all levels together", rights },
	{ "a flat table", flat_table },
	{ "a thousand sharers", many_sharers },
};

TAP_MAIN(tests)
