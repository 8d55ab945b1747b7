/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The command line: one table with every option that keepalived has, in the words of its help.
 *
 * vipd is put in keepalived's place by changing one word in a unit file or script, so an option of
 * keepalived is never "unknown": it works, or it is named as not being in this release. What is
 * wrong ends with 1 and the usage, positional words are named and ignored: both as keepalived does.
 *
 * Not here: what the options mean; whoever acts on one asks struct options. */
#include "daemon/options.h"

#include "base/run_dir.h"
#include "base/text.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

enum argument {
	ARGUMENT_NONE = no_argument,
	ARGUMENT_NEEDED = required_argument,
	ARGUMENT_MAYBE = optional_argument,
};

/* Values over a char for options without a short name. */
enum long_only {
	OPTION_RUN_DIR = 256,
	OPTION_LATER, /* and everything above: keepalived's, not in this release */
};

struct option_row {
	int value; /* short name, or enum long_only */
	const char *name;
	enum argument argument;
	const char *placeholder;
	const char *help; /* NULL: not in this release */
};

static const struct option_row rows[] = {
	{ 'f', "use-file", ARGUMENT_NEEDED, "FILE",
	  "configuration; default " OPTIONS_CONFIG_FILE
	  ",\n                        else " OPTIONS_CONFIG_FILE_KEEPALIVED },
	{ 'n', "dont-fork", ARGUMENT_NONE, NULL, "stay in the foreground" },
	{ 'l', "log-console", ARGUMENT_NONE, NULL, "log to the console, not to the system log" },
	{ 'D', "log-detail", ARGUMENT_NONE, NULL, "more detail in the log" },
	{ 't', "config-test", ARGUMENT_MAYBE, NULL,
	  "read the configuration, say everything that is\n"
	  "                        wrong with it, end with 0, 2, 4, 5 or 6" },
	{ 'i', "config-id", ARGUMENT_NEEDED, "ID",
	  "lines after `@ID` are read, after `@^ID` not; default\n"
	  "                        the host's name up to its first dot" },
	{ 'e', "all-config", ARGUMENT_NONE, NULL,
	  "files that an include misses are errors, as with\n"
	  "                        include_check at the beginning" },
	{ 'p', "pid", ARGUMENT_NEEDED, "FILE", "pid file; default vipd.pid in the run directory" },
	{ OPTION_RUN_DIR, "run-dir", ARGUMENT_NEEDED, "DIR",
	  "run directory; default $VIPD_RUN_DIR, else " RUN_DIR_DEFAULT "\n"
	  "                        with -NAME of an `instance`, @NAME of a `net_namespace`" },
	{ 'v', "version", ARGUMENT_NONE, NULL, "print the version" },
	{ 'h', "help", ARGUMENT_NONE, NULL, "print this" },
	{ 'P', "vrrp", ARGUMENT_NONE, NULL, NULL },
	{ 'C', "check", ARGUMENT_NONE, NULL, NULL },
	{ 'B', "no_bfd", ARGUMENT_NONE, NULL, NULL },
	{ OPTION_LATER, "all", ARGUMENT_NONE, NULL, NULL },
	{ 'S', "log-facility", ARGUMENT_NEEDED, NULL, NULL },
	{ 'g', "log-file", ARGUMENT_MAYBE, NULL, NULL },
	{ OPTION_LATER, "flush-log-file", ARGUMENT_NONE, NULL, NULL },
	{ 'G', "no-syslog", ARGUMENT_NONE, NULL, NULL },
	{ 'u', "umask", ARGUMENT_NEEDED, NULL, NULL },
	{ 'X', "release-vips", ARGUMENT_NONE, NULL, NULL },
	{ 'V', "dont-release-vrrp", ARGUMENT_NONE, NULL, NULL },
	{ 'I', "dont-release-ipvs", ARGUMENT_NONE, NULL, NULL },
	{ 'R', "dont-respawn", ARGUMENT_NONE, NULL, NULL },
	{ 'd', "dump-conf", ARGUMENT_NONE, NULL, NULL },
	{ 'r', "vrrp_pid", ARGUMENT_NEEDED, NULL, NULL },
	{ 'T', "genhash", ARGUMENT_NONE, NULL, NULL },
	{ 'c', "checkers_pid", ARGUMENT_NEEDED, NULL, NULL },
	{ 'a', "address-monitoring", ARGUMENT_NONE, NULL, NULL },
	{ 'b', "bfd_pid", ARGUMENT_NEEDED, NULL, NULL },
	{ 'x', "snmp", ARGUMENT_NONE, NULL, NULL },
	{ 'A', "snmp-agent-socket", ARGUMENT_NEEDED, NULL, NULL },
	{ 's', "namespace", ARGUMENT_NEEDED, NULL, NULL },
	{ 'm', "core-dump", ARGUMENT_NONE, NULL, NULL },
	{ 'M', "core-dump-pattern", ARGUMENT_MAYBE, NULL, NULL },
	{ OPTION_LATER, "signum", ARGUMENT_NEEDED, NULL, NULL },
	{ OPTION_LATER, "config-fd", ARGUMENT_NEEDED, NULL, NULL },
	{ OPTION_LATER, "ignore-sigint", ARGUMENT_NONE, NULL, NULL },
	{ OPTION_LATER, "perf", ARGUMENT_MAYBE, NULL, NULL },
	{ OPTION_LATER, "debug", ARGUMENT_MAYBE, NULL, NULL },
	{ OPTION_LATER, "no-mem-check", ARGUMENT_NONE, NULL, NULL },
	{ 'L', "mem-check-log", ARGUMENT_NONE, NULL, NULL },
	{ 'O', "mem-check-log-initial", ARGUMENT_NONE, NULL, NULL },
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

static void print_usage(FILE *out, const char *program)
{
	char name[40];

	fprintf(out, "Usage: %s [OPTION...]\n", program);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const struct option_row *r = &rows[i];
		struct text t;

		if (!r->help)
			continue;
		text_init(&t, name, sizeof(name));
		if (r->value < OPTION_RUN_DIR)
			text_add(&t, "-%c, ", r->value);
		else
			text_add(&t, "    ");
		text_add(&t, "--%s%s%s", r->name, r->placeholder ? "=" : "",
			 r->placeholder ? r->placeholder : "");
		fprintf(out, "  %-21s %s\n", name, r->help);
	}
}

