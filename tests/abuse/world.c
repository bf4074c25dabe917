// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define CGROUPS "/sys/fs/cgroup"

struct world world;

static void *map(size_t size, int prot, int flags, int fd)
{
	void *at = mmap(NULL, size, prot, flags, fd, 0);

	if (at == MAP_FAILED) {
		perror("netfuzz: mmap");
		exit(2);
	}
	return at;
}

/* Memory of many kinds. What it is in detail is not what is tested here. */
static void have_memory(void)
{
	const int rw = PROT_READ | PROT_WRITE;
	int exe = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	volatile char *anon = map(64 * PAGE, rw, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	volatile char *zero = map(64 * PAGE, rw, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	volatile char *shared = map(16 * PAGE, rw, MAP_SHARED | MAP_ANONYMOUS, -1);
	char *huge = map(2 * HUGE, rw, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	char *aligned = (char *)(((uintptr_t)huge + HUGE - 1) & ~(HUGE - 1));
	volatile char *file = map(4 * PAGE, rw, MAP_PRIVATE, exe);
	char *none = map(HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	unsigned int i;

	madvise(aligned, HUGE, MADV_HUGEPAGE);
	*(volatile char *)aligned = 1;
	for (i = 0; i < 64; i += 3) {
		anon[i * PAGE] = 1;
		(void)zero[i * PAGE];
		if (i < 16)
			shared[i * PAGE] = 1;
	}
	(void)file[0];
	file[PAGE] = 1;
	mprotect(none + 64 * PAGE, 64 * PAGE, PROT_READ);
	close(exe);
}

/* Never the same for long: it maps, writes and unmaps. */
static void move(void)
{
	unsigned int size = 1, i;

	for (;;) {
		char *at = map(size * PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1);

		for (i = 0; i < size; i += 2)
			at[i * PAGE] = 1;
		mprotect(at, PAGE, PROT_READ);
		usleep(10000);
		munmap(at, size * PAGE);
		size = size * 5 % 67 + 1;
		usleep(10000);
	}
}

static pid_t start(void (*child)(void))
{
	int ready[2];
	pid_t pid;
	char c;

	if (pipe(ready))
		exit(2);
	pid = fork();
	if (pid < 0)
		exit(2);
	if (pid) {
		close(ready[1]);
		/* It says nothing: the end of the file is enough. */
		while (read(ready[0], &c, 1) > 0)
			;
		close(ready[0]);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (child)
		have_memory();
	close(ready[0]);
	close(ready[1]);
	if (child)
		child();
	_exit(0);
}

static void sleep_on(void)
{
	for (;;)
		pause();
}

static int open_of(pid_t pid, const char *file)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void add_own(pid_t pid)
{
	int fd = open_of(pid, "pagemap");

	if (fd < 0) {
		perror("netfuzz: pagemap");
		exit(2);
	}
	world.own[world.own_count++] = fd;
}

static void add_odd(int fd)
{
	world.odd[world.odd_count++] = fd;
}

static void make_descriptors(void)
{
	pid_t gone = start(sleep_on);
	int fd;

	add_own(world.self);
	add_own(world.still);
	add_own(world.mover);
	/* Its process exits, its address space does not quite. */
	add_odd(open_of(gone, "pagemap"));
	kill(gone, SIGKILL);
	waitpid(gone, NULL, 0);
	add_odd(open_of(world.zombie, "pagemap"));
	add_odd(open_of(2, "pagemap"));
	add_odd(open_of(world.self, "maps"));
	add_odd(open_of(world.self, "mem"));
	add_odd(open("/proc/self/pagemap", O_PATH | O_CLOEXEC));
	add_odd(open("/dev/null", O_RDWR | O_CLOEXEC));
	fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	add_odd(dup2(fd, 400));
	close(400);
	close(fd);
	add_odd(-1);
	add_odd(0x7fffffff);
	add_odd(0);
}

static void add_addresses(pid_t pid)
{
	int fd = open_of(pid, "maps");
	FILE *maps = fd < 0 ? NULL : fdopen(fd, "r");
	unsigned long start, end;
	char line[512];

	if (!maps)
		exit(2);
	while (fgets(line, sizeof(line), maps) &&
	       world.address_count + 3 < WORLD_ADDRESSES) {
		if (sscanf(line, "%lx-%lx", &start, &end) != 2)
			continue;
		world.address[world.address_count++] = start;
		world.address[world.address_count++] = end;
		world.address[world.address_count++] = start + (end - start) / 2;
	}
	(void)fclose(maps);
}

/* Frames of a process, where we may see them. */
static void add_frames(void)
{
	uint64_t entry, frame;
	unsigned int i;

	for (i = 0; i < world.address_count; i++) {
		if (pread(world.own[1], &entry, sizeof(entry),
			  (off_t)(world.address[i] / PAGE * sizeof(entry))) !=
		    sizeof(entry))
			continue;
		frame = entry & ((1ULL << 55) - 1);
		if (entry >> 63 && frame && world.frame_count < WORLD_FRAMES)
			world.frame[world.frame_count++] = frame;
	}
}

static void add_cgroups(void)
{
	DIR *dir = opendir(CGROUPS);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)) && world.cgroup_count < WORLD_CGROUPS)
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, "..") != 0)
			world.cgroup[world.cgroup_count++] = entry->d_ino;
	closedir(dir);
}

