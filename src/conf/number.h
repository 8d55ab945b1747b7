/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>

enum number_result {
	NUMBER_OK,
	NUMBER_ROUNDED, /* more decimals than are kept */
	NUMBER_NONE, /* does not begin as a number */
	NUMBER_JUNK, /* a number with something behind it */
};

/* A decimal integer, with a sign perhaps. What does not fit becomes the largest or least value. */
enum number_result number_integer(const char *text, int64_t *ret_value);

/* Decimal seconds in microseconds. */
enum number_result number_seconds(const char *text, int64_t *ret_value_us);

/* The least text of these seconds, for printing: "1", "0.5". Returns `buffer`. */
const char *number_seconds_print(int64_t value_us, char buffer[32]);

/* An integer as C writes it: 16, 0x10, 020. */
enum number_result number_any_base(const char *text, int64_t *ret_value);
