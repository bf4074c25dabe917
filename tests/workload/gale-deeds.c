// SPDX-License-Identifier: GPL-2.0
/* What can be done to an address space. Any may fail: others are at it, too. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gale.h"
#include "say.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE	23
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE		25
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL	102
#define MADV_GUARD_REMOVE	103
#endif
#ifndef UFFDIO_MOVE
struct uffdio_move {
	__u64 dst;
	__u64 src;
	__u64 len;
	__u64 mode;
	__s64 move;
};

#define UFFDIO_MOVE	_IOWR(UFFDIO, 0x05, struct uffdio_move)
#endif
#ifndef UFFD_FEATURE_MOVE
#define UFFD_FEATURE_MOVE	(1 << 16)
#endif

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

static bool placed(char *start, int flags, int fd)
{
	return mmap(start, HUGE, RW, flags | MAP_FIXED, fd, 0) == start;
}

static char *page(const struct place *at)
{
	return at->start + at->first * PAGE;
}

static bool map_anon(const struct place *at)
{
	return placed(at->start, ANON, -1);
}

static bool map_shared(const struct place *at)
{
	return placed(at->start, MAP_SHARED | MAP_ANONYMOUS, -1);
}

static bool map_file(const struct place *at)
{
	return placed(at->start, at->choice & 1 ? MAP_SHARED : MAP_PRIVATE,
		      gale.file);
}

static bool map_hugetlb(const struct place *at)
{
	if (!placed(at->start, ANON | MAP_HUGETLB, -1))
		return false;
	touch(at->start, PAGE);
	return true;
}

static bool unmap(const struct place *at)
{
	/* The hole is kept, for nobody else to come there. */
	return mmap(page(at), at->pages * PAGE, PROT_NONE,
		    ANON | MAP_FIXED | MAP_NORESERVE, -1, 0) == page(at);
}

static bool map_and_unmap(const struct place *at)
{
	char *start = mmap(NULL, ELSEWHERE, RW, ANON, -1, 0);

	if (start == MAP_FAILED)
		return false;
	touch(start, at->pages * PAGE);
	return !munmap(start, ELSEWHERE);
}

static bool write_some(const struct place *at)
{
	touch(page(at), at->pages * PAGE);
	return true;
}

static bool write_all(const struct place *at)
{
	touch(at->start, HUGE);
	return true;
}

static bool read_some(const struct place *at)
{
	look(page(at), at->pages * PAGE);
	return true;
}

static bool move(const struct place *at)
{
	if (at->start == at->other)
		return false;
	return mremap(at->start, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		      at->other) == at->other && placed(at->start, ANON, -1);
}

static bool protect(const struct place *at)
{
	return !mprotect(page(at), at->pages * PAGE, PROT_READ) &&
	       !mprotect(page(at), at->pages * PAGE, RW);
}

static bool advise(const struct place *at, int advice)
{
	return !madvise(at->start, HUGE, advice);
}

/* Empties a whole table, which the kernel may then take away. */
static bool drop(const struct place *at)
{
	return advise(at, MADV_DONTNEED);
}

static bool drop_some(const struct place *at)
{
	return !madvise(page(at), at->pages * PAGE, MADV_DONTNEED);
}

static bool page_out(const struct place *at)
{
	return advise(at, MADV_PAGEOUT);
}

/* What is written is let go when it is asked for once more: and read back. */
static bool swap_in(const struct place *at)
{
	touch(page(at), at->pages * PAGE);
	advise(at, MADV_PAGEOUT);
	usleep(5000);
	if (!advise(at, MADV_PAGEOUT))
		return false;
	look(page(at), at->pages * PAGE);
	return true;
}

static bool lazily_free(const struct place *at)
{
	return advise(at, MADV_FREE);
}

