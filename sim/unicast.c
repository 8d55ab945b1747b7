/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts whose adverts go to peers have the addresses that the lists say: their own source where one
 * is written; else the first of all that is not in their own list (each file names the others), or
 * that no host before them has (one file for all). */
#include "sim/sim_private.h"

/* The first instance of unicast on the link, in the host's first configuration; NULL: none. */
static const struct image_instance *unicast_of(const struct sim_host *h, uint32_t link)
{
	const struct sim_variant *v = &h->variants[0];

	for (uint32_t i = 0; i < v->image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(v->image)[i];

		if ((instance->flags & IMAGE_UNICAST) && !(instance->flags & IMAGE_BROKEN) &&
		    v->links[instance->link] == link)
			return instance;
	}
	return NULL;
}

static bool lists(const struct sim_host *h, const struct image_instance *i, const struct addr *addr)
{
	const struct image_peer *peers = image_peers(h->variants[0].image) + i->peer_first;

	for (uint32_t k = 0; k < i->peer_count; k++)
		if (addr_equal(&peers[k].addr, addr))
			return true;
	return false;
}

/* By a host before this one. */
static bool is_taken(const struct sim_host *h, uint32_t lan, const struct addr *addr)
{
	const struct sim *s = h->sim;

	for (uint32_t p = 0; p < s->lans[lan].port_count; p++) {
		const struct sim_port *port = &s->lans[lan].ports[p];

		if (port->host < h->number &&
		    addr_equal(&s->hosts[port->host].links[port->link].own.addr, addr))
			return true;
	}
	return false;
}

/* Of all lists on the LAN; `is_listed`: in its own, too. */
static const struct addr *choose(const struct sim_host *h, uint32_t link, bool is_listed)
{
	const struct image_instance *own = unicast_of(h, link);
	const struct sim *s = h->sim;
	uint32_t lan = h->links[link].lan;

	for (uint32_t p = 0; p < s->lans[lan].port_count; p++) {
		const struct sim_port *port = &s->lans[lan].ports[p];
		const struct sim_host *o = &s->hosts[port->host];
		const struct image_instance *i = unicast_of(o, port->link);
		const struct image_peer *peers;

		if (!i || i->vrid != own->vrid)
			continue;
		peers = image_peers(o->variants[0].image) + i->peer_first;
		for (uint32_t k = 0; k < i->peer_count; k++)
			if (lists(h, own, &peers[k].addr) == is_listed &&
			    !is_taken(h, lan, &peers[k].addr))
				return &peers[k].addr;
	}
	return NULL;
}

static void own_address_set(struct sim_host *h, uint32_t link)
{
	const struct image_instance *i = unicast_of(h, link);
	struct sim_link *l = &h->links[link];
	const struct addr *addr;

	if (!i)
		return;
	addr = i->source.family ? &i->source : choose(h, link, false);
	if (!addr)
		addr = choose(h, link, true);
	if (!addr)
		return;
	sim_own_address(h, link, false);
	l->own.addr = *addr;
	sim_own_address(h, link, true);
}

void sim_unicast_addresses(struct sim *s)
{
	for (uint32_t k = 0; k < s->host_count; k++)
		for (uint32_t l = 0; l < s->hosts[k].link_count; l++)
			own_address_set(&s->hosts[k], l);
}
