/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Asking the daemon, and what to say when it cannot be asked: not only that, but what to do next.
 * A question that takes longer than a few seconds is a daemon that hangs, and is said to be. */
#include "cli/cli.h"

#include "base/run_dir.h"
#include "ctl/ctl.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <string.h>

/* The largest status takes well under a second. */
#define ANSWER_MS 10000

json_t *cli_ask_new(const char *command, const char *name)
{
	/* s?: NULL becomes null. */
	return json_pack("{s:i, s:s, s:s?}", "version", 1, "command", command, "name", name);
}

/* Others of this host, which have names. */
static void tell_others(const char *socket_path)
{
	char clean[PATH_MAX];
	glob_t found = { .gl_pathc = 0 };

	if (strncmp(socket_path, RUN_DIR_DEFAULT "/", strlen(RUN_DIR_DEFAULT "/")) == 0 &&
	    glob(RUN_DIR_NAMED "/control.sock", GLOB_BRACE, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			fprintf(stderr, "  There is another:    vipctl -s %s\n",
				cli_text_clean(found.gl_pathv[i], clean, sizeof(clean)));
	globfree(&found);
}

int cli_unreachable(const char *socket_path, int error)
{
	fprintf(stderr, "vipctl: vipd cannot be reached at %s: %s\n", socket_path,
		strerror(-error));
	switch (-error) {
	case EACCES:
	case EPERM:
		fprintf(stderr, "  You may not use this socket: use sudo, or join the group "
				"vipd.\n");
		break;
	case ETIMEDOUT:
	case ECONNRESET:
		fprintf(stderr, "  It is there but gives no answer. Look at: systemctl status "
				"vipd\n");
		break;
	default:
		fprintf(stderr, "  Not running?         systemctl start vipd\n"
				"  Running elsewhere?   vipctl -s SOCKET, or VIPD_SOCKET=SOCKET "
				"(RUN_DIR/control.sock)\n");
		tell_others(socket_path);
		break;
	}
	return CLI_UNREACHABLE;
}

int cli_answer_check(const json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	const char *code = json_string_value(json_object_get(answer, "code"));
	char buffer[1024];

	if (!error)
		return CLI_YES;
	fprintf(stderr, "vipctl: %s\n", cli_text_clean(error, buffer, sizeof(buffer)));
	return code && !strcmp(code, "busy") ? CLI_UNREACHABLE : CLI_NO;
}

int cli_ask(const struct cli_request *request, json_t *question, json_t **ret_answer)
{
	json_t *answer = NULL;
	int error, result;

	if (!question) {
		fprintf(stderr, "vipctl: the name is not UTF-8\n");
		return CLI_USAGE;
	}
	error = ctl_call(request->socket_path, question, ANSWER_MS, &answer);
	json_decref(question);
	if (error)
		return cli_unreachable(request->socket_path, error);
	result = cli_answer_check(answer);
	if (result != CLI_YES) {
		json_decref(answer);
		return result;
	}
	*ret_answer = answer;
	return CLI_YES;
}

json_t *cli_ask_quietly(const struct cli_request *request, json_t *question)
{
	json_t *answer = NULL;

	if (ctl_call(request->socket_path, question, ANSWER_MS, &answer) != 0)
		answer = NULL;
	json_decref(question);
	if (!json_object_get(answer, "error"))
		return answer;
	json_decref(answer);
	return NULL;
}

int cli_output_end(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return CLI_YES;
	fprintf(stderr, "vipctl: cannot write: %s\n", strerror(errno));
	return CLI_NO;
}

int cli_json_print(const json_t *document, bool compact)
{
	json_dumpf(document, stdout, compact ? JSON_COMPACT : JSON_INDENT(2));
	putchar('\n');
	return cli_output_end();
}
