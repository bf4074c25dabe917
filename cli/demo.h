/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_DEMO_H
#define MMLENS_DEMO_H

#include "cmd.h"
#include "demo_actor.h"
#include "demo_books.h"

/* Both views of a VMA: what mmlens tells, and what the kernel's files tell. */
struct look {
	struct mmlens_page_run *runs;
	size_t count;
	uint32_t withheld;	/* bits of enum mmlens_detail */
	struct books books;
};

struct actor {
	const char *name;
	struct target target;
	bool present;		/* on the stage */
	struct look look;	/* the latest */
	struct books before;	/* the books before the present step */
};

#define ACTORS 2
/* More pages than these are drawn several to a sign. */
#define SIGNS 32

/* One scene as it goes on. */
struct demo {
	struct context *c;
	struct troupe troupe;
	struct actor actors[ACTORS];
	uint64_t start;		/* of the VMA that is looked at, in each actor */
	unsigned int pages;
	unsigned int steps;
	unsigned int missed;	/* steps that did not go as predicted */
	unsigned int undecided;	/* either of two outcomes was predicted */
	unsigned int copied;	/* pages, by the accesses */
	unsigned int reused;
	bool unseen;		/* something was withheld */
	struct json_object *list;
};

/* What is predicted, and what became of it. */
struct step {
	unsigned int number;
	const char *what;	/* a sentence */
	struct actor *actor;	/* who does it */

	bool access;		/* of a byte; else all pages change */
	bool write;
	unsigned int page;
	enum mmlens_forecast forecast;
	enum mmlens_forecast or_else;
	enum mmlens_why why;
	struct happening happened;
	struct deed_done done;

	enum mmlens_verdict verdict;	/* of the pages from this one on */
	bool unseen;		/* what decides is withheld */
	bool as_predicted;
};

struct scene {
	const char *name;
	const char *about;
	int (*play)(struct demo *demo);
};

extern const struct scene demo_zero, demo_fork;

unsigned int demo_huge_pages(const struct demo *demo);
int demo_look(struct demo *demo);
int demo_map(struct demo *demo, unsigned int pages, bool huge,
	     const char *what);
int demo_access(struct demo *demo, unsigned int actor, unsigned int page,
		bool write, const char *what);
int demo_change(struct demo *demo, unsigned int actor, enum deed deed,
		unsigned int first, enum mmlens_verdict verdict,
		const char *what);
const struct mmlens_page_run *look_run(const struct demo *demo,
				       const struct look *look,
				       unsigned int page);

void demo_text_begin(const struct demo *demo, const struct scene *scene);
void demo_text_say(const struct demo *demo, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int demo_text_announce(struct demo *demo, const struct step *step);
int demo_text_predict(struct demo *demo, const struct step *step);
int demo_text_happened(struct demo *demo, const struct step *step);

void demo_json_begin(struct demo *demo, const struct scene *scene);
void demo_json_step(struct demo *demo, const struct step *step);
struct json_object *demo_json_summary(struct demo *demo);

#endif
