// SPDX-License-Identifier: GPL-2.0
/*
 * A table of tasks that are doing something, found by their address. Only the
 * task itself marks what it does, never in an interrupt.
 *
 * Whose begin was seen, and whose end will not be, because nobody watches any
 * more, is forgotten then: a mark does not outlive its task.
 */
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include "mark.h"

#define BUCKET_BITS	6
#define BUCKET_SIZE	16

/**
 * struct place - what a task is doing
 * @task: the task; NULL for an empty place
 * @doing: bits of enum mmlens_doing; 0 for an empty place
 * @mark: since when, each of them
 */
struct place {
	const struct task_struct *task;
	unsigned int doing;
	struct mmlens_mark mark[MMLENS_DOINGS];
};

struct bucket {
	raw_spinlock_t lock;	/* of its places */
	struct place place[BUCKET_SIZE];
};

static struct bucket *buckets;
static atomic_t marked = ATOMIC_INIT(0);	/* places that are not empty */

static struct bucket *own_bucket(void)
{
	return &buckets[hash_ptr(current, BUCKET_BITS)];
}

static struct place *find(struct bucket *bucket, const struct task_struct *task)
{
	unsigned int i;

	for (i = 0; i < BUCKET_SIZE; i++)
		if (bucket->place[i].task == task)
			return &bucket->place[i];
	return NULL;
}

static void clear(struct place *place, unsigned int doing)
{
	if (!place->doing)
		return;
	place->doing &= ~doing;
	if (place->doing)
		return;
	place->task = NULL;
	atomic_dec(&marked);
}

/**
 * mmlens_mark_begin() - the calling task begins to do something
 * @doing: what
 * @value: what is to be known at the end
 *
 * If there is no room, its end will have no begin.
 *
 * Context: Process context. Does not sleep. After mmlens_mark_attach().
 */
void mmlens_mark_begin(enum mmlens_doing doing, u64 value)
{
	u64 now = ktime_get_mono_fast_ns();
	struct bucket *bucket = own_bucket();
	struct place *place;

	raw_spin_lock(&bucket->lock);
	place = find(bucket, current) ?: find(bucket, NULL);
	if (place) {
		if (!place->task)
			atomic_inc(&marked);
		place->task = current;
		place->doing |= BIT(doing);
		place->mark[doing] = (struct mmlens_mark){
			.began = now,
			.value = value,
		};
	}
	raw_spin_unlock(&bucket->lock);
}

static bool look(enum mmlens_doing doing, struct mmlens_mark *mark, bool end)
{
	struct bucket *bucket = own_bucket();
	struct place *place;
	bool found;

	if (!atomic_read(&marked))
		return false;
	raw_spin_lock(&bucket->lock);
	place = find(bucket, current);
	found = place && place->doing & BIT(doing);
	if (found) {
		*mark = place->mark[doing];
		if (end)
			clear(place, BIT(doing));
	}
	raw_spin_unlock(&bucket->lock);
	return found;
}

/**
 * mmlens_mark_find() - is the calling task doing something?
 * @doing: what
 * @mark: filled if so
 *
 * Context: Process context. Does not sleep. After mmlens_mark_attach().
 * Return: true if so.
 */
bool mmlens_mark_find(enum mmlens_doing doing, struct mmlens_mark *mark)
{
	return look(doing, mark, false);
}

/**
 * mmlens_mark_end() - the calling task has done something
 * @doing: what
 * @mark: filled if its begin was seen
 *
 * Context: Process context. Does not sleep. After mmlens_mark_attach().
 * Return: true if its begin was seen.
 */
bool mmlens_mark_end(enum mmlens_doing doing, struct mmlens_mark *mark)
{
	return look(doing, mark, true);
}

/**
 * mmlens_mark_forget() - the ends of what began are not seen any more
 * @doings: bits of enum mmlens_doing
 *
 * Context: Process context. Nobody marks this any more.
 */
void mmlens_mark_forget(unsigned int doings)
{
	unsigned int i, j;

	for (i = 0; i < 1 << BUCKET_BITS; i++) {
		struct bucket *bucket = &buckets[i];

		raw_spin_lock(&bucket->lock);
		for (j = 0; j < BUCKET_SIZE; j++)
			clear(&bucket->place[j], doings);
		raw_spin_unlock(&bucket->lock);
	}
}

/**
 * mmlens_mark_attach() - make the table
 *
 * Context: Process context. May sleep. Serialized by the caller. Nothing that
 * marks is attached yet.
 * Return: 0 or -ENOMEM.
 */
int mmlens_mark_attach(void)
{
	unsigned int i;

	buckets = kvcalloc(1 << BUCKET_BITS, sizeof(*buckets), GFP_KERNEL);
	if (!buckets)
		return -ENOMEM;
	for (i = 0; i < 1 << BUCKET_BITS; i++)
		raw_spin_lock_init(&buckets[i].lock);
	atomic_set(&marked, 0);
	return 0;
}

/**
 * mmlens_mark_detach() - free the table
 *
 * Context: Process context. May sleep. Serialized by the caller. Nothing that
 * marks is attached any more.
 */
void mmlens_mark_detach(void)
{
	kvfree(buckets);
	buckets = NULL;
}
