/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The builder behind conf_print() and conf_finding_print(). Unlike base/text.h it has to say how
 * long the whole text would have been, because its callers ask first and allocate then. */
#include "conf/counted.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void counted_init(struct counted *c, char *data, size_t size)
{
	*c = (struct counted){ .data = data, .size = size };
	if (size)
		data[0] = '\0';
}

void counted_add(struct counted *c, const char *text)
{
	size_t length = strlen(text), fits = length;

	if (c->length + 1 < c->size) {
		if (fits > c->size - c->length - 1)
			fits = c->size - c->length - 1;
		memcpy(c->data + c->length, text, fits);
		c->data[c->length + fits] = '\0';
	}
	c->length += length;
}

void counted_format(struct counted *c, const char *format, ...)
{
	size_t room = c->length < c->size ? c->size - c->length : 0;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(room ? c->data + c->length : NULL, room, format, arguments);
	va_end(arguments);
	check(length >= 0);
	c->length += (size_t)length;
}
