// SPDX-License-Identifier: GPL-2.0
#include "select.h"

#include <errno.h>
#include <string.h>

/**
 * select_parse() - read what part is meant
 * @c: the run
 * @text: a range or a VMA's name; NULL for all
 * @s: filled, to be freed
 *
 * Return: 0, or -errno with the failure told.
 */
int select_parse(struct context *c, const char *text, struct selection *s)
{
	memset(s, 0, sizeof(*s));
	return text ? arg_range(text, c->page_size, &s->range, &c->failure) : 0;
}

/**
 * select_open() - read what is meant, and take hold of the process
 * @c: the run
 * @argc: 1 or 2
 * @argv: the PID, and a range or name
 * @s: filled, to be freed
 *
 * Return: 0, or -errno with the failure told.
 */
int select_open(struct context *c, int argc, char **argv, struct selection *s)
{
	int pid;
	int ret = arg_pid(argv[0], &pid, &c->failure);

	if (!ret)
		ret = select_parse(c, argc > 1 ? argv[1] : NULL, s);
	return ret ? ret : context_open(c, pid);
}

static int keep_named(struct context *c, struct selection *s)
{
	struct vma_list *vmas = &s->vmas;
	size_t i, kept = 0;

	for (i = 0; i < vmas->count; i++) {
		if (vma_is_named(&vmas->list[i], s->range.name))
			vmas->list[kept++] = vmas->list[i];
		else
			vma_clear(&vmas->list[i]);
	}
	vmas->count = kept;
	if (kept)
		return 0;
	fail(&c->failure, FAIL_USAGE, ENOENT,
	     "%s (PID %d) has no VMA of the name '%.64s'", c->target.comm,
	     c->target.pid, s->range.name);
	fail_hint(&c->failure, "'mmlens vmas %d' lists them", c->target.pid);
	return -ENOENT;
}

/**
 * select_read() - read the VMAs of the part
 * @c: the run
 * @s: what select_parse() filled; what was read is there also after a failure
 *
 * Return: 0, or -errno with the failure told.
 */
int select_read(struct context *c, struct selection *s)
{
	const struct range *range = s->range.name ? NULL : &s->range;
	int ret = ask_vmas(&c->asker, range, &s->vmas, &s->changed);

	if (!ret && s->range.name)
		ret = keep_named(c, s);
	return ret;
}

/* If VMAs were chosen by name, each is a part. */
static size_t parts_of(const struct selection *s)
{
	return s->range.name ? s->vmas.count : 1;
}

static struct range part_of(const struct selection *s, size_t part)
{
	if (!s->range.name)
		return s->range;
	return (struct range){
		.start = s->vmas.list[part].v.start,
		.end = s->vmas.list[part].v.end,
		.given = true,
	};
}

/**
 * select_pages() - read the pages of the part
 * @c: the run
 * @s: what select_read() filled
 * @reading: what to read; what it came to is filled in
 * @fn: takes each run
 * @data: for it
 *
 * Return: 0, or -errno with the failure told, or what @fn returned.
 */
int select_pages(struct context *c, const struct selection *s,
		 struct reading *reading, run_fn fn, void *data)
{
	bool changed;
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < parts_of(s); i++) {
		struct range part = part_of(s, i);

		ret = ask_pages(&c->asker, &part, reading->detail,
				reading->each, &reading->said, fn, data,
				&changed);
		reading->withheld |= reading->said.withheld;
		reading->changed |= changed ||
				    reading->said.cookie != reading->cookie;
		stall_add(&reading->stall, &reading->said.stall);
	}
	return ret;
}

/**
 * select_free() - give back a selection
 * @s: what select_parse() filled
 */
void select_free(struct selection *s)
{
	vma_list_free(&s->vmas);
}