/* Starts the processes, and looks at what they have. */
void world_make(void)
{
	world.self = getpid();
	have_memory();
	world.still = start(sleep_on);
	world.mover = start(move);
	world.zombie = start(NULL);
	world.dead = start(NULL);
	waitpid(world.dead, NULL, 0);
	make_descriptors();
	add_addresses(world.self);
	add_addresses(world.still);
	add_frames();
	add_cgroups();
}

void world_end(void)
{
	kill(world.still, SIGKILL);
	kill(world.mover, SIGKILL);
	waitpid(world.still, NULL, 0);
	waitpid(world.mover, NULL, 0);
	waitpid(world.zombie, NULL, 0);
}

void world_learn_id(uint32_t id)
{
	world.id[id % WORLD_IDS] = id;
	world.newest_id = id;
}

/* Whoever is named to be watched is ours. */
bool world_is_own(uint32_t pid)
{
	return pid == (uint32_t)world.self || pid == (uint32_t)world.still ||
	       pid == (uint32_t)world.mover || pid == (uint32_t)world.zombie ||
	       pid == (uint32_t)world.dead;
}

static uint64_t pick_pid(struct rng *rng)
{
	switch (rng_below(rng, 20)) {
	case 0:
		return world.zombie;
	case 1:
		return world.dead;
	case 2:
		return 2;
	case 3:
		return 1;
	case 4:
		return rng_next(rng) >> 32;
	case 5:
	case 6:
	case 7:
	case 8:
	case 9:
		return world.self;
	case 10:
	case 11:
	case 12:
		return world.mover;
	default:
		return world.still;
	}
}

static uint64_t pick_fd(struct rng *rng)
{
	if (rng_percent(rng, 75))
		return world.own[rng_below(rng, world.own_count)];
	return world.odd[rng_below(rng, world.odd_count)];
}

static uint64_t pick_address(struct rng *rng)
{
	static const uint64_t edges[] = {
		0, 1, PAGE - 1, PAGE, (1ULL << 47) - PAGE, (1ULL << 47) - 1,
		1ULL << 47, (1ULL << 56) - PAGE, 1ULL << 56, 1ULL << 63,
		~0ULL, ~0ULL - PAGE, 0xffff888000000000ULL,
	};
	uint64_t base = world.address[rng_below(rng, world.address_count)];

	switch (rng_below(rng, 10)) {
	case 0:
		return edges[rng_below(rng, sizeof(edges) / sizeof(*edges))];
	case 1:
		return rng_next(rng) >> 17;
	case 2:
		return base + rng_below(rng, 1 << 22);
	case 3:
		return base - rng_below(rng, 1 << 22);
	case 4:
	case 5:
		return base + rng_below(rng, 64) * PAGE;
	default:
		return base;
	}
}

