/* SPDX-License-Identifier: GPL-2.0-or-later */

/* A simulation as JSON: everything, one by one. */
#include "cli/simulate.h"

#include "base/check.h"

#include <stdlib.h>

static json_t *milliseconds(int64_t us)
{
	return json_real((double)us / 1000);
}

static json_t *vip_json(const struct sim *s, uint32_t vip)
{
	char text[ADDR_TEXT_SIZE];

	return json_string(cli_vip_text(s, vip, text));
}

static json_t *cause_json(const struct sim *s, const struct sim_span *span)
{
	char text[CLI_WORDS_SIZE];

	if (span->cause >= sim_record_count(s))
		return json_null();
	return cli_json_text(cli_fault_text(s, sim_record(s, span->cause), text));
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

static json_t *fault_json(const struct sim *s, const struct sim_record *r)
{
	return json_pack("{s:o, s:s, s:o, s:o}", "at_ms", milliseconds(r->at_us), "fault",
			 sim_fault_name(r->fault), "host",
			 cli_json_text(sim_host_name(s, r->host)), "interface",
			 cli_json_text(r->link[0] ? r->link : NULL));
}

static json_t *transition_json(const struct sim *s, const struct sim_record *r)
{
	return json_pack("{s:o, s:o, s:o, s:s, s:s, s:s}", "at_ms", milliseconds(r->at_us), "host",
			 cli_json_text(sim_host_name(s, r->host)), "instance",
			 cli_json_text(cli_instance_name(r)), "from", vrrp_state_name(r->from),
			 "to", vrrp_state_name(r->to), "reason", vrrp_reason_name(r->reason));
}

static json_t *records_json(const struct sim *s, enum sim_record_kind kind,
			    json_t *(*make)(const struct sim *s, const struct sim_record *r))
{
	json_t *list = json_array();

	for (size_t i = 0; i < sim_record_count(s); i++)
		if (sim_record(s, i)->kind == kind)
			json_array_append_new(list, make(s, sim_record(s, i)));
	return list;
}

static json_t *stays_json(const struct cli_simulation *m, bool is_served)
{
	json_t *list = json_array();
	size_t count;
	struct cli_stay *stays = cli_stays(m, &count);

	for (size_t i = 0; i < count; i++)
		if (stays[i].is_served == is_served)
			json_array_append_new(
				list, json_pack("{s:o, s:o, s:o, s:o}", "vip",
						vip_json(m->sim, stays[i].vip), "host",
						cli_json_text(sim_host_name(m->sim, stays[i].host)),
						"from_ms", milliseconds(stays[i].from_us), "to_ms",
						milliseconds(stays[i].to_us)));
	free(stays);
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

static json_t *case_json(const struct sim *s, const struct cli_worst_case *c)
{
	json_t *faults = json_array(), *found;

	for (uint32_t i = 0; i < c->fault_count; i++)
		json_array_append_new(faults, cli_json_text(c->faults[i]));
	found = json_pack("{s:o, s:o, s:o, s:b}", "faults", faults, "vip", vip_json(s, c->vip),
			  c->holders ? "length_ms" : "outage_ms", milliseconds(c->length_us),
			  "open", c->is_open);
	if (c->holders)
		json_object_set_new(found, "holders", holders_json(s, c->holders));
	return found;
}

static json_t *endless_json(const struct cli_worst *w, bool is_double)
{
	json_t *faults = json_array();

	for (size_t i = 0; i < w->endless_count; i++)
		if (is_double ? w->endless[i].is_double : w->endless[i].is_outage)
			json_array_append_new(faults, cli_json_text(w->endless[i].fault));
	return faults;
}

static json_t *worst_json(const struct sim *s, const struct cli_worst *w)
{
	const struct {
		const char *name;
		const struct cli_worst_case *found;
	} cases[] = { { "one_fault", &w->outage },
		      { "two_faults", &w->outage_of_two },
		      { "double", &w->doubled } };
	json_t *worst = json_pack("{s:I, s:o, s:o}", "simulations", (json_int_t)w->tried,
				  "endless_outages", endless_json(w, false), "endless_doubles",
				  endless_json(w, true));

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		json_object_set_new(worst, cases[i].name,
				    cases[i].found->fault_count ? case_json(s, cases[i].found) :
								  json_null());
	return worst;
}

json_t *cli_simulation_json(const struct cli_simulation *m)
{
	const struct sim *s = m->sim;
	size_t outage_count, double_count;
	struct sim_span *outages = sim_outages(s, &outage_count);
	struct sim_span *doubles = sim_doubles(s, &double_count);
	json_t *document = json_pack(
		"{s:i, s:I, s:o, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "version", 1, "seed",
		(json_int_t)m->seed, "duration_ms", milliseconds(m->until_us),
		"false_takeovers_a_day", cli_false_takeovers_a_day(m, doubles, double_count),
		"faults", records_json(s, SIM_RECORD_FAULT, fault_json), "outages",
		spans_json(s, outages, outage_count, false), "double",
		spans_json(s, doubles, double_count, true), "transitions",
		records_json(s, SIM_RECORD_TRANSITION, transition_json), "held",
		stays_json(m, false), "served", stays_json(m, true), "probes", probes_json(s));

	check(document);
	if (m->worst)
		json_object_set_new(document, "worst", worst_json(s, m->worst));
	free(outages);
	free(doubles);
	return document;
}
