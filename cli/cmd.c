// SPDX-License-Identifier: GPL-2.0
/* What the commands have in common. */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"
#include "text.h"

/**
 * context_open() - find the module and take hold of a process
 * @c: the run
 * @pid: the process
 *
 * Return: 0, or -errno with the failure told.
 */
int context_open(struct context *c, int pid)
{
	int ret = nl_open(&c->asker.nl, &c->failure);

	if (ret)
		return ret;
	ret = target_open(&c->target, pid, &c->failure);
	if (ret)
		return ret;
	c->asker.target = &c->target;
	return 0;
}

/**
 * context_admin() - may this caller see all?
 * @c: the run
 * @admin: filled
 *
 * Return: 0, or -errno with the failure told.
 */
int context_admin(struct context *c, bool *admin)
{
	struct info info;
	int ret = ask_info(&c->asker, &info);

	*admin = !ret && info.privileges & MMLENS_PRIVILEGE_ADMIN;
	return ret;
}

static bool is_pipe(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

/**
 * context_output() - did all that was printed arrive so far?
 * @c: the run
 *
 * To be called right after printing, while errno says why it failed.
 *
 * Return: 0, or -errno with the failure told.
 */
int context_output(struct context *c)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	int error = errno ? errno : EIO;

	if (!ferror(stdout))
		return 0;
	/* It may have failed a while ago, and errno be that of something else. */
	if (poll(&out, 1, 0) > 0 && out.revents & POLLERR)
		error = is_pipe(STDOUT_FILENO) ? EPIPE : EIO;
	return fail(&c->failure, FAIL_OUTPUT, error,
		    "cannot write the answer: %s", strerror(error));
}

/**
 * context_output_to() - have all that is printed go to a file
 * @c: the run
 * @path: of the file; NULL for standard output as it is
 *
 * A command that was started before keeps standard output for itself.
 *
 * Return: 0, or -errno with the failure told.
 */
int context_output_to(struct context *c, const char *path)
{
	int fd;

	if (!path)
		return 0;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return fail(&c->failure, FAIL_OUTPUT, errno,
			    "cannot open '%.256s': %s", path, strerror(errno));
	fflush(stdout);
	if (dup2(fd, STDOUT_FILENO) < 0) {
		fail(&c->failure, FAIL_OUTPUT, errno, "cannot write to '%.256s': %s",
		     path, strerror(errno));
		close(fd);
		return -c->failure.error;
	}
	close(fd);
	term_init(&c->term, c->options.colour);
	return 0;
}

/**
 * context_table() - was a table printed?
 * @c: the run
 * @ret: what table_end() returned
 *
 * Return: 0, or -errno with the failure told.
 */
int context_table(struct context *c, int ret)
{
	if (ret)
		return fail_memory(&c->failure);
	return context_output(c);
}

/**
 * context_system() - what sysfs and procfs say besides the module
 * @c: the run, its target open
 *
 * Return: It, read when it is asked for first.
 */
const struct system *context_system(struct context *c)
{
	if (!c->system_known)
		system_read(&c->system, &c->target);
	c->system_known = true;
	return &c->system;
}

/**
 * context_complete() - a run with its forecast completed
 * @c: the run of the program
 * @vma: the VMA of the pages; NULL if it is not known
 * @run: as the module told it
 *
 * Return: The same, less of it left open.
 */
struct mmlens_page_run context_complete(struct context *c,
					const struct vma *vma,
					const struct mmlens_page_run *run)
{
	struct mmlens_page_run copy = *run;

	if (run->facts & MMLENS_DETAIL_FORECAST)
		complete_run(context_system(c), vma, &copy);
	return copy;
}

/**
 * context_stream() - print the beginning of a JSON answer whose rows follow
 * @c: the run
 * @key: of the array of rows
 */
void context_stream(struct context *c, const char *key)
{
	struct json_object *self;

	/* As main() would print it, had it all at once. */
	json_object_object_get_ex(c->root, "mmlens", &self);
	printf("{\"mmlens\":%s,\n\"%s\":[", js_string(self, false), key);
	c->streaming = true;
}

/**
 * context_who() - name the process
 * @c: the run
 * @object: where to
 */
void context_who(const struct context *c, struct json_object *object)
{
	js_number(object, "pid", (uint64_t)c->target.pid);
	js_text(object, "comm", c->target.comm);
}

/**
 * say_kernel_thread() - the plain fact
 * @c: the run
 * @key: name of the command in JSON
 * @is_array: the command's answer is an array beside a summary
 *
 * Return: 0, or -errno with the failure told.
 */
int say_kernel_thread(struct context *c, const char *key, bool is_array)
{
	struct json_object *object;
	char comm[256];

	if (!c->options.json) {
		text_safe(c->target.comm, comm, sizeof(comm));
		say(&c->term, PAINT_NONE,
		    "%s (PID %d) is a kernel thread: it has no address space of its own, %s",
		    comm, c->target.pid,
		    "its mm is NULL. It borrows the page tables of whatever ran before it.");
		return context_output(c);
	}
	if (is_array)
		js_array(c->root, key);
	object = js_object(c->root, is_array ? "summary" : key);
	context_who(c, object);
	js_bool(object, "kernel_thread", true);
	return 0;
}