static uint64_t pick_frame(struct rng *rng)
{
	if (world.frame_count && rng_percent(rng, 60))
		return world.frame[rng_below(rng, world.frame_count)];
	return rng_percent(rng, 70) ? rng_below(rng, 1 << 19) : rng_next(rng);
}

static uint64_t pick_cgroup(struct rng *rng)
{
	if (world.cgroup_count && rng_percent(rng, 80))
		return world.cgroup[rng_below(rng, world.cgroup_count)];
	return rng_percent(rng, 50) ? rng_below(rng, 4096) : rng_next(rng);
}

/* The next one as well: a datagram may begin a watch and then name it. */
static uint64_t pick_id(struct rng *rng)
{
	switch (rng_below(rng, 8)) {
	case 0:
		return rng_below(rng, 4);
	case 1:
		return rng_next(rng) >> 32;
	case 2:
	case 3:
		return world.newest_id + 1;
	case 4:
		return world.id[rng_below(rng, WORLD_IDS)];
	default:
		return world.line_id;
	}
}

static uint64_t pick_small(struct rng *rng)
{
	return rng_percent(rng, 90) ? rng_below(rng, 8) : rng_next(rng);
}

static uint64_t pick_node(struct rng *rng)
{
	return rng_percent(rng, 80) ? 0 : rng_below(rng, 2048);
}

static uint64_t pick_ring(struct rng *rng)
{
	return rng_percent(rng, 80) ? 4096u << rng_below(rng, 4) :
				      4096 + rng_below(rng, 1 << 25);
}

/* Attributes whose numbers mean something beyond what the spec can say. */
static const struct {
	const char *name;
	enum spec_kind kind;
	uint64_t (*pick)(struct rng *rng);
} roles[] = {
	{ "pagemap-fd", KIND_U32, pick_fd },
	{ "pid", KIND_U32, pick_pid },
	{ "start", KIND_U64, pick_address },
	{ "end", KIND_U64, pick_address },
	{ "address", KIND_U64, pick_address },
	{ "frame", KIND_U64, pick_frame },
	{ "cgroup", KIND_U64, pick_cgroup },
	{ "node", KIND_U32, pick_node },
	{ "id", KIND_U32, pick_id },
	{ "generation", KIND_U64, pick_small },
	{ "min-latency", KIND_U64, pick_small },
	{ "sample", KIND_U32, pick_small },
	{ "ring-bytes", KIND_U32, pick_ring },
};

/* A value that may well be taken. */
uint64_t world_value(struct rng *rng, const struct spec_attr *attr)
{
	unsigned int i;

	for (i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		if (attr->kind == roles[i].kind && !strcmp(attr->name, roles[i].name))
			return roles[i].pick(rng);
	if (attr->mask)
		return rng_percent(rng, 30) ? attr->mask :
					      rng_next(rng) & attr->mask;
	if (attr->max < 0xffffffff)
		return attr->min + rng_next(rng) % (attr->max - attr->min + 1);
	return rng_next(rng);
}

/* A value at the edge of what may be taken, or beyond. */
uint64_t world_edge(struct rng *rng, const struct spec_attr *attr)
{
	switch (rng_below(rng, 10)) {
	case 0:
		return attr->min;
	case 1:
		return attr->min - 1;
	case 2:
		return attr->max;
	case 3:
		return attr->max + 1;
	case 4:
		return attr->mask + 1;
	case 5:
		return attr->mask | 1ULL << rng_below(rng, 64);
	case 6:
		return 0;
	case 7:
		return ~0ULL;
	case 8:
		return 1ULL << rng_below(rng, 64);
	default:
		return rng_next(rng) >> rng_below(rng, 64);
	}
}
