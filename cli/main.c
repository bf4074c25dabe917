// SPDX-License-Identifier: GPL-2.0
/* The command line: options, commands, and how the program ends. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "help.h"
#include "text.h"
#include "version.h"

enum {
	OPT_STATS = 256,
	OPT_EACH,
	OPT_MAPPED,
	OPT_STATE,
	OPT_VERDICT,
	OPT_FORECAST,
	OPT_FLAG,
	OPT_STEP,
	OPT_LIST,
	OPT_VMAS,
	OPT_NODE,
	OPT_CGROUP,
	OPT_PEEK,
	OPT_BY,
	OPT_HISTOGRAM,
	OPT_COUNT,
	OPT_DETAIL,
	OPT_OUTPUT,
	OPT_FOLLOW,
	OPT_ALL,
	OPT_FOR,
	OPT_CLASSES,
	OPT_RANGE,
	OPT_SUMMARY,
	OPT_STACKS,
	OPT_LATENCY,
	OPT_SAMPLE,
	OPT_TRACE,
	OPT_KIND,		/* and those of enum mmlens_watch_kind behind it */
};

#define OPT_OF_KIND(kind) (OPT_KIND + __builtin_ctz(MMLENS_WATCH_KIND_##kind))

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "pretty", no_argument, NULL, 'p' },
	{ "color", optional_argument, NULL, 'c' },
	{ "bytes", no_argument, NULL, 'b' },
	{ "numeric", no_argument, NULL, 'n' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ "detail", required_argument, NULL, OPT_DETAIL },
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "stats", no_argument, NULL, OPT_STATS },
	{ "each", no_argument, NULL, OPT_EACH },
	{ "mapped", no_argument, NULL, OPT_MAPPED },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "verdict", optional_argument, NULL, OPT_VERDICT },
	{ "forecast", optional_argument, NULL, OPT_FORECAST },
	{ "flag", required_argument, NULL, OPT_FLAG },
	{ "step", no_argument, NULL, OPT_STEP },
	{ "list", required_argument, NULL, OPT_LIST },
	{ "vmas", no_argument, NULL, OPT_VMAS },
	{ "node", required_argument, NULL, OPT_NODE },
	{ "cgroup", required_argument, NULL, OPT_CGROUP },
	{ "peek", required_argument, NULL, OPT_PEEK },
	{ "count", required_argument, NULL, OPT_COUNT },
	{ "follow", no_argument, NULL, OPT_FOLLOW },
	{ "all", no_argument, NULL, OPT_ALL },
	{ "for", required_argument, NULL, OPT_FOR },
	{ "classes", required_argument, NULL, OPT_CLASSES },
	{ "range", required_argument, NULL, OPT_RANGE },
	{ "summary", no_argument, NULL, OPT_SUMMARY },
	{ "stacks", no_argument, NULL, OPT_STACKS },
	{ "latency", required_argument, NULL, OPT_LATENCY },
	{ "sample", required_argument, NULL, OPT_SAMPLE },
	{ "trace", required_argument, NULL, OPT_TRACE },
	{ "by", required_argument, NULL, OPT_BY },
	{ "histogram", no_argument, NULL, OPT_HISTOGRAM },
	{ "faults", no_argument, NULL, OPT_OF_KIND(FAULT) },
	{ "evictions", no_argument, NULL, OPT_OF_KIND(EVICTION) },
	{ "reclaim", no_argument, NULL, OPT_OF_KIND(RECLAIM) },
	{ "compaction", no_argument, NULL, OPT_OF_KIND(COMPACTION) },
	{ "huge", no_argument, NULL, OPT_OF_KIND(HUGE) },
	{ "oom", no_argument, NULL, OPT_OF_KIND(OOM) },
	{ "tlb", no_argument, NULL, OPT_OF_KIND(TLB) },
	{ NULL, 0, NULL, 0 }
};

