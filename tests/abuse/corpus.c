// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <linux/kcov.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "corpus.h"

#define KCOV "/sys/kernel/debug/kcov"

enum {
	TRACE = 1 << 16,	/* entries of one trace */
	PLACES = 1 << 17,	/* a power of 2, far more than the module has */
	KEPT = 4096,
	KEPT_MOST = 4096,	/* bytes of one */
};

static struct {
	uint8_t *data;
	size_t size;
} kept[KEPT];

static unsigned long *trace;
static uint64_t place[PLACES];
static unsigned int places, kept_count;

/* Traces what this thread runs in the kernel. False without kcov. */
bool corpus_start(void)
{
	int fd = open(KCOV, O_RDWR | O_CLOEXEC);
	void *at;

	if (fd < 0)
		return false;
	if (ioctl(fd, KCOV_INIT_TRACE, (unsigned long)TRACE))
		goto out_close;
	at = mmap(NULL, TRACE * sizeof(*trace), PROT_READ | PROT_WRITE,
		  MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		goto out_close;
	if (ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC)) {
		munmap(at, TRACE * sizeof(*trace));
		goto out_close;
	}
	trace = at;
	return true;

out_close:
	close(fd);
	return false;
}

void corpus_begin(void)
{
	if (trace)
		__atomic_store_n(&trace[0], 0, __ATOMIC_RELAXED);
}

/* True for one that was not known. */
static bool add_place(uint64_t pc)
{
	unsigned int at = rng_mix(pc) % PLACES;

	while (place[at] && place[at] != pc)
		at = (at + 1) % PLACES;
	if (place[at] || places > PLACES / 2)
		return false;
	place[at] = pc;
	places++;
	return true;
}

static void keep(const uint8_t *data, size_t size)
{
	unsigned int at = kept_count < KEPT ? kept_count++ : places % KEPT;

	free(kept[at].data);
	kept[at].data = malloc(size);
	kept[at].size = kept[at].data ? size : 0;
	if (kept[at].data)
		memcpy(kept[at].data, data, size);
}

/* Since corpus_begin() this was sent, and answered. */
void corpus_end(const uint8_t *data, size_t size)
{
	unsigned long count, i;
	bool found = false;

	if (!trace)
		return;
	count = __atomic_load_n(&trace[0], __ATOMIC_RELAXED);
	for (i = 1; i <= count && i < TRACE; i++)
		found |= add_place(trace[i]);
	if (found && size && size <= KEPT_MOST)
		keep(data, size);
}

/* One that found something; NULL if there is none. */
const uint8_t *corpus_pick(struct rng *rng, size_t *size)
{
	unsigned int at;

	if (!kept_count)
		return NULL;
	at = rng_below(rng, kept_count);
	*size = kept[at].size;
	return kept[at].data;
}

unsigned int corpus_places(void)
{
	return places;
}

unsigned int corpus_kept(void)
{
	return kept_count;
}
