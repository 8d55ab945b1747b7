/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl config diff: what a reload from one file to another would change, and what the daemon
 * would do with it. The differences and the sentences come from the configuration language
 * (conf/diff.c), so that text and JSON say the same; here they are only laid out. Like diff(1):
 * 0 no difference, 1 differences, 2 trouble. */
#include "cli/cli.h"

#include "base/check.h"
#include "conf/conf.h"

#include <stdlib.h>
#include <string.h>

/* Where places stand, if what stands before is not longer. */
#define PLACE_COLUMN 48
#define LINE_SIZE 2048
/* Blocks in blocks; the language has five levels. */
#define DEPTH_MAX 16

struct comparison {
	const struct cli_request *request;
	struct conf *before, *after;
	struct conf_diff *diff;
};

static bool has_secrets(const struct comparison *c)
{
	return c->request->options & CLI_OPTION_SECRETS;
}

static const struct conf_shown *one_of(const struct conf_difference *x)
{
	return x->after ? x->after : x->before;
}

/* -- as text -- */

static void add(char line[LINE_SIZE], const char *text)
{
	size_t used = strlen(line);

	snprintf(line + used, LINE_SIZE - used, "%s", text);
}

static void add_words(const struct comparison *c, char line[LINE_SIZE],
		      const struct conf_shown *shown)
{
	for (size_t i = 0; i < shown->word_count; i++) {
		bool masked = shown->is_secret && !has_secrets(c) && i + 1 == shown->word_count;

		add(line, " ");
		add(line, masked ? CONF_MASK : shown->words[i]);
	}
	if (shown->user) {
		add(line, " ");
		add(line, shown->user);
	}
	if (shown->group) {
		add(line, " ");
		add(line, shown->group);
	}
}

static bool same_words(const struct conf_shown *a, const struct conf_shown *b)
{
	bool same = a->word_count == b->word_count;

	for (size_t i = 0; same && i < a->word_count; i++)
		same = strcmp(a->words[i], b->words[i]) == 0;
	return same;
}

static void add_what(const struct comparison *c, char line[LINE_SIZE],
		     const struct conf_difference *x)
{
	add(line, one_of(x)->keyword);
	if (x->kind == CONF_REORDERED) {
		add(line, ": its lines stand in another order");
		return;
	}
	add_words(c, line, x->before ? x->before : x->after);
	if (!x->before || !x->after || (x->is_block && same_words(x->before, x->after)))
		return;
	add(line, " ->");
	add_words(c, line, x->after);
}

static void add_places(char line[LINE_SIZE], const struct conf_difference *x)
{
	char before[LINE_SIZE / 2] = "", after[LINE_SIZE / 2] = "";

	if (x->before)
		conf_origin_print(x->before, before, sizeof(before));
	if (x->after)
		conf_origin_print(x->after, after, sizeof(after));
	add(line, before);
	if (*before && *after)
		add(line, " -> ");
	add(line, after);
}

static char sign_of(enum conf_difference_kind kind)
{
	switch (kind) {
	case CONF_ADDED:
		return '+';
	case CONF_REMOVED:
		return '-';
	case CONF_CHANGED:
	case CONF_REORDERED:
		return '~';
	}
	return '~';
}

static void print_difference(const struct comparison *c, const struct conf_difference *x)
{
	char line[LINE_SIZE] = "", places[LINE_SIZE] = "", clean[LINE_SIZE];
	int indent = (int)x->depth * 4, width;
	const struct cli_screen screen = cli_screen_of(stdout);

	add_what(c, line, x);
	add_places(places, x);
	printf("%*s%c %s", indent, "", sign_of(x->kind),
	       cli_text_clean(line, clean, sizeof(clean)));
	width = indent + 2 + cli_text_width(clean);
	cli_text_clean(places, clean, sizeof(clean));
	if (*clean)
		printf("%*s# %s", width + 2 < PLACE_COLUMN ? PLACE_COLUMN - width : 2, "", clean);
	putchar('\n');
	for (size_t i = 0; i < x->effect_count; i++) {
		char first[80], rest[80];

		snprintf(first, sizeof(first), "%*s=> ", indent + 6, "");
		snprintf(rest, sizeof(rest), "%*s", indent + 9, "");
		cli_text_wrap(stdout, screen.width, first, rest, x->effects[i]);
	}
}

