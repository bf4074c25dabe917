/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_FUZZ_PRETEND_H
#define MMLENS_FUZZ_PRETEND_H

#include "bytes.h"

/* What the parts of the world have in common. */

int mmlens_main(int argc, char **argv);

struct bytes *world_input(void);
void socket_begin(void);
bool socket_has(int fd);

#endif
