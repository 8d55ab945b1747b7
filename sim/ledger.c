/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The books (ledger.h): counters, rows of the tables, operations, the sockets' filters. Messages
 * are in ledger_told.c. */
#include "sim/expect_private.h"

#include "base/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* After its farewell so long the addresses may take; then it ends anyway. */
#define STOP_US 900000
/* docs/vrrp-states.md */
#define FAREWELL_GAP_US 20000

/* -- lives -- */

static struct sim_ledger *ledgers_new(struct sim_host *h)
{
	const struct image *image = h->image;
	struct sim_ledger *ledgers = calloc(image->instance_count + 1, sizeof(*ledgers));

	free(h->copies);
	h->copies = calloc(image->address_count + 1, 1);
	check(ledgers && h->copies);
	for (uint32_t i = 0; i < image->instance_count; i++) {
		for (int k = 0; k < VRRP_DROP_N_; k++)
			ledgers[i].drop_us[k] = INT64_MIN;
		for (int k = 0; k < ROLE_NOTE_N_; k++)
			ledgers[i].note_us[k] = INT64_MIN;
	}
	return ledgers;
}

/* Whoever goes on counts on. */
static void go_on(struct sim_host *h, uint32_t i)
{
	struct sim_ledger *l = &h->ledgers[i];
	struct status_row row = expect_row(h, i);
	struct keep_row kept;

	if (!keep_read(h->variants[h->variant].keep, i, &kept))
		return;
	if (memcmp(row.counters, kept.counters, sizeof(row.counters)) != 0)
		expect_differs(h, i, "counters after a restart", 1, 0);
	memcpy(l->counted, row.counters, sizeof(l->counted));
	l->adverts = row.counters[COUNTER_ADVERTS_SENT];
	l->farewells = row.counters[COUNTER_PRIORITY_ZERO_SENT];
	l->announcements = row.counters[COUNTER_ANNOUNCEMENTS];
	l->became = row.counters[COUNTER_BECAME_MASTER];
	l->released = row.counters[COUNTER_RELEASED_MASTER];
	l->send_errors = row.counters[COUNTER_SEND_ERRORS];
	l->address_errors = row.counters[COUNTER_ADDRESS_ERRORS];
	for (int k = 0; k < VRRP_DROP_N_; k++)
		l->dropped[k] = row.counters[COUNTER_DROP + k];
}

void sim_ledger_begin(struct sim_host *h, bool adopt)
{
	if (!h->sim->oracle.is_on)
		return;
	free(h->ledgers);
	h->ledgers = ledgers_new(h);
	sim_ledger_addresses_new(h);
	h->overruns = h->surprises = 0;
	/* What somebody put there before is met again when a reload names it. */
	h->meddled = 0;
	for (size_t k = 0; k < h->address_count; k++)
		h->meddled += !h->addresses[k].is_marked;
	h->advert_late_max_us = 0;
	h->was_changed = h->owes_dump = false;
	h->is_dump_due = true;
	for (uint32_t l = 0; l < h->link_count; l++) {
		h->links[l].noted = 0;
		h->links[l].has_failed = false;
	}
	for (uint32_t i = 0; adopt && i < h->image->instance_count; i++)
		if (!(expect_instance(h, i)->flags & IMAGE_BROKEN))
			go_on(h, i);
}

/* The same virtual router on the same link goes on. */
void sim_ledger_reloaded(struct sim_host *h, uint32_t old)
{
	const struct sim_variant *before = &h->variants[old];
	struct sim_ledger *ledgers;
	bool *is_old;

	if (!h->ledgers)
		return;
	is_old = calloc(h->image->instance_count + 1, sizeof(bool));
	check(is_old);
	ledgers = ledgers_new(h);
	sim_ledger_addresses_new(h);
	h->was_changed = h->is_dump_due = true;
	h->owes_dump = false;
	/* What the configuration before did not have is met at its next news, and dumped. */
	for (uint32_t l = 0; l < h->link_count; l++)
		if (!h->links[l].is_met)
			h->links[l].told_index = 0;
	sim_ledger_give_up(h);
	for (uint32_t k = 0; k < before->image->instance_count; k++) {
		uint32_t i = sim_router_next(before, k, &h->variants[h->variant]);

		if (i == NODE_NONE)
			continue;
		ledgers[i] = h->ledgers[k];
		is_old[i] = true;
	}
	free(h->ledgers);
	h->ledgers = ledgers;
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		node_row(h->node, i, 0, &h->ledgers[i].row);
		if (!is_old[i])
			sim_ledger_joined(h, i);
	}
	free(is_old);
}

