/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second opinion (expect.h) on what a host sends: each advert has a cause, each that is due was
 * sent, only a MASTER announces, and messages tell what was; and on what lasts. */
#include "sim/expect_private.h"

#include "base/check.h"
#include "reconcile/reconcile.h"
#include "wire/names.h"

#include <stdlib.h>
#include <string.h>

/* docs/vrrp-states.md: a farewell is three adverts, 20 ms apart. */
#define FAREWELLS 3
#define FAREWELL_GAP_US 20000
/* node.h: of more changes in one turn those in the middle are not told. */
#define TOLD_MAX 4

/* -- adverts -- */

static void farewell_sent(struct sim_host *h, uint32_t i, int64_t now_us)
{
	struct sim_expect *e = &h->expects[i];
	bool is_last = e->state == VRRP_STATE_INIT || e->owes_farewells;
	bool was_fault = expect_row(h, i).previous == VRRP_STATE_FAULT && e->since_us == now_us;

	if (e->is_leaving)
		expect_met(h, i, SIM_MET_TIMER);
	/* A FAULT that is over already had its farewell put in the list; where the router leaves in
	 * the same turn the first farewell of that takes its place. */
	if (e->state == VRRP_STATE_FAULT || (was_fault && !e->is_leaving))
		return;
	if (!e->is_leaving && !is_last)
		expect_differs(h, i, "a farewell while it stays", e->state, VRRP_STATE_INIT);
	if (++e->farewells > FAREWELLS)
		expect_differs(h, i, "farewells", e->farewells, FAREWELLS);
	if (e->farewells > 1 && now_us - e->farewell_us < FAREWELL_GAP_US)
		expect_differs(h, i, "the gap of farewells", now_us - e->farewell_us,
			       FAREWELL_GAP_US);
	e->farewell_us = now_us;
}

static void advert_sent(struct sim_host *h, uint32_t i, int64_t now_us)
{
	const struct image_instance *instance = expect_instance(h, i);
	struct sim_expect *e = &h->expects[i];
	bool is_due = e->advert_at_us != INT64_MAX &&
		      now_us >= e->advert_at_us - expect_early_us(instance);

	/* Who yields has a last word. */
	bool is_last = e->state != VRRP_STATE_MASTER && e->yielded_us == now_us;

	if (!is_last && (e->state != VRRP_STATE_MASTER || e->is_leaving))
		expect_differs(h, i, "an advert in state", e->state, VRRP_STATE_MASTER);
	if (!is_last && !is_due && !e->owes_advert)
		expect_differs(h, i, "an advert before its time", now_us, e->advert_at_us);
	if (!e->owes_advert && !is_last) {
		expect_met(h, i, SIM_MET_TIMER);
		expect_verify(e, instance, now_us);
		/* What was made in an earlier slice was not as late as it leaves. */
		if (!h->is_behind && now_us - e->advert_at_us > h->advert_late_max_us)
			h->advert_late_max_us = now_us - e->advert_at_us;
	}
	/* What is owed leaves the cadence alone; a late one may stand for the next one, too. */
	while (!e->owes_advert && now_us >= e->advert_at_us - expect_early_us(instance)) {
		bool is_missed = now_us - e->advert_at_us >= instance->advert_interval_us;

		e->advert_at_us = (is_missed ? now_us : e->advert_at_us) +
				  instance->advert_interval_us;
	}
	e->sent_us = now_us;
	e->owes_advert = false;
}

/* RFC 9568 5.1.2: from a link-local address to ff02::12. Unicast may come from another one: the
 * router's own, which is looked at beside that. */
static bool is_header_6_good(const struct image_instance *i, const struct node_action *a)
{
	static const uint8_t group[16] = { 0xff, 2, [15] = 0x12 };
	bool is_unicast = i->flags & IMAGE_UNICAST;
	const uint8_t *p = a->packet;

	return p[0] == 0x6c && !p[1] && !p[2] && !p[3] &&
	       (size_t)(p[4] << 8 | p[5]) + IP6_HEADER == a->packet_size &&
	       p[IP6_NEXT] == VRRP_PROTOCOL &&
	       p[IP6_HOP_LIMIT] == (is_unicast ? i->ttl : 255) &&
	       (is_unicast || (p[IP6_SOURCE] == 0xfe && p[IP6_SOURCE + 1] >> 6 == 2)) &&
	       memcmp(p + IP6_DESTINATION, a->destination.bytes, 16) == 0 &&
	       (is_unicast || memcmp(p + IP6_DESTINATION, group, sizeof(group)) == 0);
}

