/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl's command line. Options may stand before or behind the subcommand; one that the subcommand
 * does not know is an error and never silently without effect. Nothing is asked of the daemon until
 * all of the line has been understood. */
#include "cli/cli.h"

#include "base/run_dir.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

/* Ten days: longer waits are no waits but services. Far from overflow in milliseconds. */
#define TIMEOUT_MAX_S 864000.0

enum {
	OPTION_JSON = 256,
	OPTION_TIMEOUT,
	OPTION_HERE,
	OPTION_FOR,
	OPTION_SECRETS,
	OPTION_FAULT,
	OPTION_SCRIPT,
	OPTION_LOSS,
	OPTION_SEED,
	OPTION_SVG,
	OPTION_WORST,
	OPTION_BUDGET,
	OPTION_GATEWAY,
	OPTION_KEEPALIVED,
	OPTION_STANDARD,
	OPTION_BACK,
	OPTION_PID,
};

/* NULL: not there, or empty. */
static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

bool cli_socket_path(const char *option, char *buffer, size_t size)
{
	const char *socket = environment("VIPD_SOCKET"), *run_dir = environment("VIPD_RUN_DIR");
	int n;

	if (option)
		n = snprintf(buffer, size, "%s", option);
	else if (socket)
		n = snprintf(buffer, size, "%s", socket);
	else
		n = snprintf(buffer, size, "%s/control.sock",
			     run_dir ? run_dir : RUN_DIR_DEFAULT);
	return n > 0 && (size_t)n < size;
}

static bool parse_timeout(const char *text, int *ret_ms)
{
	char *end;
	double s = strtod(text, &end);

	if (*end || end == text || !(s >= 0 && s <= TIMEOUT_MAX_S))
		return false;
	*ret_ms = (int)(s * 1000);
	return true;
}

static int usage(const char *what, const char *which)
{
	fprintf(stderr, "vipctl: %s%s%s\nTry: vipctl help\n", what, which ? ": " : "",
		which ? which : "");
	return CLI_USAGE;
}

/* Usage lines of what begins with this word, as `config` does; false: nothing does. */
static bool print_usages(FILE *out, const char *word)
{
	bool found = false;

	for (int i = 0; i < cli_command_count; i++) {
		if (!cli_command_begins(&cli_commands[i], word))
			continue;
		fprintf(out, "%s vipctl %s\n", found ? "      " : "Usage:", cli_commands[i].usage);
		found = true;
	}
	return found;
}

static int unknown_command(int count, char *const *words)
{
	const struct cli_command *guess = cli_command_guess(words[0]);
	bool has_more = false;

	for (int i = 0; i < cli_command_count; i++)
		has_more |= cli_command_begins(&cli_commands[i], words[0]);
	fprintf(stderr, "vipctl: there is no command \"%s%s%s\"\n", words[0],
		has_more && count > 1 ? " " : "", has_more && count > 1 ? words[1] : "");
	if (has_more)
		print_usages(stderr, words[0]);
	else if (guess)
		fprintf(stderr, "Did you mean: vipctl %s\n", guess->usage);
	else
		fprintf(stderr, "Try: vipctl help\n");
	return CLI_USAGE;
}

static int help(int count, char *const *words)
{
	const struct cli_command *command;
	int used;

	if (count == 0) {
		cli_help_print(stdout);
		return cli_output_end();
	}
	command = cli_command_find(count, words, &used);
	if (command)
		cli_help_command(stdout, command);
	else if (!print_usages(stdout, words[0]))
		return unknown_command(count, words);
	return cli_output_end();
}

static int check_line(const struct cli_command *c, const struct cli_request *r)
{
	/* In the order of enum cli_option. */
	static const char *const names[] = { "--json", "--watch", "--timeout", "--config-id",
					     "--here", "--for",	  "--secrets", "--all-config",
					     "--fault", "--script", "--loss",	 "--seed",
					     "--svg",	"--worst",  "--budget",
					     "--keepalived or --standard", "--gateway",
					     "--back",	"--dry-run", "--pid" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(r->options & ~c->options & 1u << i))
			continue;
		fprintf(stderr, "vipctl: %s has no option %s\nUsage: vipctl %s\n", c->name,
			names[i], c->usage);
		return CLI_USAGE;
	}
	if (r->argument_count >= c->arguments_min && r->argument_count <= c->arguments_max)
		return CLI_YES;
	fprintf(stderr, "vipctl: %s: too %s arguments\nUsage: vipctl %s\n", c->name,
		r->argument_count < c->arguments_min ? "few" : "many", c->usage);
	return CLI_USAGE;
}

struct line {
	struct cli_request request;
	const char *socket;
	bool wants_help, wants_version;
};

/* Those of simulate, whose values it reads itself. CLI_USAGE: it is none of them. */
static int simulate_option(struct cli_request *r, int option)
{
	switch (option) {
	case OPTION_FAULT:
		r->options |= CLI_OPTION_FAULT;
		if (r->fault_count < CLI_FAULTS)
			r->faults[r->fault_count] = optarg;
		r->fault_count++;
		return CLI_YES;
	case OPTION_SCRIPT:
		r->options |= CLI_OPTION_SCRIPT;
		r->script = optarg;
		return CLI_YES;
	case OPTION_LOSS:
		r->options |= CLI_OPTION_LOSS;
		r->loss = optarg;
		return CLI_YES;
	case OPTION_SEED:
		r->options |= CLI_OPTION_SEED;
		r->seed = optarg;
		return CLI_YES;
	case OPTION_SVG:
		r->options |= CLI_OPTION_SVG;
		r->svg = optarg;
		return CLI_YES;
	case OPTION_WORST:
		r->options |= CLI_OPTION_WORST;
		return CLI_YES;
	case OPTION_BUDGET:
		r->options |= CLI_OPTION_BUDGET;
		r->budget = optarg;
		return CLI_YES;
	case OPTION_GATEWAY:
		r->options |= CLI_OPTION_GATEWAY;
		r->gateway = optarg;
		return CLI_YES;
	case OPTION_KEEPALIVED:
	case OPTION_STANDARD:
		r->options |= CLI_OPTION_PEER;
		if (r->peer_count < CLI_PEERS)
			r->peers[r->peer_count] =
				(struct cli_peer){ optarg, option == OPTION_KEEPALIVED };
		r->peer_count++;
		return CLI_YES;
	default:
		return CLI_USAGE;
	}
}

