/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_FILE_H
#define MMLENS_FILE_H

#include <stddef.h>
#include <sys/types.h>

ssize_t file_read(int dir, const char *name, char *to, size_t size);

#endif
