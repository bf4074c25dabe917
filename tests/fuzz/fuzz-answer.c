// SPDX-License-Identifier: GPL-2.0
/*
 * Every command with answers of any kind: what it says is JSON, or harmless on a
 * terminal, and its exit code is one of those that there are.
 */
#include <linux/mmlens.h>
#include <stdio.h>

#include "judge.h"
#include "message.h"
#include "world.h"

#define WORDS 16

static const char *const lines[] = {
	"info", "mm self", "vmas self", "vmas self --stats",
	"vmas self [heap]", "vmas self 400000-500000 --stats", "pages self",
	"pages self --each", "pages self libc.so.6",
	"pages self --detail=pfn,counts,cgroup,lru,folio",
	"pages self --verdict --forecast", "pages self --state=anon,swap",
	"pages self --mapped --flag=write,dirty", "pages self --list=generation:1",
	"walk self 400000", "walk self 7fff00001000", "cow self",
	"cow self [heap]", "cow self 1", "cow self 1 [heap]", "zero self",
	"zero self [heap]", "age self", "age self --vmas", "age self [heap]",
	"sharers self 400000", "pfn 1234", "lru", "lru --stats",
	"lru --node 0", "lru --cgroup /x", "lru self", "lru self [heap]",
	"lru --peek tail", "lru --peek head --count 3 --list generation:0:anon",
	"lru --peek tail --list inactive-file --cgroup /x", "zones",
	"zones --node 0", "faults self", "faults self --histogram",
	"faults --all --by class", "faults -- true", "faults --follow self",
	"faults --cgroup /x", "watch", "watch self", "watch self --evictions",
	"watch self --summary", "watch self --stacks --trace t",
	"watch --all --faults", "watch --reclaim --compaction --huge --oom --tlb",
	"watch -- true", "watch self --latency 1us --sample 2 --trace t",
	"watch --cgroup /x --evictions --trace t", "demo", "demo zero",
	"demo fork", "pages self --step",
};

/* Beside the line, what changes how it is shown. */
static const char *const ways[] = {
	"", "-j", "", "-j", "-p", "-c", "-b", "-n", "-bn", "-jb", "-cb",
	"--color=never", "-c -n", "-j -n", "-p", "",
};

static int split(char *text, char **argv, int argc)
{
	char *rest, *word;

	for (word = strtok_r(text, " ", &rest); word && argc < WORDS - 1;
	     word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	argv[argc] = NULL;
	return argc;
}

static void judge_outcome(const struct outcome *o, const char *line,
			  const char *way)
{
	bool json = strpbrk(way, "jp"), colour = strstr(way, "-c");
	bool streams = !strncmp(line, "watch", 5);

	judge(o->status >= 0 && o->status <= 5, "no such exit code", line);
	if (json) {
		judge_json(o->out, o->out_size, streams,
			   !streams || strstr(way, "p"));
		judge(!o->status == !strstr(o->out, "\"error\":"),
		      "exit code and error differ", o->out);
	} else {
		/* On a terminal, colour comes by itself. */
		judge_text(o->out, o->out_size, colour || !strstr(way, "never"),
			   o->utf8);
	}
	judge_text(o->err, o->err_size, false, o->utf8);
	if (!json)
		judge(!o->status || strstr(o->err, "mmlens: "),
		      "it fails and does not say why", line);
	if (o->trace)
		judge_json(o->trace, o->trace_size, false, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	const char *line = lines[take_byte(&in) % (sizeof(lines) /
						   sizeof(lines[0]))];
	const char *way = ways[take_byte(&in) % (sizeof(ways) /
						 sizeof(ways[0]))];
	char name[] = "mmlens", first[64], second[160], *argv[WORDS] = { name };
	struct outcome outcome;
	int argc;

	snprintf(first, sizeof(first), "%s", way);
	snprintf(second, sizeof(second), "%s", line);
	argc = split(second, argv, split(first, argv, 1));
	world_begin(&in);
	world_run(argc, argv, &outcome);
	judge_outcome(&outcome, line, way);
	world_free(&outcome);
	return 0;
}
