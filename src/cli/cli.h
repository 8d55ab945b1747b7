/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* vipctl: a table of subcommands over the control protocol. */

enum cli_exit {
	CLI_YES = 0,
	CLI_NO = 1, /* not in that state, no such instance, findings */
	CLI_USAGE = 2,
	CLI_UNREACHABLE = 3, /* the daemon cannot be asked */
};

enum cli_option {
	CLI_OPTION_JSON = 1 << 0,
	CLI_OPTION_WATCH = 1 << 1,
	CLI_OPTION_TIMEOUT = 1 << 2,
	CLI_OPTION_ID = 1 << 3,
	CLI_OPTION_HERE = 1 << 4,
	CLI_OPTION_FOR = 1 << 5,
	CLI_OPTION_SECRETS = 1 << 6,
	CLI_OPTION_ALL_CONFIG = 1 << 7,
	CLI_OPTION_FAULT = 1 << 8,
	CLI_OPTION_SCRIPT = 1 << 9,
	CLI_OPTION_LOSS = 1 << 10,
	CLI_OPTION_SEED = 1 << 11,
	CLI_OPTION_SVG = 1 << 12,
	CLI_OPTION_WORST = 1 << 13,
	CLI_OPTION_BUDGET = 1 << 14,
	CLI_OPTION_PEER = 1 << 15, /* --keepalived, --standard */
	CLI_OPTION_GATEWAY = 1 << 16,
	CLI_OPTION_BACK = 1 << 17,
	CLI_OPTION_DRY_RUN = 1 << 18,
	CLI_OPTION_PID = 1 << 19,
};

#define CLI_FAULTS 64 /* on one line; a script may have more */
#define CLI_PEERS 16

struct conf;
struct conf_finding;
struct conf_shown;

struct cli_request {
	const char *socket_path;
	bool has_socket; /* by option or environment; else it is that of a daemon without a name */
	uint32_t options; /* enum cli_option: given */
	int timeout_ms; /* -1: none */
	const char *config_id; /* -i, or NULL */
	const char *for_what; /* --for, or NULL */
	const char *faults[CLI_FAULTS]; /* --fault, each */
	int fault_count;
	struct cli_peer {
		const char *host;
		bool is_keepalived;
	} peers[CLI_PEERS]; /* --keepalived, --standard, each */
	int peer_count;
	const char *script, *loss, *seed; /* --script, --loss, --seed, or NULL */
	const char *svg, *budget, *gateway; /* --svg, --budget, --gateway, or NULL */
	const char *pid_file; /* --pid, or NULL */
	bool wants_usage; /* of a configuration also which keywords it uses */
	char *const *arguments; /* behind the subcommand's name */
	int argument_count;
};

/* A name may have two words: "config show". */
struct cli_command {
	const char *name, *usage, *summary;
	const char *details; /* for `vipctl help NAME` */
	uint32_t options; /* enum cli_option: allowed */
	int arguments_min, arguments_max;
	int (*run)(const struct cli_request *request); /* enum cli_exit */
};

/* commands.c */
extern const struct cli_command cli_commands[];
extern const int cli_command_count;
/* The command that these words begin with, and how many of them are its name; or NULL. */
const struct cli_command *cli_command_find(int count, char *const *words, int *ret_used);
/* Does the name of the command begin with this word? */
bool cli_command_begins(const struct cli_command *command, const char *word);
/* The command that was perhaps meant, or NULL. */
const struct cli_command *cli_command_guess(const char *name);

/* options.c: CLI_YES: go on with `ret_command`; another one: end with it. `ret_command` NULL: all
 * was said already (help, version). */
int cli_options_parse(int argc, char **argv, struct cli_request *ret_request,
		      const struct cli_command **ret_command);
/* Where the control socket is by option and environment. False: too long for `size`. */
bool cli_socket_path(const char *option, char *buffer, size_t size);

/* help.c */
void cli_help_print(FILE *out);
void cli_help_command(FILE *out, const struct cli_command *command);

