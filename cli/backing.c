// SPDX-License-Identifier: GPL-2.0
/* What the kernel counts of dirty pages, and of room in swap. */
#include "backing.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

#include "file.h"

/**
 * backing_parse() - find a counter
 * @vmstat: what /proc/vmstat, or that of a node, holds
 * @name: of the counter
 * @value: filled
 *
 * Return: false if it is not there.
 */
bool backing_parse(const char *vmstat, const char *name, uint64_t *value)
{
	size_t length = strlen(name);
	const char *line;

	for (line = vmstat; *line; line += !!*line) {
		if (!strncmp(line, name, length) && line[length] == ' ') {
			*value = strtoull(line + length, NULL, 10);
			return true;
		}
		line += strcspn(line, "\n");
	}
	return false;
}

/**
 * backing_read() - read what there is
 * @node: of which node the counters, -1 for all
 * @backing: filled
 */
void backing_read(int64_t node, struct backing *backing)
{
	char name[64] = "/proc/vmstat", text[16384];
	struct sysinfo info;

	memset(backing, 0, sizeof(*backing));
	if (node >= 0)
		snprintf(name, sizeof(name),
			 "/sys/devices/system/node/node%" PRId64 "/vmstat",
			 node);
	backing->counted =
		file_read(AT_FDCWD, name, text, sizeof(text)) > 0 &&
		backing_parse(text, "nr_dirty", &backing->dirty) &&
		backing_parse(text, "nr_writeback", &backing->writeback);
	if (!sysinfo(&info)) {
		backing->swap_bytes = (uint64_t)info.totalswap * info.mem_unit;
		backing->swap_free_bytes = (uint64_t)info.freeswap *
					   info.mem_unit;
	}
	backing->no_swapping =
		file_read(AT_FDCWD, "/proc/sys/vm/swappiness", text,
			  sizeof(text)) > 0 && !strtoul(text, NULL, 10);
}

/**
 * backing_swaps() - may anonymous pages be swapped out?
 * @backing: what was read
 *
 * Return: true if so.
 */
bool backing_swaps(const struct backing *backing)
{
	return backing->swap_free_bytes && !backing->no_swapping;
}
