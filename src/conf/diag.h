/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf.h"
#include "conf/lex.h"

#include <stdarg.h>

/* Findings: one call, one finding. `code` is static text; `hint` lives as long as the
 * configuration, or is NULL. */
struct diag {
	const char *code;
	enum conf_severity severity;
	enum conf_consequence consequence;
	struct place place;
	const char *hint;
};

/* Returns the message, in the arena (also when the finding did not fit any more). */
const char *diag_add(struct conf *conf, const struct diag *diag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
const char *diag_add_list(struct conf *conf, const struct diag *diag, const char *format,
			  va_list arguments) __attribute__((format(printf, 3, 0)));

/* An error or a warning with which it runs; a hint that changes nothing. */
void diag_error(struct conf *conf, const char *code, const struct place *place, const char *hint,
		const char *format, ...) __attribute__((format(printf, 5, 6)));
void diag_warning(struct conf *conf, const char *code, const struct place *place, const char *hint,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));
void diag_hint(struct conf *conf, const char *code, const struct place *place, const char *hint,
	       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* `line 5`, or `line 5 of FILE` where `here` is another file. */
const char *diag_line(struct conf *conf, const struct place *place, const struct place *here);

/* When all is said: sorts the findings by place, those of one place in the order in which they were
 * found, and gives each its source line and the way that led to it. */
void diag_settle(struct conf *conf);

/* Makes text fit for a terminal and for JSON: control octets and broken UTF-8 become `?`. */
void diag_clean(char *text);