/* -- what it does -- */

static void counted_advert(struct sim_host *h, const struct node_action *a)
{
	struct sim_ledger *l = &h->ledgers[a->instance];
	const struct sim_expect *e = &h->expects[a->instance];
	const struct sim_link *link = &h->links[sim_link_of(h, a->link)];

	/* Who slept so long that others must serve listens before it speaks. */
	if (!h->has_listened && e->state == VRRP_STATE_MASTER && !e->is_leaving &&
	    expect_overslept(e, expect_instance(h, a->instance), sim_host_now(h).us))
		expect_differs(h, a->instance, "it speaks before it listens", 1, 0);
	/* Of one that was replaced meanwhile it knows less. */
	if (!link->told_up && link->told_index == link->ifindex && !link->told_renamed)
		expect_differs(h, a->instance, "an advert on an interface that is down", 1, 0);
	l->send_errors += h->refuses || h->filters;
	if (expect_goes_on(h, a))
		return;
	l->adverts++;
	l->farewells += a->packet[octets_header(a->packet) + VRRP_PRIORITY] == 0;
}

/* Does the frame announce this address? Also of an interface that has just gone: by its MAC. */
static bool is_of(const struct sim_host *h, const uint8_t *frame, const struct image_address *a)
{
	struct addr vip = sim_announced(frame);
	const uint8_t *mac = h->links[sim_link_of(h, a->link)].mac;

	return addr_equal(&vip, &a->prefix.addr) &&
	       memcmp(frame + ETHERNET_SENDER, mac, MAC_SIZE) == 0;
}

static void counted_frame(struct sim_host *h, const uint8_t *frame)
{
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		uint32_t first = expect_instance(h, i)->address_first;

		for (uint32_t n = first; n < first + expect_instance(h, i)->address_count; n++) {
			if (!is_of(h, frame, &image_addresses(h->image)[n]))
				continue;
			if (sim_ledger_is_shed(h, n) && h->sim->now_us > h->sheds_us)
				expect_differs(h, i, "it announces what it takes away", n, 0);
			h->ledgers[i].announcements++;
			h->copies[n]++;
		}
	}
}

static void counted_frames(struct sim_host *h, const struct node_action *a)
{
	for (int k = 0; k < a->count; k++)
		counted_frame(h, a->frames[k].data);
}

static void judge_change(struct sim_host *h, const struct node_address_change *c)
{
	const struct image_address *a = &image_addresses(h->image)[c->address];
	/* NODE_NONE: it has just gone. */
	uint32_t link = sim_link_by_index(h, c->ifindex, c->prefix.addr.family);

	/* Of an earlier run, and in no configuration: removed as it is. */
	if (c->address >= h->image->address_count) {
		if (c->add)
			sim_violated(h->sim, "host %s adds what is not configured", h->name);
		return;
	}
	if (c->add)
		h->ledger_addresses[c->address].is_owed = false;
	else
		sim_ledger_removes(h, c->address);
	if (!addr_equal(&c->prefix.addr, &a->prefix.addr) ||
	    (!a->peer.addr.family && c->prefix.length != a->prefix.length) ||
	    !addr_equal(&c->broadcast, &a->broadcast) || !prefix_equal(&c->peer, &a->peer) ||
	    c->scope != a->scope || strcmp(c->label, a->label) != 0 ||
	    (link != NODE_NONE && link != sim_link_of(h, a->link)))
		sim_violated(h->sim, "host %s, address %u: not as configured", h->name, c->address);
}

