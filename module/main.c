// SPDX-License-Identifier: GPL-2.0
/* Start and end. What a process can ask for comes last and goes first. */
#include <linux/init.h>
#include <linux/module.h>
#include <net/genetlink.h>

#include "debugfs.h"
#include "genl.h"
#include "info.h"
#include "lru.h"
#include "memcg.h"
#include "probes.h"
#include "target.h"
#include "watch.h"

static int __init mmlens_init(void)
{
	int err;

	mmlens_target_init();
	mmlens_memcg_init();
	mmlens_lru_init();
	mmlens_probes_learn();
	err = mmlens_watch_init();
	if (err)
		return err;
	err = mmlens_genl_init();
	if (err) {
		mmlens_watch_exit();
		return err;
	}
	/* Cannot fail: a file that is open must never see the module go. */
	mmlens_debugfs_init();
	return 0;
}

static void __exit mmlens_exit(void)
{
	mmlens_debugfs_exit();
	mmlens_genl_exit();
	mmlens_watch_exit();
}

module_init(mmlens_init);
module_exit(mmlens_exit);

MODULE_DESCRIPTION("A microscope for the memory of a running process");
MODULE_LICENSE("GPL");
MODULE_VERSION(MMLENS_VERSION);