static const struct command commands[] = {
	{ "info", cmd_info, 0, 0, 0, help_info },
	{ "mm", cmd_mm, 1, 1, 0, help_mm },
	{ "vmas", cmd_vmas, 1, 2, TAKES_STATS, help_vmas },
	{ "pages", cmd_pages, 1, 2, TAKES_EACH | TAKES_DETAIL | TAKES_FILTER |
	  TAKES_LIST, help_pages },
	{ "walk", cmd_walk, 2, 2, 0, help_walk },
	{ "cow", cmd_cow, 1, 3, 0, help_cow },
	{ "zero", cmd_zero, 1, 2, 0, help_zero },
	{ "age", cmd_age, 1, 2, TAKES_VMAS, help_age },
	{ "sharers", cmd_sharers, 2, 2, 0, help_sharers },
	{ "pfn", cmd_pfn, 1, 1, 0, help_pfn },
	{ "lru", cmd_lru, 0, 2, TAKES_STATS | TAKES_NODE | TAKES_CGROUP |
	  TAKES_PEEK | TAKES_LIST, help_lru },
	{ "zones", cmd_zones, 0, 0, TAKES_NODE, help_zones },
	{ "faults", cmd_faults, 0, 1, TAKES_CGROUP | TAKES_WATCH |
	  TAKES_OUTPUT | TAKES_COMMAND | TAKES_COUNTS, help_faults },
	{ "watch", cmd_watch, 0, 1, TAKES_WATCH | TAKES_EVENTS | TAKES_OUTPUT |
	  TAKES_COMMAND | TAKES_CGROUP, help_watch },
	{ "demo", cmd_demo, 0, 1, TAKES_STEP, help_demo },
	{ NULL, NULL, 0, 0, 0, NULL }
};

/* What to do beside running a command. */
struct request {
	bool help;
	bool version;
	unsigned int taken;	/* TAKES_*: options of single commands */
	const char *letter_o;	/* --detail of some commands, --output of others */
	int behind;		/* words behind --, and its presence */
	bool dashes;
};

static int parse_colour(struct context *c, const char *text)
{
	if (!text || !strcmp(text, "always"))
		c->options.colour = COLOUR_ALWAYS;
	else if (!strcmp(text, "auto"))
		c->options.colour = COLOUR_AUTO;
	else if (!strcmp(text, "never"))
		c->options.colour = COLOUR_NEVER;
	else
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "--color is auto, always or never, not '%.64s'",
			    text);
	return 0;
}

/* Which pages to show; to ask for a decision shows it, too. */
static void parse_filter(struct context *c, int opt, const char *list)
{
	struct filter *filter = &c->options.filter;

	switch (opt) {
	case OPT_MAPPED:
		filter->mapped = true;
		break;
	case OPT_STATE:
		filter_states(filter, list, &c->failure);
		break;
	case OPT_VERDICT:
		c->options.shown |= MMLENS_DETAIL_VERDICT;
		if (list)
			filter_verdicts(filter, list, &c->failure);
		break;
	case OPT_FORECAST:
		c->options.shown |= MMLENS_DETAIL_FORECAST;
		if (list)
			filter_forecasts(filter, list, &c->failure);
		break;
	case OPT_FLAG:
		filter_flags(filter, list, &c->failure);
		break;
	}
}

/* getopt_long() names the option it knows, and nothing where it knows none. */
static void fail_option(struct context *c, const char *text)
{
	int length = (int)strcspn(text, "=");

	if (!strncmp(text, "--", 2) && optopt && text[length])
		fail(&c->failure, FAIL_USAGE, EINVAL,
		     "'%.*s' takes no value", length, text);
	else
		fail(&c->failure, FAIL_USAGE, EINVAL,
		     "there is no option '%.64s'", text);
}

/*
 * -n is --numeric, but beside --peek it is how many, as it is for head and
 * tail. Long options may be cut short: --pe is no other's beginning.
 */
static bool peeks(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strncmp(argv[i], "--pe", 4))
			return true;
	return false;
}

static const struct command *find_command(const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

/* Is this no count, but the command or an option behind -n? */
static bool goes_on(const char *word)
{
	return find_command(word) || (word[0] == '-' && isalpha(word[1])) ||
	       !strncmp(word, "--", 2);
}

/* What is asked of the system. */
static void parse_system(struct options *o, struct request *request, int opt)
{
	switch (opt) {
	case OPT_NODE:
		o->node = optarg;
		request->taken |= TAKES_NODE;
		break;
	case OPT_CGROUP:
		o->cgroup = optarg;
		request->taken |= TAKES_CGROUP;
		break;
	case OPT_PEEK:
		o->peek = optarg;
		request->taken |= TAKES_PEEK;
		break;
	case OPT_COUNT:
		o->count = optarg;
		request->taken |= TAKES_PEEK;
		break;
	}
}

/* How to watch, and what. */
static void parse_watch(struct watch_options *o, struct request *request,
			int opt)
{
	if (opt >= OPT_KIND) {
		o->kinds |= 1U << (opt - OPT_KIND);
		request->taken |= TAKES_EVENTS;
		return;
	}
	request->taken |= opt >= OPT_SUMMARY ? TAKES_EVENTS : TAKES_WATCH;
	switch (opt) {
	case OPT_FOLLOW:
		o->follow = true;
		break;
	case OPT_ALL:
		o->all = true;
		break;
	case OPT_FOR:
		o->seconds = optarg;
		break;
	case OPT_CLASSES:
		o->classes = optarg;
		break;
	case OPT_RANGE:
		o->range = optarg;
		break;
	case OPT_SUMMARY:
		o->summary = true;
		break;
	case OPT_STACKS:
		o->stacks = true;
		break;
	case OPT_LATENCY:
		o->latency = optarg;
		break;
	case OPT_SAMPLE:
		o->sample = optarg;
		break;
	case OPT_TRACE:
		o->trace = optarg;
		break;
	}
}

/* What stands behind -- may be a command, and is in its order, at the end. */
static void find_dashes(struct request *request, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && !request->dashes; i++)
		request->dashes = !strcmp(argv[i], "--");
	request->behind = argc - i;
}

