// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <sys/wait.h>

#include "faults.h"
#include "names_gen.h"
#include "vmas.h"

static int latency_json(struct json_object *object,
			const struct watch_counts *counts, int fault_class,
			const struct class_sum *sum)
{
	static const struct {
		const char *key;
		unsigned int per_mille;
	} quantiles[] = {
		{ "p50_ns", 500 }, { "p90_ns", 900 }, { "p99_ns", 990 },
	};
	struct latency_counts steps;
	struct json_object *array;
	size_t i;

	if (counts_steps(counts, fault_class, &steps))
		return -1;
	object = js_object(object, "latency");
	js_number(object, "total_ns", sum->total);
	js_number(object, "mean_ns", sum->count ? sum->total / sum->count : 0);
	for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
		js_number(object, quantiles[i].key,
			  steps_quantile(&steps, quantiles[i].per_mille,
					 sum->longest));
	js_number(object, "max_ns", sum->longest);
	array = js_array(object, "steps");
	for (i = 0; i < steps.count; i++) {
		struct json_object *item = js_item(array);

		js_number(item, "from_ns", steps.list[i].latency);
		if (steps.list[i].end)
			js_number(item, "to_ns", steps.list[i].end);
		js_number(item, "count", steps.list[i].count);
	}
	free(steps.list);
	return 0;
}

static int classes_json(struct json_object *object,
			const struct faults_answer *answer)
{
	const struct watch_counts *counts = &answer->counts;
	struct json_object *array = js_array(object, "classes"), *item;
	char buf[NAME_MAX_LEN];
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < counts->classes.count; i++) {
		const struct mmlens_class_counts *row = &counts->classes.list[i];
		const struct class_sum sum = {
			row->count, row->pages, row->major, row->total,
			row->longest,
		};

		item = js_item(array);
		js_text(item, "class",
			name_of(&names_forecast, row->fault_class, buf));
		js_number(item, "count", row->count);
		js_number(item, "major", row->major);
		js_number(item, "pages", row->pages);
		ret = latency_json(item, counts, (int)row->fault_class, &sum);
	}
	return ret;
}

static void threads_json(struct json_object *object,
			 const struct faults_answer *answer)
{
	const struct thread_counts *threads = &answer->counts.threads;
	struct json_object *array = js_array(object, "threads"), *item;
	size_t i;

	for (i = 0; i < threads->count; i++) {
		const struct mmlens_thread_counts *row = &threads->list[i];

		item = js_item(array);
		js_number(item, "pid", row->pid);
		js_number(item, "tid", row->tid);
		js_text(item, "comm", (const char *)row->comm);
		js_number(item, "count", row->count);
		js_number(item, "major", row->major);
		js_number(item, "total_ns", row->total);
		js_number(item, "max_ns", row->longest);
	}
}

static void watched_json(struct json_object *object,
			 const struct faults_answer *answer)
{
	struct json_object *array = js_array(object, "vmas"), *item;
	size_t i;

	for (i = 0; i < answer->vma_count; i++) {
		const struct watched_vma *row = answer->vmas[i];

		item = js_item(array);
		vma_json(item, &row->vma);
		js_hex(item, "cookie", row->counts.cookie);
		if (faults_before_exec(answer, row))
			js_bool(item, "before_exec", true);
		js_number(item, "count", row->counts.count);
		js_number(item, "major", row->counts.major);
		js_number(item, "total_ns", row->counts.total);
		js_number(item, "max_ns", row->counts.longest);
	}
}

static void whom_json(struct context *c, struct json_object *object,
		      const struct faults_answer *answer)
{
	const struct launch *launch = &answer->whom.launch;
	struct json_object *array;
	char **word;

	if (answer->whom.process)
		context_who(c, object);
	else if (answer->whom.query.has_cgroup)
		js_number(object, "cgroup", answer->whom.query.cgroup);
	else
		js_bool(object, "all", true);
	if (answer->whom.process)
		js_bool(object, "follow", answer->whom.query.follow);
	js_bool(object, "left", answer->left);
	if (!answer->whom.command)
		return;
	array = js_array(object, "command");
	for (word = c->command; *word; word++)
		js_word(array, *word);
	if (launch->gone && WIFEXITED(launch->status))
		js_number(object, "exit_code",
			  (uint64_t)WEXITSTATUS(launch->status));
	else if (launch->gone)
		js_number(object, "signal", (uint64_t)WTERMSIG(launch->status));
}

static void kernel_json(struct json_object *object,
			const struct faults_answer *answer)
{
	const struct accounts *accounts = &answer->accounts;
	struct json_object *array;
	unsigned int bit;

	if (!answer->kernel_known)
		return;
	js_number(object, "minflt", faults_minor(answer));
	js_number(object, "majflt", faults_major(answer));
	/* It went on while they were read. */
	if (!answer->whom.launch.gone) {
		js_number(object, "minflt_least", accounts->minor.least);
		js_number(object, "majflt_least", accounts->major.least);
	} else {
		/* wait4() tells of these, too, and they are of others. */
		js_number(object, "before_minflt", answer->before.minor);
		js_number(object, "before_majflt", answer->before.major);
		js_number(object, "children_minflt",
			  answer->after.children_minor);
		js_number(object, "children_majflt",
			  answer->after.children_major);
	}
	if (!answer->compared)
		return;
	object = js_object(object, "accounts_for");
	js_bool(object, "minflt", accounts->minor_same);
	js_bool(object, "majflt", accounts->major_same);
	array = js_array(object, "reasons");
	for (bit = 0; bit < DIFFERS; bit++)
		if (accounts->reasons >> bit & 1)
			js_word(array, differs_name(bit));
}

static void sums_json(struct json_object *object,
		      const struct faults_answer *answer,
		      const struct class_sum *sum)
{
	const struct mmlens_fault_counts *faults = &answer->counts.faults;

	js_number(object, "duration_ns", faults->time);
	js_number(object, "count", sum->count);
	js_number(object, "pages", sum->pages);
	js_number(object, "minor", faults->minor);
	js_number(object, "major", faults->major);
	js_number(object, "failed", faults->failed);
	js_number(object, "remote", faults->remote);
	js_number(object, "elsewhere_minor", faults->elsewhere_minor);
	js_number(object, "elsewhere_major", faults->elsewhere_major);
	js_number(object, "missed", faults->missed);
	js_number(object, "abandoned", faults->abandoned);
	js_number(object, "unnamed", faults->unnamed);
	js_number(object, "unfollowed", faults->unfollowed);
	js_number(object, "withdrawn", faults->withdrawn);
	js_number(object, "lost", watch_counts_lost(&answer->counts));
}

/**
 * faults_json() - put the answer into the root object
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int faults_json(struct context *c, const struct faults_answer *answer)
{
	struct json_object *object = js_object(c->root, "faults");
	struct class_sum sum;
	int ret = 0;

	counts_all(&answer->counts, &sum);
	whom_json(c, object, answer);
	if (answer->by & BY_CLASS)
		ret = classes_json(object, answer);
	if (!ret)
		ret = latency_json(object, &answer->counts, COUNTS_ALL, &sum);
	if (ret)
		return fail_memory(&c->failure);
	if (answer->by & BY_THREAD)
		threads_json(object, answer);
	if (answer->by & BY_VMA)
		watched_json(object, answer);
	sums_json(object, answer, &sum);
	kernel_json(object, answer);
	return 0;
}
