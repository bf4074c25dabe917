// SPDX-License-Identifier: GPL-2.0
#include "demo_actor.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct request {
	enum deed deed;
	uint64_t address;
	uint64_t length;
};

/* Inaccessible memory on both sides keeps other VMAs from merging with it. */
static uint64_t map(size_t length, bool huge)
{
	size_t margin = huge ? length : (size_t)sysconf(_SC_PAGESIZE);
	uintptr_t start;
	void *room;

	room = mmap(NULL, length + 2 * margin, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		return 0;
	start = ((uintptr_t)room / margin + 1) * margin;
	if (mprotect((void *)start, length, PROT_READ | PROT_WRITE))
		return 0;
	/* A kernel without huge pages refuses, and does as is wished anyway. */
	madvise((void *)start, length, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return start;
}

/*
 * A page that was just filled waits in a batch of this processor before it is
 * put on an LRU list, and the batch counts as one that uses the page. Advice on
 * any mapping empties the batch; this one is given to an untouched page.
 */
static void empty_batch(void)
{
	static void *untouched = MAP_FAILED;
	size_t size = (size_t)sysconf(_SC_PAGESIZE);

	if (untouched == MAP_FAILED)
		untouched = mmap(NULL, size, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (untouched != MAP_FAILED)
		madvise(untouched, size, MADV_COLD);
}

static void access_byte(const struct request *request, struct deed_done *done)
{
	volatile char *byte = (volatile char *)(uintptr_t)request->address;
	struct rusage before, after;

	/* What the books are written to must be there before they are read. */
	getrusage(RUSAGE_SELF, &after);
	getrusage(RUSAGE_SELF, &before);
	getrusage(RUSAGE_SELF, &before);
	if (request->deed == DEED_WRITE)
		*byte = 1;
	else
		(void)*byte;
	getrusage(RUSAGE_SELF, &after);
	done->faults_minor = (uint64_t)(after.ru_minflt - before.ru_minflt);
	done->faults_major = (uint64_t)(after.ru_majflt - before.ru_majflt);
	empty_batch();
}

/* Which socket an actor listens to, and which one its child will. */
struct role {
	int mine;
	int understudy;
};

/* PDEATHSIG comes only for a death after it was asked for. */
static void enter(const char *name, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	prctl(PR_SET_NAME, name);
}

/* The child goes on where its parent is, and listens to a socket of its own. */
static pid_t fork_child(struct role *role)
{
	pid_t self = getpid(), pid = fork();

	if (pid)
		return pid;
	enter("demo-child", self);
	close(role->mine);
	*role = (struct role){ .mine = role->understudy, .understudy = -1 };
	return 0;
}

/* Returns false if there is nothing to answer. */
static bool perform(struct role *role, const struct request *request,
		    struct deed_done *done)
{
	pid_t pid;

	switch (request->deed) {
	case DEED_MAP:
	case DEED_MAP_HUGE:
		done->value = map(request->length,
				  request->deed == DEED_MAP_HUGE);
		if (!done->value)
			done->error = errno;
		break;
	case DEED_READ:
	case DEED_WRITE:
		access_byte(request, done);
		break;
	case DEED_FORK:
		pid = fork_child(role);
		if (!pid)
			return false;
		if (pid < 0)
			done->error = errno;
		done->value = (uint64_t)pid;
		break;
	case DEED_AWAIT:
		if (wait(NULL) < 0)
			done->error = errno;
		break;
	case DEED_LEAVE:
		break;
	}
	return true;
}

/* Until it is told to leave, or until nobody tells it anything. */
static void act(struct role role)
{
	struct request request;

	while (recv(role.mine, &request, sizeof(request), 0) ==
	       sizeof(request)) {
		struct deed_done done = { 0 };

		if (!perform(&role, &request, &done))
			continue;
		if (send(role.mine, &done, sizeof(done), MSG_NOSIGNAL) < 0 ||
		    request.deed == DEED_LEAVE)
			break;
	}
}

/* Batches are per processor: all that is done is to be done on the same one. */
static void stay_on_one_processor(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/**
 * troupe_start() - an actor, and a socket for the child that it may fork
 * @troupe: filled, to be ended with troupe_end() also after a failure
 * @f: told what went wrong
 *
 * Return: 0 or -errno.
 */
int troupe_start(struct troupe *troupe, struct failure *f)
{
	int ends[2][2] = { { -1, -1 }, { -1, -1 } }, i;
	pid_t self = getpid();

	*troupe = (struct troupe){ .pid = -1, .sockets = { -1, -1 } };
	/* A grandchild whose parent was killed is ours to wait for. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (i = 0; i < 2; i++) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			       ends[i]))
			goto fail;
		troupe->sockets[i] = ends[i][0];
	}
	troupe->pid = fork();
	if (troupe->pid < 0)
		goto fail;
	if (!troupe->pid) {
		close(ends[0][0]);
		close(ends[1][0]);
		stay_on_one_processor();
		enter("demo", self);
		act((struct role){ ends[0][1], ends[1][1] });
		_exit(0);
	}
	close(ends[0][1]);
	close(ends[1][1]);
	return 0;
fail:
	fail(f, FAIL_KERNEL, errno, "cannot start a process for the scene: %s",
	     strerror(errno));
	for (i = 0; i < 2; i++)
		if (ends[i][1] >= 0)
			close(ends[i][1]);
	return -f->error;
}

/**
 * troupe_do() - have an actor do something
 * @troupe: the actors
 * @actor: 0 for the first, 1 for its child
 * @deed: what to do
 * @address: of a read or a write
 * @length: of a mapping, in bytes
 * @done: filled
 * @f: told what went wrong
 *
 * Return: 0 or -errno.
 */
int troupe_do(struct troupe *troupe, unsigned int actor, enum deed deed,
	      uint64_t address, uint64_t length, struct deed_done *done,
	      struct failure *f)
{
	struct request request = { deed, address, length };
	int fd = troupe->sockets[actor];
	ssize_t got = -1;

	if (send(fd, &request, sizeof(request), MSG_NOSIGNAL) >= 0)
		do
			got = recv(fd, done, sizeof(*done), 0);
		while (got < 0 && errno == EINTR);
	if (got != sizeof(*done))
		return fail(f, FAIL_TARGET, ESRCH,
			    "the process of the scene was killed");
	if (done->error)
		return fail(f, FAIL_KERNEL, done->error,
			    "the process of the scene cannot go on: %s",
			    strerror(done->error));
	return 0;
}

/**
 * troupe_end() - nobody is left
 * @troupe: what troupe_start() filled
 */
void troupe_end(struct troupe *troupe)
{
	int i;

	for (i = 0; i < 2; i++)
		if (troupe->sockets[i] >= 0)
			close(troupe->sockets[i]);
	if (troupe->pid <= 0)
		return;
	/* Also where somebody has stopped it. Its child gets the same signal. */
	kill(troupe->pid, SIGKILL);
	while (wait(NULL) > 0 || errno == EINTR)
		;
}
