/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

/* Text into the caller's buffer, which counts on behind its end as snprintf does. Always
 * terminated, unless there is no room at all. */
struct counted {
	char *data;
	size_t size, length;
};

void counted_init(struct counted *c, char *data, size_t size);
void counted_add(struct counted *c, const char *text);
void counted_format(struct counted *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
