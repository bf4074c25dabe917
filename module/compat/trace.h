/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints by name. They are not exported, and take any function: that ours
 * has the prototype of this kernel is checked when it is compiled.
 */
#ifndef MMLENS_COMPAT_TRACE_H
#define MMLENS_COMPAT_TRACE_H

#include <linux/tracepoint.h>
#include <linux/version.h>

/**
 * struct mmlens_trace - a function at a tracepoint
 * @name: name of the tracepoint
 * @probe: the function
 * @point: the tracepoint, while it is there
 */
struct mmlens_trace {
	const char *name;
	void *probe;
	struct tracepoint *point;
};

/* _var: a function at a tracepoint, whose prototype is checked. */
#define MMLENS_DEFINE_TRACE(_var, _name, _probe)			\
	static void __maybe_unused _var##_is_right(void)		\
	{								\
		check_trace_callback_type_##_name(_probe);		\
	}								\
	static struct mmlens_trace _var = {				\
		.name = #_name, .probe = _probe,			\
	}

/*
 * sched_process_exit tells since 7.x, too, whether it was the last thread.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define MMLENS_EXIT_PROBE(_name)					\
	void _name(void *data, struct task_struct *task, bool group_dead)
#else
#define MMLENS_EXIT_PROBE(_name)					\
	void _name(void *data, struct task_struct *task)
#endif

int mmlens_trace_attach(struct mmlens_trace *trace);
void mmlens_trace_detach(struct mmlens_trace *trace);
int mmlens_traces_attach(struct mmlens_trace *const *traces, unsigned int count);
void mmlens_traces_detach(struct mmlens_trace *const *traces, unsigned int count);

#endif
