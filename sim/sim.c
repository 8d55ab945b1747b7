/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The world: what is in it, and how its time goes from one thing to the next. Of things at one time
 * events come before hosts, and hosts by number. */
#include "sim/random.h"
#include "sim/sim_private.h"

#include "base/check.h"
#include "wire/keep.h"

#include <stdlib.h>
#include <string.h>

/* Hosts were switched on at different times; one in eight in the last minute. */
#define CLOCK_FIRST_US (1000 * SIM_SECOND)
#define CLOCK_YOUNG_US (60 * SIM_SECOND)
/* What CLOCK_REALTIME says at the beginning, on all hosts. */
#define REALTIME_US (1000000 * SIM_SECOND)
#define CLOCK_RANGE_US (1000 * 1000 * 1000)
/* Turns of one host without any time going by: a node that never comes to rest. */
#define TURNS_MAX 100000

uint32_t sim_draw(struct sim *s, uint32_t below)
{
	return sim_random(&s->random, below);
}

void *sim_grow(void *items, size_t size, size_t count, size_t *room)
{
	if (count < *room)
		return items;
	*room = *room ? 2 * *room : 16;
	items = realloc(items, *room * size);
	check(items);
	return items;
}

struct sim_record *sim_record_add(struct sim *s, enum sim_record_kind kind)
{
	s->records = sim_grow(s->records, sizeof(*s->records), s->record_count, &s->record_room);
	s->records[s->record_count] = (struct sim_record){ .at_us = s->now_us, .kind = kind };
	return &s->records[s->record_count++];
}

struct sim *sim_new(uint64_t seed)
{
	struct sim *s = calloc(1, sizeof(*s));

	check(s);
	s->random = seed * UINT64_C(2685821657736338717) + 88172645463325252u;
	for (int i = 0; i < 8; i++)
		sim_draw(s, 2);
	return s;
}

struct sim *sim_free(struct sim *s)
{
	if (!s)
		return NULL;
	for (uint32_t i = 0; i < s->host_count; i++) {
		struct sim_host *h = &s->hosts[i];

		sim_host_kill(h);
		for (uint32_t v = 0; v < h->variant_count; v++) {
			free(h->variants[v].image);
			free(h->variants[v].keep);
			free(h->variants[v].links);
		}
		free(h->vip_instances);
		free(h->expect_vips);
		free(h->copies);
		free(h->expects);
		free(h->ledgers);
		free(h->ledger_addresses);
		free(h->links);
		free(h->addresses);
		free(h->packets);
		free(h->advert);
	}
	for (uint32_t l = 0; l < s->lan_count; l++)
		free(s->lans[l].macs);
	sim_queue_fini(&s->queue);
	free(s->vips);
	free(s->faults);
	free(s->records);
	free(s);
	return NULL;
}

void sim_loss_set(struct sim *s, uint32_t ppm)
{
	s->loss_ppm = ppm;
}

void sim_drift_set(struct sim *s, uint32_t ppm)
{
	s->drift_ppm = ppm;
}

void sim_reader_set(struct sim *s, sim_reader *reader, void *context)
{
	s->reader = reader;
	s->reader_context = context;
}

/* -- hosts -- */

static void vips_add(struct sim *s, const struct sim_host *h, const struct sim_variant *variant)
{
	const struct image *image = variant->image;

	for (uint32_t i = 0; i < image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(image)[i];
		const struct image_address *a = &image_addresses(image)[instance->address_first];

		for (uint32_t n = 0; n < instance->address_count && !instance->broken_reason; n++)
			sim_vip_add(s, &a[n].prefix, h->links[variant->links[a[n].link]].lan);
	}
}

int sim_variant_add(struct sim *s, uint32_t host, const struct image *image)
{
	struct sim_host *h = &s->hosts[host];
	struct sim_variant *v = &h->variants[h->variant_count];

	check(!s->has_begun);
	if (h->variant_count == SIM_VARIANTS)
		return -1;
	v->image = malloc(image->size);
	v->keep = calloc(1, keep_size(image->instance_count));
	check(v->image && v->keep);
	memcpy(v->image, image, image->size);
	keep_init(v->keep, image->instance_count, 1);
	h->variant_count++;
	if (!sim_links_add(h, v))
		return -1;
	vips_add(s, h, v);
	return (int)h->variant_count - 1;
}

static void clock_make(struct sim *s, struct sim_host *h)
{
	int64_t drift_ppm = s->drift_ppm;

	h->clock_us = CLOCK_FIRST_US + sim_draw(s, CLOCK_RANGE_US);
	if (h->clock_us % 8 == 0)
		h->clock_us = SIM_SECOND + h->clock_us % CLOCK_YOUNG_US;
	h->realtime_us = REALTIME_US + s->now_us - h->clock_us;
	if (drift_ppm)
		h->drift_ppm = (int64_t)sim_draw(s, 2 * s->drift_ppm + 1) - drift_ppm;
}

