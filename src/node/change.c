/* SPDX-License-Identifier: GPL-2.0-or-later */

/* A new configuration takes over from the old one without disturbing what did not change. The new
 * node is made beside the old one and compared with it in slices, while the old one serves. Then
 * the old one says farewell for what is gone, as at a stop. When nothing of that is left, state
 * moves over in one go: an instance is the same if link name, virtual router id and family are; an
 * address if link name, address and prefix are, whichever instance it belongs to. */

#include "node/node_private.h"

#include "base/check.h"

#include <string.h>

static struct node_address *same_address(const struct node *old, uint32_t old_link,
					 const struct prefix *prefix)
{
	struct node_address *a;

	if (old_link == NODE_NONE)
		return NULL;
	a = find_address(old, old_link, &prefix->addr);
	while (a && (!a->config || a->prefix.length != prefix->length))
		a = next_address(old, a);
	return a;
}

/* A broken instance owns nothing: what it shares with a healthy one is not its own. */
static struct node_address *former_address(const struct node *next, const struct node *old,
					   const struct node_address *a)
{
	struct node_address *o;

	if (next->instances[a->instance].config->flags & IMAGE_BROKEN)
		return NULL;
	o = same_address(old, next->links[a->link].old_link, &a->prefix);
	/* The kernel cannot be told of another peer but by taking the address away. */
	return o && prefix_equal(&o->config->peer, &a->config->peer) ? o : NULL;
}

static bool has_same_name(const struct node *next, const struct node_instance *i,
			  const struct node *old, const struct node_instance *o)
{
	return strcmp(image_text(next->image, i->config->name),
		      image_text(old->image, o->config->name)) == 0;
}

static bool is_alone(const struct node *n, uint32_t link, uint8_t vrid)
{
	uint32_t k = n->links[link].instance_by_vrid[vrid];

	return k != NODE_NONE && n->instances[k].vrid_next == NODE_NONE;
}

/* Interface, family and number make it the same, whatever its name; where several share the number,
 * its name, too. */
static struct node_instance *same_instance(const struct node *next, struct node *old,
					   const struct node_instance *i)
{
	uint32_t old_link = next->links[i->config->link].old_link;
	uint8_t vrid = i->config->vrid;
	bool is_only;

	if (old_link == NODE_NONE || (i->config->flags & IMAGE_BROKEN))
		return NULL;
	is_only = is_alone(next, i->config->link, vrid) && is_alone(old, old_link, vrid);
	for (uint32_t k = old->links[old_link].instance_by_vrid[vrid]; k != NODE_NONE;
	     k = old->instances[k].vrid_next) {
		struct node_instance *o = &old->instances[k];

		if (is_only || has_same_name(next, i, old, o))
			return o;
	}
	return NULL;
}

static void begin(struct node *next, struct node *old)
{
	for (uint32_t k = 0; k < next->link_count; k++)
		next->links[k].old_link = find_same_link(old, next->links[k].config);
	for (uint32_t k = 0; k < old->instance_count; k++)
		old->instances[k].is_kept = false;
	for (uint32_t k = 0; k < old->address_count; k++)
		old->addresses[k].is_kept = false;
}

bool node_change_compare(struct node *next, struct node *old, uint32_t budget)
{
	uint32_t end = next->instance_count + next->address_count;

	if (next->compare_position == 0)
		begin(next, old);
	for (; budget > 0 && next->compare_position < end; budget--, next->compare_position++) {
		uint32_t k = next->compare_position;

		if (k < next->instance_count) {
			struct node_instance *i = &next->instances[k];
			struct node_instance *o = same_instance(next, old, i);

			i->old_instance = o ? o->index : NODE_NONE;
			if (o)
				o->is_kept = true;
		} else {
			const struct node_address *a = &next->addresses[k - next->instance_count];
			struct node_address *o = former_address(next, old, a);

			if (o)
				o->is_kept = true;
		}
	}
	return next->compare_position == end;
}

