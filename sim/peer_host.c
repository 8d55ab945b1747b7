/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host that is run by a router which is not ours (peer.c), in the world of the simulator. Its
 * kernel is the same as that of every host; what it tells comes as late, and is heard whole. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define ETHERTYPE_IPV4_LOW 0x00

/* -- what it does -- */

static void on_frame(void *context, uint32_t link, const uint8_t *frame, size_t size)
{
	struct sim_host *h = context;

	link = sim_link_of(h, link);
	if (frame[13] == ETHERTYPE_IPV4_LOW) {
		if (h->filters)
			return;
		sim_advert_remember(h, link, frame, size);
	}
	sim_frame_send(h, link, frame, size);
}

static void on_address(void *context, uint32_t address, bool add)
{
	struct sim_host *h = context;
	const struct image_address *a = &image_addresses(h->image)[address];
	uint32_t link = sim_link_of(h, a->link);

	if (h->links[link].ifindex)
		(void)sim_address_change(h, link, &a->prefix, add, true);
}

static void on_change(void *context, uint32_t instance, enum vrrp_state from, enum vrrp_state to,
		      enum vrrp_reason reason)
{
	const struct sim_host *h = context;
	struct sim_record *r = sim_record_add(h->sim, SIM_RECORD_TRANSITION);

	r->host = h->number;
	r->image = h->image;
	r->instance = instance;
	r->from = from;
	r->to = to;
	r->reason = reason;
}

/* -- what it is told -- */

/* A router that has no address of its own cannot send: for it the link does not run. What is lost
 * is told even if it is there again: a host that stood still hears of both. */
static void link_tell(struct sim_host *h, uint32_t link, bool is_lost)
{
	struct sim_link *l = &h->links[link];
	bool runs = !is_lost && l->ifindex && l->has_carrier && l->has_own;

	l->is_open = l->ifindex;
	if (l->node_link != NODE_NONE)
		peer_link(h->peer, l->node_link, &l->own.addr, l->mac, runs, sim_host_now(h));
}

static void address_gone(struct sim_host *h, const struct sim_news *news)
{
	for (uint32_t a = 0; a < h->image->address_count; a++) {
		const struct image_address *address = &image_addresses(h->image)[a];

		if (sim_link_of(h, address->link) == news->link &&
		    addr_equal(&address->prefix.addr, &news->prefix.addr))
			peer_address_gone(h->peer, a, sim_host_now(h));
	}
}

void sim_peer_news(struct sim_host *h, const struct sim_news *news)
{
	bool is_lost = news->kind == SIM_NEWS_LINK_GONE;

	if (news->kind >= SIM_NEWS_DUMP)
		return;
	if (news->kind == SIM_NEWS_LINK)
		is_lost = !news->is_up;
	if (news->kind == SIM_NEWS_ADDRESS_GONE)
		is_lost = addr_equal(&news->prefix.addr, &h->links[news->link].own.addr);
	if (news->kind == SIM_NEWS_ADDRESS_GONE && !news->is_own)
		address_gone(h, news);
	link_tell(h, news->link, is_lost);
}

void sim_peer_dump(struct sim_host *h)
{
	for (uint32_t l = 0; l < h->link_count; l++)
		link_tell(h, l, false);
}

/* -- its life -- */

void sim_peer_start(struct sim_host *h)
{
	h->peer_world = (struct peer_world){ h, on_frame, on_address, on_change };
	h->peer = peer_new(h->image, h->peer_kind, &h->peer_world);
	sim_peer_dump(h);
	peer_start(h->peer, sim_host_now(h));
}

void sim_peer_turn(struct sim_host *h)
{
	size_t count = h->packet_count;

	if (h->is_stopping) {
		peer_stop(h->peer, sim_host_now(h));
		sim_host_stopped(h);
		return;
	}
	h->packet_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct sim_packet *p = h->packets[i];
		uint32_t link = h->links[p->link].node_link;

		if (i == PEER_PACKETS_FIRST)
			peer_turn(h->peer, sim_host_now(h));
		if (link != NODE_NONE)
			peer_packet(h->peer, link, p->data, p->size, sim_host_now(h));
		free(p);
	}
	peer_turn(h->peer, sim_host_now(h));
}

void sim_peer_mac(const struct sim_host *h, const struct sim_vip *v, uint32_t link,
		  uint8_t ret_mac[MAC_SIZE])
{
	uint32_t i = h->vip_instances[v - h->sim->vips];

	memcpy(ret_mac, h->links[link].mac, MAC_SIZE);
	if (h->is_foreign && i != NODE_NONE)
		peer_mac(h->peer_kind, &image_instances(h->image)[i], h->links[link].mac, ret_mac);
}
