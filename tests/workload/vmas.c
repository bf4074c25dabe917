// SPDX-License-Identifier: GPL-2.0
/*
 * Many VMAs: a reservation in which every other page has other rights.
 *
 * usage: vmas COUNT
 * "step" changes one more page, once, inside the last VMA.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "say.h"

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 0) : 20000;
	char *start = map((count + 2) * PAGE, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	size_t i;

	for (i = 0; i < count; i += 2)
		if (mprotect(start + i * PAGE, PAGE, PROT_READ | PROT_WRITE))
			die("mprotect");
	say_area("many", start, count * PAGE, "none*%zu", count);
	say_number("vmas", count);
	say_ready();
	while (next_command()) {
		if (mprotect(start + count * PAGE, PAGE, PROT_READ))
			die("mprotect");
		say_ready();
	}
	return 0;
}
