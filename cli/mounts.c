// SPDX-License-Identifier: GPL-2.0
/* Where a filesystem is mounted, so that a path below its root has a name. */
#include "mounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_ROOM 4096

/**
 * mounts_read() - read the mounts that this process sees
 *
 * Return: What /proc/self/mountinfo holds, to be freed; NULL if it cannot be
 * read.
 */
char *mounts_read(void)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *text = NULL;
	size_t room = 0;

	/* It holds no byte of zero. */
	if (file && getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	if (file)
		fclose(file);
	return text;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Takes a field, with \040 for a blank. Returns what is behind it, or NULL. */
static const char *take_field(const char *from, char to[PATH_ROOM])
{
	size_t n = 0;

	for (; *from && *from != ' ' && *from != '\n'; from++) {
		if (n == PATH_ROOM - 1)
			return NULL;
		if (*from == '\\' && is_octal(from[1]) && is_octal(from[2]) &&
		    is_octal(from[3])) {
			to[n++] = (char)((from[1] - '0') << 6 |
					 (from[2] - '0') << 3 | (from[3] - '0'));
			from += 3;
		} else {
			to[n++] = *from;
		}
	}
	to[n] = '\0';
	return *from == ' ' ? from + 1 : NULL;
}

/* How much of a path a mount's root covers; -1 if it lies elsewhere. */
static long covers(const char *root, const char *path)
{
	size_t length = strlen(root);

	if (!strcmp(root, "/"))
		return 0;
	if (strncmp(root, path, length) != 0 ||
	    (path[length] && path[length] != '/'))
		return -1;
	return (long)length;
}

/**
 * mounts_path() - the full path of a file
 * @mounts: what /proc/self/mountinfo holds
 * @major: of its device
 * @minor: likewise
 * @path: its path below the root of its filesystem
 * @to: filled
 * @size: room in @to
 *
 * Return: false if no mount has it.
 */
bool mounts_path(const char *mounts, uint32_t major, uint32_t minor,
		 const char *path, char *to, size_t size)
{
	char root[PATH_ROOM], point[PATH_ROOM];
	const char *line, *next;
	long covered, best = -1;

	for (line = mounts; line && *line; line = next ? next + 1 : NULL) {
		unsigned int a, b;
		int length = 0;

		next = strchr(line, '\n');
		if (sscanf(line, "%*d %*d %u:%u %n", &a, &b, &length) != 2 ||
		    !length || a != major || b != minor)
			continue;
		line = take_field(line + length, root);
		if (!line || !take_field(line, point))
			continue;
		covered = covers(root, path);
		/* Of several, the one that shows the whole filesystem. */
		if (covered < 0 || (best >= 0 && covered >= best))
			continue;
		best = covered;
		if (!strcmp(point, "/") && path[covered])
			point[0] = '\0';
		snprintf(to, size, "%s%s", point, path + covered);
	}
	return best >= 0;
}
