/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl explain: the daemon's sentences, broken to the width of the screen. The sentences are the
 * daemon's, so that what --json says and what people read never differ. */
#include "cli/cli.h"

#include <stdlib.h>

#define SENTENCE_SIZE 4096

static void print_sentence(const struct cli_screen *screen, const char *first, const char *rest,
			   const json_t *text)
{
	char buffer[SENTENCE_SIZE];

	cli_text_clean(json_string_value(text), buffer, sizeof(buffer));
	cli_text_wrap(screen->out, screen->width, first, rest, buffer);
}

static void print_instance(const struct cli_screen *screen, const json_t *instance)
{
	const json_t *reasons = json_object_get(instance, "reasons");
	const json_t *takeover = json_object_get(instance, "takeover_worst_ms");
	const char *state = json_string_value(json_object_get(instance, "state"));
	bool is_master = state && state[0] == 'M';

	if (screen->has_colour)
		fputs("\033[1m", screen->out);
	print_sentence(screen, "", "", json_object_get(instance, "summary"));
	if (screen->has_colour)
		fputs("\033[0m", screen->out);
	for (size_t i = 0; i < json_array_size(reasons); i++)
		print_sentence(screen, "  - ", "    ", json_array_get(reasons, i));
	if (json_is_integer(takeover)) {
		char line[160];

		snprintf(line, sizeof(line), "%s %lld ms at the latest.",
			 is_master ? "Should this server fall silent, another one serves after"
				   : "Should the master fall silent now, this server serves after",
			 (long long)json_integer_value(takeover));
		cli_text_wrap(screen->out, screen->width, "  - ", "    ", line);
	}
}

void cli_explain_print(const struct cli_screen *screen, const json_t *document)
{
	const json_t *instances = json_object_get(document, "instances");

	if (!json_is_array(instances)) {
		print_instance(screen, document);
		return;
	}
	if (json_array_size(instances) == 0)
		fprintf(screen->out, "No VRRP instance is in force.\n");
	for (size_t i = 0; i < json_array_size(instances); i++) {
		if (i)
			fputc('\n', screen->out);
		print_instance(screen, json_array_get(instances, i));
	}
}

int cli_explain_run(const struct cli_request *request)
{
	const char *name = request->argument_count ? request->arguments[0] : NULL;
	struct cli_screen screen = cli_screen_of(stdout);
	json_t *document;
	int result = cli_ask(request, cli_ask_new("explain", name), &document);

	if (result != CLI_YES)
		return result;
	if (request->options & CLI_OPTION_JSON) {
		result = cli_json_print(document, false);
	} else {
		cli_explain_print(&screen, document);
		result = cli_output_end();
	}
	json_decref(document);
	return result;
}