/* getopt's two forms of the table. */
static void make_getopt(char *short_names, struct option *long_options)
{
	char *s = short_names;

	*s++ = ':'; /* tell a missing argument from an unknown option */
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const struct option_row *r = &rows[i];

		/* Each row is told apart by its index, which getopt hands back. */
		long_options[i] = (struct option){ r->name, (int)r->argument, NULL,
						   OPTION_LATER + 1 + (int)i };
		if (r->value >= OPTION_RUN_DIR)
			continue;
		*s++ = (char)r->value;
		if (r->argument != ARGUMENT_NONE)
			*s++ = ':';
		if (r->argument == ARGUMENT_MAYBE)
			*s++ = ':';
	}
	*s = '\0';
	long_options[ROW_COUNT] = (struct option){ 0 };
}

static const struct option_row *row_of(int result)
{
	if (result > OPTION_LATER && (size_t)(result - OPTION_LATER - 1) < ROW_COUNT)
		return &rows[result - OPTION_LATER - 1];
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].value == result && result < OPTION_RUN_DIR)
			return &rows[i];
	return NULL;
}

static bool set_path(char target[PATH_MAX], const char *path, FILE *errors)
{
	char here[PATH_MAX];
	struct text t;

	if (!path[0]) {
		fprintf(errors, "A path must not be empty\n");
		return false;
	}
	text_init(&t, target, PATH_MAX);
	if (path[0] != '/') {
		if (!getcwd(here, sizeof(here))) {
			fprintf(errors, "%s: the current directory has no name\n", path);
			return false;
		}
		text_add(&t, "%s/", here);
	}
	text_add(&t, "%s", path);
	if (t.cut)
		fprintf(errors, "%s: too long\n", path);
	return !t.cut;
}

static bool set_config_id(struct options *o, const char *id, FILE *errors)
{
	struct text t;

	text_init(&t, o->config_id, sizeof(o->config_id));
	text_add(&t, "%s", id);
	if (t.cut || !id[0])
		fprintf(errors, "The configuration's id is %s\n", t.cut ? "too long" : "empty");
	return !t.cut && id[0];
}

