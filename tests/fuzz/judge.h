/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_FUZZ_JUDGE_H
#define MMLENS_FUZZ_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

/* What may be said of an output whatever it says. All end the program if not. */

void judge(bool right, const char *what, const char *text);
void judge_json(const char *text, size_t size, bool many, bool pretty);
void judge_text(const char *text, size_t size, bool colour, bool utf8);

#endif
