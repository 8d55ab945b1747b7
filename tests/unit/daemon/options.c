/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The command line of vipd. The table of keepalived's options stands here a second time, from
 * its manual: none of them may ever be "unknown". */

#include "daemon/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct options parsed;
static char *said, *printed;

/* Arguments as one text; NULL for `env`: no VIPD_RUN_DIR. */
static enum options_result parse_env(const char *arguments, const char *env)
{
	char *argv[32] = { (char *)(uintptr_t)"vipd" }, *words = strdup(arguments), *rest = words;
	size_t said_size, printed_size;
	enum options_result result;
	FILE *errors, *out;
	int argc = 1;

	free(said);
	free(printed);
	errors = open_memstream(&said, &said_size);
	out = open_memstream(&printed, &printed_size);
	for (char *word; (word = strsep(&rest, " "));)
		if (*word)
			argv[argc++] = strcmp(word, "''") == 0 ? (char *)(uintptr_t)"" : word;
	memset(&parsed, 0x5a, sizeof(parsed));
	result = options_parse(argc, argv, env, out, errors, &parsed);
	fclose(errors);
	fclose(out);
	free(words);
	return result;
}

static enum options_result parse(const char *arguments)
{
	return parse_env(arguments, NULL);
}

static void assert_wrong(const char *arguments, const char *why)
{
	assert_int_equal(parse(arguments), OPTIONS_WRONG);
	if (!strstr(said, why))
		fail_msg("vipd %s says: %s", arguments, said);
	assert_string_equal(printed, "");
	/* Untouched on failure. */
	assert_int_equal(parsed.run_dir[0], 0x5a);
}

static void nothing_given(void **state)
{
	assert_int_equal(parse(""), OPTIONS_RUN);
	assert_string_equal(parsed.run_dir, "");
	assert_string_equal(parsed.config_file, "");
	assert_string_equal(parsed.pid_file, "");
	assert_false(parsed.foreground || parsed.log_console || parsed.log_detail ||
		     parsed.config_test || parsed.checks_includes);
	assert_string_equal(said, "");
}

static void short_and_long(void **state)
{
	static const char *const forms[] = {
		"-n -l -D -e -t -f /a/b -p /c --run-dir /d",
		"-nlDet -f/a/b -p/c --run-dir=/d",
		("--dont-fork --log-console --log-detail --all-config --config-test "
		 "--use-file=/a/b --pid /c --run-dir=/d"),
		"-DD --dont-f -l --all-c -t -f /x -f /a/b --pid=/c --run-d /d",
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_int_equal(parse(forms[i]), OPTIONS_RUN);
		assert_true(parsed.foreground && parsed.log_console && parsed.log_detail &&
			    parsed.config_test && parsed.checks_includes);
		assert_string_equal(parsed.config_file, "/a/b");
		assert_string_equal(parsed.pid_file, "/c");
		assert_string_equal(parsed.run_dir, "/d");
		assert_string_equal(options_config_file(&parsed), "/a/b");
	}
}

static void config_id(void **state)
{
	char arguments[400] = "-i ";

	assert_int_equal(parse(""), OPTIONS_RUN);
	assert_null(options_config_id(&parsed));
	assert_int_equal(parse("-i node-1 -l"), OPTIONS_RUN);
	assert_string_equal(options_config_id(&parsed), "node-1");
	assert_int_equal(parse("--config-id=b -n"), OPTIONS_RUN);
	assert_string_equal(options_config_id(&parsed), "b");
	assert_wrong("-i ''", "id is empty");
	memset(arguments + 3, 'x', sizeof(arguments) - 4);
	assert_wrong(arguments, "id is too long");
	assert_wrong("-n -i", "--config-id");
}

struct later {
	const char *name, *argument; /* argument: how it is written, or "" */
	char letter; /* 0: none */
};

static const struct later later[] = {
	{ "vrrp", "", 'P' }, { "check", "", 'C' }, { "no_bfd", "", 'B' }, { "all", "", 0 },
	{ "log-facility", " 3", 'S' }, { "log-file", "=/x", 'g' }, { "log-file", "", 'g' },
	{ "flush-log-file", "", 0 }, { "no-syslog", "", 'G' }, { "umask", " 022", 'u' },
	{ "release-vips", "", 'X' }, { "dont-release-vrrp", "", 'V' },
	{ "dont-release-ipvs", "", 'I' }, { "dont-respawn", "", 'R' }, { "dump-conf", "", 'd' },
	{ "vrrp_pid", " /x", 'r' }, { "genhash", "", 'T' }, { "checkers_pid", " /x", 'c' },
	{ "address-monitoring", "", 'a' }, { "bfd_pid", " /x", 'b' }, { "snmp", "", 'x' },
	{ "snmp-agent-socket", " /x", 'A' }, { "namespace", " x", 's' }, { "core-dump", "", 'm' },
	{ "core-dump-pattern", "=x", 'M' },
	{ "signum", "=JSON", 0 }, { "config-fd", "=3", 0 }, { "ignore-sigint", "", 0 },
	{ "perf", "=run", 0 }, { "debug", "=DD", 0 }, { "no-mem-check", "", 0 },
	{ "mem-check-log", "", 'L' }, { "mem-check-log-initial", "", 'O' },
};

