// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bar.h"
#include "cgroup.h"
#include "faults.h"
#include "names_gen.h"
#include "say.h"
#include "stand.h"
#include "table.h"
#include "text.h"

/* A bar of this length at most, and none at all if there is less room. */
#define BAR_MOST 24
#define BAR_LEAST 4
/* Rows of threads and VMAs, unless they were asked for. */
#define ROWS 10
/* Classes that the first sentence names. */
#define NAMED 3
#define NAME 20

/* What a fault of a class is good for: one, and many. */
static const char *const words[][2] = {
	[MMLENS_FORECAST_NONE] = { "without any effect", "without any effect" },
	[MMLENS_FORECAST_ZERO] = { "zero page", "zero pages" },
	[MMLENS_FORECAST_HUGE_ZERO] = { "huge zero page", "huge zero pages" },
	[MMLENS_FORECAST_ANON] = { "new page", "new pages" },
	[MMLENS_FORECAST_HUGE_ANON] = { "new huge page", "new huge pages" },
	[MMLENS_FORECAST_FILE_MINOR] = { "for pages of a file in the cache",
					 "for pages of files in the cache" },
	[MMLENS_FORECAST_FILE_MAJOR] = { "read from a file",
					 "read from files" },
	[MMLENS_FORECAST_SHMEM_MINOR] = { "for shared memory",
					  "for shared memory" },
	[MMLENS_FORECAST_SHMEM_MAJOR] = { "for shared memory in swap",
					  "for shared memory in swap" },
	[MMLENS_FORECAST_FILE_COPY] = { "copy of a page of a file",
					"copies of pages of files" },
	[MMLENS_FORECAST_COW_COPY] = { "copy on write", "copies on write" },
	[MMLENS_FORECAST_COW_REUSE] = { "page kept on a write",
					"pages kept on a write" },
	[MMLENS_FORECAST_ZERO_COPY] = { "zero page replaced",
					"zero pages replaced" },
	[MMLENS_FORECAST_WRITE_NOTIFY] = { "first write to a shared page",
					   "first writes to shared pages" },
	[MMLENS_FORECAST_SWAP_IN] = { "page back from swap",
				      "pages back from swap" },
	[MMLENS_FORECAST_NUMA_HINT] = { "NUMA hint", "NUMA hints" },
	[MMLENS_FORECAST_UFFD] = { "for userfaultfd", "for userfaultfd" },
	[MMLENS_FORECAST_WAIT] = { "wait for a page on its way",
				   "waits for pages on their way" },
	[MMLENS_FORECAST_SIGSEGV] = { "segmentation fault",
				      "segmentation faults" },
	[MMLENS_FORECAST_SIGBUS] = { "bus error", "bus errors" },
	[MMLENS_FORECAST_HUGETLB] = { "for hugetlb", "for hugetlb" },
	[MMLENS_FORECAST_SPURIOUS] = { "that found it done",
				       "that found it done" },
	[MMLENS_FORECAST_OTHER] = { "other", "others" },
};

static const char *word_of(const struct mmlens_class_counts *row,
			   char buf[NAME_MAX_LEN])
{
	if (row->fault_class < sizeof(words) / sizeof(words[0]))
		return words[row->fault_class][row->count != 1];
	return name_of(&names_forecast, row->fault_class, buf);
}