void node_change_shed(struct node *old, struct mono now)
{
	old->is_shedding = true;
	for (uint32_t k = 0; k < old->instance_count; k++) {
		struct node_instance *i = &old->instances[k];

		if (i->is_kept || (i->config->flags & IMAGE_BROKEN))
			continue;
		i->has_kept = false;
		instance_step(old, i, &(struct vrrp_event){ .kind = VRRP_EVENT_SHUTDOWN }, now);
	}
	for (uint32_t k = 0; k < old->address_count; k++) {
		struct node_address *a = &old->addresses[k];

		/* Those of an instance that leaves go with its farewell. */
		if (a->is_kept || !old->instances[a->instance].is_kept)
			continue;
		a->is_shed = true;
		reconcile_want(&a->reconcile, false);
		address_queue(old, a, now);
		instance_changed(old, &old->instances[a->instance]);
	}
}

bool node_change_is_shed(struct node *old, struct mono now)
{
	for (uint32_t k = 0; k < old->instance_count; k++) {
		const struct node_instance *i = &old->instances[k];

		if (!i->is_kept && !i->stopped && !(i->config->flags & IMAGE_BROKEN))
			return false;
	}
	/* As in a stop: the farewells first, however late they are. */
	if (mono_is_never(old->shed_at))
		old->shed_at = mono_add(now, STOP_US);
	/* Notes do not move over: what is to be told goes out first, where anybody reads. That is
	 * at the end of this turn, also of one that comes past the time because the host hung. */
	if (old->note_count > 0 && !old->holds_messages)
		return false;
	if (mono_reached(old->shed_at, now))
		return true;
	for (uint32_t k = 0; k < old->address_count; k++) {
		const struct node_address *a = &old->addresses[k];

		/* Before its first dump nobody knows what an earlier run left on an interface. */
		if (!a->is_kept && (!old->links[a->link].is_known || address_is_outstanding(a)))
			return false;
	}
	return true;
}

void node_change_abandon(struct node *old, struct mono now)
{
	old->is_shedding = false;
	old->shed_at = MONO_NEVER;
	for (uint32_t k = 0; k < old->address_count; k++) {
		struct node_address *a = &old->addresses[k];

		if (!a->is_shed)
			continue;
		a->is_shed = false;
		reconcile_want(&a->reconcile, old->instances[a->instance].router.state ==
						      VRRP_STATE_MASTER);
		address_queue(old, a, now);
		/* Nobody announced it while it was to go. */
		address_announce(old, a, old->instances[a->instance].copies);
		instance_changed(old, &old->instances[a->instance]);
	}
	for (uint32_t k = 0; k < old->instance_count; k++) {
		struct node_instance *i = &old->instances[k];

		if (i->is_kept || (i->config->flags & IMAGE_BROKEN) || old->is_stopping)
			continue;
		i->stopped = false;
		instance_check(old, i, now);
	}
}

/* -- commit -- */

/* The host's own addresses, without those that are VIPs by now. */
static void move_sources(struct node *next, struct node_link *l, const struct node_link *o)
{
	for (int k = 0; k < o->source_count; k++) {
		const struct node_address *a = find_address(next, (uint32_t)(l - next->links),
							    &o->sources[k].prefix.addr);

		/* The owner's own address is both. */
		if (!a || a->reconcile.native)
			l->sources[l->source_count++] = o->sources[k];
	}
	l->source_overflow = o->source_overflow;
}

static bool differs(const struct node *next, const struct node_link *l, const struct node *old,
		    const struct node_link *o)
{
	struct node_port now, before;

	node_link_port(next, (uint32_t)(l - next->links), &now);
	node_link_port(old, (uint32_t)(o - old->links), &before);
	return memcmp(&now, &before, sizeof(now)) != 0;
}

static void move_socket(struct node *next, struct node_link *l, const struct node *old,
			const struct node_link *o)
{
	bool is_used = l->instance_first != NODE_NONE;

	l->close_wanted = o->close_wanted || (o->socket == SOCKET_OPEN && !is_used);
	if (!is_used || link_is_absent(l)) {
		l->socket = SOCKET_NONE;
	} else if (o->socket != SOCKET_OPEN) {
		l->socket = SOCKET_WANTED;
	} else {
		l->socket = SOCKET_OPEN;
		l->port_changed = o->port_changed || differs(next, l, old, o);
		l->groups_doubted = o->groups_doubted;
	}
	if (link_has_work(l))
		list_append(&next->links_work, &l->work);
}

