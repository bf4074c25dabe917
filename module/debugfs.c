// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/mmlens: the readers as text. A file below pid/ takes a PID,
 * mappers an address, too, and is then read through the same open file:
 *
 *	(echo PID >&0; cat) <>FILE
 *
 * So two people do not disturb each other. Root only, and everything is told.
 */
#include <linux/capability.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "debugfs.h"
#include "hold.h"
#include "info.h"
#include "mm.h"
#include "pages.h"
#include "rmap.h"
#include "sharer.h"
#include "show.h"
#include "target.h"
#include "vma.h"

/* Mappers kept at a time. */
#define MAPPERS	64

struct view;

/**
 * struct pid_file - a file below pid/
 * @name: what it is called
 * @address: it takes an address, too
 * @prepare: makes a view ready to read, when the file is opened
 * @record: the record at a position, or NULL; positions only go up
 * @ops: for the seq_file
 */
struct pid_file {
	const char *name;
	bool address;
	int (*prepare)(struct view *view);
	void *(*record)(struct view *view, loff_t pos);
	const struct seq_operations ops;
};

/**
 * struct view - one open file below pid/
 * @file: which file
 * @cursor: the target that was written, if any, and how far it was read
 * @first: position of the first record that is held
 * @held: how many are
 * @err: what stopped the reading
 * @mm: for mm, the record
 * @vmas: for vmas
 * @vma: for vmas, the record
 * @pages: for pages
 * @records: for pages
 * @mappers: for mappers
 * @found: for mappers, the records
 * @watch: for faults, the record: number of a watch; 0 if there is none
 */
struct view {
	const struct pid_file *file;
	struct mmlens_cursor cursor;
	loff_t first;
	unsigned int held;
	int err;
	struct mmlens_mm mm;
	struct mmlens_vmas vmas;
	struct mmlens_vma vma;
	struct mmlens_pages pages;
	struct mmlens_page_run *records;
	struct mmlens_mappers mappers;
	struct mmlens_mapper *found;
	u32 watch;
};

/**
 * struct sharer_lines - writes sharers as they are found
 * @sharers: the search
 * @m: where to
 */
struct sharer_lines {
	struct mmlens_sharers sharers;
	struct seq_file *m;
};

static struct dentry *root;

static bool may_look(void)
{
	return capable(CAP_SYS_ADMIN) && capable(CAP_SYS_PTRACE);
}

/**
 * mmlens_debugfs_read() - read a file that tells of the system
 * @file: the file
 * @to: where to
 * @size: room there
 * @ppos: from where
 *
 * It may have been opened, and read so far, by somebody with more privileges.
 *
 * Context: Process context. May sleep.
 * Return: bytes that were read, 0 at the end, or a negative errno.
 */
ssize_t mmlens_debugfs_read(struct file *file, char __user *to, size_t size,
			    loff_t *ppos)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return seq_read(file, to, size, ppos);
}

/**
 * mmlens_debugfs_llseek() - go to a place in such a file
 * @file: the file
 * @offset: where, in bytes
 * @whence: from where
 *
 * What lies before it is made for that, as if it were read.
 *
 * Context: Process context. May sleep.
 * Return: the place, or a negative errno.
 */
loff_t mmlens_debugfs_llseek(struct file *file, loff_t offset, int whence)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return seq_lseek(file, offset, whence);
}