static void headline(const struct context *c,
		     const struct faults_answer *answer)
{
	const struct whom *whom = &answer->whom;
	char time[SIZE_TEXT], comm[256], path[4096], safe[4096 * 4];
	char outcome[LAUNCH_TEXT];

	text_time(answer->counts.faults.time, time);
	if (whom->query.has_cgroup) {
		if (cgroup_path(whom->query.cgroup, path, sizeof(path)))
			snprintf(path, sizeof(path), "%s", c->options.cgroup);
		text_safe(path, safe, sizeof(safe));
		say(&c->term, PAINT_HEAD, "cgroup %s: its faults in %s", safe,
		    time);
		return;
	}
	if (!whom->process) {
		say(&c->term, PAINT_HEAD, "All processes: their faults in %s",
		    time);
		return;
	}
	text_safe(c->target.comm, comm, sizeof(comm));
	say(&c->term, PAINT_HEAD, "%s (PID %d)%s: faults in %s%s%s", comm,
	    c->target.pid,
	    whom->query.follow ? " and its children" : "", time,
	    whom->command ? "; it " : answer->left ? "; it has exited" : "",
	    whom->command ? launch_outcome(&whom->launch, outcome) : "");
}

/* What they were, the most frequent by name. */
static void answer_sentence(const struct context *c,
			    const struct faults_answer *answer,
			    const struct class_sum *sum)
{
	const struct class_counts *classes = &answer->counts.classes;
	char number[SIZE_TEXT * 2], buf[NAME_MAX_LEN], text[512];
	char total[SIZE_TEXT], longest[SIZE_TEXT];
	uint64_t rest = sum->count;
	size_t i, n = 0, named = classes->count;

	if (!sum->count) {
		say(&c->term, PAINT_NONE, "No fault%s%s.",
		    c->options.watch.classes || c->options.watch.range ?
		    " of those that were asked for" : "",
		    answer->counts.faults.missed ? " was seen" : "");
		return;
	}
	/* To name one more is as long as to say that there are more. */
	if (named > NAMED + 1)
		named = NAMED;
	text[0] = '\0';
	for (i = 0; i < named && n < sizeof(text); i++) {
		const struct mmlens_class_counts *row = &classes->list[i];
		const char *comma = !i ? "" :
				    i == classes->count - 1 ? " and " : ", ";

		rest -= row->count;
		text_count(row->count, number);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %s",
				      comma, classes->count > 1 ? number :
				      row->count > 1 ? "all" : "one",
				      word_of(row, buf));
	}
	if (rest && n < sizeof(text))
		snprintf(text + n, sizeof(text) - n, " and %s more",
			 text_count(rest, number));
	say(&c->term, PAINT_NONE,
	    "%s fault%s: %s. %s took %s%s%s.",
	    text_count(sum->count, number), sum->count == 1 ? "" : "s", text,
	    sum->count == 1 ? "It" : "They", text_time(sum->total, total),
	    sum->count == 1 ? "" : " in all, the longest ",
	    sum->count == 1 ? "" : text_time(sum->longest, longest));
}

/* What a table leaves for bars in its last column. */
static int bar_room(const struct context *c, int used)
{
	int room = c->term.width - used;

	return room > BAR_MOST ? BAR_MOST : room < BAR_LEAST ? 0 : room;
}

static int widest_count(uint64_t a, uint64_t least)
{
	char text[SIZE_TEXT * 2];
	int width = text_width(text_count(a, text));

	return width > (int)least ? width : (int)least;
}

static const char *share(uint64_t part, uint64_t whole, char buf[SIZE_TEXT])
{
	double percent = whole ? 100.0 * (double)part / (double)whole : 0;

	if (part && percent < 0.1)
		snprintf(buf, SIZE_TEXT, "<0.1%%");
	else
		snprintf(buf, SIZE_TEXT, percent < 9.95 ? "%.1f%%" : "%.0f%%",
			 percent);
	return buf;
}

static void time_cell(struct table *table, size_t column, uint64_t ns)
{
	char text[SIZE_TEXT];

	table_cell(table, column, PAINT_NONE, "%s", text_time(ns, text));
}

static void count_cell(struct table *table, size_t column, uint64_t count)
{
	char text[SIZE_TEXT * 2];

	table_cell(table, column, count ? PAINT_NONE : PAINT_DIM, "%s",
		   count ? text_count(count, text) : "-");
}

