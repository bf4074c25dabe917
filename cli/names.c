// SPDX-License-Identifier: GPL-2.0
#include "names.h"

#include <stdio.h>
#include <string.h>

/**
 * name_of() - name a value, or a bit by its number
 * @set: the enum or flags
 * @value: the value, or the number of the bit
 * @buf: used for a value newer than this program, "state-23"
 *
 * Return: The name, either constant or in @buf.
 */
const char *name_of(const struct name_set *set, unsigned int value,
		    char buf[NAME_MAX_LEN])
{
	if (value < set->count)
		return set->entries[value].name;
	snprintf(buf, NAME_MAX_LEN, "%s-%u", set->set, value);
	return buf;
}

/**
 * name_find() - the value of a name
 * @set: the enum or flags
 * @name: a name of the spec
 *
 * Return: The value or bit number, -1 if there is none.
 */
int name_find(const struct name_set *set, const char *name)
{
	unsigned int i;

	for (i = 0; i < set->count; i++)
		if (!strcmp(set->entries[i].name, name))
			return (int)i;
	return -1;
}
