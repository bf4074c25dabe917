// SPDX-License-Identifier: GPL-2.0
/* mmlens watch: what happens, as it happens. */
#include "watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * Events wait so long for those of other processors, which the module sends
 * every 10 ms, if one is missing longer, and no more of them than so many.
 */
#define WAIT_NS 40000000
#define MISSING_NS 500000000
#define WAIT_MS 20
#define WAITING 8192

/* No folio that reclaim takes has more pages. */
#define FOLIO_PAGES 65536

/* How often it is looked where the pages of the process stand. */
#define LOOK_NS 10000000000

/* Room for events in the module, for each processor. */
#define RING_BYTES (4 << 20)

/* A command that is told to end, or has no memory left, is awaited so long. */
#define LAST_MS 500

#define KIND(name) MMLENS_WATCH_KIND_##name

/* What the machine does, and what is not too much of it. */
#define KINDS_OF_MACHINE (KIND(RECLAIM) | KIND(COMPACTION) | KIND(HUGE) | \
			  KIND(OOM))

/**
 * watch_now() - the clock of events
 *
 * Return: CLOCK_MONOTONIC in nanoseconds.
 */
uint64_t watch_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* What the options say that needs no kernel. */
static int parse_numbers(struct watching *w)
{
	const struct watch_options *o = &w->c->options.watch;
	struct failure *f = &w->c->failure;
	uint64_t number;
	int ret = 0;

	if (o->latency)
		ret = arg_time(o->latency, "a latency", 0, &w->latency, f);
	if (!ret && o->sample) {
		ret = arg_number(o->sample, "a sample", 1, UINT32_MAX, &number,
				 f);
		w->sample = (uint32_t)number;
	}
	return ret;
}

/* If nobody is named, it is the machine. */
static int open_whom(struct watching *w, int argc, char **argv)
{
	struct context *c = w->c;
	const struct options *o = &c->options;
	int ret = 0;

	if (argc || c->command || o->cgroup || o->watch.all)
		return whom_open(c, argc, argv, &w->whom);
	if (o->watch.follow || o->watch.range)
		return fail(&c->failure, FAIL_USAGE, EINVAL,
			    "%s needs a process", o->watch.follow ?
			    "--follow" : "--range");
	w->whom.query.everything = true;
	w->machine = true;
	if (o->watch.seconds)
		ret = whom_time(&w->whom, o->watch.seconds, &c->failure);
	if (!ret && o->watch.classes)
		ret = whom_classes(o->watch.classes, &w->whom.query.classes,
				   &c->failure);
	return ret ? ret : nl_open(&c->asker.nl, &c->failure);
}

static bool is_about_faults(const struct watch_options *o)
{
	return o->classes || o->latency || o->sample;
}

/* What is watched if nothing is said of it. */
static void choose_kinds(struct watching *w, const struct info *info)
{
	bool admin = info->privileges & MMLENS_PRIVILEGE_ADMIN;
	struct watch_query *query = &w->whom.query;

	w->wanted = w->c->options.watch.kinds;
	/* What is said of faults asks for them. */
	if (!w->wanted && is_about_faults(&w->c->options.watch))
		w->wanted = KIND(FAULT);
	if (!w->wanted && w->machine)
		w->wanted = info->watchable & KINDS_OF_MACHINE ?
			    info->watchable & KINDS_OF_MACHINE :
			    KINDS_OF_MACHINE;
	if (!w->wanted) {
		w->wanted = KIND(FAULT);
		if (admin && info->watchable & KIND(EVICTION))
			w->wanted |= KIND(EVICTION);
		else
			w->remark = admin ?
				"This kernel does not let evictions be watched." :
				"Evictions are withheld for lack of CAP_SYS_ADMIN.";
	}
	query->kinds = w->wanted;
	/* That a page came back is told with its eviction. */
	if (w->wanted & KIND(EVICTION) && !(w->wanted & KIND(FAULT))) {
		query->kinds |= KIND(FAULT);
		if (!query->classes)
			query->classes = refaults_classes();
		w->refaults_only = true;
	}
	if (admin)
		query->ring_bytes = RING_BYTES;
	query->min_latency = w->latency;
	query->sample = w->sample;
	query->stacks = w->c->options.watch.stacks;
}

