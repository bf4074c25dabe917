// SPDX-License-Identifier: GPL-2.0
#include "help.h"

#include <stdio.h>

#include "names_gen.h"
#include "table.h"

#define PLACES_TEXT \
	"A fault that is under way takes one of 1,024 places or more, of which one user\n" \
	"has a quarter. While these are taken, as by faults that sleep, no watch sees any\n" \
	"further fault of that user. How many tries were missed is told; a later one that\n" \
	"is seen is told as a fault of its own.\n"

#define PID_TEXT \
	"PID is a process, a thread, or 'self' for mmlens itself.\n"
#define RANGE_TEXT \
	"RANGE is START-END, START+LENGTH (4096, 0x1000, 64K, 2M), an ADDRESS for its\n" \
	"page, or the name of VMAs: [heap], [stack], libc.so.6, /usr/bin/bash. Addresses\n" \
	"are hexadecimal, with or without 0x.\n"
#define SHARERS_TEXT \
	"\n" \
	"Found by the kernel's reverse maps, which lead from a page to all who map it.\n" \
	"Processes that share one address space are told once. Who comes or goes\n" \
	"meanwhile may be told or not. Needs CAP_SYS_ADMIN.\n" \
	"\n" \
	"Zero pages, those of the vdso and frames without a struct page (pfnmap) have no\n" \
	"reverse map, that of KSM is out of reach: who maps them is told as unknown.\n"

const char *const help_info[] = {
	"info",
	"the module, the kernel, and what both can tell",
	"Says which details you may see, too.\n",
};

const char *const help_mm[] = {
	"mm PID",
	"the address space: layout, sizes, page tables, users, OOM points",
	PID_TEXT
	"\n"
	"Page tables are counted by a walk over all of them. OOM points are what the OOM\n"
	"killer would measure this process by if the whole machine ran out of memory.\n",
};

const char *const help_vmas[] = {
	"vmas PID [RANGE] [--stats]",
	"its VMAs: where, what rights, what is behind them",
	"  --stats            count the pages of each VMA by their state, and what a\n"
	"                     write to them would copy\n"
	"\n"
	PID_TEXT
	"\n"
	RANGE_TEXT
	"\n"
	"When the range holds one VMA, everything about it is told.\n",
};

const char *const help_pages[] = {
	"pages PID [RANGE] [--verdict] [--forecast] [--each] [-o LIST] [FILTER...]",
	"its pages, as runs of equal neighbours",
	"  --verdict          what copy-on-write makes of the next write, and why\n"
	"  --forecast         what the next read, and the next write, will do\n"
	"  --each             each page by itself, with all details\n"
	"  -o, --detail LIST  what to tell, and to tell runs apart by: words from\n"
	"                     entry folio pfn counts lru node cgroup verdict forecast,\n"
	"                     or all, or none; +LIST adds to what is told anyway\n"
	"\n"
	"Filters show some of the pages: those that fit one word of each list.\n"
	"  --state=LIST       what they are: anon, zero, swap and other states\n"
	"  --verdict=LIST     exclusive, shared, reusable, n/a\n"
	"  --forecast=LIST    what an access will do, or may do: cow-copy, sigsegv;\n"
	"                     write:none for writes only, read:zero for reads only\n"
	"  --flag=LIST        flags of the entry or its folio: dirty, writeback\n"
	"  --list=LIST        where they stand for reclaim: inactive-file, generation,\n"
	"                     generation:3 for the generation of that number alone\n"
	"  --mapped           all but the state none\n"
	"A LIST has commas between its words. --verdict and --forecast do without, so\n"
	"that theirs must stand behind a '='. Where what decides is withheld from you, a\n"
	"verdict or forecast may fit: such pages are shown, too, and the answer says so.\n"
	"\n"
	"Over the pages of a row the PFN counts up; zero pages are all the same frame.\n"
	"\n"
	PID_TEXT
	"\n"
	RANGE_TEXT,
};

const char *const help_walk[] = {
	"walk PID ADDRESS",
	"the translation of an address, level by level",
	PID_TEXT
	"ADDRESS is hexadecimal, with or without 0x. It may lie in a hole.\n"
	"\n"
	"Below the page stands what the next read and the next write will do, and why,\n"
	"in the order in which processor and kernel come to it. Two outcomes are told\n"
	"where not even the kernel's settings and limits decide.\n",
};

