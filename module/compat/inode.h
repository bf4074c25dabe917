/* SPDX-License-Identifier: GPL-2.0 */
/* A name of an inode, without a reference. */
#ifndef MMLENS_COMPAT_INODE_H
#define MMLENS_COMPAT_INODE_H

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/version.h>

/* 7.x took the list of aliases out of a union, and named the walk. */
#ifndef for_each_alias
#define for_each_alias(dentry, inode) \
	hlist_for_each_entry(dentry, &(inode)->i_dentry, d_u.d_alias)
#endif

/* Being made, or going away: then the list of names is something else. */
static inline bool mmlens_inode_is_passing(struct inode *inode)
{
	const unsigned long passing = I_NEW | I_WILL_FREE | I_FREEING | I_CLEAR;

/* 6.19 put the word behind accessors. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
	return inode_state_read(inode) & passing;
#else
	return inode->i_state & passing;
#endif
}

/**
 * mmlens_inode_alias() - a name under which a file is found
 * @inode: no directory
 *
 * A reference to the inode or its name would stand in the way of an unmount, so
 * none is taken. d_find_alias_rcu(), which does the same, is not exported. Names
 * that RCU does not keep, as those of pipes and memfds, are not hashed.
 *
 * Context: Under RCU, which keeps the inode. Takes inode->i_lock if it is free:
 * an inode that is made anew at this moment has it initialised.
 * Return: a dentry that RCU keeps, or NULL.
 */
static inline struct dentry *mmlens_inode_alias(struct inode *inode)
{
	struct dentry *alias, *found = NULL;

	if (!spin_trylock(&inode->i_lock))
		return NULL;
	if (!mmlens_inode_is_passing(inode)) {
		for_each_alias(alias, inode) {
			if (!d_unhashed(alias) &&
			    !(alias->d_flags & DCACHE_NORCU)) {
				found = alias;
				break;
			}
		}
	}
	spin_unlock(&inode->i_lock);
	return found;
}

#endif
