/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_SAY_H
#define MMLENS_SAY_H

#include "term.h"

void say(const struct term *term, enum paint paint, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
