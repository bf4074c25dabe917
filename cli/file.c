// SPDX-License-Identifier: GPL-2.0
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/**
 * file_read() - read a small file, as of procfs or sysfs
 * @dir: folder that @name is relative to, or AT_FDCWD
 * @name: the file
 * @to: filled with a string; what finds no room is left out
 * @size: room in @to
 *
 * Return: The length of the string, or -errno.
 */
ssize_t file_read(int dir, const char *name, char *to, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	do {
		got = read(fd, to + length, size - 1 - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got > 0)
			length += (size_t)got;
	} while (got > 0 && length < size - 1);
	if (got < 0) {
		int error = errno;

		close(fd);
		return -error;
	}
	close(fd);
	to[length] = '\0';
	return (ssize_t)length;
}