const char *const help_cow[] = {
	"cow PID [RANGE] | cow PID PID2 [RANGE]",
	"what writes would copy, what a fork would share",
	"With one PID: of its private mappings, what a write to each page would do, and\n"
	"what would become of the pages in a fork. Each page is told by itself: where a\n"
	"write to one changes the fate of another, the sum cannot know. Pages pinned for\n"
	"a device are copied by a fork at once; who pins what cannot be seen, they are\n"
	"told as shared.\n"
	"\n"
	"With two PIDs: where at equal addresses both have the same page, and where they\n"
	"have diverged. Needs CAP_SYS_ADMIN.\n"
	"\n"
	PID_TEXT
	"\n"
	RANGE_TEXT
	"'cow 12 123' is of two PIDs, 'cow 12 0x123' of one and an address; more than\n"
	"seven digits are an address anyway.\n",
};

const char *const help_zero[] = {
	"zero PID [RANGE]",
	"the ledger of zero pages: they read as zero and cost nothing",
	PID_TEXT
	"\n"
	RANGE_TEXT
	"\n"
	"Untouched is private anonymous memory without an entry in the page tables, where\n"
	"a read would map a zero page.\n",
};

const char *const help_age[] = {
	"age PID [RANGE] [--vmas]",
	"its resident memory by age: what was used when",
	"  --vmas             for each VMA, too\n"
	"\n"
	"An ageing moves what it finds used to the youngest generation, and then opens\n"
	"the next one. So a page was found used last between the birth of its generation\n"
	"(AGE) and that of the next (IDLE), as of the last ageing. The kernel ages when\n"
	"it is short of memory. The classic LRU has no ages, but an order: active before\n"
	"inactive, referenced before not. Which of both the kernel runs is said. Needs\n"
	"CAP_SYS_ADMIN.\n"
	"\n"
	"Whether a page was used since, its accessed bit tells. Who else clears it, as\n"
	"MADV_FREE, MADV_COLD, clear_refs or DAMON, makes pages look idle.\n"
	"\n"
	PID_TEXT
	"\n"
	RANGE_TEXT,
};

const char *const help_sharers[] = {
	"sharers PID ADDRESS",
	"who maps the page at an address",
	PID_TEXT
	"ADDRESS is hexadecimal, with or without 0x.\n"
	SHARERS_TEXT,
};

const char *const help_pfn[] = {
	"pfn FRAME",
	"who maps the page in a frame",
	"FRAME is hexadecimal, with or without 0x, as 'pages -o pfn' and 'walk' print it.\n"
	SHARERS_TEXT,
};

const char *const help_lru[] = {
	"lru [PID [RANGE]] [--cgroup PATH] [--node N] [--stats] [--peek END]",
	"lists or generations for reclaim; of the system, or of a process",
	"Without a PID, of the system. Needs CAP_SYS_ADMIN.\n"
	"  --cgroup PATH      a cgroup and those below it: a directory, or its path below\n"
	"                     the root of the hierarchy\n"
	"  --node N           one node\n"
	"  --stats            zones, tiers, all cgroups with pages, and the counters\n"
	"  --peek END         folios at an end of the lists: tail, where reclaim takes\n"
	"                     from, or head, where they are added\n"
	"With --peek:\n"
	"  -n, --count COUNT  how many folios of each list, 1 to 64; default 16\n"
	"  --list NAME        inactive-anon, active-anon, inactive-file, active-file,\n"
	"                     generation (the oldest), or generation:NUMBER; default\n"
	"                     where reclaim looks next, for the head all\n"
	"  --cgroup PATH      this cgroup alone; default the root and the largest\n"
	"\n"
	"That a page is active, or in the two youngest generations, does not say that it\n"
	"is in use: new anonymous memory begins there, and new pages of files, read ahead\n"
	"or not, among the inactive. It is reclaim, and its ageing, that sorts them; who\n"
	"is not short of memory sees the order in which they came. The two regimes:\n"
	"/sys/kernel/mm/lru_gen/enabled. An ageing by hand, CGROUP and YOUNGEST as the\n"
	"file has them: echo '+ CGROUP NODE YOUNGEST 1 1' >/sys/kernel/debug/lru_gen\n"
	"Of the counters, FOUND is the sum over all cgroups, COUNTER what the kernel\n"
	"counts for the node, PENDING what single processors have not yet added to it.\n"
	"\n"
	PID_TEXT
	"\n"
	RANGE_TEXT,
};

