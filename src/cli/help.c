/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What vipctl says about itself. The particulars come from the command table; the manual page says
 * the same at length. */
#include "cli/cli.h"

void cli_help_print(FILE *out)
{
	fprintf(out, "vipctl asks and steers vipd, the virtual-IP daemon.\n\nUsage:\n");
	for (int i = 0; i < cli_command_count; i++)
		fprintf(out, "  vipctl %s\n", cli_commands[i].usage);
	fprintf(out, "\nCommands:\n");
	for (int i = 0; i < cli_command_count; i++)
		fprintf(out, "  %-11s %s\n", cli_commands[i].name, cli_commands[i].summary);
	fprintf(out, "  %-11s %s\n", "help", "this text, or more about one command");
	fprintf(out, "\nOptions:\n"
		     "  -s, --socket SOCKET   the daemon's control socket; else $VIPD_SOCKET, "
		     "else\n"
		     "                        $VIPD_RUN_DIR/control.sock, else "
		     "/run/vipd/control.sock\n"
		     "  -h, --help            this text\n"
		     "  -v, --version         the version\n"
		     "\nExit codes: 0 yes, 1 no, 2 usage, 3 the daemon cannot be reached.\n");
}

void cli_help_command(FILE *out, const struct cli_command *command)
{
	fprintf(out, "Usage: vipctl %s\n\n%s.\n%s", command->usage, command->summary,
		command->details);
}