static void bar_cell(const struct context *c, struct table *table,
		     size_t column, enum paint paint, uint64_t part,
		     uint64_t whole, int room)
{
	char bar[BAR_TEXT(BAR_MOST)];

	if (room)
		table_cell(table, column, paint, "%s",
			   bar_text(part, whole, room, c->term.utf8, bar));
}

/* The columns of the table of classes. */
enum {
	CLASS_NAME,
	CLASS_COUNT,
	CLASS_SHARE,
	CLASS_MAJOR,
	CLASS_PAGES,
	CLASS_TIME,
	CLASS_P50,
	CLASS_P99,
	CLASS_MAX,
	CLASS_BAR,
	CLASS_COLUMNS
};

static int quantile_cells(struct table *table,
			  const struct watch_counts *counts, int fault_class,
			  uint64_t longest)
{
	struct latency_counts steps;

	if (counts_steps(counts, fault_class, &steps))
		return -1;
	time_cell(table, CLASS_P50, steps_quantile(&steps, 500, longest));
	time_cell(table, CLASS_P99, steps_quantile(&steps, 990, longest));
	time_cell(table, CLASS_MAX, longest);
	free(steps.list);
	return 0;
}

static int class_row(const struct context *c, struct table *table,
		     const struct watch_counts *counts,
		     const struct mmlens_class_counts *row,
		     const struct class_sum *sum, int room)
{
	enum paint paint = paint_of_forecast(row->fault_class);
	char text[SIZE_TEXT], name[NAME_MAX_LEN];
	size_t i;

	table_row(table);
	table_cell(table, CLASS_NAME, paint, "%s",
		   name_of(&names_forecast, row->fault_class, name));
	count_cell(table, CLASS_COUNT, row->count);
	table_cell(table, CLASS_SHARE, PAINT_NONE, "%s",
		   share(row->count, sum->count, text));
	count_cell(table, CLASS_MAJOR, row->major);
	count_cell(table, CLASS_PAGES, row->pages);
	bar_cell(c, table, CLASS_BAR, paint, row->count, sum->count, room);
	/* A signal for an address outside every VMA takes no fault. */
	if (!row->total) {
		for (i = CLASS_TIME; i <= CLASS_MAX; i++)
			count_cell(table, i, 0);
		return 0;
	}
	time_cell(table, CLASS_TIME, row->total);
	return quantile_cells(table, counts, (int)row->fault_class,
			      row->longest);
}

static int sum_row(struct table *table, const struct watch_counts *counts,
		   const struct class_sum *sum)
{
	table_row(table);
	table_cell(table, CLASS_NAME, PAINT_HEAD, "all");
	count_cell(table, CLASS_COUNT, sum->count);
	count_cell(table, CLASS_MAJOR, sum->major);
	count_cell(table, CLASS_PAGES, sum->pages);
	time_cell(table, CLASS_TIME, sum->total);
	return quantile_cells(table, counts, COUNTS_ALL, sum->longest);
}

static int classes_text(struct context *c, const struct faults_answer *answer,
			const struct class_sum *sum)
{
	static const struct column columns[CLASS_COLUMNS] = {
		[CLASS_NAME] = { "CLASS", 0 },
		[CLASS_COUNT] = { "COUNT", SCOLS_FL_RIGHT },
		[CLASS_SHARE] = { "SHARE", SCOLS_FL_RIGHT },
		[CLASS_MAJOR] = { "MAJOR", SCOLS_FL_RIGHT },
		[CLASS_PAGES] = { "PAGES", SCOLS_FL_RIGHT },
		[CLASS_TIME] = { "TIME", SCOLS_FL_RIGHT },
		[CLASS_P50] = { "P50", SCOLS_FL_RIGHT },
		[CLASS_P99] = { "P99", SCOLS_FL_RIGHT },
		[CLASS_MAX] = { "MAX", SCOLS_FL_RIGHT },
		[CLASS_BAR] = { "", 0 },
	};
	const struct class_counts *classes = &answer->counts.classes;
	/* A name, a share and four times at their widest, and blanks. */
	int room = bar_room(c, 12 + 2 * 5 + 4 * 8 + CLASS_COLUMNS - 1 +
			    widest_count(sum->count, 5) +
			    widest_count(sum->pages, 5));
	struct table table;
	bool failed = false;
	size_t i;

	putchar('\n');
	table_begin(&table, &c->term, columns,
		    room ? CLASS_COLUMNS : CLASS_BAR, true);
	for (i = 0; i < classes->count; i++)
		failed |= class_row(c, &table, &answer->counts,
				    &classes->list[i], sum, room);
	if (classes->count > 1)
		failed |= sum_row(&table, &answer->counts, sum);
	if (context_table(c, table_end(&table)))
		return -c->failure.error;
	return failed ? fail_memory(&c->failure) : 0;
}

