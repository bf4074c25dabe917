// SPDX-License-Identifier: GPL-2.0
#include "world.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ask_watch.h"
#include "backing.h"
#include "cgroup.h"
#include "cmd.h"
#include "demo_actor.h"
#include "demo_books.h"
#include "kernel_faults.h"
#include "launch.h"
#include "pretend.h"
#include "system.h"
#include "target.h"

#define ARRAY_LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* Where an environment is passed that a person may set. */
static const char *const terminals[] = { NULL, "dumb", "xterm", "\033[5n" };

static struct {
	struct bytes *in;
	bool is_terminal;
	uint16_t columns;
	uint64_t now;		/* nanoseconds */
	unsigned int polls;
	struct outcome *outcome;
} world;

struct bytes *world_input(void)
{
	return world.in;
}

/**
 * world_begin() - make a world
 * @in: what it is made of, also while the program runs
 */
void world_begin(struct bytes *in)
{
	memset(&world, 0, sizeof(world));
	world.in = in;
	world.now = 1000000000000;
}

static void set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void set_terminal(struct outcome *outcome)
{
	static const char *const columns[] = {
		NULL, "1", "0", "-5", "20", "99999999999", "wide", "250",
	};
	uint8_t how = take_byte(world.in), kind = take_byte(world.in);

	world.is_terminal = how & 1;
	outcome->utf8 = how & 2;
	world.columns = kind < 64 ? kind : kind < 128 ? (uint16_t)(kind << 9) :
						       80;
	set("LC_ALL", how & 2 ? "C.UTF-8" : "C");
	set("TERM", terminals[how >> 2 & 3]);
	set("COLUMNS", columns[how >> 4 & 7]);
	set("NO_COLOR", how & 128 ? "1" : NULL);
}

/**
 * world_run() - run the program
 * @argc: of its words
 * @argv: likewise, its name among them
 * @outcome: filled, to be freed
 */
void world_run(int argc, char **argv, struct outcome *outcome)
{
	FILE *out = stdout, *err = stderr;

	memset(outcome, 0, sizeof(*outcome));
	set_terminal(outcome);
	socket_begin();
	world.outcome = outcome;
	outcome->colour = true;
	stdout = open_memstream(&outcome->out, &outcome->out_size);
	stderr = open_memstream(&outcome->err, &outcome->err_size);
	if (!stdout || !stderr)
		abort();
	optind = 0;
	optarg = NULL;
	optopt = 0;
	outcome->status = mmlens_main(argc, argv);
	fclose(stdout);
	fclose(stderr);
	stdout = out;
	stderr = err;
}

/**
 * world_free() - give back what a run left
 * @outcome: what world_run() filled
 */
void world_free(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->err);
	free(outcome->trace);
}

/*
 * What the program calls: functions of libraries are called instead_ here, its own
 * __wrap_, see the Makefile. libFuzzer calls the former as they are.
 */

int instead_clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	world.now += 250000;
	now->tv_sec = (time_t)(world.now / 1000000000);
	now->tv_nsec = (long)(world.now % 1000000000);
	return 0;
}

int instead_nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)left;
	world.now += (uint64_t)time->tv_sec * 1000000000 +
		     (uint64_t)time->tv_nsec;
	return 0;
}

/* Who waits and nothing comes is asked to end. */
int instead_poll(struct pollfd *fds, nfds_t count, int milliseconds)
{
	if (count && fds[0].fd == STDOUT_FILENO) {
		fds[0].revents = 0;
		return 0;
	}
	world.polls++;
	if (count && world.polls < 500 && socket_has(fds[0].fd)) {
		fds[0].revents = POLLIN;
		return 1;
	}
	if (milliseconds > 0)
		world.now += (uint64_t)milliseconds * 1000000;
	signals.stop++;
	signals.number = SIGINT;
	return 0;
}

int instead_ioctl(int fd, unsigned long request, struct winsize *size)
{
	(void)fd;
	if (request != TIOCGWINSZ || !world.is_terminal)
		return -1;
	*size = (struct winsize){ .ws_col = world.columns };
	return 0;
}

int instead_isatty(int fd)
{
	(void)fd;
	return world.is_terminal;
}

