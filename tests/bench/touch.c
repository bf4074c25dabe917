// SPDX-License-Identifier: GPL-2.0
/*
 * Writes to new pages, and says how many nanoseconds a page took at best:
 * instructions, in a guest that counts them.
 *
 * usage: touch
 * Each line on stdin is answered by a number.
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>

#define PAGE	4096UL
#define PAGES	2048UL
#define ROUNDS	10

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static uint64_t round_of_faults(void)
{
	char *start = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t began;
	size_t i;

	if (start == MAP_FAILED)
		return UINT64_MAX;
	madvise(start, PAGES * PAGE, MADV_NOHUGEPAGE);
	began = now();
	for (i = 0; i < PAGES; i++)
		*(volatile char *)(start + i * PAGE) = 1;
	began = now() - began;
	munmap(start, PAGES * PAGE);
	return began;
}

int main(void)
{
	char line[64];

	while (fgets(line, sizeof(line), stdin)) {
		uint64_t best = UINT64_MAX;
		int i;

		for (i = 0; i < ROUNDS; i++) {
			uint64_t took = round_of_faults();

			if (took < best)
				best = took;
		}
		printf("%.1f\n", (double)best / PAGES);
		fflush(stdout);
	}
	return 0;
}