/*
 * A wrong option is remembered, and the others are read nevertheless: whether
 * the answer is to be JSON must be known for the complaint, too.
 */
static void parse_options(struct context *c, struct request *request, int argc,
			  char **argv)
{
	const char *letters = peeks(argc, argv) ? ":jpc::bn:Vho:" :
						  ":jpc::bnVho:";
	struct options *o = &c->options;
	int opt;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, letters, long_options,
				  NULL)) != -1) {
		switch (opt) {
		case 'j':
			o->json = true;
			break;
		case 'p':
			o->pretty = true;
			break;
		case 'c':
			parse_colour(c, optarg && *optarg == '=' ? optarg + 1 :
				     optarg);
			break;
		case 'b':
			o->bytes = true;
			break;
		case 'n':
			o->numeric = !optarg || (optarg == argv[optind - 1] &&
						 goes_on(optarg));
			if (!o->numeric)
				parse_system(o, request, OPT_COUNT);
			else if (optarg)
				optind--;
			break;
		case 'V':
			request->version = true;
			break;
		case 'h':
			request->help = true;
			break;
		case 'o':
			request->letter_o = optarg;
			break;
		case OPT_DETAIL:
			o->detail = optarg;
			request->taken |= TAKES_DETAIL;
			break;
		case OPT_OUTPUT:
			o->watch.output = optarg;
			request->taken |= TAKES_OUTPUT;
			break;
		case OPT_BY:
			o->watch.by = optarg;
			request->taken |= TAKES_COUNTS;
			break;
		case OPT_HISTOGRAM:
			o->watch.histogram = true;
			request->taken |= TAKES_COUNTS;
			break;
		case OPT_STATS:
			o->stats = true;
			request->taken |= TAKES_STATS;
			break;
		case OPT_EACH:
			o->each = true;
			request->taken |= TAKES_EACH;
			break;
		case OPT_MAPPED:
		case OPT_STATE:
		case OPT_VERDICT:
		case OPT_FORECAST:
		case OPT_FLAG:
			parse_filter(c, opt, optarg);
			request->taken |= TAKES_FILTER;
			break;
		case OPT_STEP:
			o->step = true;
			request->taken |= TAKES_STEP;
			break;
		case OPT_NODE:
		case OPT_CGROUP:
		case OPT_PEEK:
		case OPT_COUNT:
			parse_system(o, request, opt);
			break;
		case OPT_LIST:
			o->list = optarg;
			request->taken |= TAKES_LIST;
			break;
		case OPT_VMAS:
			o->vmas = true;
			request->taken |= TAKES_VMAS;
			break;
		case ':':
			fail(&c->failure, FAIL_USAGE, EINVAL,
			     "'%.64s' needs a value", argv[optind - 1]);
			break;
		case '?':
			fail_option(c, argv[optind - 1]);
			break;
		default:
			parse_watch(&o->watch, request, opt);
		}
	}
	/* Pretty is a way of writing JSON. */
	o->json |= o->pretty;
}

/* -o is short for different things. */
static void resolve_letter_o(struct options *o, struct request *request,
			     const struct command *command)
{
	if (!request->letter_o)
		return;
	if (command->takes & TAKES_OUTPUT) {
		o->watch.output = request->letter_o;
	} else {
		o->detail = request->letter_o;
		request->taken |= TAKES_DETAIL;
	}
}

static int check_command(struct context *c, const struct command *command,
			 unsigned int taken, int argc)
{
	static const char *const names[] = {
		"--stats", "--each", "--detail",
		"--mapped, --state, --verdict, --forecast or --flag", "--step",
		"--list", "--vmas", "--node", "--cgroup", "--peek or --count",
		"--follow, --all, --for, --classes or --range",
		"kinds of events, --summary, --stacks, --latency, --sample or --trace",
		"--output", "a command behind --", "--by or --histogram"
	};
	unsigned int bit;

	for (bit = 0; bit < sizeof(names) / sizeof(names[0]); bit++)
		if (taken & ~command->takes & (1U << bit))
			return fail(&c->failure, FAIL_USAGE, EINVAL,
				    "'%s' does not take %s", command->name,
				    names[bit]);
	if (argc >= command->least && argc <= command->most)
		return 0;
	fail(&c->failure, FAIL_USAGE, EINVAL, "'%s' %s", command->name,
	     argc < command->least ? "needs more arguments" :
	     "takes fewer arguments");
	return -EINVAL;
}

