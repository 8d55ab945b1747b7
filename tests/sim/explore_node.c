/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When are two memories of a node the same state? Everything in them counts, octet for octet, but
 * what is named here: counters, what only logs and status tables show, memory that is not in use,
 * and the padding of what is assigned as a whole, which each compiler fills as it likes. Times
 * count as distances from now; one that lies so far back that nothing asks how far lies at its
 * limit. A field that was forgotten here makes two states of one, never one of two.
 *
 * Whether the named ones really make no difference is not believed: every step of the explorer is
 * done a second time from a disguised memory, in which all of them have other values, and must lead
 * to the same state and the same frames. */
#include "explore_node.h"

#include "explore.h"
#include "node/node_private.h"

#include "base/check.h"

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <string.h>

/* Disguised times lie back by so much more. */
#define OLDER_US INT64_C(7654321)
/* States.c asks for three intervals of silence, and for two of lateness: intervals are 1 s. */
#define SLEPT_US (3 * SECOND_US)
/* A kept MASTER is judged by half a Master_Down_Interval, which is 4 s at most. */
#define SENT_US (5 * SECOND_US)
/* As in vrrp/states.c. */
#define ANSWER_GAP_US 20000

struct visit {
	bool is_disguise;
	int64_t now_us, shift_us;
};

static struct visit canonical_visit(int64_t shift_us)
{
	return (struct visit){ .now_us = NOW_US + shift_us, .shift_us = shift_us };
}

static struct visit disguise_visit(void)
{
	return (struct visit){ .is_disguise = true, .now_us = NOW_US };
}

static void ignored(const struct visit *v, void *field, size_t size)
{
	/* Ones: a bool, an enum and a count may be 1. */
	memset(field, v->is_disguise, size);
}

static void ignored_between(const struct visit *v, void *memory, size_t from, size_t to)
{
	ignored(v, (char *)memory + from, to - from);
}

#define END_OF(s, field) (offsetof(typeof(*(s)), field) + sizeof((s)->field))

/* The padding between a field and the next, and behind the last one. What is as large as padding
 * cannot be has a field in it. */
#define PADDING(v, s, field, next)                                                                 \
	do {                                                                                       \
		static_assert(offsetof(typeof(*(s)), next) - END_OF(s, field) <                    \
				      alignof(typeof((s)->next)),                                  \
			      "more than padding");                                                \
		ignored_between(v, s, END_OF(s, field), offsetof(typeof(*(s)), next));             \
	} while (0)
#define PADDING_BEHIND(v, s, field)                                                                \
	do {                                                                                       \
		static_assert(sizeof(*(s)) - END_OF(s, field) < alignof(typeof(*(s))),             \
			      "more than padding");                                                \
		ignored_between(v, s, END_OF(s, field), sizeof(*(s)));                             \
	} while (0)

/* A time of which nobody asks whether it lies further back than `limit_us`. */
static void limited(const struct visit *v, int64_t *us, int64_t limit_us)
{
	if (*us == MONO_NEVER.us)
		return;
	if (v->is_disguise) {
		if (*us <= v->now_us - limit_us)
			*us -= OLDER_US;
		return;
	}
	if (*us < v->now_us - limit_us)
		*us = v->now_us - limit_us;
	*us -= v->shift_us;
}

/* A time that is as good as never once it lies `limit_us` back. */
static void expiring(const struct visit *v, struct mono *t, int64_t limit_us)
{
	bool is_gone = mono_is_never(*t) || v->now_us - t->us >= limit_us;

	if (v->is_disguise && is_gone)
		t->us = v->now_us - limit_us - OLDER_US;
	else if (!v->is_disguise)
		*t = is_gone ? MONO_NEVER : mono_add(*t, -v->shift_us);
}

/* How late a timer is matters to the explorer, until it may not be later. */
static int64_t late_us(void)
{
	return (setting.late + 2) * SECOND_US / setting.ticks;
}

