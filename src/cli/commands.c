/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The table of subcommands: the one place that a new one is added to. Help, option checks and the
 * guess at a misspelt word are made from it. */
#include "cli/cli.h"

#include "conf/suggest.h"

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
	{
		.name = "check",
		.usage = "check FILE... [-i ID] [-e] [--here] [--for keepalived] [--json]",
		.summary = "what is wrong or doubtful in files of a cluster's nodes",
		.details = "With several files: each one, and what does not fit between them.\n"
			   "Exit code 1 when there is an error or a warning; hints are allowed.\n"
			   "-i, --config-id ID   the node that the file is for: lines after @ID\n"
			   "-e, --all-config     files that an include misses are errors\n"
			   "--here               the file is for this host: has it the interfaces, "
			   "programs\n"
			   "                     and users, and none of the addresses for itself?\n"
			   "--for keepalived     also what keepalived 2.2.7 would do otherwise\n"
			   "--json               the findings as JSON\n",
		.options = CLI_OPTION_JSON | CLI_OPTION_ID | CLI_OPTION_ALL_CONFIG |
			   CLI_OPTION_HERE | CLI_OPTION_FOR,
		.arguments_min = 1,
		.arguments_max = INT_MAX,
		.run = cli_check_run,
	},
	{
		.name = "config show",
		.usage = "config show [FILE] [-i ID] [-e] [--secrets] [--json]",
		.summary = "the effective configuration, and where each value comes from",
		.details = "Without FILE that of the daemon, or else the one it would read.\n"
			   "-i, --config-id ID   the node that the file is for: lines after @ID\n"
			   "-e, --all-config     files that an include misses are errors\n"
			   "--secrets            passwords and keys as they are, not as ********\n"
			   "--json               as JSON\n",
		.options = CLI_OPTION_JSON | CLI_OPTION_ID | CLI_OPTION_ALL_CONFIG |
			   CLI_OPTION_SECRETS,
		.arguments_max = 1,
		.run = cli_config_show_run,
	},
	{
		.name = "config diff",
		.usage = "config diff A B [-i ID] [-e] [--secrets] [--json]",
		.summary = "what a reload from file A to file B would change",
		.details = "Exit code 1 when there is a difference in effect.\n"
			   "-i, --config-id ID   the node that the files are for: lines after @ID\n"
			   "-e, --all-config     files that an include misses are errors\n"
			   "--secrets            passwords and keys as they are, not as ********\n"
			   "--json               as JSON\n",
		.options = CLI_OPTION_JSON | CLI_OPTION_ID | CLI_OPTION_ALL_CONFIG |
			   CLI_OPTION_SECRETS,
		.arguments_min = 2,
		.arguments_max = 2,
		.run = cli_config_diff_run,
	},
	{
		.name = "simulate",
		.usage = "simulate FILE... [--fault FAULT]... [--script FILE] [--loss PERCENT]\n"
			 "                       [--keepalived HOST]... [--standard HOST]...\n"
			 "                       [--gateway TIME]\n"
			 "                       [--worst [--budget N]] [--for TIME] [--seed N]\n"
			 "                       [--json] [--svg FILE]",
		.summary = "rehearse faults: who would hold what, and for how long nobody",
		.details = "Runs the protocol over the files of a cluster's nodes, in virtual\n"
			   "time. A host is called as its file, without directory and ending;\n"
			   "files of one name: as their directories; NAME=FILE says it.\n"
			   "--fault FAULT    'FAULT HOST at TIME [for TIME]', FAULT one of\n"
			   "                 power-off, power-on, stop, start, kill, kill-all,\n"
			   "                 hang, wake, freeze, thaw, pause, resume, slow,\n"
			   "                 quick, slow-kernel, quick-kernel, step, overrun,\n"
			   "                 heard, refuse, grant, filter, unfilter, steal,\n"
			   "                 plant, flood, replay;\n"
			   "                 forge (behind the host: which mistake), reload\n"
			   "                 (behind the host: to FILE);\n"
			   "                 cable-down, cable-up, cut, deaf, mute, unsnoop,\n"
			   "                 join, slow-port, fast-port, move, lossy, twice,\n"
			   "                 late, corrupt, clean, unplug, plug, address-off,\n"
			   "                 address-on, second-on, second-off, narrow,\n"
			   "                 rename, rename-back, which may have an interface\n"
			   "                 behind the host; behind slow-port may stand\n"
			   "                 `by TIME`. `for` ends it. Default: the first host\n"
			   "                 is without power from 10s on, for 10s\n"
			   "--script FILE    faults, one on a line; # begins a comment\n"
			   "--keepalived HOST  keepalived runs this host (a model of 2.2.7),\n"
			   "--standard HOST    a router by RFC 3768 does; until a fault\n"
			   "                 `migrate HOST at TIME` puts vipd in its place, and\n"
			   "                 `take-over HOST at TIME` as vipctl migrate does\n"
			   "--gateway TIME   clients are behind a router, which believes what\n"
			   "                 it learned by ARP for so long\n"
			   "--loss PERCENT   of all frames; alone: a day of it, and how many\n"
			   "                 takeovers a day come from nothing else\n"
			   "--worst          look for the longest outage that one or two faults\n"
			   "                 can cause, and show it\n"
			   "--budget N       … in so many simulations\n"
			   "--for TIME       how long (30s, or until all is over)\n"
			   "--seed N         the same seed gives the same lives (1)\n"
			   "--json           as JSON\n"
			   "--svg FILE       draw it into FILE, besides\n"
			   "-i, --config-id ID, -e, --all-config: as for check\n",
		.options = CLI_OPTION_JSON | CLI_OPTION_FAULT | CLI_OPTION_SCRIPT |
			   CLI_OPTION_LOSS | CLI_OPTION_FOR | CLI_OPTION_SEED | CLI_OPTION_ID |
			   CLI_OPTION_ALL_CONFIG | CLI_OPTION_SVG | CLI_OPTION_WORST |
			   CLI_OPTION_BUDGET | CLI_OPTION_PEER | CLI_OPTION_GATEWAY,
		.arguments_min = 1,
		.arguments_max = INT_MAX,
		.run = cli_simulate_run,
	},
	{
		.name = "migrate",
		.usage = "migrate [FILE] [-n] [--back] [--pid PIDFILE]",
		.summary = "put vipd in keepalived's place on this host, and no address moves",
		.details = "Checks the file that vipd will read, shows what becomes of its\n"
			   "keywords, starts vipd beside keepalived, ends keepalived without a\n"
			   "farewell and has vipd go on with its addresses. Whatever goes wrong\n"
			   "before that leaves keepalived as it is. Needs root.\n"
			   "--back           the other way: keepalived in vipd's place\n"
			   "-n, --dry-run    only check, and say what would be done\n"
			   "--pid PIDFILE    keepalived is not managed by systemd: its pid file.\n"
			   "                 FILE is then the file of the daemon that starts\n"
			   "-i, --config-id ID, -e, --all-config: as for check\n",
		.options = CLI_OPTION_BACK | CLI_OPTION_DRY_RUN | CLI_OPTION_PID | CLI_OPTION_ID |
			   CLI_OPTION_ALL_CONFIG,
		.arguments_max = 1,
		.run = cli_migrate_run,
	},
};