/* Where to read on; a hint that knows better was given before. */
static void hint_help(struct context *c, const struct command *command)
{
	if (command)
		fail_hint(&c->failure, "'mmlens %s --help' tells how to use it",
			  command->name);
	else
		fail_hint(&c->failure, "'mmlens --help' lists commands and options");
}

static int run(struct context *c, int argc, char **argv)
{
	const struct command *command = NULL;
	struct request request = { 0 };
	int ret;

	find_dashes(&request, argc, argv);
	parse_options(c, &request, argc, argv);
	term_init(&c->term, c->options.colour);
	argc -= optind;
	argv += optind;
	if (argc && !strcmp(argv[0], "help")) {
		request.help = true;
		argc--;
		argv++;
	}
	if (argc) {
		command = find_command(argv[0]);
		if (!command)
			fail(&c->failure, FAIL_USAGE, EINVAL,
			     "there is no command '%.64s'", argv[0]);
	}
	if (c->failure.kind) {
		hint_help(c, command);
		return -EINVAL;
	}
	if (request.version) {
		printf("mmlens %s\n", MMLENS_VERSION);
		c->options.json = false;
		return 0;
	}
	if (request.help) {
		help_print(&c->term, command, commands);
		c->options.json = false;
		return 0;
	}
	if (!command) {
		fail(&c->failure, FAIL_USAGE, EINVAL, "a command is missing");
		hint_help(c, NULL);
		return -EINVAL;
	}
	resolve_letter_o(&c->options, &request, command);
	argc--;
	argv++;
	/* The command's own words behind -- are not counted. */
	if (command->takes & TAKES_COMMAND && request.dashes &&
	    request.behind <= argc) {
		argc -= request.behind;
		c->command = argv + argc;
	}
	ret = check_command(c, command, request.taken, argc);
	if (!ret) {
		if (c->options.json)
			c->root = js_root();
		ret = command->run(c, argc, argv);
	}
	if (c->failure.kind == FAIL_USAGE)
		hint_help(c, command);
	return ret;
}

/* The whole answer, or behind what was streamed the rest of it. */
static void print_json(struct context *c)
{
	if (c->lines && !c->failure.kind)
		return;
	if (!c->root)
		c->root = c->lines ? json_object_new_object() : js_root();
	if (c->failure.kind)
		js_failure(c->root, &c->failure);
	if (c->streaming)
		js_print_rest(c->root, c->options.pretty);
	else
		puts(js_string(c->root, c->options.pretty));
}

static void finish(struct context *c)
{
	const struct failure *f = &c->failure;
	char text[sizeof(f->text) * 4];
	bool quiet = c->options.json;

	errno = 0;
	if (c->options.json)
		print_json(c);
	fflush(stdout);
	context_output(c);
	/* A reader that has seen enough, as head, is no news. */
	if (f->kind == FAIL_OUTPUT)
		quiet = f->error == EPIPE;
	if (f->kind && !quiet) {
		/* It may hold a name that a process gave itself. */
		text_safe(f->text, text, sizeof(text));
		fprintf(stderr, "mmlens: %s\n", text);
		if (f->hint[0])
			fprintf(stderr, "mmlens: %s\n", f->hint);
	}
}

/*
 * A descriptor that is closed at the start would be given to the next file
 * that is opened, and the answer be written there. Reading from what takes its
 * place gives nothing, writing to it fails.
 */
static void guard_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			if (open("/dev/null", O_RDONLY) != fd)
				_exit(FAIL_OUTPUT);
}

int main(int argc, char **argv)
{
	struct context c = { .target = { .dir = -1, .pagemap = -1 } };
	struct timespec now;

	guard_standard_files();
	/* What cannot be written is told, also of a pipe, or of a file's limit. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	setlocale(LC_CTYPE, "");
	c.page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	c.asker.failure = &c.failure;
	clock_gettime(CLOCK_MONOTONIC, &now);
	c.now = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;

	run(&c, argc, argv);
	finish(&c);

	nl_close(&c.asker.nl);
	target_close(&c.target);
	json_object_put(c.root);
	/* The kinds of failure are numbered as the exit codes are. */
	return (int)c.failure.kind;
}
