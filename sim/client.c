/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client of a LAN: a neighbour entry for each VIP, changed by what announces it (as Linux does
 * for an entry that is there), given up when it was of no use for long, and asked for anew; and a
 * question to each VIP every 10 ms. Who serves a VIP is known at every moment, not only when the
 * client asks: the host with the MAC of the entry, if it holds the address and frames pass. So the
 * questions need no events: they are counted when an answer changes. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <string.h>


/* They are asked for one after the other, mostly: the next one is the first that is looked at. */
struct sim_vip *sim_vip_find(struct sim *s, uint32_t lan, const struct addr *addr)
{
	for (uint32_t n = 0; n < s->vip_count; n++) {
		uint32_t i = (s->vip_next + n) % s->vip_count;

		if (s->vips[i].lan != lan || !addr_equal(&s->vips[i].prefix.addr, addr))
			continue;
		s->vip_next = i + 1;
		return &s->vips[i];
	}
	return NULL;
}

void sim_vip_add(struct sim *s, const struct prefix *prefix, uint32_t lan)
{
	if (sim_vip_find(s, lan, &prefix->addr))
		return;
	s->vips = sim_grow(s->vips, sizeof(*s->vips), s->vip_count, &s->vip_room);
	s->vips[s->vip_count] = (struct sim_vip){ .prefix = *prefix, .lan = lan };
	for (uint32_t p = 0; p < s->lans[lan].port_count; p++) {
		const struct sim_port *port = &s->lans[lan].ports[p];

		if (sim_address_held(&s->hosts[port->host], port->link, &prefix->addr))
			s->vips[s->vip_count].held |= 1u << port->host;
	}
	s->vip_count++;
}

/* Can the client's frames reach the VIP there, and its answers the client? */
static bool is_reached(const struct sim *s, const struct sim_vip *v, const struct sim_port *port)
{
	const struct sim_host *h = &s->hosts[port->host];

	return v->held & 1u << port->host && sim_link_passes(h, port->link) &&
	       sim_host_answers(h);
}

/* The client asks everybody; the nearest port answers first. */
static void resolve(struct sim *s, struct sim_vip *v)
{
	const struct sim_lan *lan = &s->lans[v->lan];

	for (uint32_t p = 0; p < lan->port_count; p++) {
		const struct sim_port *port = &lan->ports[p];
		const struct sim_host *h = &s->hosts[port->host];

		if (!is_reached(s, v, port))
			continue;
		sim_peer_mac(h, v, port->link, v->mac);
		v->is_known = true;
		v->answered_us = s->now_us;
		sim_gateway_learned(s, v);
		sim_mac_learn(s, v->lan, v->mac, h->links[port->link].place);
		return;
	}
}

/* A question of the client comes to that port, if the host's MAC is the one that it asks. */
static bool is_led(struct sim *s, const struct sim_vip *v, const struct sim_port *port)
{
	const struct sim_link *l = &s->hosts[port->host].links[port->link];

	return sim_mac_leads(s, v->lan, v->mac, l->place);
}

static bool is_served(struct sim *s, struct sim_vip *v)
{
	const struct sim_lan *lan = &s->lans[v->lan];
	uint8_t mac[MAC_SIZE];

	for (uint32_t p = 0; p < lan->port_count && v->is_known; p++) {
		const struct sim_port *port = &lan->ports[p];

		sim_peer_mac(&s->hosts[port->host], v, port->link, mac);
		if (memcmp(mac, v->mac, MAC_SIZE) != 0)
			continue;
		v->served_by = port->host;
		if (is_reached(s, v, port) && is_led(s, v, port))
			return true;
	}
	return false;
}

static void reached_look(struct sim *s, struct sim_vip *v)
{
	const struct sim_lan *lan = &s->lans[v->lan];
	uint32_t reached = 0;
	struct sim_record *r;

	for (uint32_t p = 0; p < lan->port_count; p++)
		if (is_reached(s, v, &lan->ports[p]))
			reached |= 1u << lan->ports[p].host;
	if (reached == v->reached)
		return;
	s->oracle.vips_changed = true;
	v->reached = reached;
	r = sim_record_add(s, SIM_RECORD_REACHED);
	r->vip = (uint32_t)(v - s->vips);
	r->hosts = reached;
}

