/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state machine of RFC 3768 6.4 with keepalived's FAULT. One function per state decides, and
 * every event stands in each of them; docs/vrrp-states.md is this file as a table, with a scenario
 * for each cell. Only enter() changes the state, so whatever belongs to leaving or entering one
 * (timers, addresses, what is remembered of a master) is in one place and cannot be forgotten on
 * one of the ways there.
 * The machine asks, it does not act: an effect is a flag in the actions, carried out by the caller
 * in the order of the flags. An advert comes first, so that a rival may withdraw before our
 * announcements; addresses go only after the priority 0 was handed over. */
#include "vrrp/core.h"

#include "base/check.h"
#include "base/limits.h"

#include <string.h>

/* A rival that floods must not make us flood: answers to lower priorities at most this often. */
#define ANSWER_GAP_US 20000

static void send_advert(struct vrrp_router *r, uint8_t priority, struct mono now,
			struct vrrp_actions *actions)
{
	actions->flags |= VRRP_ACTION_ADVERT;
	actions->advert_priority = priority;
	r->last_advert = now;
}

/* Starts the Master_Down_Timer anew: what was heard before says nothing about why it may fire. */
static void arm_down(struct vrrp_router *r, int64_t length_us, struct mono now)
{
	r->down_at = mono_add(now, length_us);
	r->master_left = false;
	r->lower_heard = false;
	r->is_unproven = false;
	r->verified_at = MONO_NEVER;
}

static void forget_master(struct vrrp_router *r)
{
	r->master = (struct addr){ .family = ADDR_NONE };
	r->master_priority = 0;
}

/* RFC 9568 6.4.2: the master's interval counts, not ours. In version 2 they are the same. */
static void learn_interval(struct vrrp_router *r, const struct vrrp_event *event)
{
	r->master_interval_us = event->advert->interval_us;
}

static void remember_master(struct vrrp_router *r, const struct vrrp_event *event, struct mono now)
{
	r->master = event->source;
	r->master_priority = event->advert->priority;
	r->last_advert = now;
}

/* The only place where the state changes. */
static void enter(struct vrrp_router *r, enum vrrp_state to, enum vrrp_reason reason,
		  struct mono now, struct vrrp_actions *actions)
{
	check(to != r->state);
	actions->flags |= VRRP_ACTION_TRANSITION;
	actions->from = r->state;
	actions->to = to;
	actions->reason = reason;
	if (r->state == VRRP_STATE_MASTER)
		actions->flags |= VRRP_ACTION_ADDRESSES_REMOVE;
	r->advert_at = r->down_at = r->preempt_at = r->answered_at = MONO_NEVER;
	r->leaving = r->master_left = r->lower_heard = false;
	r->is_unproven = r->is_unverified = false;
	r->verified_at = MONO_NEVER;
	r->farewells = 0;
	r->previous = r->state;
	r->state = to;
	r->reason = reason;
	r->since = now;
	switch (to) {
	case VRRP_STATE_MASTER: /* 6.4.1, 6.4.2: advert, addresses, announcements, Adver_Timer */
		send_advert(r, vrrp_router_priority(r), now, actions);
		actions->flags |= VRRP_ACTION_ADDRESSES_ADD;
		r->advert_at = mono_add(now, r->config.advert_interval_us);
		r->master_interval_us = r->config.advert_interval_us;
		r->sent_at = now;
		r->master = r->source;
		r->master_priority = vrrp_router_priority(r);
		break;
	case VRRP_STATE_BACKUP: /* 6.4.1, 6.4.3: Master_Down_Timer */
		arm_down(r, vrrp_master_down_us(r), now);
		forget_master(r);
		break;
	case VRRP_STATE_INIT:
	case VRRP_STATE_FAULT:
		r->master_interval_us = r->config.advert_interval_us;
		forget_master(r);
		break;
	case VRRP_STATE_N_:
		check(false);
	}
}

/* It begins to serve, or goes on, and could not have heard whether others do. */
static void doubt(struct vrrp_router *r, struct vrrp_actions *actions)
{
	r->is_unverified = true;
	r->master_priority = actions->advert_priority = vrrp_router_priority(r);
}

/* 6.4.1: the owner serves at once, everyone else listens first, whatever its configured initial
 * state: a master that is already there must be heard before it could be disturbed. */