static void steps_rows(const struct context *c, struct table *table,
		       const struct latency_counts *steps, enum paint paint)
{
	char from[SIZE_TEXT], to[SIZE_TEXT];
	uint64_t most = 0, before = 0;
	int room;
	size_t i;

	for (i = 0; i < steps->count; i++)
		if (steps->list[i].count > most)
			most = steps->list[i].count;
	room = bar_room(c, 2 + 8 + 8 + 4 + widest_count(most, 5));
	for (i = 0; i < steps->count; i++) {
		const struct mmlens_latency_count *step = &steps->list[i];

		if (before && step->latency != before) {
			table_row(table);
			table_cell(table, 0, PAINT_DIM, "  ...");
		}
		before = step->end;
		table_row(table);
		table_cell(table, 0, PAINT_NONE, "  %s",
			   step->latency ? text_time(step->latency, from) : "0");
		table_cell(table, 1, PAINT_NONE, "%s",
			   step->end ? text_time(step->end, to) : "");
		count_cell(table, 2, step->count);
		bar_cell(c, table, 3, paint, step->count, most, room);
	}
}

static int histogram_text(struct context *c, const struct faults_answer *answer)
{
	static const struct column columns[] = {
		{ "FROM", SCOLS_FL_RIGHT }, { "TO", SCOLS_FL_RIGHT },
		{ "COUNT", SCOLS_FL_RIGHT }, { "", 0 },
	};
	const struct class_counts *classes = &answer->counts.classes;
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < classes->count; i++) {
		unsigned int class = classes->list[i].fault_class;
		struct latency_counts steps;
		char name[NAME_MAX_LEN];
		struct table table;

		if (counts_steps(&answer->counts, (int)class, &steps))
			return fail_memory(&c->failure);
		putchar('\n');
		say(&c->term, PAINT_HEAD, "Latency of %s",
		    name_of(&names_forecast, class, name));
		table_begin(&table, &c->term, columns, 4, true);
		steps_rows(c, &table, &steps, paint_of_forecast(class));
		ret = context_table(c, table_end(&table));
		free(steps.list);
	}
	return ret;
}

/* How many rows are shown, and what is said of the others. */
static size_t shown(const struct faults_answer *answer, size_t count)
{
	/* One row more takes no more room than to say that there is one. */
	return answer->chosen || count <= ROWS + 1 ? count : ROWS;
}

static void more_text(const struct context *c, size_t count, size_t rows,
		      const char *what)
{
	if (rows < count)
		say(&c->term, PAINT_DIM, "and %zu more: --by=%s shows all",
		    count - rows, what);
}

static bool several_processes(const struct thread_counts *threads)
{
	size_t i;

	for (i = 1; i < threads->count; i++)
		if (threads->list[i].pid != threads->list[0].pid)
			return true;
	return false;
}

