/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The books (ledger.h) on messages: each is of its configuration and of what happened, those that
 * repeat keep their distance, and what was counted was told. */
#include "sim/expect_private.h"

#include "base/check.h"
#include "wire/arp.h"

#include <errno.h>
#include <string.h>

/* More changes of state in one turn: the middle goes. */
#define CHANGES_MAX 3
#define GAP_US LIMIT_DROP_LOG_US

/* Notes that come at most once in this time, and the counter that each belongs to. */
static const struct {
	enum role_note note;
	int64_t gap_us;
	enum counter counter; /* COUNTER_N_: none */
} gaps[] = {
	{ ROLE_NOTE_LOWER_HEARD, GAP_US, COUNTER_N_ },
	{ ROLE_NOTE_LOWER_DISCARDED, GAP_US, COUNTER_N_ },
	{ ROLE_NOTE_ADDRESS_LIST, GAP_US, COUNTER_ADDRESS_LIST_ERRORS },
	{ ROLE_NOTE_INTERVAL, GAP_US, COUNTER_INTERVAL_DIFFERS },
	{ ROLE_NOTE_CHECKSUM, GAP_US, COUNTER_CHECKSUM_OTHER },
	{ ROLE_NOTE_SEND_ERROR, GAP_US, COUNTER_SEND_ERRORS },
	{ ROLE_NOTE_ADDRESS_ERROR, GAP_US, COUNTER_ADDRESS_ERRORS },
	{ ROLE_NOTE_ADDRESS_REPAIRED, 1000000, COUNTER_ADDRESS_REPAIRS },
	{ ROLE_NOTE_FAREWELL, 1000000, COUNTER_PRIORITY_ZERO_SENT },
};

/* Another configuration tells of a fault, too: its only source may be a virtual address now. But is
 * it the host's own one, which is there all the time? */
static bool has_its_source(const struct sim_host *h, uint32_t i)
{
	const struct image_instance *instance = expect_instance(h, i);
	uint32_t link = sim_link_of(h, instance->link);
	const struct sim_link *l = &h->links[link];

	for (uint32_t k = 0; k < h->image->address_count; k++)
		if (addr_equal(&image_addresses(h->image)[k].prefix.addr, &l->own.addr))
			return false;
	return l->ifindex && l->has_carrier && !l->is_renamed && l->told_up && !h->loses_news &&
	       !h->news_count && addr_equal(&h->expects[i].own, &l->own.addr) &&
	       sim_link_has_native(h, link) && sim_address_is_native(h, link, &l->own.addr) &&
	       instance->source.family == ADDR_NONE &&
	       !(instance->flags & (IMAGE_UNICAST | IMAGE_FAULT_NO_PEER));
}

/* The priority of one that serves unverified and does not preempt; by now it may be verified. */
static bool is_claim(const struct sim_host *h, uint32_t i, uint8_t priority)
{
	return priority == VRRP_LOWEST && !sim_judge_preempts(expect_instance(h, i));
}

static void told_change(struct sim_host *h, const struct role_message *m)
{
	struct sim_ledger *l = &h->ledgers[m->instance];

	l->became += m->to == VRRP_STATE_MASTER;
	l->released += m->from == VRRP_STATE_MASTER;
	l->reason = m->reason;
	if (m->to == VRRP_STATE_FAULT && m->from != VRRP_STATE_INIT &&
	    !sim_host_is_current(h, h->heard_us) &&
	    (!sim_host_is_changing(h) || has_its_source(h, m->instance)))
		expect_differs(h, m->instance, "a fault that nobody told it of", m->from, m->to);
	if (m->from == VRRP_STATE_MASTER)
		sim_ledger_left(h, m->instance);
	if (m->from == VRRP_STATE_INIT && m->reason != VRRP_REASON_ADOPTED &&
	    m->to != VRRP_STATE_FAULT)
		sim_ledger_started(h, m->instance);
	if (++l->changes > CHANGES_MAX) {
		struct status_row row = expect_row(h, m->instance);

		l->became = row.counters[COUNTER_BECAME_MASTER];
		l->released = row.counters[COUNTER_RELEASED_MASTER];
	}
	/* One of the turn in which the configuration changed speaks of how it was. */
	if (!sim_host_is_changing(h) &&
	    m->priority != expect_instance(h, m->instance)->priority &&
	    !(m->to == VRRP_STATE_MASTER && is_claim(h, m->instance, m->priority)))
		expect_differs(h, m->instance, "the priority in a message", m->priority,
			       expect_instance(h, m->instance)->priority);
}

/* Asked for before it is told of; once for all routers of the link. Not of an interface that just
 * came or went, nor where there is none, nor when the configuration changed in between. */
