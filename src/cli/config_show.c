/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl config show: the configuration as it is in effect, defaults and all, with the place that
 * each value comes from. As text it is a configuration again: comments name the origins, and with
 * --secrets it loads to the same. Without it passwords are masked, because such output is pasted
 * into tickets.
 *
 * Without FILE it is the file of the running daemon, read as it is now, or the one that it would
 * read if none answers. */
#include "cli/cli.h"

#include "base/check.h"
#include "conf/conf.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Blocks in blocks; the language has five levels. */
#define DEPTH_MAX 16

/* -- as JSON -- */

struct document {
	bool has_secrets;
	json_t *lists[DEPTH_MAX]; /* "blocks" of each level; borrowed */
	json_t *values[DEPTH_MAX]; /* "values" of the open blocks; borrowed */
	int depth;
};

static void open_block(void *context, const struct conf_shown *block)
{
	struct document *d = context;
	json_t *values = json_array(), *blocks = json_array();

	json_array_append_new(
		d->lists[d->depth],
		json_pack("{s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "block", block->keyword,
			  "words", cli_shown_words(block, d->has_secrets), "file",
			  cli_json_text(block->file), "line", cli_json_line(block->line), "broken",
			  cli_json_text(block->broken), "later", block->is_later, "values", values,
			  "blocks", blocks));
	d->depth++;
	check(d->depth < DEPTH_MAX);
	d->values[d->depth] = values;
	d->lists[d->depth] = blocks;
}

static void add_value(void *context, const struct conf_shown *value)
{
	struct document *d = context;

	json_array_append_new(d->values[d->depth], cli_shown_json(value, d->has_secrets));
}

static void close_block(void *context)
{
	struct document *d = context;

	d->depth--;
}

static int print_json(const struct cli_request *request, const char *path, const struct conf *conf)
{
	struct document d = { .has_secrets = request->options & CLI_OPTION_SECRETS };
	const struct conf_visitor visitor = { &d, open_block, add_value, close_block };
	json_t *document;
	int result;

	d.lists[0] = json_array();
	d.values[0] = json_array();
	document = json_pack("{s:i, s:o, s:o, s:o}", "version", 1, "file", cli_json_text(path),
			     "values", d.values[0], "blocks", d.lists[0]);
	conf_visit(conf, &visitor);
	result = cli_json_print(document, false);
	json_decref(document);
	return result;
}

/* -- as text -- */

/* A terminal gets no control characters; a file gets what loads again. */
static void put_text(char *text)
{
	bool is_terminal = isatty(STDOUT_FILENO);

	for (char *c = text; is_terminal && *c; c++)
		if (((unsigned char)*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f)
			*c = '?';
	fputs(text, stdout);
}

static int print_text(const struct cli_request *request, const struct conf *conf)
{
	unsigned options = CONF_PRINT_ORIGINS;
	size_t length;
	char *text;

	if (!(request->options & CLI_OPTION_SECRETS))
		options |= CONF_PRINT_MASKED;
	length = conf_print_with(conf, options, NULL, 0);
	text = malloc(length + 1);
	if (!text) {
		fprintf(stderr, "vipctl: no memory\n");
		return CLI_NO;
	}
	conf_print_with(conf, options, text, length + 1);
	put_text(text);
	free(text);
	return cli_output_end();
}

/* -- which file -- */

/* The file of the daemon that answers, into `buffer`; false: none does, or it has none yet. */
static bool ask_daemon(const struct cli_request *request, char *buffer, size_t size)
{
	json_t *document = cli_ask_quietly(request, cli_ask_new("status", NULL));
	const json_t *config = json_object_get(document, "config");
	const char *file = json_string_value(json_object_get(config, "file"));
	int n = file ? snprintf(buffer, size, "%s", file) : -1;

	json_decref(document);
	return n > 0 && (size_t)n < size;
}

static const char *find_file(const struct cli_request *request, char *buffer, size_t size)
{
	if (request->argument_count)
		return request->arguments[0];
	if (ask_daemon(request, buffer, size))
		return buffer;
	return cli_conf_path();
}

int cli_config_show_run(const struct cli_request *request)
{
	char buffer[PATH_MAX];
	const char *path = find_file(request, buffer, sizeof(buffer));
	struct conf *conf = cli_conf_load(path, request);
	int result;

	if (!conf)
		return CLI_NO;
	if (!conf_is_read(conf)) {
		cli_finding_print(stderr, conf_finding(conf, 0));
		result = CLI_NO;
	} else {
		cli_findings_hint(path, conf);
		result = request->options & CLI_OPTION_JSON ? print_json(request, path, conf) :
							      print_text(request, conf);
	}
	conf_free(conf);
	return result;
}