FILE *instead_fopen(const char *path, const char *mode)
{
	static char symbols[] = "0000000000000000 A zero\n"
				"ffffffff81000000 T _stext\n"
				"ffffffff81000000 t again\t[mmlens]\n"
				"ffffffff81200000 W kretprobe_dispatcher\n"
				"not a line\nffffffffffffffff T \033[31m\n";

	(void)path;
	if (*mode == 'r')
		return fmemopen(symbols, sizeof(symbols) - 1, "r");
	if (world.outcome->trace)
		return NULL;
	return open_memstream(&world.outcome->trace,
			      &world.outcome->trace_size);
}

int __wrap_context_output_to(struct context *c, const char *path)
{
	(void)c;
	(void)path;
	return 0;
}

int __wrap_target_open(struct target *target, int pid, struct failure *f)
{
	uint8_t how = take_byte(world.in);

	*target = (struct target){ .pid = pid, .dir = -1, .pagemap = -1 };
	take_text(world.in, target->comm, sizeof(target->comm));
	if (how >= 250)
		return fail(f, FAIL_TARGET, ESRCH, "%s has exited",
			    target->comm);
	target->kernel_thread = how >= 245;
	target->pagemap = how >= 240 ? -1 : 99;
	return 0;
}

void __wrap_target_close(struct target *target)
{
	target->pagemap = -1;
}

bool __wrap_target_lives(const struct target *target)
{
	(void)target;
	return take_byte(world.in) & 1;
}

int __wrap_target_number(const struct target *target, const char *file,
			 long long *value)
{
	(void)target;
	(void)file;
	*value = (long long)take_u64(world.in);
	return take_byte(world.in) >= 240 ? -EBADMSG : 0;
}

int __wrap_memory_and_swap(unsigned long long *bytes)
{
	*bytes = take_byte(world.in) & 1 ? take_u64(world.in) : 4ULL << 30;
	return take_byte(world.in) >= 240 ? -EBADMSG : 0;
}

void __wrap_system_read(struct system *sys, const struct target *target)
{
	struct growth_limits *limits = &sys->limits;
	uint8_t how = take_byte(world.in);
	unsigned int i;

	(void)target;
	memset(sys, 0, sizeof(*sys));
	sys->thp = (enum thp_mode)(how % 3);
	sys->huge_zero = how & 8;
	sys->pools = how >> 4 & 1;
	for (i = 0; i < sys->pools; i++) {
		sys->pool[i].page_size = how & 32 ? take_u64(world.in) :
						    2 << 20;
		sys->pool[i].free = take_byte(world.in);
		sys->pool[i].reserved = take_byte(world.in);
	}
	limits->known = how & 64;
	limits->gap = 256 * 4096;
	limits->stack = how & 128 ? take_u64(world.in) : 8 << 20;
	limits->space = LIMIT_NONE;
	limits->locked = take_u64(world.in);
	limits->space_used = take_u64(world.in);
	limits->commit = LIMIT_NONE;
}

bool __wrap_kernel_faults_read(int dir, struct kernel_faults *faults)
{
	uint8_t how = take_byte(world.in);

	(void)dir;
	*faults = (struct kernel_faults){ .asleep = true };
	faults->minor = how & 1 ? take_u64(world.in) : how;
	faults->major = how & 2 ? take_u64(world.in) : 0;
	faults->under_way = how & 4 ? take_u64(world.in) : 1;
	return how < 240;
}

int __wrap_cgroup_path(uint64_t id, char *to, size_t size)
{
	(void)id;
	if (take_byte(world.in) >= 224)
		return -ENOENT;
	take_text(world.in, to, size < 255 ? size : 255);
	return 0;
}

int __wrap_cgroup_id(const char *path, uint64_t *id, struct failure *f)
{
	*id = take_byte(world.in);
	if (*id < 240)
		return 0;
	return fail(f, FAIL_KERNEL, ENOENT, "there is no cgroup '%.256s'", path);
}

bool __wrap_cgroup_memory_disabled(void)
{
	return take_byte(world.in) >= 240;
}

char *__wrap_mounts_read(void)
{
	char text[600] = "1 1 0:1 / / rw - tmpfs none rw\n"
			 "2 1 254:0 /a\\040b /mnt rw - ext4 /dev/vda rw\n";
	size_t length = strlen(text);

	if (take_byte(world.in) >= 240)
		return NULL;
	take_text(world.in, text + length, 250);
	return strdup(text);
}

