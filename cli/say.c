// SPDX-License-Identifier: GPL-2.0
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"

/**
 * say() - print a sentence, over as many lines as it needs
 * @term: the terminal
 * @paint: its colour
 * @fmt: the sentence; names in it must be safe
 */
void say(const struct term *term, enum paint paint, const char *fmt, ...)
{
	const char *on = term_on(term, paint);
	char sentence[2048], *wrapped;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	wrapped = text_wrap(sentence, term->width, term->utf8);
	printf("%s%s%s\n", on, wrapped ? wrapped : sentence,
	       *on ? term_off(term) : "");
	free(wrapped);
}
