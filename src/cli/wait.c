/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl wait: for scripts and tests, instead of sleep.
 *
 * The daemon holds the request and answers when all conditions hold at the same time; the time
 * limit is kept here. Until then the daemon may come, go and come again: a lost connection is
 * opened again, and only what no patience mends (no permission, a path that cannot be) ends the
 * wait early. What is not a condition at all is said before anyone is asked. */
#include "cli/cli.h"

#include "ctl/ctl.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define PAUSE_MS 50
/* The parent binds the socket before it sets its group and mode. */
#define ACCESS_MS 1000

struct wait {
	const struct cli_request *request;
	json_t *question;
	int64_t began_ms;
	bool was_reached;
};

static int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What is left of the time: -1 for ever, 0 nothing. */
static int left_ms(const struct wait *w)
{
	int64_t left = w->began_ms + w->request->timeout_ms - clock_ms();

	if (w->request->timeout_ms < 0)
		return -1;
	return left > 0 ? (int)left : 0;
}

static int check_conditions(const struct cli_request *request)
{
	const struct ctl_view nothing = { 0 };

	if (request->argument_count > CTL_CONDITIONS) {
		fprintf(stderr, "vipctl: at most %d conditions\n", CTL_CONDITIONS);
		return CLI_USAGE;
	}
	for (int i = 0; i < request->argument_count; i++) {
		const char *why = NULL;

		if (ctl_condition(&nothing, request->arguments[i], &why) != CTL_NONSENSE)
			continue;
		fprintf(stderr, "vipctl: \"%s\": %s\n", request->arguments[i], why);
		return CLI_USAGE;
	}
	return CLI_YES;
}

static json_t *make_question(const struct cli_request *request)
{
	json_t *question = cli_ask_new("wait", NULL);
	json_t *list = json_array();

	for (int i = 0; i < request->argument_count; i++) {
		if (json_array_append_new(list, json_string(request->arguments[i]))) {
			json_decref(list);
			json_decref(question);
			return NULL;
		}
	}
	json_object_set_new(question, "condition", list);
	return question;
}

/* One connection. 0: `ret_result` is final; else why there is no answer. */
static int ask_once(struct wait *w, int *ret_result)
{
	struct ctl_connection c;
	json_t *answer = NULL;
	int error = ctl_connection_open(&c, w->request->socket_path);

	if (error)
		return error;
	w->was_reached = true;
	error = ctl_connection_send(&c, w->question, left_ms(w));
	if (!error)
		error = ctl_connection_receive(&c, left_ms(w), &answer);
	ctl_connection_close(&c);
	if (error)
		return error;
	if (json_is_true(json_object_get(answer, "fulfilled")))
		*ret_result = CLI_YES;
	else if (!strcmp(json_string_value(json_object_get(answer, "code")) ?: "", "busy"))
		error = -EAGAIN;
	else if (cli_answer_check(answer) != CLI_YES)
		*ret_result = CLI_NO;
	else
		error = -EBADMSG;
	json_decref(answer);
	return error;
}

/* Is there any use in trying again? */
static bool is_hopeless(const struct wait *w, int error)
{
	switch (-error) {
	case EACCES:
	case EPERM:
		return clock_ms() - w->began_ms > ACCESS_MS;
	case ENAMETOOLONG:
	case ENOTSOCK:
	case EPROTOTYPE:
	case EBADMSG:
	case EMSGSIZE:
		return true;
	default:
		return false;
	}
}

static int give_up(const struct wait *w, int error)
{
	if (!w->was_reached)
		return cli_unreachable(w->request->socket_path, error);
	fprintf(stderr, "vipctl: not within %g s:", w->request->timeout_ms / 1000.0);
	for (int i = 0; i < w->request->argument_count; i++)
		fprintf(stderr, " %s", w->request->arguments[i]);
	fputc('\n', stderr);
	return CLI_NO;
}

int cli_wait_run(const struct cli_request *request)
{
	struct wait w = { .request = request, .began_ms = clock_ms() };
	int result = check_conditions(request), error;

	if (result != CLI_YES)
		return result;
	w.question = make_question(request);
	if (!w.question) {
		fprintf(stderr, "vipctl: the conditions are not UTF-8\n");
		return CLI_USAGE;
	}
	while ((error = ask_once(&w, &result)) != 0) {
		int left = left_ms(&w), pause_ms = left >= 0 && left < PAUSE_MS ? left : PAUSE_MS;
		const struct timespec pause = { .tv_nsec = pause_ms * 1000000 };

		if (is_hopeless(&w, error)) {
			result = cli_unreachable(request->socket_path, error);
			break;
		}
		if (left == 0) {
			result = give_up(&w, error);
			break;
		}
		nanosleep(&pause, NULL);
	}
	json_decref(w.question);
	return result;
}