/* What is kept of a BACKUP is the time from which its running timer was armed. */
static void kept_visit(const struct visit *v, enum vrrp_state state, int64_t *last_advert_us,
		       int64_t down_us)
{
	if (state == VRRP_STATE_MASTER)
		limited(v, last_advert_us, SENT_US);
	else if (state == VRRP_STATE_BACKUP)
		limited(v, last_advert_us, down_us + late_us());
	else
		ignored(v, last_advert_us, sizeof(*last_advert_us));
}

static void router_visit(const struct visit *v, struct vrrp_router *r)
{
	ignored(v, &r->previous, sizeof(r->previous));
	ignored(v, &r->reason, sizeof(r->reason));
	ignored(v, &r->master_left, sizeof(r->master_left));
	ignored(v, &r->lower_heard, sizeof(r->lower_heard));
	ignored(v, &r->master, sizeof(r->master));
	ignored(v, &r->master_priority, sizeof(r->master_priority));
	ignored(v, &r->since, sizeof(r->since));
	if (r->state == VRRP_STATE_MASTER)
		limited(v, &r->last_advert.us, SENT_US);
	else
		ignored(v, &r->last_advert, sizeof(r->last_advert));
	limited(v, &r->advert_at.us, SLEPT_US);
	limited(v, &r->down_at.us, late_us());
	limited(v, &r->preempt_at.us, 0);
	limited(v, &r->verified_at.us, 0);
	expiring(v, &r->answered_at, ANSWER_GAP_US);
	/* All have one list, and what is sent leaves. */
	ignored(v, r->known, sizeof(r->known));
	check(!r->is_failing && !r->was_mute);
	ignored(v, &r->sent_at, sizeof(r->sent_at));
	PADDING(v, r, master_priority, master_interval_us);
	/* No authentication header, and version 2 signs nothing. */
	check(!r->is_begun && !r->ah_sequence);
	ignored(v, &r->hmac, sizeof(r->hmac));
	ignored(v, r->trailer, sizeof(r->trailer));
	PADDING(v, r, was_mute, ah_sequence);
	PADDING(v, r, ah_sequence, is_ah_own);
	PADDING(v, r, is_ah_own, hmac);
	PADDING_BEHIND(v, r, trailer);
	PADDING(v, &r->config, hmac_monotonic, hmac_window_us);
	PADDING(v, &r->config, expired_priority, advert_interval_us);
	PADDING(v, &r->config, address_count, peers);
	PADDING(v, &r->config, peer_count, keys);
	PADDING_BEHIND(v, &r->config, key_count);
}

static void announce_visit(const struct visit *v, struct announce *a)
{
	limited(v, &a->later_at.us, late_us());
	limited(v, &a->last_at.us, ANNOUNCE_GAP_US);
	PADDING(v, &a->config, repeat_later, delay_us);
	PADDING_BEHIND(v, a, is_owed);
}

/* Drained after each turn: what stands in them was told already. */
static void messages_visit(const struct visit *v, struct node_instance *i)
{
	if (i->transition_count == 0)
		ignored(v, i->transitions, sizeof(i->transitions));
	if (i->drop_pending == 0)
		ignored(v, i->drop_count, sizeof(i->drop_count));
	ignored(v, i->drop_logged, sizeof(i->drop_logged));
	/* A stranger's is looked at again when one is heard, and when it is identified. */
	for (int c = 0; c < VRRP_DROP_N_; c++)
		if (c != VRRP_DROP_STRANGER)
			ignored(v, &i->drop_source[c], sizeof(i->drop_source[c]));
	ignored(v, i->note_logged, sizeof(i->note_logged));
	ignored(v, i->condition_since, sizeof(i->condition_since));
	ignored(v, i->counters, sizeof(i->counters));
}

static void instance_visit(const struct visit *v, struct node_instance *i)
{
	int64_t down_us = vrrp_master_down_us(&i->router);

	router_visit(v, &i->router);
	announce_visit(v, &i->announce);
	messages_visit(v, i);
	limited(v, &i->advert_timer.deadline.us, SLEPT_US);
	limited(v, &i->timer.deadline.us, late_us());
	if (list_is_empty(&i->send))
		ignored(v, &i->advert_priority, sizeof(i->advert_priority));
	ignored(v, &i->packet_id, sizeof(i->packet_id));
	if (!i->has_kept) {
		ignored(v, &i->kept, sizeof(i->kept));
		return;
	}
	kept_visit(v, i->kept.state, &i->kept.last_advert.us, down_us);
	ignored(v, &i->kept.since, sizeof(i->kept.since));
	ignored(v, &i->kept.master, sizeof(i->kept.master));
	ignored(v, &i->kept.master_priority, sizeof(i->kept.master_priority));
	ignored(v, i->kept.known, sizeof(i->kept.known));
	ignored(v, &i->kept.master_interval_us, sizeof(i->kept.master_interval_us));
	PADDING(v, &i->kept, master, last_advert);
}