static bool is_header_4_good(const struct image_instance *i, const struct node_action *a)
{
	static const uint8_t group[] = { 224, 0, 0, 18 };
	bool is_unicast = i->flags & IMAGE_UNICAST;
	const uint8_t *p = a->packet;

	return p[0] == 0x45 && p[1] == 0xc0 && (size_t)(p[2] << 8 | p[3]) == a->packet_size &&
	       !p[6] && !p[7] && p[IP_TTL] == (is_unicast ? i->ttl : 255) &&
	       p[IP_PROTOCOL] == (i->auth_type == AUTH_TYPE_AH ? AH_PROTOCOL : VRRP_PROTOCOL) &&
	       octets_sum(p, IP_HEADER) == OCTETS_SUM_GOOD &&
	       memcmp(p + IP_DESTINATION, a->destination.bytes, 4) == 0 &&
	       (is_unicast || memcmp(p + IP_DESTINATION, group, sizeof(group)) == 0);
}

static bool is_header_good(const struct image_instance *i, const struct node_action *a)
{
	return i->family == ADDR_IPV6 ? is_header_6_good(i, a) : is_header_4_good(i, a);
}

static uint8_t priority_of(const struct node_action *a)
{
	return a->packet[octets_header(a->packet) + VRRP_PRIORITY];
}

/* -- unicast: an advert is a packet for each peer, in their order -- */

/* May it be left out, because it is this host itself? Of addresses that come and go it knows a
 * little later. */
static bool is_oneself(const struct sim_host *h, uint32_t i, const struct addr *peer)
{
	const struct sim_link *l = &h->links[sim_link_of(h, expect_instance(h, i)->link)];

	return addr_equal(peer, &h->expects[i].own) || addr_equal(peer, &l->own.addr) ||
	       sim_link_is_second(l, peer);
}

/* From the peer `first` on; the number of them all: nobody. */
static uint32_t next_peer(const struct sim_host *h, uint32_t i, uint32_t first)
{
	const struct image_instance *instance = expect_instance(h, i);
	const struct image_peer *peers = image_peers(h->image) + instance->peer_first;

	while (first < instance->peer_count && is_oneself(h, i, &peers[first].addr))
		first++;
	return first;
}

static uint32_t peer_number(const struct sim_host *h, const struct node_action *a)
{
	const struct image_instance *i = expect_instance(h, a->instance);
	const struct image_peer *peers = image_peers(h->image) + i->peer_first;
	uint32_t k = 0;

	while (k < i->peer_count && !addr_equal(&peers[k].addr, &a->destination))
		k++;
	return k;
}

bool expect_goes_on(const struct sim_host *h, const struct node_action *a)
{
	return (expect_instance(h, a->instance)->flags & IMAGE_UNICAST) &&
	       h->expects[a->instance].peer_next > 0 &&
	       peer_number(h, a) >= h->expects[a->instance].peer_next;
}

static bool is_whole(const struct sim_host *h, uint32_t i)
{
	uint32_t next = h->expects[i].peer_next;

	return next == 0 || next_peer(h, i, next) == expect_instance(h, i)->peer_count;
}

static void peer_judge(struct sim_host *h, const struct node_action *a)
{
	struct sim_expect *e = &h->expects[a->instance];
	bool goes_on = expect_goes_on(h, a);
	uint32_t k = peer_number(h, a), first = goes_on ? e->peer_next : 0;
	struct addr source = octets_source(a->packet);
	uint8_t priority = priority_of(a);

	if (addr_equal(&a->destination, &source) || k > next_peer(h, a->instance, first) ||
	    k == expect_instance(h, a->instance)->peer_count)
		expect_differs(h, a->instance, "an advert to peer", k, first);
	if (!goes_on && !is_whole(h, a->instance))
		expect_differs(h, a->instance, "the next advert before peer", k, e->peer_next);
	if (goes_on && priority != e->peer_priority)
		expect_differs(h, a->instance, "peers are told of", priority, e->peer_priority);
	e->peer_next = k + 1;
	e->peer_priority = priority;
}

