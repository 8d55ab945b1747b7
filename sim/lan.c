/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LANs: which links are on one, and the way of a frame: a delay, loss, and what a bad port does to
 * some of its frames. Multicast and broadcast go to every port, the client's too. The frames on the
 * wire are those of vipd. */
#include "sim/sim_private.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

/* The hosts' own addresses in the networks of the first virtual ones. */
#define HOST_OCTET 10
#define HOST_OCTET_3 250

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

/* The LAN of the first link that carries the same virtual router. A host's first configuration
 * made its first interfaces, in the same order. */
static uint32_t lan_by_router(const struct sim_host *h, const struct image *image, uint32_t link)
{
	const struct sim *s = h->sim;

	for (uint32_t o = 0; o < h->number; o++) {
		const struct sim_host *other = &s->hosts[o];
		const struct image *others = other->variants[0].image;

		for (uint32_t l = 0; l < others->link_count; l++)
			if (shares_router(image, link, others, l) &&
			    !is_there(&s->lans[other->links[l].lan], h->number))
				return other->links[l].lan;
	}
	return SIM_LANS;
}

/* The interface is on the LAN of one family already: this is the other one's of the same cables. */
static uint32_t lan_by_twin(const struct sim_host *h, const struct image_link *link)
{
	const struct sim *s = h->sim;
	uint32_t twin = sim_link_by_name(h, link->name, addr_family_other(link->family));
	const struct sim_lan *lan;

	if (twin == NODE_NONE)
		return SIM_LANS;
	lan = &s->lans[h->links[twin].lan];
	for (uint32_t p = 0; p < lan->port_count; p++) {
		const struct sim_host *o = &s->hosts[lan->ports[p].host];
		uint32_t l = sim_link_by_name(o, o->links[lan->ports[p].link].name, link->family);

		if (l != NODE_NONE && !is_there(&s->lans[o->links[l].lan], h->number))
			return o->links[l].lan;
	}
	return SIM_LANS;
}

static uint32_t lan_by_name(const struct sim *s, const struct sim_host *h,
			    const struct image_link *link)
{
	for (uint32_t l = 0; l < s->lan_count; l++)
		if (strcmp(s->lans[l].name, link->name) == 0 &&
		    s->lans[l].family == link->family && !is_there(&s->lans[l], h->number))
			return l;
	return SIM_LANS;
}

static uint32_t lan_find(const struct sim_host *h, const struct image *image, uint32_t link)
{
	struct sim *s = h->sim;
	const struct image_link *config = &image_links(image)[link];
	uint32_t lan = lan_by_router(h, image, link);

	if (lan == SIM_LANS)
		lan = lan_by_twin(h, config);
	if (lan == SIM_LANS)
		lan = lan_by_name(s, h, config);
	if (lan == SIM_LANS && s->lan_count < SIM_LANS) {
		lan = s->lan_count++;
		memcpy(s->lans[lan].name, config->name, LIMIT_LINK_NAME);
		s->lans[lan].family = config->family;
	}
	return lan;
}

static bool is_virtual(const struct image *image, const struct addr *addr)
{
	for (uint32_t i = 0; i < image->address_count; i++)
		if (addr_equal(&image_addresses(image)[i].prefix.addr, addr))
			return true;
	return false;
}

/* What the host has for itself: in the network of the link's first virtual address (of a single
 * one, in the /24 around it), and no virtual address. */
static struct prefix own_address(const struct sim_host *h, const struct image *image, uint32_t link)
{
	struct prefix own = { .addr = { ADDR_IPV4, { 192, 0, 2, 0 } }, .length = 24 };

	for (uint32_t i = image->address_count; i-- > 0;) {
		const struct image_address *a = &image_addresses(image)[i];

		if (a->link == link && a->prefix.addr.family == ADDR_IPV4)
			own = a->prefix;
	}
	own.length = own.length > 24 ? 24 : own.length;
	own.addr.bytes[3] = (uint8_t)(HOST_OCTET + h->number);
	/* In a wide network the hosts are in the opposite order by another octet. */
	if (own.length <= 16)
		own.addr.bytes[2] = (uint8_t)(HOST_OCTET_3 - h->number);
	while (is_virtual(image, &own.addr))
		own.addr.bytes[3] = (uint8_t)(own.addr.bytes[3] + SIM_HOSTS);
	return own;
}

/* IPv6: the link-local address, and another one that no advert comes from. */
static void own_addresses(const struct sim_host *h, const struct image *image, uint32_t link,
			  struct sim_link *l)
{
	if (l->family == ADDR_IPV4) {
		l->own = l->second = own_address(h, image, link);
		l->second.addr.bytes[3] ^= 0x40;
		return;
	}
	l->own = (struct prefix){ { ADDR_IPV6, { 0xfe, 0x80 } }, 64 };
	l->second = (struct prefix){ { ADDR_IPV6, { 0x20, 1, 0x0d, 0xb8 } }, 64 };
	l->own.addr.bytes[15] = (uint8_t)(HOST_OCTET + h->number);
	l->second.addr.bytes[15] = l->own.addr.bytes[15];
}

