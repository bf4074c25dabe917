// SPDX-License-Identifier: GPL-2.0
#include "swaps.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "file.h"

/* Takes what a line of /proc/swaps says. */
static bool parse_line(const char *line, char *name, size_t size,
		       unsigned long long *used)
{
	size_t length = strcspn(line, " \t\n");

	if (!length || length >= size ||
	    sscanf(line + length, " %*s %*u %llu", used) != 1)
		return false;
	memcpy(name, line, length);
	name[length] = '\0';
	return true;
}

/**
 * swap_find() - which swap device has a number?
 * @swaps: what /proc/swaps holds
 * @type: the number, of a device that is in use
 * @name: filled with its path, as the kernel writes it
 * @size: room in @name
 *
 * The lines are in the order of the numbers, which they do not tell: of devices
 * that were switched off, there is no line. So the device is one of as many
 * lines as its number permits, and something is in it. If that leaves one, it is
 * that one.
 *
 * Return: false if it is not certain.
 */
bool swap_find(const char *swaps, unsigned int type, char *name, size_t size)
{
	const char *line = strchr(swaps, '\n');
	unsigned int number = 0, found = 0;
	unsigned long long used;
	char path[SWAP_NAME];

	for (; line && *++line && number <= type;
	     line = strchr(line, '\n'), number++) {
		if (!parse_line(line, path, sizeof(path), &used))
			return false;
		if (!used)
			continue;
		found++;
		snprintf(name, size, "%s", path);
	}
	return found == 1;
}

/**
 * swap_device() - which swap device of this machine has a number?
 * @type: the number, of a device that is in use
 * @name: filled with its path, as the kernel writes it
 * @size: room in @name
 *
 * Return: false if it is not certain.
 */
bool swap_device(unsigned int type, char *name, size_t size)
{
	char text[16384];

	return file_read(AT_FDCWD, "/proc/swaps", text, sizeof(text)) >= 0 &&
	       swap_find(text, type, name, size);
}
