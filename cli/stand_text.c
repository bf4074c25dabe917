// SPDX-License-Identifier: GPL-2.0
/* What the answers of lru PID and age have in common, for a person. */
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "file.h"
#include "names_gen.h"
#include "say.h"
#include "stand.h"
#include "tell.h"
#include "text.h"

/**
 * stand_headline() - whose pages
 * @c: the run
 * @what: is told of them
 */
void stand_headline(const struct context *c, const char *what)
{
	char comm[256];

	text_safe(c->target.comm, comm, sizeof(comm));
	say(&c->term, PAINT_HEAD, "%s (PID %d): %s", comm, c->target.pid, what);
}

/* Without swap, the oldest generation of anonymous memory becomes the youngest. */
static void wrap_text(const struct context *c)
{
	char text[32];
	bool none = file_read(AT_FDCWD, "/proc/sys/vm/swappiness", text,
			      sizeof(text)) > 0 && !strcmp(text, "0\n");

	if (!none && swap_free())
		return;
	say(&c->term, PAINT_NONE,
	    "%s: the kernel takes no anonymous memory then, and an ageing that finds no room for a new generation calls the oldest of it the youngest. It may stand there and never have been used.",
	    none ? "vm.swappiness is 0" : "No swap is free");
}

/**
 * stand_regime_text() - which LRU, and what its words mean
 * @c: the run
 * @answer: the answer
 */
void stand_regime_text(const struct context *c,
		       const struct stand_answer *answer)
{
	if (answer->mixed)
		say(&c->term, PAINT_NONE,
		    "The kernel is being switched from one LRU to the other: some pages are in generations, some on the active and inactive lists.");
	else if (answer->regime == MMLENS_REGIME_GENERATIONS)
		say(&c->term, PAINT_NONE,
		    "The multi-generational LRU: a generation holds what was last found in use, or came, at about the same time. Reclaim takes from the oldest.");
	else
		say(&c->term, PAINT_NONE,
		    "The classic LRU: reclaim takes from the inactive lists. It keeps an order, but no ages.");
	if (answer->mixed || answer->regime == MMLENS_REGIME_GENERATIONS)
		wrap_text(c);
}

/**
 * lru_name_cell() - the name of a VMA, as short as needed
 * @c: the run
 * @table: the table
 * @column: number of the column
 * @vma: the VMA
 * @columns: of the terminal, that the name may take
 */
void lru_name_cell(const struct context *c, struct table *table, size_t column,
		   const struct vma *vma, int columns)
{
	char text[1024], shorter[NAME_MAX_LEN * MB_LEN_MAX];
	const char *name = text_vma_name(vma);
	const char *slash = strrchr(name, '/');
	char buf[NAME_MAX_LEN];

	text_safe(slash ? slash + 1 : name, text, sizeof(text));
	text_cut(text, columns, c->term.utf8, shorter, sizeof(shorter));
	table_cell(table, column, paint_of_kind(vma->v.kind), "%s",
		   *text ? shorter : name_of(&names_vma_kind, vma->v.kind, buf));
}

/**
 * lruvecs_text() - in which LRUs the pages lie, if there are several
 * @c: the run
 * @answer: the answer
 */
void lruvecs_text(struct context *c, const struct stand_answer *answer)
{
	char path[4096], safe[4096 * 4], size[SIZE_TEXT];
	size_t i;

	if (answer->lruvec_count < 2)
		return;
	putchar('\n');
	say(&c->term, PAINT_NONE,
	    "Each cgroup has an LRU of its own on each node, whose generations are numbered by themselves. The pages lie in %s%zu of them:",
	    answer->lruvec_count > LRUVECS ? "more than " : "",
	    answer->lruvec_count > LRUVECS ? LRUVECS : answer->lruvec_count);
	for (i = 0; i < answer->lruvec_count && i < LRUVECS; i++) {
		const struct lruvec_sum *sum = &answer->lruvecs[i];

		if (c->options.numeric ||
		    cgroup_path(sum->cgroup, path, sizeof(path)))
			snprintf(path, sizeof(path), "%" PRIu64, sum->cgroup);
		text_safe(path, safe, sizeof(safe));
		printf("%3zu. %s on node %u, cgroup %s\n", i + 1,
		       text_size(sum->pages * c->page_size, c->options.bytes,
				 size), sum->node,
		       sum->cgroup ? safe : "none");
	}
}

/**
 * beside_swap() - what is in swap
 * @places: the places
 *
 * Return: Pages.
 */
uint64_t beside_swap(const struct places *places)
{
	return places->beside[MMLENS_STATE_SWAP];
}

/**
 * stand_end_text() - what is not resident, and how far all can be relied on
 * @c: the run
 * @answer: the answer
 */
void stand_end_text(struct context *c, const struct stand_answer *answer)
{
	const struct places *sum = &answer->sum;
	char text[1024] = "", buf[NAME_MAX_LEN], size[SIZE_TEXT];
	size_t n = 0;
	unsigned int i;

	for (i = 0; i < TOTAL_STATES && n < sizeof(text); i++)
		if (sum->beside[i])
			n += (size_t)snprintf(text + n, sizeof(text) - n,
					      "%s%s %s", n ? ", " : "",
					      name_of(&names_state, i, buf),
					      text_size(sum->beside[i] *
							c->page_size,
							c->options.bytes,
							size));
	if (n) {
		putchar('\n');
		say(&c->term, PAINT_NONE,
		    "Beside it, not resident and on no list: %s.", text);
	}
	lruvecs_text(c, answer);
	remarks_text(c, 0, answer->changed, &answer->stall);
}
