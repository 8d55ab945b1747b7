/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts whose adverts go to peers have the addresses that the lists say: their own source where one
 * is written; else the first of all that is not in their own list (each file names the others), or
 * that no host before them has (one file for all). Of IPv6 a link-local one, or a global one beside
 * it, or both. */
#include "sim/expect.h"
#include "sim/sim_private.h"

bool sim_router_is_global(const struct image *image, const struct image_instance *i)
{
	const struct image_peer *peers = image_peers(image) + i->peer_first;

	if (i->family != ADDR_IPV6 || !(i->flags & IMAGE_UNICAST))
		return false;
	if (i->source.family)
		return !addr_is_link_local(&i->source);
	return i->peer_count > 0 && !addr_is_link_local(&peers[0].addr);
}

const struct addr *sim_router_address(const struct sim_host *h, const struct image_instance *i)
{
	const struct sim_link *l = &h->links[sim_link_of(h, i->link)];

	if (i->source.family)
		return &i->source;
	return sim_router_is_global(h->image, i) ? &l->second.addr : &l->own.addr;
}

/* By the address that its adverts come from, of which expect_sent.c says whether it is the right
 * one; where it has none the list names others. */
bool sim_router_wants_peers(const struct sim_host *h, const struct image_instance *i)
{
	const struct image_peer *peers = image_peers(h->image) + i->peer_first;
	uint32_t at = (uint32_t)(i - image_instances(h->image));

	if (!(i->flags & IMAGE_FAULT_NO_PEER))
		return false;
	if (i->peer_count > 0 && (!h->expects || !sim_router_has_source(h, i)))
		return false;
	for (uint32_t k = 0; k < i->peer_count; k++)
		if (!addr_equal(&peers[k].addr, &h->expects[at].own))
			return false;
	return true;
}

/* The first instance of unicast on the link, in the host's first configuration; NULL: none. */
static const struct image_instance *unicast_of(const struct sim_host *h, uint32_t link,
					       bool is_global)
{
	const struct sim_variant *v = &h->variants[0];

	for (uint32_t i = 0; i < v->image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(v->image)[i];

		if ((instance->flags & IMAGE_UNICAST) && !(instance->flags & IMAGE_BROKEN) &&
		    v->links[instance->link] == link &&
		    sim_router_is_global(v->image, instance) == is_global)
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
		const struct sim_link *l = &s->hosts[port->host].links[port->link];

		if (port->host < h->number && sim_link_owns(l, addr))
			return true;
	}
	return false;
}

/* Of all lists on the LAN; `is_listed`: in its own, too. */
static const struct addr *choose(const struct sim_host *h, uint32_t link,
				 const struct image_instance *own, bool is_listed)
{
	bool is_global = sim_router_is_global(h->variants[0].image, own);
	const struct sim *s = h->sim;
	uint32_t lan = h->links[link].lan;

	for (uint32_t p = 0; p < s->lans[lan].port_count; p++) {
		const struct sim_port *port = &s->lans[lan].ports[p];
		const struct sim_host *o = &s->hosts[port->host];
		const struct image_instance *i = unicast_of(o, port->link, is_global);
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

/* The one of its first configuration. */
static const struct addr *written(const struct sim_host *h, uint32_t link, bool is_global)
{
	const struct image_instance *i = unicast_of(h, link, is_global);
	const struct addr *addr;

	if (!i)
		return NULL;
	addr = i->source.family ? &i->source : choose(h, link, i, false);
	return addr ? addr : choose(h, link, i, true);
}

static void own_address_set(struct sim_host *h, uint32_t link)
{
	const struct addr *addr = written(h, link, false);
	struct sim_link *l = &h->links[link];

	if (!addr)
		return;
	sim_own_address(h, link, false);
	l->own.addr = *addr;
	sim_own_address(h, link, true);
}

static bool needs_global(const struct sim_host *h, uint32_t link)
{
	for (uint32_t n = 0; n < h->variant_count; n++) {
		const struct sim_variant *v = &h->variants[n];

		for (uint32_t i = 0; i < v->image->instance_count; i++) {
			const struct image_instance *instance = &image_instances(v->image)[i];

			if (v->links[instance->link] == link &&
			    sim_router_is_global(v->image, instance))
				return true;
		}
	}
	return false;
}

static void global_address_set(struct sim_host *h, uint32_t link)
{
	const struct addr *addr = written(h, link, true);
	struct sim_link *l = &h->links[link];

	if (!needs_global(h, link))
		return;
	if (addr)
		l->second.addr = *addr;
	l->is_second_own = true;
	sim_second_address(h, link, true);
}

void sim_unicast_addresses(struct sim *s)
{
	for (uint32_t k = 0; k < s->host_count; k++)
		for (uint32_t l = 0; l < s->hosts[k].link_count; l++) {
			own_address_set(&s->hosts[k], l);
			global_address_set(&s->hosts[k], l);
		}
}