/* `is_due`: new, or the interface may have forgotten its groups; else something has to change. */
static void filter_write(struct sim_host *h, uint32_t node_link, bool is_due)
{
	struct sim_link *l = &h->links[sim_link_of(h, node_link)];
	struct node_port before;

	memcpy(&before, &l->takes, sizeof(before));
	node_link_port(h->node, node_link, &l->takes);
	if (!is_due && memcmp(&before, &l->takes, sizeof(before)) == 0)
		sim_violated(h->sim, "host %s, %s: the filter is set anew", h->name, l->name);
}

/* What a change of the configuration brings is not told of again. */
static void index_judge(const struct sim_host *h, const struct node_action *a)
{
	uint32_t index = h->links[sim_link_of(h, a->link)].told_index;

	if (index && a->ifindex != index)
		sim_violated(h->sim, "host %s: the index of an interface: %u, not %u", h->name,
			     a->ifindex, index);
}

/* It says that nothing is left to do. */
static void judge_end(struct sim_host *h)
{
	if (h->loses_news || sim_host_now(h).us - h->stopped_us >= STOP_US)
		return;
	/* What is on an interface that it has just met is not known before the dump that it asked
	 * for. */
	for (uint32_t k = 0; k < h->news_count; k++)
		if (h->news[k].kind >= SIM_NEWS_DUMP)
			return;
	for (size_t k = 0; k < h->address_count; k++)
		if (h->addresses[k].is_marked && !h->addresses[k].is_foreign &&
		    sim_link_is_known(h, h->addresses[k].link) &&
		    h->links[h->addresses[k].link].node_link != NODE_NONE)
			sim_violated(h->sim, "host %s stops and leaves an address", h->name);
}

void sim_ledger_action(struct sim_host *h, const struct node_action *a)
{
	if (!h->ledgers)
		return;
	switch (a->kind) {
	case NODE_ACTION_ADVERT:
		counted_advert(h, a);
		break;
	case NODE_ACTION_ANNOUNCE:
		counted_frames(h, a);
		break;
	case NODE_ACTION_ADDRESSES:
		for (int k = 0; k < a->count; k++)
			judge_change(h, &a->changes[k]);
		break;
	case NODE_ACTION_OPEN:
	case NODE_ACTION_FILTER:
		index_judge(h, a);
		filter_write(h, a->link, a->kind == NODE_ACTION_OPEN || a->rejoin);
		break;
	case NODE_ACTION_TRANSITION:
	case NODE_ACTION_DROP:
	case NODE_ACTION_NOTE:
		sim_ledger_told(h, a);
		break;
	case NODE_ACTION_CHANGED:
		node_row(h->node, a->instance, 0, &h->ledgers[a->instance].row);
		h->ledgers[a->instance].has_row = true;
		break;
	case NODE_ACTION_STOPPED:
		judge_end(h);
		break;
	case NODE_ACTION_DUMP:
		if (!h->is_dump_due)
			sim_violated(h->sim, "host %s: a dump that nothing asks for", h->name);
		h->is_dump_due = h->owes_dump = false;
		break;
	case NODE_ACTION_CLOSE:
	case NODE_ACTION_WATCH:
	case NODE_ACTION_IDENTIFY:
		break;
	}
}

void sim_ledger_met(struct sim_host *h, const struct sim_news *news)
{
	struct sim_link *l = &h->links[news->link];
	bool is_new = l->told_index != news->ifindex || l->told_renamed != news->is_renamed;

	h->is_dump_due |= is_new;
	/* Until it is dumped nobody knows which addresses it has. */
	for (size_t k = 0; is_new && k < h->address_count; k++)
		h->meddled += h->addresses[k].link == news->link;
	l->told_index = news->ifindex;
	l->told_renamed = news->is_renamed;
}

/* A round is all of its copies, whatever led to it. Where slices ended before it was over another
 * one may have begun in the middle. */
static bool is_round(const struct image_instance *i, uint8_t copies, bool was_behind)
{
	if (was_behind && copies > i->garp_repeat_later && copies > i->garp_repeat)
		return true;
	return !copies || copies == i->garp_repeat || copies == i->garp_repeat_later;
}

