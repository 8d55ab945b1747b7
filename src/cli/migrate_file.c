/* SPDX-License-Identifier: GPL-2.0-or-later */

/* May vipd take keepalived's place with this file? What keepalived has put into the kernel stays
 * there when it is ended without a farewell; so vipd has to know all of it, or somebody would go on
 * holding an address, a route or a filter rule that nobody takes away any more. The fate of each
 * keyword is the keyword tables' own (docs/keywords.md). */
#include "cli/migrate.h"

#include "conf/conf.h"

#include <string.h>

/* -- the table -- */

static const char *class_of(const struct conf_usage *u)
{
	switch (u->fate) {
	case CONF_FATE_WORKS:
		return "works";
	case CONF_FATE_NO_EFFECT:
	case CONF_FATE_REFUSED:
		return "otherwise";
	case CONF_FATE_NOT_YET:
		break;
	}
	return "not yet";
}

/* Those that work are many, and nothing is to be said of them. */
static void print_working(const struct conf *conf, int width)
{
	char text[4096] = "";
	size_t used = 0;

	for (const struct conf_usage *u = conf_usage(conf); u; u = u->next) {
		if (u->fate != CONF_FATE_WORKS)
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
					 used ? ", " : "", u->keyword);
		if (used >= sizeof(text))
			break;
	}
	if (used)
		cli_text_wrap(stdout, width, "  works      ", "             ", text);
}

static void print_other(const struct conf_usage *u, int width)
{
	char first[32], text[1024], clean[1024];

	snprintf(first, sizeof(first), "  %-9s  ", class_of(u));
	snprintf(text, sizeof(text), "%s (%s, line %u): %s", u->keyword, u->block, u->line,
		 u->hint ? u->hint : u->doc ? u->doc : "");
	cli_text_wrap(stdout, width, first, "             ",
		      cli_text_clean(text, clean, sizeof(clean)));
}

static void print_table(const char *path, const struct conf *conf)
{
	const struct cli_screen screen = cli_screen_of(stdout);

	printf("What vipd makes of %s:\n", path);
	print_working(conf, screen.width);
	for (const struct conf_usage *u = conf_usage(conf); u; u = u->next)
		if (u->fate == CONF_FATE_NO_EFFECT || u->fate == CONF_FATE_REFUSED)
			print_other(u, screen.width);
	for (const struct conf_usage *u = conf_usage(conf); u; u = u->next)
		if (u->fate == CONF_FATE_NOT_YET)
			print_other(u, screen.width);
}

/* -- the verdict -- */

static void note_owner(void *context, const struct conf_shown *value)
{
	bool *has_owner = context;

	if (strcmp(value->keyword, "priority") == 0 && value->word_count > 0 &&
	    strcmp(value->words[0], "255") == 0)
		*has_owner = true;
}

static void ignore_open(void *context, const struct conf_shown *block)
{
}

static void ignore_close(void *context)
{
}

/* Whose address it is cannot be told any more once keepalived is gone. */
static bool has_owner(const struct conf *conf)
{
	bool found = false;
	const struct conf_visitor visitor = { &found, ignore_open, note_owner, ignore_close };

	conf_visit(conf, &visitor);
	return found;
}

/* What is in the way of an end without farewell, as many as there are. */
static int find_obstacles(const char *path, const struct conf *conf)
{
	int count = 0;

	for (const struct conf_usage *u = conf_usage(conf); u; u = u->next) {
		if (!u->is_left_by_keepalived)
			continue;
		fprintf(stderr,
			"vipctl: %s:%u: for `%s` keepalived has more in the kernel than addresses, "
			"which nobody would take away\n", path, u->line, u->keyword);
		count++;
	}
	if (has_owner(conf)) {
		fprintf(stderr,
			"vipctl: %s: priority 255: whether keepalived put the address there, or it "
			"is the host's own, cannot be told\n", path);
		count++;
	}
	if (count)
		fprintf(stderr, "  Switch plainly instead: systemctl stop keepalived && "
				"systemctl start vipd\n");
	return count;
}

static int judge(const char *path, const struct conf *conf)
{
	struct cli_findings counts = { 0 };
	char text[128];

	cli_findings_count(&counts, conf);
	if (counts.errors || counts.unknown || conf_exit_code(conf) == 4 ||
	    conf_healthy_count(conf) < conf_instance_count(conf)) {
		fprintf(stderr, "vipctl: %s: %s: vipd does not take over with this file\n", path,
			cli_findings_text(&counts, text, sizeof(text)));
		return CLI_NO;
	}
	if (conf_instance_count(conf) == 0) {
		fprintf(stderr, "vipctl: %s: no vrrp_instance: nothing to take over\n", path);
		return CLI_NO;
	}
	return CLI_YES;
}

bool migrate_file_place(const struct cli_request *request, char *buffer, size_t size)
{
	struct conf *conf = cli_conf_load(request->argument_count ? request->arguments[0] :
								    cli_conf_path(), request);

	if (!conf)
		return false;
	conf_run_dir_suffix(conf, buffer, size);
	conf_free(conf);
	return true;
}

int migrate_file_check(const struct cli_request *request)
{
	const char *path = request->argument_count ? request->arguments[0] : cli_conf_path();
	struct cli_request asking = *request;
	struct conf *conf;
	int result;

	asking.wants_usage = true;
	conf = cli_conf_load(path, &asking);
	if (!conf)
		return CLI_NO;
	for (size_t i = 0; i < conf_finding_count(conf); i++)
		cli_finding_print(stdout, conf_finding(conf, i));
	if (conf_is_read(conf))
		print_table(path, conf);
	result = judge(path, conf);
	if (result == CLI_YES && find_obstacles(path, conf))
		result = CLI_NO;
	conf_free(conf);
	/* It stands above what follows, also in a pipe. */
	fflush(stdout);
	return result;
}
