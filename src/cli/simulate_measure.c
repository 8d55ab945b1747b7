/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What text, JSON and picture of a simulation are made from: who held and served what from when to
 * when, the words for what happened, and how long a run has to be. */
#include "cli/simulate.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define SETTLE_MIN_US (10 * SECOND_US)
#define RUN_MIN_US (30 * SECOND_US)
#define DAY_S 86400

/* -- pace -- */

/* Version 2 (RFC 3768 6.1) counts skew in seconds; later ones in intervals. */
static int64_t down_us(const struct image_instance *i)
{
	int64_t unit_us = i->version == 2 ? SECOND_US : i->advert_interval_us;

	return i->down_adverts * i->advert_interval_us + (256 - i->priority) * unit_us / 256;
}

static int64_t whole_seconds(int64_t us)
{
	return (us + SECOND_US - 1) / SECOND_US * SECOND_US;
}

struct cli_pace cli_pace_of(const struct sim *s)
{
	struct cli_pace p = { .interval_us = 0 };
	int64_t delay_us = 0;

	for (uint32_t h = 0; h < sim_host_count(s); h++)
		for (uint32_t n = 0; n < sim_host_image(s, h)->instance_count; n++) {
			const struct image_instance *i = &image_instances(sim_host_image(s, h))[n];

			if (i->flags & IMAGE_BROKEN)
				continue;
			if (i->advert_interval_us > p.interval_us)
				p.interval_us = i->advert_interval_us;
			if (i->preempt_delay_us > delay_us)
				delay_us = i->preempt_delay_us;
			if (down_us(i) > p.down_max_us)
				p.down_max_us = down_us(i);
			if (!p.down_min_us || down_us(i) < p.down_min_us)
				p.down_min_us = down_us(i);
		}
	/* One that a lower priority wins, and one in which it is preempted. */
	p.settle_us = whole_seconds(2 * p.down_max_us + p.interval_us + delay_us);
	p.settle_us = p.settle_us < SETTLE_MIN_US ? SETTLE_MIN_US : p.settle_us;
	p.after_us = whole_seconds(p.down_max_us + p.interval_us + SIM_NEIGHBOUR_US);
	return p;
}

int64_t cli_run_us(const struct cli_pace *pace, int64_t last_us)
{
	int64_t until_us = whole_seconds(last_us + pace->after_us);

	return until_us > RUN_MIN_US ? until_us : RUN_MIN_US;
}

/* -- stays -- */

struct reading {
	struct cli_stay *stays;
	size_t count, room;
	/* Of each address and host the stay in which it is held, and of each address the one in
	 * which it is served; SIZE_MAX: it is not. */
	size_t *held, *served;
};

static void stay_begin(struct reading *r, const struct sim_record *record, size_t *open)
{
	if (r->count == r->room) {
		r->room = r->room ? 2 * r->room : 64;
		r->stays = realloc(r->stays, r->room * sizeof(*r->stays));
		check(r->stays);
	}
	*open = r->count;
	r->stays[r->count++] = (struct cli_stay){ .vip = record->vip, .host = record->host,
						  .is_served = record->kind == SIM_RECORD_SERVED,
						  .from_us = record->at_us, .is_open = true };
}

static void stay_end(struct reading *r, int64_t at_us, size_t *open)
{
	if (*open == SIZE_MAX)
		return;
	r->stays[*open].to_us = at_us;
	r->stays[*open].is_open = false;
	*open = SIZE_MAX;
}

static void record_read(struct reading *r, const struct sim *s, const struct sim_record *record)
{
	size_t *held = &r->held[record->vip * sim_host_count(s) + record->host];
	size_t *served = &r->served[record->vip];

	if (record->kind == SIM_RECORD_HELD || record->kind == SIM_RECORD_LEFT)
		stay_end(r, record->at_us, held);
	if (record->kind == SIM_RECORD_HELD)
		stay_begin(r, record, held);
	if (record->kind == SIM_RECORD_SERVED || record->kind == SIM_RECORD_UNSERVED)
		stay_end(r, record->at_us, served);
	if (record->kind == SIM_RECORD_SERVED)
		stay_begin(r, record, served);
}

static int order(const void *left, const void *right)
{
	const struct cli_stay *a = left, *b = right;

	if (a->vip != b->vip)
		return a->vip < b->vip ? -1 : 1;
	if (a->is_served != b->is_served)
		return a->is_served ? 1 : -1;
	if (a->host != b->host && !a->is_served)
		return a->host < b->host ? -1 : 1;
	return a->from_us < b->from_us ? -1 : a->from_us > b->from_us;
}