/* But not of what went meanwhile, nor where its first slice was the last one of another
 * configuration. */
void sim_ledger_applied(struct sim_host *h)
{
	bool is_anew = h->is_behind && sim_host_is_changing(h);

	for (uint32_t i = 0; h->ledgers && i < h->image->instance_count; i++) {
		const struct image_instance *instance = expect_instance(h, i);
		const struct image_address *a = &image_addresses(h->image)[instance->address_first];
		uint8_t *copies = &h->copies[instance->address_first];

		for (uint32_t n = 0; n < instance->address_count; n++) {
			bool is_whole =
				is_anew || is_round(instance, copies[n], h->is_behind);

			if (copies[n] && !(instance->flags & IMAGE_BROKEN) &&
			    !sim_ledger_announces(h, i, instance->address_first + n))
				expect_differs(h, i, "an announcement without a cause", n, 0);
			/* But for what the next change takes away again before that. */
			if (h->ledger_addresses[instance->address_first + n].is_owed &&
			    !sim_ledger_is_shed(h, instance->address_first + n) &&
			    h->expects[i].state == VRRP_STATE_MASTER)
				expect_differs(h, i, "what it took away does not come back", n, 0);
			if (!is_whole && h->expects[i].state == VRRP_STATE_MASTER &&
			    sim_address_held(h, sim_link_of(h, a[n].link), &a[n].prefix.addr))
				expect_differs(h, i, "copies of an announcement", copies[n],
					       instance->garp_repeat);
			copies[n] = 0;
		}
	}
}

/* -- what is written down -- */

static void counter_judge(struct sim_host *h, uint32_t i, const struct status_row *row,
			  enum counter counter, uint64_t expected)
{
	if (row->counters[counter] != expected)
		expect_differs(h, i, counter_name(counter), (int64_t)row->counters[counter],
			       (int64_t)expected);
}

static void counters_judge(struct sim_host *h, uint32_t i, const struct status_row *row)
{
	const struct sim_ledger *l = &h->ledgers[i];

	counter_judge(h, i, row, COUNTER_ADVERTS_SENT, l->adverts);
	counter_judge(h, i, row, COUNTER_PRIORITY_ZERO_SENT, l->farewells);
	counter_judge(h, i, row, COUNTER_ANNOUNCEMENTS, l->announcements);
	counter_judge(h, i, row, COUNTER_BECAME_MASTER, l->became);
	counter_judge(h, i, row, COUNTER_RELEASED_MASTER, l->released);
	counter_judge(h, i, row, COUNTER_SEND_ERRORS, l->send_errors);
	counter_judge(h, i, row, COUNTER_ADDRESS_ERRORS, l->address_errors);
}

/* Who changes something says so: others see only what was written. */
static void tables_judge(struct sim_host *h, uint32_t i)
{
	struct sim_ledger *l = &h->ledgers[i];
	struct status_row row;
	struct keep_row kept, written;

	node_row(h->node, i, 0, &row);
	/* Announcements are counted with the next change. */
	row.counters[COUNTER_ANNOUNCEMENTS] = l->row.counters[COUNTER_ANNOUNCEMENTS];
	if (l->has_row && memcmp(&row, &l->row, sizeof(row)) != 0)
		expect_differs(h, i, "its row is out of date", row.state, l->row.state);
	node_keep(h->node, i, 0, &kept);
	if (memcmp(kept.counters, expect_row(h, i).counters, sizeof(kept.counters)) != 0)
		expect_differs(h, i, "its counters are not kept", 0, 1);
	if (!keep_read(h->variants[h->variant].keep, i, &written)) {
		if (l->has_row)
			expect_differs(h, i, "what is kept of it cannot be read", 0, 1);
		return;
	}
	kept.counters[COUNTER_ANNOUNCEMENTS] = written.counters[COUNTER_ANNOUNCEMENTS];
	kept.since_realtime_us = written.since_realtime_us;
	if (row.state != VRRP_STATE_INIT &&
	    written.state != (row.leaving ? VRRP_STATE_INIT : row.state))
		expect_differs(h, i, "what is kept of its state", written.state, row.state);
	if (memcmp(&kept, &written, sizeof(kept)) != 0)
		expect_differs(h, i, "what is kept of it is out of date", written.state,
			       kept.state);
}