static int info_show(struct seq_file *m, void *unused)
{
	struct mmlens_info info;

	mmlens_info_read(&info);
	mmlens_show_info(m, &info);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(info);

static int mm_prepare(struct view *view)
{
	return 0;
}

static void *mm_record(struct view *view, loff_t pos)
{
	if (pos)
		return NULL;
	if (!view->held) {
		view->err = mmlens_mm_read(&view->cursor, &view->mm);
		view->held = !view->err;
	}
	return view->held ? &view->mm : NULL;
}

static bool write_sharer(struct mmlens_sharers *sharers,
			 const struct mmlens_sharer *sharer)
{
	mmlens_show_sharer(container_of(sharers, struct sharer_lines,
					sharers)->m, sharer);
	return true;
}

static int mm_show(struct seq_file *m, void *record)
{
	struct view *view = m->private;
	struct sharer_lines lines = {
		.sharers = {
			.mm = view->cursor.mm,
			.ns = task_active_pid_ns(current),
			.tell = write_sharer,
		},
		.m = m,
	};
	bool end;
	int err;

	mmlens_show_mm(m, record);
	err = mmlens_sharers_read(&lines.sharers, &end);
	seq_printf(m, "hidden %u\n", lines.sharers.hidden);
	return err;
}

static bool keep_vma(struct mmlens_vmas *vmas, const struct mmlens_vma *vma)
{
	struct view *view = container_of(vmas, struct view, vmas);

	view->vma = *vma;
	view->held = 1;
	return true;
}

static int vmas_prepare(struct view *view)
{
	view->vmas.cursor = &view->cursor;
	view->vmas.tell = keep_vma;
	/* The names that go with it are kept by the reader. */
	view->vmas.one = true;
	return mmlens_vma_names_init(&view->vmas.names);
}

static void *vmas_record(struct view *view, loff_t pos)
{
	if (pos != view->first || !view->held) {
		view->first = pos;
		view->held = 0;
		view->err = mmlens_vmas_read(&view->vmas);
	}
	return view->held ? &view->vma : NULL;
}

static int vmas_show(struct seq_file *m, void *record)
{
	struct view *view = m->private;

	mmlens_show_vma(m, record, &view->vmas.names);
	return 0;
}

static int pages_prepare(struct view *view)
{
	view->records = kvmalloc_array(MMLENS_PAGES_ROOM,
				       sizeof(*view->records), GFP_KERNEL);
	if (!view->records)
		return -ENOMEM;
	mmlens_pages_init(&view->pages, &view->cursor, view->records,
			  MMLENS_PAGES_ROOM);
	mmlens_page_reader_init(&view->pages.reader, MMLENS_DETAIL_ALL, true);
	return 0;
}

static void *pages_record(struct view *view, loff_t pos)
{
	if (pos >= view->first + view->held) {
		view->first += view->held;
		view->held = 0;
		if (!view->err) {
			view->err = mmlens_pages_read(&view->pages);
			view->held = view->pages.runs.count;
		}
	}
	return pos < view->first + view->held ?
	       &view->records[pos - view->first] : NULL;
}

static int pages_show(struct seq_file *m, void *record)
{
	mmlens_show_run(m, record);
	return 0;
}

static bool keep_mapper(struct mmlens_mappers *mappers,
			const struct mmlens_mapper *mapper)
{
	struct view *view = container_of(mappers, struct view, mappers);

	if (view->held == MAPPERS)
		return false;
	view->found[view->held++] = *mapper;
	return true;
}

static int mappers_prepare(struct view *view)
{
	view->found = kvmalloc_array(MAPPERS, sizeof(*view->found), GFP_KERNEL);
	return view->found ? 0 : -ENOMEM;
}

/* The page itself comes first. */
static void *mappers_record(struct view *view, loff_t pos)
{
	struct mmlens_mappers *mappers = &view->mappers;

	mappers->ns = task_active_pid_ns(current);
	if (!mappers->found || pos > view->first + view->held) {
		view->first += view->held;
		view->held = 0;
		if (!view->err)
			view->err = mmlens_mappers_read(mappers);
	}
	if (!pos)
		return mappers->found ? &mappers->page : NULL;
	return pos > view->first && pos <= view->first + view->held ?
	       &view->found[pos - view->first - 1] : NULL;
}

static int mappers_show(struct seq_file *m, void *record)
{
	struct view *view = m->private;

	if (record != &view->mappers.page) {
		mmlens_show_mapper(m, record);
		return 0;
	}
	mmlens_show_run(m, record);
	if (view->mappers.unknown)
		seq_puts(m, "unknown\n");
	return 0;
}

static int faults_prepare(struct view *view)
{
	return 0;
}

/*
 * One for each watch of the process; that there is none is one, too. Behind the
 * last it is asked for again, to know that it was the last.
 */
static void *faults_record(struct view *view, loff_t pos)
{
	u32 id;

	if (pos != view->first || !view->held) {
		id = mmlens_debugfs_next_watch(view->cursor.mm,
					       pos ? view->watch : 0);
		view->held = !pos || id;
		if (view->held) {
			view->first = pos;
			view->watch = id;
		}
	}
	return view->held ? &view->watch : NULL;
}

static int faults_show(struct seq_file *m, void *record)
{
	struct view *view = m->private;

	if (view->watch)
		mmlens_debugfs_show_faults(m, view->cursor.mm, view->watch);
	else
		seq_puts(m, "not watched\n");
	return 0;
}

/* Back to the first record. */
static void rewind_view(struct view *view)
{
	view->mappers = (struct mmlens_mappers){
		.cursor = &view->cursor,
		.address = view->mappers.address,
		.tell = keep_mapper,
	};
	mmlens_page_reader_init(&view->mappers.reader, MMLENS_DETAIL_MAPPER,
				true);
	if (view->cursor.mm)
		mmlens_cursor_init(&view->cursor, view->cursor.mm);
	view->first = 0;
	view->held = 0;
	view->err = 0;
}

/* A record that did not fit the buffer is asked for again; none before it is. */
static void *record_at(struct seq_file *m, loff_t pos)
{
	struct view *view = m->private;
	void *record;

	if (!view->cursor.mm)
		return NULL;
	if (pos < view->first)
		return ERR_PTR(-ESPIPE);
	record = view->file->record(view, pos);
	return record ?: ERR_PTR(view->err);
}

static void *record_start(struct seq_file *m, loff_t *pos)
{
	if (!*pos)
		rewind_view(m->private);
	return record_at(m, *pos);
}

static void *record_next(struct seq_file *m, void *record, loff_t *pos)
{
	++*pos;
	return record_at(m, *pos);
}

static void record_stop(struct seq_file *m, void *record)
{
}

#define PID_FILE(what, ...) {						\
	.name = #what,							\
	.prepare = what##_prepare,					\
	.record = what##_record,					\
	.ops = {							\
		.start = record_start,					\
		.next = record_next,					\
		.stop = record_stop,					\
		.show = what##_show,					\
	},								\
	__VA_ARGS__							\
}

