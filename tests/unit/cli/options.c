/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vipctl's command line: what is taken, what is refused, what is guessed, which socket. */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct cli_request request;
static const struct cli_command *command;

static int parse(const char *first, ...)
{
	static char words[10][64];
	char *arguments[12] = { (char[]){ "vipctl" } };
	int count = 1;
	va_list list;

	va_start(list, first);
	for (const char *w = first; w; w = va_arg(list, const char *)) {
		strcpy(words[count - 1], w);
		arguments[count] = words[count - 1];
		count++;
	}
	va_end(list);
	return cli_options_parse(count, arguments, &request, &command);
}

static void options_stand_anywhere(void **state)
{
	assert_int_equal(parse("status", NULL), CLI_YES);
	assert_string_equal(command->name, "status");
	assert_int_equal(request.options, 0);
	assert_int_equal(request.argument_count, 0);
	assert_int_equal(request.timeout_ms, -1);
	assert_int_equal(parse("--json", "-s", "/x.sock", "status", "vrrp_1", "-w", NULL), CLI_YES);
	assert_int_equal(request.options, CLI_OPTION_JSON | CLI_OPTION_WATCH);
	assert_string_equal(request.arguments[0], "vrrp_1");
	assert_string_equal(request.socket_path, "/x.sock");
	assert_int_equal(parse("wait", "a=MASTER", "--timeout", "0.25", "ready", NULL), CLI_YES);
	assert_int_equal(request.argument_count, 2);
	assert_int_equal(request.timeout_ms, 250);
	assert_int_equal(parse("check", "a.conf", "-i", "node1", "b.conf", "--here", NULL),
			 CLI_YES);
	assert_string_equal(command->name, "check");
	assert_string_equal(request.config_id, "node1");
	assert_int_equal(request.options, CLI_OPTION_ID | CLI_OPTION_HERE);
	assert_int_equal(request.argument_count, 2);
	assert_int_equal(parse("check", "--for", "keepalived", "a.conf", NULL), CLI_YES);
	assert_string_equal(request.for_what, "keepalived");
	assert_int_equal(parse("config", "show", "--for", "keepalived", NULL), CLI_USAGE);
	assert_int_equal(parse("check", "-e", "a.conf", NULL), CLI_YES);
	assert_int_equal(request.options, CLI_OPTION_ALL_CONFIG);
	assert_int_equal(parse("config", "diff", "a", "b", "--all-config", NULL), CLI_YES);
	assert_int_equal(request.options, CLI_OPTION_ALL_CONFIG);
	assert_int_equal(parse("status", "-e", NULL), CLI_USAGE);
	assert_int_equal(parse("simulate", "--keepalived", "h1", "a", "--standard", "h2", NULL),
			 CLI_YES);
	assert_int_equal(request.peer_count, 2);
	assert_true(request.peers[0].is_keepalived && !request.peers[1].is_keepalived);
	assert_string_equal(request.peers[1].host, "h2");
	assert_int_equal(parse("status", "--keepalived", "h1", NULL), CLI_USAGE);
	/* Behind -- a name may begin with a dash. */
	assert_int_equal(parse("status", "--", "-w", NULL), CLI_YES);
	assert_string_equal(request.arguments[0], "-w");
}

static void faults_are_rehearsed_with_options(void **state)
{
	assert_int_equal(parse("simulate", "a", "--worst", "b", "--svg", "x.svg", "--budget", "9",
			       NULL),
			 CLI_YES);
	assert_int_equal(request.options,
			 CLI_OPTION_WORST | CLI_OPTION_SVG | CLI_OPTION_BUDGET);
	assert_string_equal(request.svg, "x.svg");
	assert_string_equal(request.budget, "9");
	assert_int_equal(request.argument_count, 2);
	assert_int_equal(parse("simulate", "a", "--fault", "f", "--fault", "g", "--loss", "1%",
			       NULL),
			 CLI_YES);
	assert_int_equal(request.fault_count, 2);
	assert_string_equal(request.faults[1], "g");
	assert_string_equal(request.loss, "1%");
	assert_int_equal(parse("simulate", "a", "--gateway", "4m", NULL), CLI_YES);
	assert_int_equal(request.options, CLI_OPTION_GATEWAY);
	assert_string_equal(request.gateway, "4m");
	assert_int_equal(parse("check", "a", "--gateway", "4m", NULL), CLI_USAGE);
	assert_int_equal(parse("simulate", "--worst", NULL), CLI_USAGE);
	assert_int_equal(parse("check", "a", "--worst", NULL), CLI_USAGE);
	assert_int_equal(parse("status", "--svg", "x", NULL), CLI_USAGE);
}

static void migrating_has_two_ways(void **state)
{
	assert_int_equal(parse("migrate", NULL), CLI_YES);
	assert_string_equal(command->name, "migrate");
	assert_int_equal(request.options, 0);
	assert_int_equal(parse("migrate", "a.conf", "--back", "-n", "--pid", "/x", NULL), CLI_YES);
	assert_int_equal(request.options,
			 CLI_OPTION_BACK | CLI_OPTION_DRY_RUN | CLI_OPTION_PID);
	assert_string_equal(request.pid_file, "/x");
	assert_string_equal(request.arguments[0], "a.conf");
	assert_int_equal(parse("migrate", "--dry-run", NULL), CLI_YES);
	assert_int_equal(request.options, CLI_OPTION_DRY_RUN);
	assert_int_equal(parse("migrate", "a", "b", NULL), CLI_USAGE);
	assert_int_equal(parse("migrate", "--json", NULL), CLI_USAGE);
	assert_int_equal(parse("status", "--back", NULL), CLI_USAGE);
	assert_int_equal(parse("check", "a", "-n", NULL), CLI_USAGE);
	assert_int_equal(parse("wait", "ready", "--pid", "/x", NULL), CLI_USAGE);
}

