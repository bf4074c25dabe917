// SPDX-License-Identifier: GPL-2.0
/* mmlens lru PID: where the pages of a process stand for reclaim. */
#include "stand.h"

/**
 * lru_process() - the command lru, of a process
 * @c: the run
 * @argc: 1 or 2
 * @argv: the PID, and a range or name
 *
 * Return: 0, or -errno with the failure told.
 */
int lru_process(struct context *c, int argc, char **argv)
{
	return stand_command(c, argc, argv, "lru", lru_pid_json, lru_pid_text);
}
