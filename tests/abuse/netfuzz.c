// SPDX-License-Identifier: GPL-2.0
/*
 * Speaks to mmlens as no sane client would, over netlink, and checks that each
 * message gets the answer that it must get.
 *
 * usage: netfuzz [--seed N] [--count M] [--from I] [--bytes] [--user UID]
 *                [--patience SECONDS] [--unguided] [--print]
 *
 * Requests are made from the spec, and something is wrong with most; with
 * --bytes some of their bytes are changed. Each follows from the seed and its
 * index; what stands for a process, a descriptor or an address is what it is in
 * this run. Where the kernel has kcov, half of what is sent is made from what
 * reached new code before, unless --unguided: then nothing but a run from the
 * start is about the same again.
 * Every 10,000 messages the kernel's log is told how far it came: --from that
 * goes on from there, and --print shows what is sent.
 *
 * The last line is JSON: what was sent, taken and refused. Exit: 0 all answers
 * were as they must be, 1 not, 2 it could not work, 3 the family is absent.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <linux/mmlens.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "corpus.h"
#include "draft.h"
#include "line.h"
#include "mutate.h"
#include "world.h"

enum {
	ROOM = 2 * DRAFT_ROOM,
	/* Beyond this nothing is added to a datagram. */
	ENOUGH = 24 << 10,
	LINES = 6,
	NOTE_EVERY = 10000,
	CROWD_EVERY = 200000,
	ANCHOR_EVERY = 50000,
	SURE_EVERY = 500,
	/* Fewer messages go without both. */
	ANCHOR_WORTH = 1000,
	CROWD = 70,
};

/* What the numbers of an index are for. */
enum purpose {
	FOR_DATAGRAM,
	FOR_MESSAGE,
	FOR_OTHER,
};

static uint64_t seed = 1, count = 10000, from;
static bool bytes, print, guided, unguided;
static int user = -1, patience = 30, log_fd = -1;

static struct line lines[LINES];
static struct draft draft;
static uint8_t data[ROOM], other[ROOM];

static volatile uint64_t at_index;

/* How a datagram is sent. */
struct plan {
	unsigned int messages;
	enum theme theme;
	uint64_t theme_number;
	unsigned int line;
	bool from_corpus;
};

static struct plan make_plan(uint64_t index, struct rng *rng)
{
	struct plan plan = { .messages = 1 };

	switch (rng_below(rng, 10)) {
	case 0:
		plan.messages = 5 + rng_below(rng, 12);
		break;
	case 1:
	case 2:
	case 3:
		plan.messages = 2 + rng_below(rng, 3);
		break;
	}
	switch (rng_below(rng, 10)) {
	case 0:
		plan.theme = THEME_SAME;
		break;
	case 1:
		plan.theme = THEME_DUMPS;
		break;
	case 2:
		plan.theme = rng_percent(rng, 6) ? THEME_WATCH : THEME_ANY;
		break;
	case 3:
		plan.theme = rng_percent(rng, 30) ? THEME_ABOUT : THEME_ANY;
		break;
	default:
		plan.theme = THEME_ANY;
		break;
	}
	plan.theme_number = rng_next(rng);
	plan.line = rng_percent(rng, 12) ? 4 + rng_below(rng, LINES - 4) :
					   rng_below(rng, 4);
	/* So that watches are asked for where they are. */
	if (plan.theme == THEME_WATCH || plan.theme == THEME_ABOUT)
		plan.line = rng_below(rng, 2);
	if (plan.theme == THEME_ABOUT && !lines[plan.line].watches)
		plan.line ^= 1;
	if (plan.theme == THEME_WATCH)
		plan.messages = 4 + rng_below(rng, 5);
	plan.from_corpus = guided && rng_percent(rng, 50);
	if (rng_mix(seed ^ index) % CROWD_EVERY)
		return plan;
	plan.messages = CROWD;
	plan.theme = THEME_CROWD;
	plan.from_corpus = false;
	return plan;
}

