/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/run_dir.h"

#include <stdbool.h>
#include <stdint.h>

/* The parent's log: the console (`-l`) or the system log. Writing never waits; what cannot be
 * written is counted, and the count is written as soon as something can be. */

enum log_level {
	LOG_LEVEL_ERROR, /* cannot run, or part of it cannot */
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DETAIL, /* only with -D */
};

#define LOG_SYSLOG_PATH "/dev/log"

/* One line with its NUL. Longer ones are cut. */
#define LOG_LINE_SIZE 1024

struct log_options {
	bool to_console; /* standard error instead of the system log */
	bool detail; /* -D */
	/* Errors and warnings on standard error, too, unless that is the journal: until the daemon
	 * has left its terminal. */
	bool is_starting;
	const char *syslog_path; /* NULL: LOG_SYSLOG_PATH */
};

/* The name of the system log, with what tells several daemons apart and the NUL. */
#define LOG_NAME_SIZE (RUN_DIR_SUFFIX_SIZE + 4)

struct log {
	struct log_options options;
	int console_fd; /* -1: none */
	int syslog_fd; /* -1: to be opened by the next line */
	bool console_is_socket;
	bool console_is_ours; /* a description of its own, to be closed */
	bool console_line_is_open; /* the last write ended inside a line */
	uint64_t lost_count;
	char name[LOG_NAME_SIZE]; /* in the system log */
};

void log_open(struct log *log, const struct log_options *options);
void log_close(struct log *log);

/* Lines of the system log are from "vipd" and this from now on. */
void log_rename(struct log *log, const char *suffix);

/* The terminal is left: from now on only the log itself. */
void log_started(struct log *log);

void log_printf(struct log *log, enum log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
