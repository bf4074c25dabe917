/* SPDX-License-Identifier: GPL-2.0 */
/* Nodes. */
#ifndef MMLENS_COMPAT_NODE_H
#define MMLENS_COMPAT_NODE_H

#include <linux/mmzone.h>

/**
 * mmlens_kswapd_failures() - how often in a row kswapd found nothing
 * @pgdat: the node
 *
 * An int that has become an atomic_t, which is one, too, between 6.12 and 7.3.
 *
 * Context: Any.
 * Return: the count.
 */
static inline int mmlens_kswapd_failures(pg_data_t *pgdat)
{
	BUILD_BUG_ON(sizeof(pgdat->kswapd_failures) != sizeof(int));
	return READ_ONCE(*(int *)&pgdat->kswapd_failures);
}

#endif