/* Those of migrate; the same. */
static int migrate_option(struct cli_request *r, int option)
{
	switch (option) {
	case OPTION_BACK:
		r->options |= CLI_OPTION_BACK;
		return CLI_YES;
	case 'n':
		r->options |= CLI_OPTION_DRY_RUN;
		return CLI_YES;
	case OPTION_PID:
		r->options |= CLI_OPTION_PID;
		r->pid_file = optarg;
		return CLI_YES;
	default:
		return CLI_USAGE;
	}
}

static const struct option options[] = {
	{ "socket", required_argument, NULL, 's' },
	{ "watch", no_argument, NULL, 'w' },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "config-id", required_argument, NULL, 'i' },
	{ "all-config", no_argument, NULL, 'e' },
	{ "here", no_argument, NULL, OPTION_HERE },
	{ "for", required_argument, NULL, OPTION_FOR },
	{ "secrets", no_argument, NULL, OPTION_SECRETS },
	{ "fault", required_argument, NULL, OPTION_FAULT },
	{ "script", required_argument, NULL, OPTION_SCRIPT },
	{ "loss", required_argument, NULL, OPTION_LOSS },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "svg", required_argument, NULL, OPTION_SVG },
	{ "worst", no_argument, NULL, OPTION_WORST },
	{ "budget", required_argument, NULL, OPTION_BUDGET },
	{ "gateway", required_argument, NULL, OPTION_GATEWAY },
	{ "keepalived", required_argument, NULL, OPTION_KEEPALIVED },
	{ "standard", required_argument, NULL, OPTION_STANDARD },
	{ "back", no_argument, NULL, OPTION_BACK },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "pid", required_argument, NULL, OPTION_PID },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ 0 },
};

/* The options only; optind is left at the first word. */
static int parse_options(int argc, char **argv, struct line *line)
{
	struct cli_request *r = &line->request;
	int c;

	opterr = 0;
	optind = 0; /* start anew: tests parse more than one line */
	while ((c = getopt_long(argc, argv, ":s:i:ewnhv", options, NULL)) != -1) {
		switch (c) {
		case 's':
			line->socket = optarg;
			break;
		case 'w':
			r->options |= CLI_OPTION_WATCH;
			break;
		case OPTION_JSON:
			r->options |= CLI_OPTION_JSON;
			break;
		case OPTION_TIMEOUT:
			r->options |= CLI_OPTION_TIMEOUT;
			if (!parse_timeout(optarg, &r->timeout_ms))
				return usage("--timeout needs seconds", optarg);
			break;
		case 'i':
			r->options |= CLI_OPTION_ID;
			r->config_id = optarg;
			if (!*optarg)
				return usage("the id is empty", NULL);
			break;
		case 'e':
			r->options |= CLI_OPTION_ALL_CONFIG;
			break;
		case OPTION_HERE:
			r->options |= CLI_OPTION_HERE;
			break;
		case OPTION_FOR:
			r->options |= CLI_OPTION_FOR;
			r->for_what = optarg;
			break;
		case OPTION_SECRETS:
			r->options |= CLI_OPTION_SECRETS;
			break;
		case 'h':
			line->wants_help = true;
			break;
		case 'v':
			line->wants_version = true;
			break;
		case ':':
			return usage("an argument is missing", argv[optind - 1]);
		default:
			if (simulate_option(r, c) != CLI_YES && migrate_option(r, c) != CLI_YES)
				return usage("unknown option", argv[optind - 1]);
		}
	}
	return CLI_YES;
}

int cli_options_parse(int argc, char **argv, struct cli_request *ret_request,
		      const struct cli_command **ret_command)
{
	static char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct line line = { .request = { .socket_path = path, .timeout_ms = -1 } };
	struct cli_request *r = &line.request;
	int result = parse_options(argc, argv, &line);
	const struct cli_command *command;
	int used;

	*ret_command = NULL;
	if (result != CLI_YES)
		return result;
	if (line.wants_version) {
		printf("vipctl %s\n", VIPD_VERSION);
		return cli_output_end();
	}
	argc -= optind;
	argv += optind;
	if (argc > 0 && !strcmp(argv[0], "help"))
		return help(argc - 1, argv + 1);
	if (line.wants_help)
		return help(argc > 0, argv);
	if (argc == 0) {
		cli_help_print(stderr);
		return CLI_USAGE;
	}
	command = cli_command_find(argc, argv, &used);
	if (!command)
		return unknown_command(argc, argv);
	r->arguments = argv + used;
	r->argument_count = argc - used;
	result = check_line(command, r);
	if (result != CLI_YES)
		return result;
	if (!cli_socket_path(line.socket, path, sizeof(path)))
		return usage("the path of the control socket is empty or longer than a Unix "
			     "socket's can be",
			     line.socket);
	r->has_socket = line.socket || environment("VIPD_SOCKET") || environment("VIPD_RUN_DIR");
	*ret_request = *r;
	*ret_command = command;
	return CLI_YES;
}
