/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "daemon/log.h"
#include "wire/role.h"

/* What vipd-vrrp tells, in the words that keepalived's users grep for. Pure. */

struct log_render_context {
	const char *instance; /* its name, or NULL: the message is of none */
	uint8_t own_priority; /* effective, now */
};

struct log_line {
	enum log_level level;
	char text[512];
};

/* One message makes at most this many lines. */
#define LOG_RENDER_LINES 2

/* Writes the lines of a checked message, in order, and returns how many (0: nothing to say). */
int log_render(const struct role_message *m, const struct log_render_context *context,
	       struct log_line ret_lines[LOG_RENDER_LINES]);
