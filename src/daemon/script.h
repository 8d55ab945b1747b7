/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "daemon/child.h"
#include "wire/image.h"

#include <stdint.h>

/* One command of the configuration, run as its user. */

/* Arguments that are appended for `notify`: INSTANCE NAME STATE PRIORITY. */
#define SCRIPT_EXTRA_ARGUMENTS 4

/* A copy, because the image it came from may go before its turn comes. */
struct script {
	char *block; /* words, user, group, extra arguments, each NUL-terminated; NULL: none */
	uint32_t word_count; /* all of them, with the extra ones */
	const char *user, *group; /* in the block; empty: the default */
};

/* 0 or -ENOMEM. `extra` is a NULL-terminated list, or NULL. */
int script_copy(struct script *script, const struct image *image, const struct image_script *from,
		const char *const *extra);
void script_clear(struct script *script);

/* Starts it as `child`, in a process group of its own. 0 or -errno. What goes wrong behind the fork
 * is told by the exit status: SCRIPT_EXIT_USER, SCRIPT_EXIT_EXEC. */
int script_start(const struct script *script, struct child *child);

#define SCRIPT_EXIT_USER 126 /* it cannot become that user */
#define SCRIPT_EXIT_EXEC 127 /* it cannot be executed */