/* RFC 3768 5.3.10: zero on transmission. */
static bool ends_in_zeros(const struct image_instance *i, const struct node_action *a)
{
	static const uint8_t zeros[VRRP_AUTH_DATA];
	const uint8_t *trailer = sim_judge_trailer(i, a->packet, a->packet_size);
	const uint8_t *end = trailer ? trailer : a->packet + a->packet_size;

	return memcmp(end - VRRP_AUTH_DATA, zeros, VRRP_AUTH_DATA) == 0;
}

/* With a number for each advert, which all its packets have, as long as its source stays. */
static void seal_look(struct sim_host *h, const struct node_action *a)
{
	const struct image_instance *i = expect_instance(h, a->instance);
	const uint8_t *trailer = sim_judge_trailer(i, a->packet, a->packet_size);
	struct sim_expect *e = &h->expects[a->instance];
	bool signs = i->hmac == IMAGE_HMAC_ENFORCE || i->hmac == IMAGE_HMAC_PERMISSIVE;
	struct seal_clock clock = expect_clock(h);

	if (signs != (trailer != NULL)) {
		expect_differs(h, a->instance, "its advert is signed", trailer != NULL, signs);
		return;
	}
	if (!trailer || (expect_goes_on(h, a) && seal_number(trailer) == e->seal.number))
		return;
	if (seal_number(trailer) != seal_next(i, &e->seal, &clock))
		expect_differs(h, a->instance, "the number of its advert",
			       (int64_t)seal_number(trailer), (int64_t)e->seal.number);
	if (trailer[1] != i->hmac_key)
		expect_differs(h, a->instance, "the key of its advert", trailer[1], i->hmac_key);
}

/* One number for all packets of an advert, too. */
static void ah_look(struct sim_host *h, const struct node_action *a)
{
	struct sim_expect *e = &h->expects[a->instance];
	struct seal_clock clock = expect_clock(h);
	uint32_t number;

	if (!octets_has_ah(a->packet))
		return;
	number = seal_ah_number(a->packet);
	if (expect_goes_on(h, a) && number == e->seal.ah)
		return;
	if (number != seal_ah_next(&e->seal, &clock))
		expect_differs(h, a->instance, "the number in its authentication header", number,
			       e->seal.ah);
}

/* An advert in its time may be the one with which it is verified. */
static uint8_t priority_due(const struct sim_host *h, const struct node_action *a)
{
	uint32_t i = a->instance;
	const struct sim_expect *e = &h->expects[i];
	bool is_verified = !e->owes_advert && sim_host_now(h).us >= e->verified_us;

	if (expect_goes_on(h, a))
		return e->peer_priority;
	if (e->state != VRRP_STATE_MASTER && e->word)
		return e->word;
	return is_verified ? expect_instance(h, i)->priority :
			     expect_priority(e, expect_instance(h, i));
}

