/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The world: what is in it, and how its time goes from one thing to the next. Of things at one time
 * events come before hosts, and hosts by number. */
#include "sim/random.h"
#include "sim/sim_private.h"

#include "base/check.h"
#include "wire/keep.h"

#include <stdlib.h>
#include <string.h>

/* Hosts were switched on at different times. */
#define CLOCK_FIRST_US (1000 * SIM_SECOND)
#define CLOCK_RANGE_US (1000 * 1000 * 1000)
/* The hosts' own addresses in the networks of the first virtual ones. */
#define HOST_OCTET 10
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
		free(h->image);
		free(h->keep);
		free(h->links);
		free(h->addresses);
		free(h->packets);
	}
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

/* -- hosts -- */

static bool is_virtual(const struct image *image, const struct addr *addr)
{
	for (uint32_t i = 0; i < image->address_count; i++)
		if (addr_equal(&image_addresses(image)[i].prefix.addr, addr))
			return true;
	return false;
}

/* What the host has for itself: in the network of the link's first virtual address (of a single
 * one, in the /24 around it), and no virtual address. */
static struct prefix own_address(const struct sim_host *h, uint32_t link)
{
	struct prefix own = { .addr = { ADDR_IPV4, { 192, 0, 2, 0 } }, .length = 24 };

	for (uint32_t i = h->image->address_count; i-- > 0;) {
		const struct image_address *a = &image_addresses(h->image)[i];

		if (a->link == link && a->prefix.addr.family == ADDR_IPV4)
			own = a->prefix;
	}
	own.length = own.length > 24 ? 24 : own.length;
	own.addr.bytes[3] = (uint8_t)(HOST_OCTET + h->number);
	while (is_virtual(h->image, &own.addr))
		own.addr.bytes[3] = (uint8_t)(own.addr.bytes[3] + SIM_HOSTS);
	return own;
}

static void link_make(struct sim_host *h, uint32_t link)
{
	struct sim_link *l = &h->links[link];
	struct prefix own = own_address(h, link);
	const uint8_t mac[MAC_SIZE] = { 2, 0, 0, (uint8_t)h->number, (uint8_t)(link >> 8),
					(uint8_t)link };

	memcpy(l->mac, mac, MAC_SIZE);
	l->has_carrier = true;
	sim_address_change(h, link + 1, &own, true, false);
}

static void vips_add(struct sim *s, const struct sim_host *h)
{
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(h->image)[i];
		const struct image_address *a =
			&image_addresses(h->image)[instance->address_first];

		for (uint32_t n = 0; n < instance->address_count && !instance->broken_reason; n++)
			sim_vip_add(s, &a[n].prefix, h->links[a[n].link].lan);
	}
}

int sim_host_add(struct sim *s, const char *name, const struct image *image)
{
	struct sim_host *h = &s->hosts[s->host_count];

	if (s->host_count == SIM_HOSTS)
		return -1;
	h->sim = s;
	h->number = s->host_count;
	strncpy(h->name, name, sizeof(h->name) - 1);
	h->image = malloc(image->size);
	h->keep = calloc(1, keep_size(image->instance_count));
	h->links = calloc(image->link_count + 1, sizeof(*h->links));
	h->packets = calloc(SIM_SOCKET_PACKETS, sizeof(struct sim_packet *));
	check(h->image && h->keep && h->links && h->packets);
	memcpy(h->image, image, image->size);
	keep_init(h->keep, image->instance_count, 1);
	h->clock_us = CLOCK_FIRST_US + sim_draw(s, CLOCK_RANGE_US);
	s->host_count++;
	for (uint32_t l = 0; l < image->link_count; l++) {
		if (!sim_lan_join(h, l))
			return -1;
		link_make(h, l);
	}
	vips_add(s, h);
	return (int)h->number;
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
	case SIM_EVENT_PROBE:
		sim_client_probe(s, e->lan);
		break;
	}
}

static void begin(struct sim *s)
{
	s->has_begun = true;
	for (uint32_t i = 0; i < s->host_count; i++)
		sim_host_power(&s->hosts[i], true);
	for (uint32_t l = 0; l < s->lan_count; l++)
		sim_client_probe(s, l);
}

static int64_t next_time(const struct sim *s)
{
	int64_t at_us = sim_queue_time(&s->queue);

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
	if (s->oracle.is_on && !s->loss_ppm)
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

const struct image *sim_host_image(const struct sim *s, uint32_t host)
{
	return s->hosts[host].image;
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