static int threads_text(struct context *c, const struct faults_answer *answer,
			const struct class_sum *sum)
{
	static const struct column columns[] = {
		{ "PID", SCOLS_FL_RIGHT }, { "TID", SCOLS_FL_RIGHT },
		{ "THREAD", 0 }, { "COUNT", SCOLS_FL_RIGHT },
		{ "MAJOR", SCOLS_FL_RIGHT }, { "TIME", SCOLS_FL_RIGHT },
		{ "MAX", SCOLS_FL_RIGHT }, { "", 0 },
	};
	const struct thread_counts *threads = &answer->counts.threads;
	size_t rows = shown(answer, threads->count), i;
	bool pids = several_processes(threads);
	size_t first = pids ? 1 : 0;
	int room = bar_room(c, 8 * (int)pids + 7 + 15 + 5 + 2 * 8 + 7 +
			    widest_count(sum->count, 5));
	char comm[64];
	struct table table;
	int ret;

	/* One thread alone has made them all. */
	if (!answer->chosen && threads->count < 2)
		return 0;
	putchar('\n');
	table_begin(&table, &c->term, columns + !pids, 7 + first, true);
	for (i = 0; i < rows; i++) {
		const struct mmlens_thread_counts *row = &threads->list[i];

		text_safe((const char *)row->comm, comm, sizeof(comm));
		table_row(&table);
		if (pids)
			table_cell(&table, 0, PAINT_NONE, "%u", row->pid);
		table_cell(&table, first, PAINT_NONE, "%u", row->tid);
		table_cell(&table, first + 1, PAINT_NONE, "%s", comm);
		count_cell(&table, first + 2, row->count);
		count_cell(&table, first + 3, row->major);
		time_cell(&table, first + 4, row->total);
		time_cell(&table, first + 5, row->longest);
		bar_cell(c, &table, first + 6, PAINT_NONE, row->count,
			 sum->count, room);
	}
	ret = context_table(c, table_end(&table));
	more_text(c, threads->count, rows, "thread");
	return ret;
}

/* Address spaces by number, in the order in which they come up. */
struct spaces {
	uint64_t cookie[64];
	unsigned int count;
};

static unsigned int space_of(struct spaces *spaces, uint64_t cookie)
{
	unsigned int i;

	for (i = 0; i < spaces->count; i++)
		if (spaces->cookie[i] == cookie)
			return i + 1;
	if (i < sizeof(spaces->cookie) / sizeof(spaces->cookie[0]))
		spaces->cookie[spaces->count++] = cookie;
	return i + 1;
}

static void vma_row(const struct context *c, struct table *table, size_t first,
		    const struct watched_vma *row)
{
	char perms[5], kind[NAME_MAX_LEN];

	vma_perms(&row->vma, perms);
	table_cell(table, first, PAINT_NONE, "%" PRIx64,
		   (uint64_t)row->vma.v.start);
	table_cell(table, first + 1, PAINT_NONE, "%s", perms);
	table_cell(table, first + 2, paint_of_kind(row->vma.v.kind), "%s",
		   name_of(&names_vma_kind, row->vma.v.kind, kind));
	count_cell(table, first + 3, row->counts.count);
	count_cell(table, first + 4, row->counts.major);
	time_cell(table, first + 5, row->counts.total);
	time_cell(table, first + 6, row->counts.longest);
	lru_name_cell(c, table, first + 7, &row->vma, NAME);
}

/* What mmlens did before it became the command, as one. */
static size_t own_faults(const struct faults_answer *answer,
			 struct mmlens_vma_counts *own)
{
	size_t i, count = 0;

	memset(own, 0, sizeof(*own));
	for (i = 0; i < answer->vma_count; i++) {
		const struct watched_vma *row = answer->vmas[i];

		if (!faults_before_exec(answer, row))
			continue;
		count++;
		own->count += row->counts.count;
		own->total += row->counts.total;
	}
	return count;
}

