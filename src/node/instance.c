/* SPDX-License-Identifier: GPL-2.0-or-later */

/* One instance in the node: its conditions (may it serve?), the step of its router, and what the
 * router's actions mean for its addresses, announcements, counters and messages.
 *
 * Conditions are computed from what is known, never counted up and down: whoever changes a fact
 * calls instance_check(), which compares and drives the router. */

#include "node/node_private.h"

#include "base/check.h"

#include <string.h>

void instance_vrrp_config(const struct node *n, const struct node_instance *i,
			  struct vrrp_config *ret_config)
{
	const struct image_instance *c = i->config;
	struct addr *addresses = &n->advert_addresses[c->address_first];
	uint8_t count = 0;

	for (uint32_t a = 0; a < c->address_count; a++) {
		const struct image_address *address = n->addresses[c->address_first + a].config;

		if (!address->excluded && address->prefix.addr.family == c->family)
			addresses[count++] = address->prefix.addr;
	}
	*ret_config = (struct vrrp_config){
		.version = c->version,
		.family = c->family,
		.vrid = c->vrid,
		.priority = c->priority,
		.preempt = c->flags & IMAGE_PREEMPT,
		.auth_type = c->auth_type,
		.down_adverts = c->down_adverts,
		.expired_priority = c->expired_priority,
		.checksum = c->flags & IMAGE_CHECKSUM_AS_V2 ? ADVERT_CHECKSUM_MESSAGE :
							      ADVERT_CHECKSUM_PSEUDO,
		.ttl = c->ttl,
		.is_unicast = c->flags & IMAGE_UNICAST,
		.group = c->group,
		.checks_source = c->flags & IMAGE_CHECK_SOURCE,
		.checks_list = c->flags & IMAGE_CHECK_LIST,
		.yields_to_strangers = c->flags & IMAGE_YIELD_TO_STRANGERS,
		.owner_ignores = c->flags & IMAGE_OWNER_IGNORES,
		.lower_no_advert = c->flags & IMAGE_LOWER_NO_ADVERT,
		.advert_interval_us = c->advert_interval_us,
		.preempt_delay_us = c->preempt_delay_us,
		.addresses = addresses,
		.address_count = count,
		.peers = image_peers(n->image) + c->peer_first,
		.peer_count = c->peer_count,
		.hmac = c->hmac,
		.hmac_key = c->hmac_key,
		.hmac_monotonic = c->hmac_monotonic,
		.hmac_window_us = c->hmac_window_s * INT64_C(1000000),
		.keys = image_keys(n->image) + c->key_first,
		.key_count = c->key_count,
	};
	memcpy(ret_config->auth_data, c->auth_data, sizeof(ret_config->auth_data));
}

static struct announce_config announce_config(const struct image_instance *c)
{
	return (struct announce_config){
		.repeat = c->garp_repeat,
		.repeat_later = c->garp_repeat_later,
		.delay_us = c->garp_delay_us,
	};
}

void instance_init(struct node *n, struct node_instance *i)
{
	struct vrrp_config config;
	struct announce_config announce = announce_config(i->config);

	i->link_next = i->vrid_next = i->old_instance = NODE_NONE;
	i->bad_link = i->config->link;
	list_init(&i->send);
	list_init(&i->transition);
	list_init(&i->drop);
	list_init(&i->changed);
	list_init(&i->held);
	heap_node_init(&i->advert_timer);
	heap_node_init(&i->timer);
	for (int k = 0; k < VRRP_DROP_N_; k++)
		i->drop_logged[k] = MONO_NEVER;
	for (int k = 0; k < ROLE_NOTE_N_; k++)
		i->note_logged[k] = MONO_NEVER;
	announce_init(&i->announce, &announce);
	if (i->config->flags & IMAGE_BROKEN)
		return;
	instance_vrrp_config(n, i, &config);
	vrrp_router_init(&i->router, &config, (struct mono){ 0 });
}

void instance_changed(struct node *n, struct node_instance *i)
{
	list_append(&n->changing, &i->changed);
}

/* Both timers from the state of the router and the announcements. */
void instance_rearm(struct node *n, struct node_instance *i)
{
	bool is_master = i->router.state == VRRP_STATE_MASTER;
	struct mono router_at = vrrp_router_deadline(&i->router);
	struct mono other_at = announce_deadline(&i->announce);

	heap_set(&n->adverts, &i->advert_timer, is_master ? router_at : MONO_NEVER);
	heap_set(&n->timers, &i->timer, is_master ? other_at : mono_earlier(other_at, router_at));
}

