// SPDX-License-Identifier: GPL-2.0
/* cli/mounts.c: paths below the root of a filesystem become full ones. */
#include <stdlib.h>

#include "mounts.h"
#include "tap.h"

static const char mounts[] =
	"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
	"23 22 0:21 / /tmp rw - tmpfs none rw\n"
	"24 22 8:2 /home /srv/my\\040home rw - ext4 /dev/sda2 rw\n"
	"25 22 8:3 /a /mnt/a rw - ext4 /dev/sdb rw\n"
	"26 22 8:3 / /mnt/all rw - ext4 /dev/sdb rw\n"
	"27 22 8:4 / /cut";

static const char *path(uint32_t major, uint32_t minor, const char *below)
{
	static char to[256];

	if (!mounts_path(mounts, major, minor, below, to, sizeof(to)))
		return "none";
	return to;
}

static void full(void)
{
	equal_text(path(8, 1, "/etc/passwd"), "/etc/passwd");
	equal_text(path(0, 21, "/big"), "/tmp/big");
	/* A part of a filesystem, with a blank in its name. */
	equal_text(path(8, 2, "/home/x"), "/srv/my home/x");
	equal_text(path(8, 2, "/homes/x"), "none");
	equal_text(path(8, 2, "/etc"), "none");
	/* The mount that shows all is taken. */
	equal_text(path(8, 3, "/a/b"), "/mnt/all/a/b");
	equal_text(path(8, 9, "/a"), "none");
}

static void damaged(void)
{
	char to[8];

	equal_text(path(8, 4, "/a"), "none");
	check(!mounts_path(NULL, 8, 1, "/a", to, sizeof(to)));
	check(!mounts_path("", 8, 1, "/a", to, sizeof(to)));
	check(!mounts_path("\n\n1 2\n", 8, 1, "/a", to, sizeof(to)));
	/* What looks like the beginning of an octal number. */
	check(!mounts_path("1 1 8:1 /\\4", 8, 1, "/a", to, sizeof(to)));
	check(mounts_path("1 1 8:1 / /\\4 x", 8, 1, "/a", to, sizeof(to)));
	equal_text(to, "/\\4/a");
	/* A path that finds no room is cut. */
	check(mounts_path(mounts, 8, 1, "/etc/passwd", to, sizeof(to)));
	equal_text(to, "/etc/pa");
}

static void own(void)
{
	char *text = mounts_read();

	check(text && strchr(text, '\n'));
	free(text);
}

static const struct test tests[] = {
	{ "full paths", full },
	{ "damaged lines", damaged },
	{ "the mounts of this process", own },
};

TAP_MAIN(tests)
