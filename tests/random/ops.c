// SPDX-License-Identifier: GPL-2.0
/* The choice of an operation, and those that touch and change what is mapped. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "family.h"

static sigjmp_buf back;
static volatile int caught;

static void on_signal(int number)
{
	caught = number;
	siglongjmp(back, 1);
}

/* On a stack of its own: the other may be what cannot be written. */
void catch_signals(void)
{
	static char stack[64 * 1024];
	const stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	const struct sigaction action = {
		.sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_NODEFER,
	};

	sigaltstack(&alternative, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

int access_byte(volatile char *at, bool write, char value)
{
	caught = 0;
	if (sigsetjmp(back, 0))
		return caught;
	if (write)
		*at = value;
	else
		(void)*at;
	return 0;
}

size_t touch(char *start, size_t pages, bool write, char fill)
{
	size_t i, refused = 0;

	for (i = 0; i < pages; i++)
		refused += !!access_byte(start + i * PAGE, write, fill ? fill :
					 (char)(i * 7 + 1));
	return refused;
}

void drain(void)
{
	unsigned long first = 1;

	/*
	 * Moving no page from the first node to the first begins by emptying
	 * the batches of all processors.
	 */
	syscall(SYS_migrate_pages, 0, 8 * sizeof(first), &first, &first);
}

struct area *pick_area(struct draw *draw)
{
	uint64_t which = draw_number(draw);

	/* Half the time one of the latest. */
	if (which >> 63 && self.used > 12)
		return &self.areas[self.used - 1 - which % 12];
	return self.used ? &self.areas[which % self.used] : NULL;
}

/* All of it, or some pages somewhere in it. */
char *pick_range(struct draw *draw, struct area *area, size_t *pages)
{
	uint64_t kind = draw_below(draw, 100), first = draw_number(draw);
	uint64_t count = draw_number(draw);

	first = kind < 35 ? 0 : first % area->pages;
	count = kind < 35 ? area->pages : 1 + count % (area->pages - first);
	if (kind > 75 && count > 32)
		count = 1 + count % 32;
	if (area->hugetlb) {
		first &= ~511UL;
		count = (count + 511) & ~511UL;
	}
	*pages = count;
	return area->start + first * PAGE;
}

void touch_some(struct draw *draw, uint64_t index)
{
	struct area *area = pick_area(draw);
	bool write = draw_chance(draw, 65);
	size_t pages, step, i, refused = 0;
	char *start;

	if (!area)
		return;
	start = pick_range(draw, area, &pages);
	step = draw_chance(draw, 70) ? 1 : 1 + draw_below(draw, 20);
	for (i = 0; i < pages; i += step)
		refused += touch(start + i * PAGE, 1, write, (char)(index + i) | 1);
	say("%s %p %zu pages, every %zuth, %zu refused",
	    write ? "write" : "read", start, pages, step, refused);
}

static void protect(char *start, size_t pages, struct draw *draw)
{
	static const int rights[] = {
		PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE, PROT_READ,
		PROT_READ, PROT_NONE, PROT_READ | PROT_EXEC,
		PROT_READ | PROT_WRITE | PROT_EXEC, PROT_WRITE,
	};
	int prot = rights[draw_below(draw, 8)];

	say("mprotect %p %zu pages %d: %d", start, pages, prot,
	    mprotect(start, pages * PAGE, prot) ? errno : 0);
}

/* Moves, grows or shrinks. */
static void move(struct area *area, struct draw *draw, uint64_t index)
{
	char *to = (char *)FIRST_ADDRESS + index * SLOT;
	size_t pages, count;
	char *start, *got;

	start = pick_range(draw, area, &pages);
	count = draw_chance(draw, 70) ? pages : 1 + draw_below(draw, 2 * pages);
	if (draw_chance(draw, 60))
		to += draw_below(draw, 512) * PAGE;
	got = mremap(start, pages * PAGE, count * PAGE,
		     MREMAP_MAYMOVE | MREMAP_FIXED, to);
	say("mremap %p %zu pages to %p %zu: %d", start, pages, to, count,
	    got == MAP_FAILED ? errno : 0);
	if (got != MAP_FAILED && self.used < AREAS)
		self.areas[self.used++] = (struct area){
			.start = got, .pages = count, .fd = area->fd,
			.hugetlb = area->hugetlb, .shared = area->shared,
		};
}

void change_some(struct draw *draw, uint64_t index)
{
	struct area *area = pick_area(draw);
	uint64_t kind = draw_below(draw, 100);
	size_t pages;
	char *start;

	if (!area)
		return;
	if (kind < 30) {
		move(area, draw, index);
		return;
	}
	start = pick_range(draw, area, &pages);
	if (kind < 80) {
		protect(start, pages, draw);
		return;
	}
	say("munmap %p %zu pages: %d", start, pages,
	    munmap(start, pages * PAGE) ? errno : 0);
}

void lock_some(struct draw *draw, uint64_t index)
{
	struct area *area = pick_area(draw);
	uint64_t kind = draw_below(draw, 3);
	size_t pages;
	char *start;
	int ret;

	(void)index;
	if (!area)
		return;
	start = pick_range(draw, area, &pages);
	ret = kind == 0 ? mlock(start, pages * PAGE) :
	      kind == 1 ? mlock2(start, pages * PAGE, MLOCK_ONFAULT) :
			  munlock(start, pages * PAGE);
	say("%s %p %zu pages: %d", kind == 2 ? "munlock" : "mlock", start,
	    pages, ret ? errno : 0);
}

static const struct {
	int weight;
	void (*operate)(struct draw *draw, uint64_t index);
} kinds[] = {
	{ 24, map_some }, { 28, touch_some }, { 14, change_some },
	{ 26, advise_some }, { 5, lock_some }, { 2, merge_some },
	{ 7, settle_some }, { 9, multiply }, { 9, uffd_some },
	{ 12, foresee_some }, { 10, play_scene },
};

void operate(uint64_t seed, uint64_t index, bool access_only)
{
	struct draw draw = { .state = seed ^ index * 0xd1342543de82ef95 };
	uint64_t at, total = 0;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		total += kinds[i].weight;
	at = draw_below(&draw, total);
	if (access_only) {
		(at % 3 ? play_scene : foresee_some)(&draw, index);
		return;
	}
	for (i = 0; at >= (uint64_t)kinds[i].weight; i++)
		at -= kinds[i].weight;
	kinds[i].operate(&draw, index);
}
