/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The order of a turn. Adverts that are due go first, because a peer counts them. Whatever means
 * "I heard nothing" runs last, after everything that came in was looked at, and only for links
 * whose socket was read empty (or not even twice in a row): so neither a flood nor a late reader
 * makes a false takeover. Then the work is pulled, the urgent first. */

#include "node/node_private.h"

#include "base/check.h"

static const struct vrrp_event timer_event = { .kind = VRRP_EVENT_TIMER };

/* A wake-up serves whoever is due within this, too (vrrp_router_advert_due() knows how early). */
#define COALESCE_US 2000

static struct node_instance *first_instance(const struct heap *h, size_t offset)
{
	return (struct node_instance *)(void *)((char *)heap_first(h) - offset);
}

static void hold(struct node *n, struct node_instance *i)
{
	heap_set(&n->adverts, &i->advert_timer, MONO_NEVER);
	heap_set(&n->timers, &i->timer, MONO_NEVER);
	list_append(&n->held, &i->held);
}

void node_set_realtime(struct node *n, int64_t offset_us)
{
	n->realtime_offset_us = offset_us;
}

void node_turn(struct node *n, struct mono now)
{
	struct mono horizon = mono_add(now, COALESCE_US);

	n->turn++;
	while (mono_reached(heap_deadline(&n->adverts), horizon)) {
		struct node_instance *i = first_instance(
			&n->adverts, offsetof(struct node_instance, advert_timer));
		int64_t late_us = mono_since(i->advert_timer.deadline, now);

		if (!vrrp_router_advert_due(&i->router, now)) {
			if (late_us < 0)
				break;
			/* So late that others must serve by now: listen first. */
			hold(n, i);
			continue;
		}
		if (late_us > n->advert_late_max_us)
			n->advert_late_max_us = late_us;
		instance_step(n, i, &timer_event, now);
	}
}

static void run_timer(struct node *n, struct node_instance *i, struct mono now)
{
	uint8_t copies;

	if (mono_reached(vrrp_router_deadline(&i->router), now))
		instance_step(n, i, &timer_event, now);
	copies = announce_due(&i->announce, now);
	if (copies)
		instance_announce_all(n, i, copies);
	instance_rearm(n, i);
}

/* What an earlier turn held back, or this one: now, or again later. */
static void run_held(struct node *n, struct mono now)
{
	struct list *node = n->held.next;

	while (node != &n->held) {
		struct node_instance *i = LIST_ITEM(node, struct node_instance, held);

		node = node->next;
		if (!link_is_listened(n, &n->links[i->config->link]))
			continue;
		list_remove(&i->held);
		run_timer(n, i, now);
	}
}

static void end_delay(struct node *n, struct mono now)
{
	if (!n->is_delayed || !mono_reached(n->ready_at, now))
		return;
	n->is_delayed = false;
	for (uint32_t k = 0; k < n->instance_count; k++)
		instance_check(n, &n->instances[k], now);
}

void node_timers(struct node *n, struct mono now)
{
	while (mono_reached(heap_deadline(&n->timers), now)) {
		struct node_instance *i =
			first_instance(&n->timers, offsetof(struct node_instance, timer));

		if (link_is_listened(n, &n->links[i->config->link]))
			run_timer(n, i, now);
		else
			hold(n, i);
	}
	run_held(n, now);
	end_delay(n, now);
	address_retry(n, now);
	link_retry(n, now);
}

static bool has_work(const struct node *n)
{
	bool has_messages = !list_is_empty(&n->transiting) || !list_is_empty(&n->dropping) ||
			    n->note_count > 0;

	return !list_is_empty(&n->sending) || !list_is_empty(&n->links_work) ||
	       (has_messages && !n->holds_messages) || !list_is_empty(&n->changing) ||
	       !list_is_empty(&n->fresh) || !list_is_empty(&n->announcing) ||
	       (n->is_synced && !list_is_empty(&n->work)) || (n->dump_wanted && !n->dump_asked);
}

struct mono node_deadline(const struct node *n)
{
	struct mono at = mono_earlier(heap_deadline(&n->adverts), heap_deadline(&n->timers));

	if (has_work(n) || !list_is_empty(&n->held))
		return (struct mono){ 0 };
	at = mono_earlier(at, address_deadline(n));
	at = mono_earlier(at, n->socket_retry_at);
	if (n->is_delayed)
		at = mono_earlier(at, n->ready_at);
	if (n->is_shedding)
		at = mono_earlier(at, n->shed_at);
	return n->stop_told ? at : mono_earlier(at, n->stop_at);
}

/* -- the end -- */

