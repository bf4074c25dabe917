/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_QUOTE_H
#define MMLENS_QUOTE_H

#include <stddef.h>

/* Room for a JSON string of so many bytes: \u00xx, quotes and the end. */
#define QUOTE_ROOM(bytes) ((bytes) * 6 + 3)

const char *quote(const char *from, char *to, size_t size);

#endif
