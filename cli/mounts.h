/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_MOUNTS_H
#define MMLENS_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

char *mounts_read(void);
bool mounts_path(const char *mounts, uint32_t major, uint32_t minor,
		 const char *path, char *to, size_t size);

#endif
