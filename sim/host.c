/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host: its clock, and the daemon's part around the node, in the order of a turn that
 * docs/architecture.md has for vipd-vrrp. Each host has a CLOCK_MONOTONIC of its own, which began
 * at some other time. */
#include "sim/sim_private.h"

#include "base/check.h"
#include "wire/keep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MILLION INT64_C(1000000)

/* -- time -- */

struct mono sim_host_now(const struct sim_host *h)
{
	int64_t since_us = h->is_paused ? 0 : h->sim->now_us - h->clock_at_us;

	return (struct mono){ h->clock_us + since_us + since_us * h->drift_ppm / MILLION };
}

int64_t sim_host_when(const struct sim_host *h, struct mono at)
{
	int64_t length_us = at.us - h->clock_us, world_us;

	if (mono_is_never(at))
		return INT64_MAX;
	world_us = length_us - length_us * h->drift_ppm / (MILLION + h->drift_ppm);
	while (world_us + world_us * h->drift_ppm / MILLION >= length_us)
		world_us--;
	while (world_us + world_us * h->drift_ppm / MILLION < length_us)
		world_us++;
	return h->clock_at_us + world_us;
}

bool sim_host_answers(const struct sim_host *h)
{
	return h->is_powered && !h->is_frozen && !h->is_paused;
}

bool sim_host_runs(const struct sim_host *h)
{
	return h->node || h->peer;
}

bool sim_host_is_awake(const struct sim_host *h)
{
	return sim_host_runs(h) && sim_host_answers(h) && !h->is_hung;
}

bool sim_host_is_delayed(const struct sim_host *h)
{
	return sim_host_now(h).us < h->ready_us;
}

void sim_host_work(struct sim_host *h)
{
	if (!h->has_work)
		h->work_us = h->sim->now_us;
	h->has_work = true;
}

static struct mono daemon_deadline(const struct sim_host *h)
{
	return h->peer ? peer_deadline(h->peer) : node_deadline(h->node);
}

int64_t sim_host_deadline(const struct sim_host *h)
{
	int64_t at_us, news_us;

	if (!sim_host_is_awake(h))
		return INT64_MAX;
	at_us = h->has_work ? h->work_us : sim_host_when(h, daemon_deadline(h));
	news_us = sim_news_time(h);
	at_us = news_us < at_us ? news_us : at_us;
	if (at_us == INT64_MAX)
		return at_us;
	at_us += h->late_us;
	at_us = at_us < h->busy_us ? h->busy_us : at_us;
	return at_us < h->sim->now_us ? h->sim->now_us : at_us;
}

/* -- slices -- */

bool sim_host_is_current(const struct sim_host *h, int64_t at_us)
{
	return at_us == sim_host_now(h).us || (h->is_behind && at_us >= h->behind_us);
}

bool sim_host_is_changing(const struct sim_host *h)
{
	return h->changed_us == h->sim->now_us ||
	       (h->is_behind && h->changed_us >= h->behind_world_us);
}

void sim_kernel_slow(struct sim_host *h, bool is_slow)
{
	h->is_kernel_slow = is_slow;
	h->busy_us = 0;
}

/* Did this use up the slice? Only what asks the kernel for something may; as vrrp_apply() has it,
 * that is done all the same, and what else is to do waits for the next turn. */
static bool is_slice_over(struct sim_host *h, const struct node_action *a)
{
	bool takes_time = a->kind == NODE_ACTION_OPEN || a->kind == NODE_ACTION_ADDRESSES ||
			  a->kind == NODE_ACTION_ANNOUNCE;

	if (!h->is_kernel_slow || !takes_time || sim_draw(h->sim, 2))
		return false;
	h->busy_us = h->sim->now_us + SIM_SLICE_US + sim_draw(h->sim, SIM_SLICE_US);
	if (!h->is_behind) {
		h->behind_us = sim_host_now(h).us;
		h->behind_world_us = h->sim->now_us;
	}
	h->is_behind = true;
	return true;
}

