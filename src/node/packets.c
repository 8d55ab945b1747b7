/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Packets: to which instance, is it acceptable, and then one step of that router. What nobody
 * takes is counted with its cause and touches no timer and no state. And how sending went. */

#include "node/node_private.h"

#include "base/check.h"

#include <errno.h>

static void count_stranger(struct node *n, enum vrrp_drop cause)
{
	n->strangers++;
	n->strangers_by_cause[cause]++;
}

/* The virtual router id is the second octet, whatever else may be wrong with the packet: its
 * owner's operator is the one who wants to know. Several may have it on a link, with groups or
 * peers of their own. */
static struct node_instance *find_instance(struct node *n, const struct node_link *l,
					   const struct ip *ip, int *ret_fits)
{
	struct node_instance *best = NULL;
	int fits_best = -1;

	*ret_fits = -1;
	if (ip->payload_size < 2)
		return NULL;
	for (uint32_t k = l->instance_by_vrid[ip->payload[1]]; k != NODE_NONE;
	     k = n->instances[k].vrid_next) {
		int fits = (int)vrrp_router_fits(&n->instances[k].router, ip);

		if (fits <= fits_best)
			continue;
		best = &n->instances[k];
		fits_best = fits;
	}
	*ret_fits = fits_best;
	return best;
}

/* What goes to a host may come twice: to the link on which it arrives, and to the routed one of its
 * address. Whom it fits takes it; at the other one it is no stranger. */
static bool is_for_another(struct node *n, const struct node_link *l, const struct ip *ip)
{
	bool is_routed = image_link_is_routed(l->config);
	int fits;

	if (addr_is_multicast(&ip->destination))
		return false;
	for (uint32_t k = n->routed_first; k != NODE_NONE; k = n->links[k].routed_next) {
		const struct node_link *r = &n->links[k];

		if (r != l && addr_equal(&r->config->source, &ip->destination) &&
		    find_instance(n, r, ip, &fits) && fits == VRRP_FIT_BOTH)
			return true;
	}
	for (uint32_t k = 0; is_routed && k < n->link_count; k++)
		if (!image_link_is_routed(n->links[k].config) &&
		    find_instance(n, &n->links[k], ip, &fits) && fits == VRRP_FIT_BOTH)
			return true;
	return false;
}

static enum vrrp_drop stranger_cause(const struct ip *ip)
{
	if (ip->payload_size < 2)
		return VRRP_DROP_LENGTH;
	return advert_is_carp(ip) ? VRRP_DROP_CARP : VRRP_DROP_VRID;
}

/* How many of our addresses are not in its list. */
static uint32_t count_dark(const struct node_instance *i, const struct advert *advert)
{
	uint8_t dark[32];
	uint32_t count = 0;

	vrrp_list_dark(&i->router, advert, dark);
	for (size_t k = 0; k < i->router.config.address_count; k++)
		count += (unsigned)dark[k / 8] >> k % 8 & 1u;
	return count;
}

/* What is odd about an advert that is taken. */
static void note_remarks(struct node *n, struct node_instance *i, const struct vrrp_event *event,
			 struct mono now)
{
	static const struct {
		enum vrrp_remark remark;
		enum counter counter;
		enum role_note note;
	} rows[] = {
		{ VRRP_REMARK_LIST_DIFFERS, COUNTER_ADDRESS_LIST_ERRORS, ROLE_NOTE_ADDRESS_LIST },
		{ VRRP_REMARK_INTERVAL, COUNTER_INTERVAL_DIFFERS, ROLE_NOTE_INTERVAL },
		{ VRRP_REMARK_CHECKSUM, COUNTER_CHECKSUM_OTHER, ROLE_NOTE_CHECKSUM },
	};

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		struct role_message m = role_message(ROLE_NOTE);

		if (!(event->remarks & rows[k].remark))
			continue;
		m.address.addr = event->source;
		m.value = rows[k].remark == VRRP_REMARK_CHECKSUM ? i->router.config.checksum :
								   event->advert->interval_us;
		if (rows[k].remark == VRRP_REMARK_LIST_DIFFERS)
			m.count = count_dark(i, event->advert);
		i->counters[rows[k].counter]++;
		note(n, i, rows[k].note, &m, LIMIT_DROP_LOG_US, now);
	}
}

/* What the master of a BACKUP lacks of our list: while it serves nobody does that. */
static void look_at_list(struct node_instance *i, const struct vrrp_event *event)
{
	bool is_master = i->router.state == VRRP_STATE_BACKUP &&
			 addr_equal(&i->router.master, &event->source);

	i->list_differs = is_master && (event->remarks & VRRP_REMARK_LIST_DIFFERS);
	if (i->list_differs)
		vrrp_list_dark(&i->router, event->advert, i->dark);
}

/* A sender keeps its form of checksum until it is heard with the other one. Whoever sends the other
 * form and does not hear us serves, and says so; so it is forgotten when it says farewell, or
 * nothing for as long as a master of its interval may be silent. */
static void look_at_form(struct node_instance *i, const struct vrrp_event *event, struct mono now)
{
	const struct advert *advert = event->advert;
	struct status_deaf kept[STATUS_DEAF] = { { .source = { .family = ADDR_NONE } } };
	int count = 0;

	if ((event->remarks & VRRP_REMARK_CHECKSUM) &&
	    advert->priority != ADVERT_PRIORITY_LEAVING)
		kept[count++] = (struct status_deaf){
			.source = event->source,
			.until_us = now.us + (i->config->down_adverts + 1) * advert->interval_us,
		};
	for (int k = 0; k < STATUS_DEAF && count < STATUS_DEAF; k++)
		if (!addr_equal(&i->deaf[k].source, &event->source))
			kept[count++] = i->deaf[k];
	memcpy(i->deaf, kept, sizeof(kept));
}