static void show_draft(uint64_t index)
{
	unsigned int i;

	printf("shape %llu: %s command %u flags %#x version %u length %d:",
	       (unsigned long long)index, draft.op->name, draft.cmd, draft.flags,
	       draft.version, draft.length);
	for (i = 0; i < draft.count && i < 16; i++)
		printf(" %#x/%u", draft.piece[i].type, draft.piece[i].size);
	printf("%s\n", i < draft.count ? " ..." : "");
}

/* One message, as the spec has it, or with up to three things wrong. */
static size_t make_message(uint64_t index, enum purpose purpose,
			   const struct plan *plan, enum theme theme, uint8_t *to)
{
	struct rng rng = rng_of(seed, index, purpose);
	unsigned int wrong = rng_below(&rng, 100);
	unsigned int right = theme == THEME_ABOUT ? 80 : bytes ? 70 : 45;

	draft_make(&draft, &rng, theme, plan->theme_number);
	if (theme < THEME_BEGIN) {
		wrong = wrong < right ? 0 : wrong < 85 ? 1 : wrong - 83;
		wrong = wrong > 3 ? 3 : wrong;
		while (wrong--)
			draft_spoil(&draft, &rng);
	}
	if (print && purpose == FOR_MESSAGE)
		show_draft(index);
	return draft_write(&draft, &rng, to);
}

static size_t make_bytes(uint64_t index, const struct plan *plan, uint8_t *to)
{
	struct rng rng = rng_of(seed, index, FOR_OTHER + 1);
	size_t size = make_message(index, FOR_MESSAGE, plan, plan->theme, to);
	size_t other_size = make_message(index, FOR_OTHER, plan, plan->theme, other);

	if (rng_percent(&rng, 10))
		return size;
	return mutate(&rng, to, size, DRAFT_ROOM, other, other_size);
}

static size_t make_datagram(uint64_t index, const struct plan *plan,
			    struct rng *rng)
{
	size_t size = 0, other_size;
	const uint8_t *kept = plan->from_corpus ? corpus_pick(rng, &size) : NULL;
	unsigned int i;

	if (kept) {
		memcpy(data, kept, size);
		other_size = make_message(index, FOR_OTHER, plan, THEME_ANY, other);
		return mutate(rng, data, size, DRAFT_ROOM, other, other_size);
	}
	for (i = 0; i < plan->messages && size < ENOUGH; i++) {
		enum theme theme = plan->theme;

		if (theme == THEME_WATCH && !i)
			theme = THEME_BEGIN;
		size += bytes && theme < THEME_BEGIN ?
			make_bytes(index + i, plan, data + size) :
			make_message(index + i, FOR_MESSAGE, plan, theme, data + size);
	}
	return size;
}

static void show_datagram(uint64_t index, size_t size)
{
	size_t i;

	printf("datagram %llu:", (unsigned long long)index);
	for (i = 0; i < size; i++)
		printf("%s%02x", i % 4 ? "" : " ", data[i]);
	printf("\n");
	(void)fflush(stdout);
}

static void open_line(unsigned int number)
{
	static const enum style styles[LINES] = {
		[4] = STYLE_BARE, [5] = STYLE_NARROW,
	};
	enum style style = styles[number];

	if (number == 3 && lines[3].used % 2)
		style = STYLE_UNBOUND;
	line_open(&lines[number], style);
}

static void renew(unsigned int number)
{
	line_close(&lines[number]);
	open_line(number);
}

/*
 * Reads what came, now or later, or never. A socket with watches does not live
 * long: a watch goes only with its socket.
 */
static void receive(struct line *line, unsigned int number, struct rng *rng)
{
	unsigned int choice = rng_below(rng, 100);
	bool keep = true;

	if (choice < 4 && line->asked_count < LINE_ASKED / 2)
		return;
	if (choice == 6)
		line_gulp(line, 1 + rng_below(rng, 4096));
	if (choice < 7)
		keep = false;
	else if (choice < 12)
		keep = line_drain(line, rng_below(rng, 4));
	else
		keep = line_drain(line, 200);
	if (!keep || line->used > 400 || line->watches > 8 ||
	    (line->watches && rng_percent(rng, 3)))
		renew(number);
}