const int cli_command_count = sizeof(cli_commands) / sizeof(cli_commands[0]);

bool cli_command_begins(const struct cli_command *command, const char *word)
{
	size_t length = strcspn(command->name, " ");

	return strlen(word) == length && !memcmp(word, command->name, length);
}

const struct cli_command *cli_command_find(int count, char *const *words, int *ret_used)
{
	for (int i = 0; i < cli_command_count; i++) {
		const struct cli_command *c = &cli_commands[i];
		const char *second = strchr(c->name, ' ');

		if (count < 1 || !cli_command_begins(c, words[0]))
			continue;
		if (second && (count < 2 || strcmp(words[1], second + 1) != 0))
			continue;
		*ret_used = second ? 2 : 1;
		return c;
	}
	return NULL;
}

const struct cli_command *cli_command_guess(const char *name)
{
	const struct cli_command *best = NULL;
	unsigned best_distance = SUGGEST_NONE;

	for (int i = 0; i < cli_command_count; i++) {
		const struct cli_command *c = &cli_commands[i];
		/* The beginning of a word is the likeliest abbreviation. */
		bool is_start = strlen(name) >= 2 && !strncmp(name, c->name, strlen(name));
		unsigned d = is_start ? 0 : suggest_distance(name, c->name);

		if (d < best_distance) {
			best = c;
			best_distance = d;
		}
	}
	return best;
}