static void start(struct vrrp_router *r, enum vrrp_reason reason, const struct vrrp_event *event,
		  struct mono now, struct vrrp_actions *actions)
{
	r->is_failing = r->was_mute = false;
	if (vrrp_router_is_owner(r)) {
		enter(r, VRRP_STATE_MASTER,
		      reason == VRRP_REASON_STARTUP ? VRRP_REASON_OWNER : reason, now, actions);
		return;
	}
	enter(r, VRRP_STATE_BACKUP, reason, now, actions);
	if (!event->is_unproven)
		return;
	r->is_unproven = true;
	r->down_at = mono_add(r->down_at, event->proof_us);
}

static void stop(struct vrrp_router *r, struct mono now, struct vrrp_actions *actions)
{
	enter(r, VRRP_STATE_INIT, VRRP_REASON_SHUTDOWN, now, actions);
	actions->flags |= VRRP_ACTION_STOPPED;
}

static void adopt(struct vrrp_router *r, const struct vrrp_event *event, struct mono now,
		  struct vrrp_actions *actions)
{
	const struct vrrp_kept *kept = event->kept;

	if (!vrrp_kept_usable(r, kept, now)) {
		start(r, VRRP_REASON_STARTUP, event, now, actions);
		return;
	}
	enter(r, (enum vrrp_state)kept->state, VRRP_REASON_ADOPTED, now, actions);
	memcpy(r->known, kept->known, sizeof(r->known));
	if (kept->since.us >= 0 && kept->since.us < now.us)
		r->since = kept->since;
	if (r->state == VRRP_STATE_BACKUP) {
		r->master_interval_us = vrrp_kept_interval_us(r, kept);
		r->down_at = mono_add(kept->last_advert, vrrp_master_down_us(r));
		r->last_advert = kept->last_advert;
		r->master = kept->master;
		r->master_priority = kept->master_priority;
	}
	r->is_unproven = kept->is_unproven && r->state == VRRP_STATE_BACKUP;
	if (kept->is_unverified && r->state == VRRP_STATE_MASTER)
		doubt(r, actions);
}

/* 5.3.4: the owner's priority is 255 and nobody else's, whatever trackers find; 0 is a message. */
static void set_priority(struct vrrp_router *r, uint8_t priority)
{
	if (vrrp_router_is_owner(r))
		return;
	check(priority != ADVERT_PRIORITY_LEAVING && priority != ADVERT_PRIORITY_OWNER);
	r->priority = priority;
	if (r->state == VRRP_STATE_MASTER)
		r->master_priority = vrrp_router_priority(r);
}

static void on_init(struct vrrp_router *r, const struct vrrp_event *event, struct mono now,
		    struct vrrp_actions *actions)
{
	switch (event->kind) {
	case VRRP_EVENT_STARTUP: /* 6.4.1 */
		start(r, VRRP_REASON_STARTUP, event, now, actions);
		break;
	case VRRP_EVENT_SHUTDOWN:
		actions->flags |= VRRP_ACTION_STOPPED;
		break;
	case VRRP_EVENT_FAULT:
		enter(r, VRRP_STATE_FAULT, VRRP_REASON_FAULT, now, actions);
		break;
	case VRRP_EVENT_PRIORITY:
		set_priority(r, event->priority);
		break;
	case VRRP_EVENT_ADOPT:
		adopt(r, event, now, actions);
		break;
	case VRRP_EVENT_ADVERT: /* 6.4.1 knows only Startup */
	case VRRP_EVENT_TIMER:
	case VRRP_EVENT_FAULT_CLEARED:
	case VRRP_EVENT_FRAME:
		break;
	}
}

/* A master of lower priority: is it to be left in office (6.4.2, Preempt_Mode False)? With
 * keepalived's preempt_delay: yes, until the delay is over, which begins with the first such
 * advert. The owner always preempts (6.1). */
static bool tolerates_lower(struct vrrp_router *r, struct mono now)
{
	if (vrrp_router_is_owner(r) && !r->was_mute)
		return false;
	if (!r->config.preempt || r->was_mute)
		return true;
	if (r->config.preempt_delay_us == 0)
		return false;
	if (mono_is_never(r->preempt_at))
		r->preempt_at = mono_add(now, r->config.preempt_delay_us);
	return !mono_reached(r->preempt_at, now);
}

