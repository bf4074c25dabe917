// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps the address space of another process from being taken down: it reads it
 * into memory of its own whose pages never come, and sleeps in there. Who is killed
 * meanwhile is left to the OOM reaper.
 *
 * usage: grip PID ADDRESS       until it is killed; ready when it sleeps
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "say.h"

static struct iovec ours, theirs;
static int pid;

static void *sleeper(void *unused)
{
	process_vm_readv(pid, &ours, 1, &theirs, 1, 0);
	die("process_vm_readv came back");
	return unused;
}

int main(int argc, char **argv)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register region = {
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	pthread_t thread;
	struct uffd_msg msg;
	int fd;

	if (argc != 3)
		return 1;
	pid = atoi(argv[1]);
	theirs = (struct iovec){ (void *)strtoul(argv[2], NULL, 16), PAGE };
	ours = (struct iovec){ map_base(PAGE), PAGE };
	region.range.start = (uintptr_t)ours.iov_base;
	region.range.len = PAGE;
	fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) ||
	    ioctl(fd, UFFDIO_REGISTER, &region))
		die("userfaultfd");
	errno = pthread_create(&thread, NULL, sleeper, NULL);
	if (errno)
		die("pthread_create");
	if (read(fd, &msg, sizeof(msg)) != sizeof(msg))
		die("read");
	say_ready();
	wait_for_exit();
	return 0;
}
