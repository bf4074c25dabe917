// SPDX-License-Identifier: GPL-2.0
/* Memory in which an outcome awaits that is rare elsewhere. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "family.h"

static bool map_scene(struct area *area, uint64_t index, size_t pages, int flags)
{
	char *at = (char *)FIRST_ADDRESS + index * SLOT;

	area->pages = pages;
	area->shared = flags & MAP_SHARED;
	area->hugetlb = flags & MAP_HUGETLB;
	area->start = mmap(at, pages * PAGE, PROT_READ | PROT_WRITE,
			   flags | MAP_FIXED_NOREPLACE, area->fd, 0);
	return area->start != MAP_FAILED;
}

static void page_out(struct area *area)
{
	int i;

	for (i = 0; i < 4; i++) {
		drain();
		madvise(area->start, area->pages * PAGE, MADV_PAGEOUT);
		usleep(3000);
	}
}

static bool anon(struct area *area, struct draw *draw, uint64_t index)
{
	return map_scene(area, index, 16 + draw_below(draw, 48),
			 MAP_PRIVATE | MAP_ANONYMOUS);
}

static bool swapped(struct area *area, struct draw *draw, uint64_t index)
{
	if (!anon(area, draw, index))
		return false;
	touch(area->start, area->pages, true, 0);
	page_out(area);
	return true;
}

static bool swapped_shmem(struct area *area, struct draw *draw, uint64_t index)
{
	if (!map_scene(area, index, 16 + draw_below(draw, 48),
		       MAP_SHARED | MAP_ANONYMOUS))
		return false;
	touch(area->start, area->pages, true, 0);
	page_out(area);
	return true;
}

/* A file on disk, and whether it is cached, and by whom mapped. */
static bool file(struct area *area, struct draw *draw, uint64_t index, bool drop)
{
	area->fd = make_file(disk_folder, index, 64, 64);
	if (area->fd < 0 ||
	    !map_scene(area, index, 64,
		       draw_chance(draw, 50) ? MAP_SHARED : MAP_PRIVATE))
		return false;
	fdatasync(area->fd);
	if (drop)
		posix_fadvise(area->fd, 0, 0, POSIX_FADV_DONTNEED);
	/* No neighbour may come along unasked. */
	madvise(area->start, area->pages * PAGE, MADV_RANDOM);
	return true;
}

static bool file_dropped(struct area *area, struct draw *draw, uint64_t index)
{
	return file(area, draw, index, true);
}

static bool file_cached(struct area *area, struct draw *draw, uint64_t index)
{
	return file(area, draw, index, false);
}

/* Mapped and clean: the file system wants to know of the next write. */
static bool file_clean(struct area *area, struct draw *draw, uint64_t index)
{
	if (!file(area, draw, index, false))
		return false;
	touch(area->start, area->pages, area->shared, 0);
	fdatasync(area->fd);
	return true;
}

static bool file_short(struct area *area, struct draw *draw, uint64_t index)
{
	area->fd = make_file(draw_chance(draw, 50) ? disk_folder : memory_folder,
			     index, 8, 8);
	return area->fd >= 0 && map_scene(area, index, 64,
					  draw_chance(draw, 50) ? MAP_SHARED :
								  MAP_PRIVATE);
}

static bool huge(struct area *area, struct draw *draw, uint64_t index)
{
	(void)draw;
	return map_scene(area, index, 4 * 512UL, MAP_PRIVATE | MAP_ANONYMOUS) &&
	       !madvise(area->start, area->pages * PAGE, MADV_HUGEPAGE);
}

static bool huge_read(struct area *area, struct draw *draw, uint64_t index)
{
	if (!huge(area, draw, index))
		return false;
	touch(area->start, area->pages, false, 0);
	return true;
}

static bool hugetlb(struct area *area, struct draw *draw, uint64_t index)
{
	return map_scene(area, index, 2 * 512UL, MAP_ANONYMOUS | MAP_HUGETLB |
			 (draw_chance(draw, 50) ? MAP_SHARED : MAP_PRIVATE));
}

/* Marked shared, and sometimes nobody is left to share. */
static bool forked(struct area *area, struct draw *draw, uint64_t index)
{
	bool large = draw_chance(draw, 30);
	pid_t pid;

	if (!(large ? huge : anon)(area, draw, index))
		return false;
	touch(area->start, area->pages, true, 0);
	pid = fork();
	if (!pid)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (draw_chance(draw, 50))
		drain();
	return true;
}

/* Its own, but taken the right to write from for a while. */
static bool closed(struct area *area, struct draw *draw, uint64_t index)
{
	if (!anon(area, draw, index))
		return false;
	touch(area->start, area->pages, true, 0);
	mprotect(area->start, area->pages * PAGE, PROT_READ);
	mprotect(area->start, area->pages * PAGE, PROT_READ | PROT_WRITE);
	return true;
}

static bool zeroes(struct area *area, struct draw *draw, uint64_t index)
{
	if (!anon(area, draw, index))
		return false;
	touch(area->start, area->pages, false, 0);
	return true;
}

static bool asked(struct area *area, struct draw *draw, uint64_t index)
{
	if (!map_scene(area, index, 16 + draw_below(draw, 48),
		       MAP_ANONYMOUS | (draw_chance(draw, 50) ? MAP_SHARED :
								MAP_PRIVATE)))
		return false;
	uffd_watch(area, draw);
	return true;
}

static bool stack(struct area *area, struct draw *draw, uint64_t index)
{
	(void)draw;
	/* Its lower half is not there yet. */
	if (!map_scene(area, index, 64,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN))
		return false;
	munmap(area->start, 32 * PAGE);
	return true;
}

/* Prepares one and accesses it at once, before others have. */
void play_scene(struct draw *draw, uint64_t index)
{
	static const struct {
		const char *name;
		bool (*prepare)(struct area *area, struct draw *draw,
				uint64_t index);
	} scenes[] = {
		{ "anon", anon }, { "swapped", swapped },
		{ "swapped shmem", swapped_shmem }, { "cached file", file_cached },
		{ "dropped file", file_dropped }, { "clean file", file_clean },
		{ "short file", file_short }, { "huge", huge },
		{ "huge zeroes", huge_read }, { "hugetlb", hugetlb },
		{ "forked", forked }, { "closed", closed }, { "zeroes", zeroes },
		{ "userfaultfd", asked }, { "stack", stack },
	};
	size_t i = draw_below(draw, sizeof(scenes) / sizeof(scenes[0]));
	struct area area = { .fd = -1 };
	int n;

	say("scene %s at %#lx", scenes[i].name, FIRST_ADDRESS + index * SLOT);
	if (!scenes[i].prepare(&area, draw, index)) {
		say(": not here");
		return;
	}
	if (self.used < AREAS)
		self.areas[self.used++] = area;
	for (n = 0; n < 10; n++)
		foresee(&area, area.start + draw_below(draw, area.pages) * PAGE,
			draw_chance(draw, 60), (char)n | 1);
}