/* Anybody else who is configured as we are must take it. */
static void advert_judge(struct sim_host *h, const struct node_action *a)
{
	uint32_t i = a->instance;
	const struct image_instance *instance = expect_instance(h, i);
	const struct addr *own = &h->expects[i].own;
	struct addr other = *own, source = octets_source(a->packet);
	uint8_t priority = priority_due(h, a);
	struct sim_verdict v;

	other.bytes[addr_size(own) - 1] ^= 0xff;
	v = sim_judge(h->image, instance, &other, a->packet, a->packet_size, NULL, NULL);
	/* From its second address, or one that was added by hand: nobody has it in his list. */
	if (v.drop == VRRP_DROP_SOURCE && !addr_equal(&source, sim_router_address(h, instance)))
		return;
	/* Who has no address of the sort that it needs says farewell from the one that it had. */
	if (h->expects[i].state == VRRP_STATE_FAULT && priority_of(a) == 0 &&
	    !addr_equal(&source, sim_router_address(h, instance)))
		return;
	if (!is_header_good(instance, a))
		expect_differs(h, i, "the IP header of its advert is wrong", 1, 0);
	else if (v.drop)
		expect_differs(h, i, "its advert is to be rejected for", v.drop, VRRP_DROP_NONE);
	else if (v.list_differs)
		expect_differs(h, i, "the addresses in its advert differ", 1, 0);
	else if (instance->version == 2 && instance->auth_type != AUTH_TYPE_PASS &&
		 !ends_in_zeros(instance, a))
		expect_differs(h, i, "authentication data in its advert", 1, 0);
	else if (v.interval_differs || v.has_other_checksum)
		expect_differs(h, i, "the interval, or the checksum's form, in its advert",
			       v.interval_us, instance->advert_interval_us);
	else if (v.priority && v.priority != priority)
		expect_differs(h, i, "the priority in its advert", v.priority, priority);
	else if (v.priority && !addr_equal(&v.source, own))
		expect_differs(h, i, "its advert comes from another address", v.source.bytes[3],
			       own->bytes[3]);
}

/* RFC 791 3.2: no two that are under way have the same; a reload begins no other row. IPv6 has
 * none. */
static void id_judge(struct sim_host *h, uint32_t i, const uint8_t *packet)
{
	struct sim_expect *e = &h->expects[i];
	uint16_t id = (uint16_t)(packet[4] << 8 | packet[5]);

	if (octets_is_6(packet))
		return;
	if (id != (uint16_t)(e->packet_id + 1))
		expect_differs(h, i, "the identification of its advert", id, e->packet_id + 1);
	e->packet_id = id;
}

void sim_expect_sent(struct sim_host *h, const struct node_action *a)
{
	int64_t now_us = sim_host_now(h).us;
	bool goes_on;

	if (!h->expects)
		return;
	goes_on = expect_goes_on(h, a);
	expect_sync(h, a->instance);
	advert_judge(h, a);
	seal_look(h, a);
	ah_look(h, a);
	id_judge(h, a->instance, a->packet);
	if (expect_instance(h, a->instance)->flags & IMAGE_UNICAST)
		peer_judge(h, a);
	if (goes_on)
		return;
	if (priority_of(a) == 0)
		farewell_sent(h, a->instance, now_us);
	else
		advert_sent(h, a->instance, now_us);
}

/* -- announcements -- */

/* RFC 4861 4.4, 7.2.6; RFC 9568 6.4.1: R and O are set, S is not; the option has the MAC. */
static bool is_unsolicited(const struct sim_link *l, const uint8_t *frame)
{
	static const uint8_t nodes_mac[MAC_SIZE] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const uint8_t nodes[16] = { 0xff, 2, [15] = 1 };
	const uint8_t *ip = frame + ETHERNET_HEADER, *message = frame + ND_MESSAGE;

	return memcmp(frame, nodes_mac, MAC_SIZE) == 0 &&
	       memcmp(frame + ETHERNET_SENDER, l->mac, MAC_SIZE) == 0 && frame[12] == 0x86 &&
	       frame[13] == 0xdd && ip[0] == 0x60 && !ip[1] && ip[4] == 0 && ip[5] == 32 &&
	       ip[IP6_NEXT] == ND_PROTOCOL && ip[IP6_HOP_LIMIT] == 255 &&
	       memcmp(ip + IP6_SOURCE, frame + ND_TARGET, 16) == 0 &&
	       memcmp(ip + IP6_DESTINATION, nodes, 16) == 0 && message[0] == ND_ADVERTISEMENT &&
	       message[1] == 0 && message[4] == 0xa0 && frame[ND_OPTION] == 2 &&
	       frame[ND_OPTION + 1] == 1 && memcmp(frame + ND_MAC, l->mac, MAC_SIZE) == 0 &&
	       octets_sum_pseudo(ip, ND_PROTOCOL, message, 32) == OCTETS_SUM_GOOD;
}

