/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second opinion (expect.h): what time, packets and the host's own conditions make of a router,
 * and the comparison. What it sends is in expect_sent.c. */
#include "sim/expect_private.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
/* docs/vrrp-states.md: announcements for rivals twice a second, the second soon; answers every
 * 20 ms. */
#define ROUND_GAP_US 1000000
#define ROUND_SOON_US 50000
#define ANSWER_GAP_US 20000
#define LEAVING 0
/* Who hears nobody waits so long for a first frame, at most. */
#define PROOF_US (3 * SECOND_US)

/* A virtual one of any configuration of the host: somebody may have added it by hand when that was
 * in force. */
static bool is_virtual_somewhere(const struct sim_host *h, const struct addr *addr)
{
	for (uint32_t v = 0; v < h->variant_count; v++) {
		const struct image *image = h->variants[v].image;

		for (uint32_t k = 0; k < image->address_count; k++)
			if (addr_equal(addr, &image_addresses(image)[k].prefix.addr))
				return true;
	}
	return false;
}

/* The router's own address: the host's, or its virtual one where somebody added that by hand. */
static void own_look(struct sim_host *h, uint32_t i, const struct status_row *row)
{
	const struct image_instance *instance = expect_instance(h, i);
	const struct sim_link *l = &h->links[sim_link_of(h, instance->link)];
	struct sim_expect *e = &h->expects[i];
	bool is_global = sim_router_is_global(h->image, instance);

	if (!row->source.family || addr_equal(&row->source, &e->own))
		return;
	if (!is_virtual_somewhere(h, &row->source) &&
	    !addr_equal(&row->source, &instance->source) &&
	    (is_global || !addr_equal(&row->source, &l->own.addr)) &&
	    ((l->family == ADDR_IPV6 && !is_global) ||
	     !addr_equal(&row->source, &l->second.addr)))
		expect_differs(h, i, "its source", row->source.bytes[3], l->own.addr.bytes[3]);
	e->own = row->source;
	if (e->state == VRRP_STATE_MASTER)
		e->master = e->own;
}

/* -- states -- */

static void timers_stop(struct sim_expect *e)
{
	e->down_at_us = e->preempt_at_us = e->advert_at_us = INT64_MAX;
	e->answered_us = INT64_MIN;
	e->owes_advert = e->is_leaving = false;
	e->master_left = e->has_lower = e->is_long = false;
	e->is_unproven = e->is_unverified = e->list_differs = false;
	e->late_us = 0;
	memset(&e->rival, 0, sizeof(e->rival));
	e->verified_us = INT64_MAX;
	e->later_us = INT64_MAX;
	e->owes_round = false;
	e->round_us = INT64_MIN;
}

static void forget_master(struct sim_expect *e)
{
	e->master = (struct addr){ .family = ADDR_NONE };
	e->master_priority = 0;
}

static void listen_anew(struct sim_expect *e, int64_t length_us, int64_t now_us)
{
	e->down_at_us = now_us + length_us;
	e->master_left = e->has_lower = e->is_long = e->is_unproven = false;
	e->verified_us = INT64_MAX;
}

void expect_verify(struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	e->is_unverified &= now_us < e->verified_us;
	if (e->state == VRRP_STATE_MASTER)
		e->master_priority = expect_priority(e, i);
}

static void enter_backup(struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	timers_stop(e);
	e->since_us = now_us;
	e->state = VRRP_STATE_BACKUP;
	forget_master(e);
	listen_anew(e, expect_down_us(i, e->interval_us), now_us);
}

static void enter_master(struct sim_expect *e, const struct image_instance *i,
			 const struct addr *own, int64_t now_us)
{
	timers_stop(e);
	e->since_us = now_us;
	e->state = VRRP_STATE_MASTER;
	e->master = *own;
	e->master_priority = i->priority;
	e->interval_us = i->advert_interval_us;
	e->advert_at_us = now_us + i->advert_interval_us;
	e->owes_advert = true;
	e->sent_us = e->left_us = now_us;
	e->round_us = e->rounded_us = now_us;
	if (i->garp_delay_us && i->garp_repeat_later)
		e->later_us = now_us + i->garp_delay_us;
}

void expect_rest(struct sim_expect *e, const struct image_instance *i, enum vrrp_state state)
{
	timers_stop(e);
	e->state = state;
	e->interval_us = i->advert_interval_us;
	forget_master(e);
}

