/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_FAULTS_H
#define MMLENS_FAULTS_H

#include "ask_watch.h"
#include "counts.h"
#include "kernel_faults.h"
#include "whom.h"

/* What faults are told by. */
enum faults_by {
	BY_CLASS = 1 << 0,
	BY_THREAD = 1 << 1,
	BY_VMA = 1 << 2,
	BY_ALL = BY_CLASS | BY_THREAD | BY_VMA,
};

struct faults_answer {
	struct whom whom;
	struct watch watch;
	unsigned int by;
	bool chosen;		/* with --by: all rows are told */
	bool left;		/* all that was watched has left */
	struct watch_counts counts;
	const struct watched_vma **vmas;	/* those with the most faults first */
	size_t vma_count;
	bool kernel_known;	/* the following are filled */
	struct kernel_faults before;	/* when the watch began */
	struct kernel_faults after;
	bool compared;		/* and this, as all faults were watched */
	struct accounts accounts;
};

bool faults_before_exec(const struct faults_answer *answer,
			const struct watched_vma *vma);
uint64_t faults_minor(const struct faults_answer *answer);
uint64_t faults_major(const struct faults_answer *answer);
int faults_json(struct context *c, const struct faults_answer *answer);
int faults_text(struct context *c, const struct faults_answer *answer);

#endif
