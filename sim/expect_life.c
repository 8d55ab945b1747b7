/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second opinion (expect.h) begins: with vipd-vrrp, with what a killed one left, and with
 * another configuration. */
#include "sim/expect_private.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

const struct image_instance *expect_instance(const struct sim_host *h, uint32_t i)
{
	return &image_instances(h->image)[i];
}

struct status_row expect_row(const struct sim_host *h, uint32_t i)
{
	struct status_row row;

	node_row(h->node, i, h->realtime_us, &row);
	return row;
}

static struct sim_expect *expects_new(const struct image *image)
{
	struct sim_expect *expects = calloc(image->instance_count + 1, sizeof(*expects));

	check(expects);
	for (uint32_t i = 0; i < image->instance_count; i++)
		expect_rest(&expects[i], &image_instances(image)[i], VRRP_STATE_INIT);
	return expects;
}

static void keep_one(struct sim_expect *e, const struct image_instance *i)
{
	struct sim_expect before = *e;

	memset(e, 0, sizeof(*e));
	expect_rest(e, i, VRRP_STATE_INIT);
	e->kept = before.is_leaving ? VRRP_STATE_INIT : before.state;
	/* What it had presumed of another daemon it keeps for nobody. */
	if (before.state == VRRP_STATE_INIT)
		e->kept = before.is_presumed ? VRRP_STATE_INIT : before.kept;
	e->kept_down_at_us = before.state ? before.down_at_us : before.kept_down_at_us;
	e->kept_interval_us = before.state ? before.interval_us : before.kept_interval_us;
	e->kept_unproven = before.state ? before.is_unproven : before.kept_unproven;
	e->kept_unverified = before.state ? before.is_unverified : before.kept_unverified;
	e->kept_master = before.state ? before.master : before.kept_master;
	e->kept_master_priority =
		before.state ? before.master_priority : before.kept_master_priority;
	memcpy(e->kept_known, before.state ? before.known : before.kept_known,
	       sizeof(e->kept_known));
	e->sent_us = before.sent_us;
}

struct seal_clock expect_clock(const struct sim_host *h)
{
	return (struct seal_clock){ sim_host_now(h).us, h->realtime_us };
}

/* It goes on from what lies in the state memory; that it is what it should be was looked at when it
 * was written. */
static void seal_kept(struct sim_host *h, uint32_t i)
{
	struct keep_row row;
	struct seal *seal = &h->expects[i].seal;

	*seal = (struct seal){ .number = 0 };
	if (!keep_read(h->variants[h->variant].keep, i, &row))
		return;
	seal->number = row.hmac.sequence;
	seal->ah = row.ah_sequence;
	seal->is_ah_own = row.is_ah_own;
	seal->realtime_us = row.hmac.offset_us;
	for (int k = 0; k < SEAL_SENDERS; k++)
		seal->senders[k] = (struct seal_sender){ row.hmac.senders[k].source,
							 row.hmac.senders[k].sequence,
							 row.hmac.senders[k].offset };
}

/* The times of 48 bits are compared where they are known: an unused place has none. */
static bool is_kept(const struct seal *seal, const struct keep_row *row)
{
	const uint64_t time = (UINT64_C(1) << 48) - 1;
	bool is_same = seal->number == row->hmac.sequence && seal->ah == row->ah_sequence &&
		       seal->realtime_us == row->hmac.offset_us &&
		       seal->is_ah_own == row->is_ah_own;

	for (int k = 0; k < SEAL_SENDERS; k++) {
		const struct seal_sender *s = &seal->senders[k];
		const struct keep_sender *kept = &row->hmac.senders[k];

		is_same &= addr_equal(&s->source, &kept->source) && s->number == kept->sequence &&
			   ((s->before ^ kept->offset) & time) == 0;
	}
	return is_same;
}

void sim_expect_kept(struct sim_host *h, uint32_t i, const struct keep_row *row)
{
	if (!h->expects || (expect_instance(h, i)->flags & IMAGE_BROKEN))
		return;
	if (!is_kept(&h->expects[i].seal, row))
		expect_differs(h, i, "what is kept of signatures", 0, 1);
}

void sim_expect_begin(struct sim_host *h, bool adopt)
{
	if (!h->sim->oracle.is_on)
		return;
	for (uint32_t v = 0; v < h->sim->vip_count; v++)
		h->expect_vips[v] = (struct sim_expect_vip){
			.announced_us = h->expect_vips[v].announced_us };
	if (!h->expects || !adopt) {
		free(h->expects);
		h->expects = expects_new(h->image);
		return;
	}
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		keep_one(&h->expects[i], expect_instance(h, i));
		seal_kept(h, i);
	}
}

