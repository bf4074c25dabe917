// SPDX-License-Identifier: GPL-2.0
#include "ask_watch.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The last events are awaited until none has come for so many milliseconds. */
#define LAST_EVENTS 1000

struct signals signals;

/* Also wakes who is about to wait, and has not begun yet. */
static int waker = -1;

static const int handled[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
static struct sigaction before[sizeof(handled) / sizeof(handled[0])];

static void on_signal(int number, siginfo_t *info, void *context)
{
	static const uint64_t one = 1;
	int error = errno;
	ssize_t done;

	(void)context;
	if (number != SIGCHLD && signals.stop && signals.hard) {
		/* What it waits for may be a reader that reads no more. */
		signal(number, SIG_DFL);
		raise(number);
	} else if (number != SIGCHLD) {
		if (!signals.stop) {
			signals.number = number;
			signals.from_process = info->si_code <= 0;
		}
		signals.stop++;
	}
	done = write(waker, &one, sizeof(one));
	(void)done;
	errno = error;
}

/**
 * signals_begin() - have signals end a watch in order
 * @f: told what went wrong
 *
 * SIGCHLD ends waiting, too.
 *
 * Return: 0 or -errno.
 */
int signals_begin(struct failure *f)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO | SA_RESTART };
	size_t i;

	memset(&signals, 0, sizeof(signals));
	waker = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (waker < 0)
		return fail(f, FAIL_KERNEL, errno, "cannot wait for signals: %s",
			    strerror(errno));
	action.sa_sigaction = on_signal;
	for (i = 0; i < sizeof(handled) / sizeof(handled[0]); i++) {
		sigaction(handled[i], NULL, &before[i]);
		/* As nohup wishes. */
		if (handled[i] == SIGHUP && before[i].sa_handler == SIG_IGN)
			continue;
		sigaction(handled[i], &action, NULL);
	}
	return 0;
}

/**
 * signals_end() - signals do again what they did before
 */
void signals_end(void)
{
	size_t i;

	if (waker < 0)
		return;
	for (i = 0; i < sizeof(handled) / sizeof(handled[0]); i++)
		sigaction(handled[i], &before[i], NULL);
	close(waker);
	waker = -1;
}

static int count_fault(void *data, const struct mmlens_fault_event *event)
{
	struct watch *watch = data;

	watch->received++;
	return watch->sink.fault ? watch->sink.fault(watch->sink.data, event) :
				   0;
}

static int count_eviction(void *data, const struct mmlens_eviction_event *event)
{
	struct watch *watch = data;

	watch->received++;
	return watch->sink.eviction ?
	       watch->sink.eviction(watch->sink.data, event) : 0;
}

static int count_memory(void *data, const struct mmlens_memory_event *event)
{
	struct watch *watch = data;

	watch->received++;
	return watch->sink.memory ?
	       watch->sink.memory(watch->sink.data, event) : 0;
}

static int pass_vma(void *data, uint32_t index)
{
	struct watch *watch = data;

	return watch->sink.vma ? watch->sink.vma(watch->sink.data, index) : 0;
}

static int pass_stack(void *data, const struct watch_stack *stack)
{
	struct watch *watch = data;

	return watch->sink.stack ? watch->sink.stack(watch->sink.data, stack) :
				   0;
}

static int note_lost(void *data, uint64_t lost)
{
	struct watch *watch = data;

	watch->lost = lost;
	return watch->sink.lost ? watch->sink.lost(watch->sink.data, lost) : 0;
}

static int note_ended(void *data)
{
	struct watch *watch = data;

	watch->ended = true;
	return watch->sink.ended ? watch->sink.ended(watch->sink.data) : 0;
}

/* Events come amid other answers, too: what goes wrong is kept until then. */
static int on_event(const struct nlmsghdr *nlh, void *data)
{
	struct watch *watch = data;
	const struct watch_sink sink = {
		.vma = pass_vma,
		.fault = count_fault,
		.eviction = count_eviction,
		.memory = count_memory,
		.stack = pass_stack,
		.lost = note_lost,
		.ended = note_ended,
		.data = watch,
		.vmas = &watch->vmas,
	};

	if (!watch->error)
		watch->error = decode_event(nlh, &sink);
	return 0;
}

static int on_begun(const struct nlmsghdr *nlh, void *data)
{
	return decode_watch(nlh, data);
}

static int begin(struct watch *watch, const struct watch_query *query)
{
	return nl_watch(&watch->asker->nl, query, on_begun, &watch->begun);
}