/* What goes through any interface has one of its own here, on a LAN of those like it: the network
 * between the servers. It goes by its source (by the end of a long one), or by its VRF. */
static void link_name(const struct image_link *link, char ret_name[LIMIT_LINK_NAME])
{
	char text[ADDR_TEXT_SIZE] = "";
	size_t size = LIMIT_LINK_NAME - 1, length;

	memcpy(ret_name, link->name, LIMIT_LINK_NAME);
	if (*link->name || !image_link_is_routed(link))
		return;
	length = strlen(addr_print(&link->source, text, sizeof(text)));
	memcpy(ret_name, length > size ? text + length - size : text, LIMIT_LINK_NAME);
}

static void link_join(struct sim_host *h, uint32_t number, uint32_t lan)
{
	struct sim_lan *l = &h->sim->lans[lan];

	h->links[number].lan = lan;
	h->links[number].port = h->links[number].place = l->port_count;
	l->ports[l->port_count++] = (struct sim_port){ h->number, number };
}

static bool link_add(struct sim_host *h, const struct image *image, uint32_t link)
{
	uint32_t lan = lan_find(h, image, link), number = h->link_count;
	uint8_t mac[MAC_SIZE] = { 2, 0, 0, (uint8_t)h->number, (uint8_t)(number >> 8),
				  (uint8_t)number };
	char name[LIMIT_LINK_NAME];
	struct sim_link *l;
	uint32_t twin;

	if (lan == SIM_LANS)
		return false;
	link_name(&image_links(image)[link], name);
	twin = sim_link_by_name(h, name, ADDR_NONE);
	if (twin != NODE_NONE)
		memcpy(mac, h->links[twin].mac, MAC_SIZE);
	h->links = realloc(h->links, (number + 1) * sizeof(*h->links));
	check(h->links);
	l = &h->links[h->link_count++];
	*l = (struct sim_link){ .node_link = NODE_NONE, .has_carrier = true };
	memcpy(l->name, name, LIMIT_LINK_NAME);
	memcpy(l->mac, mac, MAC_SIZE);
	l->family = image_links(image)[link].family;
	l->is_routed = image_link_is_routed(&image_links(image)[link]);
	l->is_vrf = l->is_routed && *image_links(image)[link].name;
	l->inside = l->is_vrf ? ++h->ifindex_last : 0;
	own_addresses(h, image, link, l);
	link_join(h, number, lan);
	sim_plug(h, number, true);
	return true;
}

bool sim_links_add(struct sim_host *h, struct sim_variant *variant)
{
	const struct image *image = variant->image;

	variant->links = calloc(image->link_count + 1, sizeof(*variant->links));
	check(variant->links);
	for (uint32_t l = 0; l < image->link_count; l++) {
		char name[LIMIT_LINK_NAME];
		uint32_t number;

		link_name(&image_links(image)[l], name);
		number = sim_link_by_name(h, name, image_links(image)[l].family);
		variant->links[l] = number == NODE_NONE ? h->link_count : number;
		if (number == NODE_NONE && !link_add(h, image, l))
			return false;
	}
	return true;
}

/* -- frames -- */

/* By chance, when the port does this to some of its frames. */
static bool is_hit(struct sim *s, bool noise)
{
	return noise && sim_draw(s, 10) < SIM_NOISE_TENTHS;
}

/* A bit behind the IP header: of IPv4 the kernel looks at its own checksum. */
static void corrupt(struct sim *s, uint8_t *frame, size_t size)
{
	uint32_t first = ETHERNET_HEADER + (frame[12] == 0x86 ? IP6_HEADER : IP_HEADER);
	uint32_t at = first + sim_draw(s, (uint32_t)size - first);

	frame[at] ^= (uint8_t)(1u << sim_draw(s, 8));
}

/* One copy to one port, by way of the noise of both. */
static void frame_put(struct sim *s, const struct sim_link *from, const struct sim_link *to,
		      struct sim_event *e, const uint8_t *frame, size_t size)
{
	uint8_t copy[ETHERNET_HEADER + LIMIT_ADVERT_PACKET];

