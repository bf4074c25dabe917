// SPDX-License-Identifier: GPL-2.0
/* How the debugfs files look: a line a record, words that a script can cut. */
#include <linux/seq_file.h>

#include "info.h"
#include "lists.h"
#include "mm.h"
#include "names_gen.h"
#include "show.h"
#include "peek.h"
#include "probes.h"
#include "vma.h"
#include "zones.h"

static const char *name_of(const char *const *names, unsigned int count,
			   unsigned int value)
{
	return value < count ? names[value] : "?";
}

static void put_flags(struct seq_file *m, const char *const *names,
		      unsigned int count, u64 flags)
{
	const char *comma = "";
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!(flags & BIT_ULL(i)))
			continue;
		seq_printf(m, "%s%s", comma, names[i]);
		comma = ",";
	}
	if (!*comma)
		seq_putc(m, '-');
}

static void put_unprobed(struct seq_file *m)
{
	const char *comma = "", *name;
	unsigned int at = 0;

	while ((name = mmlens_probes_missing(&at))) {
		seq_printf(m, "%s%s", comma, name);
		comma = ",";
	}
	if (!*comma)
		seq_putc(m, '-');
}

/**
 * mmlens_show_info() - write what is told of module and kernel
 * @m: where to
 * @info: what
 *
 * Context: Any.
 */
void mmlens_show_info(struct seq_file *m, const struct mmlens_info *info)
{
	seq_printf(m, "version %s\n", MMLENS_VERSION);
	seq_printf(m, "kernel %s\n", info->kernel);
	seq_printf(m, "regime %s\n",
		   name_of(mmlens_regime_names, MMLENS_REGIME_NAMES,
			   info->regime));
	seq_printf(m, "levels %u\n", info->levels);
	seq_printf(m, "page-size %u\n", info->page_size);
	seq_puts(m, "features ");
	put_flags(m, mmlens_feature_names, MMLENS_FEATURE_NAMES, info->features);
	seq_printf(m, "\nwatches %u\n", info->watches);
	seq_puts(m, "watchable ");
	put_flags(m, mmlens_watch_kind_names, MMLENS_WATCH_KIND_NAMES,
		  info->watchable);
	seq_puts(m, "\nattached ");
	put_flags(m, mmlens_watch_kind_names, MMLENS_WATCH_KIND_NAMES,
		  info->attached);
	seq_puts(m, "\nunprobed ");
	put_unprobed(m);
	seq_putc(m, '\n');
}

static void put_layout(struct seq_file *m, const struct mmlens_layout *l)
{
	seq_printf(m, "start-code 0x%llx\nend-code 0x%llx\n",
		   l->start_code, l->end_code);
	seq_printf(m, "start-data 0x%llx\nend-data 0x%llx\n",
		   l->start_data, l->end_data);
	seq_printf(m, "start-brk 0x%llx\nbrk 0x%llx\n", l->start_brk, l->brk);
	seq_printf(m, "start-stack 0x%llx\n", l->start_stack);
	seq_printf(m, "arg-start 0x%llx\narg-end 0x%llx\n",
		   l->arg_start, l->arg_end);
	seq_printf(m, "env-start 0x%llx\nenv-end 0x%llx\n",
		   l->env_start, l->env_end);
	seq_printf(m, "mmap-base 0x%llx\ntask-size 0x%llx\n",
		   l->mmap_base, l->task_size);
}

static void put_counters(struct seq_file *m, const struct mmlens_counters *c)
{
	seq_printf(m, "mm-users %u\nmap-count %llu\n", c->mm_users, c->map_count);
	seq_printf(m, "total-vm %llu\nlocked-vm %llu\npinned-vm %llu\n",
		   c->total_vm, c->locked_vm, c->pinned_vm);
	seq_printf(m, "data-vm %llu\nexec-vm %llu\nstack-vm %llu\n",
		   c->data_vm, c->exec_vm, c->stack_vm);
	seq_printf(m, "rss-anon %llu\nrss-file %llu\nrss-shmem %llu\nswap %llu\n",
		   c->rss_anon, c->rss_file, c->rss_shmem, c->swap);
	seq_printf(m, "hiwater-rss %llu\nhiwater-vm %llu\npgtables-bytes %llu\n",
		   c->hiwater_rss, c->hiwater_vm, c->pgtables_bytes);
	seq_puts(m, "flags ");
	put_flags(m, mmlens_mm_flag_names, MMLENS_MM_FLAG_NAMES, c->flags);
	seq_putc(m, '\n');
}

