// SPDX-License-Identifier: GPL-2.0
/*
 * A fault that is under way takes one of the places that the probe has for all
 * watches. Who may answer for faults of their own, by userfaultfd or a filesystem
 * in user space, can have them sleep for as long as they like: so each user has a
 * share of the places, and what is more of them is not seen. Threads cost a user
 * nothing but their limit; so it is not by thread, process or address space, of
 * which there may be many. (Subordinate user IDs are users here.)
 *
 * Each user who has places has one account. It is looked for in the set of
 * accounts that belongs to the user's number. One without places is anybody's who
 * needs one; which is settled under a lock, so that nobody gets two. Root's, and
 * that of kernel threads, who fault in the memory of others, are for no other.
 */
#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/user_namespace.h>

#include "share.h"

#define SETS_BITS	7
#define ACCOUNTS_A_SET	8
#define ACCOUNT_OF_ROOT	(ACCOUNTS_A_SET << SETS_BITS)
#define ACCOUNT_OF_KTHREADS	(ACCOUNT_OF_ROOT + 1)

/* The user's number above, the places below. */
static atomic64_t accounts[ACCOUNT_OF_KTHREADS + 1];
static DEFINE_RAW_SPINLOCK(accounts_lock);

/*
 * Who made a user namespace answers for all that are in it. If that is root of the
 * machine, it is root of the namespace, as with containers; or each user, if that
 * is the machine's root again, as with services that have their own namespace.
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
	if (!uid_eq(ns->owner, GLOBAL_ROOT_UID))
		return ns->owner;
	root = make_kuid(ns, 0);
	return uid_valid(root) && !uid_eq(root, GLOBAL_ROOT_UID) ?
		root : cred->uid;
}

/* Returns -ENOENT if it is somebody else's, -EDQUOT if all places are taken. */
static int take_of(u16 account, u32 user, u32 most)
{
	s64 is = atomic64_read(&accounts[account]);

	do {
		if (upper_32_bits(is) != user)
			return -ENOENT;
		if (lower_32_bits(is) >= most)
			return -EDQUOT;
	} while (!atomic64_try_cmpxchg(&accounts[account], &is, is + 1));
	return 0;
}

/* Returns -ENOENT if the user has none in the set. */
static int take_in(u16 set, u32 user, u32 most, u16 *account)
{
	int err = -ENOENT;

	for (*account = set; *account < set + ACCOUNTS_A_SET; ++*account) {
		err = take_of(*account, user, most);
		if (err != -ENOENT)
			break;
	}
	return err;
}

/*
 * One without places becomes the user's, with one: rather one that was nobody's
 * yet, so that two users do not take it from each other with each fault.
 */
static int open_in(u16 set, u32 user, u16 *account)
{
	bool used;
	s64 is;

	lockdep_assert_held(&accounts_lock);
	for (used = false; ; used = true) {
		for (*account = set; *account < set + ACCOUNTS_A_SET;
		     ++*account) {
			is = atomic64_read(&accounts[*account]);
			if ((used ? !lower_32_bits(is) : !is) &&
			    atomic64_try_cmpxchg(&accounts[*account], &is,
						 (u64)user << 32 | 1))
				return 0;
		}
		if (used)
			return -ENOSPC;
	}
}

static int take_or_open(u16 set, u32 user, u32 most, u16 *account)
{
	int err = take_in(set, user, most, account);

	if (err != -ENOENT)
		return err;
	raw_spin_lock(&accounts_lock);
	/* Another thread of the user's may have been faster. */
	err = take_in(set, user, most, account);
	if (err == -ENOENT)
		err = open_in(set, user, account);
	raw_spin_unlock(&accounts_lock);
	return err;
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

	for (i = 0; i < ARRAY_SIZE(accounts); i++)
		if (lower_32_bits(atomic64_read(&accounts[i])))
			return true;
	return false;
}

/**
 * mmlens_share_take() - take a place for the calling task
 * @most: what one user may have
 * @account: filled: whose it is
 *
 * Context: Task context, of a fault: no interrupt, in which nobody faults. May
 * take accounts_lock.
 * Return: true, and mmlens_share_give() is owed; false if the user has all that
 * one user may have, or nine users who share a set of accounts have places at once.
 */
bool mmlens_share_take(u32 most, u16 *account)
{
	u32 user = __kuid_val(payer());

	if (!user) {
		*account = current->flags & PF_KTHREAD ? ACCOUNT_OF_KTHREADS :
							 ACCOUNT_OF_ROOT;
		return !take_of(*account, user, most);
	}
	return !take_or_open(hash_32(user, SETS_BITS) * ACCOUNTS_A_SET, user,
			     most, account);
}

/**
 * mmlens_share_give() - give a place back
 * @account: whose it was; the task may have become another user's since
 *
 * Context: Any.
 */
void mmlens_share_give(u16 account)
{
	atomic64_dec(&accounts[account]);
}