/* One that says what is wrong with the interfaces of its addresses, or none. */
static bool are_links_good(const struct sim_host *h, const struct image_instance *i,
			   uint32_t conditions)
{
	bool is_missing = conditions & 1u << CONDITION_LINK_MISSING;
	bool is_down = conditions & 1u << CONDITION_LINK_DOWN;

	if (is_missing && !sim_router_lacks(h, i, false))
		return false;
	return (is_missing || is_down) == sim_router_lacks(h, i, true);
}

/* As far as they follow from the host alone. */
static bool are_conditions_good(const struct sim_host *h, uint32_t i, uint32_t conditions)
{
	const struct image_instance *instance = expect_instance(h, i);
	const struct sim_link *l = &h->links[sim_link_of(h, instance->link)];
	uint32_t links = 1u << CONDITION_LINK_MISSING | 1u << CONDITION_LINK_DOWN;
	uint32_t must = 0, may = 0;
	enum vrrp_state state = h->expects[i].state;

	if (sim_host_is_delayed(h) && (state == VRRP_STATE_INIT || state == VRRP_STATE_FAULT))
		may |= 1u << CONDITION_STARTUP_DELAY;
	/* How long it may take to stop is judged by itself. */
	if (h->is_stopping)
		may |= 1u << CONDITION_LEFTOVERS;
	if (!l->ifindex || l->is_renamed)
		return conditions == 1u << CONDITION_LINK_MISSING;
	if (!l->has_carrier)
		must |= 1u << CONDITION_LINK_DOWN;
	else if (!are_links_good(h, instance, conditions))
		return false;
	else
		may |= links;
	if (!sim_router_has_source(h, instance) || (!instance->source.family && !l->has_own))
		may |= 1u << CONDITION_NO_SOURCE;
	if (sim_router_wants_peers(h, instance))
		must |= 1u << CONDITION_NO_PEER;
	if (!l->is_open)
		must |= 1u << CONDITION_SOCKET;
	return (conditions & must) == must && !(conditions & ~(must | may));
}

/* Since when, is known of those that are there, and is when they were told of. */
static void since_judge(struct sim_host *h, uint32_t i, const struct status_row *row)
{
	const struct sim_ledger *l = &h->ledgers[i];
	const struct sim_link *link = &h->links[sim_link_of(h, expect_instance(h, i)->link)];
	uint32_t no_socket = 1u << CONDITION_SOCKET | 1u << CONDITION_LINK_MISSING |
			     1u << CONDITION_UNKNOWN;
	struct status_row shown;

	for (int c = 0; c < CONDITION_N_; c++) {
		bool is_there = row->conditions & (1u << c);
		int64_t since_us = row->condition_since_realtime_us[c];

		if (is_there != (since_us != 0) || since_us > sim_host_now(h).us)
			expect_differs(h, i, "since when a condition is there", c, is_there);
		if (is_there && (l->conditions & (1u << c)) &&
		    (since_us > l->condition_us[c] || since_us < l->condition_from_us[c]))
			expect_differs(h, i, "a condition is there since", since_us,
				       l->condition_us[c]);
	}
	/* Nothing happened to it yet: that is no time, by any clock. */
	node_row(h->node, i, SIM_SECOND, &shown);
	if (!row->since_realtime_us && shown.since_realtime_us)
		expect_differs(h, i, "since when it is as it is", shown.since_realtime_us, 0);
	if (link->has_failed && !(row->conditions & no_socket))
		expect_differs(h, i, "without a socket it has no condition", 0, CONDITION_SOCKET);
}

/* What it took over gets its mark: a vipd with another file knows it by that. */
static void mark_judge(struct sim_host *h, uint32_t i, const struct status_row *row)
{
	bool is_wrong = row->state == VRRP_STATE_MASTER && sim_ledger_is_unmarked(h, i);

	if (sim_lasts(h->sim, &h->ledgers[i].unmarked, is_wrong,
		      SIM_SLACK_US + (h->was_refused ? RECONCILE_RETRY_MAX_US : 0)))
		expect_differs(h, i, "what it took over has no mark", 1, 0);
}

