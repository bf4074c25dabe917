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
static int share;

/* Who made a user namespace answers for all that are in it. */
static kuid_t payer(void)
{
	const struct cred *cred = current_real_cred();
	const struct user_namespace *ns;
	kuid_t uid = cred->uid;

	for (ns = cred->user_ns; ns->parent; ns = ns->parent)
		uid = ns->owner;
	return uid;
}

/**
 * mmlens_share_init() - begin with nothing taken
 * @most: what each user may take
 *
 * What was taken before is never given back: by faults whose probe has gone.
 *
 * Context: Any. Nobody takes or gives.
 */
void mmlens_share_init(int most)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(taken); i++)
		atomic_set(&taken[i], 0);
	share = most;
}

/**
 * mmlens_share_take() - take a place for the calling task
 * @account: filled: whose it is
 *
 * Context: Any.
 * Return: true, and mmlens_share_give() is owed; false if the user has all that
 * one user may have.
 */
bool mmlens_share_take(u8 *account)
{
	BUILD_BUG_ON(ARRAY_SIZE(taken) - 1 > U8_MAX);
	*account = hash_32(__kuid_val(payer()), ACCOUNT_BITS);
	return atomic_add_unless(&taken[*account], 1, share);
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
