/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_FUZZ_WORLD_H
#define MMLENS_FUZZ_WORLD_H

#include "bytes.h"

/*
 * The program, whole, in a world that is made of the input of a fuzz target: the
 * module's answers, the files of the kernel, the terminal, the clock. It opens
 * no socket, starts nothing and writes no file.
 */

struct outcome {
	int status;
	bool colour;		/* may be in the output */
	bool utf8;
	char *out;		/* what it wrote */
	size_t out_size;
	char *err;
	size_t err_size;
	char *trace;		/* what --trace wrote, NULL for nothing */
	size_t trace_size;
};

void world_begin(struct bytes *in);
void world_run(int argc, char **argv, struct outcome *outcome);
void world_free(struct outcome *outcome);

#endif