/* -- an advert that is taken (6.4.2, 6.4.3) -- */

static bool tolerates(struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	if (i->priority == VRRP_OWNER && !e->was_mute)
		return false;
	if (!(i->flags & IMAGE_PREEMPT) || e->was_mute)
		return true;
	if (!i->preempt_delay_us)
		return false;
	if (e->preempt_at_us == INT64_MAX)
		e->preempt_at_us = now_us + i->preempt_delay_us;
	return now_us < e->preempt_at_us;
}

/* RFC 9568 6.4.2: its interval counts from now on, in version 2 it is ours. */
static void serve_under(struct sim_expect *e, const struct image_instance *i,
			const struct sim_verdict *v, int64_t now_us)
{
	e->interval_us = v->interval_us;
	listen_anew(e, expect_down_us(i, v->interval_us), now_us);
}

static void heard_as_backup(struct sim_expect *e, const struct image_instance *i,
			    const struct sim_verdict *v, int64_t now_us)
{
	expect_frame_seen(e, i, now_us);
	e->master = v->source;
	e->master_priority = v->priority;
	if (v->priority == LEAVING) {
		listen_anew(e, expect_skew_us(i, e->interval_us), now_us);
		e->master_left = true;
	} else if (v->priority >= i->priority) {
		serve_under(e, i, v, now_us);
		e->preempt_at_us = INT64_MAX;
	} else if (tolerates(e, i, now_us)) {
		serve_under(e, i, v, now_us);
	} else {
		e->has_lower = true;
		e->master_left = false;
	}
}

static void rival_round(struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	e->is_second_round = e->has_round && now_us - e->rival_us < ROUND_GAP_US;
	e->round_us = e->rounded_us = e->rival_us = now_us;
	e->has_round = true;
	e->owes_round = false;
	if (i->garp_delay_us && i->garp_repeat_later && e->later_us > now_us + i->garp_delay_us)
		e->later_us = now_us + i->garp_delay_us;
}

/* A round for each rival: the second one may follow soon, the next one only after a whole gap. Who
 * is heard before that gets it then. */
static void announce_again(struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	int64_t gap_us = e->is_second_round ? ROUND_GAP_US : ROUND_SOON_US;

	if (!e->has_round || now_us - e->rival_us >= gap_us) {
		rival_round(e, i, now_us);
		return;
	}
	e->owes_round = true;
	if (e->later_us > e->rival_us + gap_us)
		e->later_us = e->rival_us + gap_us;
}

static void yield(struct sim_expect *e, const struct image_instance *i,
		  const struct sim_verdict *v, enum vrrp_reason why, int64_t now_us)
{
	e->word = expect_priority(e, i);
	e->interval_us = v->interval_us;
	enter_backup(e, i, now_us);
	e->why = why;
	e->master = e->yielded_to = v->source;
	e->master_priority = e->yielded_priority = v->priority;
}

/* With a last word. */
static void yield_to_higher(struct sim_expect *e, const struct image_instance *i,
			    const struct sim_verdict *v, enum vrrp_reason why, int64_t now_us)
{
	yield(e, i, v, why, now_us);
	e->owes_advert = true;
	e->yielded_us = now_us;
}

/* Nothing has left for as long as others wait for it. */
static bool is_mute(const struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	return e->state == VRRP_STATE_MASTER && e->is_failing &&
	       now_us - e->left_us >= expect_down_us(i, e->interval_us);
}

static void heard_lower(struct sim_expect *e, const struct image_instance *i,
			const struct sim_verdict *v, int64_t now_us)
{
	bool gives_way = !(i->flags & IMAGE_PREEMPT) && i->priority != VRRP_OWNER;

	if (is_mute(e, i, now_us)) {
		e->was_mute = true;
		yield(e, i, v, VRRP_REASON_MUTE, now_us);
		return;
	}
	if (gives_way && expect_overslept(e, i, now_us)) {
		yield(e, i, v, VRRP_REASON_OVERSLEPT, now_us);
		return;
	}
	/* The last word of whom it has just replaced is no news. */
	e->rivals += now_us - e->since_us >= i->advert_interval_us;
	announce_again(e, i, now_us);
	if (i->flags & IMAGE_LOWER_NO_ADVERT)
		return;
	if (e->answered_us != INT64_MIN && now_us - e->answered_us < ANSWER_GAP_US)
		return;
	e->owes_advert = true;
	e->sent_us = e->answered_us = now_us;
}