	e->at_us = s->now_us + SIM_DELAY_US + sim_draw(s, SIM_JITTER_US);
	if (is_hit(s, from->is_late) || is_hit(s, to && to->is_late))
		e->at_us += sim_draw(s, SIM_LATE_US);
	if (is_hit(s, from->is_lossy) || is_hit(s, to && to->is_lossy))
		return;
	memcpy(copy, frame, size);
	if (is_hit(s, from->is_corrupt) || is_hit(s, to && to->is_corrupt))
		corrupt(s, copy, size);
	if (sim_draw(s, 1000000) >= s->loss_ppm)
		sim_queue_add(&s->queue, e, copy, size);
}

void sim_resolve(const struct sim_host *h, uint32_t link, const struct addr *addr,
		 uint8_t ret_mac[MAC_SIZE])
{
	const struct sim *s = h->sim;
	const struct sim_lan *lan = &s->lans[h->links[link].lan];

	memset(ret_mac, 0, MAC_SIZE);
	for (uint32_t p = 0; p < lan->port_count; p++) {
		const struct sim_host *other = &s->hosts[lan->ports[p].host];

		if (other != h && sim_link_is_on_wire(other, lan->ports[p].link) &&
		    sim_address_is_settled(other, lan->ports[p].link, addr))
			memcpy(ret_mac, other->links[lan->ports[p].link].mac, MAC_SIZE);
	}
}

/* Unicast goes where the switch has its MAC, and nobody else would take it. */
static bool is_for(struct sim *s, const uint8_t *frame, const struct sim_link *to)
{
	if (frame[0] & 1)
		return true;
	return to && memcmp(frame, to->mac, MAC_SIZE) == 0 &&
	       sim_mac_leads(s, to->lan, frame, to->place);
}

void sim_frame_send(struct sim_host *h, uint32_t link, const uint8_t *frame, size_t size)
{
	struct sim *s = h->sim;
	const struct sim_link *l = &h->links[link];
	const struct sim_lan *lan = &s->lans[l->lan];

	check(size <= ETHERNET_HEADER + LIMIT_ADVERT_PACKET);
	if (!sim_port_takes(h, link))
		return;
	sim_mac_learn(s, l->lan, frame + MAC_SIZE, l->place);
	for (uint32_t port = 0; port <= lan->port_count; port++) {
		struct sim_event e = { .kind = SIM_EVENT_FRAME, .lan = l->lan, .port = port };
		const struct sim_port *p = &lan->ports[port];
		const struct sim_link *to = port < lan->port_count ?
						    &s->hosts[p->host].links[p->link] :
						    NULL;

		if (port == l->port || !is_for(s, frame, to))
			continue;
		frame_put(s, l, to, &e, frame, size);
		if (is_hit(s, l->is_twice) || is_hit(s, to && to->is_twice))
			frame_put(s, l, to, &e, frame, size);
	}
}

/* What goes through any interface arrives at one, and its socket hears it as well: here at the
 * first of the family. And what goes to an address that others send from without an interface, they
 * hear as well. */
static void packet_copy(struct sim_host *h, uint32_t link, const uint8_t *packet, size_t size)
{
	struct addr to = octets_destination(packet);

	for (uint32_t k = 0; k < h->link_count; k++) {
		const struct sim_link *l = &h->links[k];

		if (l->family != to.family || l->is_routed == h->links[link].is_routed)
			continue;
		if (!l->is_routed || sim_link_owns(l, &to))
			sim_host_receive(h, k, packet, size, VRRP_DROP_NONE);
		if (!l->is_routed)
			return;
	}
}

/* ARP, or a message of neighbour discovery. */
static bool is_announcement(const uint8_t *frame)
{
	return frame[12] == 0x86 ? frame[ETHERNET_HEADER + IP6_NEXT] == ND_PROTOCOL :
				   frame[13] == 0x06;
}

void sim_frame_arrive(struct sim *s, const struct sim_event *event)
{
	const struct sim_lan *lan = &s->lans[event->lan];
	bool announces = is_announcement(event->data);
	bool is_multicast = event->data[0] & 1;
	const struct sim_port *port;
	const uint8_t *packet;
	struct sim_host *h;
	struct addr to;

	if (event->port == lan->port_count) {
		if (announces)
			sim_client_announced(s, event->lan, event->data);
		return;
	}
	port = &lan->ports[event->port];
	h = &s->hosts[port->host];
	if (!sim_port_gives(h, port->link, is_multicast))
		return;
	sim_watch_frame(h, port->link);
	if (announces)
		return;
	packet = event->data + ETHERNET_HEADER;
	to = octets_destination(packet);
	/* A kernel takes what is for one of its addresses. */
	if (!is_multicast && !sim_address_is_settled(h, port->link, &to))
		return;
	sim_host_receive(h, port->link, packet, event->size - ETHERNET_HEADER, VRRP_DROP_NONE);
	if (!is_multicast)
		packet_copy(h, port->link, packet, event->size - ETHERNET_HEADER);
}
