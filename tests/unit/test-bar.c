// SPDX-License-Identifier: GPL-2.0
/* cli/bar.c: bars, in eighths of a column and without. */
#include "bar.h"
#include "tap.h"

static void plain(void)
{
	char buf[BAR_TEXT(8)];

	equal_text(bar_text(0, 100, 8, false, buf), "");
	equal_text(bar_text(0, 0, 8, false, buf), "");
	equal_text(bar_text(50, 100, 8, false, buf), "####");
	equal_text(bar_text(100, 100, 8, false, buf), "########");
	equal_text(bar_text(200, 100, 8, false, buf), "########");
	equal_text(bar_text(1, 0, 8, false, buf), "########");
}

static void eighths(void)
{
	char buf[BAR_TEXT(4)];

	equal_text(bar_text(1, 32, 4, true, buf), "\u258f");
	equal_text(bar_text(12, 32, 4, true, buf), "\u2588\u258c");
	equal_text(bar_text(32, 32, 4, true, buf),
		   "\u2588\u2588\u2588\u2588");
}

static void ends(void)
{
	char buf[BAR_TEXT(4)];

	/* The least is seen, and nearly all is not all. */
	equal_text(bar_text(1, UINT64_MAX, 4, false, buf), "#");
	equal_text(bar_text(1, UINT64_MAX, 4, true, buf), "\u258f");
	equal_text(bar_text(999, 1000, 4, false, buf), "###");
	equal_text(bar_text(UINT64_MAX - 1, UINT64_MAX, 4, true, buf),
		   "\u2588\u2588\u2588\u2589");
}

static void parts(void)
{
	static const uint64_t half[] = { 4, 0, 4 }, none[] = { 0, 0, 0 };
	static const uint64_t uneven[] = { 1, 1, 1, 1, 96 };
	char buf[BAR_TEXT(8)];

	equal_text(bar_parts(half, 3, 8, false, buf), "####----");
	equal_text(bar_parts(half, 3, 2, true, buf), "\u2588\u2592");
	equal_text(bar_parts(none, 3, 8, false, buf), "");
	equal_text(bar_parts(uneven, 5, 8, false, buf), "        ");
}

static const struct test tests[] = {
	{ "columns of ASCII", plain },
	{ "eighths of a column", eighths },
	{ "more than nothing, less than all", ends },
	{ "a bar of several parts", parts },
};

TAP_MAIN(tests)
