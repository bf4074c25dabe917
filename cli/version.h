/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_VERSION_H
#define MMLENS_VERSION_H

#define MMLENS_VERSION "0.1.0"

#endif
