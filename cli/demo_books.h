/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_DEMO_BOOKS_H
#define MMLENS_DEMO_BOOKS_H

#include <linux/mmlens.h>
#include <stdbool.h>
#include <stdint.h>

#include "fail.h"
#include "target.h"

/* As many as a huge page of x86-64 has. */
#define BOOKS_PAGES 512

/*
 * What pagemap and smaps tell of one VMA. A prediction of mmlens is measured by
 * these, and not by what mmlens says afterwards.
 */
struct books {
	uint64_t rss;			/* bytes */
	uint64_t pss;			/* the same, shared pages by halves */
	unsigned int pages;		/* of the VMA */
	unsigned int present;		/* of these are mapped */
	uint64_t entry[BOOKS_PAGES];	/* of pagemap */
};

/* What happened, as far as the books can tell. */
struct happening {
	bool known;		/* it fits one of the outcomes of a scene */
	enum mmlens_forecast what;
	enum mmlens_forecast or_else;	/* the same if that is certain */
};

int books_read(struct books *books, const struct target *target,
	       uint64_t start, unsigned int pages, uint64_t page_size,
	       struct failure *f);
bool books_mapped(const struct books *books, unsigned int page);
bool books_alone(const struct books *books, unsigned int page);
uint64_t books_pfn(const struct books *books, unsigned int page);
struct happening books_tell(const struct books *before,
			    const struct books *after, unsigned int page,
			    uint64_t page_size, uint64_t faults_minor,
			    uint64_t faults_major);

#endif
