/* SPDX-License-Identifier: GPL-2.0 */
/* The records as text. */
#ifndef MMLENS_SHOW_H
#define MMLENS_SHOW_H

#include <linux/mmlens.h>

struct mmlens_info;
struct mmlens_lists;
struct mmlens_mm;
struct mmlens_node;
struct mmlens_peek;
struct mmlens_vma_names;
struct mmlens_watch;
struct seq_file;

void mmlens_show_info(struct seq_file *m, const struct mmlens_info *info);
void mmlens_show_mm(struct seq_file *m, const struct mmlens_mm *mm);
void mmlens_show_sharer(struct seq_file *m, const struct mmlens_sharer *sharer);
void mmlens_show_vma(struct seq_file *m, const struct mmlens_vma *vma,
		     const struct mmlens_vma_names *names);
void mmlens_show_run(struct seq_file *m, const struct mmlens_page_run *run);
void mmlens_show_lruvec(struct seq_file *m, const struct mmlens_lruvec *lruvec,
			const char *path);
void mmlens_show_generation(struct seq_file *m,
			    const struct mmlens_generation *generation);
void mmlens_show_tail(struct seq_file *m, const struct mmlens_peek *peek);
void mmlens_show_lists(struct seq_file *m, const struct mmlens_lists *lists);
void mmlens_show_node(struct seq_file *m, const struct mmlens_node *node);
void mmlens_show_folio(struct seq_file *m, const struct mmlens_lru_folio *folio);
void mmlens_show_watch(struct seq_file *m, const struct mmlens_watch *watch);
void mmlens_show_faults(struct seq_file *m, const struct mmlens_watch *watch,
			u64 cookie, u32 pid);
void mmlens_show_mapper(struct seq_file *m, const struct mmlens_mapper *mapper);

#endif