void node_stop(struct node *n, struct mono now)
{
	if (n->is_stopping)
		return;
	n->is_stopping = true;
	for (uint32_t k = 0; k < n->instance_count; k++) {
		struct node_instance *i = &n->instances[k];

		i->has_kept = false;
		if (i->config->flags & IMAGE_BROKEN)
			i->stopped = true;
		else
			instance_step(n, i, &(struct vrrp_event){ .kind = VRRP_EVENT_SHUTDOWN },
				      now);
	}
}

static bool are_farewells_over(const struct node *n)
{
	for (uint32_t k = 0; k < n->instance_count; k++)
		if (!n->instances[k].stopped)
			return false;
	return true;
}

static bool is_all_gone(const struct node *n)
{
	/* Before the first dump nobody knows what an earlier run left here. */
	if (!n->is_synced || n->leftover_count > 0)
		return false;
	for (uint32_t k = 0; k < n->address_count; k++)
		if (address_is_outstanding(&n->addresses[k]))
			return false;
	return true;
}

static bool next_stopped(struct node *n, struct mono now, struct node_action *action)
{
	if (!n->is_stopping || n->stop_told || !are_farewells_over(n))
		return false;
	/* A farewell ends by itself, but not in time if the host stood still meanwhile; only then
	 * are its addresses taken away. */
	if (mono_is_never(n->stop_at))
		n->stop_at = mono_add(now, STOP_US);
	if (!is_all_gone(n) && !mono_reached(n->stop_at, now))
		return false;
	n->stop_told = true;
	action->kind = NODE_ACTION_STOPPED;
	return true;
}

/* -- pulling -- */

static bool next_link(struct node *n, struct node_action *action)
{
	struct list *first = list_first(&n->links_work);

	if (!first)
		return false;
	struct node_link *l = LIST_ITEM(first, struct node_link, work);

	action->link = (uint32_t)(l - n->links);
	action->ifindex = l->ifindex;
	if (l->close_wanted) {
		l->close_wanted = false;
		action->kind = NODE_ACTION_CLOSE;
	} else if (l->socket == SOCKET_WANTED) {
		l->socket = SOCKET_OPENING;
		l->port_changed = l->groups_doubted = false;
		action->kind = NODE_ACTION_OPEN;
	} else if (l->watch_wanted) {
		l->watch_wanted = false;
		action->kind = NODE_ACTION_WATCH;
	} else if (l->identify_instance != NODE_NONE) {
		action->kind = NODE_ACTION_IDENTIFY;
		action->destination =
			n->instances[l->identify_instance].drop_source[VRRP_DROP_STRANGER];
		l->identify_instance = NODE_NONE;
	} else {
		action->rejoin = l->groups_doubted;
		l->port_changed = l->groups_doubted = false;
		action->kind = NODE_ACTION_FILTER;
	}
	if (!link_has_work(l))
		list_remove(first);
	return true;
}

static bool next_note(struct node *n, struct node_action *action)
{
	if (n->note_count == 0)
		return false;
	action->kind = NODE_ACTION_NOTE;
	action->message = n->notes[n->note_first];
	action->instance = action->message.instance;
	n->note_first = (n->note_first + 1) % NOTES_MAX;
	n->note_count--;
	return true;
}

/* Notes before transitions: the cause stands before what it led to. */
static bool next_message(struct node *n, struct node_action *action)
{
	return !n->holds_messages && (next_note(n, action) || instance_next_message(n, action));
}

void node_hold_messages(struct node *n, bool hold)
{
	n->holds_messages = hold;
}

static bool next_changed(struct node *n, struct node_action *action)
{
	struct list *first = list_first(&n->changing);

	if (!first)
		return false;
	list_remove(first);
	action->kind = NODE_ACTION_CHANGED;
	action->instance = LIST_ITEM(first, struct node_instance, changed)->index;
	return true;
}

static bool next_dump(struct node *n, struct node_action *action)
{
	if (!n->dump_wanted || n->dump_asked)
		return false;
	n->dump_wanted = false;
	n->dump_asked = true;
	action->kind = NODE_ACTION_DUMP;
	return true;
}

bool node_next(struct node *n, struct mono now, int address_max, struct node_action *ret_action)
{
	check(address_max >= 1 && address_max <= LIMIT_ADDRESS_BATCH);
	ret_action->instance = ret_action->link = NODE_NONE;
	return instance_next_advert(n, now, ret_action) || next_link(n, ret_action) ||
	       next_message(n, ret_action) || next_changed(n, ret_action) ||
	       address_next_frames(n, &n->fresh, ret_action) ||
	       address_next_change(n, now, address_max, ret_action) ||
	       address_next_frames(n, &n->announcing, ret_action) || next_dump(n, ret_action) ||
	       next_stopped(n, now, ret_action);
}
