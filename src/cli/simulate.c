/* SPDX-License-Identifier: GPL-2.0-or-later */

/* vipctl simulate: the configurations of a cluster's nodes, run by the simulator through faults.
 * Here the options become faults and a length, and what came of it goes to who shows it: text,
 * JSON, a picture. Nothing is asked of a daemon and nothing on this machine is touched. */
#include "cli/simulate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
/* A day: longer ones are many short ones. With many addresses a part of it is as good, because
 * each of them counts. */
#define LENGTH_MAX_US (86400 * SECOND_US)
#define LOSS_LENGTH_MIN_US (600 * SECOND_US)
#define DEFAULT_SEED "1"
#define BUDGET_MAX 100000000
#define LINE_MAX_SIZE 1024

struct simulation {
	const struct cli_request *request;
	struct sim *sim;
	struct cli_pace pace;
	uint64_t seed, budget;
	int64_t last_us, until_us;
	bool is_of_loss;
	FILE *picture; /* NULL: none is wanted */
};

static int wrong(const char *what, const char *which, const char *reason)
{
	fprintf(stderr, "vipctl: %s `%s`: %s\n", what, which, reason);
	return CLI_USAGE;
}

/* -- routers that are not ours -- */

/* Of others only version 2 over multicast was recorded. */
static bool is_modelled(const struct image *image)
{
	const struct image_instance *i = image_instances(image);

	for (uint32_t k = 0; k < image->instance_count; k++)
		if (!(i[k].flags & IMAGE_BROKEN) &&
		    (i[k].version != 2 || (i[k].flags & IMAGE_UNICAST)))
			return false;
	return true;
}

static int peer_set(struct simulation *m, const struct cli_peer *peer)
{
	enum peer_kind kind = peer->is_keepalived ? PEER_KEEPALIVED : PEER_STANDARD;

	for (uint32_t i = 0; i < sim_host_count(m->sim); i++)
		if (strcmp(sim_host_name(m->sim, i), peer->host) == 0) {
			if (!is_modelled(sim_host_image(m->sim, i)))
				return wrong("host", peer->host,
					     "of routers that are not ours only version 2 over "
					     "multicast is known");
			sim_host_set_peer(m->sim, i, kind);
			return CLI_YES;
		}
	return wrong("host", peer->host, "no file gives a host this name");
}

static int peers_set(struct simulation *m)
{
	const struct cli_request *r = m->request;
	int result = CLI_YES;

	if (r->peer_count > CLI_PEERS)
		return wrong("host", r->peers[0].host, "there are too many hosts");
	for (int i = 0; i < r->peer_count && result == CLI_YES; i++)
		result = peer_set(m, &r->peers[i]);
	return result;
}

/* -- faults -- */

/* Who misses the word wants to see them all. */
static void kinds_list(const char *text)
{
	char list[1024] = "There are: ";
	size_t length = strcspn(text, " "), used = strlen(list);

	for (int k = 0; k < SIM_FAULT_N_ && used < sizeof(list); k++) {
		const char *name = sim_fault_name((enum sim_fault_kind)k);

		if (strlen(name) == length && !memcmp(name, text, length))
			return;
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", k ? ", " : "",
					 name);
	}
	cli_text_wrap(stderr, cli_screen_of(stderr).width, "", "    ", list);
}

static int fault_add(struct simulation *m, const char *text)
{
	const char *reason = sim_fault_parse(m->sim, text, &m->last_us);

	if (!reason)
		return CLI_YES;
	(void)wrong("fault", text, reason);
	kinds_list(text + strspn(text, " \t"));
	return CLI_USAGE;
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

static int script_add(struct simulation *m)
{
	FILE *file = fopen(m->request->script, "r");
	int result;

	if (!file)
		return wrong("script", m->request->script, strerror(errno));
	result = script_read(m, file);
	fclose(file);
	return result;
}

/* The first host is without power, from when all has come to rest until it has again. */
static int default_add(struct simulation *m)
{
	int64_t settle_s = m->pace.settle_us / SECOND_US;
	char text[LIMIT_NAME + 64];

	snprintf(text, sizeof(text), "power-off %s at %" PRId64 "s for %" PRId64 "s",
		 sim_host_name(m->sim, 0), settle_s, settle_s);
	return fault_add(m, text);
}

static int faults_add(struct simulation *m)
{
	const struct cli_request *r = m->request;
	int result = CLI_YES;

	if (r->fault_count > CLI_FAULTS)
		return wrong("fault", r->faults[0], "there are too many: write a --script");
	for (int i = 0; i < r->fault_count && result == CLI_YES; i++)
		result = fault_add(m, r->faults[i]);
	if (r->script && result == CLI_YES)
		result = script_add(m);
	m->is_of_loss = r->loss && !r->fault_count && !r->script;
	if (!r->fault_count && !r->script && !r->loss)
		result = default_add(m);
	return result;
}

static int worst_add(struct simulation *m, const struct cli_worst *worst)
{
	const struct cli_worst_case *c = worst->outage_of_two.fault_count ?
						 &worst->outage_of_two :
						 &worst->outage;
	int result = CLI_YES;

	if (!c->fault_count)
		return default_add(m);
	for (uint32_t i = 0; i < c->fault_count && result == CLI_YES; i++)
		result = fault_add(m, c->faults[i]);
	return result;
}

/* -- the other options -- */

static int number_read(const char *what, const char *text, uint64_t min, uint64_t max,
		       uint64_t *ret_number)
{
	char *end;

	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno)
		return wrong(what, text, "write a number");
	if (*ret_number < min || *ret_number > max)
		return wrong(what, text, "it is too small or too large");
	return CLI_YES;
}

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

