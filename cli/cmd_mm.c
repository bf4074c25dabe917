// SPDX-License-Identifier: GPL-2.0
/* mmlens mm: the address space as a whole. */
#include <errno.h>
#include <string.h>

#include "cmd.h"
#include "mm.h"

/* The sum that the kernel's oom_badness() makes, term by term. */
static int read_oom(struct context *c, struct oom *oom, const struct mm *mm)
{
	const struct mmlens_counters *counters = &mm->counters;
	unsigned long long bytes;
	long long number;
	int ret;

	memset(oom, 0, sizeof(*oom));
	oom->rss = counters->rss_anon + counters->rss_file + counters->rss_shmem;
	oom->swap = counters->swap;
	oom->pgtables = counters->pgtables_bytes / c->page_size;

	ret = target_number(&c->target, "oom_score_adj", &number);
	if (ret)
		goto failed;
	oom->score_adj = number;
	ret = target_number(&c->target, "oom_score", &number);
	if (ret)
		goto failed;
	oom->score = number;
	ret = memory_and_swap(&bytes);
	if (ret)
		return fail(&c->failure, FAIL_KERNEL, -ret,
			    "cannot read /proc/meminfo: %s", strerror(-ret));
	oom->total = bytes / c->page_size;

	oom->immune = oom->score_adj == OOM_SCORE_ADJ_MIN ||
		      counters->flags & MMLENS_MM_FLAG_OOM_SKIP;
	/* The kernel divides first. */
	oom->adjustment = (int64_t)((uint64_t)oom->score_adj *
				    (oom->total / 1000));
	oom->points = (int64_t)(oom->rss + oom->swap + oom->pgtables +
				(uint64_t)oom->adjustment);
	return 0;

failed:
	if (ret == -ENOENT || ret == -ESRCH)
		return fail(&c->failure, FAIL_TARGET, ESRCH,
			    "%s (PID %d) has exited", c->target.comm,
			    c->target.pid);
	return fail(&c->failure, FAIL_KERNEL, -ret,
		    "cannot read /proc/%d/oom_score_adj: %s", c->target.pid,
		    strerror(-ret));
}

/**
 * cmd_mm() - the command
 * @c: the run
 * @argc: 1
 * @argv: the PID
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_mm(struct context *c, int argc, char **argv)
{
	struct mm_answer answer = { 0 };
	int pid, ret;

	(void)argc;
	ret = arg_pid(argv[0], &pid, &c->failure);
	if (!ret)
		ret = context_open(c, pid);
	if (ret)
		return ret;
	if (c->target.kernel_thread)
		return say_kernel_thread(c, "mm", false);

	ret = ask_mm(&c->asker, &answer.mm);
	if (!ret)
		ret = ask_sharers(&c->asker, &answer.sharers);
	if (!ret)
		ret = read_oom(c, &answer.oom, &answer.mm);
	if (ret)
		goto out_free;
	if (c->options.json)
		mm_json(c, &answer);
	else
		ret = mm_text(c, &answer);
out_free:
	sharers_free(&answer.sharers);
	return ret;
}
