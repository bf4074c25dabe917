// SPDX-License-Identifier: GPL-2.0
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* In the child. As little as may be: all that it does is watched, too. */
static void become(char **argv, int go, int report)
{
	ssize_t done;
	char byte;
	int error;

	do
		done = read(go, &byte, 1);
	while (done < 0 && errno == EINTR);
	/* Nobody watches: the parent has given up, or was killed. */
	if (done != 1)
		_exit(1);
	execvp(argv[0], argv);
	error = errno;
	/* Who does not hear it sees the exit status. */
	_exit(write(report, &error, sizeof(error)) < 0 ? 126 : 127);
}

/**
 * launch_prepare() - a child that waits to become a command
 * @launch: filled, to be ended also after a failure
 * @argv: the command and its arguments
 * @f: told what went wrong
 *
 * To be called before signals_begin(): the command inherits what signals do.
 *
 * Return: 0 or -errno.
 */
int launch_prepare(struct launch *launch, char **argv, struct failure *f)
{
	int go[2] = { -1, -1 }, report[2] = { -1, -1 };

	*launch = (struct launch){ .argv = argv, .go = -1, .report = -1 };
	if (pipe2(go, O_CLOEXEC) || pipe2(report, O_CLOEXEC))
		goto fail;
	launch->pid = fork();
	if (launch->pid < 0) {
		launch->pid = 0;
		goto fail;
	}
	if (!launch->pid) {
		close(go[1]);
		close(report[0]);
		/* Of a program that is to be started, this one is a bad copy. */
		signal(SIGPIPE, SIG_DFL);
		signal(SIGXFSZ, SIG_DFL);
		become(argv, go[0], report[1]);
	}
	close(go[0]);
	close(report[1]);
	launch->go = go[1];
	launch->report = report[0];
	return 0;
fail:
	fail(f, FAIL_KERNEL, errno, "cannot start a process: %s",
	     strerror(errno));
	if (go[0] >= 0) {
		close(go[0]);
		close(go[1]);
	}
	if (report[0] >= 0) {
		close(report[0]);
		close(report[1]);
	}
	return -f->error;
}

/**
 * launch_go() - have the child become the command
 * @launch: what launch_prepare() filled
 * @f: told why it could not
 *
 * Return: 0 or -errno.
 */
int launch_go(struct launch *launch, struct failure *f)
{
	int error = 0;
	ssize_t got;

	do
		got = write(launch->go, "", 1);
	while (got < 0 && errno == EINTR);
	close(launch->go);
	launch->go = -1;
	do
		got = read(launch->report, &error, sizeof(error));
	while (got < 0 && errno == EINTR);
	close(launch->report);
	launch->report = -1;
	if (got == sizeof(error))
		return fail(f, FAIL_TARGET, error, "cannot run '%.256s': %s",
			    launch->argv[0], strerror(error));
	launch->running = true;
	return 0;
}

/**
 * launch_gone() - has the command ended?
 * @launch: the command
 *
 * Return: true if it has; its status and what it used are known then.
 */
bool launch_gone(struct launch *launch)
{
	if (!launch->gone && launch->pid &&
	    wait4(launch->pid, &launch->status, WNOHANG, &launch->usage) ==
	    launch->pid)
		launch->gone = true;
	return launch->gone;
}

/**
 * launch_wait() - wait for the command to end
 * @launch: the command
 * @milliseconds: how long
 *
 * Return: true if it has ended.
 */
bool launch_wait(struct launch *launch, int milliseconds)
{
	static const struct timespec step = { .tv_nsec = 5000000 };

	for (; !launch_gone(launch) && milliseconds > 0; milliseconds -= 5)
		nanosleep(&step, NULL);
	return launch->gone;
}

/**
 * launch_signal() - pass a signal on to the command
 * @launch: the command
 * @number: the signal
 */
void launch_signal(const struct launch *launch, int number)
{
	if (launch->running && !launch->gone)
		kill(launch->pid, number);
}

/**
 * launch_end() - let go of the command
 * @launch: what launch_prepare() filled
 *
 * A command that runs goes on. A child that did not become one is no more.
 */
void launch_end(struct launch *launch)
{
	if (launch->go >= 0)
		close(launch->go);
	if (launch->report >= 0)
		close(launch->report);
	launch->go = -1;
	launch->report = -1;
	if (launch->pid && !launch->running && !launch->gone)
		launch->gone = waitpid(launch->pid, &launch->status, 0) ==
			       launch->pid;
}

/**
 * launch_outcome() - what became of the command
 * @launch: the command
 * @to: filled
 *
 * Return: @to: "exited with 0", "was killed by SIGSEGV", "goes on".
 */
const char *launch_outcome(const struct launch *launch, char to[LAUNCH_TEXT])
{
	const char *name;

	if (!launch->gone) {
		snprintf(to, LAUNCH_TEXT, "goes on");
	} else if (WIFEXITED(launch->status)) {
		snprintf(to, LAUNCH_TEXT, "exited with %d",
			 WEXITSTATUS(launch->status));
	} else {
		name = sigabbrev_np(WTERMSIG(launch->status));
		if (name)
			snprintf(to, LAUNCH_TEXT, "was killed by SIG%s", name);
		else
			snprintf(to, LAUNCH_TEXT, "was killed by signal %d",
				 WTERMSIG(launch->status));
	}
	return to;
}