static void own_text(const struct context *c,
		     const struct mmlens_vma_counts *own)
{
	char count[SIZE_TEXT * 2], total[SIZE_TEXT];

	if (own->count)
		say(&c->term, PAINT_DIM,
		    "Of all these, %s were made, in %s, before mmlens became the command.",
		    text_count(own->count, count),
		    text_time(own->total, total));
}

static int vmas_text(struct context *c, const struct faults_answer *answer)
{
	static const struct column columns[] = {
		{ "MM", SCOLS_FL_RIGHT }, { "START", SCOLS_FL_RIGHT },
		{ "PERM", 0 }, { "KIND", 0 }, { "COUNT", SCOLS_FL_RIGHT },
		{ "MAJOR", SCOLS_FL_RIGHT }, { "TIME", SCOLS_FL_RIGHT },
		{ "MAX", SCOLS_FL_RIGHT }, { "NAME", 0 },
	};
	struct mmlens_vma_counts own;
	size_t count = answer->vma_count - own_faults(answer, &own);
	size_t rows = shown(answer, count), i, told = 0, first;
	struct spaces spaces = { 0 };
	struct table table;
	int ret;

	if (!answer->vma_count)
		return 0;
	for (i = 0; i < answer->vma_count; i++)
		if (!faults_before_exec(answer, answer->vmas[i]))
			space_of(&spaces, answer->vmas[i]->counts.cookie);
	first = spaces.count > 1 ? 1 : 0;
	putchar('\n');
	table_begin(&table, &c->term, columns + !first, 8 + first, true);
	for (i = 0; i < answer->vma_count && told < rows; i++) {
		const struct watched_vma *row = answer->vmas[i];

		if (faults_before_exec(answer, row))
			continue;
		told++;
		table_row(&table);
		if (first)
			table_cell(&table, 0, PAINT_NONE, "%u",
				   space_of(&spaces, row->counts.cookie));
		vma_row(c, &table, first, row);
	}
	ret = context_table(c, table_end(&table));
	more_text(c, count, rows, "vma");
	own_text(c, &own);
	if (first)
		say(&c->term, PAINT_DIM,
		    "MM: address spaces, by the order in which they come up here.");
	return ret;
}

static const char *differs_text(enum differs differs)
{
	static const char *const texts[DIFFERS] = {
		[DIFFERS_REMOTE] = "faults that others made in its memory are counted for them",
		[DIFFERS_MISSED] = "the probe missed some",
		[DIFFERS_UNFOLLOWED] = "not all children could be followed",
		[DIFFERS_CHILDREN] = "it counts a child when that has ended and was waited for",
		[DIFFERS_WITHDRAWN] = "it is watched no more since it became a program with other privileges, or that may not be read",
	};

	return texts[differs];
}

/* "1,200 minor", and what the watch says of them if it is not the same. */
static void kernel_part(char *to, size_t room, const char *name,
			const struct kernel_count *kernel, uint64_t watched,
			bool same)
{
	char a[SIZE_TEXT * 2], b[SIZE_TEXT * 2];
	int n = 0;

	/* It went on while its counts were read. */
	if (kernel->least != kernel->most)
		n = snprintf(to, room, "%s to ", text_count(kernel->least, a));
	n += snprintf(to + n, room - (size_t)n, "%s %s",
		      text_count(kernel->most, a), name);
	if (!same)
		snprintf(to + n, room - (size_t)n, " (%s were watched)",
			 text_count(watched, b));
}