static int remember(const struct mmlens_page_run *run, void *data)
{
	struct watching *w = data;

	return recall_add(&w->recall, run, w->c->page_size);
}

/* Where the pages stand now. What is not to be had, is not known. */
static void look(struct watching *w)
{
	struct page_answer answer;
	struct failure quiet = { 0 };
	bool changed;

	w->next_look = watch_now() + LOOK_NS;
	w->beside.failure = &quiet;
	recall_begin(&w->recall);
	if (!ask_pages(&w->beside, NULL, MMLENS_DETAIL_LRU, false, &answer,
		       remember, w, &changed))
		recall_done(&w->recall, answer.cookie, watch_now() / 1000000);
	else
		w->next_look = 0;
}

/* The socket of the watch may be full of events: so another one asks. */
static void begin_looking(struct watching *w)
{
	struct failure quiet = { 0 };

	if (!w->whom.process || !(w->wanted & KIND(EVICTION)) ||
	    w->c->options.watch.summary)
		return;
	w->beside.target = &w->c->target;
	w->beside.failure = &quiet;
	if (!nl_open(&w->beside.nl, &quiet))
		look(w);
}

static void count(struct watching *w, const struct happening *h)
{
	w->shown++;
	if (h->kind == HAPPENED_EVICTION && h->eviction.evictor < 8) {
		w->evictions[h->eviction.evictor]++;
		w->evicted[h->eviction.evictor] += h->eviction.pages;
	}
	if (h->kind == HAPPENED_MEMORY && h->memory.kind < 32) {
		w->memory[h->memory.kind].count++;
		if (h->memory.pages != ALL_PAGES)
			w->memory[h->memory.kind].pages += h->memory.pages;
		w->memory[h->memory.kind].duration += h->memory.duration;
		if (h->memory.duration > w->memory[h->memory.kind].longest)
			w->memory[h->memory.kind].longest = h->memory.duration;
	}
}

/* An eviction is remembered page by page; a fault may bring one back. */
static void join(struct watching *w, struct happening *h)
{
	uint64_t page_size = w->c->page_size, time, i;

	if (h->kind == HAPPENED_EVICTION) {
		const struct mmlens_eviction_event *e = &h->eviction;

		for (i = 0; i < e->pages && i < FOLIO_PAGES; i++)
			refaults_note(&w->refaults, e->cookie,
				      e->address / page_size + i, e->time);
		h->has_seen = recall_find(&w->recall, e->cookie, e->address,
					  &h->seen);
	} else if (h->kind == HAPPENED_FAULT &&
		   refaults_class(h->fault.fault_class) &&
		   refaults_take(&w->refaults, h->fault.cookie,
				 h->fault.address / page_size, &time)) {
		h->refault = true;
		h->away = h->fault.time > time ? h->fault.time - time : 0;
		w->refaulted++;
		w->away_total += h->away;
	}
}

static bool is_wanted(struct watching *w, const struct happening *h)
{
	if (h->kind != HAPPENED_FAULT)
		return true;
	if (w->whom.command && w->whom.process &&
	    h->fault.cookie == w->watch.begun.cookie) {
		w->before++;
		return false;
	}
	if (w->refaults_only && !h->refault) {
		w->unwanted++;
		return false;
	}
	return true;
}

static void show(struct watching *w, struct happening *h)
{
	const struct watched_vma *vma = NULL;

	if (w->wanted & KIND(EVICTION))
		join(w, h);
	if (!is_wanted(w, h)) {
		free(h->stack);
		return;
	}
	if (h->kind != HAPPENED_LOSS)
		count(w, h);
	if (h->kind == HAPPENED_FAULT)
		vma = watched_vma_of(&w->watch.vmas, h->fault.vma);
	else if (h->kind == HAPPENED_EVICTION)
		vma = watched_vma_of(&w->watch.vmas, h->eviction.vma);
	trace_write(&w->trace, h, vma);
	if (w->c->options.json) {
		if (!w->c->options.watch.summary)
			watch_json_show(w, h, vma);
	} else if (!w->c->options.watch.summary) {
		watch_text_show(w, h, vma);
	}
	free(h->stack);
}