/* Batches fit into half a slice, whatever an address costs by now. */
static int batch(struct sim_host *h)
{
	if (!h->is_kernel_slow)
		return LIMIT_ADDRESS_BATCH;
	return 1 + (int)sim_draw(h->sim, LIMIT_ADDRESS_BATCH);
}

/* It asks for a turn at once. Nobody else wakes a daemon that has something left to do. */
static bool has_work_left(struct sim_host *h)
{
	struct node_action action;

	if (mono_reached(node_deadline(h->node), sim_host_now(h)))
		return true;
	if (h->sim->oracle.is_on &&
	    node_next(h->node, sim_host_now(h), LIMIT_ADDRESS_BATCH, &action))
		sim_violated(h->sim, "host %s: work is left, and no turn asked for", h->name);
	return false;
}

/* -- what the node asks for -- */

/* RFC 1112 6.4: the low 23 bits of the group; RFC 2464 7: its last four octets. */
static void group_mac(const struct addr *group, uint8_t mac[MAC_SIZE])
{
	if (group->family == ADDR_IPV6) {
		mac[0] = mac[1] = 0x33;
		memcpy(mac + 2, group->bytes + 12, 4);
		return;
	}
	mac[0] = 0x01;
	mac[1] = 0x00;
	mac[2] = 0x5e;
	mac[3] = group->bytes[1] & 0x7f;
	mac[4] = group->bytes[2];
	mac[5] = group->bytes[3];
}

void sim_advert_remember(struct sim_host *h, uint32_t link, const uint8_t *frame, size_t size)
{
	h->advert_size = size;
	h->advert_link = link;
	h->advert = realloc(h->advert, size);
	check(h->advert);
	memcpy(h->advert, frame, size);
}

static void advert(struct sim_host *h, const struct node_action *a)
{
	uint8_t frame[ETHERNET_HEADER + LIMIT_ADVERT_PACKET];
	uint32_t link = sim_link_of(h, a->link);
	int error;

	if (addr_is_multicast(&a->destination))
		group_mac(&a->destination, frame);
	else
		sim_resolve(h, link, &a->destination, frame);
	memcpy(frame + MAC_SIZE, h->links[link].mac, MAC_SIZE);
	frame[12] = a->destination.family == ADDR_IPV6 ? 0x86 : 0x08;
	frame[13] = a->destination.family == ADDR_IPV6 ? 0xdd : 0x00;
	memcpy(frame + ETHERNET_HEADER, a->packet, a->packet_size);
	sim_advert_remember(h, link, frame, ETHERNET_HEADER + a->packet_size);
	error = h->filters ? EPERM : h->refuses ? ENOBUFS : 0;
	if (!error)
		sim_frame_send(h, link, frame, ETHERNET_HEADER + a->packet_size);
	node_sent(h->node, a->instance, error, sim_host_now(h));
	if (error != ENOBUFS)
		sim_expect_left(h, a->instance, error);
	sim_expect_sent(h, a);
}

static void announce(struct sim_host *h, const struct node_action *a)
{
	for (int i = 0; i < a->count; i++) {
		uint32_t link = sim_link_by_index(h, a->frames[i].ifindex,
						  sim_announced(a->frames[i].data).family);

		if (link == NODE_NONE)
			continue;
		sim_frame_send(h, link, a->frames[i].data, a->frames[i].size);
		sim_expect_announced(h, link, a->frames[i].data);
	}
}

static void addresses(struct sim_host *h, const struct node_action *a)
{
	for (int i = 0; i < a->count; i++) {
		const struct node_address_change *c = &a->changes[i];
		uint32_t link = sim_link_by_index(h, c->ifindex, c->prefix.addr.family);
		int e = ENODEV;

		if (link != NODE_NONE)
			e = c->replaces ? sim_address_replace(h, link, &c->prefix) :
					  sim_address_change(h, link, &c->prefix, c->add, true);
		node_address_done(h->node, c->address, c->add, e, sim_host_now(h));
		sim_ledger_address(h, c->address, c->add, e);
	}
}