static void put_tables(struct seq_file *m, const struct mmlens_tables *t)
{
	seq_printf(m, "levels %llu\npgd %llu\np4d %llu\npud %llu\n",
		   t->levels, t->pgd, t->p4d, t->pud);
	seq_printf(m, "pmd %llu\npte %llu\ndeposited %llu\n",
		   t->pmd, t->pte, t->deposited);
}

/**
 * mmlens_show_mm() - write what is told of an address space
 * @m: where to
 * @mm: what
 *
 * Context: Any.
 */
void mmlens_show_mm(struct seq_file *m, const struct mmlens_mm *mm)
{
	put_layout(m, &mm->layout);
	put_counters(m, &mm->counters);
	put_tables(m, &mm->tables);
}

/**
 * mmlens_show_sharer() - write a task that shares an address space
 * @m: where to
 * @sharer: what
 *
 * Context: Any.
 */
void mmlens_show_sharer(struct seq_file *m, const struct mmlens_sharer *sharer)
{
	seq_printf(m, "sharer %u/%u %s ", sharer->pid, sharer->tid,
		   name_of(mmlens_relation_names, MMLENS_RELATION_NAMES,
			   sharer->relation));
	seq_escape(m, (const char *)sharer->comm, "\n\\");
	seq_putc(m, '\n');
}

/**
 * mmlens_show_vma() - write a VMA
 * @m: where to
 * @vma: what
 * @names: its names
 *
 * Context: Any.
 */
void mmlens_show_vma(struct seq_file *m, const struct mmlens_vma *vma,
		     const struct mmlens_vma_names *names)
{
	seq_printf(m, "0x%llx 0x%llx %s offset=0x%llx dev=%02x:%02x inode=%llu",
		   vma->start, vma->end,
		   name_of(mmlens_vma_kind_names, MMLENS_VMA_KIND_NAMES,
			   vma->kind),
		   vma->offset, vma->dev_major, vma->dev_minor, vma->inode);
	seq_printf(m, " page-size=%llu pkey=%u flags=", vma->page_size,
		   vma->pkey);
	put_flags(m, mmlens_vma_flag_names, MMLENS_VMA_FLAG_NAMES, vma->flags);
	seq_printf(m, " ops=%s", names->ops ?: "-");
	if (names->name) {
		seq_puts(m, " name=");
		seq_escape(m, names->name, "\n\\");
	}
	seq_putc(m, '\n');
}

static void put_details(struct seq_file *m, const struct mmlens_page_run *run)
{
	if (run->facts & MMLENS_DETAIL_PFN &&
	    run->state == MMLENS_STATE_SWAP)
		seq_printf(m, " swap=%u:0x%llx", run->swap_type, run->pfn);
	else if (run->facts & MMLENS_DETAIL_PFN)
		seq_printf(m, " pfn=0x%llx", run->pfn);
	if (run->facts & MMLENS_DETAIL_COUNTS)
		seq_printf(m, " mapcount=%u refcount=%u", run->mapcount,
			   run->refcount);
	if (run->facts & MMLENS_DETAIL_FOLIO)
		seq_printf(m, " order=%u", run->order);
	if (run->facts & MMLENS_DETAIL_LRU)
		seq_printf(m, " lru=%s", name_of(mmlens_lru_names,
						 MMLENS_LRU_NAMES, run->lru));
	if (run->facts & MMLENS_DETAIL_LRU &&
	    run->lru == MMLENS_LRU_GENERATION)
		seq_printf(m, ":%u younger=%u birth-ms=%llu tier=%u",
			   run->generation, run->younger, run->birth, run->tier);
	if (run->facts & MMLENS_DETAIL_LRU &&
	    run->lru == MMLENS_LRU_UNEVICTABLE)
		seq_printf(m, " mlock-count=%u", run->mlock_count);
	if (run->facts & MMLENS_DETAIL_NODE)
		seq_printf(m, " node=%u", run->node);
	if (run->facts & MMLENS_DETAIL_CGROUP)
		seq_printf(m, " cgroup=%llu", run->cgroup);
}

static const char *why_name(u8 why)
{
	return name_of(mmlens_why_names, MMLENS_WHY_NAMES, why);
}

static void put_forecast(struct seq_file *m, const char *access, u8 what,
			 u8 or_else, u8 why)
{
	seq_printf(m, " %s=%s", access,
		   name_of(mmlens_forecast_names, MMLENS_FORECAST_NAMES, what));
	if (or_else != what)
		seq_printf(m, "|%s", name_of(mmlens_forecast_names,
					     MMLENS_FORECAST_NAMES, or_else));
	seq_printf(m, ":%s", why_name(why));
}