static void print_text(const struct comparison *c)
{
	const struct conf_diff_counts n = conf_diff_counts(c->diff);
	const char *refusal = conf_diff_refusal(c->diff);

	for (size_t i = 0; i < conf_diff_count(c->diff); i++) {
		const struct conf_difference *x = conf_diff_at(c->diff, i);

		if (i && x->is_block && x->depth == 0)
			putchar('\n');
		print_difference(c, x);
	}
	if (conf_diff_count(c->diff))
		putchar('\n');
	else
		printf("No difference in effect.\n");
	printf("Instances: %u new, %u removed, %u replaced, %u changed, %u untouched.\n", n.added,
	       n.removed, n.replaced, n.changed, n.untouched);
	if (refusal)
		printf("A running daemon would refuse this and change nothing: %s\n", refusal);
}

/* -- as JSON -- */

static const char *kind_name(enum conf_difference_kind kind)
{
	switch (kind) {
	case CONF_ADDED:
		return "added";
	case CONF_REMOVED:
		return "removed";
	case CONF_CHANGED:
		return "changed";
	case CONF_REORDERED:
		return "reordered";
	}
	return "changed";
}

/* "vrrp_instance VI_1" */
static json_t *block_name(const struct conf_shown *block)
{
	size_t size = strlen(block->keyword) + 1;
	json_t *json;
	char *text;

	for (size_t i = 0; i < block->word_count; i++)
		size += strlen(block->words[i]) + 1;
	text = malloc(size);
	if (!text)
		return json_null();
	strcpy(text, block->keyword);
	for (size_t i = 0; i < block->word_count; i++)
		strcat(strcat(text, " "), block->words[i]);
	json = cli_json_text(text);
	free(text);
	return json;
}

static json_t *side_json(const struct comparison *c, const struct conf_shown *shown)
{
	return shown ? cli_shown_json(shown, has_secrets(c)) : json_null();
}

static json_t *changes_json(const struct comparison *c)
{
	const struct conf_shown *blocks[DEPTH_MAX] = { NULL };
	json_t *list = json_array();

	for (size_t i = 0; i < conf_diff_count(c->diff); i++) {
		const struct conf_difference *x = conf_diff_at(c->diff, i);
		json_t *path = json_array();

		check(x->depth < DEPTH_MAX);
		blocks[x->depth] = one_of(x);
		for (unsigned d = 0; d < x->depth; d++)
			json_array_append_new(path, block_name(blocks[d]));
		json_array_append_new(
			list, json_pack("{s:s, s:o, s:s, s:b, s:o, s:o, s:o}", "change",
					kind_name(x->kind), "path", path, "keyword",
					one_of(x)->keyword, "block", x->is_block, "before",
					side_json(c, x->before), "after", side_json(c, x->after),
					"effects", cli_json_words(x->effects, x->effect_count)));
	}
	return list;
}

static int print_json(const struct comparison *c)
{
	const struct conf_diff_counts n = conf_diff_counts(c->diff);
	json_t *instances = json_pack("{s:i, s:i, s:i, s:i, s:i}", "added", (int)n.added,
				      "removed", (int)n.removed, "replaced", (int)n.replaced,
				      "changed", (int)n.changed, "untouched", (int)n.untouched);
	json_t *document = json_pack("{s:i, s:o, s:o, s:o, s:o, s:o}", "version", 1, "before",
				     cli_json_text(c->request->arguments[0]), "after",
				     cli_json_text(c->request->arguments[1]), "refused",
				     cli_json_text(conf_diff_refusal(c->diff)), "instances",
				     instances, "changes", changes_json(c));
	int result = cli_json_print(document, false);

	json_decref(document);
	return result;
}

/* -- the way through -- */

/* False: it was said why. */
static bool load(const struct cli_request *request, int i, struct conf **ret_conf)
{
	*ret_conf = cli_conf_load(request->arguments[i], request);
	if (!*ret_conf)
		return false;
	if (!conf_is_read(*ret_conf)) {
		cli_finding_print(stderr, conf_finding(*ret_conf, 0));
		return false;
	}
	cli_findings_hint(request->arguments[i], *ret_conf);
	return true;
}

int cli_config_diff_run(const struct cli_request *request)
{
	struct comparison c = { .request = request };
	int result = CLI_USAGE;

	if (load(request, 0, &c.before) && load(request, 1, &c.after)) {
		c.diff = conf_diff(c.before, c.after);
		if (!c.diff)
			fprintf(stderr, "vipctl: no memory to compare the files\n");
	}
	if (c.diff) {
		if (request->options & CLI_OPTION_JSON)
			result = print_json(&c);
		else
			print_text(&c);
		if (cli_output_end() != CLI_YES)
			result = CLI_USAGE;
		else
			result = conf_diff_count(c.diff) ? CLI_NO : CLI_YES;
	}
	conf_diff_free(c.diff);
	conf_free(c.before);
	conf_free(c.after);
	return result;
}