/* status.c, explain.c, wait.c, check.c, config_show.c, config_diff.c, simulate.c, migrate.c */
int cli_status_run(const struct cli_request *request);
int cli_explain_run(const struct cli_request *request);
int cli_wait_run(const struct cli_request *request);
int cli_check_run(const struct cli_request *request);
int cli_config_show_run(const struct cli_request *request);
int cli_config_diff_run(const struct cli_request *request);
int cli_simulate_run(const struct cli_request *request);
int cli_migrate_run(const struct cli_request *request);

/* ask.c */
json_t *cli_ask_new(const char *command, const char *name);
/* Asks and takes over `question`. CLI_YES and the answer; else what went wrong was said. */
int cli_ask(const struct cli_request *request, json_t *question, json_t **ret_answer);
/* The same without a word: NULL when there is no answer, or it is an error. */
json_t *cli_ask_quietly(const struct cli_request *request, json_t *question);
/* Says that nobody can be asked; returns CLI_UNREACHABLE. */
int cli_unreachable(const char *socket_path, int error);
/* An answer that is an error: says it and returns the exit code. CLI_YES: it is none. */
int cli_answer_check(const json_t *answer);
/* Prints a document; CLI_YES, or CLI_NO when it cannot be written. */
int cli_json_print(const json_t *document, bool compact);
/* Flushes; CLI_NO when the output cannot be written. */
int cli_output_end(void);

#define CLI_CONFIG_FILE_KEEPALIVED "/etc/keepalived/keepalived.conf"
/* world.c: the file that vipd reads where none is named. */
const char *cli_conf_path(void);
/* A configuration as it would be read here. NULL: memory ran out, which was said. */
struct conf *cli_conf_load(const char *path, const struct cli_request *request);

/* finding.c */
struct cli_findings { /* how many of each */
	size_t errors, warnings, hints, unknown; /* unknown: more than are kept */
};
void cli_findings_count(struct cli_findings *counts, const struct conf *conf);
void cli_findings_add(struct cli_findings *counts, const struct conf_finding *finding);
/* "1 error, 2 warnings", or "nothing wrong". */
const char *cli_findings_text(const struct cli_findings *counts, char *buffer, size_t size);
void cli_finding_print(FILE *out, const struct conf_finding *finding);
json_t *cli_finding_json(const struct conf_finding *finding);
/* Says on standard error when a file has errors or warnings, and how to see them. */
void cli_findings_hint(const char *path, const struct conf *conf);

/* json.c: of any octets: what is not UTF-8 becomes question marks. NULL becomes null. */
json_t *cli_json_text(const char *text);
json_t *cli_json_line(unsigned line); /* 0 becomes null */
json_t *cli_json_words(const char *const *words, size_t count);
/* What is shown of a configuration; a secret is masked unless `has_secrets`. */
json_t *cli_shown_words(const struct conf_shown *shown, bool has_secrets);
json_t *cli_shown_json(const struct conf_shown *shown, bool has_secrets);

/* screen.c: what is being printed to. */
struct cli_screen {
	FILE *out;
	int width, height; /* height 0: endless */
	bool is_terminal, has_colour;
};
struct cli_screen cli_screen_of(FILE *out);

/* text.c */
#define CLI_AGE_SIZE 32
/* Microseconds since 1970 of an RFC 3339 instant in UTC, or -1. */
int64_t cli_time_parse(const char *text);
/* "12s", "5m12s", "3h5m", "12d4h"; "-" for what is not known. */
const char *cli_age_print(int64_t since_us, int64_t now_us, char buffer[CLI_AGE_SIZE]);
/* Columns that a UTF-8 text takes. */
int cli_text_width(const char *text);
/* A copy without control characters, cut to `size`. */
const char *cli_text_clean(const char *text, char *buffer, size_t size);
/* Prints words, broken at `width`; the first line begins with `first`, the others with `rest`,
 * which takes as many columns (`first` may hold colour besides). */
void cli_text_wrap(FILE *out, int width, const char *first, const char *rest, const char *text);

/* status_table.c */
void cli_status_print(const struct cli_screen *screen, const json_t *document, bool is_all,
		      int64_t now_us);
/* explain.c */
void cli_explain_print(const struct cli_screen *screen, const json_t *document);
