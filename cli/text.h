/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_TEXT_H
#define MMLENS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"
#include "names.h"

/* Words for a person. All write into a buffer of the caller. */

#define SIZE_TEXT 24
/* The same with its unit. */
#define SIZE_AMOUNT 32

const char *text_size(uint64_t bytes, bool exact, char buf[SIZE_TEXT]);
const char *text_amount(uint64_t bytes, bool exact, char buf[SIZE_AMOUNT]);
const char *text_count(uint64_t count, char buf[SIZE_TEXT * 2]);
const char *text_time(uint64_t ns, char buf[SIZE_TEXT]);
const char *text_age(uint64_t ms, char buf[SIZE_TEXT]);
size_t text_safe(const char *from, char *to, size_t size);
int text_width(const char *text);
char *text_wrap(const char *from, int columns, bool utf8);
const char *text_cut(const char *from, int columns, bool utf8, char *to,
		     size_t size);
const char *text_fit(const char *from, int columns, bool utf8, char *to,
		     size_t size);
size_t text_flags(const struct name_set *set, uint64_t flags, char *to,
		  size_t size);
const char *text_level(unsigned int level, char buf[NAME_MAX_LEN]);
const char *text_rank(unsigned int younger, char buf[NAME_MAX_LEN]);
const char *text_generation(unsigned int younger, uint64_t number,
			    char buf[NAME_MAX_LEN]);
const char *text_vma_name(const struct vma *vma);

#endif