static void open_socket(struct sim_host *h, uint32_t node_link)
{
	struct sim_link *l = &h->links[sim_link_of(h, node_link)];

	l->is_open = !h->refuses && l->ifindex;
	l->has_failed = !l->is_open;
	l->lacks_groups = false;
	h->sim->oracle.vips_changed = true;
	h->heard_us = sim_host_now(h).us;
	node_opened(h->node, node_link, l->is_open ? 0 : ENOBUFS, sim_host_now(h));
}

static void close_socket(struct sim_link *l)
{
	l->is_watched = l->has_frame = false;
	l->is_open = l->lacks_groups = l->has_failed = false;
}

static void tell(struct sim_host *h, const struct node_action *a)
{
	bool is_drop = a->kind == NODE_ACTION_DROP;
	struct sim_record *r =
		sim_record_add(h->sim, is_drop ? SIM_RECORD_DROP : SIM_RECORD_TRANSITION);

	r->host = h->number;
	r->image = h->image;
	r->instance = a->message.instance;
	r->from = (enum vrrp_state)a->message.from;
	r->to = (enum vrrp_state)a->message.to;
	r->reason = (enum vrrp_reason)a->message.reason;
	r->drop = (enum vrrp_drop)a->message.drop;
	if (!is_drop)
		sim_expect_told(h, &a->message);
}

void sim_host_keep(struct sim_host *h, uint32_t instance)
{
	struct keep_row row;

	node_keep(h->node, instance, h->realtime_us, &row);
	keep_write(h->variants[h->variant].keep, instance, &row);
	if (h->changed_us != h->sim->now_us)
		sim_expect_kept(h, instance, &row);
}

/* A start that was asked for meanwhile waits for the end, as systemd has it. */
void sim_host_stopped(struct sim_host *h)
{
	bool starts_again = h->starts_again;

	sim_host_kill(h);
	if (starts_again)
		sim_host_start(h, false);
}

static void identify(struct sim_host *h, const struct node_action *a)
{
	struct sim_link *l = &h->links[sim_link_of(h, a->link)];

	if (l->is_routed)
		sim_violated(h->sim, "host %s: asks for a MAC without an interface", h->name);
	l->asked = a->destination;
	l->asked_count++;
	sim_host_work(h);
}

/* False: vipd-vrrp has ended. */
static bool apply_one(struct sim_host *h, const struct node_action *a)
{
	sim_ledger_action(h, a);
	switch (a->kind) {
	case NODE_ACTION_ADVERT:
		advert(h, a);
		break;
	case NODE_ACTION_OPEN:
		open_socket(h, a->link);
		break;
	case NODE_ACTION_CLOSE:
		close_socket(&h->links[sim_link_of(h, a->link)]);
		break;
	case NODE_ACTION_WATCH:
		sim_watch_begin(h, sim_link_of(h, a->link));
		break;
	case NODE_ACTION_FILTER: /* the node judges what a filter would have refused, too */
		h->links[sim_link_of(h, a->link)].lacks_groups &= !a->rejoin;
		break;
	case NODE_ACTION_IDENTIFY:
		identify(h, a);
		break;
	case NODE_ACTION_NOTE:
		break;
	case NODE_ACTION_TRANSITION:
	case NODE_ACTION_DROP:
		tell(h, a);
		break;
	case NODE_ACTION_CHANGED:
		sim_host_keep(h, a->instance);
		break;
	case NODE_ACTION_ADDRESSES:
		addresses(h, a);
		break;
	case NODE_ACTION_ANNOUNCE:
		announce(h, a);
		break;
	case NODE_ACTION_DUMP:
		sim_news_dump(h);
		break;
	case NODE_ACTION_STOPPED:
		sim_host_stopped(h);
		return false;
	}
	return true;
}

