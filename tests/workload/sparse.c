// SPDX-License-Identifier: GPL-2.0
/*
 * One TiB of address space, or another size, of which only a few pages are
 * touched, and the tables between them are empty.
 *
 * usage: sparse [TOUCHED_MIB [SCATTERED [GIB]]]
 * SCATTERED pages stand at equal distances.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "say.h"

#define GIB (1UL << 30)

int main(int argc, char **argv)
{
	size_t touched = (argc > 1 ? strtoul(argv[1], NULL, 0) : 0) << 20;
	size_t scattered = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	size_t size = (argc > 3 ? strtoul(argv[3], NULL, 0) : 1024) * GIB, i;
	char *start = map(size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);

	madvise(start, size, MADV_NOHUGEPAGE);
	if (scattered) {
		/* Not at the start of a table each. */
		for (i = 0; i < scattered; i++)
			touch(start + (size / scattered * i & -PAGE) +
			      i % 512 * PAGE, PAGE);
		say_number("touched", scattered);
	} else {
		touch(start, touched ? touched : PAGE);
		touch(start + size / 2, PAGE);
		touch(start + size - PAGE, PAGE);
		say_number("touched", (touched ? touched / PAGE : 1) + 2);
	}
	say_area("sparse", start, size, "none anon");
	say_ready();
	wait_for_exit();
	return 0;
}
