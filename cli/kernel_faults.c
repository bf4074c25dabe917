// SPDX-License-Identifier: GPL-2.0
#include "kernel_faults.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "file.h"

/**
 * kernel_faults_parse() - the faults in a line of /proc/PID/stat
 * @stat: the line
 * @faults: filled
 *
 * Return: false if they are not there.
 */
bool kernel_faults_parse(const char *stat, struct kernel_faults *faults)
{
	/* The name in the second field may hold blanks and parentheses. */
	const char *p = strrchr(stat, ')');
	unsigned int threads;
	char state;

	if (!p || sscanf(p + 1, " %c", &state) != 1)
		return false;
	if (sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %" SCNu64
		   " %" SCNu64 " %" SCNu64 " %" SCNu64
		   " %*u %*u %*u %*u %*d %*d %u",
		   &faults->minor, &faults->children_minor, &faults->major,
		   &faults->children_major, &threads) != 5)
		return false;
	faults->asleep = state == 'S';
	/* One that is alone, and waits or is gone, is in none. */
	faults->under_way = threads <= 1 && strchr("SZX", state) ? 0 : threads;
	return true;
}

/**
 * kernel_faults_read() - what the kernel has counted so far
 * @dir: the process's directory in /proc
 * @faults: filled
 *
 * A zombie still has its counts.
 *
 * Return: false if the process is no more.
 */
bool kernel_faults_read(int dir, struct kernel_faults *faults)
{
	char text[2048];

	return file_read(dir, "stat", text, sizeof(text)) >= 0 &&
	       kernel_faults_parse(text, faults);
}
