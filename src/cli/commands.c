/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The table of subcommands: the one place that a new one is added to. Help, option checks and the
 * guess at a misspelt word are made from it. */
#include "cli/cli.h"

#include <limits.h>
#include <string.h>

const struct cli_command cli_commands[] = {
	{
		.name = "status",
		.usage = "status [NAME] [-w] [--json]",
		.summary = "who holds what, since when, heard from whom",
		.details = "With NAME only that instance; exit code 1 when there is none.\n"
			   "-w, --watch   stay, and show every change\n"
			   "--json        the document as JSON (with -w: one a line)\n",
		.options = CLI_OPTION_JSON | CLI_OPTION_WATCH,
		.arguments_max = 1,
		.run = cli_status_run,
	},
	{
		.name = "explain",
		.usage = "explain [NAME] [--json]",
		.summary = "why an instance is in its state, and what would happen next",
		.details = "Priority, open conditions, the last transition and its cause, timers,\n"
			   "dropped packets, and the worst case of a takeover from here.\n"
			   "--json        the document as JSON\n",
		.options = CLI_OPTION_JSON,
		.arguments_max = 1,
		.run = cli_explain_run,
	},
	{
		.name = "wait",
		.usage = "wait CONDITION... [--timeout SECONDS]",
		.summary = "wait until conditions hold, all at the same time",
		.details = "CONDITION is NAME=STATE, all=STATE, ready (the configuration is in\n"
			   "force) or generation>N. STATE is INIT, BACKUP, MASTER or FAULT.\n"
			   "A daemon that does not run yet is waited for.\n"
			   "--timeout SECONDS   give up: exit code 1, or 3 when it was never "
			   "reached\n",
		.options = CLI_OPTION_TIMEOUT,
		.arguments_min = 1,
		.arguments_max = INT_MAX,
		.run = cli_wait_run,
	},
};

const int cli_command_count = sizeof(cli_commands) / sizeof(cli_commands[0]);

const struct cli_command *cli_command_find(const char *name)
{
	for (int i = 0; i < cli_command_count; i++)
		if (!strcmp(name, cli_commands[i].name))
			return &cli_commands[i];
	return NULL;
}

#define GUESS_MAX 16

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Insertions, deletions and changes from one word to the other; two rows of the usual table. */
static int distance(const char *a, const char *b)
{
	int rows[2][GUESS_MAX + 1];
	int length_a = (int)strlen(a), length_b = (int)strlen(b);

	if (length_a > GUESS_MAX || length_b > GUESS_MAX)
		return INT_MAX;
	for (int j = 0; j <= length_b; j++)
		rows[0][j] = j;
	for (int i = 1; i <= length_a; i++) {
		const int *before = rows[(i - 1) & 1];
		int *row = rows[i & 1];

		row[0] = i;
		for (int j = 1; j <= length_b; j++)
			row[j] = least(before[j - 1] + (a[i - 1] != b[j - 1]),
				       least(before[j], row[j - 1]) + 1);
	}
	return rows[length_a & 1][length_b];
}

const struct cli_command *cli_command_guess(const char *name)
{
	const struct cli_command *best = NULL;
	int best_distance = 3; /* two slips are a guess, three are another word */

	for (int i = 0; i < cli_command_count; i++) {
		const struct cli_command *c = &cli_commands[i];
		/* The beginning of a word is the likeliest abbreviation. */
		bool is_start = strlen(name) >= 2 && !strncmp(name, c->name, strlen(name));
		int d = is_start ? 0 : distance(name, c->name);

		if (d < best_distance) {
			best = c;
			best_distance = d;
		}
	}
	return best;
}