static void on_backup_advert(struct vrrp_router *r, const struct vrrp_event *event,
			     struct mono now, struct vrrp_actions *actions)
{
	uint8_t priority = event->advert->priority;

	remember_master(r, event, now);
	if (priority == ADVERT_PRIORITY_LEAVING) {
		/* 6.4.2: Master_Down_Timer := Skew_Time, at each one. Keeping the earlier deadline
		 * of a first one would be faster by the length of a farewell, but a router that
		 * does as the RFC says would then be overtaken by one of lower priority. */
		arm_down(r, vrrp_skew_us(r), now);
		r->master_left = true;
	} else if (priority >= r->priority) {
		/* 6.4.2: equal is accepted, and never preempted. */
		learn_interval(r, event);
		arm_down(r, vrrp_master_down_us(r), now);
		r->preempt_at = MONO_NEVER;
	} else if (tolerates_lower(r, now)) {
		learn_interval(r, event);
		arm_down(r, vrrp_master_down_us(r), now);
	} else {
		/* 6.4.2: discard; the timer goes on and fires although someone serves. */
		r->lower_heard = true;
		r->master_left = false;
		actions->flags |= VRRP_ACTION_LOWER_DISCARDED;
	}
}

static enum vrrp_reason takeover_reason(const struct vrrp_router *r)
{
	if (r->master_left)
		return VRRP_REASON_MASTER_LEFT;
	return r->lower_heard ? VRRP_REASON_PREEMPTED : VRRP_REASON_MASTER_SILENT;
}

/* From here on a master can be heard: the listening counts from now, within the same deadline. */
static void on_backup_frame(struct vrrp_router *r, struct mono now)
{
	if (!r->is_unproven)
		return;
	r->is_unproven = false;
	r->verified_at = mono_add(now, vrrp_master_down_us(r));
	r->down_at = mono_earlier(r->down_at, r->verified_at);
}

static void on_backup_timer(struct vrrp_router *r, struct mono now, struct vrrp_actions *actions)
{
	struct mono verified_at = r->verified_at;
	bool is_unverified = r->is_unproven || (!mono_is_never(verified_at) &&
						!mono_reached(verified_at, now));

	if (!mono_reached(r->down_at, now))
		return;
	enter(r, VRRP_STATE_MASTER, takeover_reason(r), now, actions);
	if (is_unverified)
		doubt(r, actions);
	r->verified_at = verified_at;
}

static void on_backup(struct vrrp_router *r, const struct vrrp_event *event, struct mono now,
		      struct vrrp_actions *actions)
{
	switch (event->kind) {
	case VRRP_EVENT_SHUTDOWN: /* 6.4.2: silent */
		stop(r, now, actions);
		break;
	case VRRP_EVENT_ADVERT:
		on_backup_frame(r, now);
		on_backup_advert(r, event, now, actions);
		break;
	case VRRP_EVENT_TIMER: /* 6.4.2: Master_Down_Timer, never early */
		on_backup_timer(r, now, actions);
		break;
	case VRRP_EVENT_FRAME:
		on_backup_frame(r, now);
		break;
	case VRRP_EVENT_FAULT:
		enter(r, VRRP_STATE_FAULT, VRRP_REASON_FAULT, now, actions);
		break;
	case VRRP_EVENT_PRIORITY:
		/* The running timer stays: it was armed by the last advert, and counting anew from
		 * now would let a tracker that flaps postpone a takeover for ever. */
		set_priority(r, event->priority);
		break;
	case VRRP_EVENT_STARTUP:
	case VRRP_EVENT_FAULT_CLEARED:
	case VRRP_EVENT_ADOPT:
		break;
	}
}

/* 6.4.3 says "discard". We do so and speak up, as RFC 9568 6.4.3 and keepalived do: the rival
 * hears that it is not alone within milliseconds instead of at our next advert. The announcements
 * take back the hosts that believed the rival's. */
