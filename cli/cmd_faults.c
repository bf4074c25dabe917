// SPDX-License-Identifier: GPL-2.0
/* mmlens faults: what faults there were, and how long they took. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"

/* A child that was started waits after so many milliseconds at the latest. */
#define SETTLED_BY 2000

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int parse_by(const char *list, unsigned int *by, struct failure *f)
{
	static const char *const names[] = { "class", "thread", "vma" };
	char word[NAME_MAX_LEN];
	unsigned int i;

	*by = 0;
	while (list_word(&list, word)) {
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (!strcmp(word, names[i]))
				break;
		if (i == sizeof(names) / sizeof(names[0]))
			return fail(f, FAIL_USAGE, EINVAL,
				    "--by is class, thread or vma, not '%s'",
				    word);
		*by |= 1U << i;
	}
	return 0;
}

/* A zombie still has its counts, until it is waited for. */
static bool command_gone(struct context *c, struct faults_answer *answer)
{
	struct launch *launch = &answer->whom.launch;
	siginfo_t info = { 0 };

	if (launch->gone)
		return true;
	if (waitid(P_PID, (id_t)launch->pid, &info,
		   WEXITED | WNOHANG | WNOWAIT) || !info.si_pid)
		return false;
	answer->kernel_known &= kernel_faults_read(c->target.dir,
						   &answer->after);
	return launch_gone(launch);
}

/*
 * From the terminal, a signal came to the command, too, and it is for the
 * command to end; who is asked twice does not wait for that. One from elsewhere
 * is passed on.
 */
static bool is_interrupted(struct faults_answer *answer, int *passed)
{
	if (!signals.stop)
		return false;
	if (!answer->whom.command || signals.stop > 1)
		return true;
	if (signals.from_process && !*passed)
		launch_signal(&answer->whom.launch, signals.number);
	*passed = 1;
	return false;
}

static int await(struct context *c, struct faults_answer *answer)
{
	uint64_t ms = (answer->whom.ns + 999999) / 1000000, began = now_ms();
	int passed = 0;

	for (;;) {
		uint64_t spent = now_ms() - began;
		enum woken woken;
		int left = -1;

		if (answer->whom.command && command_gone(c, answer))
			return 0;
		if (!answer->whom.command && answer->watch.ended)
			return 0;
		if (is_interrupted(answer, &passed) || (ms && spent >= ms))
			return 0;
		if (ms)
			left = ms - spent > INT32_MAX ? INT32_MAX :
						       (int)(ms - spent);
		woken = watch_wait(&answer->watch, left);
		if (woken == WOKEN_FAILED)
			return -c->failure.error;
	}
}

static uint64_t minor_of(const struct kernel_faults *faults, bool follow)
{
	return faults->minor + (follow ? faults->children_minor : 0);
}

static uint64_t major_of(const struct kernel_faults *faults, bool follow)
{
	return faults->major + (follow ? faults->children_major : 0);
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a < b ? 0 : a - b;
}

/*
 * Read twice where it begins, and twice where it ends. What is under way then,
 * the kernel may count, and the watch not: it sees the whole of a fault or none.
 */
static void compare(struct faults_answer *answer,
		    const struct kernel_faults *earlier,
		    const struct kernel_faults *later)
{
	const struct kernel_faults *begin = &answer->before;
	const struct kernel_faults *end = &answer->after;
	bool follow = answer->whom.query.follow;
	struct accounts *accounts = &answer->accounts;

	uint64_t half = begin->under_way + end->under_way;

	accounts->follow = follow;
	accounts->minor.most = minor_of(later, follow) -
			       minor_of(earlier, follow);
	accounts->minor.least = less(minor_of(end, follow) -
				     minor_of(begin, follow), half);
	accounts->major.most = major_of(later, follow) -
			       major_of(earlier, follow);
	accounts->major.least = less(major_of(end, follow) -
				     major_of(begin, follow), half);
	answer->compared = !answer->whom.partial;
	if (answer->compared)
		accounts_compare(&answer->counts.faults, accounts);
}

/*
 * Until it waits to become the command, the child makes faults of its own: they
 * would be counted by the kernel and the watch, or by one of them.
 */
static void settle(const struct context *c, struct kernel_faults *faults)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int i;

	for (i = 0; i < SETTLED_BY; i++) {
		if (!kernel_faults_read(c->target.dir, faults) ||
		    faults->asleep)
			return;
		nanosleep(&pause, NULL);
	}
}

