/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_STAND_H
#define MMLENS_STAND_H

#include "places.h"
#include "select.h"
#include "table.h"

/* LRUs that one process has pages in, so many that a person would read them. */
#define LRUVECS 32

/* Where the pages of a process stand: what lru PID and age begin with. */
struct stand_answer {
	struct selection selection;
	struct places *places;	/* one for each VMA */
	struct places sum;
	uint32_t regime;
	bool mixed;		/* of the pages, some are on lists, some not */
	struct lruvec_sum lruvecs[LRUVECS];
	size_t lruvec_count;	/* more than LRUVECS, if there are more */
	struct mmlens_stall stall;
	bool changed;
};

typedef int (*stand_json_fn)(struct context *c,
			     const struct stand_answer *answer);
typedef int (*stand_text_fn)(struct context *c,
			     const struct stand_answer *answer);

int stand_command(struct context *c, int argc, char **argv, const char *key,
		  stand_json_fn json, stand_text_fn text);

void js_pages(struct json_object *object, uint64_t pages, uint64_t page_size);
void place_json(const struct context *c, struct json_object *object,
		const struct place *place);
void no_list_json(const struct context *c, struct json_object *array,
		  const struct places *places);
void beside_json(struct json_object *object, const struct places *places);
struct json_object *stand_json_begin(struct context *c, const char *key,
				     const struct stand_answer *answer);
struct json_object *stand_json_summary(struct context *c,
				       struct json_object *object,
				       const struct stand_answer *answer);

void stand_headline(const struct context *c, const char *what);
void stand_regime_text(const struct context *c,
		       const struct stand_answer *answer);
void lru_name_cell(const struct context *c, struct table *table, size_t column,
		   const struct vma *vma, int columns);
void lruvecs_text(struct context *c, const struct stand_answer *answer);
void stand_end_text(struct context *c, const struct stand_answer *answer);
uint64_t swap_free(void);
uint64_t beside_swap(const struct places *places);

int lru_pid_json(struct context *c, const struct stand_answer *answer);
int lru_pid_text(struct context *c, const struct stand_answer *answer);
int age_json(struct context *c, const struct stand_answer *answer);
int age_text(struct context *c, const struct stand_answer *answer);

#endif