struct cli_stay *cli_stays(const struct cli_simulation *m, size_t *ret_count)
{
	size_t vips = sim_vip_count(m->sim), hosts = sim_host_count(m->sim);
	struct reading r = { .held = malloc((vips * hosts + 1) * sizeof(size_t)),
			     .served = malloc((vips + 1) * sizeof(size_t)) };

	check(r.held && r.served);
	memset(r.held, 0xff, vips * hosts * sizeof(size_t));
	memset(r.served, 0xff, vips * sizeof(size_t));
	for (size_t i = 0; vips && i < sim_record_count(m->sim); i++)
		record_read(&r, m->sim, sim_record(m->sim, i));
	for (size_t i = 0; i < r.count; i++)
		if (r.stays[i].is_open)
			r.stays[i].to_us = m->until_us;
	free(r.held);
	free(r.served);
	if (r.count)
		qsort(r.stays, r.count, sizeof(*r.stays), order);
	*ret_count = r.count;
	return r.stays;
}

/* -- words and numbers -- */

const char *cli_vip_text(const struct sim *s, uint32_t vip, char text[ADDR_TEXT_SIZE])
{
	return addr_print(&sim_vip(s, vip)->addr, text, ADDR_TEXT_SIZE);
}

const char *cli_instance_name(const struct sim_record *record)
{
	const struct image_instance *instance = &image_instances(record->image)[record->instance];

	return image_text(record->image, instance->name);
}

const struct image_instance *cli_instance_of(const struct image *image, const struct addr *addr)
{
	for (uint32_t i = 0; i < image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(image)[i];
		const struct image_address *a = &image_addresses(image)[instance->address_first];

		for (uint32_t n = 0; n < instance->address_count; n++)
			if (!(instance->flags & IMAGE_BROKEN) &&
			    addr_equal(&a[n].prefix.addr, addr))
				return instance;
	}
	return NULL;
}

const char *cli_fault_words(const struct sim *s, enum sim_fault_kind kind, uint32_t host,
			    const char link[LIMIT_LINK_NAME], char text[CLI_WORDS_SIZE])
{
	snprintf(text, CLI_WORDS_SIZE, "%s %s%s%.*s", sim_fault_name(kind), sim_host_name(s, host),
		 link[0] ? " " : "", LIMIT_LINK_NAME, link);
	return text;
}

const char *cli_fault_text(const struct sim *s, const struct sim_record *record,
			   char text[CLI_WORDS_SIZE])
{
	return cli_fault_words(s, record->fault, record->host, record->link, text);
}

const char *cli_cause_text(const struct sim *s, const struct sim_span *span,
			   char text[CLI_WORDS_SIZE])
{
	char fault[CLI_WORDS_SIZE];

	text[0] = '\0';
	if (span->cause < sim_record_count(s))
		snprintf(text, CLI_WORDS_SIZE, ", after %.*s", CLI_WORDS_SIZE - 16,
			 cli_fault_text(s, sim_record(s, span->cause), fault));
	return text;
}

const char *cli_holders_text(const struct sim *s, uint32_t holders, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t h = 0; h < sim_host_count(s) && used < size; h++)
		if (holders & 1u << h)
			used += (size_t)snprintf(text + used, size - used, "%s%s",
						 used ? ", " : "", sim_host_name(s, h));
	return text;
}

void cli_probes_sum(const struct sim *s, uint64_t *ret_sent, uint64_t *ret_lost)
{
	uint64_t sent, lost, all_sent = 0, all_lost = 0;

	for (uint32_t v = 0; v < sim_vip_count(s); v++) {
		sim_vip_probes(s, v, &sent, &lost);
		all_sent += sent;
		all_lost += lost;
	}
	*ret_sent = all_sent;
	*ret_lost = all_lost;
}

/* Two hold an address although nothing broke: adverts got lost, three in a row at least. */
double cli_false_takeovers_a_day(const struct cli_simulation *m, const struct sim_span *doubles,
				 size_t count)
{
	size_t unexplained = 0;

	for (size_t i = 0; i < count; i++)
		unexplained += doubles[i].cause >= sim_record_count(m->sim);
	if (!sim_vip_count(m->sim))
		return 0;
	return (double)unexplained * DAY_S / ((double)m->until_us / 1e6) / sim_vip_count(m->sim);
}
