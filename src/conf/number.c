/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as the language writes them: decimal only (no 0x10, and 010 is ten), a sign perhaps, and
 * for times a fraction. Done in integers: seconds become microseconds without a detour through
 * floating point, so that 0.1 is 100,000 everywhere. Numbers too large are clamped; the range check
 * that follows refuses them. */
#include "conf/number.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define SECOND_US INT64_C(1000000)
/* Far above every range, far below overflow when counted in microseconds. */
#define CLAMP INT64_C(1000000000000)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads digits; returns behind the last. */
static const char *digits(const char *p, int64_t *ret_value)
{
	int64_t value = 0;

	for (; is_digit(*p); p++)
		if (value < CLAMP)
			value = value * 10 + (*p - '0');
	*ret_value = value < CLAMP ? value : CLAMP;
	return p;
}

enum number_result number_integer(const char *text, int64_t *ret_value)
{
	bool negative = *text == '-';
	int64_t value;
	const char *p = text + (*text == '-' || *text == '+');

	if (!is_digit(*p))
		return NUMBER_NONE;
	p = digits(p, &value);
	if (*p)
		return NUMBER_JUNK;
	*ret_value = negative ? -value : value;
	return NUMBER_OK;
}

enum number_result number_any_base(const char *text, int64_t *ret_value)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 0);
	if (end == text)
		return NUMBER_NONE;
	if (*end)
		return NUMBER_JUNK;
	*ret_value = errno ? CLAMP : value;
	return NUMBER_OK;
}

enum number_result number_seconds(const char *text, int64_t *ret_value_us)
{
	bool negative = *text == '-', rounded = false;
	const char *p = text + (*text == '-' || *text == '+');
	int64_t whole, fraction_us = 0, step = SECOND_US / 10;

	if (!is_digit(*p) && !(*p == '.' && is_digit(p[1])))
		return NUMBER_NONE;
	p = digits(p, &whole);
	if (*p == '.') {
		for (p++; is_digit(*p); p++) {
			if (step > 0)
				fraction_us += step * (*p - '0');
			else if (*p != '0')
				rounded = true;
			step /= 10;
		}
	}
	if (*p)
		return NUMBER_JUNK;
	*ret_value_us = whole * SECOND_US + fraction_us;
	if (negative)
		*ret_value_us = -*ret_value_us;
	return rounded ? NUMBER_ROUNDED : NUMBER_OK;
}

const char *number_seconds_print(int64_t value_us, char buffer[32])
{
	int length = snprintf(buffer, 32, "%" PRId64 ".%06" PRId64, value_us / SECOND_US,
			      value_us % SECOND_US);

	while (buffer[length - 1] == '0')
		buffer[--length] = '\0';
	if (buffer[length - 1] == '.')
		buffer[--length] = '\0';
	return buffer;
}