static void row_judge(struct sim_host *h, uint32_t i, const struct status_row *row)
{
	const struct image_instance *instance = expect_instance(h, i);
	const struct image_address *a = &image_addresses(h->image)[instance->address_first];
	struct sim_ledger *l = &h->ledgers[i];
	uint32_t held = 0, wanted = 0;

	for (uint32_t k = 0; k < instance->address_count; k++) {
		uint32_t link = sim_link_of(h, a[k].link);

		if (!sim_address_held(h, link, &a[k].prefix.addr))
			continue;
		h->ledger_addresses[instance->address_first + k].is_tried &=
			!h->ledger_addresses[instance->address_first + k].failures;
		held += sim_link_is_known(h, link) &&
			!sim_ledger_is_left(h, link, &a[k].prefix.addr);
	}
	if (row->state == VRRP_STATE_MASTER)
		wanted = instance->address_count;
	if (h->change == SIM_CHANGE_NONE && row->addresses_wanted != wanted)
		expect_differs(h, i, "addresses wanted", row->addresses_wanted, wanted);
	if (sim_lasts(h->sim, &l->presence_wrong, row->addresses_present != held, SIM_ADDRESS_US))
		expect_differs(h, i, "addresses present", row->addresses_present, held);
	if (sim_lasts(h->sim, &l->conditions_wrong, !are_conditions_good(h, i, row->conditions),
		      SIM_SLACK_US + (h->was_refused ? RECONCILE_RETRY_MAX_US : 0)))
		expect_differs(h, i, "its conditions", row->conditions, 0);
	if (row->previous == row->state && row->reason != VRRP_REASON_NONE)
		expect_differs(h, i, "the state before", row->previous, row->state);
}

/* The next of its farewells is due soon, unless one was due while its link was down; a change that
 * cannot be finished is given up in time. */
static void change_judge(struct sim_host *h)
{
	struct mono deadline = node_deadline(h->node);

	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		const struct sim_expect *e = &h->expects[i];
		const struct sim_link *l = &h->links[sim_link_of(h, expect_instance(h, i)->link)];

		if (e->is_leaving && e->farewells && l->came_up_us < e->farewell_us &&
		    deadline.us > e->farewell_us + FAREWELL_GAP_US && !expect_row(h, i).conditions)
			expect_differs(h, i, "its next farewell comes after",
				       deadline.us - e->farewell_us, FAREWELL_GAP_US);
	}
	if (h->change == SIM_CHANGE_SHEDDING && mono_since(sim_host_now(h), deadline) > SIM_SECOND)
		sim_violated(h->sim, "host %s: a change may go on for ever", h->name);
	if (sim_lasts(h->sim, &h->nobodys, sim_ledger_has_left(h),
		      RECONCILE_RETRY_MAX_US + SIM_SLACK_US))
		sim_violated(h->sim, "host %s: an address that a change left behind", h->name);
}

/* Nothing but its counters is kept of it. */
static void broken_judge(struct sim_host *h, uint32_t i, const struct status_row *row)
{
	struct keep_row kept, none;

	node_keep(h->node, i, 0, &kept);
	memset(&none, 0, sizeof(none));
	memcpy(none.counters, row->counters, sizeof(none.counters));
	if (memcmp(&kept, &none, sizeof(none)) != 0)
		expect_differs(h, i, "what is kept of a broken one, state", kept.state, 0);
	if (row->state != VRRP_STATE_FAULT || row->conditions != 1u << CONDITION_CONFIGURATION ||
	    row->down_at_us != INT64_MAX || row->preempt_at_us != INT64_MAX || row->source.family)
		expect_differs(h, i, "a broken one, in state", row->state, VRRP_STATE_FAULT);
}