static void told_strange_drop(struct sim_host *h, uint32_t i)
{
	const struct sim_link *l = &h->links[sim_link_of(h, expect_instance(h, i)->link)];
	uint32_t before = h->ledgers[i].asked_count;

	h->ledgers[i].asked_count = l->asked_count;
	if (before == l->asked_count && l->ifindex && l->is_met && !l->is_routed &&
	    !sim_host_is_current(h, l->came_up_us) && h->sim->now_us > h->changed_us)
		expect_differs(h, i, "nobody asks for the MAC of a stranger", 0, 1);
}

static void told_drop(struct sim_host *h, const struct role_message *m)
{
	struct sim_ledger *l = &h->ledgers[m->instance];
	struct status_row row = expect_row(h, m->instance);
	int64_t now_us = sim_host_now(h).us;
	uint64_t count;

	if (m->drop == VRRP_DROP_NONE || m->drop == VRRP_DROP_NOT_RUNNING ||
	    m->drop >= VRRP_DROP_N_) {
		expect_differs(h, m->instance, "told of a drop", m->drop, VRRP_DROP_NONE);
		return;
	}
	count = row.counters[COUNTER_DROP + m->drop] - l->dropped[m->drop];
	if (m->count != count)
		expect_differs(h, m->instance, "drops since it was last told", m->count,
			       (int64_t)count);
	if (l->drop_us[m->drop] != INT64_MIN && now_us - l->drop_us[m->drop] < GAP_US)
		expect_differs(h, m->instance, "told of drops too often",
			       now_us - l->drop_us[m->drop], GAP_US);
	if (m->address.addr.family != expect_instance(h, m->instance)->family)
		expect_differs(h, m->instance, "the sender of a drop", m->address.addr.family,
			       expect_instance(h, m->instance)->family);
	if (m->drop == VRRP_DROP_STRANGER)
		told_strange_drop(h, m->instance);
	l->dropped[m->drop] = row.counters[COUNTER_DROP + m->drop];
	l->drop_us[m->drop] = now_us;
}

static void told_condition(struct sim_host *h, const struct role_message *m)
{
	struct sim_ledger *l = &h->ledgers[m->instance];
	uint32_t bit = 1u << m->condition;
	bool is_of_link = m->condition == CONDITION_LINK_DOWN ||
			  m->condition == CONDITION_LINK_MISSING;

	if (m->text[0] && !(is_of_link && m->value))
		expect_differs(h, m->instance, "told of a link with the condition", m->condition,
			       CONDITION_LINK_DOWN);
	if (m->condition >= CONDITION_LEFTOVERS || m->value == ((l->conditions & bit) != 0))
		expect_differs(h, m->instance, "told of a condition", m->condition, m->value);
	l->conditions ^= bit;
	l->condition_us[m->condition] = sim_host_now(h).us;
	l->condition_from_us[m->condition] =
		h->is_behind ? h->behind_us : sim_host_now(h).us;
}

/* Of a lower one, who is lower. */
static void told_lower(struct sim_host *h, const struct role_message *m)
{
	uint8_t priority = expect_instance(h, m->instance)->priority;

	if ((m->other_priority != priority && !is_claim(h, m->instance, m->other_priority)) ||
	    m->priority > priority ||
	    m->address.addr.family != expect_instance(h, m->instance)->family)
		expect_differs(h, m->instance, "told of a lower one", m->priority, priority);
}

/* Of a sender, one of its family. */
static void told_sender(struct sim_host *h, const struct role_message *m)
{
	uint8_t family = expect_instance(h, m->instance)->family;

	if (m->address.addr.family != family)
		expect_differs(h, m->instance, "told of a sender", m->address.addr.family, family);
	if (m->note == ROLE_NOTE_ADDRESS_LIST && m->count < 63 && !sim_host_is_changing(h) &&
	    !(h->expects[m->instance].lacked >> m->count & 1))
		expect_differs(h, m->instance, "told how many addresses a sender lacks", m->count,
			       (int64_t)h->expects[m->instance].lacked);
	if (m->note == ROLE_NOTE_INTERVAL &&
	    (int64_t)m->value == expect_instance(h, m->instance)->advert_interval_us)
		expect_differs(h, m->instance, "told of an interval", (int64_t)m->value, 0);
}

/* … and whose it is. */
static void told_stranger(struct sim_host *h, const struct role_message *m)
{
	uint8_t mac[MAC_SIZE];
	char text[MAC_TEXT_SIZE];

	told_sender(h, m);
	sim_stranger_mac(&m->address.addr, mac);
	if (strcmp(mac_print(mac, text), m->text) != 0)
		expect_differs(h, m->instance, "told of a stranger's MAC", m->text[0], text[0]);
}

