// SPDX-License-Identifier: GPL-2.0
/* What sysfs and procfs say that decides what an access will do. */
#include "system.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

#define THP "/sys/kernel/mm/transparent_hugepage"
#define POOLS "/sys/kernel/mm/hugepages"

/* The kernel's default distance of a stack to what lies below, in pages. */
#define GUARD_GAP 256

static bool read_number(int dir, const char *name, uint64_t *value)
{
	char text[64], *end;

	if (file_read(dir, name, text, sizeof(text)) <= 0)
		return false;
	*value = strtoull(text, &end, 10);
	return end != text;
}

/* Without a file there are no huge pages; without one of a size, one for all. */
static void read_thp(struct system *sys)
{
	char text[128], name[128];
	uint64_t size, zero;

	sys->thp = THP_NEVER;
	if (file_read(AT_FDCWD, THP "/enabled", text, sizeof(text)) < 0 ||
	    !thp_mode_parse(text, THP_NEVER, &sys->thp))
		return;
	sys->huge_zero = read_number(AT_FDCWD, THP "/use_zero_page", &zero) &&
			 zero;
	if (!read_number(AT_FDCWD, THP "/hpage_pmd_size", &size))
		return;
	snprintf(name, sizeof(name), THP "/hugepages-%llukB/enabled",
		 (unsigned long long)size / 1024);
	if (file_read(AT_FDCWD, name, text, sizeof(text)) >= 0)
		thp_mode_parse(text, sys->thp, &sys->thp);
}

static void read_pool(struct system *sys, int dir, const char *name)
{
	struct huge_pool *pool = &sys->pool[sys->pools];
	unsigned long long size;
	uint64_t most, surplus;
	int fd;

	if (sscanf(name, "hugepages-%llukB", &size) != 1)
		return;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	pool->page_size = size * 1024;
	if (read_number(fd, "free_hugepages", &pool->free) &&
	    read_number(fd, "resv_hugepages", &pool->reserved) &&
	    read_number(fd, "nr_overcommit_hugepages", &most) &&
	    read_number(fd, "surplus_hugepages", &surplus)) {
		pool->may_grow = surplus < most;
		sys->pools++;
	}
	close(fd);
}

static void read_pools(struct system *sys)
{
	DIR *dir = opendir(POOLS);
	const struct dirent *entry;

	if (!dir)
		return;
	while (sys->pools < HUGE_POOLS && (entry = readdir(dir)))
		read_pool(sys, dirfd(dir), entry->d_name);
	closedir(dir);
}

/* In pages, as it was given when the machine was started. */
static uint64_t guard_gap(void)
{
	uint64_t gap = GUARD_GAP;
	char text[4096];
	const char *at;

	if (file_read(AT_FDCWD, "/proc/cmdline", text, sizeof(text)) < 0)
		return gap;
	for (at = text; (at = strstr(at, "stack_guard_gap=")); at++)
		if (at == text || at[-1] == ' ')
			gap = strtoull(at + strlen("stack_guard_gap="), NULL,
				       10);
	return gap;
}

/* A line of /proc/PID/status. */
static bool status_number(const char *status, const char *name, int base,
			  uint64_t *value)
{
	const char *line = strstr(status, name);

	if (!line)
		return false;
	*value = strtoull(line + strlen(name), NULL, base);
	return true;
}

static bool read_target(struct growth_limits *limits,
			const struct target *target)
{
	char text[16384];
	uint64_t caps;

	if (file_read(target->dir, "limits", text, sizeof(text)) < 0 ||
	    !limit_parse(text, "Max stack size", &limits->stack) ||
	    !limit_parse(text, "Max address space", &limits->space) ||
	    !limit_parse(text, "Max locked memory", &limits->locked))
		return false;
	if (file_read(target->dir, "status", text, sizeof(text)) < 0 ||
	    !status_number(text, "\nVmSize:", 10, &limits->space_used) ||
	    !status_number(text, "\nVmLck:", 10, &limits->locked_used) ||
	    !status_number(text, "\nCapEff:", 16, &caps))
		return false;
	limits->space_used *= 1024;
	limits->locked_used *= 1024;
	if (caps >> CAP_IPC_LOCK & 1)
		limits->locked = LIMIT_NONE;
	return true;
}

static void read_limits(struct growth_limits *limits,
			const struct target *target)
{
	unsigned long long machine;
	uint64_t overcommit;

	limits->gap = guard_gap() * (uint64_t)sysconf(_SC_PAGESIZE);
	if (!read_number(AT_FDCWD, "/proc/sys/vm/mmap_min_addr",
			 &limits->lowest) ||
	    !read_number(AT_FDCWD, "/proc/sys/vm/overcommit_memory",
			 &overcommit) ||
	    memory_and_swap(&machine))
		return;
	limits->commit = overcommit ? LIMIT_NONE : machine;
	limits->strict = overcommit > 1;
	limits->known = read_target(limits, target);
}

/**
 * system_read() - read what completes forecasts
 * @sys: filled; what cannot be read leaves open what hangs on it
 * @target: whose limits to read
 */
void system_read(struct system *sys, const struct target *target)
{
	memset(sys, 0, sizeof(*sys));
	read_thp(sys);
	read_pools(sys);
	read_limits(&sys->limits, target);
}