void instance_announce_all(struct node *n, struct node_instance *i, uint8_t copies)
{
	for (uint32_t k = 0; k < i->config->address_count; k++)
		address_announce(n, &n->addresses[i->config->address_first + k], copies);
}

static void want_addresses(struct node *n, struct node_instance *i, bool wanted, struct mono now)
{
	for (uint32_t k = 0; k < i->config->address_count; k++) {
		struct node_address *a = &n->addresses[i->config->address_first + k];

		reconcile_want(&a->reconcile, wanted && !a->is_shed);
		address_queue(n, a, now);
	}
}

static void begin_service(struct node *n, struct node_instance *i, enum vrrp_reason reason,
			  struct mono now)
{
	want_addresses(n, i, true, now);
	i->copies = announce_begin(&i->announce, now);
	/* Whoever goes on where another vipd-vrrp ended changes nothing that a client sees. */
	if (reason == VRRP_REASON_ADOPTED)
		return;
	/* The owner's addresses are there already; the others are announced as they come. */
	for (uint32_t k = 0; k < i->config->address_count; k++) {
		struct node_address *a = &n->addresses[i->config->address_first + k];

		if (a->reconcile.present)
			address_announce(n, a, i->copies);
	}
}

static void end_service(struct node *n, struct node_instance *i, struct mono now)
{
	announce_end(&i->announce);
	i->copies = 0;
	for (uint32_t k = 0; k < i->config->address_count; k++) {
		struct node_address *a = &n->addresses[i->config->address_first + k];

		a->copies = 0;
		list_remove(&a->announcing);
	}
	want_addresses(n, i, false, now);
}

static void record_transition(struct node *n, struct node_instance *i,
			      const struct vrrp_actions *actions)
{
	struct node_transition *t;

	if (actions->to == VRRP_STATE_MASTER)
		i->counters[COUNTER_BECAME_MASTER]++;
	if (actions->from == VRRP_STATE_MASTER)
		i->counters[COUNTER_RELEASED_MASTER]++;
	if (i->transition_count == TRANSITIONS_MAX)
		i->transition_count--;
	t = &i->transitions[i->transition_count++];
	*t = (struct node_transition){
		.from = (uint8_t)actions->from,
		.to = (uint8_t)actions->to,
		.reason = (uint8_t)actions->reason,
		.priority = vrrp_router_priority(&i->router),
		.other_priority = i->router.master_priority,
		.other = i->router.master,
	};
	list_append(&n->transiting, &i->transition);
}

/* While MASTER the router remembers itself as the master: who spoke stands in the event. */
static void note_lower(struct node *n, struct node_instance *i, uint32_t flags,
		       const struct vrrp_event *event, struct mono now)
{
	struct role_message m = role_message(ROLE_NOTE);

	if (!(flags & (VRRP_ACTION_LOWER_HEARD | VRRP_ACTION_LOWER_DISCARDED)))
		return;
	m.address.addr = event->source;
	m.priority = event->advert->priority;
	m.other_priority = vrrp_router_priority(&i->router);
	if (flags & VRRP_ACTION_LOWER_HEARD)
		note(n, i, ROLE_NOTE_LOWER_HEARD, &m, LIMIT_DROP_LOG_US, now);
	if (flags & VRRP_ACTION_LOWER_DISCARDED)
		note(n, i, ROLE_NOTE_LOWER_DISCARDED, &m, LIMIT_DROP_LOG_US, now);
}

void instance_forget_rival(struct node_instance *i)
{
	memset(&i->rival, 0, sizeof(i->rival));
	i->rival_stays = false;
}

void instance_apply(struct node *n, struct node_instance *i, const struct vrrp_actions *actions,
		    struct mono now)
{
	uint32_t flags = actions->flags;