static const struct pid_file pid_files[] = {
	PID_FILE(mm),
	PID_FILE(vmas),
	PID_FILE(pages),
	PID_FILE(mappers, .address = true),
	PID_FILE(faults),
};

static void free_view(struct view *view)
{
	if (view->cursor.mm)
		mmdrop(view->cursor.mm);
	mmlens_vma_names_free(&view->vmas.names);
	kvfree(view->records);
	kvfree(view->found);
	kfree(view);
}

static int pid_open(struct inode *inode, struct file *file)
{
	const struct pid_file *pid_file = inode->i_private;
	struct view *view;
	int err;

	if (!may_look())
		return -EPERM;
	view = kzalloc(sizeof(*view), GFP_KERNEL);
	if (!view)
		return -ENOMEM;
	view->file = pid_file;
	err = pid_file->prepare(view) ?: seq_open(file, &pid_file->ops);
	if (err)
		free_view(view);
	else
		((struct seq_file *)file->private_data)->private = view;
	return err;
}

static int pid_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	free_view(m->private);
	return seq_release(inode, file);
}

/* A PID, and for some files an address after it. */
static int read_target(const struct pid_file *file, char *text, int *pid,
		       unsigned long *address)
{
	char *rest = strim(text);
	int err;

	err = kstrtoint(strsep(&rest, " "), 10, pid);
	if (err)
		return err;
	if (*pid <= 0 || !rest == file->address)
		return -EINVAL;
	*address = 0;
	return rest ? kstrtoul(skip_spaces(rest), 16, address) : 0;
}

static ssize_t pid_write(struct file *file, const char __user *from,
			 size_t count, loff_t *ppos)
{
	struct seq_file *m = file->private_data;
	struct view *view = m->private;
	unsigned long address;
	struct mm_struct *mm;
	char text[64];
	int pid, err;

	if (!may_look())
		return -EPERM;
	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, count))
		return -EFAULT;
	text[count] = '\0';
	err = read_target(view->file, text, &pid, &address);
	if (err)
		return err;
	mm = mmlens_target_from_pid(pid);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	mutex_lock(&m->lock);
	swap(view->cursor.mm, mm);
	view->mappers.address = address & PAGE_MASK;
	rewind_view(view);
	mutex_unlock(&m->lock);
	if (mm)
		mmdrop(mm);
	/* What is read next is the beginning. */
	seq_lseek(file, 0, SEEK_SET);
	*ppos = 0;
	return count;
}

/* The target was written by somebody who might look; who reads must, too. */
static ssize_t pid_read(struct file *file, char __user *to, size_t size,
			loff_t *ppos)
{
	if (!may_look())
		return -EPERM;
	return seq_read(file, to, size, ppos);
}

static loff_t pid_llseek(struct file *file, loff_t offset, int whence)
{
	if (!may_look())
		return -EPERM;
	return seq_lseek(file, offset, whence);
}

static const struct file_operations pid_fops = {
	.owner = THIS_MODULE,
	.open = pid_open,
	.read = pid_read,
	.write = pid_write,
	.llseek = pid_llseek,
	.release = pid_release,
};

/**
 * mmlens_debugfs_init() - make the files
 *
 * Without debugfs, or with it locked down, there are none, and that is no
 * reason not to work.
 *
 * Context: Process context. May sleep.
 */
void __init mmlens_debugfs_init(void)
{
	struct dentry *pid;
	unsigned int i;

	root = debugfs_create_dir("mmlens", NULL);
	pid = debugfs_create_dir("pid", root);
	debugfs_create_file("info", 0400, root, NULL, &info_fops);
	mmlens_debugfs_system_init(root);
	mmlens_debugfs_watch_init(root);
	for (i = 0; i < ARRAY_SIZE(pid_files); i++)
		debugfs_create_file(pid_files[i].name, 0600, pid,
				    (void *)&pid_files[i], &pid_fops);
}

/**
 * mmlens_debugfs_exit() - remove the files
 *
 * Context: Process context. An open file keeps the module from being unloaded,
 * so nobody is in one.
 */
void mmlens_debugfs_exit(void)
{
	debugfs_remove(root);
}
