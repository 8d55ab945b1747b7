/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second opinion on frames: the first one on a link that came up shows that it carries traffic;
 * and on packets that are for another socket, or for nobody. */
#include "sim/expect_private.h"

#include <string.h>

void expect_frame_seen(struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	if (!e->is_unproven)
		return;
	e->is_unproven = false;
	e->verified_us = now_us + expect_down_us(i, e->interval_us);
	if (e->down_at_us > e->verified_us)
		e->down_at_us = e->verified_us;
}

void expect_frame_came(struct sim_host *h, uint32_t link, bool is_foreign, uint32_t but)
{
	struct sim_link *l = &h->links[link];
	bool is_first = l->told_up && !l->is_proven && !is_foreign;
	bool is_first_foreign = l->told_up && is_foreign && !l->is_heard && !l->watch_due;

	if (!h->expects || (!is_first && !is_first_foreign))
		return;
	l->is_proven = true;
	l->is_heard |= is_foreign;
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		const struct image_instance *instance = expect_instance(h, i);
		struct sim_expect *e = &h->expects[i];

		if ((instance->flags & IMAGE_BROKEN) || sim_link_of(h, instance->link) != link)
			continue;
		/* What this frame, an advert, does to the one that it is for comes behind. */
		if (i != but)
			expect_sync(h, i);
		expect_met(h, i, SIM_MET_FRAME);
		expect_frame_seen(e, instance, sim_host_now(h).us);
		if ((is_foreign || l->is_routed) && e->state == VRRP_STATE_MASTER &&
		    e->verified_us == INT64_MAX)
			e->verified_us = sim_host_now(h).us +
					 expect_down_us(instance, e->interval_us);
		/* One of ours says nothing to a MASTER, whose own advert may leave right behind. */
		if (i != but && (is_foreign || e->state != VRRP_STATE_MASTER))
			expect_compare(h, i);
	}
}

void sim_expect_frame(struct sim_host *h, uint32_t link)
{
	expect_frame_came(h, link, true, NODE_NONE);
}

/* -- packets that come to two sockets -- */

static bool expects_from(const struct sim_host *h, const struct image_instance *i, uint8_t vrid,
			 const struct addr *source)
{
	return !(i->flags & IMAGE_BROKEN) && (i->flags & IMAGE_UNICAST) && i->vrid == vrid &&
	       i->family == source->family && sim_judge_peer(h->image, i, source);
}

bool expect_is_for_another(const struct sim_host *h, const struct sim_packet *p, uint32_t i)
{
	struct addr from = octets_source(p->data), to = octets_destination(p->data);
	uint8_t vrid = p->data[octets_header(p->data) + VRRP_VRID];
	bool is_routed = h->links[p->link].is_routed, is_so = false;

	if (addr_is_multicast(&to) ||
	    (i != NODE_NONE && expects_from(h, expect_instance(h, i), vrid, &from)))
		return false;
	for (uint32_t k = 0; k < h->image->instance_count; k++) {
		const struct image_instance *other = expect_instance(h, k);
		uint32_t link = sim_link_of(h, other->link);

		if (link != p->link && expects_from(h, other, vrid, &from))
			is_so |= h->links[link].is_routed ? addr_equal(&other->source, &to) :
							    is_routed;
	}
	return is_so;
}

/* -- packets of nobody here -- */

void expect_deliver(struct sim_host *h, const struct sim_packet *p)
{
	node_packet(h->node, h->links[p->link].node_link, p->data, p->size, false,
		    sim_host_now(h));
}

/* Of no router of this link: counted for the host. */
void expect_stranger(struct sim_host *h, const struct sim_packet *p)
{
	struct status_general before = { .pid = 0 }, after = { .pid = 0 };
	size_t header = octets_header(p->data);
	enum vrrp_drop why = sim_judge_is_carp(p->data + header, p->size - header) ?
				     VRRP_DROP_CARP :
				     VRRP_DROP_VRID;

	h->sim->coverage.drops[why]++;
	node_general(h->node, &before);
	expect_deliver(h, p);
	node_general(h->node, &after);
	if (after.strangers != before.strangers + 1 ||
	    after.strangers_by_cause[why] != before.strangers_by_cause[why] + 1)
		expect_differs(h, 0, "strangers", (int64_t)after.strangers,
			       (int64_t)before.strangers + 1);
}

/* Who has it from another socket is not asked, and nobody is a stranger. */
void expect_passed_over(struct sim_host *h, const struct sim_packet *p, uint32_t i)
{
	struct status_general before = { .pid = 0 }, after = { .pid = 0 };
	struct status_row row = expect_row(h, i == NODE_NONE ? 0 : i), row_after;

	node_general(h->node, &before);
	expect_deliver(h, p);
	node_general(h->node, &after);
	row_after = expect_row(h, i == NODE_NONE ? 0 : i);
	if (after.strangers != before.strangers || memcmp(&row, &row_after, sizeof(row)) != 0)
		expect_differs(h, i, "what is for another was counted",
			       (int64_t)after.strangers, (int64_t)before.strangers);
}

void sim_expect_left(struct sim_host *h, uint32_t i, int error)
{
	struct sim_expect *e = h->expects ? &h->expects[i] : NULL;

	if (!e)
		return;
	expect_sync(h, i);
	if (error && !e->send_error)
		e->failing_us = sim_host_now(h).us;
	e->send_error = error;
	e->is_failing = error;
	if (error)
		return;
	e->left_us = sim_host_now(h).us;
	e->was_mute = false;
	if (e->state == VRRP_STATE_MASTER && !e->is_leaving)
		expect_frame_came(h, sim_link_of(h, expect_instance(h, i)->link), false, NODE_NONE);
}

void sim_expect_identified(struct sim_host *h, uint32_t link, const struct addr *addr)
{
	uint8_t mac[MAC_SIZE];

	sim_stranger_mac(addr, mac);
	for (uint32_t i = 0; h->expects && i < h->image->instance_count; i++) {
		const struct image_instance *instance = expect_instance(h, i);
		struct status_row row = expect_row(h, i);

		if ((instance->flags & IMAGE_BROKEN) || sim_link_of(h, instance->link) != link ||
		    !addr_equal(&row.stranger, addr))
			continue;
		if (!row.has_stranger_mac || memcmp(row.stranger_mac, mac, MAC_SIZE) != 0)
			expect_differs(h, i, "the MAC of a stranger", row.stranger_mac[5], mac[5]);
	}
}