	if (flags & VRRP_ACTION_TRANSITION) {
		record_transition(n, i, actions);
		i->list_differs = false; /* its master is another one now, or none */
		instance_forget_rival(i);
	}
	if (flags & VRRP_ACTION_ADVERT) {
		i->advert_priority = actions->advert_priority;
		i->peer_next = 0;
		list_append(&n->sending, &i->send);
	} else if ((flags & VRRP_ACTION_TRANSITION) && actions->from == VRRP_STATE_MASTER) {
		list_remove(&i->send); /* an answer of a MASTER that no longer is one */
	}
	if (flags & VRRP_ACTION_ADDRESSES_ADD)
		begin_service(n, i, actions->reason, now);
	if (flags & VRRP_ACTION_ADDRESSES_REMOVE)
		end_service(n, i, now);
	if (flags & VRRP_ACTION_ANNOUNCE)
		instance_announce_all(n, i, announce_again(&i->announce, now));
	if (flags & VRRP_ACTION_STOPPED)
		i->stopped = n->is_stopping || n->is_shedding;
	instance_rearm(n, i);
	instance_changed(n, i);
	/* The change that it left for was given up meanwhile. */
	if ((flags & VRRP_ACTION_STOPPED) && !i->stopped)
		instance_check(n, i, now);
}

static void note_unverified(struct node *n, struct node_instance *i, uint32_t flags,
			    struct mono now)
{
	struct role_message m = role_message(ROLE_NOTE);

	if (!(flags & VRRP_ACTION_TRANSITION) || !i->router.is_unverified)
		return;
	memcpy(m.text, n->links[i->config->link].config->name, LIMIT_LINK_NAME);
	note(n, i, ROLE_NOTE_UNVERIFIED, &m, 0, now);
}

void instance_step(struct node *n, struct node_instance *i, const struct vrrp_event *event,
		   struct mono now)
{
	struct vrrp_actions actions;

	vrrp_router_step(&i->router, event, now, &actions);
	note_lower(n, i, actions.flags, event, now);
	note_unverified(n, i, actions.flags, now);
	instance_apply(n, i, &actions, now);
}

/* The first one that is not secondary, else the first. */
static const struct addr *first_source(const struct node_link *l, bool is_link_local)
{
	const struct addr *secondary = NULL;

	for (int k = 0; k < l->source_count; k++) {
		const struct node_source *s = &l->sources[k];

		if (addr_is_link_local(&s->prefix.addr) != is_link_local)
			continue;
		if (!s->is_secondary)
			return &s->prefix.addr;
		if (!secondary)
			secondary = &s->prefix.addr;
	}
	return secondary;
}

/* Our address on the link: the primary one (RFC 9568 5.1.1.1), in IPv6 the link-local one
 * (5.1.2.1). */
const struct addr *link_source(const struct node_link *l)
{
	return first_source(l, l->config->family == ADDR_IPV6);
}

/* Is it one of the host's own on this link? */
static bool has_source(const struct node_link *l, const struct addr *addr)
{
	for (int k = 0; k < l->source_count; k++)
		if (addr_equal(&l->sources[k].prefix.addr, addr) && !l->sources[k].is_disabled)
			return true;
	return false;
}

/* Where its adverts come from, or NULL. One that is configured need not be there, unless the
 * configuration wants it to. Peers with global addresses know us by a global one, and may be behind
 * routers: from a link-local one nobody would hear us, and two would serve. */
static const struct addr *instance_source(const struct node *n, const struct node_instance *i)
{
	const struct image_instance *c = i->config;

	if (c->source.family == ADDR_NONE)
		return image_peers_are_global(n->image, c) ?
			       first_source(&n->links[c->link], false) :
			       link_source(&n->links[c->link]);
	if ((c->flags & IMAGE_TRACK_SOURCE) && !has_source(&n->links[c->link], &c->source))
		return NULL;
	return &c->source;
}

/* One that is not this host itself: one file may list all servers. */
static bool has_peer(const struct node *n, const struct node_instance *i)
{
	const struct image_peer *peers = image_peers(n->image) + i->config->peer_first;
	const struct addr *source = instance_source(n, i);

	for (uint32_t k = 0; k < i->config->peer_count; k++)
		if (!source || !addr_equal(source, &peers[k].addr))
			return true;
	return false;
}

static bool has_leftovers(const struct node *n, const struct node_instance *i,
			  const struct node_link *l)
{
	if (l->leftovers > 0 || n->leftovers_missed)
		return true;
	for (uint32_t k = 0; k < i->config->address_count; k++)
		if (address_is_outstanding(&n->addresses[i->config->address_first + k]))
			return true;
	return false;
}