static void on_master_lower(struct vrrp_router *r, struct mono now, struct vrrp_actions *actions)
{
	actions->flags |= VRRP_ACTION_ANNOUNCE;
	/* The last word of whom we have just replaced is no news. */
	if (mono_since(r->since, now) >= r->config.advert_interval_us)
		actions->flags |= VRRP_ACTION_LOWER_HEARD;
	if (r->config.lower_no_advert ||
	    (!mono_is_never(r->answered_at) && mono_since(r->answered_at, now) < ANSWER_GAP_US))
		return;
	send_advert(r, vrrp_router_priority(r), now, actions);
	r->answered_at = now;
}

/* The sender's address against ours, for equal priorities (6.4.3): unsigned, in network order.
 * Without an address of our own ours counts as the least. */
static int compare_source(const struct vrrp_router *r, const struct vrrp_event *event)
{
	if (event->source.family != r->source.family)
		return 1;
	return addr_compare(&event->source, &r->source);
}

static void yield(struct vrrp_router *r, enum vrrp_reason reason, const struct vrrp_event *event,
		  struct mono now, struct vrrp_actions *actions)
{
	learn_interval(r, event);
	enter(r, VRRP_STATE_BACKUP, reason, now, actions);
	remember_master(r, event, now);
}

/* To one that wins, with a last word: after a partition it may never have heard of us, and the
 * clients that believed our announcements would ask us until their entries run out. Hearing a lower
 * one, it announces itself again (keepalived's higher_prio_send_advert; a router that keeps to the
 * RFC's letter discards it). */
static void yield_to_higher(struct vrrp_router *r, enum vrrp_reason reason,
			    const struct vrrp_event *event, struct mono now,
			    struct vrrp_actions *actions)
{
	send_advert(r, vrrp_router_priority(r), now, actions);
	yield(r, reason, event, now, actions);
}

static void on_master_advert(struct vrrp_router *r, const struct vrrp_event *event,
			     struct mono now, struct vrrp_actions *actions)
{
	uint8_t priority = event->advert->priority, own = vrrp_router_priority(r);
	int source = compare_source(r, event);

	if (r->leaving) {
		/* The heir serves: two must not hold the addresses. Another one's farewell is
		 * nothing to us. */
		if (priority != ADVERT_PRIORITY_LEAVING)
			stop(r, now, actions);
	} else if (priority == ADVERT_PRIORITY_LEAVING) {
		/* 6.4.3: advert, Adver_Timer anew. Every time, without the limit of answers: a
		 * listener that heard the 0 waits only its skew. Who leaves was a MASTER beside us,
		 * and clients may have believed its announcements. */
		actions->flags |= VRRP_ACTION_ANNOUNCE;
		send_advert(r, vrrp_router_priority(r), now, actions);
		r->advert_at = mono_add(now, r->config.advert_interval_us);
	} else if (priority > own) {
		yield_to_higher(r, priority > r->priority ? VRRP_REASON_HIGHER_PRIORITY :
							    VRRP_REASON_UNVERIFIED,
				event, now, actions);
	} else if (priority == own && source > 0) {
		yield_to_higher(r, VRRP_REASON_HIGHER_ADDRESS, event, now, actions);
	} else if (priority == own && source == 0) {
		/* Our own advert looped back, or our address is used twice. vrrp_accept() has
		 * named it; an answer would only come back to us again. */
		return;
	} else if (vrrp_router_is_mute(r, now)) {
		/* Its sender cannot hear us, and nobody else can: it serves. */
		r->was_mute = true;
		yield(r, VRRP_REASON_MUTE, event, now, actions);
	} else if (!r->config.preempt && !vrrp_router_is_owner(r) &&
		   vrrp_router_overslept(r, now)) {
		/* We were replaced while we slept, and `nopreempt` says not to take back. */
		yield(r, VRRP_REASON_OVERSLEPT, event, now, actions);
	} else {
		on_master_lower(r, now, actions);
	}
}

/* One priority 0, and with the last one the end. */
static void farewell(struct vrrp_router *r, struct mono now, struct vrrp_actions *actions)
{
	check(r->farewells > 0);
	send_advert(r, ADVERT_PRIORITY_LEAVING, now, actions);
	r->farewells--;
	if (r->farewells == 0)
		stop(r, now, actions);
	else
		r->advert_at = mono_add(now, VRRP_FAREWELL_GAP_US);
}

