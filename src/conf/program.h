/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/conf_private.h"

/* What this host knows of a program that somebody is to run, asked through struct conf_world. */

enum program_state {
	PROGRAM_RUNS,
	PROGRAM_MISSING,
	PROGRAM_NOT_EXECUTABLE,
};

struct program {
	enum program_state state;
	const char *path; /* where it was found; as it was written when it was not */
	const char *reason; /* why it does not run: a sentence without its beginning */
	bool is_searched; /* it was written without a path */
	/* Runs with rights of root, and this part of its path is not root's alone; NULL: none. */
	const char *insecure;
	const char *insecure_reason, *remedy;
};

/* Looks at each part of a path once, however many programs lie below it. */
struct program_finder {
	struct conf *conf;
	struct map parts; /* path → what look_at() said */
};

void program_finder_init(struct program_finder *f, struct conf *conf);

/* Not without `look_at` in the world. */
void program_find(struct program_finder *f, const char *word, const struct conf_account *account,
		  struct program *ret_program);
