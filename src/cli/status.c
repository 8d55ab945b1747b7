/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl status, once or staying (-w).
 *
 * Staying asks the daemon to tell every change over the same connection, so nothing is polled. On
 * a terminal the screen is drawn anew from its top, also every second for the ages; a daemon that
 * goes away is waited for. Elsewhere the changes follow one another, and the end of the daemon is
 * the end. */
#include "cli/cli.h"

#include "ctl/ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REDRAW_MS 1000
#define ANSWER_MS 10000
#define AGAIN_MS 500

static int64_t realtime_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static const char *name_of(const struct cli_request *request)
{
	return request->argument_count ? request->arguments[0] : NULL;
}

/* From the top of the screen, each line to its end, and what is below it. */
static void paint(const struct cli_screen *screen, const char *text)
{
	int lines = 0;

	fputs("\033[H", screen->out);
	while (*text) {
		int length = (int)strcspn(text, "\n");

		if (screen->height && ++lines >= screen->height) {
			fputs("...\033[K", screen->out);
			break;
		}
		fprintf(screen->out, "%.*s\033[K\n", length, text);
		text += length + (text[length] == '\n');
	}
	fputs("\033[J", screen->out);
}

static void draw(const struct cli_request *request, const json_t *document, const char *notice)
{
	struct cli_screen screen = cli_screen_of(stdout), memory = screen;
	char *text = NULL;
	size_t size;

	memory.out = open_memstream(&text, &size);
	if (!memory.out)
		return;
	if (notice)
		fprintf(memory.out, "%s\n", notice);
	if (document)
		cli_status_print(&memory, document, !name_of(request), realtime_us());
	fclose(memory.out);
	paint(&screen, text);
	free(text);
}

static int show(const struct cli_request *request, const json_t *document)
{
	struct cli_screen screen = cli_screen_of(stdout);

	if (request->options & CLI_OPTION_JSON)
		return cli_json_print(document, request->options & CLI_OPTION_WATCH);
	if (!(request->options & CLI_OPTION_WATCH)) {
		cli_status_print(&screen, document, !name_of(request), realtime_us());
	} else if (screen.is_terminal) {
		draw(request, document, NULL);
	} else {
		cli_status_print(&screen, document, !name_of(request), realtime_us());
		fputc('\n', stdout);
	}
	return cli_output_end();
}

static bool is_live(const struct cli_request *request)
{
	return !(request->options & CLI_OPTION_JSON) && cli_screen_of(stdout).is_terminal;
}

/* Shows what comes until the connection ends. CLI_YES: it ended, `ret_error` says why. */
static int watch_one(const struct cli_request *request, struct ctl_connection *c, int *ret_error)
{
	json_t *document = NULL;
	int result = CLI_YES;

	while (result == CLI_YES) {
		int timeout_ms = !document ? ANSWER_MS : is_live(request) ? REDRAW_MS : -1;
		json_t *next;
		int error = ctl_connection_receive(c, timeout_ms, &next);

		if (error == -ETIMEDOUT && document) {
			result = show(request, document);
			continue;
		}
		if (error) {
			*ret_error = error;
			break;
		}
		json_decref(document);
		document = next;
		result = cli_answer_check(document);
		if (result == CLI_YES)
			result = show(request, document);
	}
	json_decref(document);
	return result;
}

static int watch(const struct cli_request *request)
{
	for (;;) {
		json_t *question = cli_ask_new("status", name_of(request));
		const struct timespec pause = { .tv_nsec = AGAIN_MS * 1000000 };
		struct ctl_connection c;
		int result = CLI_YES, error;

		if (!question)
			return CLI_USAGE;
		json_object_set_new(question, "watch", json_true());
		error = ctl_connection_open(&c, request->socket_path);
		if (!error) {
			error = ctl_connection_send(&c, question, ANSWER_MS);
			if (!error)
				result = watch_one(request, &c, &error);
			ctl_connection_close(&c);
		}
		json_decref(question);
		if (result != CLI_YES)
			return result;
		if (!is_live(request))
			return cli_unreachable(request->socket_path, error);
		draw(request, NULL, "vipd cannot be reached: waiting for it");
		fflush(stdout);
		nanosleep(&pause, NULL);
	}
}

int cli_status_run(const struct cli_request *request)
{
	json_t *document;
	int result;

	if (request->options & CLI_OPTION_WATCH)
		return watch(request);
	result = cli_ask(request, cli_ask_new("status", name_of(request)), &document);
	if (result != CLI_YES)
		return result;
	result = show(request, document);
	json_decref(document);
	return result;
}
