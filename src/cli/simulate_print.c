/* SPDX-License-Identifier: GPL-2.0-or-later */

/* A simulation as text: what happened, a line for each host and address in the width of the screen,
 * and the times without service or with two holders; and the same as JSON. */
#include "cli/simulate.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Addresses that are drawn; of more, those with an outage tell enough. */
#define DRAWN_MAX 16
#define LABEL_WIDTH 34
#define BAR_MIN 20
#define BAR_MAX 120
#define DAY_S 86400

static double seconds(int64_t us)
{
	return (double)us / 1e6;
}

static const char *instance_name(const struct sim *s, const struct sim_record *r)
{
	const struct image *image = sim_host_image(s, r->host);

	return image_text(image, image_instances(image)[r->instance].name);
}

static const char *vip_text(const struct sim *s, uint32_t vip, char text[ADDR_TEXT_SIZE])
{
	return addr_print(&sim_vip(s, vip)->addr, text, ADDR_TEXT_SIZE);
}

/* -- what happened -- */

static void print_record(FILE *out, const struct sim *s, const struct sim_record *r)
{
	const char *host = sim_host_name(s, r->host);

	if (r->kind == SIM_RECORD_FAULT)
		fprintf(out, "%10.3f  %s %s\n", seconds(r->at_us), sim_fault_name(r->fault), host);
	else if (r->kind == SIM_RECORD_TRANSITION)
		fprintf(out, "%10.3f    %s: (%s) %s -> %s: %s\n", seconds(r->at_us), host,
			instance_name(s, r), vrrp_state_name(r->from), vrrp_state_name(r->to),
			vrrp_reason_name(r->reason));
	else if (r->kind == SIM_RECORD_DROP)
		fprintf(out, "%10.3f    %s: (%s) a packet is dropped: %s\n", seconds(r->at_us),
			host, instance_name(s, r), vrrp_drop_name(r->drop));
}

/* -- who held what -- */

/* `#`: held, `=`: held and it is where clients go. */
static void bar_fill(char *bar, int width, int64_t from_us, int64_t to_us, int64_t until_us,
		     char mark)
{
	int from = (int)(from_us * width / until_us), to = (int)(to_us * width / until_us);

	for (int i = from; i <= to && i < width; i++)
		if (bar[i] == ' ' || mark == '=')
			bar[i] = mark;
}

static void bar_make(const struct sim *s, uint32_t vip, uint32_t host, int64_t until_us, char *bar,
		     int width)
{
	int64_t held_us = -1, served_us = -1;

	memset(bar, ' ', (size_t)width);
	for (size_t i = 0; i < sim_record_count(s); i++) {
		const struct sim_record *r = sim_record(s, i);

		if (r->vip != vip || r->kind < SIM_RECORD_HELD || r->kind > SIM_RECORD_UNSERVED)
			continue;
		if (served_us >= 0 && r->kind >= SIM_RECORD_SERVED)
			bar_fill(bar, width, served_us, r->at_us, until_us, '=');
		if (r->kind >= SIM_RECORD_SERVED)
			served_us = r->kind == SIM_RECORD_SERVED && r->host == host ? r->at_us : -1;
		if (r->host != host || r->kind >= SIM_RECORD_SERVED)
			continue;
		if (held_us >= 0)
			bar_fill(bar, width, held_us, r->at_us, until_us, '#');
		held_us = r->kind == SIM_RECORD_HELD ? r->at_us : -1;
	}
	if (held_us >= 0)
		bar_fill(bar, width, held_us, until_us, until_us, '#');
	if (served_us >= 0)
		bar_fill(bar, width, served_us, until_us, until_us, '=');
	bar[width] = '\0';
}

static void print_bars(const struct cli_screen *screen, const struct sim *s, int64_t until_us)
{
	int width = screen->width - LABEL_WIDTH - 3;
	uint32_t count = sim_vip_count(s) < DRAWN_MAX ? sim_vip_count(s) : DRAWN_MAX;
	char bar[BAR_MAX + 1], text[ADDR_TEXT_SIZE];

	width = width < BAR_MIN ? BAR_MIN : width > BAR_MAX ? BAR_MAX : width;
	fprintf(screen->out, "\n%-*s 0%*.0f s\n", LABEL_WIDTH, "= serves, # holds besides",
		width - 1, seconds(until_us));
	for (uint32_t v = 0; v < count; v++)
		for (uint32_t h = 0; h < sim_host_count(s); h++) {
			bar_make(s, v, h, until_us, bar, width);
			fprintf(screen->out, "%-16.16s %-17.17s|%s|\n",
				h ? "" : vip_text(s, v, text), sim_host_name(s, h), bar);
		}
	if (count < sim_vip_count(s))
		fprintf(screen->out, "%u more addresses are not drawn\n",
			sim_vip_count(s) - count);
}

/* -- spans -- */

static void print_cause(FILE *out, const struct sim *s, const struct sim_span *span)
{
	const struct sim_record *r;

	if (span->cause >= sim_record_count(s))
		return;
	r = sim_record(s, span->cause);
	fprintf(out, ", after %s %s", sim_fault_name(r->fault), sim_host_name(s, r->host));
}

static void print_spans(FILE *out, const struct sim *s, const char *title, const char *nothing,
			const struct sim_span *spans, size_t count)
{
	char text[ADDR_TEXT_SIZE];

	fprintf(out, "\n%s\n", count ? title : nothing);
	for (size_t i = 0; i < count; i++) {
		const struct sim_span *span = &spans[i];

		fprintf(out, "  %-16s %9.2f ms%s from %.3f", vip_text(s, span->vip, text),
			seconds(span->length_us) * 1000, span->is_open ? " (lasts)" : "",
			seconds(span->from_us));
		print_cause(out, s, span);
		for (uint32_t h = 0; h < sim_host_count(s); h++)
			if (span->holders & 1u << h)
				fprintf(out, ", %s", sim_host_name(s, h));
		fputc('\n', out);
	}
}