/* Who finds all that it would serve goes on; an owner cannot know whose they are. */
void sim_expect_succeeded(struct sim_host *h)
{
	for (uint32_t i = 0; h->expects && i < h->image->instance_count; i++) {
		const struct image_instance *instance = expect_instance(h, i);
		const struct image_address *a = &image_addresses(h->image)[instance->address_first];
		bool holds_all = instance->address_count > 0 && instance->priority != VRRP_OWNER;

		for (uint32_t k = 0; k < instance->address_count; k++)
			holds_all &= sim_address_held(h, sim_link_of(h, a[k].link),
						      &a[k].prefix.addr);
		if (!holds_all || (instance->flags & IMAGE_BROKEN))
			continue;
		h->expects[i].kept = VRRP_STATE_MASTER;
		h->expects[i].is_presumed = true;
		h->expects[i].kept_interval_us = instance->advert_interval_us;
		h->expects[i].sent_us = sim_host_now(h).us;
	}
}

/* What is kept is when an advert was heard: how long that lasts the new configuration says. */
static void kept_reconfigured(struct sim_expect *e, const struct image_instance *was,
			      const struct image_instance *i)
{
	int64_t heard_us = e->kept_down_at_us - expect_down_us(was, e->kept_interval_us);

	if (i->version == 2)
		e->kept_interval_us = i->advert_interval_us;
	if (e->kept == VRRP_STATE_BACKUP)
		e->kept_down_at_us = heard_us + expect_down_us(i, e->kept_interval_us);
}

/* A shorter interval and a shorter delay count from now; a running Master_Down_Timer goes on. What
 * was learned stays while there is a master that it was learned from. */
static void reconfigured(struct sim_expect *e, const struct image_instance *was,
			 const struct image_instance *i, int64_t now_us)
{
	bool has_learned = was->version == 3 && i->version == 3 && e->master.family;

	if (!has_learned || (e->state == VRRP_STATE_MASTER && !e->is_leaving))
		e->interval_us = i->advert_interval_us;
	kept_reconfigured(e, was, i);
	e->was_mute = e->list_differs = false;
	memset(e->deaf, 0, sizeof(e->deaf));
	memset(&e->rival, 0, sizeof(e->rival));
	/* An address that came from another router of this host is where it was. */
	e->round_us = INT64_MIN;
	e->peer_next = 0;
	if (e->state == VRRP_STATE_MASTER) {
		e->master_priority = expect_priority(e, i);
		if (!e->is_leaving && e->advert_at_us > now_us + i->advert_interval_us)
			e->advert_at_us = now_us + i->advert_interval_us;
	}
	/* A last word of the old configuration tells nothing any more. */
	if (e->state == VRRP_STATE_BACKUP)
		e->owes_advert = false;
	if (i->priority == VRRP_OWNER && e->is_unproven) {
		e->is_unproven = false;
		if (e->down_at_us > e->since_us + expect_down_us(i, e->interval_us))
			e->down_at_us = e->since_us + expect_down_us(i, e->interval_us);
	}
	e->is_long = e->state == VRRP_STATE_BACKUP &&
		     e->down_at_us > now_us + expect_down_us(i, e->interval_us);
	if (!i->preempt_delay_us)
		e->preempt_at_us = INT64_MAX;
	else if (e->preempt_at_us != INT64_MAX &&
		 e->preempt_at_us > now_us + i->preempt_delay_us)
		e->preempt_at_us = now_us + i->preempt_delay_us;
}

void sim_expect_reloaded(struct sim_host *h, uint32_t old)
{
	const struct sim_variant *before = &h->variants[old];
	struct sim_expect *expects;

	if (!h->expects)
		return;
	expects = expects_new(h->image);
	for (uint32_t k = 0; k < before->image->instance_count; k++) {
		const struct image_instance *was = &image_instances(before->image)[k];
		uint32_t i = sim_router_next(before, k, &h->variants[h->variant]);

		if (i == NODE_NONE)
			continue;
		expects[i] = h->expects[k];
		expect_met(h, k, SIM_MET_CONFIG);
		reconfigured(&expects[i], was, expect_instance(h, i), sim_host_now(h).us);
	}
	free(h->expects);
	h->expects = expects;
	sim_expect_news(h);
	for (uint32_t i = 0; i < h->image->instance_count; i++)
		if (!(expect_instance(h, i)->flags & IMAGE_BROKEN))
			expect_compare(h, i);
}
