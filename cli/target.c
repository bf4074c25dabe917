// SPDX-License-Identifier: GPL-2.0
#include "target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

/* PF_EXITING and PF_KTHREAD, as the ninth field of /proc/PID/stat shows them. */
#define FLAG_EXITING 0x00000004
#define FLAG_KTHREAD 0x00200000

struct stat_line {
	char state;
	unsigned int flags;
};

/* The name in the second field may hold blanks and parentheses. */
static int read_stat(int dir, const char *name, struct stat_line *line)
{
	ssize_t length;
	char text[2048];
	const char *p;

	length = file_read(dir, name, text, sizeof(text));
	if (length < 0)
		return (int)length;
	p = strrchr(text, ')');
	if (!p || sscanf(p + 1, " %c %*d %*d %*d %*d %*d %u", &line->state,
			 &line->flags) != 2)
		return -EBADMSG;
	return 0;
}

static bool is_dead(char state)
{
	return state == 'Z' || state == 'X' || state == 'x';
}

/* A thread that lives on when the main thread has exited. 0 if there is none. */
static int living_thread(const struct target *target)
{
	int fd = openat(target->dir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat_line line;
	struct dirent *entry;
	int tid = 0;
	DIR *tasks;

	tasks = fd < 0 ? NULL : fdopendir(fd);
	if (!tasks) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while (!tid && (entry = readdir(tasks))) {
		char name[sizeof(entry->d_name) + sizeof("/stat")];

		snprintf(name, sizeof(name), "%s/stat", entry->d_name);
		if (entry->d_name[0] != '.' &&
		    !read_stat(dirfd(tasks), name, &line) && !is_dead(line.state))
			tid = atoi(entry->d_name);
	}
	closedir(tasks);
	return tid;
}

static int say_dead(const struct target *target, struct failure *f)
{
	int tid = living_thread(target);

	fail(f, FAIL_TARGET, ESRCH,
	     "%s (PID %d) is a zombie: it has exited and has no memory any more",
	     target->comm, target->pid);
	if (tid)
		fail_hint(f, "only its main thread has exited; ask for one that lives, as %d",
			  tid);
	return -ESRCH;
}

static int say_gone(const struct target *target, struct failure *f)
{
	return fail(f, FAIL_TARGET, ESRCH, "there is no process %d", target->pid);
}

static int say_forbidden(const struct target *target, struct failure *f)
{
	const struct passwd *user = NULL;
	struct stat st;

	if (!fstat(target->dir, &st))
		user = getpwuid(st.st_uid);
	fail(f, FAIL_KERNEL, EPERM,
	     "%s (PID %d) belongs to %s: looking at its memory needs that user, or CAP_SYS_PTRACE",
	     target->comm, target->pid, user ? user->pw_name : "someone else");
	fail_hint(f, "try it with sudo");
	return -EPERM;
}

static int open_pagemap(struct target *target, struct failure *f)
{
	target->pagemap = openat(target->dir, "pagemap", O_RDONLY | O_CLOEXEC);
	if (target->pagemap >= 0)
		return 0;
	switch (errno) {
	case EACCES:
	case EPERM:
		return say_forbidden(target, f);
	case ENOENT:
	case ESRCH:
		return say_gone(target, f);
	}
	return fail(f, FAIL_KERNEL, errno, "cannot open /proc/%d/pagemap: %s",
		    target->pid, strerror(errno));
}

/**
 * target_open() - take hold of a process
 * @target: filled, to be closed also after a failure
 * @pid: its PID
 * @f: told why it cannot be looked at
 *
 * A kernel thread is no failure: it has no address space, and no pagemap is
 * opened.
 *
 * Return: 0 or -errno.
 */
int target_open(struct target *target, int pid, struct failure *f)
{
	struct stat_line line;
	ssize_t length;
	char path[32];
	int ret;

	*target = (struct target){ .pid = pid, .dir = -1, .pagemap = -1 };
	if (access("/proc/self/stat", F_OK))
		return fail(f, FAIL_KERNEL, ENOENT,
			    "/proc is not mounted: processes are found there");
	snprintf(path, sizeof(path), "/proc/%d", pid);
	target->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (target->dir < 0 && errno == ENOENT)
		return say_gone(target, f);
	if (target->dir < 0)
		return fail(f, FAIL_KERNEL, errno, "cannot open %s: %s", path,
			    strerror(errno));

	length = file_read(target->dir, "comm", target->comm,
			   sizeof(target->comm));
	ret = length < 0 ? (int)length : read_stat(target->dir, "stat", &line);
	if (ret == -ENOENT || ret == -ESRCH)
		return say_gone(target, f);
	if (ret)
		return fail(f, FAIL_KERNEL, -ret, "cannot read %s/stat: %s",
			    path, strerror(-ret));
	if (length && target->comm[length - 1] == '\n')
		target->comm[length - 1] = '\0';

	if (line.flags & FLAG_KTHREAD) {
		target->kernel_thread = true;
		return 0;
	}
	if (is_dead(line.state))
		return say_dead(target, f);
	return open_pagemap(target, f);
}

/**
 * target_close() - let go of a process
 * @target: what target_open() filled
 */
void target_close(struct target *target)
{
	if (target->pagemap >= 0)
		close(target->pagemap);
	if (target->dir >= 0)
		close(target->dir);
	target->pagemap = -1;
	target->dir = -1;
}

/**
 * target_lives() - is the process still there?
 * @target: the process
 *
 * Its address space may be gone nevertheless: exec makes a new one.
 *
 * Return: false if it has exited, or is about to: then its memory goes first.
 */
bool target_lives(const struct target *target)
{
	struct stat_line line;

	return !read_stat(target->dir, "stat", &line) &&
	       !is_dead(line.state) && !(line.flags & FLAG_EXITING);
}

/**
 * target_number() - what a file of /proc/PID with one number says
 * @target: the process
 * @file: oom_score and the like
 * @value: filled
 *
 * Return: 0 or -errno.
 */
int target_number(const struct target *target, const char *file,
		  long long *value)
{
	ssize_t length;
	char text[64], *end;

	length = file_read(target->dir, file, text, sizeof(text));
	if (length < 0)
		return (int)length;
	errno = 0;
	*value = strtoll(text, &end, 10);
	return end == text || errno ? -EBADMSG : 0;
}

/**
 * memory_and_swap() - what the OOM killer measures its points by
 * @bytes: filled with all memory and all swap of the machine
 *
 * Return: 0 or -errno.
 */
int memory_and_swap(unsigned long long *bytes)
{
	unsigned long long memory, swap;
	const char *m, *s;
	ssize_t length;
	char text[8192];

	length = file_read(AT_FDCWD, "/proc/meminfo", text, sizeof(text));
	if (length < 0)
		return (int)length;
	m = strstr(text, "MemTotal:");
	s = strstr(text, "SwapTotal:");
	if (!m || !s || sscanf(m, "MemTotal: %llu kB", &memory) != 1 ||
	    sscanf(s, "SwapTotal: %llu kB", &swap) != 1)
		return -EBADMSG;
	*bytes = (memory + swap) * 1024;
	return 0;
}
