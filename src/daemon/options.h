/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

/* The command line of vipd: keepalived's options under keepalived's names. */

#define OPTIONS_CONFIG_FILE "/etc/vipd/vipd.conf"
#define OPTIONS_CONFIG_FILE_KEEPALIVED "/etc/keepalived/keepalived.conf"

struct options {
	char config_file[PATH_MAX]; /* empty: the first of the two above that exists */
	char run_dir[PATH_MAX]; /* empty: where the configuration's names say (place.c) */
	char pid_file[PATH_MAX]; /* empty: vipd.pid in the run directory */
	char config_id[256]; /* -i; empty: not given */
	bool checks_includes; /* -e */
	bool foreground; /* -n */
	bool log_console; /* -l */
	bool log_detail; /* -D */
	bool config_test; /* -t */
};

enum options_result {
	OPTIONS_RUN,
	OPTIONS_DONE, /* help or version was asked for and printed: end with 0 */
	OPTIONS_WRONG, /* said why on `errors`: end with 1, as keepalived does */
};

/* Paths become absolute, because the daemon leaves its directory. `run_dir_env` is VIPD_RUN_DIR
 * or NULL. */
enum options_result options_parse(int argc, char **argv, const char *run_dir_env, FILE *out,
				  FILE *errors, struct options *ret_options);

/* The configuration file to read now. */
const char *options_config_file(const struct options *options);

/* For `@id` lines, or NULL: the host's name. */
const char *options_config_id(const struct options *options);