static void address_visit(const struct visit *v, struct node_address *a)
{
	struct reconcile *r = &a->reconcile;

	/* No operation before this, and 0 says at once: a time that was reached says the same, but
	 * of one that waits it is a deadline. */
	if (!list_is_empty(&a->waiting))
		limited(v, &r->retry_at.us, late_us());
	else if (mono_reached(r->retry_at, (struct mono){ v->now_us }))
		r->retry_at.us = v->is_disguise ? v->now_us - OLDER_US : 0;
	else if (!v->is_disguise)
		r->retry_at = mono_add(r->retry_at, -v->shift_us);
	expiring(v, &r->repaired_at, RECONCILE_REPAIR_GAP_US);
	ignored(v, &r->repairs, sizeof(r->repairs));
	PADDING(v, r, contradicted, doing);
	PADDING(v, r, failures, error);
}

static void node_visit(const struct visit *v, struct node *n)
{
	ignored(v, &n->turn, sizeof(n->turn));
	check(n->note_count == 0);
	n->note_first = v->is_disguise;
	ignored(v, n->notes, sizeof(n->notes));
	ignored(v, &n->notes_lost, sizeof(n->notes_lost));
	ignored(v, &n->strangers, sizeof(n->strangers));
	ignored(v, n->strangers_by_cause, sizeof(n->strangers_by_cause));
	ignored(v, &n->overruns, sizeof(n->overruns));
	ignored(v, &n->advert_late_max_us, sizeof(n->advert_late_max_us));
	limited(v, &n->stop_at.us, late_us());
	limited(v, &n->shed_at.us, late_us());
	limited(v, &n->socket_retry_at.us, late_us());
	for (uint32_t k = 0; k < n->link_count; k++) {
		check(n->links[k].busy_count == 0);
		limited(v, &n->links[k].socket_retry_at.us, late_us());
	}
	for (uint32_t k = 0; k < n->instance_count; k++)
		instance_visit(v, &n->instances[k]);
	for (uint32_t k = 0; k < n->address_count; k++)
		address_visit(v, &n->addresses[k]);
}

void node_canonical(struct node *n, int64_t shift_us)
{
	struct visit v = canonical_visit(shift_us);

	node_visit(&v, n);
}

void node_disguise(struct node *n)
{
	struct visit v = disguise_visit();

	node_visit(&v, n);
}

static void keep_visit(const struct visit *v, struct keep_row *row, int64_t down_us)
{
	kept_visit(v, row->state, &row->last_advert_us, down_us);
	ignored(v, &row->reason, sizeof(row->reason));
	ignored(v, &row->master_priority, sizeof(row->master_priority));
	ignored(v, &row->master, sizeof(row->master));
	ignored(v, row->known, sizeof(row->known));
	ignored(v, &row->hmac, sizeof(row->hmac));
	/* Version 2 knows but one. */
	ignored(v, &row->master_interval_us, sizeof(row->master_interval_us));
	ignored(v, &row->since_us, sizeof(row->since_us));
	ignored(v, &row->since_realtime_us, sizeof(row->since_realtime_us));
	ignored(v, row->counters, sizeof(row->counters));
	PADDING(v, row, master, last_advert_us);
	PADDING(v, row, known, hmac);
}

void keep_canonical(struct keep_row *row, int64_t down_us, int64_t shift_us)
{
	struct visit v = canonical_visit(shift_us);

	keep_visit(&v, row, down_us);
}

void keep_disguise(struct keep_row *row, int64_t down_us)
{
	struct visit v = disguise_visit();

	keep_visit(&v, row, down_us);
}