static void on_master_timer(struct vrrp_router *r, struct mono now, struct vrrp_actions *actions)
{
	int64_t interval_us = r->config.advert_interval_us;

	if (r->leaving) {
		if (mono_reached(r->advert_at, now))
			farewell(r, now, actions);
		return;
	}
	if (!mono_reached(r->advert_at, mono_add(now, vrrp_advert_early_us(r))))
		return;
	/* keepalived's timer_expired_backup: without having heard anybody, and without a word. */
	if (vrrp_router_expired(r, now)) {
		enter(r, VRRP_STATE_BACKUP, VRRP_REASON_EXPIRED, now, actions);
		return;
	}
	/* Who would have been heard by now was not there. */
	if (mono_reached(r->verified_at, now)) {
		r->is_unverified = false;
		r->master_priority = vrrp_router_priority(r);
	}
	send_advert(r, vrrp_router_priority(r), now, actions); /* 6.4.3 */
	/* From the deadline, not from now, so that the cadence has no drift; but no advert is made
	 * up for when a whole interval was missed. */
	if (mono_since(r->advert_at, now) >= interval_us)
		r->advert_at = mono_add(now, interval_us);
	else
		r->advert_at = mono_add(r->advert_at, interval_us);
}

static void on_master_fault(struct vrrp_router *r, struct mono now, struct vrrp_actions *actions)
{
	bool leaving = r->leaving;

	/* Whether it can still be sent only the caller knows. */
	send_advert(r, ADVERT_PRIORITY_LEAVING, now, actions);
	if (leaving)
		stop(r, now, actions);
	else
		enter(r, VRRP_STATE_FAULT, VRRP_REASON_FAULT, now, actions);
}

static void on_master(struct vrrp_router *r, const struct vrrp_event *event, struct mono now,
		      struct vrrp_actions *actions)
{
	switch (event->kind) {
	case VRRP_EVENT_SHUTDOWN: /* 6.4.3: priority 0; see VRRP_FAREWELLS */
		if (r->leaving)
			break;
		r->leaving = true;
		r->farewells = VRRP_FAREWELLS;
		farewell(r, now, actions);
		break;
	case VRRP_EVENT_ADVERT:
		on_master_advert(r, event, now, actions);
		break;
	case VRRP_EVENT_TIMER:
		on_master_timer(r, now, actions);
		break;
	case VRRP_EVENT_FAULT:
		on_master_fault(r, now, actions);
		break;
	case VRRP_EVENT_PRIORITY: /* told with the next advert */
		set_priority(r, event->priority);
		break;
	case VRRP_EVENT_FRAME:
		r->verified_at = mono_earlier(r->verified_at,
					      mono_add(now, vrrp_master_down_us(r)));
		break;
	case VRRP_EVENT_STARTUP:
	case VRRP_EVENT_FAULT_CLEARED:
	case VRRP_EVENT_ADOPT:
		break;
	}
}

static void on_fault(struct vrrp_router *r, const struct vrrp_event *event, struct mono now,
		     struct vrrp_actions *actions)
{
	switch (event->kind) {
	case VRRP_EVENT_SHUTDOWN:
		stop(r, now, actions);
		break;
	case VRRP_EVENT_FAULT_CLEARED: /* as a start (6.4.1): listen for a whole interval first */
		start(r, VRRP_REASON_FAULT_CLEARED, event, now, actions);
		break;
	case VRRP_EVENT_PRIORITY:
		set_priority(r, event->priority);
		break;
	case VRRP_EVENT_STARTUP:
	case VRRP_EVENT_ADVERT:
	case VRRP_EVENT_TIMER:
	case VRRP_EVENT_FAULT:
	case VRRP_EVENT_ADOPT:
	case VRRP_EVENT_FRAME:
		break;
	}
}

void vrrp_states_step(struct vrrp_router *r, const struct vrrp_event *event, struct mono now,
		      struct vrrp_actions *actions)
{
	switch (r->state) {
	case VRRP_STATE_INIT:
		on_init(r, event, now, actions);
		break;
	case VRRP_STATE_BACKUP:
		on_backup(r, event, now, actions);
		break;
	case VRRP_STATE_MASTER:
		on_master(r, event, now, actions);
		break;
	case VRRP_STATE_FAULT:
		on_fault(r, event, now, actions);
		break;
	case VRRP_STATE_N_:
		check(false);
	}
}