static bool is_gratuitous(const struct sim_link *l, const uint8_t *frame)
{
	static const uint8_t padding[ARP_FRAME_SIZE - ARP_SIZE];
	static const uint8_t everyone[MAC_SIZE] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t request[] = { 0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1 };

	return memcmp(frame, everyone, MAC_SIZE) == 0 &&
	       memcmp(frame + ETHERNET_SENDER, l->mac, MAC_SIZE) == 0 &&
	       memcmp(frame + 2 * MAC_SIZE, request, sizeof(request)) == 0 &&
	       memcmp(frame + ARP_SENDER_MAC, l->mac, MAC_SIZE) == 0 &&
	       memcmp(frame + ARP_SENDER_IP, frame + ARP_TARGET_IP, 4) == 0 &&
	       memcmp(frame + ARP_TARGET_MAC, everyone, MAC_SIZE) == 0 &&
	       memcmp(frame + ARP_SIZE, padding, sizeof(padding)) == 0;
}

void sim_expect_announced(struct sim_host *h, uint32_t link, const uint8_t *frame)
{
	struct addr addr = sim_announced(frame);
	bool is_6 = addr.family == ADDR_IPV6;
	struct sim *s = h->sim;
	struct sim_vip *v = sim_vip_find(s, h->links[link].lan, &addr);
	uint32_t i = v ? h->vip_instances[v - s->vips] : NODE_NONE;

	if (!h->expects)
		return;
	if (!(is_6 ? is_unsolicited : is_gratuitous)(&h->links[link], frame) || i == NODE_NONE) {
		sim_violated(s, "host %s sent an announcement that is none", h->name);
		return;
	}
	expect_sync(h, i);
	if (h->expects[i].state != VRRP_STATE_MASTER)
		expect_differs(h, i, "an announcement in state", h->expects[i].state,
			       VRRP_STATE_MASTER);
	h->expect_vips[v - s->vips].announced_us = sim_host_now(h).us;
}

/* -- repairs -- */

/* What somebody keeps taking away is put back at once the first time, then not more often than each
 * RECONCILE_REPAIR_GAP_US (reconcile.h), counted from when it was due. A router that became MASTER
 * meanwhile does not wait. */
static void repaired(struct sim_host *h, size_t vip)
{
	uint32_t i = h->vip_instances[vip];
	struct sim_expect_vip *e = &h->expect_vips[vip];
	int64_t now_us = sim_host_now(h).us, before_us = e->repaired_us;
	uint8_t vrid;
	bool again;

	if (i == NODE_NONE || !e->is_stolen)
		return;
	vrid = expect_instance(h, i)->vrid;
	again = before_us && e->repaired_vrid == vrid && h->expects[i].since_us < before_us;
	if (again && !h->is_slow && !h->is_kernel_slow &&
	    h->sim->now_us - h->stood_us > 2 * RECONCILE_REPAIR_GAP_US &&
	    now_us - before_us < RECONCILE_REPAIR_GAP_US)
		expect_differs(h, i, "put back too soon", now_us - before_us,
			       RECONCILE_REPAIR_GAP_US);
	/* When it was due: the kernel may have refused it for a while. */
	e->repaired_us = e->stolen_us;
	if (again && e->repaired_us < before_us + RECONCILE_REPAIR_GAP_US)
		e->repaired_us = before_us + RECONCILE_REPAIR_GAP_US;
	e->is_stolen = false;
	e->repaired_vrid = vrid;
}

void sim_expect_came(struct sim_host *h, const struct sim_news *news)
{
	struct sim *s = h->sim;
	struct sim_vip *v =
		sim_vip_find(s, h->links[news->link].lan, &news->prefix.addr);

	if (v && h->expects)
		h->expect_vips[v - s->vips].added_us = news->happened_us;
}

/* Who finds not all of what it is to take over begins anew. */
static void presume_not(struct sim_host *h, uint32_t i)
{
	if (i == NODE_NONE || !h->expects[i].is_presumed ||
	    h->expects[i].state != VRRP_STATE_INIT)
		return;
	h->expects[i].kept = VRRP_STATE_INIT;
	h->expects[i].is_presumed = false;
}