static void note_kernel(uint64_t index)
{
	char text[96];
	int length = snprintf(text, sizeof(text),
			      "<6>netfuzz: --seed %llu --from %llu%s\n",
			      (unsigned long long)seed,
			      (unsigned long long)index, bytes ? " --bytes" : "");

	/* A user may not. */
	if (log_fd >= 0 && write(log_fd, text, length) < 0)
		log_fd = -1;
	if (!guided)
		return;
	printf("at %llu: %u places of code, %u datagrams kept\n",
	       (unsigned long long)index, corpus_places(), corpus_kept());
	(void)fflush(stdout);
}

static void send_right(struct line *line)
{
	size_t size = draft_write(&draft, &(struct rng){ }, data);

	line_seal(line, at_index, data, size);
	line_send(line, data, size);
	line_drain(line, 200);
}

/*
 * Attaching probes takes seconds, in a guest whose processor is emulated. So
 * one watch of all kinds keeps them, and is begun anew at times.
 */
static void renew_anchor(void)
{
	static struct line anchor = { .fd = -1 };

	if (anchor.fd >= 0)
		line_close(&anchor);
	draft_anchor(&draft, world.own[0], user >= 0);
	line_open(&anchor, STYLE_USUAL);
	send_right(&anchor);
	if (anchor.watches)
		return;
	(void)fprintf(stderr, "netfuzz: no watch could be begun\n");
	exit(2);
}

/*
 * By chance few watches begin, and of some nothing comes. So that all there is to
 * a watch is reached, one now and then is right from beginning to end. It takes
 * none of the numbers of an index: what is sent beside it stays the same.
 */
static void watch_surely(void)
{
	struct line line;

	line_open(&line, STYLE_USUAL);
	draft_mover(&draft);
	send_right(&line);
	/* There may be too many already. */
	if (line.watches) {
		line_await_event(&line);
		draft_about(&draft, MMLENS_CMD_COUNTS, line.watch_id);
		send_right(&line);
		draft_about(&draft, MMLENS_CMD_UNWATCH, line.watch_id);
		send_right(&line);
	}
	line_close(&line);
}

static void fuzz(void)
{
	uint64_t index = from, noted = from, anchored = ~0ULL, sure = ~0ULL;

	note_kernel(index);
	while (index < from + count) {
		struct rng rng = rng_of(seed, index, FOR_DATAGRAM);
		struct plan plan = make_plan(index, &rng);
		struct line *line = &lines[plan.line];
		size_t size;

		if (count >= ANCHOR_WORTH && index / ANCHOR_EVERY != anchored) {
			anchored = index / ANCHOR_EVERY;
			renew_anchor();
		}
		if (count >= ANCHOR_WORTH && index / SURE_EVERY != sure) {
			sure = index / SURE_EVERY;
			watch_surely();
		}
		world.line_id = plan.theme == THEME_WATCH ?
				world.newest_id + 1 : line->watch_id;
		size = make_datagram(index, &plan, &rng);
		tame(data, size);
		size = line_seal(line, index, data, size);
		if (print)
			show_datagram(index, size);
		corpus_begin();
		line_send(line, data, size);
		receive(line, plan.line, &rng);
		corpus_end(data, size);
		counts.sent += plan.messages;
		index += plan.messages;
		at_index = index;
		if (index - noted >= NOTE_EVERY) {
			note_kernel(index);
			noted = index;
		}
	}
	note_kernel(index);
}

/* Fails where a request never comes back. */
static void *watch_over(void *unused)
{
	const struct timespec second = { .tv_sec = 1 };
	uint64_t last = ~0ULL;
	int same = 0;

	(void)unused;
	while (same < patience) {
		nanosleep(&second, NULL);
		same = at_index == last ? same + 1 : 0;
		last = at_index;
	}
	printf("failure: no answer in %d s, message %llu\n", patience,
	       (unsigned long long)last);
	(void)fflush(stdout);
	_exit(1);
}

