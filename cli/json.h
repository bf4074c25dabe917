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

/*
 * JSON: snake_case keys, addresses and raw values as strings in hex, sizes and
 * counts as numbers, absent for what does not apply. Memory that runs out ends
 * the program: half an object is worse than none.
 */

json_object *js_root(void);
json_object *js_object(json_object *parent, const char *key);
json_object *js_array(json_object *parent, const char *key);
json_object *js_item(json_object *array);
void js_hex(json_object *object, const char *key, uint64_t value);
void js_number(json_object *object, const char *key, uint64_t value);
void js_signed(json_object *object, const char *key, int64_t value);
void js_true_if(json_object *object, const char *key, bool value);
void js_bool(json_object *object, const char *key, bool value);
void js_text(json_object *object, const char *key, const char *text);
void js_flags(json_object *object, const char *key,
		const struct name_set *set, uint64_t flags);
void js_stall(json_object *object, const struct mmlens_stall *stall);
void js_states(json_object *object, const char *key,
		 const struct totals *totals);
void js_failure(json_object *root, const struct failure *f);
const char *js_string(json_object *object, bool pretty);
void js_print_rest(json_object *root, bool pretty);

#endif
