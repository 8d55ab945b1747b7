/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl simulate: the configurations of a cluster's nodes, run by the simulator through faults.
 * Here the files become hosts and the options become faults; what came of it is laid out in
 * simulate_print.c. Nothing is asked of a daemon and nothing on this machine is touched. */
#include "cli/simulate.h"

#include "conf/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define LENGTH_US (30 * SECOND_US)
#define AFTER_US (10 * SECOND_US)
/* A day: longer ones are many short ones. */
#define LENGTH_MAX_US (86400 * SECOND_US)
#define DEFAULT_SEED "1"
#define LINE_MAX_SIZE 1024

struct simulation {
	const struct cli_request *request;
	struct sim *sim;
	int64_t last_us, until_us;
};

static int wrong(const char *what, const char *which, const char *reason)
{
	fprintf(stderr, "vipctl: %s `%s`: %s\n", what, which, reason);
	return CLI_USAGE;
}

/* The last part of the path without what follows the first dot. */
static void host_name(const char *path, char *name, size_t size)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;

	snprintf(name, size, "%.*s", (int)strcspn(base, "."), base);
}

static bool is_taken(const struct sim *s, const char *name)
{
	for (uint32_t i = 0; i < sim_host_count(s); i++)
		if (strcmp(sim_host_name(s, i), name) == 0)
			return true;
	return false;
}

/* The configuration of a host, or NULL after saying why not. */
static struct image *image_read(void *context, const char *path)
{
	const struct simulation *m = context;
	struct conf *conf = cli_conf_load(path, m->request);
	struct image *image = NULL;
	size_t size;

	if (!conf)
		return NULL;
	cli_findings_hint(path, conf);
	size = conf_image_size(conf);
	if (!conf_healthy_count(conf))
		fprintf(stderr, "vipctl: %s: none of its instances can run\n", path);
	else if (!(image = size ? calloc(1, size) : NULL))
		(void)wrong("file", path, "it is too large");
	else
		conf_image_write(conf, image);
	conf_free(conf);
	return image;
}

static int host_add(struct simulation *m, const char *path)
{
	char name[LIMIT_NAME];
	struct image *image;
	int e;

	host_name(path, name, sizeof(name));
	if (!name[0] || is_taken(m->sim, name))
		return wrong("file", path, "another one gives its host the same name");
	image = image_read(m, path);
	if (!image)
		return CLI_NO;
	e = sim_host_add(m->sim, name, image);
	free(image);
	return e < 0 ? wrong("file", path, "too many hosts or networks") : CLI_YES;
}

/* -- faults -- */

static int fault_add(struct simulation *m, const char *text)
{
	const char *reason = sim_fault_parse(m->sim, text, &m->last_us);

	return reason ? wrong("fault", text, reason) : CLI_YES;
}

static int script_read(struct simulation *m, FILE *file)
{
	char line[LINE_MAX_SIZE];
	int result = CLI_YES;

	while (result == CLI_YES && fgets(line, sizeof(line), file)) {
		if (!strchr(line, '\n') && !feof(file))
			return wrong("script", m->request->script, "a line is too long");
		line[strcspn(line, "#\n")] = '\0';
		if (line[strspn(line, " \t\r")])
			result = fault_add(m, line);
	}
	return result;
}

static int faults_add(struct simulation *m)
{
	const struct cli_request *r = m->request;
	char first[LIMIT_NAME + 64];
	int result = CLI_YES;

	if (r->fault_count > CLI_FAULTS)
		return wrong("fault", r->faults[0], "there are too many: write a --script");
	for (int i = 0; i < r->fault_count && result == CLI_YES; i++)
		result = fault_add(m, r->faults[i]);
	if (r->script && result == CLI_YES) {
		FILE *file = fopen(r->script, "r");

		if (!file)
			return wrong("script", r->script, strerror(errno));
		result = script_read(m, file);
		fclose(file);
	}
	if (!r->fault_count && !r->script && !r->loss) {
		snprintf(first, sizeof(first), "power-off %s at 10s for 10s",
			 sim_host_name(m->sim, 0));
		result = fault_add(m, first);
	}
	return result;
}

/* -- the other options -- */

static int loss_set(struct simulation *m, const char *text)
{
	char *end;
	double percent = strtod(text, &end);

	if (end == text || strcmp(end, *end == '%' ? "%" : "") != 0 ||
	    !(percent >= 0 && percent <= 100))
		return wrong("loss", text, "write a percentage, 0 to 100");
	sim_loss_set(m->sim, (uint32_t)(percent * 10000 + 0.5));
	return CLI_YES;
}

static int length_set(struct simulation *m)
{
	const char *text = m->request->for_what;

	m->until_us = m->last_us + AFTER_US > LENGTH_US ? m->last_us + AFTER_US : LENGTH_US;
	if (text && (!sim_time_parse(text, &m->until_us) || !m->until_us))
		return wrong("time", text, "write one as 30s, 500ms or 10m");
	if (m->until_us > LENGTH_MAX_US)
		return wrong("time", text ? text : "of the last fault", "a day is the longest");
	return CLI_YES;
}

static int prepare(struct simulation *m)
{
	const struct cli_request *r = m->request;
	int result = CLI_YES;

	for (int i = 0; i < r->argument_count && result == CLI_YES; i++)
		result = host_add(m, r->arguments[i]);
	if (result == CLI_YES && r->loss)
		result = loss_set(m, r->loss);
	if (result == CLI_YES)
		result = faults_add(m);
	return result == CLI_YES ? length_set(m) : result;
}

static int show(const struct simulation *m, uint64_t seed)
{
	struct cli_screen screen;
	json_t *document;
	int result;

	if (!(m->request->options & CLI_OPTION_JSON)) {
		screen = cli_screen_of(stdout);
		cli_simulation_print(&screen, m->sim, m->until_us);
		return cli_output_end();
	}
	document = cli_simulation_json(m->sim, seed, m->until_us);
	result = cli_json_print(document, false);
	json_decref(document);
	return result;
}

int cli_simulate_run(const struct cli_request *request)
{
	const char *seed = request->seed ? request->seed : DEFAULT_SEED;
	struct simulation m = { .request = request };
	char *end;
	uint64_t number = strtoull(seed, &end, 10);
	int result;

	if (seed[0] < '0' || seed[0] > '9' || *end)
		return wrong("seed", seed, "write a number");
	m.sim = sim_new(number);
	sim_reader_set(m.sim, image_read, &m);
	result = prepare(&m);
	if (result == CLI_YES) {
		sim_run(m.sim, m.until_us);
		result = show(&m, number);
	}
	sim_free(m.sim);
	return result;
}
