/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host: power, clock, and the daemon's part around the node, in the order of a turn that
 * docs/architecture.md has for vipd-vrrp. Each host has a CLOCK_MONOTONIC of its own, which began
 * at some other time. */
#include "sim/sim_private.h"

#include "base/check.h"
#include "wire/keep.h"

#include <stdlib.h>
#include <string.h>

#define ETHERTYPE_IPV4_HIGH 0x08
#define CACHE_LINE 64u

struct mono sim_host_now(const struct sim_host *h)
{
	return (struct mono){ h->clock_us + h->sim->now_us };
}

bool sim_host_is_awake(const struct sim_host *h)
{
	return h->node && h->is_powered && !h->is_frozen;
}

int64_t sim_host_deadline(const struct sim_host *h)
{
	struct mono deadline;

	if (!sim_host_is_awake(h))
		return INT64_MAX;
	if (h->has_work)
		return h->sim->now_us;
	deadline = node_deadline(h->node);
	if (mono_is_never(deadline))
		return INT64_MAX;
	deadline.us -= h->clock_us;
	return deadline.us < h->sim->now_us ? h->sim->now_us : deadline.us;
}

/* -- what the node asks for -- */

/* RFC 1112 6.4: the low 23 bits of the group. */
static void group_mac(const struct addr *group, uint8_t mac[MAC_SIZE])
{
	mac[0] = 0x01;
	mac[1] = 0x00;
	mac[2] = 0x5e;
	mac[3] = group->bytes[1] & 0x7f;
	mac[4] = group->bytes[2];
	mac[5] = group->bytes[3];
}

static void advert(struct sim_host *h, const struct node_action *a)
{
	uint8_t frame[14 + LIMIT_ADVERT_PACKET];

	group_mac(&a->destination, frame);
	memcpy(frame + MAC_SIZE, h->links[a->link].mac, MAC_SIZE);
	frame[12] = ETHERTYPE_IPV4_HIGH;
	frame[13] = 0;
	memcpy(frame + 14, a->packet, a->packet_size);
	sim_frame_send(h, a->link, frame, 14 + a->packet_size);
	node_sent(h->node, a->instance, 0, sim_host_now(h));
}

static void addresses(struct sim_host *h, const struct node_action *a)
{
	for (int i = 0; i < a->count; i++) {
		const struct node_address_change *c = &a->changes[i];
		int e = sim_address_change(h, c->ifindex, &c->prefix, c->add, true);

		node_address_done(h->node, c->address, c->add, e, sim_host_now(h));
	}
}

static void tell(struct sim_host *h, const struct node_action *a)
{
	bool is_drop = a->kind == NODE_ACTION_DROP;
	struct sim_record *r =
		sim_record_add(h->sim, is_drop ? SIM_RECORD_DROP : SIM_RECORD_TRANSITION);

	r->host = h->number;
	r->instance = a->message.instance;
	r->from = (enum vrrp_state)a->message.from;
	r->to = (enum vrrp_state)a->message.to;
	r->reason = (enum vrrp_reason)a->message.reason;
	r->drop = (enum vrrp_drop)a->message.drop;
}

static void keep(struct sim_host *h, uint32_t instance)
{
	struct keep_row row;

	node_keep(h->node, instance, 0, &row);
	keep_write(h->keep, instance, &row);
}

/* False: vipd-vrrp has ended. */
static bool apply_one(struct sim_host *h, const struct node_action *a)
{
	switch (a->kind) {
	case NODE_ACTION_ADVERT:
		advert(h, a);
		break;
	case NODE_ACTION_OPEN:
		h->links[a->link].is_open = true;
		node_opened(h->node, a->link, 0, sim_host_now(h));
		break;
	case NODE_ACTION_CLOSE:
		h->links[a->link].is_open = false;
		break;
	case NODE_ACTION_FILTER: /* the node judges what a filter would have refused, too */
	case NODE_ACTION_NOTE:
		break;
	case NODE_ACTION_TRANSITION:
	case NODE_ACTION_DROP:
		tell(h, a);
		break;
	case NODE_ACTION_CHANGED:
		keep(h, a->instance);
		break;
	case NODE_ACTION_ADDRESSES:
		addresses(h, a);
		break;
	case NODE_ACTION_ANNOUNCE:
		for (int i = 0; i < a->count; i++)
			sim_frame_send(h, a->frames[i].ifindex - 1, a->frames[i].data,
				       sizeof(a->frames[i].data));
		break;
	case NODE_ACTION_DUMP:
		sim_kernel_dump(h);
		break;
	case NODE_ACTION_STOPPED:
		sim_host_kill(h);
		return false;
	}
	return true;
}

