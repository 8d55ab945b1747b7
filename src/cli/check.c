/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl check: what `vipd -t` would say, on any machine and without root, and what does not fit
 * between the files of a cluster's nodes. Findings are the answer and go to standard output; a file
 * that cannot be read is one of them. */
#include "cli/cli.h"

#include "conf/conf.h"

#include <stdlib.h>
#include <string.h>

struct check {
	const struct cli_request *request;
	struct conf **files;
	size_t count;
	struct conf_cluster *cluster; /* NULL: one file */
	struct cli_findings counts;
	json_t *findings; /* NULL: text is wanted */
	bool has_no_memory;
};

static void show_finding(struct check *c, const struct conf_finding *finding)
{
	cli_findings_add(&c->counts, finding);
	if (c->findings)
		json_array_append_new(c->findings, cli_finding_json(finding));
	else
		cli_finding_print(stdout, finding);
}

static void show_overflow(struct check *c, size_t more)
{
	c->counts.unknown += more;
	if (more && !c->findings)
		printf("%zu more findings are not shown\n", more);
}

static void load(struct check *c)
{
	for (int i = 0; i < c->request->argument_count && !c->has_no_memory; i++) {
		c->files[i] = cli_conf_load(c->request->arguments[i], c->request);
		c->has_no_memory = !c->files[i];
		c->count += !c->has_no_memory;
	}
	if (c->count < 2 || c->has_no_memory)
		return;
	c->cluster = conf_cluster_check((const struct conf *const *)c->files, c->count);
	c->has_no_memory = !c->cluster;
	if (c->has_no_memory)
		fprintf(stderr, "vipctl: no memory to compare the files\n");
}

static void show(struct check *c)
{
	for (size_t i = 0; i < c->count; i++) {
		for (size_t at = 0; at < conf_finding_count(c->files[i]); at++)
			show_finding(c, conf_finding(c->files[i], at));
		show_overflow(c, conf_finding_overflow(c->files[i]));
	}
	for (size_t at = 0; c->cluster && at < conf_cluster_finding_count(c->cluster); at++)
		show_finding(c, conf_cluster_finding(c->cluster, at));
	if (c->cluster)
		show_overflow(c, conf_cluster_finding_overflow(c->cluster));
}

static void sum_up(const struct check *c)
{
	unsigned healthy = 0, all = 0;
	char text[128];

	for (size_t i = 0; i < c->count; i++) {
		healthy += conf_healthy_count(c->files[i]);
		all += conf_instance_count(c->files[i]);
	}
	if (c->count == 1)
		printf("%s", c->request->arguments[0]);
	else
		printf("%zu files", c->count);
	printf(": %s; ", cli_findings_text(&c->counts, text, sizeof(text)));
	if (healthy == all)
		printf("%u instance%s\n", all, all == 1 ? "" : "s");
	else
		printf("%u of %u instance%s can run\n", healthy, all, all == 1 ? "" : "s");
}

static int print_json(struct check *c)
{
	json_t *files = json_array(), *document;
	int result;

	for (size_t i = 0; i < c->count; i++)
		json_array_append_new(
			files, json_pack("{s:o, s:i, s:i}", "file",
					 cli_json_text(c->request->arguments[i]), "instances",
					 (int)conf_instance_count(c->files[i]), "healthy",
					 (int)conf_healthy_count(c->files[i])));
	document = json_pack("{s:i, s:o, s:I, s:o}", "version", 1, "findings", c->findings,
			     "omitted", (json_int_t)c->counts.unknown, "files", files);
	result = cli_json_print(document, false);
	json_decref(document);
	return result;
}

/* Hints change nothing; what was not kept is not only hints if the exit code says so. */
static int verdict(const struct check *c)
{
	bool wrong = c->counts.errors || c->counts.warnings;

	for (size_t i = 0; i < c->count; i++)
		wrong |= conf_exit_code(c->files[i]) != 0;
	return wrong || (c->cluster && conf_cluster_finding_overflow(c->cluster)) ? CLI_NO :
										    CLI_YES;
}

int cli_check_run(const struct cli_request *request)
{
	struct check c = { .request = request };
	int result;

	if (request->for_what && strcmp(request->for_what, "keepalived") != 0) {
		fprintf(stderr, "vipctl: check --for knows keepalived and nothing else\n");
		return CLI_USAGE;
	}
	c.files = calloc((size_t)request->argument_count, sizeof(struct conf *));
	if (request->options & CLI_OPTION_JSON)
		c.findings = json_array();
	if (c.files)
		load(&c);
	if (!c.files || c.has_no_memory) {
		json_decref(c.findings);
		result = CLI_NO;
	} else {
		show(&c);
		if (!c.findings)
			sum_up(&c);
		result = c.findings ? print_json(&c) : cli_output_end();
		result = result == CLI_YES ? verdict(&c) : result;
	}
	for (size_t i = 0; i < c.count; i++)
		conf_free(c.files[i]);
	conf_cluster_free(c.cluster);
	free(c.files);
	return result;
}