static void heard_as_master(struct sim_expect *e, const struct image_instance *i,
			    const struct addr *own, const struct sim_verdict *v, int64_t now_us)
{
	int source = memcmp(v->source.bytes, own->bytes, sizeof(own->bytes));
	uint8_t priority = expect_priority(e, i);

	if (e->is_leaving) {
		if (v->priority != LEAVING)
			expect_rest(e, i, VRRP_STATE_INIT);
	} else if (v->priority == LEAVING) {
		announce_again(e, i, now_us);
		e->owes_advert = true;
		e->sent_us = now_us;
		e->advert_at_us = now_us + i->advert_interval_us;
	} else if (v->priority > priority) {
		yield_to_higher(e, i, v, v->priority > i->priority ? VRRP_REASON_HIGHER_PRIORITY :
								     VRRP_REASON_UNVERIFIED,
				now_us);
	} else if (v->priority == priority && source > 0) {
		yield_to_higher(e, i, v, VRRP_REASON_HIGHER_ADDRESS, now_us);
	} else {
		heard_lower(e, i, v, now_us);
	}
}

static void heard(struct sim_expect *e, const struct image_instance *i, const struct addr *own,
		  const struct sim_verdict *v, int64_t now_us)
{
	if (e->state == VRRP_STATE_BACKUP)
		heard_as_backup(e, i, v, now_us);
	else
		heard_as_master(e, i, own, v, now_us);
}

/* -- comparing -- */

void expect_differs(struct sim_host *h, uint32_t i, const char *what, int64_t seen,
		    int64_t expected)
{
	sim_violated(h->sim, "host %s, instance %u: %s: %lld, not %lld", h->name, i, what,
		     (long long)seen, (long long)expected);
}

void expect_compare(struct sim_host *h, uint32_t i)
{
	const struct image_instance *instance = expect_instance(h, i);
	const struct sim_expect *e = &h->expects[i];
	struct status_row row = expect_row(h, i);

	if (row.state != e->state)
		expect_differs(h, i, "its state", row.state, e->state);
	else if (row.send_error != e->send_error)
		expect_differs(h, i, "why its adverts stay here", row.send_error, e->send_error);
	else if (row.send_failing_realtime_us !=
		 (e->send_error ? e->failing_us + h->realtime_us : 0))
		expect_differs(h, i, "since when they do", row.send_failing_realtime_us,
			       e->failing_us + h->realtime_us);
	else if (row.is_mute != (e->was_mute || is_mute(e, instance, row.last_advert_us)))
		expect_differs(h, i, "it is mute", row.is_mute, e->was_mute);
	else if (row.list_differs != e->list_differs ||
		 (e->list_differs && memcmp(row.dark, e->dark, sizeof(row.dark)) != 0))
		expect_differs(h, i, "its master has another list", row.list_differs,
			       e->list_differs);
	else if (!expect_deaf_same(e, &row))
		expect_differs(h, i, "who is deaf", row.deaf[0].until_us, e->deaf[0].until_us);
	else if (!expect_rival_same(h, e, &row))
		expect_differs(h, i, "who serves beside it", row.rival.until_us, e->rival.until_us);
	else if (row.down_at_us != e->down_at_us)
		expect_differs(h, i, "Master_Down_Timer", row.down_at_us, e->down_at_us);
	else if (row.is_unproven != e->is_unproven)
		expect_differs(h, i, "it waits for a frame", row.is_unproven, e->is_unproven);
	else if (row.is_unverified != e->is_unverified)
		expect_differs(h, i, "it is unverified", row.is_unverified, e->is_unverified);
	else if (row.preempt_at_us != e->preempt_at_us)
		expect_differs(h, i, "preempt_delay", row.preempt_at_us, e->preempt_at_us);
	else if (row.master_priority != e->master_priority)
		expect_differs(h, i, "the master's priority", row.master_priority,
			       e->master_priority);
	else if (!addr_equal(&row.master, &e->master))
		expect_differs(h, i, "the master's address", row.master.bytes[3],
			       e->master.bytes[3]);
	else if (row.effective_priority != expect_priority(e, instance))
		expect_differs(h, i, "its priority", row.effective_priority,
			       expect_priority(e, instance));
	else if (row.master_interval_us != e->interval_us)
		expect_differs(h, i, "the master's interval", row.master_interval_us,
			       e->interval_us);
	else if (row.master_down_us != expect_down_us(instance, e->interval_us) ||
		 row.skew_us != expect_skew_us(instance, e->interval_us))
		expect_differs(h, i, "Master_Down_Interval", row.master_down_us,
			       expect_down_us(instance, e->interval_us));
}

