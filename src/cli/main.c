/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl, the operator's tool: one word of the command table, its options, its arguments.
 *
 * Exit codes are part of the contract (docs/man/vipctl.1): 0 yes, 1 no, 2 usage, 3 the daemon
 * cannot be reached. Answers go to standard output, everything else to standard error. */
#include "cli/cli.h"

#include <signal.h>

int main(int argc, char **argv)
{
	const struct cli_command *command = NULL;
	struct cli_request request;
	int result = cli_options_parse(argc, argv, &request, &command);

	if (result != CLI_YES || !command)
		return result;
	/* A reader that has enough (head) is no failure of ours to talk about. */
	signal(SIGPIPE, SIG_DFL);
	return command->run(&request);
}