/* Shows what has waited long enough. */
static void show_due(struct watching *w, uint64_t now)
{
	struct happening h;

	while (order_is_due(&w->order, now - WAIT_NS, now - MISSING_NS) &&
	       order_take(&w->order, &h))
		show(w, &h);
}

static void add(struct watching *w, const struct happening *happening)
{
	struct happening h;

	if (order_is_full(&w->order) && order_take(&w->order, &h))
		show(w, &h);
	order_add(&w->order, happening);
}

static int on_fault(void *data, const struct mmlens_fault_event *event)
{
	const struct happening h = {
		.kind = HAPPENED_FAULT,
		.end = event->time + event->latency,
		.fault = *event,
	};

	add(data, &h);
	return 0;
}

static int on_eviction(void *data, const struct mmlens_eviction_event *event)
{
	const struct happening h = {
		.kind = HAPPENED_EVICTION,
		.end = event->time,
		.eviction = *event,
	};

	add(data, &h);
	return 0;
}

static int on_memory(void *data, const struct mmlens_memory_event *event)
{
	const struct happening h = {
		.kind = HAPPENED_MEMORY,
		.end = event->time + event->duration,
		.memory = *event,
	};

	add(data, &h);
	return 0;
}

static int on_stack(void *data, const struct watch_stack *stack)
{
	struct watching *w = data;
	struct happening *h = order_last(&w->order, stack->serial);

	if (!h || h->kind != HAPPENED_FAULT || h->stack)
		return 0;
	h->stack = malloc(sizeof(*stack));
	if (h->stack)
		*h->stack = *stack;
	return 0;
}

static int on_lost(void *data, uint64_t lost)
{
	struct watching *w = data;
	const struct happening h = {
		.kind = HAPPENED_LOSS,
		.end = watch_now(),
		.lost = lost - w->told_lost,
	};

	if (lost <= w->told_lost)
		return 0;
	w->told_lost = lost;
	add(w, &h);
	return 0;
}

/* How long to wait for the next event, in milliseconds. */
static int patience(const struct watching *w)
{
	uint64_t now = watch_now(), end = w->end;

	if (w->order.count)
		return WAIT_MS;
	if (w->next_look && w->next_look < end)
		end = w->next_look;
	if (end == UINT64_MAX)
		return -1;
	if (end <= now)
		return 0;
	return end - now > 3600000000000 ? 3600000 :
	       (int)((end - now + 999999) / 1000000);
}

/* Is it time to end? */
static bool is_over(struct watching *w)
{
	if (signals.stop) {
		/* What the terminal sends, it sends to the command, too. */
		if (w->whom.command && signals.from_process)
			launch_signal(&w->whom.launch, signals.number);
		return true;
	}
	return watch_now() >= w->end;
}

static int run(struct watching *w)
{
	enum woken woken = WOKEN_TIME;
	uint64_t flushed = 0, now;

	while (!is_over(w)) {
		woken = watch_wait(&w->watch, patience(w));
		if (woken == WOKEN_FAILED || woken == WOKEN_ENDED)
			break;
		now = watch_now();
		show_due(w, now);
		if (woken != WOKEN_EVENTS || now - flushed > 100000000) {
			if (!w->order.count)
				watch_text_flush(w);
			if (!trace_flush(&w->trace))
				break;
			errno = 0;
			fflush(stdout);
			flushed = now;
		}
		if (context_output(w->c))
			break;
		if (w->next_look && now >= w->next_look)
			look(w);
	}
	return w->c->failure.kind ? -w->c->failure.error : 0;
}