static void compare_reason(struct sim_host *h, uint32_t i)
{
	struct status_row row = expect_row(h, i);

	if (row.reason != h->expects[i].why)
		expect_differs(h, i, "why its state changed", row.reason, h->expects[i].why);
}

/* -- conditions and commands: what may change a state besides -- */

static bool is_usable(const struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	int64_t length_us = expect_down_us(i, e->kept_interval_us);

	if (e->kept == VRRP_STATE_MASTER)
		return now_us - e->sent_us < length_us / 2;
	/* A timer that a reload left longer than it would be now looks like one of another boot;
	 * but for one that waits for a frame. */
	return e->kept == VRRP_STATE_BACKUP && now_us < e->kept_down_at_us &&
	       e->kept_down_at_us - length_us <= now_us + (e->kept_unproven ? PROOF_US : 0);
}

/* The frame that it waits for came before it went on. */
static void seen_before(const struct sim_link *l, struct sim_expect *e,
			const struct image_instance *i, int64_t now_us)
{
	if (e->state == VRRP_STATE_MASTER && l->is_heard)
		e->verified_us = now_us + expect_down_us(i, e->interval_us);
	if (e->state == VRRP_STATE_BACKUP && l->is_proven)
		expect_frame_seen(e, i, now_us);
}

static void adopted(struct sim_host *h, uint32_t i, const struct status_row *row, int64_t now_us)
{
	const struct image_instance *instance = expect_instance(h, i);
	struct sim_expect *e = &h->expects[i];
	struct sim_expect before = *e;

	if (row->state != e->kept || !is_usable(e, instance, now_us))
		expect_differs(h, i, "adopted, but not to be gone on with", row->state, e->kept);
	memcpy(e->known, before.kept_known, sizeof(e->known));
	if (row->state == VRRP_STATE_MASTER) {
		enter_master(e, instance, &e->own, now_us);
		e->round_us = INT64_MIN;
		e->is_unverified = before.kept_unverified;
		e->master_priority = expect_priority(e, instance);
		e->unverified += e->is_unverified;
	} else {
		enter_backup(e, instance, now_us);
		e->down_at_us = before.kept_down_at_us;
		e->master = before.kept_master;
		e->master_priority = before.kept_master_priority;
		e->interval_us = before.kept_interval_us;
		e->is_unproven = e->is_long = before.kept_unproven;
	}
	seen_before(&h->links[sim_link_of(h, instance->link)], e, instance, now_us);
	if (row->master_interval_us != e->interval_us || row->down_at_us != e->down_at_us)
		expect_differs(h, i, "the interval that it goes on with", row->master_interval_us,
			       e->interval_us);
}

static void begun(struct sim_host *h, uint32_t i, const struct status_row *row)
{
	const struct image_instance *instance = expect_instance(h, i);
	struct sim_expect *e = &h->expects[i];
	int64_t since_us = row->since_realtime_us - h->realtime_us;
	const struct sim_link *l = &h->links[sim_link_of(h, instance->link)];

	h->sim->oracle.vips_changed = true;
	if (since_us < h->ready_us)
		expect_differs(h, i, "begun before the end of its delay", since_us, h->ready_us);
	if (e->kept && is_usable(e, instance, since_us))
		expect_differs(h, i, "begun anew instead of gone on", row->state, e->kept);
	if (row->previous == VRRP_STATE_INIT &&
	    (row->reason == VRRP_REASON_OWNER) != (instance->priority == VRRP_OWNER))
		expect_differs(h, i, "begun because of", row->reason, VRRP_REASON_OWNER);
	if ((row->state == VRRP_STATE_MASTER) != (instance->priority == VRRP_OWNER))
		expect_differs(h, i, "begun as", row->state, VRRP_STATE_BACKUP);
	e->is_failing = e->was_mute = false;
	/* What it learned before a FAULT that was not seen is forgotten. */
	e->interval_us = instance->advert_interval_us;
	if (row->state == VRRP_STATE_MASTER)
		enter_master(e, instance, &e->own, since_us);
	else
		enter_backup(e, instance, since_us);
	if (row->is_unproven == l->is_proven && row->state == VRRP_STATE_BACKUP)
		expect_differs(h, i, "it waits for a frame", row->is_unproven, !l->is_proven);
	/* It may have come since, in the same turn: then it is as if it had been there before. */
	if (!row->is_unproven)
		return;
	e->is_unproven = e->is_long = true;
	/* From when the link came up, by what it was told. */
	if (l->came_up_us + PROOF_US > since_us)
		e->down_at_us += l->came_up_us + PROOF_US - since_us;
}