static bool huge(const struct place *at)
{
	return advise(at, at->choice % 4 ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

static bool collapse(const struct place *at)
{
	return advise(at, MADV_COLLAPSE);
}

static bool mergeable(const struct place *at)
{
	return advise(at, at->choice & 1 ? MADV_MERGEABLE : MADV_UNMERGEABLE);
}

static bool populate(const struct place *at)
{
	return !madvise(page(at), at->pages * PAGE, MADV_POPULATE_WRITE);
}

static bool punch(const struct place *at)
{
	return !madvise(page(at), at->pages * PAGE, MADV_REMOVE);
}

static bool guard(const struct place *at)
{
	return !madvise(page(at), at->pages * PAGE, MADV_GUARD_INSTALL) &&
	       !madvise(page(at), at->pages * PAGE, MADV_GUARD_REMOVE);
}

static bool lock(const struct place *at)
{
	return !mlock(page(at), at->pages * PAGE) &&
	       !munlock(page(at), at->pages * PAGE);
}

/* By the system call: what malloc() thinks of the break is none of ours. */
static bool brk_up_and_down(const struct place *at)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	char *old, *new;

	/* A signal here would leave it locked. Nobody else takes this memory. */
	pthread_mutex_lock(&mutex);
	old = (char *)syscall(SYS_brk, NULL);
	new = (char *)syscall(SYS_brk, old + at->pages * PAGE);
	if (new > old)
		touch(old, new - old);
	syscall(SYS_brk, old);
	pthread_mutex_unlock(&mutex);
	return new > old;
}

/* The child, too, writes to what it may not find: then it ends by that. */
static bool fork_once(const struct place *at)
{
	int pid = fork();

	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		if (at->choice & 1)
			write_some(at);
		_exit(0);
	}
	return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

static bool truncate_file(const struct place *at)
{
	return !ftruncate(gale.file, at->first * PAGE) &&
	       !ftruncate(gale.file, HUGE);
}

static bool advise_process(const struct place *at)
{
	struct iovec range = { at->start, HUGE };
	int fd = syscall(SYS_pidfd_open, getpid(), 0);
	bool done = fd >= 0 &&
		    syscall(SYS_process_madvise, fd, &range, 1,
			    at->choice & 1 ? MADV_COLD : MADV_PAGEOUT, 0) > 0;

	if (fd >= 0)
		close(fd);
	return done;
}

static bool clear_refs(const struct place *at)
{
	static const char *const what[] = { "1", "2", "3", "4" };

	return !put("/proc/self/clear_refs", what[at->choice % 4]);
}

/* Nobody else touches these, and nobody has to wait for a page. */
static bool uffd_move(const struct place *at)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	struct uffdio_move request = {
		.dst = (uintptr_t)gale.to, .src = (uintptr_t)gale.from,
		.len = at->pages * PAGE,
	};
	bool done;

	if (gale.uffd < 0)
		return false;
	pthread_mutex_lock(&mutex);
	touch(gale.from, at->pages * PAGE);
	done = !ioctl(gale.uffd, UFFDIO_MOVE, &request);
	madvise(gale.to, HUGE, MADV_DONTNEED);
	pthread_mutex_unlock(&mutex);
	return done;
}

const struct deed deeds[] = {
	{ "map", map_anon },
	{ "shared", map_shared },
	{ "file", map_file },
	{ "hugetlb", map_hugetlb },
	{ "unmap", unmap },
	{ "munmap", map_and_unmap },
	{ "write", write_some },
	{ "write-all", write_all },
	{ "read", read_some },
	{ "mremap", move },
	{ "mprotect", protect },
	{ "dontneed", drop },
	{ "dontneed-some", drop_some },
	{ "pageout", page_out },
	{ "swap-in", swap_in },
	{ "free", lazily_free },
	{ "huge", huge },
	{ "collapse", collapse },
	{ "mergeable", mergeable },
	{ "populate", populate },
	{ "remove", punch },
	{ "guard", guard },
	{ "mlock", lock },
	{ "brk", brk_up_and_down },
	{ "fork", fork_once },
	{ "truncate", truncate_file },
	{ "process-madvise", advise_process },
	{ "clear-refs", clear_refs },
	{ "move", uffd_move },
};

const size_t deed_count = sizeof(deeds) / sizeof(deeds[0]);

_Static_assert(sizeof(deeds) / sizeof(deeds[0]) <= DEEDS_MOST, "room for counts");

static int open_uffd(char *to)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_MOVE };
	struct uffdio_register region = {
		.range = { .start = (uintptr_t)to, .len = HUGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd >= 0 && (ioctl(fd, UFFDIO_API, &api) ||
			ioctl(fd, UFFDIO_REGISTER, &region))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Room at addresses that a table of the last level starts at. */
void gale_prepare(const char *directory)
{
	char name[256];
	char *room = map((STRETCHES + 1) * HUGE, PROT_NONE,
			 ANON | MAP_NORESERVE, -1);

	gale.room = (char *)(((uintptr_t)room + HUGE - 1) & ~(HUGE - 1));
	gale.from = map_base(HUGE);
	gale.to = map_base(HUGE);
	snprintf(name, sizeof(name), "%s/gale-%d", directory, getpid());
	gale.file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (gale.file < 0 || unlink(name) || ftruncate(gale.file, HUGE))
		die(name);
	gale.uffd = open_uffd(gale.to);
}
