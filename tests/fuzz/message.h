/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_FUZZ_MESSAGE_H
#define MMLENS_FUZZ_MESSAGE_H

#include <linux/netlink.h>

#include "bytes.h"

/* No message is longer; there is room for one more attribute of any length. */
#define MESSAGE_MOST 24000

/*
 * Messages of the family as an input wants them: most like the module's own,
 * with plausible and extreme values, some damaged in one place, some in many.
 */

void message_begin(void);
void message_any(struct bytes *in, unsigned int command, char *to);
const char *program_word(unsigned int number);

#endif