/* One option that was understood. */
static enum options_result take(const struct option_row *row, const char *argument,
				const char *program, FILE *out, FILE *errors, struct options *o)
{
	if (!row->help) {
		fprintf(errors, "Option --%s of keepalived is not in this release\n", row->name);
		return OPTIONS_WRONG;
	}
	switch (row->value) {
	case 'f':
		return set_path(o->config_file, argument, errors) ? OPTIONS_RUN : OPTIONS_WRONG;
	case 'p':
		return set_path(o->pid_file, argument, errors) ? OPTIONS_RUN : OPTIONS_WRONG;
	case 'i':
		return set_config_id(o, argument, errors) ? OPTIONS_RUN : OPTIONS_WRONG;
	case 'e':
		o->checks_includes = true;
		return OPTIONS_RUN;
	case OPTION_RUN_DIR:
		return set_path(o->run_dir, argument, errors) ? OPTIONS_RUN : OPTIONS_WRONG;
	case 'n':
		o->foreground = true;
		return OPTIONS_RUN;
	case 'l':
		o->log_console = true;
		return OPTIONS_RUN;
	case 'D':
		o->log_detail = true;
		return OPTIONS_RUN;
	case 't':
		o->config_test = true;
		if (!argument)
			return OPTIONS_RUN;
		fprintf(errors, "A log file for --config-test is not in this release\n");
		return OPTIONS_WRONG;
	case 'v':
		fprintf(out, "vipd v" VIPD_VERSION "\n");
		return OPTIONS_DONE;
	default: /* 'h': the last row with a help text */
		print_usage(out, program);
		return OPTIONS_DONE;
	}
}

static enum options_result refuse(int result, char **argv, FILE *errors)
{
	const struct option_row *row = row_of(optopt);

	/* getopt has passed the word, unless it is a letter inside one. */
	if (result == ':' && row)
		fprintf(errors, "Missing parameter for option --%s\n", row->name);
	else if (optopt && optopt < OPTION_RUN_DIR)
		fprintf(errors, "Unknown option -%c\n", optopt);
	else if (row)
		fprintf(errors, "Option --%s takes no parameter\n", row->name);
	else
		fprintf(errors, "Unknown option %s\n", argv[optind - 1]);
	if (result != ':')
		print_usage(errors, argv[0]);
	return OPTIONS_WRONG;
}

enum options_result options_parse(int argc, char **argv, const char *run_dir_env, FILE *out,
				  FILE *errors, struct options *ret_options)
{
	struct option long_options[ROW_COUNT + 1];
	char short_names[3 * ROW_COUNT + 2];
	enum options_result r = OPTIONS_RUN;
	struct options o = { 0 };
	int result;

	make_getopt(short_names, long_options);
	if (run_dir_env && run_dir_env[0] && !set_path(o.run_dir, run_dir_env, errors))
		return OPTIONS_WRONG;
	opterr = 0;
	optind = 0; /* glibc: begin anew, so that a test may call twice */
	while (r == OPTIONS_RUN &&
	       (result = getopt_long(argc, argv, short_names, long_options, NULL)) != -1) {
		const struct option_row *row = row_of(result);

		if (result == '?' || result == ':' || !row)
			r = refuse(result, argv, errors);
		else
			r = take(row, optarg, argv[0], out, errors, &o);
	}
	if (r != OPTIONS_RUN)
		return r;
	if (optind < argc) {
		fprintf(errors, "Unexpected argument(s):");
		for (int i = optind; i < argc; i++)
			fprintf(errors, " %s", argv[i]);
		fprintf(errors, "\n");
	}
	*ret_options = o;
	return OPTIONS_RUN;
}

const char *options_config_file(const struct options *options)
{
	if (options->config_file[0])
		return options->config_file;
	if (access(OPTIONS_CONFIG_FILE, F_OK) == 0)
		return OPTIONS_CONFIG_FILE;
	return OPTIONS_CONFIG_FILE_KEEPALIVED;
}

const char *options_config_id(const struct options *options)
{
	return options->config_id[0] ? options->config_id : NULL;
}