static void ended(struct sim_host *h, uint32_t i, const struct status_row *row)
{
	struct sim_expect *e = &h->expects[i];
	bool was_alone = e->is_leaving && row->state == VRRP_STATE_INIT && !row->conditions;

	if (row->reason != (row->state == VRRP_STATE_FAULT ? VRRP_REASON_FAULT :
							      VRRP_REASON_SHUTDOWN))
		expect_differs(h, i, "ended because of", row->reason, VRRP_REASON_SHUTDOWN);
	/* It began in the same turn, which was not seen. */
	if (e->state == VRRP_STATE_FAULT &&
	    (row->previous == VRRP_STATE_BACKUP || row->previous == VRRP_STATE_MASTER))
		e->is_failing = e->was_mute = false;
	/* An owner may have taken over, or have had a fault before and begun anew: that shows. */
	if (e->state == VRRP_STATE_BACKUP && row->previous == VRRP_STATE_MASTER &&
	    expect_instance(h, i)->priority == VRRP_OWNER)
		e->was_mute &= row->is_mute;
	/* … or went on, and told what it is. */
	if (e->state == VRRP_STATE_INIT && row->previous == VRRP_STATE_MASTER)
		e->unverified += e->kept == VRRP_STATE_MASTER && e->kept_unverified;
	expect_rest(e, expect_instance(h, i), (enum vrrp_state)row->state);
	e->owes_farewells = was_alone;
}

/* A change that took it away was given up during its farewell: it ends, and starts again in the
 * same turn. The INIT between was not seen. An owner's first advert goes in the place of its last
 * farewell. */
static void farewell_look(struct sim_expect *e, const struct image_instance *i,
			  const struct status_row *row)
{
	if (!e->is_leaving || row->state == VRRP_STATE_INIT || row->previous != VRRP_STATE_INIT)
		return;
	expect_rest(e, i, VRRP_STATE_INIT);
	e->owes_farewells = row->state != VRRP_STATE_MASTER;
}

static void expect_changed(struct sim_host *h, uint32_t i, const struct status_row *row)
{
	struct sim_expect *e = &h->expects[i];
	/* There and back in one turn: the FAULT between was not seen. */
	bool rests = e->state == VRRP_STATE_INIT || e->state == VRRP_STATE_FAULT ||
		     row->previous == VRRP_STATE_FAULT;
	bool is_start = row->reason == VRRP_REASON_STARTUP || row->reason == VRRP_REASON_OWNER ||
			row->reason == VRRP_REASON_FAULT_CLEARED;

	if (row->state == VRRP_STATE_FAULT || row->state == VRRP_STATE_INIT) {
		expect_met(h, i, row->state == VRRP_STATE_FAULT ? SIM_MET_FAULT :
								  SIM_MET_SHUTDOWN);
		ended(h, i, row);
	} else if (rests && row->reason == VRRP_REASON_ADOPTED) {
		expect_met(h, i, SIM_MET_ADOPT);
		adopted(h, i, row, sim_host_now(h).us);
	} else if (rests && is_start) {
		expect_met(h, i, SIM_MET_STARTUP);
		begun(h, i, row);
	} else {
		expect_differs(h, i, "its state, without a cause", row->state, e->state);
	}
	e->kept = VRRP_STATE_INIT;
	e->is_presumed = false;
	e->since_us = row->since_realtime_us - h->realtime_us;
}

