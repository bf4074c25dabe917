/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_PAGE_JSON_H
#define MMLENS_PAGE_JSON_H

#include "model.h"

/* Room for the longest record that page_json() writes. */
#define PAGE_JSON_MAX 2048

size_t page_json(const struct page_row *row, uint32_t withheld,
		 uint64_t page_size, uint64_t now, char to[PAGE_JSON_MAX]);

#endif