bool sim_host_apply(struct sim_host *h)
{
	struct node_action action;
	int max = batch(h);

	for (; node_next(h->node, sim_host_now(h), max, &action); max = batch(h)) {
		if (action.kind == NODE_ACTION_ADDRESSES && action.count > max)
			sim_violated(h->sim, "host %s: %d addresses in a batch of %d", h->name,
				     action.count, max);
		if (!apply_one(h, &action))
			return false;
		if (is_slice_over(h, &action) && has_work_left(h))
			return true;
	}
	sim_ledger_applied(h);
	h->is_behind = false;
	return true;
}

/* -- a turn -- */

static void packet_read(struct sim_host *h, const struct sim_packet *p)
{
	const struct sim_link *l = &h->links[p->link];

	if (l->is_open && l->node_link != NODE_NONE)
		sim_expect_packet(h, p);
}

static void links_busy(struct sim_host *h)
{
	for (uint32_t l = 0; l < h->link_count; l++) {
		struct sim_link *link = &h->links[l];
		bool is_busy = false;

		for (size_t i = 0; i < h->packet_count; i++)
			is_busy |= h->packets[i]->link == l;
		link->busy_turns = is_busy ? link->busy_turns + 1 : 0;
		if (is_busy && link->node_link != NODE_NONE)
			node_link_busy(h->node, link->node_link);
		if (is_busy)
			sim_host_work(h);
	}
}

/* As many as a turn of vipd-vrrp reads of one socket; the others wait for the next. */
static void packets_read(struct sim_host *h)
{
	size_t count = h->packet_count < LIMIT_PACKETS_TURN ? h->packet_count : LIMIT_PACKETS_TURN;

	for (size_t i = 0; i < count; i++) {
		packet_read(h, h->packets[i]);
		free(h->packets[i]);
	}
	h->packet_count -= count;
	memmove(h->packets, h->packets + count, h->packet_count * sizeof(struct sim_packet *));
	links_busy(h);
}

void sim_host_turn(struct sim_host *h)
{
	h->has_work = false;
	h->is_changed = true;
	h->late_us = h->is_slow ? sim_draw(h->sim, SIM_LATE_US) : 0;
	if (h->peer) {
		sim_news_read(h);
		sim_peer_turn(h);
		return;
	}
	h->has_listened = false;
	node_set_realtime(h->node, h->realtime_us);
	node_turn(h->node, sim_host_now(h));
	if (!sim_host_apply(h))
		return;
	sim_news_read(h);
	sim_host_commands(h);
	sim_watches_read(h);
	sim_asked_answer(h);
	packets_read(h);
	h->has_listened = true;
	sim_expect_news(h);
	node_timers(h->node, sim_host_now(h));
	sim_expect_timers(h);
	sim_host_reload_advance(h);
	if (sim_host_apply(h))
		sim_expect_news(h);
}

/* The socket for what comes behind an authentication header hears nothing else (kern/filter.c). */
static bool ah_passes(const struct node_port *takes, const uint8_t *packet, size_t size)
{
	const uint8_t *ah = packet + IP_HEADER, *vrrp = ah + IP_AH;

	return takes->has_ah && size >= IP_HEADER + IP_AH + 2 && ah[0] == VRRP_PROTOCOL &&
	       ah[1] == IP_AH / 4 - 2 && (takes->any_ttl || packet[IP_TTL] == 255) &&
	       takes->versions >> (vrrp[0] >> 4) & 1 &&
	       takes->vrids[vrrp[VRRP_VRID] / 8] >> vrrp[VRRP_VRID] % 8 & 1;
}

void sim_host_receive(struct sim_host *h, uint32_t link, const uint8_t *packet, size_t size,
		      enum vrrp_drop forged)
{
	struct sim_packet *p;

	if (!sim_host_runs(h) || !h->links[link].is_open || h->packet_count == SIM_SOCKET_PACKETS)
		return;
	if (octets_has_ah(packet) && !ah_passes(&h->links[link].takes, packet, size))
		return;
	p = malloc(sizeof(*p) + size);
	check(p);
	p->link = link;
	p->forged = forged;
	p->size = size;
	memcpy(p->data, packet, size);
	h->packets[h->packet_count++] = p;
	sim_host_work(h);
}