void expect_sync(struct sim_host *h, uint32_t i)
{
	struct sim_expect *e = &h->expects[i];
	struct status_row row = expect_row(h, i);
	uint64_t became = row.counters[COUNTER_BECAME_MASTER];
	bool is_another = row.since_realtime_us - h->realtime_us != e->since_us &&
			  row.state != VRRP_STATE_INIT;
	/* … also at one instant: an owner that began, and lost its interface again. */
	bool is_anew = became != e->became &&
		       (row.state == VRRP_STATE_MASTER || row.state == VRRP_STATE_FAULT);

	own_look(h, i, &row);
	if (row.state != e->state || is_another || is_anew) {
		farewell_look(e, expect_instance(h, i), &row);
		expect_changed(h, i, &row);
	}
	e->became = became;
	if (row.leaving && !e->is_leaving) {
		expect_met(h, i, SIM_MET_SHUTDOWN);
		e->farewells = 0;
		e->owes_advert = e->owes_farewells = false;
		e->farewell_us = INT64_MIN;
	}
	e->is_leaving = row.leaving;
}

/* But who ends may still have its last word to send. */
void sim_expect_started(struct sim_host *h)
{
	for (uint32_t i = 0; h->expects && i < h->image->instance_count; i++)
		if (!(expect_instance(h, i)->flags & IMAGE_BROKEN) &&
		    h->expects[i].state == VRRP_STATE_INIT)
			expect_sync(h, i);
}

void sim_expect_news(struct sim_host *h)
{
	for (uint32_t i = 0; h->expects && i < h->image->instance_count; i++)
		if (!(expect_instance(h, i)->flags & IMAGE_BROKEN))
			expect_sync(h, i);
}

/* -- packets -- */

/* What was rejected is counted, and nothing else of any router is another one. */
static void rejected(struct sim_host *h, uint32_t i, enum vrrp_drop why,
		     const struct addr *source, const struct status_row *before)
{
	struct status_row after = expect_row(h, i), expected = *before;
	bool is_nobodys = why == VRRP_DROP_NOT_RUNNING || why == VRRP_DROP_OWN_ADDRESS;
	const int own = COUNTER_DROP + VRRP_DROP_OWN_ADDRESS;

	/* The row of a router without an address does not say what it remembers as its last one. */
	if (is_nobodys && !before->source.family)
		why = after.counters[own] == before->counters[own] ? VRRP_DROP_NOT_RUNNING :
								     VRRP_DROP_OWN_ADDRESS;
	if (why == VRRP_DROP_AUTH_STALE || why == VRRP_DROP_OWNER)
		expect_time_doubted(h, i);
	expect_met(h, i, SIM_MET_REJECTED);
	h->sim->coverage.drops[why]++;
	expected.counters[COUNTER_DROP + why]++;
	if (why == VRRP_DROP_STRANGER) {
		if (!addr_equal(&expected.stranger, source)) {
			expected.has_stranger_mac = false;
			memset(expected.stranger_mac, 0, sizeof(expected.stranger_mac));
		}
		expected.stranger = *source;
	}
	if (memcmp(&after, &expected, sizeof(after)) != 0)
		expect_differs(h, i, "a rejected packet changed more than its counter", why,
			       after.counters[COUNTER_DROP + why] !=
				       expected.counters[COUNTER_DROP + why]);
}

static void count_taken(uint64_t *counters, const struct sim_verdict *v, enum vrrp_state from,
			enum vrrp_state to)
{
	counters[COUNTER_ADVERTS_RECEIVED]++;
	counters[COUNTER_PRIORITY_ZERO_RECEIVED] += v->priority == LEAVING;
	counters[COUNTER_ADDRESS_LIST_ERRORS] += v->list_differs;
	counters[COUNTER_INTERVAL_DIFFERS] += v->interval_differs;
	counters[COUNTER_CHECKSUM_OTHER] += v->has_other_checksum;
	counters[COUNTER_RELEASED_MASTER] += from == VRRP_STATE_MASTER && to != from;
}

static enum sim_met advert_met(const struct image_instance *i, const struct addr *own,
			       const struct sim_verdict *v)
{
	if (v->priority == LEAVING)
		return SIM_MET_ZERO;
	if (v->priority != i->priority)
		return v->priority < i->priority ? SIM_MET_LOWER : SIM_MET_HIGHER;
	return memcmp(v->source.bytes, own->bytes, sizeof(own->bytes)) < 0 ? SIM_MET_LOWER :
									     SIM_MET_EQUAL;
}