static void put_meaning(struct seq_file *m, const struct mmlens_page_run *run)
{
	if (run->facts & MMLENS_DETAIL_VERDICT)
		seq_printf(m, " verdict=%s:%s",
			   name_of(mmlens_verdict_names, MMLENS_VERDICT_NAMES,
				   run->verdict), why_name(run->verdict_why));
	if (!(run->facts & MMLENS_DETAIL_FORECAST))
		return;
	put_forecast(m, "read", run->read, run->read_else, run->read_why);
	put_forecast(m, "write", run->write, run->write_else, run->write_why);
}

/**
 * mmlens_show_run() - write a run of pages
 * @m: where to
 * @run: what
 *
 * Context: Any.
 */
void mmlens_show_run(struct seq_file *m, const struct mmlens_page_run *run)
{
	seq_printf(m, "0x%llx %u %s %s flags=", run->start, run->pages,
		   name_of(mmlens_state_names, MMLENS_STATE_NAMES, run->state),
		   name_of(mmlens_level_names, MMLENS_LEVEL_NAMES, run->level));
	put_flags(m, mmlens_page_flag_names, MMLENS_PAGE_FLAG_NAMES, run->flags);
	put_details(m, run);
	put_meaning(m, run);
	seq_putc(m, '\n');
}

/**
 * mmlens_show_mapper() - write who maps a page
 * @m: where to
 * @mapper: who
 *
 * Context: Any.
 */
void mmlens_show_mapper(struct seq_file *m, const struct mmlens_mapper *mapper)
{
	seq_printf(m, "mapper %u 0x%llx %s %s verdict=%s:%s users=%u ",
		   mapper->pid, mapper->address,
		   name_of(mmlens_state_names, MMLENS_STATE_NAMES, mapper->state),
		   name_of(mmlens_level_names, MMLENS_LEVEL_NAMES, mapper->level),
		   name_of(mmlens_verdict_names, MMLENS_VERDICT_NAMES,
			   mapper->verdict),
		   why_name(mapper->verdict_why), mapper->mm_users);
	put_flags(m, mmlens_page_flag_names, MMLENS_PAGE_FLAG_NAMES,
		  mapper->flags);
	seq_putc(m, ' ');
	seq_escape(m, (const char *)mapper->comm, " \t\n\\");
	seq_putc(m, '\n');
}

static const char *zone_name(u32 zone)
{
	return name_of(mmlens_zone_kind_names, MMLENS_ZONE_KIND_NAMES, zone);
}

static const char *lru_name(u32 lru)
{
	return name_of(mmlens_lru_names, MMLENS_LRU_NAMES, lru);
}

static const char *type_name(u32 type)
{
	return name_of(mmlens_lru_type_names, MMLENS_LRU_TYPE_NAMES, type);
}

static void put_size(struct seq_file *m, const struct mmlens_lru_size *size)
{
	seq_printf(m, "%s", lru_name(size->lru));
	if (size->lru == MMLENS_LRU_GENERATION)
		seq_printf(m, ":%llu %s", size->generation,
			   type_name(size->type));
	seq_printf(m, " %s %llu%s\n", zone_name(size->zone), size->pages,
		   size->counted ? " counted" : "");
}

/**
 * mmlens_show_lruvec() - write which lruvec it is, and its numbers
 * @m: where to
 * @lruvec: what
 * @path: of its cgroup
 *
 * Context: Any.
 */
void mmlens_show_lruvec(struct seq_file *m, const struct mmlens_lruvec *lruvec,
			const char *path)
{
	seq_printf(m, "lruvec %llu node=%u %s youngest=%llu oldest-anon=%llu oldest-file=%llu%s path=",
		   lruvec->cgroup, lruvec->node,
		   name_of(mmlens_regime_names, MMLENS_REGIME_NAMES,
			   lruvec->regime),
		   lruvec->youngest, lruvec->oldest_anon, lruvec->oldest_file,
		   lruvec->removed ? " removed" : "");
	seq_escape(m, path, "\n\\");
	seq_putc(m, '\n');
}

/**
 * mmlens_show_generation() - write when a generation was born
 * @m: where to
 * @generation: what
 *
 * Context: Any.
 */
void mmlens_show_generation(struct seq_file *m,
			    const struct mmlens_generation *generation)
{
	seq_printf(m, "born %llu age-ms=%llu birth-ms=%llu\n",
		   generation->number, generation->age, generation->birth);
}

/**
 * mmlens_show_tail() - write which list is looked at
 * @m: where to
 * @peek: what
 *
 * Context: Any.
 */
