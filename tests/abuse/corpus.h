/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which code of the module is reached, by kcov, and the datagrams that reached
 * some for the first time. Without kcov, none.
 */
#ifndef NETFUZZ_CORPUS_H
#define NETFUZZ_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

bool corpus_start(void);
void corpus_begin(void);
void corpus_end(const uint8_t *data, size_t size);
const uint8_t *corpus_pick(struct rng *rng, size_t *size);
unsigned int corpus_places(void);
unsigned int corpus_kept(void);

#endif