/* The command has an address space of its own, and a name, since its exec. */
static int start_command(struct watching *w)
{
	struct context *c = w->c;
	int ret = launch_go(&w->whom.launch, &c->failure);

	if (!ret && w->whom.process) {
		struct target old = c->target;
		struct failure quiet = { 0 };

		/* It may have left already. */
		if (target_open(&c->target, w->whom.launch.pid, &quiet)) {
			target_close(&c->target);
			c->target = old;
		} else {
			target_close(&old);
		}
	}
	return ret;
}

static int watch(struct watching *w)
{
	const struct watch_sink sink = {
		.fault = on_fault, .eviction = on_eviction,
		.memory = on_memory, .stack = on_stack, .lost = on_lost,
		.data = w,
	};
	struct context *c = w->c;
	struct watch_counts counts = { 0 };
	struct happening h;
	int ret, end;

	if (c->options.watch.stacks)
		symbols_read(&w->symbols, "/proc/kallsyms");
	/* To attach takes a while, and what is seen until then is told, too. */
	w->began = watch_now();
	ret = ask_watch(&c->asker, &w->whom.query, &sink, &w->watch);
	w->end = w->whom.ns ? watch_now() + w->whom.ns : UINT64_MAX;
	if (!ret && w->whom.command)
		ret = start_command(w);
	if (ret)
		return ret;
	begin_looking(w);
	if (c->options.json)
		watch_json_begin(w);
	else
		watch_text_begin(w);
	ret = context_output(c) ? -c->failure.error : run(w);
	if (ret && c->failure.kind == FAIL_OUTPUT)
		return ret;
	/* That it is stopped is told in the same way. */
	w->left = w->watch.ended;
	end = watch_end(&w->watch, &counts);
	while (order_take(&w->order, &h))
		show(w, &h);
	if (w->whom.command && (signals.stop || w->left))
		launch_wait(&w->whom.launch, LAST_MS);
	if (!end && c->options.json)
		watch_json_end(w, &counts);
	else if (!end)
		end = watch_text_end(w, &counts);
	watch_counts_free(&counts);
	return ret ? ret : end;
}

static int prepare(struct watching *w, int argc, char **argv)
{
	struct context *c = w->c;
	struct info info;
	int ret = parse_numbers(w);

	if (!ret)
		ret = open_whom(w, argc, argv);
	if (!ret)
		ret = ask_info(&c->asker, &info);
	if (ret)
		return ret;
	choose_kinds(w, &info);
	/* The command, which is there, keeps its output and its signals. */
	ret = context_output_to(c, c->options.watch.output);
	if (!ret)
		ret = trace_begin(&w->trace, c->options.watch.trace,
				  &c->failure);
	if (ret)
		return ret;
	if (order_begin(&w->order, WAITING) || refaults_begin(&w->refaults))
		return fail_memory(&c->failure);
	ret = signals_begin(&c->failure);
	signals.hard = true;
	return ret;
}

/**
 * cmd_watch() - the command
 * @c: the run
 * @argc: 0 or 1
 * @argv: the PID; without one a command, a cgroup, all, or the machine
 *
 * Return: 0, or -errno with the failure told.
 */
int cmd_watch(struct context *c, int argc, char **argv)
{
	struct watching *w = calloc(1, sizeof(*w));
	int ret;

	if (!w)
		return fail_memory(&c->failure);
	w->c = c;
	w->whom.launch = (struct launch){ .go = -1, .report = -1 };
	ret = prepare(w, argc, argv);
	if (!ret && c->target.kernel_thread)
		ret = say_kernel_thread(c, "watch", false);
	else if (!ret)
		ret = watch(w);
	if (trace_end(&w->trace, &c->failure) && !ret)
		ret = -c->failure.error;
	whom_close(&w->whom);
	signals_end();
	nl_close(&w->beside.nl);
	recall_free(&w->recall);
	refaults_end(&w->refaults);
	order_end(&w->order);
	symbols_free(&w->symbols);
	watch_free(&w->watch);
	free(w);
	return ret;
}