static void know(struct sim_expect *e, const struct addr *source)
{
	struct addr next[SIM_KNOWN] = { *source };
	size_t count = 1;

	for (int k = 0; k < SIM_KNOWN && count < SIM_KNOWN; k++)
		if (!addr_equal(&e->known[k], source))
			next[count++] = e->known[k];
	memcpy(e->known, next, sizeof(next));
}

static void taken(struct sim_host *h, uint32_t i, const struct sim_verdict *v,
		  const struct status_row *before)
{
	const struct image_instance *instance = expect_instance(h, i);
	struct sim_expect *e = &h->expects[i];
	struct status_row after = expect_row(h, i), expected = *before;
	struct seal_clock clock = expect_clock(h);
	enum vrrp_state from = e->state;

	expect_frame_came(h, sim_link_of(h, instance->link), true, i);
	expect_met(h, i, advert_met(instance, &e->own, v));
	if (v->trailer && instance->hmac)
		seal_remember(instance, &e->seal, &v->source, v->trailer, &clock);
	if (v->ah)
		seal_ah_remember(&e->seal, v->ah);
	if (!v->list_differs)
		know(e, &v->source);
	else
		e->lacked |= UINT64_C(1) << sim_judge_dark_count(v);
	expect_deaf_heard(e, instance, v, sim_host_now(h).us);
	heard(e, instance, &e->own, v, sim_host_now(h).us);
	expect_rival_heard(e, instance, v, sim_host_now(h).us);
	if (!v->trailer && e->rival.since_realtime_us)
		expect_time_doubted(h, i);
	e->list_differs = e->state == VRRP_STATE_BACKUP && v->list_differs;
	memcpy(e->dark, v->dark, sizeof(e->dark));
	if (e->state == VRRP_STATE_BACKUP && from == VRRP_STATE_MASTER)
		compare_reason(h, i);
	/* Who left for a change that was given up meanwhile looks at its host anew at once. */
	if (e->state == VRRP_STATE_INIT)
		expect_sync(h, i);
	expect_compare(h, i);
	count_taken(expected.counters, v, from, e->state);
	for (int k = 0; k < COUNTER_N_; k++)
		if (after.counters[k] != expected.counters[k])
			expect_differs(h, i, counter_name((enum counter)k),
				       (int64_t)after.counters[k],
				       (int64_t)expected.counters[k]);
}

/* Other servers that use its virtual router id are no reason to be silent, unless the configuration
 * has it so; but a peer by configuration is none of those. */
static enum vrrp_drop judge_sender(const struct sim_host *h, uint32_t i,
				   const struct sim_verdict *v)
{
	const struct image_instance *instance = expect_instance(h, i);
	const struct sim_expect *e = &h->expects[i];
	bool is_known = (instance->hmac && v->trailer) ||
			((instance->flags & IMAGE_UNICAST) &&
			 sim_judge_peer(h->image, instance, &v->source));

	if (sim_judge_is_deaf(instance))
		return VRRP_DROP_OWNER;
	if ((instance->flags & IMAGE_CHECK_LIST) && v->list_differs)
		return VRRP_DROP_ADDRESS_LIST;
	for (int k = 0; k < SIM_KNOWN; k++)
		is_known |= addr_equal(&e->known[k], &v->source);
	if (v->is_foreign && !is_known && !(instance->flags & IMAGE_YIELD_TO_STRANGERS))
		return VRRP_DROP_STRANGER;
	return e->state == VRRP_STATE_BACKUP || e->state == VRRP_STATE_MASTER ?
		       VRRP_DROP_NONE :
		       VRRP_DROP_NOT_RUNNING;
}