/* Why its adverts stay here: what the kernel of this world says. */
static void told_error(struct sim_host *h, const struct role_message *m)
{
	if (m->value != EPERM && (m->value != ENOBUFS || m->note == ROLE_NOTE_MUTE))
		expect_differs(h, m->instance, "told why it cannot send", (int64_t)m->value, EPERM);
}

static void told_unverified(struct sim_host *h, const struct role_message *m)
{
	uint32_t link = sim_link_of(h, expect_instance(h, m->instance)->link);

	h->ledgers[m->instance].unverified++;
	/* Which is none: its name in this world is not spoken of. */
	if (strcmp(sim_link_is_told(&h->links[link]) ? h->links[link].name : "", m->text) != 0)
		expect_differs(h, m->instance, "unverified on another link", m->note, 0);
}

/* Of an address, one of the instance's. */
static void told_address(struct sim_host *h, const struct role_message *m)
{
	const struct image_instance *i = expect_instance(h, m->instance);
	const struct image_address *a = &image_addresses(h->image)[i->address_first];

	for (uint32_t k = 0; k < i->address_count; k++)
		if (addr_equal(&a[k].prefix.addr, &m->address.addr))
			return;
	expect_differs(h, m->instance, "told of an address that is not its own", m->note, 0);
}

static void told_adopted(struct sim_host *h, const struct role_message *m)
{
	if (m->to != VRRP_STATE_MASTER && m->to != VRRP_STATE_BACKUP)
		expect_differs(h, m->instance, "adopted", m->to, VRRP_STATE_BACKUP);
}

typedef void note_judge(struct sim_host *h, const struct role_message *m);

static note_judge *const of_kind[ROLE_NOTE_N_] = {
	[ROLE_NOTE_CONDITION] = told_condition,
	[ROLE_NOTE_LOWER_HEARD] = told_lower,
	[ROLE_NOTE_LOWER_DISCARDED] = told_lower,
	[ROLE_NOTE_ADDRESS_LIST] = told_sender,
	[ROLE_NOTE_INTERVAL] = told_sender,
	[ROLE_NOTE_CHECKSUM] = told_sender,
	[ROLE_NOTE_STRANGER] = told_stranger,
	[ROLE_NOTE_SEND_ERROR] = told_error,
	[ROLE_NOTE_MUTE] = told_error,
	[ROLE_NOTE_ADDRESS_ERROR] = told_address,
	[ROLE_NOTE_ADDRESS_REPAIRED] = told_address,
	[ROLE_NOTE_UNVERIFIED] = told_unverified,
	[ROLE_NOTE_ADOPTED] = told_adopted,
};

static void told_note(struct sim_host *h, const struct role_message *m)
{
	struct sim_ledger *l = &h->ledgers[m->instance];
	int64_t now_us = sim_host_now(h).us, *last_us = &l->note_us[m->note];

	for (size_t k = 0; k < sizeof(gaps) / sizeof(gaps[0]); k++)
		if (gaps[k].note == m->note && *last_us != INT64_MIN &&
		    now_us - *last_us < gaps[k].gap_us)
			expect_differs(h, m->instance, "a note too often", m->note,
				       now_us - *last_us);
	*last_us = now_us;
	if (m->note < ROLE_NOTE_N_ && of_kind[m->note])
		of_kind[m->note](h, m);
}

/* Of an interface, once for both families. */
static void link_noted(struct sim_host *h, const struct role_message *m)
{
	int64_t now_us = sim_host_now(h).us;

	for (uint32_t k = 0; k < h->link_count; k++) {
		struct sim_link *l = &h->links[k];

		if (strcmp(l->name, m->text) != 0)
			continue;
		/* Between two news it may have been back, and without a carrier. */
		if (l->noted == m->note && l->noted_us == now_us &&
		    (l->news_us != now_us || l->news == 1))
			sim_violated(h->sim, "host %s, %s: told twice: %d", h->name, m->text,
				     m->note);
		l->noted = m->note;
		l->noted_us = now_us;
	}
}

/* What an earlier run left behind is put away before the instance starts, not after. */
static void told_of_host(struct sim_host *h, const struct role_message *m)
{
	if (m->note != ROLE_NOTE_LEFTOVER)
		link_noted(h, m);
	if (m->note == ROLE_NOTE_LEFTOVER && m->address.addr.family == ADDR_NONE)
		sim_violated(h->sim, "host %s: a leftover without its address", h->name);
	/* Or what a change of the configuration could not remove in time. */
	if (m->note != ROLE_NOTE_LEFTOVER || h->was_changed)
		return;
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		const struct image_instance *instance = expect_instance(h, i);
		struct status_row row = expect_row(h, i);
		int64_t since_us = row.since_realtime_us - h->realtime_us;
		bool is_old = row.state != VRRP_STATE_INIT && !sim_host_is_current(h, since_us) &&
			      !(instance->flags & IMAGE_BROKEN);
		const struct image_address *a =
			&image_addresses(h->image)[instance->address_first];

		for (uint32_t k = 0; k < instance->address_count; k++)
			if (is_old && prefix_equal(&a[k].prefix, &m->address) &&
			    strcmp(h->links[sim_link_of(h, a[k].link)].name, m->text) == 0)
				expect_differs(h, i, "a leftover of one that runs", k, 0);
	}
}

