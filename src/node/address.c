/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Addresses in the node: the reconciler's differences become batches, its outcomes become
 * announcements. An address that may need an operation is in the list `work`; one that must wait
 * (a failed try, a repair that would come too soon) in `waiting`. One that came into service is in
 * `fresh` until it was announced once, which goes before adding more; then in `announcing`, which
 * goes round, for the other copies: so the first of ten thousand is not as late as the last. */

#include "node/node_private.h"

#include "base/check.h"
#include "wire/nd.h"

#include <errno.h>
#include <string.h>

/* Still to be taken away. */
bool address_is_outstanding(const struct node_address *a)
{
	return a->reconcile.present && !a->reconcile.wanted && !a->reconcile.native;
}

void address_queue(struct node *n, struct node_address *a, struct mono now)
{
	const struct reconcile *r = &a->reconcile;

	if (reconcile_is_settled(r) || n->links[a->link].ifindex == 0) {
		list_remove(&a->work);
		list_remove(&a->waiting);
		return;
	}
	if (mono_is_never(r->retry_at) || mono_reached(r->retry_at, now)) {
		list_remove(&a->waiting);
		list_append(&n->work, &a->work);
	} else {
		list_remove(&a->work);
		list_append(&n->waiting, &a->waiting);
	}
}

void address_announce(struct node *n, struct node_address *a, uint8_t copies)
{
	if (copies == 0 || !a->reconcile.present || !a->reconcile.wanted)
		return;
	if (a->copies < copies)
		a->copies = copies;
	list_append(&n->fresh, &a->announcing);
}

static void fill_change(const struct node *n, const struct node_address *a,
			enum reconcile_operation operation, struct node_address_change *change)
{
	*change = (struct node_address_change){
		.address = a->index,
		.ifindex = n->links[a->link].ifindex,
		.add = operation == RECONCILE_ADD,
		.replaces = operation == RECONCILE_ADD && a->reconcile.adopted,
		.prefix = a->prefix,
		.label = "",
	};
	if (!a->config)
		return;
	change->peer = a->config->peer;
	change->broadcast = a->config->broadcast;
	change->scope = a->config->scope;
	change->flags = a->config->flags;
	change->preferred_lifetime_s = a->config->preferred_lifetime_s;
	change->label = a->config->label;
}

bool address_next_change(struct node *n, struct mono now, int max, struct node_action *action)
{
	struct list *first;

	action->count = 0;
	/* Before the first dump ended nobody knows what is there. */
	if (!n->is_synced)
		return false;
	while (action->count < max && (first = list_first(&n->work))) {
		struct node_address *a = LIST_ITEM(first, struct node_address, work);
		enum reconcile_operation operation = reconcile_next(&a->reconcile, now);

		list_remove(first);
		/* Whatever changes that queues it anew. */
		if (operation == RECONCILE_NOTHING)
			continue;
		fill_change(n, a, operation, &action->changes[action->count++]);
	}
	if (action->count == 0)
		return false;
	action->kind = NODE_ACTION_ADDRESSES;
	return true;
}

static void leftover_done(struct node *n, struct node_address *a, struct mono now)
{
	struct node_link *l = &n->links[a->link];

	if (a->reconcile.present || !a->is_used)
		return;
	a->is_used = false;
	/* There were more than could be remembered: now there is room. */
	if (--n->leftover_count == 0 && n->leftovers_missed)
		n->dump_wanted = true;
	if (--l->leftovers == 0)
		link_check(n, l, now);
}

static void note_error(struct node *n, struct node_instance *i, const struct node_address *a,
		       int error, struct mono now)
{
	struct role_message m = role_message(ROLE_NOTE);

	m.address = a->prefix;
	m.value = error;
	if (i)
		i->counters[COUNTER_ADDRESS_ERRORS]++;
	note(n, i, ROLE_NOTE_ADDRESS_ERROR, &m, LIMIT_DROP_LOG_US, now);
}

static void note_leftover(struct node *n, const struct node_address *a, struct mono now)
{
	struct role_message m = role_message(ROLE_NOTE);

	m.address = a->prefix;
	memcpy(m.text, n->links[a->link].config->name, LIMIT_LINK_NAME);
	note(n, NULL, ROLE_NOTE_LEFTOVER, &m, 0, now);
}

void node_address_done(struct node *n, uint32_t address, bool add, int error, struct mono now)
{
	struct node_address *a = &n->addresses[address];
	struct node_instance *i = a->instance == NODE_NONE ? NULL : &n->instances[a->instance];
	bool came = reconcile_done(&a->reconcile, add ? RECONCILE_ADD : RECONCILE_REMOVE, error,
				   now);

	a->is_told = false;
	/* The owner's own ones are never taken away, but it has to know them. */
	if (add && error == EEXIST && i && i->config->priority == ADVERT_PRIORITY_OWNER)
		a->is_found = n->dump_wanted = true;
	if (a->reconcile.error)
		note_error(n, i, a, error, now);
	if (!add && error == 0 && (!i || (i->conditions & (1u << CONDITION_LEFTOVERS))))
		note_leftover(n, a, now);
	address_queue(n, a, now);
	if (!i) {
		leftover_done(n, a, now);
		return;
	}
	if (came)
		address_announce(n, a, i->copies);
	instance_changed(n, i);
	if (i->conditions & (1u << CONDITION_LEFTOVERS))
		instance_check(n, i, now);
}

static void put_frame(const struct addr *addr, const uint8_t *mac, struct node_frame *frame)
{
	if (addr->family == ADDR_IPV6) {
		frame->size = ND_FRAME_SIZE;
		nd_unsolicited_put(addr, mac, frame->data);
	} else {
		frame->size = ARP_FRAME_SIZE;
		arp_gratuitous_put(addr, mac, frame->data);
	}
}

bool address_next_frames(struct node *n, struct list *from, struct node_action *action)
{
	struct list *first;

	action->count = 0;
	while (action->count < LIMIT_FRAME_BATCH && (first = list_first(from))) {
		struct node_address *a = LIST_ITEM(first, struct node_address, announcing);
		struct node_link *l = &n->links[a->link];
		struct node_frame *frame = &action->frames[action->count];

		list_remove(first);
		if (!l->has_mac || !l->is_up || !a->reconcile.present ||
		    a->copies == 0) {
			a->copies = 0;
			continue;
		}
		frame->ifindex = l->ifindex;
		put_frame(&a->prefix.addr, l->mac, frame);
		action->count++;
		n->instances[a->instance].counters[COUNTER_ANNOUNCEMENTS]++;
		if (--a->copies > 0)
			list_append(&n->announcing, &a->announcing);
	}
	if (action->count == 0)
		return false;
	action->kind = NODE_ACTION_ANNOUNCE;
	return true;
}

void address_retry(struct node *n, struct mono now)
{
	struct list *node = n->waiting.next;

	while (node != &n->waiting) {
		struct node_address *a = LIST_ITEM(node, struct node_address, waiting);

		node = node->next;
		if (mono_reached(a->reconcile.retry_at, now))
			address_queue(n, a, now);
	}
}

struct mono address_deadline(const struct node *n)
{
	struct mono earliest = MONO_NEVER;

	for (const struct list *node = n->waiting.next; node != &n->waiting; node = node->next) {
		const struct node_address *a = LIST_ITEM(node, struct node_address, waiting);

		earliest = mono_earlier(earliest, a->reconcile.retry_at);
	}
	return earliest;
}