static void tell_ops(const char *what, const uint64_t *number)
{
	unsigned int i;

	printf(", \"%s\": {", what);
	for (i = 0; i < spec_ops_count; i++)
		printf("%s\"%s\": %llu", i ? ", " : "", spec_ops[i].name,
		       (unsigned long long)number[i]);
	printf("}");
}

static void tell(uint64_t took_ms)
{
	const char *between = "";
	unsigned int i;

	printf("{\"seed\": %llu, \"sent\": %llu, \"ms\": %llu",
	       (unsigned long long)seed, (unsigned long long)counts.sent,
	       (unsigned long long)took_ms);
	printf(", \"datagrams\": %llu, \"answers\": %llu, \"sentences\": %llu",
	       (unsigned long long)counts.datagrams,
	       (unsigned long long)counts.answers,
	       (unsigned long long)counts.sentences);
	printf(", \"abandoned\": %llu, \"overruns\": %llu, \"slowest_us\": %llu",
	       (unsigned long long)counts.abandoned,
	       (unsigned long long)counts.overruns,
	       (unsigned long long)counts.slowest_us);
	printf(", \"failures\": %llu, \"other_refused\": %llu",
	       (unsigned long long)counts.failures,
	       (unsigned long long)counts.other_refused);
	printf(", \"places\": %u, \"kept\": %u", corpus_places(), corpus_kept());
	tell_ops("accepted", counts.accepted);
	tell_ops("refused", counts.refused);
	printf(", \"errors\": {");
	for (i = 0; i < ERRNOS; i++) {
		if (!counts.error[i])
			continue;
		printf("%s\"%s\": %llu", between, strerrorname_np((int)i),
		       (unsigned long long)counts.error[i]);
		between = ", ";
	}
	printf("}}\n");
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	if (*text && !*end)
		return value;
	(void)fprintf(stderr, "netfuzz: '%s' is no number\n", text);
	exit(2);
}

static void read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "count", required_argument, NULL, 'n' },
		{ "from", required_argument, NULL, 'f' },
		{ "user", required_argument, NULL, 'u' },
		{ "patience", required_argument, NULL, 't' },
		{ "unguided", no_argument, NULL, 'g' },
		{ "bytes", no_argument, NULL, 'b' },
		{ "print", no_argument, NULL, 'p' },
		{ }
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 's':
			seed = number(optarg);
			break;
		case 'n':
			count = number(optarg);
			break;
		case 'f':
			from = number(optarg);
			break;
		case 'u':
			user = (int)number(optarg);
			break;
		case 't':
			patience = (int)number(optarg);
			break;
		case 'g':
			unguided = true;
			break;
		case 'b':
			bytes = true;
			break;
		case 'p':
			print = true;
			break;
		default:
			exit(2);
		}
	}
}

/* All of a user, and none of root; but its memory may be looked at. */
static void become_user(void)
{
	const gid_t gid = (gid_t)user;

	if (user < 0)
		return;
	if (setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	    setresuid(user, user, user) || prctl(PR_SET_DUMPABLE, 1)) {
		perror("netfuzz: user");
		exit(2);
	}
	answer_unprivileged = true;
}

int main(int argc, char **argv)
{
	struct timespec began, ended;
	pthread_t watcher;
	unsigned int i;

	read_options(argc, argv);
	log_fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	guided = !unguided && corpus_start();
	become_user();
	world_make();
	line_family();
	for (i = 0; i < LINES; i++)
		open_line(i);
	if (pthread_create(&watcher, NULL, watch_over, NULL))
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &began);
	fuzz();
	clock_gettime(CLOCK_MONOTONIC, &ended);
	for (i = 0; i < LINES; i++)
		line_close(&lines[i]);
	world_end();
	tell((uint64_t)(ended.tv_sec - began.tv_sec) * 1000 +
	     (ended.tv_nsec - began.tv_nsec) / 1000000);
	return counts.failures ? 1 : 0;
}