static bool is_of_link(uint16_t note)
{
	return note == ROLE_NOTE_LINK_UP || note == ROLE_NOTE_LINK_DOWN ||
	       note == ROLE_NOTE_LINK_MISSING || note == ROLE_NOTE_LEFTOVER;
}

void sim_ledger_told(struct sim_host *h, const struct node_action *a)
{
	const struct role_message *m = &a->message;
	bool is_note = a->kind == NODE_ACTION_NOTE;
	bool names_another = is_note && is_of_link(m->note) &&
			     sim_link_by_name(h, m->text, ADDR_NONE) == NODE_NONE;

	if (!role_message_check(m, sizeof(*m)) || m->generation != h->variant + 1 ||
	    m->instance != a->instance || names_another) {
		sim_violated(h->sim, "host %s: a message that is none", h->name);
		return;
	}
	if (m->instance == NODE_NONE && is_note) {
		told_of_host(h, m);
		return;
	}
	if (m->instance >= h->image->instance_count)
		sim_violated(h->sim, "host %s: a message of no instance", h->name);
	else if (a->kind == NODE_ACTION_TRANSITION)
		told_change(h, m);
	else if (a->kind == NODE_ACTION_DROP)
		told_drop(h, m);
	else
		told_note(h, m);
}

/* What the second opinion says has to be told. */
static void expected_notes_judge(struct sim_host *h, uint32_t i)
{
	struct sim_ledger *l = &h->ledgers[i];
	const struct sim_expect *e = &h->expects[i];
	int64_t now_us = sim_host_now(h).us, last_us = l->note_us[ROLE_NOTE_LOWER_HEARD];

	if (e->rivals != l->rivals &&
	    (last_us == INT64_MIN || now_us - last_us > GAP_US + SIM_SLACK_US))
		expect_differs(h, i, "a lower one that nobody was told of", (int64_t)e->rivals,
			       (int64_t)l->rivals);
	l->rivals = e->rivals;
	if (e->unverified != l->unverified)
		expect_differs(h, i, "told that it is unverified", (int64_t)l->unverified,
			       (int64_t)e->unverified);
}

void sim_ledger_judge_told(struct sim_host *h, uint32_t i, const struct status_row *row)
{
	struct sim_ledger *l = &h->ledgers[i];
	int64_t now_us = sim_host_now(h).us;
	uint32_t waits = 1u << CONDITION_LEFTOVERS | 1u << CONDITION_STARTUP_DELAY |
			 1u << CONDITION_UNKNOWN;

	l->changes = 0;
	if (l->conditions != (row->conditions & ~waits))
		expect_differs(h, i, "conditions that were told", l->conditions, row->conditions);
	if (row->reason != VRRP_REASON_NONE && l->reason != row->reason)
		expect_differs(h, i, "the reason that was told", l->reason, row->reason);
	for (int k = VRRP_DROP_NONE + 1; k < VRRP_DROP_N_; k++)
		if (k != VRRP_DROP_NOT_RUNNING &&
		    row->counters[COUNTER_DROP + k] != l->dropped[k] &&
		    (l->drop_us[k] == INT64_MIN || now_us - l->drop_us[k] > GAP_US + SIM_SLACK_US))
			expect_differs(h, i, "drops that nobody was told of", k, 0);
	for (size_t k = 0; k < sizeof(gaps) / sizeof(gaps[0]); k++) {
		int64_t last_us = l->note_us[gaps[k].note];

		/* Who stood may have counted before that, while it was too soon to tell; and what
		 * it does first may take slices. */
		if (gaps[k].counter != COUNTER_N_ &&
		    h->sim->now_us - h->stood_us > SIM_SLACK_US &&
		    row->counters[gaps[k].counter] != l->counted[gaps[k].counter] &&
		    (last_us == INT64_MIN || now_us - last_us > gaps[k].gap_us + SIM_SLACK_US))
			expect_differs(h, i, "counted and not told", gaps[k].counter, gaps[k].note);
	}
	for (int k = 0; k < COUNTER_N_; k++)
		if (row->counters[k] < l->counted[k])
			expect_differs(h, i, counter_name((enum counter)k),
				       (int64_t)row->counters[k], (int64_t)l->counted[k]);
	memcpy(l->counted, row->counters, sizeof(l->counted));
	expected_notes_judge(h, i);
}