void sim_expect_packet(struct sim_host *h, const struct sim_packet *p)
{
	uint32_t i = sim_router_meant(&h->variants[h->variant], p->link, p->data);
	const struct image_instance *instance;
	struct seal_clock clock = expect_clock(h);
	struct status_row before;
	struct sim_expect *e;
	struct sim_verdict v;

	if (!h->expects) {
		expect_deliver(h, p);
		return;
	}
	if (expect_is_for_another(h, p, i)) {
		expect_passed_over(h, p, i);
		return;
	}
	if (i == NODE_NONE) {
		expect_stranger(h, p);
		return;
	}
	expect_sync(h, i);
	e = &h->expects[i];
	before = expect_row(h, i);
	instance = expect_instance(h, i);
	v = sim_judge(h->image, instance, &e->own, p->data, p->size, &e->seal, &clock);
	if (v.drop == VRRP_DROP_NONE)
		v.drop = judge_sender(h, i, &v);
	/* Its own address, or its configuration, may be another one by the time it reads this, and
	 * a signature is not of that time any more. */
	if (p->forged && p->forged != v.drop && p->forged != VRRP_DROP_OWN_ADDRESS &&
	    v.drop != VRRP_DROP_CARP && v.drop != VRRP_DROP_AUTH_REPLAY &&
	    v.drop != VRRP_DROP_AUTH_STALE &&
	    h->sim->now_us - h->changed_us > SIM_SLACK_US)
		expect_differs(h, i, "forged to be rejected for", v.drop, p->forged);
	expect_deliver(h, p);
	if (v.drop)
		rejected(h, i, v.drop, &v.source, &before);
	else
		taken(h, i, &v, &before);
}

/* -- timers -- */

/* Its socket was read empty, or not even twice in a row: a flood must not stop the clock. */
static bool is_listened(const struct sim_host *h, const struct image_instance *i)
{
	return h->links[sim_link_of(h, i->link)].busy_turns != 1;
}

static enum vrrp_reason takeover_reason(const struct sim_expect *e)
{
	if (e->master_left)
		return VRRP_REASON_MASTER_LEFT;
	return e->has_lower ? VRRP_REASON_PREEMPTED : VRRP_REASON_MASTER_SILENT;
}

/* An advert held back until others were listened to: three intervals late at least. */
static void late_advert(struct sim_expect *e, const struct image_instance *i, int64_t now_us)
{
	expect_verify(e, i, now_us);
	e->owes_advert = true;
	e->sent_us = now_us;
	e->advert_at_us = now_us - e->advert_at_us >= i->advert_interval_us ?
				  now_us + i->advert_interval_us :
				  e->advert_at_us + i->advert_interval_us;
}

/* So late that another one may serve by now, and its configuration has it leave then. */
static void expired(struct sim_host *h, uint32_t i, int64_t now_us)
{
	struct sim_expect *e = &h->expects[i];

	enter_backup(e, expect_instance(h, i), now_us);
	e->why = VRRP_REASON_EXPIRED;
	e->yielded_to = (struct addr){ .family = ADDR_NONE };
	e->yielded_priority = 0;
	expect_compare(h, i);
	compare_reason(h, i);
}

static void timers(struct sim_host *h, uint32_t i)
{
	const struct image_instance *instance = expect_instance(h, i);
	struct sim_expect *e = &h->expects[i];
	int64_t now_us = sim_host_now(h).us;
	struct sim_expect before;

	if (!is_listened(h, instance))
		return;
	if (e->state == VRRP_STATE_MASTER && e->later_us <= now_us) {
		e->later_us = INT64_MAX;
		if (e->owes_round)
			rival_round(e, instance, now_us);
		e->round_us = e->rounded_us = now_us;
	}
	if (expect_expired(e, instance, now_us))
		expired(h, i, now_us);
	if (e->state == VRRP_STATE_MASTER && !e->is_leaving && e->advert_at_us <= now_us)
		late_advert(e, instance, now_us);
	if (e->state != VRRP_STATE_BACKUP || e->down_at_us > now_us)
		return;
	expect_met(h, i, SIM_MET_TIMER);
	e->why = takeover_reason(e);
	before = *e;
	enter_master(e, instance, &e->own, now_us);
	e->is_unverified = before.is_unproven ||
			   (before.verified_us != INT64_MAX && now_us < before.verified_us);
	e->unverified += e->is_unverified;
	e->master_priority = expect_priority(e, instance);
	e->verified_us = before.verified_us;
	e->late_us = before.is_long ? now_us : 0;
	e->became++;
	expect_compare(h, i);
	compare_reason(h, i);
}

void sim_expect_timers(struct sim_host *h)
{
	for (uint32_t i = 0; h->expects && i < h->image->instance_count; i++)
		if (!(expect_instance(h, i)->flags & IMAGE_BROKEN))
			timers(h, i);
}
