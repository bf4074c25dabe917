// SPDX-License-Identifier: GPL-2.0
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MOUNT "/sys/fs/cgroup"

/* FILEID_KERNFS: a handle of kernfs is the inode number, and nothing else. */
#define HANDLE_TYPE 0xfe

/* Several hierarchies number their cgroups alike: only the one of v2 will do. */
static int open_hierarchy(void)
{
	int fd = open(MOUNT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs st;

	if (fd < 0)
		return -errno;
	if (fstatfs(fd, &st) || st.f_type != CGROUP2_SUPER_MAGIC) {
		close(fd);
		return -EOPNOTSUPP;
	}
	return fd;
}

/**
 * cgroup_path() - where a cgroup is
 * @id: inode number of its directory
 * @to: filled with its path below the root of the hierarchy
 * @size: room in @to
 *
 * Needs CAP_DAC_READ_SEARCH.
 *
 * Return: 0 or -errno.
 */
int cgroup_path(uint64_t id, char *to, size_t size)
{
	char link[64], path[4096];
	struct file_handle *handle;
	char room[sizeof(*handle) + sizeof(id)]
		__attribute__((aligned(__alignof__(*handle))));
	int root = open_hierarchy(), fd;
	ssize_t length;

	if (root < 0)
		return root;
	handle = (struct file_handle *)room;
	handle->handle_bytes = sizeof(id);
	handle->handle_type = HANDLE_TYPE;
	memcpy(handle->f_handle, &id, sizeof(id));
	fd = open_by_handle_at(root, handle, O_PATH | O_CLOEXEC);
	close(root);
	if (fd < 0)
		return -errno;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	close(fd);
	if (length < (ssize_t)strlen(MOUNT))
		return length < 0 ? -errno : -ENOENT;
	path[length] = '\0';
	snprintf(to, size, "%s", length == strlen(MOUNT) ? "/" :
		 path + strlen(MOUNT));
	return 0;
}