static void move_links(struct node *next, const struct node *old)
{
	for (uint32_t k = 0; k < next->link_count; k++) {
		struct node_link *l = &next->links[k];
		const struct node_link *o;

		if (l->old_link == NODE_NONE)
			continue;
		o = &old->links[l->old_link];
		l->ifindex = o->ifindex;
		if (l->ifindex != 0)
			hash_link_index(next, k, true);
		l->is_known = o->is_known;
		l->is_searched = o->is_searched;
		l->is_up = o->is_up;
		l->came_up_at = o->came_up_at;
		l->is_heard = o->is_heard;
		l->is_proven = o->is_proven;
		l->watch_wanted = l->is_up && !l->is_heard && link_is_watched(l);
		l->is_renamed = o->is_renamed;
		l->has_mac = o->has_mac;
		memcpy(l->mac, o->mac, MAC_SIZE);
		l->busy_count = o->busy_count;
		l->busy_turn = o->busy_turn;
		move_sources(next, l, o);
		move_socket(next, l, old, o);
	}
}

static void move_addresses(struct node *next, struct node *old)
{
	for (uint32_t k = 0; k < next->address_count; k++) {
		struct node_address *a = &next->addresses[k];
		const struct node_address *o = former_address(next, old, a);

		if (!o)
			continue;
		a->reconcile = o->reconcile;
		a->copies = o->copies;
		a->is_told = o->is_told;
		a->is_found = o->is_found;
		/* Whoever is owner no longer has to give up what the host still has. */
		if (a->reconcile.native &&
		    next->instances[a->instance].config->priority != ADVERT_PRIORITY_OWNER)
			a->reconcile.native = false;
	}
}

/* The link of this interface and family, or else of the other one. */
static uint32_t any_link(const struct node *n, const char *name, uint8_t family)
{
	uint32_t l = find_link_by_name(n, name, family);

	return l != NODE_NONE ? l : find_link_by_name(n, name, addr_family_other(family));
}

/* A leftover that is configured again is no leftover any more. With a peer it may have had another
 * one. */
static bool move_back(struct node *next, uint32_t link, const struct node_address *o)
{
	struct node_address *a = o->config ? NULL : same_address(next, link, &o->prefix);

	if (!a || a->config->peer.addr.family != ADDR_NONE)
		return false;
	a->reconcile = o->reconcile;
	a->is_told = o->is_told;
	/* Nobody announced it while it was to go. */
	a->copies = next->instances[a->instance].announce.config.repeat;
	return true;
}

/* What the old node could not take away (the kernel refused, or it took too long) the new one takes
 * away, on links that it has. */
static void move_leftovers(struct node *next, const struct node *old, struct mono now)
{
	for (uint32_t k = 0; k < old->address_count + LEFTOVERS_MAX; k++) {
		const struct node_address *o = &old->addresses[k];
		bool is_left = o->config ? !o->is_kept : o->is_used;
		uint32_t l;

		if (!is_left || !o->reconcile.present || o->reconcile.native)
			continue;
		l = any_link(next, old->links[o->link].config->name, o->prefix.addr.family);
		if (l != NODE_NONE && !move_back(next, l, o))
			link_take_leftover(next, &next->links[l], &o->prefix, now);
	}
}

static void move_router(struct node *next, struct node_instance *i, const struct node_instance *o,
			struct mono now)
{
	struct announce_config announce = i->announce.config;
	struct vrrp_actions actions;
	struct vrrp_config config;

