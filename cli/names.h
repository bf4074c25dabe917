/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_NAMES_H
#define MMLENS_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* The names of one enum of the spec; of flags, entry n is bit n. */
struct name_entry {
	const char *name;	/* as the spec has it: soft-dirty */
	const char *key;	/* as a JSON key: soft_dirty */
	const char *doc;	/* the spec's sentence, may be empty */
	const char *note;	/* of kernels and rights it needs, likewise */
};

struct name_set {
	const char *set;
	unsigned int count;
	const struct name_entry *entries;
};

/* Room for the name of a value that this build does not know. */
#define NAME_MAX_LEN 32

const char *name_of(const struct name_set *set, unsigned int value,
		    char buf[NAME_MAX_LEN]);
int name_find(const struct name_set *set, const char *name);
bool list_word(const char **list, char word[NAME_MAX_LEN]);

#endif