static void commands_may_have_two_words(void **state)
{
	assert_int_equal(parse("config", "show", NULL), CLI_YES);
	assert_string_equal(command->name, "config show");
	assert_int_equal(request.argument_count, 0);
	assert_int_equal(parse("config", "--secrets", "show", "show", NULL), CLI_YES);
	assert_int_equal(request.options, CLI_OPTION_SECRETS);
	assert_int_equal(request.argument_count, 1);
	assert_string_equal(request.arguments[0], "show");
	assert_int_equal(parse("config", "diff", "a", "b", NULL), CLI_YES);
	assert_string_equal(command->name, "config diff");
	assert_string_equal(request.arguments[0], "a");
	assert_int_equal(parse("config", NULL), CLI_USAGE);
	assert_int_equal(parse("config", "shw", NULL), CLI_USAGE);
	assert_int_equal(parse("config show", NULL), CLI_USAGE);
	assert_int_equal(parse("config", "show", "a", "b", NULL), CLI_USAGE);
	assert_int_equal(parse("config", "diff", "a", NULL), CLI_USAGE);
	assert_int_equal(parse("config", "diff", "a", "b", "--here", NULL), CLI_USAGE);
	assert_int_equal(parse("help", "config", NULL), CLI_YES);
	assert_int_equal(parse("help", "config", "diff", NULL), CLI_YES);
	assert_int_equal(parse("help", "confog", NULL), CLI_USAGE);
}

static void what_makes_no_sense_is_usage(void **state)
{
	assert_int_equal(parse(NULL, NULL), CLI_USAGE);
	assert_int_equal(parse("status", "a", "b", NULL), CLI_USAGE);
	assert_int_equal(parse("wait", NULL), CLI_USAGE);
	assert_int_equal(parse("wait", "--json", "ready", NULL), CLI_USAGE);
	assert_int_equal(parse("explain", "-w", NULL), CLI_USAGE);
	assert_int_equal(parse("status", "--timeout", "3", NULL), CLI_USAGE);
	assert_int_equal(parse("status", "--frobnicate", NULL), CLI_USAGE);
	assert_int_equal(parse("-s", NULL), CLI_USAGE);
	assert_int_equal(parse("-s", "", "status", NULL), CLI_USAGE);
	assert_int_equal(parse("check", NULL), CLI_USAGE);
	assert_int_equal(parse("check", "a", "-i", "", NULL), CLI_USAGE);
	assert_int_equal(parse("check", "a", "--secrets", NULL), CLI_USAGE);
	assert_int_equal(parse("status", "-i", "node1", NULL), CLI_USAGE);
	assert_int_equal(parse("wait", "ready", "--timeout", "x", NULL), CLI_USAGE);
	assert_int_equal(parse("wait", "ready", "--timeout", "-1", NULL), CLI_USAGE);
	assert_int_equal(parse("wait", "ready", "--timeout", "", NULL), CLI_USAGE);
	assert_int_equal(parse("wait", "ready", "--timeout", "nan", NULL), CLI_USAGE);
	assert_int_equal(parse("wait", "ready", "--timeout", "1e30", NULL), CLI_USAGE);
	assert_null(command);
}

static void misspelt_words_are_guessed(void **state)
{
	assert_string_equal(cli_command_guess("stauts")->name, "status");
	assert_string_equal(cli_command_guess("stat")->name, "status");
	assert_string_equal(cli_command_guess("explian")->name, "explain");
	assert_string_equal(cli_command_guess("wiat")->name, "wait");
	assert_string_equal(cli_command_guess("conf")->name, "config show");
	assert_string_equal(cli_command_guess("chekc")->name, "check");
	assert_null(cli_command_guess("frobnicate"));
	assert_null(cli_command_guess("x"));
	assert_null(cli_command_guess("a word that is very much longer than any command"));
}

static void the_socket_is_found(void **state)
{
	char path[64];

	unsetenv("VIPD_SOCKET");
	unsetenv("VIPD_RUN_DIR");
	assert_true(cli_socket_path(NULL, path, sizeof(path)));
	assert_string_equal(path, "/run/vipd/control.sock");
	setenv("VIPD_RUN_DIR", "/tmp/x", 1);
	assert_true(cli_socket_path(NULL, path, sizeof(path)));
	assert_string_equal(path, "/tmp/x/control.sock");
	setenv("VIPD_SOCKET", "/tmp/y.sock", 1);
	assert_true(cli_socket_path(NULL, path, sizeof(path)));
	assert_string_equal(path, "/tmp/y.sock");
	assert_true(cli_socket_path("/z", path, sizeof(path)));
	assert_string_equal(path, "/z");
	assert_false(cli_socket_path("/a/path/that/does/not/fit", path, 8));
	unsetenv("VIPD_SOCKET");
	unsetenv("VIPD_RUN_DIR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(faults_are_rehearsed_with_options),
		cmocka_unit_test(migrating_has_two_ways),
		cmocka_unit_test(commands_may_have_two_words),
		cmocka_unit_test(what_makes_no_sense_is_usage),
		cmocka_unit_test(misspelt_words_are_guessed),
		cmocka_unit_test(the_socket_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
