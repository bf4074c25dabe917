// SPDX-License-Identifier: GPL-2.0
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "file.h"

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

/**
 * cgroup_memory_disabled() - was the memory controller switched off at boot?
 *
 * Return: true if it is known to be.
 */
bool cgroup_memory_disabled(void)
{
	static const char name[] = "\nmemory\t";
	unsigned int enabled;
	char text[4096];
	const char *line;

	if (file_read(AT_FDCWD, "/proc/cgroups", text, sizeof(text)) < 0)
		return false;
	line = strstr(text, name);
	return line && sscanf(line + strlen(name), "%*u %*u %u", &enabled) == 1 &&
	       !enabled;
}

/* A directory of a hierarchy of either version: the kernel asks for its inode. */
static bool directory_id(const char *path, uint64_t *id)
{
	struct statfs fs;
	struct stat st;

	if (statfs(path, &fs) || stat(path, &st) || !S_ISDIR(st.st_mode) ||
	    (fs.f_type != CGROUP2_SUPER_MAGIC && fs.f_type != CGROUP_SUPER_MAGIC))
		return false;
	*id = st.st_ino;
	return true;
}

/**
 * cgroup_id() - find a cgroup that a person named
 * @path: its directory, or its path below the root of the hierarchy
 * @id: filled with the inode number of its directory
 * @f: told when there is none
 *
 * Return: 0, or -ENOENT with the failure told.
 */
int cgroup_id(const char *path, uint64_t *id, struct failure *f)
{
	char below[4096];

	snprintf(below, sizeof(below), MOUNT "/%s", path);
	if (*path && (directory_id(path, id) || directory_id(below, id)))
		return 0;
	fail(f, FAIL_KERNEL, ENOENT, "there is no cgroup '%.256s'", path);
	fail_hint(f, "a cgroup is a directory below " MOUNT ", or a path from there on");
	return -ENOENT;
}