/* Each socket hears the routers of its link, and no others. */
static void filters_judge(struct sim_host *h)
{
	for (uint32_t l = 0; l < h->image->link_count; l++) {
		const struct sim_link *link = &h->links[sim_link_of(h, l)];
		uint8_t bits[32] = { 0 }, versions = 0;
		bool has_unicast = false, has_multicast = false, has_ah = false;

		for (uint32_t i = 0; i < h->image->instance_count; i++) {
			const struct image_instance *instance = expect_instance(h, i);

			if (instance->link != l || (instance->flags & IMAGE_BROKEN))
				continue;
			bits[instance->vrid / 8] |= (uint8_t)(1 << instance->vrid % 8);
			versions |= (uint8_t)(1 << instance->version);
			has_unicast |= (instance->flags & IMAGE_UNICAST) != 0;
			has_ah |= instance->version == 2;
			has_multicast |= !(instance->flags & IMAGE_UNICAST);
		}
		if (link->is_open && (memcmp(bits, link->takes.vrids, sizeof(bits)) != 0 ||
				      link->takes.versions != versions ||
				      link->takes.any_ttl != has_unicast ||
				      link->takes.has_ah != has_ah ||
				      link->takes.group_count != has_multicast))
			sim_violated(h->sim, "host %s, %s: the filter of its socket", h->name,
				     link->name);
	}
}

/* What it said last of an interface, and how it is. One that came back without a carrier is not
 * spoken of before it has one. */
static bool is_noted(struct sim_link *l)
{
	bool is_missing = !l->ifindex || l->is_renamed;

	if (!l->noted && !is_missing)
		l->noted = l->has_carrier ? ROLE_NOTE_LINK_UP : ROLE_NOTE_LINK_DOWN;
	if (is_missing)
		return l->noted == ROLE_NOTE_LINK_MISSING;
	return (l->noted == ROLE_NOTE_LINK_UP) == l->has_carrier;
}

static void links_judge(struct sim_host *h)
{
	bool hears = !h->loses_news && !h->has_lost_news && !h->news_count && !h->is_dumping;

	for (uint32_t k = 0; k < h->image->link_count; k++) {
		struct sim_link *l = &h->links[sim_link_of(h, k)];

		if (sim_lasts(h->sim, &l->misnoted, hears && !is_noted(l), SIM_SLACK_US))
			sim_violated(h->sim, "host %s, %s: what the log says of it: %d", h->name,
				     l->name, l->noted);
		if (sim_lasts(h->sim, &l->groupless,
			      hears && l->lacks_groups && l->is_open && l->has_own, SIM_SLACK_US))
			sim_violated(h->sim, "host %s, %s: it is in no group", h->name, l->name);
	}
}

void sim_ledger_judge(struct sim_host *h)
{
	struct status_general general = { .pid = 0 };

	if (!h->ledgers || !sim_host_is_awake(h) || h->has_work || h->is_behind)
		return;
	/* One dump at a time. */
	if (sim_lasts(h->sim, &h->undumped, h->owes_dump, SIM_SECOND + SIM_SLACK_US))
		sim_violated(h->sim, "host %s: it does not ask whose an address is", h->name);
	for (uint32_t i = 0; i < h->image->instance_count; i++) {
		struct status_row row;

		node_row(h->node, i, 0, &row);
		if (expect_instance(h, i)->flags & IMAGE_BROKEN) {
			broken_judge(h, i, &row);
			continue;
		}
		counters_judge(h, i, &row);
		tables_judge(h, i);
		row_judge(h, i, &row);
		mark_judge(h, i, &row);
		since_judge(h, i, &row);
		sim_ledger_judge_told(h, i, &row);
	}
	change_judge(h);
	if (h->change == SIM_CHANGE_NONE) {
		filters_judge(h);
		links_judge(h);
	}
	node_general(h->node, &general);
	if (general.kernel_overruns != h->overruns)
		sim_violated(h->sim, "host %s: overruns", h->name);
	if (general.advert_late_max_us < h->advert_late_max_us)
		sim_violated(h->sim, "host %s: an advert was later than it says: %lld", h->name,
			     (long long)general.advert_late_max_us);
}