bool __wrap_swap_device(unsigned int type, char *name, size_t size)
{
	(void)type;
	take_text(world.in, name, size < 255 ? size : 255);
	return take_byte(world.in) & 1;
}

void __wrap_backing_read(int64_t node, struct backing *backing)
{
	uint8_t how = take_byte(world.in);

	(void)node;
	memset(backing, 0, sizeof(*backing));
	backing->counted = how & 1;
	backing->no_swapping = how & 2;
	backing->dirty = how & 4 ? take_u64(world.in) : how;
	backing->writeback = how & 8 ? take_u64(world.in) : 0;
	backing->swap_bytes = how & 16 ? take_u64(world.in) : 1 << 20;
	backing->swap_free_bytes = how & 32 ? take_u64(world.in) : 0;
}

int __wrap_launch_prepare(struct launch *launch, char **argv, struct failure *f)
{
	*launch = (struct launch){ .argv = argv, .go = -1, .report = -1,
				   .pid = 4242 };
	if (take_byte(world.in) < 240)
		return 0;
	launch->pid = 0;
	return fail(f, FAIL_KERNEL, EAGAIN, "cannot start a process");
}

int __wrap_launch_go(struct launch *launch, struct failure *f)
{
	if (take_byte(world.in) >= 240)
		return fail(f, FAIL_TARGET, ENOENT, "cannot run '%.256s'",
			    launch->argv[0]);
	launch->running = true;
	return 0;
}

bool __wrap_launch_gone(struct launch *launch)
{
	if (world.polls && !launch->gone) {
		launch->gone = true;
		launch->status = take_u16(world.in);
		launch->usage.ru_minflt = (long)take_u64(world.in);
		launch->usage.ru_majflt = take_byte(world.in);
	}
	return launch->gone;
}

bool __wrap_launch_wait(struct launch *launch, int milliseconds)
{
	(void)milliseconds;
	return __wrap_launch_gone(launch);
}

void __wrap_launch_signal(const struct launch *launch, int number)
{
	(void)launch;
	(void)number;
}

void __wrap_launch_end(struct launch *launch)
{
	(void)launch;
}

int instead_waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	(void)type;
	(void)options;
	info->si_pid = world.polls ? (pid_t)id : 0;
	return 0;
}

int __wrap_troupe_start(struct troupe *troupe, struct failure *f)
{
	*troupe = (struct troupe){ .pid = 4243, .sockets = { -1, -1 } };
	if (take_byte(world.in) >= 240)
		return fail(f, FAIL_KERNEL, EAGAIN, "no actor");
	return 0;
}

int __wrap_troupe_do(struct troupe *troupe, unsigned int actor, enum deed deed,
		     uint64_t address, uint64_t length, struct deed_done *done,
		     struct failure *f)
{
	uint8_t how = take_byte(world.in);

	(void)troupe;
	(void)actor;
	(void)address;
	(void)length;
	*done = (struct deed_done){ .faults_minor = how & 1 };
	if (how >= 250)
		return fail(f, FAIL_TARGET, ESRCH, "the actor has left");
	if (how >= 245)
		done->error = ENOMEM;
	if (how >= 240)
		done->faults_minor = take_u64(world.in);
	done->value = deed == DEED_FORK ? 4244 : 0x400000;
	return 0;
}

void __wrap_troupe_end(struct troupe *troupe)
{
	(void)troupe;
}

int __wrap_books_read(struct books *books, const struct target *target,
		      uint64_t start, unsigned int pages, uint64_t page_size,
		      struct failure *f)
{
	uint8_t how = take_byte(world.in);
	unsigned int page;

	(void)target;
	(void)start;
	(void)page_size;
	memset(books, 0, sizeof(*books));
	books->pages = pages;
	books->rss = how & 1 ? take_u64(world.in) : how * 4096ULL;
	books->pss = books->rss;
	for (page = 0; page < pages; page++) {
		books->entry[page] = (uint64_t)take_byte(world.in) << 56 |
				     take_byte(world.in);
		books->present += books_mapped(books, page);
	}
	if (how >= 250)
		return fail(f, FAIL_TARGET, ESRCH, "the actor has exited");
	return 0;
}
