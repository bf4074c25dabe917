/* SPDX-License-Identifier: GPL-2.0 */
/* Who is looked at: from a descriptor or a PID to an mm_struct. */
#ifndef MMLENS_TARGET_H
#define MMLENS_TARGET_H

#include <linux/types.h>

struct mm_struct;

void mmlens_target_init(void);
bool mmlens_target_fd_works(void);
struct mm_struct *mmlens_target_from_fd(unsigned int fd);
struct mm_struct *mmlens_target_from_pid(pid_t nr);

#endif