/* Beside it, the kernel's own counts. */
static void kernel_text(const struct context *c,
			const struct faults_answer *answer)
{
	const struct mmlens_fault_counts *faults = &answer->counts.faults;
	const struct accounts *accounts = &answer->accounts;
	char minor[160], major[160], number[SIZE_TEXT * 2], own[SIZE_TEXT * 2];
	bool same = accounts->minor_same && accounts->major_same;
	uint64_t elsewhere = faults->elsewhere_minor + faults->elsewhere_major;
	unsigned int bit;

	if (!answer->compared)
		return;
	kernel_part(minor, sizeof(minor), "minor", &accounts->minor,
		    faults->minor + faults->elsewhere_minor,
		    accounts->minor_same);
	kernel_part(major, sizeof(major), "major", &accounts->major,
		    faults->major + faults->elsewhere_major,
		    accounts->major_same);
	say(&c->term, same ? PAINT_NONE : PAINT_AWAY,
	    "The kernel has counted %s and %s faults for it%s.", minor, major,
	    !same ? "" : accounts->minor.least == accounts->minor.most &&
	    accounts->major.least == accounts->major.most ?
	    ": the same" : " meanwhile: that agrees");
	for (bit = 0; bit < DIFFERS; bit++)
		if (accounts->reasons >> bit & 1)
			say(&c->term, PAINT_NONE, "They may differ, as %s.",
			    differs_text(bit));
	if (elsewhere)
		say(&c->term, PAINT_DIM,
		    "%s of them %s in other memory, as that of a program that it was about to become; they have no class.",
		    text_count(elsewhere, number),
		    elsewhere == 1 ? "was" : "were");
	if (answer->whom.launch.gone &&
	    (answer->before.minor || answer->before.major))
		say(&c->term, PAINT_DIM,
		    "Its rusage has %s faults more, from before the watch began%s.",
		    text_count(answer->before.minor + answer->before.major, own),
		    !answer->whom.query.follow &&
		    (answer->after.children_minor ||
		     answer->after.children_major) ?
		    ", and those of its children: --follow watches them" : "");
}

static void remark(const struct context *c, enum paint colour, uint64_t count,
		   const char *one, const char *many)
{
	char text[SIZE_TEXT * 2];

	if (count)
		say(&c->term, colour, "%s %s", text_count(count, text),
		    count == 1 ? one : many);
}

static void remarks(const struct context *c,
		    const struct mmlens_fault_counts *faults)
{
	remark(c, PAINT_NONE, faults->remote,
	       "fault was made from outside: by a debugger, or for a program to come.",
	       "faults were made from outside: by debuggers, or for programs to come.");
	remark(c, PAINT_NONE, faults->failed,
	       "fault ended with an error, which the kernel counts as none.",
	       "faults ended with an error, which the kernel counts as none.");
	remark(c, PAINT_AWAY, faults->missed,
	       "try of a fault, at most, was not seen: too many faults were under way at once, of one user or of all (see --help).",
	       "tries of faults, at most, were not seen: too many faults were under way at once, of one user or of all (see --help).");
	remark(c, PAINT_NONE, faults->unnamed,
	       "fault is told by its class alone: there was no room for another thread or VMA.",
	       "faults are told by their class alone: there was no room for more threads or VMAs.");
	remark(c, PAINT_AWAY, faults->unfollowed,
	       "process could not be followed.",
	       "processes could not be followed.");
	remark(c, PAINT_DIM, faults->abandoned,
	       "fault of anybody was to be tried again, and was not.",
	       "faults of anybody were to be tried again, and were not.");
}

/**
 * faults_text() - tell a person
 * @c: the run
 * @answer: the answer
 *
 * Return: 0, or -errno with the failure told.
 */
int faults_text(struct context *c, const struct faults_answer *answer)
{
	struct class_sum sum;
	int ret = 0;

	counts_all(&answer->counts, &sum);
	headline(c, answer);
	answer_sentence(c, answer, &sum);
	kernel_text(c, answer);
	remarks(c, &answer->counts.faults);
	if (sum.count && answer->by & BY_CLASS)
		ret = classes_text(c, answer, &sum);
	if (!ret && c->options.watch.histogram)
		ret = histogram_text(c, answer);
	if (!ret && answer->by & BY_THREAD)
		ret = threads_text(c, answer, &sum);
	if (!ret && answer->by & BY_VMA)
		ret = vmas_text(c, answer);
	return ret ? ret : context_output(c);
}
