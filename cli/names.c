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

/**
 * list_word() - take the next word of a list with commas between its words
 * @list: moved on, NULL behind the last word
 * @word: filled; empty where a comma is too many
 *
 * Return: false when there is none.
 */
bool list_word(const char **list, char word[NAME_MAX_LEN])
{
	size_t length;

	if (!*list)
		return false;
	length = strcspn(*list, ",");
	snprintf(word, NAME_MAX_LEN, "%.*s", (int)length, *list);
	*list = (*list)[length] ? *list + length + 1 : NULL;
	return true;
}