	i->router = o->router;
	i->announce = o->announce;
	i->announce.config = announce;
	i->copies = o->copies;
	i->conditions = o->conditions;
	memcpy(i->condition_since, o->condition_since, sizeof(i->condition_since));
	memcpy(i->counters, o->counters, sizeof(i->counters));
	memcpy(i->drop_count, o->drop_count, sizeof(i->drop_count));
	memcpy(i->drop_logged, o->drop_logged, sizeof(i->drop_logged));
	memcpy(i->drop_source, o->drop_source, sizeof(i->drop_source));
	memcpy(i->note_logged, o->note_logged, sizeof(i->note_logged));
	i->has_kept = o->has_kept;
	i->is_presumed = o->is_presumed;
	i->kept = o->kept;
	i->packet_id = o->packet_id;
	i->has_stranger_mac = o->has_stranger_mac;
	memcpy(i->stranger_mac, o->stranger_mac, sizeof(i->stranger_mac));
	i->send_error = o->send_error;
	i->send_failing_at = o->send_failing_at;
	instance_vrrp_config(next, i, &config);
	vrrp_router_reconfigure(&i->router, &config, now, &actions);
	instance_apply(next, i, &actions, now);
}

/* What the old node had not given out yet. */
static void move_work(struct node *next, struct node_instance *i, const struct node_instance *o)
{
	if (!list_is_empty(&o->send)) {
		i->advert_priority = o->advert_priority;
		i->peer_next = 0;
		list_append(&next->sending, &i->send);
	}
	if (o->transition_count > 0) {
		i->transition_count = o->transition_count;
		memcpy(i->transitions, o->transitions, sizeof(i->transitions));
		list_append(&next->transiting, &i->transition);
	}
	if (o->drop_pending) {
		i->drop_pending = o->drop_pending;
		list_append(&next->dropping, &i->drop);
	}
	if (!list_is_empty(&o->held))
		list_append(&next->held, &i->held);
}

/* An advert that waits to be sent speaks of the new priority, as every later one. One of the old
 * would make peers yield to a router that is no more. A BACKUP's last word tells nothing. */
static void settle_advert(struct node_instance *i)
{
	if (i->advert_priority == ADVERT_PRIORITY_LEAVING)
		return;
	if (i->router.state == VRRP_STATE_MASTER)
		i->advert_priority = vrrp_router_priority(&i->router);
	else
		list_remove(&i->send);
}

static void settle_addresses(struct node *next, struct node_instance *i, struct mono now)
{
	bool serves = i->router.state == VRRP_STATE_MASTER;

	for (uint32_t k = 0; k < i->config->address_count; k++) {
		struct node_address *a = &next->addresses[i->config->address_first + k];

		reconcile_want(&a->reconcile, serves);
		address_queue(next, a, now);
		if (serves && a->reconcile.present && a->copies > 0)
			list_append(&next->announcing, &a->announcing);
		else if (!serves)
			a->copies = 0;
	}
}

void node_change_commit(struct node *next, struct node *old, struct mono now)
{
	check(next->compare_position == next->instance_count + next->address_count);
	next->turn = old->turn;
	next->realtime_offset_us = old->realtime_offset_us;
	next->strangers = old->strangers;
	memcpy(next->strangers_by_cause, old->strangers_by_cause, sizeof(old->strangers_by_cause));
	next->overruns = old->overruns;
	next->advert_late_max_us = old->advert_late_max_us;
	next->socket_retry_at = old->socket_retry_at;
	next->is_synced = old->is_synced;
	if (old->is_delayed)
		node_delay(next, old->started_at, now);
	else
		next->is_delayed = false;
	next->leftovers_missed = old->leftovers_missed ||
				 (old->is_dumping && old->takes_leftovers);
	move_addresses(next, old);
	move_links(next, old);
	move_leftovers(next, old, now);
	for (uint32_t k = 0; k < next->instance_count; k++) {
		struct node_instance *i = &next->instances[k];

		if (i->old_instance != NODE_NONE) {
			const struct node_instance *o = &old->instances[i->old_instance];

			move_work(next, i, o);
			move_router(next, i, o, now);
			settle_advert(i);
		}
		settle_addresses(next, i, now);
		instance_check(next, i, now);
		instance_changed(next, i);
	}
}

uint32_t node_change_old_link(const struct node *next, uint32_t link)
{
	return next->links[link].old_link;
}
