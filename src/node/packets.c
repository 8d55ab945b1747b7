/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Packets: to which instance, is it acceptable, and then one step of that router. What nobody
 * takes is counted with its cause and touches no timer and no state. And how sending went. */

#include "node/node_private.h"

#include "base/check.h"

static void count_stranger(struct node *n, enum vrrp_drop cause)
{
	n->strangers++;
	n->strangers_by_cause[cause]++;
}

/* The virtual router id is the second octet, whatever else may be wrong with the packet: its
 * owner's operator is the one who wants to know. */
static struct node_instance *find_instance(struct node *n, const struct node_link *l,
					   const struct ip4 *ip)
{
	uint16_t k;

	if (ip->payload_size < 2)
		return NULL;
	k = l->instance_by_vrid[ip->payload[1]];
	return k == UINT16_MAX ? NULL : &n->instances[k];
}

static void note_list(struct node *n, struct node_instance *i, const struct addr *source,
		      struct mono now)
{
	struct role_message m = role_message(ROLE_NOTE);

	m.address.addr = *source;
	i->counters[COUNTER_ADDRESS_LIST_ERRORS]++;
	note(n, i, ROLE_NOTE_ADDRESS_LIST, &m, LIMIT_DROP_LOG_US, now);
}

static void take_advert(struct node *n, struct node_instance *i, const struct ip4 *ip,
			const struct advert *advert, struct mono now)
{
	struct vrrp_event event = {
		.kind = VRRP_EVENT_ADVERT,
		.advert = advert,
		.source = ip->source,
	};

	i->counters[COUNTER_ADVERTS_RECEIVED]++;
	if (advert->priority == ADVERT_PRIORITY_LEAVING)
		i->counters[COUNTER_PRIORITY_ZERO_RECEIVED]++;
	instance_step(n, i, &event, now);
}

void node_packet(struct node *n, uint32_t link, const void *packet, size_t size, bool is_cut,
		 struct mono now)
{
	struct node_link *l = &n->links[link];
	struct node_instance *i;
	struct advert advert;
	struct ip4 ip;
	enum vrrp_drop drop;
	bool list_differs;

	check(link < n->link_count);
	if (!ip4_parse(packet, size, &ip)) {
		count_stranger(n, VRRP_DROP_LENGTH);
		return;
	}
	i = find_instance(n, l, &ip);
	if (!i) {
		count_stranger(n, ip.payload_size < 2 ? VRRP_DROP_LENGTH : VRRP_DROP_VRID);
		return;
	}
	drop = is_cut ? VRRP_DROP_LENGTH : vrrp_accept(&i->router, &ip, &advert, &list_differs);
	if (drop != VRRP_DROP_NONE) {
		instance_drop(n, i, drop, &ip.source, now);
		return;
	}
	if (list_differs)
		note_list(n, i, &ip.source, now);
	take_advert(n, i, &ip, &advert, now);
}

void node_sent(struct node *n, uint32_t instance, int error, struct mono now)
{
	struct node_instance *i = &n->instances[instance];
	struct role_message m = role_message(ROLE_NOTE);

	if (error == 0)
		return;
	i->counters[COUNTER_SEND_ERRORS]++;
	m.value = error;
	note(n, i, ROLE_NOTE_SEND_ERROR, &m, LIMIT_DROP_LOG_US, now);
	instance_changed(n, i);
}