void mmlens_show_tail(struct seq_file *m, const struct mmlens_peek *peek)
{
	seq_printf(m, "tail %s", lru_name(peek->lru));
	if (peek->lru == MMLENS_LRU_GENERATION)
		seq_printf(m, " %s %s", type_name(peek->type),
			   zone_name(peek->zone));
	seq_putc(m, '\n');
}

/**
 * mmlens_show_lists() - write the lists and generations of a lruvec
 * @m: where to
 * @lists: what
 *
 * Context: Any.
 */
void mmlens_show_lists(struct seq_file *m, const struct mmlens_lists *lists)
{
	const struct mmlens_tier *tier;
	unsigned int i;

	mmlens_show_lruvec(m, &lists->lruvec, lists->path);
	for (i = 0; i < lists->sizes; i++)
		put_size(m, &lists->size[i]);
	for (i = 0; i < lists->generations; i++)
		mmlens_show_generation(m, &lists->generation[i]);
	for (i = 0; i < MMLENS_TIERS; i++) {
		tier = &lists->tier[i];
		seq_printf(m, "tier %u %s refaulted=%llu evicted=%llu protected=%llu average-refaulted=%llu average-total=%llu\n",
			   tier->tier, type_name(tier->type), tier->refaulted,
			   tier->evicted, tier->protected,
			   tier->average_refaulted, tier->average_total);
	}
}

static void put_zone(struct seq_file *m, const struct mmlens_zone *z)
{
	seq_printf(m, "zone %u %s free=%llu pending=%lld min=%llu low=%llu high=%llu promo=%llu boost=%llu",
		   z->node, zone_name(z->zone), z->free, z->pending, z->min,
		   z->low, z->high, z->promo, z->boost);
	seq_printf(m, " spanned=%llu present=%llu managed=%llu cma=%llu\n",
		   z->spanned, z->present, z->managed, z->cma);
}

/**
 * mmlens_show_node() - write a node and its zones
 * @m: where to
 * @node: what
 *
 * Context: Any.
 */
void mmlens_show_node(struct seq_file *m, const struct mmlens_node *node)
{
	const struct mmlens_node_state *s = &node->state;
	unsigned int i, j;

	seq_printf(m, "node %u kswapd=%s asked=%u order=%u zone=%s failures=%u\n",
		   s->node, name_of(mmlens_kswapd_names, MMLENS_KSWAPD_NAMES,
				    s->kswapd),
		   s->kswapd_asked, s->kswapd_order,
		   s->kswapd_asked ? zone_name(s->kswapd_zone) : "-",
		   s->kswapd_failures);
	for (i = 0; i < MMLENS_LRU_COUNTS; i++) {
		seq_printf(m, "count %s", lru_name(node->count[i].lru));
		if (node->count[i].lru == MMLENS_LRU_ISOLATED)
			seq_printf(m, " %s", type_name(node->count[i].type));
		seq_printf(m, " %lld pending=%lld\n", node->count[i].counted,
			   node->count[i].pending);
	}
	for (i = 0; i < node->zones; i++) {
		put_zone(m, &node->zone[i]);
		seq_puts(m, "reserve");
		for (j = 0; j < MAX_NR_ZONES; j++)
			seq_printf(m, " %s=%llu",
				   zone_name(node->reserve[i][j].against),
				   node->reserve[i][j].pages);
		seq_puts(m, "\nfree-blocks");
		for (j = 0; j < MMLENS_ORDERS; j++)
			seq_printf(m, " %llu", node->blocks[i][j].blocks);
		seq_putc(m, '\n');
	}
}

/**
 * mmlens_show_folio() - write a folio of a list
 * @m: where to
 * @folio: what
 *
 * Context: Any.
 */
void mmlens_show_folio(struct seq_file *m, const struct mmlens_lru_folio *folio)
{
	seq_printf(m, "folio pfn=0x%llx %s order=%u younger=%u tier=%u mapcount=%u refcount=%u",
		   folio->pfn, name_of(mmlens_state_names, MMLENS_STATE_NAMES,
				       folio->state),
		   folio->order, folio->younger, folio->tier, folio->mapcount,
		   folio->refcount);
	if (folio->inode || folio->dev_major)
		seq_printf(m, " dev=%02x:%02x inode=%llu index=0x%llx",
			   folio->dev_major, folio->dev_minor, folio->inode,
			   folio->index);
	seq_puts(m, " flags=");
	put_flags(m, mmlens_page_flag_names, MMLENS_PAGE_FLAG_NAMES,
		  folio->flags);
	seq_putc(m, '\n');
}