static bool apply(struct sim_host *h)
{
	struct node_action action;

	while (node_next(h->node, sim_host_now(h), LIMIT_ADDRESS_BATCH, &action))
		if (!apply_one(h, &action))
			return false;
	return true;
}

/* -- a turn -- */

static void packets_forget(struct sim_host *h)
{
	for (size_t i = 0; i < h->packet_count; i++)
		free(h->packets[i]);
	h->packet_count = 0;
}

/* As many as a turn of vipd-vrrp reads of one socket; the others wait for the next. */
static void packets_read(struct sim_host *h)
{
	size_t count = h->packet_count < LIMIT_PACKETS_TURN ? h->packet_count : LIMIT_PACKETS_TURN;

	for (size_t i = 0; i < count; i++) {
		struct sim_packet *p = h->packets[i];

		node_packet(h->node, p->link, p->data, p->size, false, sim_host_now(h));
		free(p);
	}
	h->packet_count -= count;
	memmove(h->packets, h->packets + count, h->packet_count * sizeof(struct sim_packet *));
	for (size_t i = 0; i < h->packet_count; i++)
		node_link_busy(h->node, h->packets[i]->link);
	h->has_work = h->packet_count > 0;
}

void sim_host_turn(struct sim_host *h)
{
	node_turn(h->node, sim_host_now(h));
	if (!apply(h))
		return;
	packets_read(h);
	node_timers(h->node, sim_host_now(h));
	apply(h);
}

void sim_host_receive(struct sim_host *h, uint32_t link, const uint8_t *packet, size_t size)
{
	struct sim_packet *p;

	if (!h->node || !h->links[link].is_open || h->packet_count == SIM_SOCKET_PACKETS)
		return;
	p = malloc(sizeof(*p) + size);
	check(p);
	p->link = link;
	p->size = size;
	memcpy(p->data, packet, size);
	h->packets[h->packet_count++] = p;
	h->has_work = true;
}

/* -- lives -- */

void sim_host_start(struct sim_host *h, bool adopt)
{
	size_t size = (node_size(h->image) + CACHE_LINE - 1) & ~(size_t)(CACHE_LINE - 1);
	void *memory = aligned_alloc(CACHE_LINE, size);
	struct keep_row row;

	if (h->node || !h->is_powered) {
		free(memory);
		return;
	}
	check(memory);
	h->node = node_init(memory, h->image, 1, sim_host_now(h));
	for (uint32_t i = 0; adopt && i < h->image->instance_count; i++)
		if (keep_read(h->keep, i, &row))
			node_adopt(h->node, i, &row);
	if (!adopt)
		keep_init(h->keep, h->image->instance_count, 1);
	h->has_work = true;
}

void sim_host_stop(struct sim_host *h)
{
	if (h->node)
		node_stop(h->node, sim_host_now(h));
	h->has_work = true;
}

void sim_host_kill(struct sim_host *h)
{
	free(h->node);
	h->node = NULL;
	packets_forget(h);
	for (uint32_t l = 0; l < h->image->link_count; l++)
		h->links[l].is_open = false;
}

/* The host's own addresses are there after each boot, the others are not. */
static void addresses_boot(struct sim_host *h)
{
	for (size_t i = h->address_count; i-- > 0;) {
		struct sim_address a = h->addresses[i];

		if (a.is_marked)
			sim_address_change(h, a.ifindex, &a.prefix, false, false);
	}
}

void sim_host_power(struct sim_host *h, bool is_on)
{
	if (h->is_powered == is_on)
		return;
	h->is_powered = is_on;
	h->is_frozen = false;
	h->life++;
	if (!is_on) {
		sim_host_kill(h);
		addresses_boot(h);
	} else {
		sim_host_start(h, false);
	}
}

void sim_host_carrier(struct sim_host *h, uint32_t link, bool has_carrier)
{
	if (h->links[link].has_carrier == has_carrier)
		return;
	h->links[link].has_carrier = has_carrier;
	if (h->is_powered)
		sim_kernel_link(h, link);
}