const char *const help_zones[] = {
	"zones [--node N]",
	"free memory against the marks of reclaim, kswapd, and the settings",
	"  --node N           one node\n"
	"\n"
	"Needs CAP_SYS_ADMIN. Below the mark low kswapd is woken and reclaims, until more\n"
	"than high is free; below min allocations reclaim themselves. In a bar two thirds\n"
	"go up to the highest mark, the rest from there to the whole zone. A zone keeps\n"
	"some of its pages from allocations that could use a higher one: KEPT.\n",
};

const char *const help_faults[] = {
	"faults PID | -- COMMAND [ARGUMENTS...] | --cgroup PATH | --all",
	"page faults: how many of which class, how long they took, where",
	"Counts until the process ends, or Ctrl-C. A COMMAND is started, and watched\n"
	"until it ends, whatever its children do.\n"
	"  --for SECONDS      for so long, as 10 or 0.5; a COMMAND goes on\n"
	"  --follow           its children, too, that come from now on, and theirs\n"
	"  --cgroup PATH      the processes of a cgroup, and of those below it\n"
	"  --all              all processes\n"
	"  --classes LIST     some classes only: anon,cow-copy\n"
	"  --range RANGE      faults there only\n"
	"  --by LIST          class, thread, vma: only these, and all their rows\n"
	"  --histogram        the latencies of each class\n"
	"  -o, --output FILE  the answer goes there\n"
	"\n"
	"Nothing is sent for each fault: the kernel's side keeps counts, and histograms\n"
	"of four steps for each doubling. P50 is what half of the faults of a class do\n"
	"not exceed, to within a quarter. PAGES are all that the faults newly mapped: one\n"
	"may map the neighbours, too; one that replaces a page, as a copy, maps none.\n"
	"There is room for 512 threads and 1,024 VMAs, those that come first.\n"
	PLACES_TEXT
	"\n"
	"Beside that stand the kernel's own counts, as in rusage and /proc/PID/stat. It\n"
	"counts a fault for who made it, and one that failed for nobody. In JSON, the\n"
	"minflt and majflt of a COMMAND are those of its rusage.\n"
	"\n"
	"Without CAP_SYS_ADMIN, your own processes only; a watch ends when one becomes a\n"
	"program with other privileges.\n"
	"\n"
	PID_TEXT
	"\n"
	RANGE_TEXT,
};

const char *const help_watch[] = {
	"watch [KIND...] [PID | -- COMMAND [ARGUMENTS...] | --cgroup PATH | --all]",
	"what happens, as it happens: faults, evictions, reclaim",
	"With a PID or a COMMAND, that process: its faults, and the pages that it loses\n"
	"to reclaim. With neither, what the kernel does about the machine's memory. Ends\n"
	"with the process, the time of --for, or Ctrl-C.\n"
	"  --follow           its children, too, from now on\n"
	"  --cgroup PATH      the processes in a cgroup and those below it\n"
	"  --all              all processes\n"
	"  --range RANGE      what happens in a part of the address space of PID\n"
	"  --for SECONDS      no longer than that; with a unit: 500ms, 10min\n"
	"\n"
	"KIND, one or more instead of those above; all but the first for CAP_SYS_ADMIN,\n"
	"and those from --reclaim to --oom of the whole machine, whoever is watched:\n"
	"  --faults           what each did, and how long it took\n"
	"  --evictions        pages that reclaim took, and by whom; when they come back\n"
	"  --reclaim          kswapd, direct reclaim, limits of cgroups, what they did\n"
	"  --compaction       compaction and migration\n"
	"  --huge             huge pages made and split\n"
	"  --oom              victims of the OOM killer\n"
	"  --tlb              flushes of the TLB\n"
	"Which faults; with one of these and no KIND, faults alone:\n"
	"  --classes LIST     words from below, with commas between them\n"
	"  --latency MIN      that took so long at least: 50us, 2ms\n"
	"  --sample N         one of N\n"
	"How:\n"
	"  --summary          no lines, what it was in all alone\n"
	"  --stacks           with each fault the kernel's stack\n"
	"  -o, --output FILE  to a file; a COMMAND writes to standard output, too\n"
	"  --trace FILE       a trace for Perfetto (ui.perfetto.dev) besides\n"
	"\n"
	"TIME is when it was over, in seconds since the watch began; lines are in that\n"
	"order. A bar grows by the same for each factor of ten, from 100 ns to 1 s.\n"
	"Behind the class stands the access, r, w or x; behind the name and the offset,\n"
	"how many pages were mapped or taken, if it is not one. For an eviction stands\n"
	"who took the page where else the time does: kswapd, or the PID that had to\n"
	"reclaim, for itself (direct), for its cgroup's limit (memcg) or by advice. Behind\n"
	"an arrow stands where in swap it went: the number of the area, and the slot.\n"
	"\"retried\" are faults that had to begin anew; \"mmap_lock\" ones that could not\n"
	"do with the lock of their VMA; \"by gup\" is the kernel's on the process's behalf,\n"
	"\"by kernel\" its own, as read() fills a buffer; \"remote\" another process's.\n"
	"With -j an object stands on each line, -p or not; the last is a summary. Faults\n"
	"of a COMMAND are seen from its first instruction on. What is lost, because it\n"
	"comes faster than it can be written, is counted and told. Exits with 4 if COMMAND\n"
	"cannot be run; its own exit status is told below the lines.\n"
	"\n"
	PLACES_TEXT
	"\n"
	PID_TEXT
	"\n"
	RANGE_TEXT,
};

