// SPDX-License-Identifier: GPL-2.0
#include "whom.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "names_gen.h"
#include "select.h"

/**
 * whom_classes() - read a list of classes of faults
 * @list: their names, a comma between them
 * @classes: filled with bits of enum mmlens_forecast
 * @f: told when one is unknown
 *
 * Return: 0 or -EINVAL.
 */
int whom_classes(const char *list, uint32_t *classes, struct failure *f)
{
	char word[NAME_MAX_LEN];

	*classes = 0;
	while (list_word(&list, word)) {
		int value = name_find(&names_forecast, word);

		if (value < 0) {
			fail(f, FAIL_USAGE, EINVAL,
			     "there is no class of faults '%s'", word);
			fail_hint(f, "classes are zero, anon, file-minor, cow-copy and the like: 'mmlens help faults' lists them");
			return -EINVAL;
		}
		*classes |= 1U << value;
	}
	return 0;
}

/**
 * whom_time() - for how long is to be watched
 * @whom: filled
 * @text: the value of --for
 * @f: told what is wrong with it
 *
 * Return: 0, or -EINVAL.
 */
int whom_time(struct whom *whom, const char *text, struct failure *f)
{
	int ret = arg_time(text, "a time to watch for", 1000000000, &whom->ns,
			   f);

	if (!ret && !whom->ns)
		ret = fail(f, FAIL_USAGE, EINVAL,
			   "who watches for no time at all sees nothing");
	return ret;
}

/* From the first VMA of a name to the end of the last. */
static int find_range(struct context *c, const struct whom *whom,
		      struct watch_query *query, struct selection *s)
{
	int ret;

	query->has_range = true;
	query->start = s->range.start;
	query->end = s->range.end;
	if (!s->range.name)
		return 0;
	if (!whom->process || whom->command)
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "--range by a name needs a process that runs already");
	ret = select_read(c, s);
	if (ret)
		return ret;
	query->start = s->vmas.list[0].v.start;
	query->end = s->vmas.list[s->vmas.count - 1].v.end;
	return 0;
}

static int take_range(struct context *c, struct whom *whom)
{
	const char *text = c->options.watch.range;
	struct selection s;
	int ret;

	if (!text || c->target.kernel_thread)
		return 0;
	ret = select_parse(c, text, &s);
	if (!ret)
		ret = find_range(c, whom, &whom->query, &s);
	select_free(&s);
	return ret;
}

/* What it will be, not what it is until then. */
static void name_command(struct context *c)
{
	const char *name = c->command[0], *slash = strrchr(name, '/');

	snprintf(c->target.comm, sizeof(c->target.comm), "%s",
		 slash && slash[1] ? slash + 1 : name);
}

static int start_command(struct context *c, struct whom *whom)
{
	int ret;

	whom->command = true;
	ret = launch_prepare(&whom->launch, c->command, &c->failure);
	if (!ret)
		ret = context_open(c, whom->launch.pid);
	if (!ret)
		name_command(c);
	return ret;
}

static int open_process(struct context *c, const char *text)
{
	int pid;
	int ret = arg_pid(text, &pid, &c->failure);

	return ret ? ret : context_open(c, pid);
}

static int open_many(struct context *c, struct whom *whom)
{
	const char *cgroup = c->options.cgroup;
	int ret;

	whom->query.everything = !cgroup;
	whom->query.has_cgroup = cgroup;
	ret = nl_open(&c->asker.nl, &c->failure);
	if (!ret && cgroup && cgroup_memory_disabled())
		ret = fail(&c->failure, FAIL_KERNEL, EOPNOTSUPP,
			   "the memory controller is off: it is what knows of cgroups");
	if (!ret && cgroup)
		ret = cgroup_id(cgroup, &whom->query.cgroup, &c->failure);
	return ret;
}

/**
 * whom_open() - read whom to watch, and take hold of them
 * @c: the run
 * @argc: 0 or 1
 * @argv: the PID
 * @whom: filled, to be closed also after a failure
 *
 * A command is there then, and waits. A kernel thread is no failure.
 *
 * Return: 0, or -errno with the failure told.
 */
int whom_open(struct context *c, int argc, char **argv, struct whom *whom)
{
	const struct watch_options *o = &c->options.watch;
	bool command = c->command;
	int named = argc + command + !!c->options.cgroup + o->all;
	int ret = 0;

	*whom = (struct whom){
		.launch = { .go = -1, .report = -1 },
		.query = { .pagemap = -1, .follow = o->follow },
		.process = argc || command,
		.partial = o->classes || o->range,
	};
	if (command && !c->command[0])
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "a command is missing behind --");
	if (named > 1)
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "a PID, '-- COMMAND', --cgroup and --all exclude each other");
	if (named < 1)
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "one is to be given of a PID, '-- COMMAND', --cgroup and --all");
	if (o->follow && !whom->process)
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "--follow is about the children of one process");
	if (o->seconds)
		ret = whom_time(whom, o->seconds, &c->failure);
	if (!ret && o->classes)
		ret = whom_classes(o->classes, &whom->query.classes,
				   &c->failure);
	if (ret)
		return ret;
	if (command)
		ret = start_command(c, whom);
	else
		ret = argc ? open_process(c, argv[0]) : open_many(c, whom);
	return ret ? ret : take_range(c, whom);
}

/**
 * whom_close() - let go of a command
 * @whom: what whom_open() filled
 */
void whom_close(struct whom *whom)
{
	launch_end(&whom->launch);
}
