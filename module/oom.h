/* SPDX-License-Identifier: GPL-2.0 */
/* Victims of the OOM killer. */
#ifndef MMLENS_OOM_H
#define MMLENS_OOM_H

int mmlens_oom_attach(void);
void mmlens_oom_detach(void);

#endif
