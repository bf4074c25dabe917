/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMLENS_JSON_H
#define MMLENS_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fail.h"
#include "model.h"
#include "names.h"
#include "sums.h"

/*
 * JSON: snake_case keys, addresses and raw values as strings in hex, sizes and
 * counts as numbers, absent for what does not apply. Memory that runs out ends
 * the program: half an object is worse than none.
 */

struct json_object *js_root(void);
struct json_object *js_object(struct json_object *parent, const char *key);
struct json_object *js_array(struct json_object *parent, const char *key);
struct json_object *js_item(struct json_object *array);
void js_done(struct json_object *array, bool pretty);
void js_hex(struct json_object *object, const char *key, uint64_t value);
void js_number(struct json_object *object, const char *key, uint64_t value);
void js_signed(struct json_object *object, const char *key, int64_t value);
void js_bool(struct json_object *object, const char *key, bool value);
void js_text(struct json_object *object, const char *key, const char *text);
void js_word(struct json_object *array, const char *word);
void js_count(struct json_object *array, uint64_t value);
void js_flags(struct json_object *object, const char *key,
	      const struct name_set *set, uint64_t flags);
void js_stall(struct json_object *object, const struct mmlens_stall *stall);
void js_amount(struct json_object *object, const char *name, uint64_t pages,
	       uint64_t page_size);
void js_states(struct json_object *object, const char *key,
	       const struct totals *totals);
void js_decisions(struct json_object *object, const struct totals *totals,
		  uint32_t detail, uint64_t page_size);
void js_failure(struct json_object *root, const struct failure *f);
const char *js_string(struct json_object *object, bool pretty);
void js_print_rest(struct json_object *root, bool pretty);

#endif