static void find_bad_link(struct node *n, struct node_instance *i)
{
	uint32_t bad = i->config->link, k = i->tracking_first;

	for (; k != NODE_NONE && !link_conditions(&n->links[bad]);
	     k = n->trackings[k].instance_next)
		if (link_conditions(&n->links[n->trackings[k].link]))
			bad = n->trackings[k].link;
	if (bad != i->bad_link)
		instance_changed(n, i);
	i->bad_link = bad;
}

static uint32_t find_conditions(const struct node *n, const struct node_instance *i)
{
	const struct node_link *l = &n->links[i->config->link];
	uint32_t c;

	if (i->config->flags & IMAGE_BROKEN)
		return 1u << CONDITION_CONFIGURATION;
	if (!n->is_synced)
		return 1u << CONDITION_UNKNOWN;
	c = link_conditions(l);
	/* Of the rest nothing is known, or nothing is there. */
	if (c & (1u << CONDITION_UNKNOWN | 1u << CONDITION_LINK_MISSING))
		return c;
	c |= link_conditions(&n->links[i->bad_link]);
	if (!instance_source(n, i))
		c |= 1u << CONDITION_NO_SOURCE;
	if ((i->config->flags & IMAGE_FAULT_NO_PEER) && !has_peer(n, i))
		c |= 1u << CONDITION_NO_PEER;
	if (l->socket == SOCKET_FAILED)
		c |= 1u << CONDITION_SOCKET;
	else if (l->socket != SOCKET_OPEN)
		c |= 1u << CONDITION_UNKNOWN;
	/* Only a start waits for this, when nothing else holds it back; and not one that goes on
	 * where another ended. */
	if (c == 0 && i->router.state == VRRP_STATE_INIT && !i->has_kept &&
	    has_leftovers(n, i, l))
		c |= 1u << CONDITION_LEFTOVERS;
	if (n->is_delayed && !i->has_kept &&
	    (i->router.state == VRRP_STATE_INIT || i->router.state == VRRP_STATE_FAULT))
		c |= 1u << CONDITION_STARTUP_DELAY;
	return c;
}

/* Where it is another one than its own. */
static void name_link(const struct node *n, const struct node_instance *i, struct role_message *m)
{
	bool is_of_link = m->condition == CONDITION_LINK_DOWN ||
			  m->condition == CONDITION_LINK_MISSING;

	if (is_of_link && m->value && i->bad_link != i->config->link)
		memcpy(m->text, n->links[i->bad_link].config->name, LIMIT_LINK_NAME);
}

static void set_conditions(struct node *n, struct node_instance *i, uint32_t conditions,
			   struct mono now)
{
	uint32_t changed = i->conditions ^ conditions;

	i->conditions = conditions;
	for (int c = 0; c < CONDITION_N_; c++) {
		struct role_message m = role_message(ROLE_NOTE);

		if (!(changed & (1u << c)))
			continue;
		if (conditions & (1u << c))
			i->condition_since[c] = now;
		if (CONDITIONS_WAIT & (1u << c))
			continue;
		m.condition = (uint8_t)c;
		m.value = (conditions & (1u << c)) != 0;
		name_link(n, i, &m);
		note(n, i, ROLE_NOTE_CONDITION, &m, 0, now);
	}
	if (changed)
		instance_changed(n, i);
}

/* How long a frame was already waited for counts: all that is waited for has one end. */
static struct vrrp_event start_event(const struct node *n, const struct node_instance *i,
				     enum vrrp_event_kind kind, struct mono now)
{
	const struct node_link *l = &n->links[i->config->link];
	int64_t left_us = mono_since(now, mono_add(l->came_up_at, LIMIT_PROOF_US));

	return (struct vrrp_event){ .kind = kind,
				    .is_unproven = !l->is_proven,
				    .proof_us = left_us > 0 ? left_us : 0 };
}

