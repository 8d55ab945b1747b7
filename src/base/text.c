/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of bounded length. A caller adds as it likes and looks once at the end whether something
 * was cut: no line of a log and no message may become an error because a name was long, and none
 * may write a single octet too far. */
#include "base/text.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void text_init(struct text *t, char *data, size_t size)
{
	check(size > 0);
	*t = (struct text){ .data = data, .size = size };
	data[0] = '\0';
}

void text_add(struct text *t, const char *format, ...)
{
	size_t room = t->size - t->length;
	va_list arguments;
	int wanted;

	va_start(arguments, format);
	wanted = vsnprintf(t->data + t->length, room, format, arguments);
	va_end(arguments);
	check(wanted >= 0);
	if ((size_t)wanted >= room) {
		t->cut = true;
		t->length = t->size - 1;
	} else {
		t->length += (size_t)wanted;
	}
}

bool text_copy(char *target, size_t size, const char *source)
{
	size_t length = strnlen(source, size);
	bool fits = length < size;

	check(size > 0);
	if (!fits)
		length = size - 1;
	memcpy(target, source, length);
	target[length] = '\0';
	return fits;
}

size_t text_control_size(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
		return 2;
	return *c && (*c < ' ' || *c == 0x7f) ? 1 : 0;
}