static void print_probes(FILE *out, const struct sim *s)
{
	uint64_t all_sent = 0, all_lost = 0, sent, lost;

	for (uint32_t v = 0; v < sim_vip_count(s); v++) {
		sim_vip_probes(s, v, &sent, &lost);
		all_sent += sent;
		all_lost += lost;
	}
	fprintf(out, "\nClients asked %" PRIu64 " times (each address every 10 ms), %" PRIu64
		" got no answer.\n", all_sent, all_lost);
}

/* Two hold an address although nothing broke: adverts got lost, three in a row at least. */
static double false_takeovers_a_day(const struct sim *s, const struct sim_span *doubles,
				    size_t count, int64_t until_us)
{
	size_t unexplained = 0;

	for (size_t i = 0; i < count; i++)
		unexplained += doubles[i].cause >= sim_record_count(s);
	if (!sim_vip_count(s))
		return 0;
	return (double)unexplained * DAY_S / seconds(until_us) / sim_vip_count(s);
}

void cli_simulation_print(const struct cli_screen *screen, const struct sim *s, int64_t until_us)
{
	size_t outage_count, double_count;
	struct sim_span *outages = sim_outages(s, &outage_count);
	struct sim_span *doubles = sim_doubles(s, &double_count);

	for (size_t i = 0; i < sim_record_count(s); i++)
		print_record(screen->out, s, sim_record(s, i));
	print_bars(screen, s, until_us);
	print_spans(screen->out, s, "Nobody served:", "No outage.", outages, outage_count);
	print_spans(screen->out, s, "Two hosts held:", "Never did two hosts hold an address.",
		    doubles, double_count);
	print_probes(screen->out, s);
	fprintf(screen->out, "Takeovers without a fault: %.3g a day for each address.\n",
		false_takeovers_a_day(s, doubles, double_count, until_us));
	free(outages);
	free(doubles);
}

/* -- JSON -- */

static json_t *milliseconds(int64_t us)
{
	return json_real((double)us / 1000);
}

static json_t *vip_json(const struct sim *s, uint32_t vip)
{
	char text[ADDR_TEXT_SIZE];

	return json_string(vip_text(s, vip, text));
}

static json_t *cause_json(const struct sim *s, const struct sim_span *span)
{
	const struct sim_record *r;
	char text[LIMIT_NAME + 32];

	if (span->cause >= sim_record_count(s))
		return json_null();
	r = sim_record(s, span->cause);
	snprintf(text, sizeof(text), "%s %s", sim_fault_name(r->fault), sim_host_name(s, r->host));
	return cli_json_text(text);
}

static json_t *holders_json(const struct sim *s, uint32_t holders)
{
	json_t *names = json_array();

	for (uint32_t h = 0; h < sim_host_count(s); h++)
		if (holders & 1u << h)
			json_array_append_new(names, cli_json_text(sim_host_name(s, h)));
	return names;
}

static json_t *spans_json(const struct sim *s, const struct sim_span *spans, size_t count,
			  bool is_double)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *span = json_pack("{s:o, s:o, s:o, s:b, s:o}", "vip",
					 vip_json(s, spans[i].vip), "from_ms",
					 milliseconds(spans[i].from_us),
					 is_double ? "length_ms" : "outage_ms",
					 milliseconds(spans[i].length_us), "open",
					 spans[i].is_open, "cause", cause_json(s, &spans[i]));

		if (is_double)
			json_object_set_new(span, "holders", holders_json(s, spans[i].holders));
		json_array_append_new(list, span);
	}
	return list;
}

static json_t *transitions_json(const struct sim *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sim_record_count(s); i++) {
		const struct sim_record *r = sim_record(s, i);

		if (r->kind == SIM_RECORD_TRANSITION)
			json_array_append_new(
				list, json_pack("{s:o, s:o, s:o, s:s, s:s, s:s}", "at_ms",
						milliseconds(r->at_us), "host",
						cli_json_text(sim_host_name(s, r->host)),
						"instance", cli_json_text(instance_name(s, r)),
						"from", vrrp_state_name(r->from), "to",
						vrrp_state_name(r->to), "reason",
						vrrp_reason_name(r->reason)));
	}
	return list;
}

static json_t *probes_json(const struct sim *s)
{
	json_t *list = json_array();
	uint64_t sent, lost;

	for (uint32_t v = 0; v < sim_vip_count(s); v++) {
		sim_vip_probes(s, v, &sent, &lost);
		json_array_append_new(list, json_pack("{s:o, s:I, s:I}", "vip", vip_json(s, v),
						      "sent", (json_int_t)sent, "lost",
						      (json_int_t)lost));
	}
	return list;
}

json_t *cli_simulation_json(const struct sim *s, uint64_t seed, int64_t until_us)
{
	size_t outage_count, double_count;
	struct sim_span *outages = sim_outages(s, &outage_count);
	struct sim_span *doubles = sim_doubles(s, &double_count);
	json_t *document = json_pack(
		"{s:i, s:I, s:o, s:f, s:o, s:o, s:o, s:o}", "version", 1, "seed",
		(json_int_t)seed, "duration_ms", milliseconds(until_us),
		"false_takeovers_a_day",
		false_takeovers_a_day(s, doubles, double_count, until_us),
		"outages", spans_json(s, outages, outage_count, false), "double",
		spans_json(s, doubles, double_count, true), "transitions", transitions_json(s),
		"probes", probes_json(s));

	check(document);
	free(outages);
	free(doubles);
	return document;
}
