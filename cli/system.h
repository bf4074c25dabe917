/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_SYSTEM_H
#define MMLENS_SYSTEM_H

#include "complete.h"
#include "target.h"

void system_read(struct system *sys, const struct target *target);

#endif
