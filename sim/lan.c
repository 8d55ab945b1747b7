/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LANs: switches that know where each MAC is, with a delay for each frame and loss. Multicast and
 * broadcast go to every port, the client's too. The frames on the wire are those of vipd. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <string.h>

#define ETHERNET_HEADER 14

static bool shares_router(const struct image *a, uint32_t link_a, const struct image *b,
			  uint32_t link_b)
{
	for (uint32_t i = 0; i < a->instance_count; i++) {
		const struct image_instance *x = &image_instances(a)[i];

		for (uint32_t k = 0; k < b->instance_count && x->link == link_a; k++) {
			const struct image_instance *y = &image_instances(b)[k];

			if (y->link == link_b && x->vrid == y->vrid && x->family == y->family &&
			    x->address_count && y->address_count &&
			    addr_equal(&image_addresses(a)[x->address_first].prefix.addr,
				       &image_addresses(b)[y->address_first].prefix.addr))
				return true;
		}
	}
	return false;
}

static bool is_there(const struct sim_lan *lan, uint32_t host)
{
	for (uint32_t p = 0; p < lan->port_count; p++)
		if (lan->ports[p].host == host)
			return true;
	return false;
}

/* The LAN of the first link that carries the same virtual router. */
static uint32_t lan_by_router(const struct sim *s, const struct sim_host *h, uint32_t link)
{
	for (uint32_t o = 0; o < h->number; o++)
		for (uint32_t l = 0; l < s->hosts[o].image->link_count; l++)
			if (shares_router(h->image, link, s->hosts[o].image, l) &&
			    !is_there(&s->lans[s->hosts[o].links[l].lan], h->number))
				return s->hosts[o].links[l].lan;
	return SIM_LANS;
}

static uint32_t lan_by_name(const struct sim *s, const struct sim_host *h, const char *name)
{
	for (uint32_t l = 0; l < s->lan_count; l++)
		if (strcmp(s->lans[l].name, name) == 0 && !is_there(&s->lans[l], h->number))
			return l;
	return SIM_LANS;
}

bool sim_lan_join(struct sim_host *h, uint32_t link)
{
	struct sim *s = h->sim;
	const char *name = image_links(h->image)[link].name;
	uint32_t lan = lan_by_router(s, h, link);
	struct sim_lan *l;

	if (lan == SIM_LANS)
		lan = lan_by_name(s, h, name);
	if (lan == SIM_LANS && s->lan_count == SIM_LANS)
		return false;
	if (lan == SIM_LANS) {
		lan = s->lan_count++;
		memcpy(s->lans[lan].name, name, LIMIT_LINK_NAME);
	}
	l = &s->lans[lan];
	h->links[link].lan = lan;
	h->links[link].port = l->port_count;
	l->ports[l->port_count++] = (struct sim_port){ h->number, link };
	return true;
}

bool sim_link_passes(const struct sim_host *h, uint32_t link)
{
	return h->is_powered && h->links[link].has_carrier && !h->links[link].is_cut;
}

void sim_frame_send(struct sim_host *h, uint32_t link, const uint8_t *frame, size_t size)
{
	struct sim *s = h->sim;
	const struct sim_link *l = &h->links[link];

	if (!sim_link_passes(h, link))
		return;
	for (uint32_t port = 0; port <= s->lans[l->lan].port_count; port++) {
		struct sim_event e = { .kind = SIM_EVENT_FRAME, .lan = l->lan, .port = port };

		e.at_us = s->now_us + SIM_DELAY_US + sim_draw(s, SIM_JITTER_US);
		if (port != l->port && sim_draw(s, 1000000) >= s->loss_ppm)
			sim_queue_add(&s->queue, &e, frame, size);
	}
}

void sim_frame_arrive(struct sim *s, const struct sim_event *event)
{
	const struct sim_lan *lan = &s->lans[event->lan];
	bool is_arp = event->data[12] == 0x08 && event->data[13] == 0x06;
	const struct sim_port *port;
	struct sim_host *h;

	if (event->port == lan->port_count) {
		if (is_arp)
			sim_client_arp(s, event->lan, event->data);
		return;
	}
	port = &lan->ports[event->port];
	h = &s->hosts[port->host];
	if (!is_arp && sim_link_passes(h, port->link))
		sim_host_receive(h, port->link, event->data + ETHERNET_HEADER,
				 event->size - ETHERNET_HEADER);
}