/* A lower one is answered at once. Who goes on half an interval later has not heard that. */
static void look_at_rival(struct node_instance *i, const struct vrrp_event *event, struct mono now)
{
	const struct advert *advert = event->advert;
	bool is_same = addr_equal(&i->rival.source, &event->source);

	if (i->router.state != VRRP_STATE_MASTER || i->router.leaving)
		return;
	if (advert->priority == ADVERT_PRIORITY_LEAVING) {
		if (is_same)
			instance_forget_rival(i);
		return;
	}
	if (!is_same || now.us > i->rival.until_us) {
		i->rival.source = event->source;
		i->rival_since = now;
		i->rival_stays = false;
	}
	i->rival.priority = advert->priority;
	i->rival.until_us = now.us + (i->config->down_adverts + 1) * advert->interval_us;
	if (mono_since(i->rival_since, now) >= advert->interval_us / 2)
		i->rival_stays = true;
}

static void take_advert(struct node *n, struct node_instance *i, const struct vrrp_event *event,
			struct mono now)
{
	node_frame(n, i->config->link, now);
	note_remarks(n, i, event, now);
	i->counters[COUNTER_ADVERTS_RECEIVED]++;
	if (event->advert->priority == ADVERT_PRIORITY_LEAVING)
		i->counters[COUNTER_PRIORITY_ZERO_RECEIVED]++;
	look_at_form(i, event, now);
	instance_step(n, i, event, now);
	look_at_list(i, event);
	look_at_rival(i, event, now);
}

void node_packet(struct node *n, uint32_t link, const void *packet, size_t size, bool is_cut,
		 struct mono now)
{
	struct node_link *l = &n->links[link];
	struct node_instance *i;
	struct advert advert;
	struct vrrp_event event = { .kind = VRRP_EVENT_ADVERT,
				    .advert = &advert,
				    .realtime_offset_us = n->realtime_offset_us };
	struct vrrp_clock clock = { now, n->realtime_offset_us };
	struct ip ip;
	enum vrrp_drop drop;
	int fits;

	check(link < n->link_count);
	if (!ip_parse(packet, size, &ip) || ip.source.family != l->config->family) {
		count_stranger(n, VRRP_DROP_LENGTH);
		return;
	}
	i = find_instance(n, l, &ip, &fits);
	if (fits != VRRP_FIT_BOTH && is_for_another(n, l, &ip))
		return;
	if (!i) {
		count_stranger(n, stranger_cause(&ip));
		return;
	}
	drop = is_cut ? VRRP_DROP_LENGTH :
			vrrp_accept(&i->router, &ip, &clock, &advert, &event.remarks);
	/* Of another time, and its sender has the key; or an owner is deaf to it. */
	if (drop == VRRP_DROP_AUTH_STALE || drop == VRRP_DROP_OWNER)
		vrrp_time_doubt(&i->router, &clock);
	if (drop != VRRP_DROP_NONE) {
		instance_drop(n, i, drop, &ip.source, now);
		return;
	}
	event.source = ip.source;
	take_advert(n, i, &event, now);
	if (!advert.trailer && i->rival_stays)
		vrrp_time_doubt(&i->router, &clock);
}

/* Something on this host keeps adverts back: a filter, the link, its MTU, a route that drops them
 * (EINVAL of a blackhole, EACCES of a prohibition), a source that is no address of this host any
 * more. Whether a peer can be reached is not known here, and says nothing about others. */
static bool is_ours(int error)
{
	return error == EPERM || error == EACCES || error == ENETDOWN || error == ENODEV ||
	       error == ENXIO || error == EMSGSIZE || error == EINVAL || error == EADDRNOTAVAIL;
}

static void note_mute(struct node *n, struct node_instance *i, struct mono now)
{
	struct role_message m = role_message(ROLE_NOTE);

	if (!vrrp_router_is_mute(&i->router, now))
		return;
	m.value = i->send_error;
	note(n, i, ROLE_NOTE_MUTE, &m, LIMIT_DROP_LOG_US, now);
}

static void count_failure(struct node *n, struct node_instance *i, int error, struct mono now)
{
	struct role_message m = role_message(ROLE_NOTE);

	i->counters[COUNTER_SEND_ERRORS]++;
	m.value = error;
	note(n, i, ROLE_NOTE_SEND_ERROR, &m, LIMIT_DROP_LOG_US, now);
	instance_changed(n, i);
}

void node_sent(struct node *n, uint32_t instance, int error, struct mono now)
{
	struct node_instance *i = &n->instances[instance];

	if (error)
		count_failure(n, i, error, now);
	if (error && !is_ours(error))
		return;
	if (error && i->send_error == 0)
		i->send_failing_at = now;
	if (error == 0 && i->send_error)
		instance_changed(n, i);
	/* A farewell may be of before the link came up. */
	if (error == 0 && i->router.state == VRRP_STATE_MASTER && !i->router.leaving)
		link_sent(n, &n->links[i->config->link], now);
	i->send_error = error;
	vrrp_router_sent(&i->router, error == 0, now);
	note_mute(n, i, now);
}
