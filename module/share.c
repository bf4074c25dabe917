// SPDX-License-Identifier: GPL-2.0
/*
 * A fault that is under way takes one of the places that the probe has for all
 * watches. Who may answer for faults of their own, by userfaultfd or a filesystem
 * in user space, can have them sleep for as long as they like: so each user has a
 * share of the places, and what is more of them is not seen. Threads cost a user
 * nothing but their limit; so it is not by thread, process or address space, of
 * which there may be many.
 *
 * Users are told apart by a hash. Two that have the same account share it.
 */
#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/user_namespace.h>

#include "share.h"

#define ACCOUNT_BITS	8

static atomic_t taken[1 << ACCOUNT_BITS];

/*
 * Who made a user namespace answers for all that are in it; if that is root of the
 * machine, as with containers, then root of the namespace.
 */
static kuid_t payer(void)
{
	const struct cred *cred = current_real_cred();
	struct user_namespace *ns = cred->user_ns;
	kuid_t root;

	if (!ns->parent)
		return cred->uid;
	while (ns->parent->parent)
		ns = ns->parent;
	root = make_kuid(ns, 0);
	return uid_eq(ns->owner, GLOBAL_ROOT_UID) && uid_valid(root) ?
		root : ns->owner;
}

/**
 * mmlens_share_any() - has anybody a place?
 *
 * Context: Any. Nobody takes any meanwhile, and a place that is given back may
 * still be counted.
 * Return: true if so.
 */
bool mmlens_share_any(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(taken); i++)
		if (atomic_read(&taken[i]))
			return true;
	return false;
}

/**
 * mmlens_share_take() - take a place for the calling task
 * @most: what one user may have
 * @account: filled: whose it is
 *
 * Context: Any.
 * Return: true, and mmlens_share_give() is owed; false if the user has all that
 * one user may have.
 */
bool mmlens_share_take(int most, u8 *account)
{
	BUILD_BUG_ON(ARRAY_SIZE(taken) - 1 > U8_MAX);
	*account = hash_32(__kuid_val(payer()), ACCOUNT_BITS);
	return atomic_add_unless(&taken[*account], 1, most);
}

/**
 * mmlens_share_give() - give a place back
 * @account: whose it was; the task may have become another user's since
 *
 * Context: Any.
 */
void mmlens_share_give(u8 account)
{
	atomic_dec(&taken[account]);
}