/* Leaves INIT: on from a former state, or with a listening start. */
static void start(struct node *n, struct node_instance *i, struct mono now)
{
	struct vrrp_event event = start_event(n, i, VRRP_EVENT_STARTUP, now);

	if (i->has_kept && vrrp_kept_usable(&i->router, &i->kept, now)) {
		struct role_message m = role_message(ROLE_NOTE);

		event.kind = VRRP_EVENT_ADOPT;
		event.kept = &i->kept;
		m.to = i->kept.state;
		m.value = i->is_presumed;
		note(n, i, ROLE_NOTE_ADOPTED, &m, 0, now);
	} else if (i->has_kept) {
		/* Too old to go on from: what it left behind goes first. */
		i->has_kept = false;
		instance_check(n, i, now);
		return;
	}
	i->has_kept = i->is_presumed = false;
	instance_step(n, i, &event, now);
	/* The first frame may have come before, and no other one is told of. */
	if (event.kind == VRRP_EVENT_ADOPT)
		link_tell_again(n, i, now);
}

/* A former MASTER whose link is gone now has nothing to go on with. */
static void fault(struct node *n, struct node_instance *i, struct mono now)
{
	i->has_kept = false;
	instance_step(n, i, &(struct vrrp_event){ .kind = VRRP_EVENT_FAULT }, now);
}

/* Where there is no address nothing shows that it served. */
void instance_verify_presumed(struct node *n, struct node_instance *i)
{
	bool holds_all = i->config->address_count > 0;

	if (!i->is_presumed)
		return;
	for (uint32_t k = 0; k < i->config->address_count; k++)
		holds_all &= n->addresses[i->config->address_first + k].reconcile.present;
	if (!holds_all)
		i->has_kept = i->is_presumed = false;
	for (uint32_t k = 0; k < i->config->address_count && holds_all; k++)
		reconcile_adopt(&n->addresses[i->config->address_first + k].reconcile);
}

void instance_check(struct node *n, struct node_instance *i, struct mono now)
{
	uint32_t conditions, faults;

	find_bad_link(n, i);
	conditions = find_conditions(n, i);
	faults = conditions & ~CONDITIONS_WAIT;
	if (conditions != i->conditions)
		set_conditions(n, i, conditions, now);
	if (i->config->flags & IMAGE_BROKEN)
		return;
	/* Without a source the last one stays: a farewell can still be sent from it. */
	const struct addr *source = instance_source(n, i);
	if (source && !addr_equal(source, &i->router.source)) {
		vrrp_router_set_source(&i->router, source);
		instance_changed(n, i);
	}
	if (i->router.leaving || i->stopped || n->is_stopping)
		return;
	if (faults) {
		if (i->router.state != VRRP_STATE_FAULT)
			fault(n, i, now);
		return;
	}
	if (conditions)
		return;
	if (i->router.state == VRRP_STATE_FAULT) {
		struct vrrp_event event = start_event(n, i, VRRP_EVENT_FAULT_CLEARED, now);

		instance_step(n, i, &event, now);
	} else if (i->router.state == VRRP_STATE_INIT) {
		start(n, i, now);
	}
}

void instance_drop(struct node *n, struct node_instance *i, enum vrrp_drop cause,
		   const struct addr *source, struct mono now)
{
	i->counters[COUNTER_DROP + cause]++;
	instance_changed(n, i);
	/* In INIT and FAULT everybody else's adverts are ignored: that is no news. */
	if (cause == VRRP_DROP_NOT_RUNNING)
		return;
	i->drop_count[cause]++;
	if (cause == VRRP_DROP_STRANGER && !addr_equal(&i->drop_source[cause], source))
		i->has_stranger_mac = false;
	i->drop_source[cause] = *source;
	if (!mono_is_never(i->drop_logged[cause]) &&
	    mono_since(i->drop_logged[cause], now) < LIMIT_DROP_LOG_US)
		return;
	i->drop_logged[cause] = now;
	i->drop_pending |= 1u << cause;
	list_append(&n->dropping, &i->drop);
	if (cause == VRRP_DROP_STRANGER)
		link_identify(n, i);
}

/* -- pulled actions of one instance -- */

static void count_advert(struct node *n, struct node_instance *i)
{
	i->counters[COUNTER_ADVERTS_SENT]++;
	if (i->advert_priority == ADVERT_PRIORITY_LEAVING) {
		struct role_message m = role_message(ROLE_NOTE);

		i->counters[COUNTER_PRIORITY_ZERO_SENT]++;
		note(n, i, ROLE_NOTE_FAREWELL, &m, 1000000, i->router.last_advert);
	}
}

/* A peer that is this host is left out, so that one file serves all servers. */
static bool is_myself(const struct node *n, const struct node_instance *i, const struct addr *peer)
{
	return addr_equal(peer, &i->router.source) ||
	       has_source(&n->links[i->config->link], peer);
}