void sim_expect_moved(struct sim_host *h, const struct sim_address *a, bool add, bool is_own)
{
	struct sim *s = h->sim;
	struct sim_vip *v = sim_vip_find(s, h->links[a->link].lan, &a->prefix.addr);
	struct sim_expect_vip *e;

	if (!h->expects || !v)
		return;
	e = &h->expect_vips[v - s->vips];
	if (!add)
		presume_not(h, h->vip_instances[v - s->vips]);
	if (!add || !is_own) {
		e->is_stolen = !add && !is_own && a->is_marked;
		e->stolen_us = sim_host_now(h).us;
		return;
	}
	/* The first one of a life is no repair. */
	if (e->added_us)
		repaired(h, (size_t)(v - s->vips));
	e->added_us = sim_host_now(h).us;
}

/* -- messages -- */

void sim_expect_told(struct sim_host *h, const struct role_message *m)
{
	struct sim_expect *e;

	if (!h->expects || m->instance >= h->image->instance_count)
		return;
	e = &h->expects[m->instance];
	if (e->told_us != h->sim->now_us)
		e->told_count = 0;
	e->told_us = h->sim->now_us;
	e->told_count++;
	if ((m->from != e->told && e->told_count < TOLD_MAX) || m->from == m->to)
		expect_differs(h, m->instance, "it tells of a change from", m->from, e->told);
	e->told = m->to;
	if (m->to == VRRP_STATE_BACKUP && m->from == VRRP_STATE_MASTER && e->told_count == 1 &&
	    e->why == m->reason &&
	    (!addr_equal(&m->address.addr, &e->yielded_to) ||
	     m->other_priority != e->yielded_priority))
		expect_differs(h, m->instance, "it tells that it yields to", m->other_priority,
			       e->yielded_priority);
}

/* -- what lasts -- */

/* Can the router run there? */
static bool is_off(const struct sim_host *h, const struct image_instance *i)
{
	return sim_router_lacks(h, i, true) || sim_host_is_delayed(h) ||
	       !sim_router_has_source(h, i) || sim_router_wants_peers(h, i);
}

/* RFC 3768 5.2.1: the primary address; a secondary one where it is the only one. Or the configured
 * one. For peers with global addresses of IPv6 a global one. */
static bool is_elsewhere(const struct sim_host *h, uint32_t i)
{
	const struct image_instance *instance = expect_instance(h, i);
	const struct sim_link *l = &h->links[sim_link_of(h, instance->link)];
	const struct addr *own = &h->expects[i].own;

	if (instance->source.family)
		return !addr_equal(own, &instance->source);
	/* One that was added by hand was there before: it stays the primary one. */
	if (!addr_equal(own, &l->own.addr) && !sim_link_is_second(l, own))
		return false;
	if (sim_router_is_global(h->image, instance))
		return !addr_equal(own, &l->second.addr);
	if (l->has_own)
		return !addr_equal(own, &l->own.addr);
	return l->family == ADDR_IPV4 && l->has_second && !addr_equal(own, &l->second.addr);
}

static void state_judge(struct sim_host *h, uint32_t i)
{
	struct sim_expect *e = &h->expects[i];
	bool runs = e->state == VRRP_STATE_BACKUP || e->state == VRRP_STATE_MASTER;
	const struct image_instance *instance = expect_instance(h, i);
	/* Without its own address a virtual one that somebody put there by hand is none: or is it
	 * an owner's? */
	bool is_unsure = !instance->source.family && !runs &&
			 !h->links[sim_link_of(h, instance->link)].has_own;
	bool is_wrong = !h->is_stopping && !e->is_leaving && !is_unsure &&
			runs == is_off(h, instance);
	/* A socket that could not be opened is tried again after a second. */
	bool is_open = h->links[sim_link_of(h, expect_instance(h, i)->link)].is_open;
	/* What it waited for was done only now. */
	bool was_refused = h->was_refused ||
			   (h->settled_us && h->sim->now_us - h->settled_us < SIM_SLACK_US);
	int64_t bound_us = SIM_SLACK_US + (was_refused || !is_open ? RECONCILE_RETRY_MAX_US : 0);

	if (sim_lasts(h->sim, &e->off, is_wrong, bound_us))
		expect_differs(h, i, runs ? "it runs where it cannot" : "it does not run",
			       e->state, VRRP_STATE_FAULT);
	bound_us = SIM_SLACK_US + (h->is_slow ? FAREWELLS * SIM_LATE_US : 0);
	if (sim_lasts(h->sim, &e->elsewhere, runs && is_elsewhere(h, i), SIM_SLACK_US))
		expect_differs(h, i, "its source is not the primary one", e->own.bytes[3], 0);
	if (sim_lasts(h->sim, &e->leaving, e->is_leaving, bound_us))
		expect_differs(h, i, "a farewell without end", e->farewells, FAREWELLS);
}