static int gateway_set(struct simulation *m, const char *text)
{
	int64_t age_us;

	if (!sim_time_parse(text, &age_us) || age_us < SECOND_US || age_us > LENGTH_MAX_US)
		return wrong("time", text, "a router believes an entry for 1s or longer, as 4m");
	sim_gateway_set(m->sim, age_us);
	return CLI_YES;
}

static int64_t default_length(const struct simulation *m)
{
	int64_t vips = sim_vip_count(m->sim) ? sim_vip_count(m->sim) : 1;
	int64_t loss_us = LENGTH_MAX_US / vips;

	if (!m->is_of_loss)
		return cli_run_us(&m->pace, m->last_us);
	return loss_us > LOSS_LENGTH_MIN_US ? loss_us : LOSS_LENGTH_MIN_US;
}

static int length_set(struct simulation *m)
{
	const char *text = m->request->for_what;

	m->until_us = default_length(m);
	if (text && (!sim_time_parse(text, &m->until_us) || !m->until_us))
		return wrong("time", text, "write one as 30s, 500ms or 10m");
	if (m->until_us > LENGTH_MAX_US)
		return wrong("time", text ? text : "of the last fault", "a day is the longest");
	return CLI_YES;
}

/* --worst chooses faults and length itself, and nothing else may happen. */
static int worst_check(const struct cli_request *r)
{
	const char *other = r->fault_count ? "--fault" :
			    r->script	   ? "--script" :
			    r->loss	   ? "--loss" :
			    r->for_what	   ? "--for" :
					     NULL;

	if (r->options & CLI_OPTION_WORST && other)
		return wrong("option", other, "--worst looks for the faults itself");
	if (r->budget && !(r->options & CLI_OPTION_WORST))
		return wrong("option", "--budget", "it goes with --worst");
	return CLI_YES;
}

/* Before anything runs: a search is long, and a name that cannot be written is soon mended. */
static int picture_open(struct simulation *m)
{
	const char *path = m->request->svg;

	if (!path)
		return CLI_YES;
	m->picture = fopen(path, "w");
	if (m->picture)
		return CLI_YES;
	fprintf(stderr, "vipctl: %s: %s\n", path, strerror(errno));
	return CLI_NO;
}

static struct image *reload_read(void *context, const char *path)
{
	const struct simulation *m = context;

	return cli_image_read(path, m->request);
}

static int prepare(struct simulation *m)
{
	const struct cli_request *r = m->request;
	int result = worst_check(r);

	m->sim = sim_new(m->seed);
	sim_reader_set(m->sim, reload_read, m);
	if (result == CLI_YES)
		result = cli_hosts_add(m->sim, r);
	if (result == CLI_YES)
		result = peers_set(m);
	m->pace = cli_pace_of(m->sim);
	if (result == CLI_YES && r->gateway)
		result = gateway_set(m, r->gateway);
	if (result == CLI_YES && r->loss)
		result = loss_set(m, r->loss);
	if (result == CLI_YES && !(r->options & CLI_OPTION_WORST))
		result = faults_add(m);
	if (result == CLI_YES)
		result = length_set(m);
	return result == CLI_YES ? picture_open(m) : result;
}

/* -- what is shown -- */

static int draw(struct simulation *m, const struct cli_simulation *shown)
{
	int error = 0;

	cli_simulation_draw(m->picture, shown);
	if (fflush(m->picture) || ferror(m->picture))
		error = errno ? errno : EIO;
	if (fclose(m->picture) && !error)
		error = errno;
	m->picture = NULL;
	if (!error)
		return CLI_YES;
	fprintf(stderr, "vipctl: %s: %s\n", m->request->svg, strerror(error));
	return CLI_NO;
}

static int show(struct simulation *m, const struct cli_worst *worst)
{
	const struct cli_simulation shown = { .sim = m->sim, .seed = m->seed,
					      .until_us = m->until_us,
					      .is_of_loss = m->is_of_loss, .worst = worst };
	int drawn = m->picture ? draw(m, &shown) : CLI_YES, result;
	struct cli_screen screen;
	json_t *document;

	if (m->request->options & CLI_OPTION_JSON) {
		document = cli_simulation_json(&shown);
		result = cli_json_print(document, false);
		json_decref(document);
	} else {
		screen = cli_screen_of(stdout);
		cli_simulation_print(&screen, &shown);
		result = cli_output_end();
	}
	return result == CLI_YES ? drawn : result;
}

static int run(struct simulation *m)
{
	bool searches = m->request->options & CLI_OPTION_WORST;
	struct cli_worst worst = { .endless = NULL };
	int result = CLI_YES;

	if (searches) {
		cli_worst_find(m->sim, m->seed, m->budget, &worst);
		result = worst_add(m, &worst);
	}
	if (result == CLI_YES && searches)
		result = length_set(m);
	if (result == CLI_YES) {
		sim_run(m->sim, m->until_us);
		result = show(m, searches ? &worst : NULL);
	}
	free(worst.endless);
	return result;
}

int cli_simulate_run(const struct cli_request *request)
{
	struct simulation m = { .request = request };
	int result = number_read("seed", request->seed ? request->seed : DEFAULT_SEED, 0,
				 INT64_MAX, &m.seed);

	if (result == CLI_YES && request->budget)
		result = number_read("budget", request->budget, 1, BUDGET_MAX, &m.budget);
	if (result != CLI_YES)
		return result;
	result = prepare(&m);
	if (result == CLI_YES)
		result = run(&m);
	if (m.picture)
		fclose(m.picture);
	sim_free(m.sim);
	return result;
}