static int begin(struct context *c, struct faults_answer *answer,
		 struct kernel_faults *earlier)
{
	static const struct watch_sink none;
	struct whom *whom = &answer->whom;
	int ret;

	whom->query.kinds = MMLENS_WATCH_KIND_COUNT;
	if (whom->command)
		settle(c, earlier);
	answer->kernel_known = whom->process &&
			       kernel_faults_read(c->target.dir, earlier);
	ret = ask_watch(&c->asker, &whom->query, &none, &answer->watch);
	if (ret)
		return ret;
	answer->kernel_known &= whom->process &&
				kernel_faults_read(c->target.dir,
						   &answer->before);
	if (whom->command)
		return launch_go(&whom->launch, &c->failure);
	if (!whom->ns && isatty(STDERR_FILENO))
		fprintf(stderr, "mmlens: counting until it ends, or Ctrl-C\n");
	return 0;
}

/* Stops the watch between two looks at what the kernel has counted. */
static int end(struct context *c, struct faults_answer *answer,
	       struct kernel_faults *later)
{
	struct whom *whom = &answer->whom;
	bool lives = whom->process && !whom->launch.gone;
	int ret;

	answer->left = whom->command ? whom->launch.gone : answer->watch.ended;
	if (lives)
		answer->kernel_known &= kernel_faults_read(c->target.dir,
							   &answer->after);
	*later = answer->after;
	ret = watch_stop(&answer->watch);
	if (ret)
		return ret;
	if (lives)
		answer->kernel_known &= kernel_faults_read(c->target.dir, later);
	return ask_counts(&answer->watch, &answer->counts);
}

static int measure(struct context *c, struct faults_answer *answer)
{
	struct kernel_faults earlier = { 0 }, later = { 0 };
	int ret = begin(c, answer, &earlier);

	if (!ret)
		ret = await(c, answer);
	if (!ret)
		ret = end(c, answer, &later);
	if (ret)
		return ret;
	if (answer->kernel_known)
		compare(answer, &earlier, &later);
	counts_sort(&answer->counts);
	answer->vmas = counts_vmas(&answer->counts, &answer->vma_count);
	return answer->vmas ? 0 : fail_memory(&c->failure);
}

/**
 * faults_before_exec() - was it mmlens itself?
 * @answer: the answer
 * @vma: a VMA with faults
 *
 * Return: true in the address space that the command had before it was one.
 */
bool faults_before_exec(const struct faults_answer *answer,
			const struct watched_vma *vma)
{
	return answer->whom.command &&
	       vma->counts.cookie == answer->watch.begun.cookie;
}

/**
 * faults_minor() - what the kernel says of minor faults
 * @answer: the answer, of which that is known
 *
 * Return: Of a command, all that wait4() told; of another process, those since
 *	the watch began.
 */
uint64_t faults_minor(const struct faults_answer *answer)
{
	const struct launch *launch = &answer->whom.launch;

	return launch->gone ? (uint64_t)launch->usage.ru_minflt :
			      answer->accounts.minor.most;
}

/**
 * faults_major() - what the kernel says of major faults
 * @answer: the answer, of which that is known
 *
 * Return: As faults_minor().
 */
uint64_t faults_major(const struct faults_answer *answer)
{
	const struct launch *launch = &answer->whom.launch;

	return launch->gone ? (uint64_t)launch->usage.ru_majflt :
			      answer->accounts.major.most;
}

static int run(struct context *c, struct faults_answer *answer)
{
	int ret = signals_begin(&c->failure);

	if (!ret)
		ret = context_output_to(c, c->options.watch.output);
	if (!ret)
		ret = measure(c, answer);
	signals_end();
	if (ret)
		return ret;
	return c->options.json ? faults_json(c, answer) :
				 faults_text(c, answer);
}

/**
 * cmd_faults() - the command
 * @c: the run
 * @argc: 0 or 1
 * @argv: the PID
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_faults(struct context *c, int argc, char **argv)
{
	struct faults_answer answer = { .by = BY_ALL };
	const char *by = c->options.watch.by;
	int ret = 0;

	answer.chosen = by;
	if (by)
		ret = parse_by(by, &answer.by, &c->failure);
	if (ret)
		return ret;
	ret = whom_open(c, argc, argv, &answer.whom);
	if (!ret && c->target.kernel_thread)
		ret = say_kernel_thread(c, "faults", false);
	else if (!ret)
		ret = run(c, &answer);
	whom_close(&answer.whom);
	watch_free(&answer.watch);
	watch_counts_free(&answer.counts);
	free(answer.vmas);
	return ret;
}
