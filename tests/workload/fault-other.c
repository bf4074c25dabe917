// SPDX-License-Identifier: GPL-2.0
/* Faults that end with a signal, that others answer, or that others make. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define PIPE	16	/* pages that a pipe holds */

static void nothing(size_t count)
{
	(void)count;
}

static void no_run(void)
{
}

/* Signals. */

static sigjmp_buf back;

static void on_signal(int number)
{
	(void)number;
	siglongjmp(back, 1);
}

static void catch(int number)
{
	const struct sigaction action = {
		.sa_handler = on_signal, .sa_flags = SA_NODEFER,
	};

	sigaction(number, &action, NULL);
}

static void write_and_fail(void)
{
	/* Not in a register: they are needed after a jump. */
	static size_t i, failed;

	failed = 0;
	for (i = 0; i < subject.count; i++) {
		if (sigsetjmp(back, 0))
			failed++;
		else
			*(volatile char *)(subject.start + i * PAGE) = 1;
	}
	if (failed != subject.count)
		die("an access did not fail");
}

/* Keeps the addresses, so that nobody else maps something there. */
static void hole(size_t count)
{
	catch(SIGSEGV);
	subject.start = map(count * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	munmap(subject.start, count * PAGE);
}

static void read_only(size_t count)
{
	catch(SIGSEGV);
	subject.start = map(count * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void behind_end(size_t count)
{
	catch(SIGBUS);
	subject.fd = memfd_create("short", MFD_CLOEXEC);
	subject.start = map(count * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			    subject.fd);
}

/* Others answer. */

static char blank[PAGE] __attribute__((aligned(4096)));

static void *answer(void *unused)
{
	struct uffd_msg msg;

	(void)unused;
	while (read(subject.fd, &msg, sizeof(msg)) == sizeof(msg)) {
		struct uffdio_copy copy = {
			.dst = msg.arg.pagefault.address & -PAGE,
			.src = (uintptr_t)blank, .len = PAGE,
		};

		if (ioctl(subject.fd, UFFDIO_COPY, &copy))
			die("UFFDIO_COPY");
	}
	return NULL;
}

static pthread_t server;

static void by_userfaultfd(size_t count)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	blank[0] = 1;
	subject.start = map_base(count * PAGE);
	area.range.start = (uintptr_t)subject.start;
	area.range.len = count * PAGE;
	subject.fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (subject.fd < 0 || ioctl(subject.fd, UFFDIO_API, &api) ||
	    ioctl(subject.fd, UFFDIO_REGISTER, &area) ||
	    pthread_create(&server, NULL, answer, NULL))
		die("userfaultfd");
}

static void stop_server(void)
{
	pthread_cancel(server);
	pthread_join(server, NULL);
}

static void hugetlb(size_t count)
{
	subject.step = HUGE;
	subject.start = map(count * HUGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
}

/* Others make them. */

static void empty(size_t count)
{
	subject.start = map_base(count * PAGE);
}

static void of_zeroes(size_t count)
{
	empty(count);
	subject.fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	if (subject.fd < 0)
		die("/dev/zero");
}

static void read_into(void)
{
	size_t length = subject.count * PAGE;

	if (read(subject.fd, subject.start, length) != (ssize_t)length)
		die("read");
}

static void populate(void)
{
	if (madvise(subject.start, subject.count * PAGE, MADV_POPULATE_WRITE))
		die("MADV_POPULATE_WRITE");
}

/* The kernel takes the pages themselves, and they are thrown away. */
static void splice_each(void)
{
	static char room[PIPE * PAGE];
	size_t i;
	int ends[2];

	if (pipe(ends))
		die("pipe");
	for (i = 0; i < subject.count; i += PIPE) {
		struct iovec part = { subject.start + i * PAGE, PIPE * PAGE };

		if (subject.count - i < PIPE)
			part.iov_len = (subject.count - i) * PAGE;
		if (vmsplice(ends[1], &part, 1, 0) != (ssize_t)part.iov_len ||
		    read(ends[0], room, part.iov_len) != (ssize_t)part.iov_len)
			die("vmsplice");
	}
	close(ends[0]);
	close(ends[1]);
}

static void in_child(size_t count)
{
	empty(count);
	hold_by_child(NULL);
}

static void write_to_child(void)
{
	size_t i;

	for (i = 0; i < subject.count; i++) {
		struct iovec from = { blank, 1 };
		struct iovec to = { subject.start + i * PAGE, 1 };

		if (process_vm_writev(subject.child, &from, 1, &to, 1, 0) != 1)
			die("process_vm_writev");
	}
}

/* Children that write to some pages each, and have a child themselves. */
static void fork_each(void)
{
	size_t i;

	for (i = 0; i < subject.count; i++) {
		pid_t child = fork();

		if (child < 0)
			die("fork");
		if (!child) {
			write_each();
			if (i % 2 && !fork())
				write_each();
			/* Until there is none. */
			while (wait(NULL) > 0)
				;
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
}

const struct kind other_kinds[] = {
	{ .name = "nothing", .prepare = nothing, .run = no_run },
	{ .name = "sigsegv-hole", .prepare = hole, .run = write_and_fail },
	{ .name = "sigsegv-rights", .prepare = read_only, .run = write_and_fail },
	{ .name = "sigbus", .prepare = behind_end, .run = write_and_fail },
	{ .name = "uffd", .prepare = by_userfaultfd, .run = read_each,
	  .drop = stop_server },
	{ .name = "hugetlb", .prepare = hugetlb, .run = write_each },
	{ .name = "kernel", .prepare = of_zeroes, .run = read_into },
	{ .name = "gup", .prepare = empty, .run = populate },
	{ .name = "gup-read", .prepare = empty, .run = splice_each },
	{ .name = "remote", .prepare = empty, .run = no_run },
	{ .name = "elsewhere", .prepare = in_child, .run = write_to_child },
	{ .name = "forks", .prepare = empty, .run = fork_each },
	{ }
};
