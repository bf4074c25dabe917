// SPDX-License-Identifier: GPL-2.0
/*
 * One TiB of address space, of which only a few pages are touched, and the
 * tables between them are empty.
 *
 * usage: sparse [TOUCHED_MIB]
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "say.h"

#define TIB (1UL << 40)

int main(int argc, char **argv)
{
	size_t touched = (argc > 1 ? strtoul(argv[1], NULL, 0) : 0) << 20;
	char *start = map(TIB, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);

	madvise(start, TIB, MADV_NOHUGEPAGE);
	touch(start, touched ? touched : PAGE);
	touch(start + TIB / 2, PAGE);
	touch(start + TIB - PAGE, PAGE);
	say_area("sparse", start, TIB, "none anon");
	say_number("touched", (touched ? touched / PAGE : 1) + 2);
	say_ready();
	wait_for_exit();
	return 0;
}
