// SPDX-License-Identifier: GPL-2.0
/*
 * A process family whose operations follow from a seed.
 *
 * usage: family SEED DISK-FOLDER MEMORY-FOLDER
 * On stdin, one a line: "do N" or "access N": operation N, of any kind, or one
 * that compares forecasts with what happens. Each is answered by lines of what
 * was foreseen and found, if any, and one that begins with "done". "members"
 * tells the PIDs. What operation N is follows from SEED and N alone, so that
 * any of them can be left out.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "family.h"

struct order {
	uint64_t index;
	int fresh;
	bool access_only;
};

struct board *board;
struct member self = { .uffd = -1 };
const char *disk_folder, *memory_folder;

static int orders[MEMBERS][2];
static int answers[2];

uint64_t draw_number(struct draw *draw)
{
	uint64_t z = draw->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void die(const char *what)
{
	fprintf(stderr, "family: %s: %s\n", what, strerror(errno));
	exit(1);
}

void say(const char *format, ...)
{
	size_t used = strlen(board->said);
	va_list args;

	va_start(args, format);
	vsnprintf(board->said + used, sizeof(board->said) - used, format, args);
	va_end(args);
}

/*
 * A fork returns here twice; the child has a pipe of its own, and its parent
 * answers for it.
 */
static void serve(uint64_t seed)
{
	struct order order;

	for (;;) {
		int id = self.id;

		if (read(orders[id][0], &order, sizeof(order)) != sizeof(order))
			_exit(0);
		self.fresh = order.fresh;
		operate(seed, order.index, order.access_only);
		if (self.id != id)
			continue;
		if (write(answers[1], "d", 1) != 1 || !board->pid[id])
			_exit(0);
	}
}

static int alive(int *ids)
{
	int i, count = 0;

	for (i = 0; i < MEMBERS; i++)
		if (board->pid[i])
			ids[count++] = i;
	return count;
}

static void conduct(uint64_t seed, uint64_t index, bool access_only)
{
	struct draw draw = { .state = seed * 0x2545f4914f6cdd1d ^ index << 20 };
	struct order order = {
		.index = index, .fresh = -1, .access_only = access_only,
	};
	int ids[MEMBERS], count = alive(ids), i;
	char answer;

	for (i = 0; i < MEMBERS && order.fresh < 0; i++)
		if (!board->pid[i])
			order.fresh = i;
	board->said[0] = '\0';
	i = ids[draw_below(&draw, count)];
	if (write(orders[i][1], &order, sizeof(order)) != sizeof(order) ||
	    read(answers[0], &answer, 1) != 1)
		die("a member is gone");
	printf("done %lu member %d: %s\n", (unsigned long)index, i, board->said);
}

static void tell_members(void)
{
	int i;

	for (i = 0; i < MEMBERS; i++)
		if (board->pid[i])
			printf("%d ", board->pid[i]);
	printf("\n");
}

static void listen_to_driver(uint64_t seed)
{
	unsigned long index;
	char line[128];

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "do %lu", &index) == 1)
			conduct(seed, index, false);
		else if (sscanf(line, "access %lu", &index) == 1)
			conduct(seed, index, true);
		else
			tell_members();
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	uint64_t seed;
	pid_t pid;
	int i;

	if (argc != 4)
		return 2;
	/* Addresses are part of what must come again. */
	if (!(personality(0xffffffff) & ADDR_NO_RANDOMIZE)) {
		personality(ADDR_NO_RANDOMIZE);
		execv("/proc/self/exe", argv);
		die("exec");
	}
	seed = strtoull(argv[1], NULL, 0);
	disk_folder = argv[2];
	memory_folder = argv[3];
	board = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED || pipe(answers))
		die("board");
	for (i = 0; i < MEMBERS; i++)
		if (pipe(orders[i]))
			die("pipe");
	signal(SIGCHLD, SIG_IGN);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		/* When the conductor is gone, all read the end of their pipe. */
		for (i = 0; i < MEMBERS; i++)
			close(orders[i][1]);
		catch_signals();
		serve(seed);
	}
	board->pid[0] = pid;
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	listen_to_driver(seed);
	return 0;
}
