/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_CGROUP_H
#define MMLENS_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fail.h"

int cgroup_path(uint64_t id, char *to, size_t size);
bool cgroup_memory_disabled(void);
int cgroup_id(const char *path, uint64_t *id, struct failure *f);

#endif
