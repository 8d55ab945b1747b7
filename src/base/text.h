/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A bounded string builder over the caller's buffer. Always NUL-terminated; what does not fit is
 * cut and `cut` says so. */
struct text {
	char *data;
	size_t size; /* octets of `data`, at least 1 */
	size_t length; /* octets used, without the NUL */
	bool cut;
};

void text_init(struct text *t, char *data, size_t size);
void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A copy of `source` into `target[size]`, cut if it must be, always terminated.
 * Returns false when it was cut. */
bool text_copy(char *target, size_t size, const char *source);

/* Octets of the control character with which `text` begins, or 0. Those are C0 and DEL, and in
 * UTF-8 U+0080 to U+009F: a terminal may take U+009B for ESC [. */
size_t text_control_size(const char *text);