/* Another interface has the name since this turn, or since the slices of one. Its socket is opened
 * after the advert was to go out: the next one does. */
static bool is_new_link(const struct sim_host *h, uint32_t i)
{
	const struct sim_link *l = &h->links[sim_link_of(h, expect_instance(h, i)->link)];
	int64_t since_us = sim_host_now(h).us - l->came_up_us;

	return sim_host_is_current(h, l->came_up_us) ||
	       (h->is_kernel_slow && since_us < 4 * SIM_SLICE_US);
}

/* By now everything that is due has been done: a turn came before. */
static void deadline_judge(struct sim_host *h, uint32_t i)
{
	struct sim_expect *e = &h->expects[i];
	int64_t at_us = e->state == VRRP_STATE_MASTER ? e->advert_at_us : e->down_at_us;
	int64_t now_us = sim_host_now(h).us, late_us = h->is_slow ? 2 * SIM_LATE_US : 0;
	int64_t look_us;

	/* Two slices of a turn: before it looks, and after. */
	if (h->is_kernel_slow)
		late_us += 4 * SIM_SLICE_US;
	if (e->owes_advert && !h->is_behind && !is_new_link(h, i))
		expect_differs(h, i, "it owes an advert", 1, 0);
	e->owes_advert &= h->is_behind;
	if (!h->is_behind && !is_whole(h, i))
		expect_differs(h, i, "an advert that is not for peer", e->peer_next, 0);
	if (e->owes_farewells && !h->is_behind && e->farewells != FAREWELLS)
		expect_differs(h, i, "farewells", e->farewells, FAREWELLS);
	if (at_us == INT64_MAX || e->is_leaving)
		return;
	if (now_us > at_us + late_us) {
		expect_differs(h, i, "due and not done", now_us, at_us);
		return;
	}
	look_us = sim_host_when(h, (struct mono){ at_us + late_us + 1 });
	if (look_us < h->sim->oracle.due_us)
		h->sim->oracle.due_us = look_us;
}

/* Where the interface has another name it hears nothing of it. */
static bool is_on_another(const struct sim_host *h, const struct sim_vip *v)
{
	for (uint32_t l = 0; l < h->link_count; l++)
		if (h->links[l].lan == v->lan)
			return h->links[l].is_renamed;
	return false;
}

/* Each address that it holds was announced since it came, and since the last round began. */
static bool is_silent(const struct sim_host *h, uint32_t i)
{
	const struct sim_expect *e = &h->expects[i];
	const struct sim *s = h->sim;

	for (uint32_t v = 0; e->state == VRRP_STATE_MASTER && v < s->vip_count; v++)
		if (h->vip_instances[v] == i && (s->vips[v].reached & 1u << h->number) &&
		    !is_on_another(h, &s->vips[v]) &&
		    (h->expect_vips[v].announced_us < e->round_us ||
		     h->expect_vips[v].announced_us < h->expect_vips[v].added_us))
			return true;
	return false;
}

void sim_expect_judge(struct sim_host *h)
{
	if (!h->expects || !sim_host_is_awake(h) || h->has_work)
		return;
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		if (expect_instance(h, i)->flags & IMAGE_BROKEN)
			continue;
		state_judge(h, i);
		deadline_judge(h, i);
		if (sim_lasts(h->sim, &h->expects[i].silent, is_silent(h, i), SIM_ADDRESS_US))
			expect_differs(h, i, "it does not announce what it holds", 0, 1);
	}
}