static void every_later_option_is_named(void **state)
{
	char arguments[80], why[80];

	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		snprintf(why, sizeof(why), "--%s of keepalived is not in this release\n",
			 later[i].name);
		snprintf(arguments, sizeof(arguments), "-n --%s%s -l", later[i].name,
			 later[i].argument);
		assert_wrong(arguments, why);
		assert_null(strstr(said, "Usage"));
		if (!later[i].letter)
			continue;
		snprintf(arguments, sizeof(arguments), "-n%c%s", later[i].letter,
			 later[i].argument);
		assert_wrong(arguments, why);
	}
}

static void relative_paths(void **state)
{
	char here[PATH_MAX], expected[PATH_MAX + 64];

	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(parse("-f a.conf -p ../b --run-dir ./run"), OPTIONS_RUN);
	snprintf(expected, sizeof(expected), "%s/a.conf", here);
	assert_string_equal(parsed.config_file, expected);
	snprintf(expected, sizeof(expected), "%s/../b", here);
	assert_string_equal(parsed.pid_file, expected);
	snprintf(expected, sizeof(expected), "%s/./run", here);
	assert_string_equal(parsed.run_dir, expected);
}

static void run_dir_from_the_environment(void **state)
{
	char here[PATH_MAX], expected[PATH_MAX + 64];

	assert_int_equal(parse_env("", "/srv/run"), OPTIONS_RUN);
	assert_string_equal(parsed.run_dir, "/srv/run");
	assert_int_equal(parse_env("--run-dir /mine", "/srv/run"), OPTIONS_RUN);
	assert_string_equal(parsed.run_dir, "/mine");
	assert_int_equal(parse_env("", ""), OPTIONS_RUN);
	assert_string_equal(parsed.run_dir, "");
	assert_non_null(getcwd(here, sizeof(here)));
	snprintf(expected, sizeof(expected), "%s/run", here);
	assert_int_equal(parse_env("", "run"), OPTIONS_RUN);
	assert_string_equal(parsed.run_dir, expected);
}

static void wrong_paths(void **state)
{
	char arguments[PATH_MAX + 64];

	assert_wrong("-f ''", "must not be empty");
	assert_wrong("--run-dir ''", "must not be empty");
	snprintf(arguments, sizeof(arguments), "-p /%0*d", PATH_MAX - 1, 0);
	assert_wrong(arguments, "too long");
	snprintf(arguments, sizeof(arguments), "-p /%0*d", PATH_MAX - 2, 0);
	assert_int_equal(parse(arguments), OPTIONS_RUN);
}

static void what_is_wrong_is_named(void **state)
{
	assert_wrong("-n -Z", "Unknown option -Z\n");
	assert_wrong("-nZl", "Unknown option -Z\n");
	assert_non_null(strstr(said, "Usage: vipd"));
	assert_wrong("--frobnicate", "Unknown option --frobnicate\n");
	assert_wrong("-n --frobnicate=3 -l", "Unknown option --frobnicate=3\n");
	assert_wrong("--dont-fork=yes", "Option --dont-fork takes no parameter\n");
	assert_wrong("-n -f", "Missing parameter for option --use-file\n");
	assert_wrong("--use-file", "Missing parameter for option --use-file\n");
	assert_wrong("--run-dir", "Missing parameter for option --run-dir\n");
	assert_wrong("-S", "Missing parameter for option --log-facility\n");
	assert_wrong("-t/log", "not in this release\n");
	assert_wrong("--config-test=/log", "not in this release\n");
}

static void positional_words_are_ignored(void **state)
{
	assert_int_equal(parse("start -n now"), OPTIONS_RUN);
	assert_true(parsed.foreground);
	assert_string_equal(said, "Unexpected argument(s): start now\n");
}

static void version_and_help(void **state)
{
	static const char *const shown[] = { "-f, --use-file=FILE", "-n, --dont-fork",
		"-l, --log-console", "-D, --log-detail", "-t, --config-test", "-p, --pid=FILE",
		"    --run-dir=DIR", "-v, --version", "-h, --help" };

	assert_int_equal(parse("-n -v"), OPTIONS_DONE);
	assert_string_equal(printed, "vipd v" VIPD_VERSION "\n");
	assert_int_equal(parse("--help"), OPTIONS_DONE);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		assert_non_null(strstr(printed, shown[i]));
	assert_null(strstr(printed, "snmp"));
	assert_string_equal(said, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_given),
		cmocka_unit_test(short_and_long),
		cmocka_unit_test(config_id),
		cmocka_unit_test(every_later_option_is_named),
		cmocka_unit_test(relative_paths),
		cmocka_unit_test(run_dir_from_the_environment),
		cmocka_unit_test(wrong_paths),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(positional_words_are_ignored),
		cmocka_unit_test(version_and_help),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	free(said);
	free(printed);
	return result;
}