/* The next peer that the advert goes to, and whether more follow. */
static const struct addr *next_peer(const struct node *n, struct node_instance *i, bool *ret_more)
{
	const struct image_peer *peers = image_peers(n->image) + i->config->peer_first;
	const struct addr *peer = NULL;

	*ret_more = false;
	for (; i->peer_next < i->config->peer_count; i->peer_next++) {
		const struct addr *addr = &peers[i->peer_next].addr;

		if (is_myself(n, i, addr))
			continue;
		if (peer) {
			*ret_more = true;
			break;
		}
		peer = addr;
	}
	return peer;
}

/* The packet of one destination. `ret_more`: the same advert has others. */
static bool fill_advert(struct node *n, struct node_instance *i, struct mono now,
			struct node_action *action, bool *ret_more)
{
	struct vrrp_clock clock = { now, n->realtime_offset_us };
	bool is_first = i->peer_next == 0;
	const struct addr *to = &i->config->group;

	*ret_more = false;
	if (i->config->flags & IMAGE_UNICAST)
		to = next_peer(n, i, ret_more);
	if (!to)
		return false;
	if (is_first)
		count_advert(n, i);
	if (is_first || !vrrp_advert_is_begun(&i->router))
		vrrp_advert_begin(&i->router, i->advert_priority, &clock);
	action->kind = NODE_ACTION_ADVERT;
	action->instance = i->index;
	action->link = i->config->link;
	action->ifindex = n->links[i->config->link].ifindex;
	action->destination = *to;
	if (++i->packet_id == 0)
		i->packet_id++;
	action->packet_size = vrrp_advert_put(&i->router, i->advert_priority, to, i->packet_id,
					      action->packet);
	return true;
}

bool instance_next_advert(struct node *n, struct mono now, struct node_action *action)
{
	struct list *first;
	bool more, is_there;

	while ((first = list_first(&n->sending))) {
		struct node_instance *i = LIST_ITEM(first, struct node_instance, send);
		const struct node_link *l = &n->links[i->config->link];

		/* Where nothing can be sent, the loss of the link has told so already. */
		if (l->socket != SOCKET_OPEN || !l->is_up ||
		    i->router.source.family == ADDR_NONE) {
			list_remove(first);
			continue;
		}
		is_there = fill_advert(n, i, now, action, &more);
		if (!more)
			list_remove(first);
		if (is_there)
			return true;
	}
	return false;
}

static bool next_transition(struct node *n, struct node_action *action)
{
	struct list *first = list_first(&n->transiting);

	if (!first)
		return false;
	struct node_instance *i = LIST_ITEM(first, struct node_instance, transition);
	const struct node_transition *t = &i->transitions[0];
	struct role_message *m = &action->message;

	action->kind = NODE_ACTION_TRANSITION;
	action->instance = i->index;
	*m = role_message(ROLE_TRANSITION);
	m->generation = n->generation;
	m->instance = i->index;
	m->from = t->from;
	m->to = t->to;
	m->reason = t->reason;
	m->priority = t->priority;
	m->other_priority = t->other_priority;
	m->address.addr = t->other;
	i->transition_count--;
	memmove(i->transitions, i->transitions + 1,
		(size_t)i->transition_count * sizeof(i->transitions[0]));
	if (i->transition_count == 0)
		list_remove(first);
	return true;
}

static bool next_drop(struct node *n, struct node_action *action)
{
	struct list *first = list_first(&n->dropping);

	if (!first)
		return false;
	struct node_instance *i = LIST_ITEM(first, struct node_instance, drop);
	int cause = __builtin_ctz(i->drop_pending);
	struct role_message *m = &action->message;

	action->kind = NODE_ACTION_DROP;
	action->instance = i->index;
	*m = role_message(ROLE_DROP);
	m->generation = n->generation;
	m->instance = i->index;
	m->drop = (uint8_t)cause;
	m->count = i->drop_count[cause];
	m->address.addr = i->drop_source[cause];
	i->drop_count[cause] = 0;
	i->drop_pending &= ~(1u << cause);
	if (i->drop_pending == 0)
		list_remove(first);
	return true;
}

bool instance_next_message(struct node *n, struct node_action *action)
{
	return next_transition(n, action) || next_drop(n, action);
}