/* Of one question and its answer either may get lost. */
static bool is_lost(struct sim *s)
{
	return s->loss_ppm && (sim_draw(s, 1000000) < s->loss_ppm ||
			       sim_draw(s, 1000000) < s->loss_ppm);
}

void sim_vip_count_probes(struct sim *s, struct sim_vip *v)
{
	int64_t before = v->probed_us / SIM_PROBE_US, last = s->now_us / SIM_PROBE_US;

	v->probed_us = s->now_us;
	if (last > before && v->is_served)
		v->answered_us = last * SIM_PROBE_US;
	for (int64_t k = before; k < last && v->was_served; k++) {
		v->sent++;
		v->lost += !v->is_served || is_lost(s);
	}
}

/* The entry will be given up, unless an answer comes. */
static void doubt(struct sim *s, const struct sim_vip *v)
{
	struct sim_event e = { .kind = SIM_EVENT_DOUBT,
			       .at_us = v->answered_us + SIM_NEIGHBOUR_US,
			       .index = (uint32_t)(v - s->vips) };

	sim_queue_add(&s->queue, &e, NULL, 0);
}

void sim_client_doubt(struct sim *s, uint32_t vip)
{
	struct sim_vip *v = &s->vips[vip];

	sim_vip_count_probes(s, v);
	if (s->gateway_us) {
		sim_gateway_age(s, v);
		return;
	}
	if (v->is_served || s->now_us - v->answered_us < SIM_NEIGHBOUR_US)
		return;
	v->is_known = false;
	sim_vip_look(s, v);
}

void sim_vip_look(struct sim *s, struct sim_vip *v)
{
	uint32_t before;
	bool now;
	struct sim_record *r;

	sim_vip_count_probes(s, v);
	reached_look(s, v);
	if (!v->is_known)
		resolve(s, v);
	before = v->served_by;
	now = is_served(s, v);
	if (now == v->is_served && (!now || before == v->served_by))
		return;
	v->is_served = now;
	s->oracle.vips_changed = true;
	v->was_served |= now;
	r = sim_record_add(s, now ? SIM_RECORD_SERVED : SIM_RECORD_UNSERVED);
	r->host = v->served_by;
	r->vip = (uint32_t)(v - s->vips);
	if (!now && v->is_known && !s->gateway_us)
		doubt(s, v);
}

void sim_vips_look(struct sim *s)
{
	for (uint32_t i = 0; i < s->vip_count; i++)
		sim_vip_look(s, &s->vips[i]);
}

struct addr sim_announced(const uint8_t *frame)
{
	return frame[12] == 0x86 ? addr_from_bytes(ADDR_IPV6, frame + ND_TARGET) :
				   addr_from_bytes(ADDR_IPV4, frame + ARP_SENDER_IP);
}

/* RFC 4861 7.1.2: what a kernel looks at before it believes an advertisement. */
static bool is_believed(const uint8_t *frame)
{
	const uint8_t *ip = frame + ETHERNET_HEADER, *message = frame + ND_MESSAGE;

	return frame[12] != 0x86 ||
	       (ip[IP6_HOP_LIMIT] == 255 && message[0] == ND_ADVERTISEMENT && message[1] == 0 &&
		frame[ND_OPTION] == 2 && frame[ND_OPTION + 1] == 1 &&
		octets_sum_pseudo(ip, ND_PROTOCOL, message, ND_SIZE - ND_MESSAGE) ==
			OCTETS_SUM_GOOD);
}

void sim_client_announced(struct sim *s, uint32_t lan, const uint8_t *frame)
{
	struct addr sender = sim_announced(frame);
	struct sim_vip *v = sim_vip_find(s, lan, &sender);

	if (!v || !v->is_known || !is_believed(frame))
		return;
	memcpy(v->mac, frame + (frame[12] == 0x86 ? ND_MAC : ARP_SENDER_MAC), MAC_SIZE);
	sim_gateway_learned(s, v);
	sim_vip_look(s, v);
}
