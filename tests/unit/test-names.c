// SPDX-License-Identifier: GPL-2.0
/* cli/names.c and the names made from the spec. */
#include <linux/mmlens.h>

#include "names_gen.h"
#include "tap.h"

static void states(void)
{
	char buf[NAME_MAX_LEN];

	equal_text(name_of(&names_state, MMLENS_STATE_NONE, buf), "none");
	equal_text(name_of(&names_state, MMLENS_STATE_HUGE_ZERO, buf),
		   "huge-zero");
	equal_text(name_of(&names_state, MMLENS_STATE_GUARD, buf), "guard");
	equal_text(name_of(&names_lru, MMLENS_LRU_BATCH, buf), "batch");
	equal_text(name_of(&names_level, MMLENS_LEVEL_PGD, buf), "pgd");
}

/* Of flags, entry n names bit n. */
static void bits(void)
{
	char buf[NAME_MAX_LEN];

	equal_text(name_of(&names_page_flag,
			   __builtin_ctz(MMLENS_PAGE_FLAG_SOFT_DIRTY), buf),
		   "soft-dirty");
	equal_text(name_of(&names_vma_flag,
			   __builtin_ctzll(MMLENS_VMA_FLAG_HAS_ANON_VMA), buf),
		   "has-anon-vma");
	equal_text(name_of(&names_detail,
			   __builtin_ctz(MMLENS_DETAIL_CGROUP), buf), "cgroup");
	equal_text(name_of(&names_entry_flag,
			   __builtin_ctz(MMLENS_ENTRY_FLAG_NO_EXEC), buf),
		   "no-exec");
}

static void newer(void)
{
	char buf[NAME_MAX_LEN];

	equal_text(name_of(&names_state, 200, buf), "state-200");
	equal_text(name_of(&names_vma_kind, 4294967295U, buf),
		   "vma-kind-4294967295");
}

static void found(void)
{
	const struct name_set *sets[] = {
		&names_state, &names_level, &names_lru, &names_page_flag,
		&names_detail, &names_vma_flag, &names_vma_kind,
		&names_mm_flag, &names_relation, &names_entry_kind,
		&names_entry_flag, &names_regime, &names_feature,
		&names_privilege,
	};
	size_t s;
	unsigned int i;

	for (s = 0; s < sizeof(sets) / sizeof(*sets); s++) {
		check(sets[s]->count > 0);
		for (i = 0; i < sets[s]->count; i++) {
			const char *key = sets[s]->entries[i].key;

			equal(name_find(sets[s], sets[s]->entries[i].name), i);
			check(!key[strcspn(key, "- ABCDEFGHIJKLMNOPQRSTUVWXYZ")]);
		}
		equal(name_find(sets[s], "no such name"), -1);
		equal(name_find(sets[s], ""), -1);
	}
}

static const struct test tests[] = {
	{ "values", states },
	{ "bits", bits },
	{ "values newer than this program", newer },
	{ "every name is found, every key is snake_case", found },
};

TAP_MAIN(tests)
