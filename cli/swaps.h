/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_SWAPS_H
#define MMLENS_SWAPS_H

#include <stdbool.h>
#include <stddef.h>

/* A path may be as long as any, and each of its bytes be written as four. */
#define SWAP_NAME 1024

bool swap_find(const char *swaps, unsigned int type, char *name, size_t size);
bool swap_device(unsigned int type, char *name, size_t size);

#endif