const char *const help_demo[] = {
	"demo [SCENE] [--step]",
	"scenes for a class: predict, do, verify",
	"  --step             wait for Enter before a prediction, and before its deed\n"
	"\n"
	"Without a SCENE, lists them. A scene starts a process of its own, has it do one\n"
	"thing a step, and measures what was predicted by its rusage, pagemap and smaps.\n"
	"Exits with 2 if a step did not go as predicted.\n",
};

static void print_options(void)
{
	fputs("\nOptions, before or after the command:\n"
	      "  -j, --json         one JSON object instead of text\n"
	      "  -p, --pretty       JSON, and over several lines\n"
	      "  -b, --bytes        sizes in bytes\n"
	      "  -n, --numeric      cgroups by their number, their paths are not looked up\n"
	      "  -c, --color[=WHEN] auto, always (the default of -c) or never\n"
	      "  -V, --version      the version\n"
	      "  -h, --help         this help, or that of the command, as does\n"
	      "                     'mmlens help [COMMAND]'\n",
	      stdout);
}

static void print_words(const struct term *term, const char *heading,
			const struct name_set *set)
{
	static const struct column columns[] = {
		{ "", 0 }, { "", COLUMN_WORDS },
	};
	struct table table;
	unsigned int i;

	printf("\n%s:\n", heading);
	table_begin(&table, term, columns, 2, false);
	for (i = 0; i < set->count; i++) {
		table_row(&table);
		table_cell(&table, 0, PAINT_NONE, "  %s", set->entries[i].name);
		table_cell(&table, 1, PAINT_NONE, "%s%s%s", set->entries[i].doc,
			   *set->entries[i].note ? " " : "",
			   set->entries[i].note);
	}
	table_end(&table);
}

/**
 * help_print() - how to use a command, or all of them
 * @term: the terminal
 * @command: the command, or NULL for all
 * @all: all commands
 */
void help_print(const struct term *term, const struct command *command,
		const struct command *all)
{
	const char *head = term_on(term, PAINT_HEAD), *off = term_off(term);

	if (command) {
		printf("%smmlens %s%s\n%s\n\n%s", head, command->help[0], off,
		       command->help[1], command->help[2]);
		if (command->takes & TAKES_FILTER) {
			print_words(term, "States", &names_state);
			print_words(term, "Verdicts", &names_verdict);
			print_words(term, "Forecasts", &names_forecast);
			print_words(term, "Flags", &names_page_flag);
			print_words(term, "LRU lists", &names_lru);
		}
		if (command->takes & (TAKES_COUNTS | TAKES_EVENTS))
			print_words(term, "Classes", &names_forecast);
		print_options();
		return;
	}
	printf("%smmlens [OPTIONS] COMMAND [ARGUMENTS]%s\n", head, off);
	fputs("What the kernel itself knows of a live process's memory.\n\nCommands:\n",
	      stdout);
	for (; all->name; all++)
		printf("  %-7s %s\n", all->name, all->help[1]);
	print_options();
	fputs("\nExit: 0 done, 1 usage, 2 the kernel refused or failed, 3 the module is not\n"
	      "there, 4 no such process, or it left, 5 the answer could not be written.\n",
	      stdout);
}
