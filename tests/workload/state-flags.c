// SPDX-License-Identifier: GPL-2.0
/* One VMA for each flag that a program can set. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "say.h"
#include "state.h"

#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 8
#endif
#ifndef SYS_mseal
#define SYS_mseal 462
#endif

/* Apart from each other, or equal neighbours would become one VMA. */
static void *apart(size_t len, int prot, int flags)
{
	char *start = mmap(NULL, len + 2 * PAGE, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (start == MAP_FAILED)
		die("mmap");
	start = mmap(start + PAGE, len, prot, flags | MAP_FIXED, -1, 0);
	return start == MAP_FAILED ? NULL : start;
}

static void advised(const char *name, size_t pages)
{
	static const int advice[] = {
		MADV_SEQUENTIAL, MADV_RANDOM, MADV_DONTFORK, MADV_DONTDUMP,
		MADV_WIPEONFORK, MADV_MERGEABLE, MADV_HUGEPAGE, MADV_NOHUGEPAGE,
	};
	size_t i;

	for (i = 0; i < sizeof(advice) / sizeof(*advice); i++) {
		void *start = apart(pages * PAGE, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS);

		if (madvise(start, pages * PAGE, advice[i]))
			say_skip(name, "an advice is not known");
		else
			say_area(name, start, pages * PAGE, "none*%zu", pages);
	}
}

static void mapped(const char *name, size_t pages)
{
	static const int flags[] = {
		MAP_PRIVATE | MAP_NORESERVE, MAP_PRIVATE | MAP_GROWSDOWN,
		MAP_PRIVATE | MAP_LOCKED, MAP_SHARED, MAP_DROPPABLE,
	};
	static const int prot[] = {
		PROT_NONE, PROT_READ, PROT_WRITE | PROT_READ, PROT_EXEC,
		PROT_READ | PROT_WRITE | PROT_EXEC,
	};
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		/* Locked memory is populated at once. */
		const char *state = flags[i] & MAP_LOCKED ? "anon" : "none";
		void *start = apart(pages * PAGE, PROT_READ | PROT_WRITE,
				    flags[i] | MAP_ANONYMOUS);

		if (!start)
			say_skip(name, "a flag of mmap is not known");
		else
			say_area(name, start, pages * PAGE, "%s*%zu", state,
				 pages);
	}
	for (i = 0; i < sizeof(prot) / sizeof(*prot); i++)
		say_area(name, apart(pages * PAGE, prot[i],
				     MAP_PRIVATE | MAP_ANONYMOUS),
			 pages * PAGE, "none*%zu", pages);
}

static void called(const char *name, size_t pages)
{
	void *start = apart(pages * PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS);

	if (mlock2(start, pages * PAGE, MLOCK_ONFAULT))
		die("mlock2");
	say_area(name, start, pages * PAGE, "none*%zu", pages);

	start = apart(pages * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS);
	if (syscall(SYS_mseal, start, pages * PAGE, 0))
		say_skip(name, "no mseal before 6.10");
	else
		say_area(name, start, pages * PAGE, "none*%zu", pages);

	start = apart(pages * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS);
	if (pkey_mprotect(start, pages * PAGE, PROT_READ, pkey_alloc(0, 0)))
		say_skip(name, "no protection keys on this processor");
	else
		say_area(name, start, pages * PAGE, "none*%zu", pages);
}

const struct state flag_states[] = {
	{ "advised", advised, 2 },
	{ "mapped", mapped, 2 },
	{ "called", called, 2 },
	{ }
};