/**
 * ask_watch() - begin a watch
 * @asker: who asks; its target is watched, unless @query says otherwise
 * @query: what to watch
 * @sink: told of events; its vmas are not looked at, they are in @watch
 * @watch: filled, to be freed also after a failure; it must stay where it is
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_watch(struct asker *asker, struct watch_query *query,
	      const struct watch_sink *sink, struct watch *watch)
{
	struct target *target = asker->target;
	bool process = !query->has_cgroup && !query->everything;
	int ret;

	memset(watch, 0, sizeof(*watch));
	watch->asker = asker;
	watch->sink = *sink;
	nl_listen(&asker->nl, on_event, watch);
	if (process) {
		query->pid = (uint32_t)target->pid;
		query->pagemap = target->by_pid ? -1 : target->pagemap;
	}
	ret = begin(watch, query);
	/* As in ask_target(). */
	if (ret == -EOPNOTSUPP && process && !target->by_pid) {
		query->pagemap = -1;
		if (!begin(watch, query)) {
			target->by_pid = true;
			ret = 0;
		}
	}
	/* That there is no such cgroup is not that there is no module. */
	if (ret == -ENOENT && query->has_cgroup && asker->nl.reason[0])
		return fail(asker->failure, FAIL_KERNEL, ENOENT,
			    "the kernel refuses: %s", asker->nl.reason);
	return ret ? ask_explain(asker, ret) : 0;
}

static int explain(struct watch *watch, int ret)
{
	/* What a sink has returned, it has told. */
	if (watch->asker->failure->kind)
		return ret;
	return ask_explain(watch->asker, ret);
}

static void drain_waker(void)
{
	uint64_t count;
	ssize_t done = read(waker, &count, sizeof(count));

	(void)done;
}

/**
 * watch_wait() - tell events, or wait for one
 * @watch: the watch
 * @milliseconds: how long to wait; -1 for ever
 *
 * Return: Why it returns; signals come first.
 */
enum woken watch_wait(struct watch *watch, int milliseconds)
{
	struct nl *nl = &watch->asker->nl;
	struct pollfd fds[] = {
		{ nl_descriptor(nl), POLLIN, 0 }, { waker, POLLIN, 0 },
	};
	int ret = poll(fds, waker < 0 ? 1 : 2, milliseconds);

	if (ret < 0 && errno != EINTR) {
		explain(watch, -errno);
		return WOKEN_FAILED;
	}
	if (ret < 0)
		return WOKEN_SIGNAL;
	if (fds[1].revents) {
		drain_waker();
		return WOKEN_SIGNAL;
	}
	if (!ret)
		return watch->ended ? WOKEN_ENDED : WOKEN_TIME;
	ret = nl_receive(nl);
	if (ret < 0 || watch->error) {
		explain(watch, ret < 0 ? ret : watch->error);
		return WOKEN_FAILED;
	}
	return watch->ended ? WOKEN_ENDED : WOKEN_EVENTS;
}

/**
 * watch_stop() - have nothing more counted, and no more events made
 * @watch: the watch
 *
 * Events on their way still come.
 *
 * Return: 0, or -errno with the failure told.
 */
int watch_stop(struct watch *watch)
{
	int ret;

	if (watch->stopped)
		return 0;
	ret = nl_unwatch(&watch->asker->nl, watch->begun.id);
	if (!ret)
		ret = watch->error;
	watch->stopped = !ret;
	return ret ? explain(watch, ret) : 0;
}

static int on_counts(const struct nlmsghdr *nlh, void *data)
{
	return decode_counts(nlh, data);
}

/**
 * ask_counts() - what has been counted since the watch began
 * @watch: the watch, stopped or not
 * @counts: filled, to be freed also after a failure
 *
 * Return: 0, or -errno with the failure told.
 */
int ask_counts(struct watch *watch, struct watch_counts *counts)
{
	int ret;

	memset(counts, 0, sizeof(*counts));
	ret = nl_counts(&watch->asker->nl, watch->begun.id, on_counts, counts);
	if (!ret)
		ret = watch->error;
	return ret ? explain(watch, ret) : 0;
}

/**
 * watch_end() - stop a watch, and hear the rest
 * @watch: the watch
 * @counts: filled, to be freed also after a failure
 *
 * Afterwards all events were told or are counted as lost, unless the last ones
 * do not come for a second.
 *
 * Return: 0, or -errno with the failure told.
 */
int watch_end(struct watch *watch, struct watch_counts *counts)
{
	uint64_t received = 0;
	int ret;

	memset(counts, 0, sizeof(*counts));
	ret = watch_stop(watch);
	if (!ret)
		ret = ask_counts(watch, counts);
	while (!ret && watch->received + watch_counts_lost(counts) <
		       counts->faults.events) {
		struct pollfd fd = { nl_descriptor(&watch->asker->nl), POLLIN,
				     0 };

		if (!poll(&fd, 1, LAST_EVENTS) && received == watch->received)
			break;
		received = watch->received;
		ret = nl_receive(&watch->asker->nl);
		if (ret > 0)
			ret = 0;
		if (!ret)
			ret = watch->error;
		if (ret)
			return explain(watch, ret);
	}
	return ret;
}

/**
 * watch_free() - give back what a watch holds
 * @watch: the watch; the module's part of it ends with the socket
 */
void watch_free(struct watch *watch)
{
	watched_vmas_free(&watch->vmas);
}