int sim_host_add(struct sim *s, const char *name, const struct image *image)
{
	struct sim_host *h = &s->hosts[s->host_count];

	if (s->host_count == SIM_HOSTS)
		return -1;
	h->sim = s;
	h->number = s->host_count;
	strncpy(h->name, name, sizeof(h->name) - 1);
	h->packets = calloc(SIM_SOCKET_PACKETS, sizeof(struct sim_packet *));
	check(h->packets);
	clock_make(s, h);
	s->host_count++;
	return sim_variant_add(s, h->number, image) < 0 ? -1 : (int)h->number;
}

void sim_host_set_peer(struct sim *s, uint32_t host, enum peer_kind kind)
{
	check(!s->has_begun);
	s->hosts[host].is_foreign = true;
	s->hosts[host].peer_kind = kind;
}

/* -- time -- */

static void event_run(struct sim *s, const struct sim_event *e)
{
	switch (e->kind) {
	case SIM_EVENT_FRAME:
		sim_frame_arrive(s, e);
		break;
	case SIM_EVENT_FAULT:
		sim_fault_apply(s, &s->faults[e->index]);
		break;
	case SIM_EVENT_START:
		if (s->hosts[e->host].life == e->index)
			sim_host_start(&s->hosts[e->host], true);
		sim_oracle_fault(s);
		break;
	case SIM_EVENT_SETTLE:
		sim_address_settle(&s->hosts[e->host], e->index, e->port);
		sim_oracle_fault(s);
		break;
	case SIM_EVENT_DOUBT:
		sim_client_doubt(s, e->index);
		break;
	case SIM_EVENT_PORT:
		sim_port_open(&s->hosts[e->host], e->index);
		break;
	case SIM_EVENT_CHATTER:
		sim_watch_chatter(&s->hosts[e->host], e->index);
		break;
	case SIM_EVENT_AGED:
		sim_vips_look(s);
		break;
	}
}

static void begin(struct sim *s)
{
	s->has_begun = true;
	sim_unicast_addresses(s);
	for (uint32_t i = 0; i < s->host_count; i++) {
		sim_variant_use(&s->hosts[i], 0);
		s->hosts[i].expect_vips =
			calloc(s->vip_count + 1, sizeof(struct sim_expect_vip));
		check(s->hosts[i].expect_vips);
		sim_host_power(&s->hosts[i], true);
		sim_ports_look(&s->hosts[i]);
	}
}

static int64_t next_time(const struct sim *s)
{
	int64_t at_us = sim_queue_time(&s->queue);

	if (s->oracle.is_on && s->oracle.due_us < at_us)
		at_us = s->oracle.due_us;
	for (uint32_t i = 0; i < s->host_count; i++) {
		int64_t deadline_us = sim_host_deadline(&s->hosts[i]);

		at_us = deadline_us < at_us ? deadline_us : at_us;
	}
	return at_us;
}

static void step(struct sim *s)
{
	struct sim_event *e;

	while (sim_queue_time(&s->queue) <= s->now_us) {
		e = sim_queue_take(&s->queue);
		event_run(s, e);
		free(e);
	}
	for (uint32_t i = 0; i < s->host_count; i++)
		if (sim_host_deadline(&s->hosts[i]) <= s->now_us)
			sim_host_turn(&s->hosts[i]);
	if (s->oracle.is_on)
		sim_oracle_look(s);
}

void sim_run(struct sim *s, int64_t until_us)
{
	uint32_t turns = 0;

	if (!s->has_begun)
		begin(s);
	for (;;) {
		int64_t at_us = next_time(s);

		if (at_us > until_us)
			break;
		turns = at_us > s->now_us ? 0 : turns + 1;
		check(turns < TURNS_MAX);
		s->now_us = at_us;
		step(s);
	}
	s->now_us = until_us;
	for (uint32_t v = 0; v < s->vip_count; v++)
		sim_vip_count_probes(s, &s->vips[v]);
}

/* -- what happened -- */

size_t sim_record_count(const struct sim *s)
{
	return s->record_count;
}

const struct sim_record *sim_record(const struct sim *s, size_t i)
{
	return &s->records[i];
}

uint32_t sim_host_count(const struct sim *s)
{
	return s->host_count;
}

const char *sim_host_name(const struct sim *s, uint32_t host)
{
	return s->hosts[host].name;
}

bool sim_host_peer(const struct sim *s, uint32_t host, enum peer_kind *ret_kind)
{
	if (s->hosts[host].is_foreign)
		*ret_kind = s->hosts[host].peer_kind;
	return s->hosts[host].is_foreign;
}

const char *sim_link_name(const struct sim *s, uint32_t host, uint32_t link)
{
	const struct sim_host *h = &s->hosts[host];

	return h->links[h->variants[0].links[link]].name;
}

const struct image *sim_host_image(const struct sim *s, uint32_t host)
{
	return s->hosts[host].variants[0].image;
}

uint32_t sim_vip_count(const struct sim *s)
{
	return s->vip_count;
}

const struct prefix *sim_vip(const struct sim *s, uint32_t vip)
{
	return &s->vips[vip].prefix;
}

void sim_vip_probes(const struct sim *s, uint32_t vip, uint64_t *ret_sent, uint64_t *ret_lost)
{
	*ret_sent = s->vips[vip].sent;
	*ret_lost = s->vips[vip].lost;
}
