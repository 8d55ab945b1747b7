/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The door of the room: a router is set up, stepped, asked and reconfigured here; what an event
 * does in which state is in states.c. A router is one virtual router id on one link. It knows its
 * primary address and its configuration, and nothing of sockets, links or other routers: sync
 * groups and conditions are composed around it (node).
 * The configuration was checked when it was read; a wrong one here is our own mistake. */
#include "vrrp/core.h"

#include "base/check.h"
#include "base/limits.h"

#include <string.h>

static void check_config(const struct vrrp_config *c)
{
	check(c->family == ADDR_IPV4 || c->family == ADDR_IPV6);
	check(c->version == 3 || (c->version == 2 && c->family == ADDR_IPV4));
	check(c->vrid != 0 && c->priority != 0 && c->down_adverts != 0);
	check(c->auth_type == ADVERT_AUTH_NONE ||
	      (c->auth_type <= ADVERT_AUTH_AH && c->version == 2));
	check(advert_can_carry(c->version, c->advert_interval_us));
	check(c->preempt_delay_us >= 0 && c->expired_priority != ADVERT_PRIORITY_OWNER);
	check(c->hmac == IMAGE_HMAC_NONE ||
	      (c->hmac < IMAGE_HMAC_N_ && c->auth_type == ADVERT_AUTH_NONE));
	check(c->hmac == IMAGE_HMAC_NONE || (c->key_count > 0 && c->hmac_window_us > 0));
}

void vrrp_router_init(struct vrrp_router *r, const struct vrrp_config *config, struct mono now)
{
	check_config(config);
	*r = (struct vrrp_router){
		.config = *config,
		.state = VRRP_STATE_INIT,
		.reason = VRRP_REASON_NONE,
		.priority = config->priority,
		.master_interval_us = config->advert_interval_us,
		.since = now,
		.advert_at = MONO_NEVER,
		.down_at = MONO_NEVER,
		.preempt_at = MONO_NEVER,
		.last_advert = MONO_NEVER,
		.answered_at = MONO_NEVER,
		.sent_at = MONO_NEVER,
		.verified_at = MONO_NEVER,
	};
}

bool vrrp_router_is_owner(const struct vrrp_router *r)
{
	return r->config.priority == ADVERT_PRIORITY_OWNER;
}

uint8_t vrrp_router_priority(const struct vrrp_router *r)
{
	bool preempts = r->config.preempt && r->config.preempt_delay_us == 0;

	if (r->is_unverified && !preempts && !vrrp_router_is_owner(r))
		return ADVERT_PRIORITY_LOWEST;
	return r->priority;
}

/* The last one moves to the front; the one not heard for longest falls out. */
static void know_sender(struct vrrp_router *r, const struct addr *source)
{
	int k = 0;

	while (k < VRRP_KNOWN - 1 && !addr_equal(&r->known[k], source))
		k++;
	memmove(r->known + 1, r->known, (size_t)k * sizeof(r->known[0]));
	r->known[0] = *source;
}

void vrrp_router_step(struct vrrp_router *r, const struct vrrp_event *event, struct mono now,
		      struct vrrp_actions *ret_actions)
{
	*ret_actions = (struct vrrp_actions){ .from = r->state, .to = r->state };
	if (event->kind == VRRP_EVENT_ADVERT && !(event->remarks & VRRP_REMARK_LIST_DIFFERS))
		know_sender(r, &event->source);
	if (event->kind == VRRP_EVENT_ADVERT) {
		vrrp_remember_sequence(r, event, now);
		vrrp_remember_ah(r, event->advert);
	}
	vrrp_states_step(r, event, now, ret_actions);
}

void vrrp_router_reconfigure(struct vrrp_router *r, const struct vrrp_config *config,
			     struct mono now, struct vrrp_actions *ret_actions)
{
	bool is_master = r->state == VRRP_STATE_MASTER && !r->leaving;

	check_config(config);
	check(config->vrid == r->config.vrid && config->family == r->config.family);
	*ret_actions = (struct vrrp_actions){ .from = r->state, .to = r->state };
	/* What trackers had made of the old priority is told anew by PRIORITY. */
	if (config->priority != r->config.priority) {
		r->priority = config->priority;
	}
	/* What was learned stays while there is a master to wait for. */
	if (config->version == 2 || r->config.version == 2 || r->master.family == ADDR_NONE ||
	    is_master)
		r->master_interval_us = config->advert_interval_us;
	r->config = *config;
	if (r->state == VRRP_STATE_MASTER)
		r->master_priority = vrrp_router_priority(r);
	r->is_begun = false;
	r->was_mute = false; /* the operator was here */
	/* A shorter interval is kept from now on; a longer one from the next advert. A running
	 * Master_Down_Timer stays as the last advert armed it, also when we became the owner. */
	if (vrrp_router_is_owner(r) && r->is_unproven) { /* the owner waits for no frame */
		r->is_unproven = false;
		r->down_at = mono_earlier(r->down_at, mono_add(r->since, vrrp_master_down_us(r)));
	}
	if (is_master)
		r->advert_at = mono_earlier(r->advert_at,
					    mono_add(now, config->advert_interval_us));
	if (config->preempt_delay_us == 0)
		r->preempt_at = MONO_NEVER;
	else if (!mono_is_never(r->preempt_at))
		r->preempt_at = mono_earlier(r->preempt_at,
					     mono_add(now, config->preempt_delay_us));
}

void vrrp_router_set_source(struct vrrp_router *r, const struct addr *source)
{
	r->source = *source;
	r->is_begun = false;
	if (r->state == VRRP_STATE_MASTER)
		r->master = *source;
}

void vrrp_router_sent(struct vrrp_router *r, bool has_left, struct mono now)
{
	r->is_failing = !has_left;
	if (!has_left)
		return;
	r->sent_at = now;
	r->was_mute = false;
}

bool vrrp_router_is_mute(const struct vrrp_router *r, struct mono now)
{
	return r->state == VRRP_STATE_MASTER && r->is_failing &&
	       mono_since(r->sent_at, now) >= vrrp_master_down_us(r);
}

struct mono vrrp_router_deadline(const struct vrrp_router *r)
{
	switch (r->state) {
	case VRRP_STATE_MASTER:
		return r->advert_at;
	case VRRP_STATE_BACKUP:
		return r->down_at;
	case VRRP_STATE_INIT:
	case VRRP_STATE_FAULT:
	case VRRP_STATE_N_:
		return MONO_NEVER;
	}
	return MONO_NEVER;
}

bool vrrp_router_advert_due(const struct vrrp_router *r, struct mono now)
{
	int64_t early_us = r->leaving ? 0 : vrrp_advert_early_us(r);

	return r->state == VRRP_STATE_MASTER &&
	       mono_reached(r->advert_at, mono_add(now, early_us)) &&
	       !vrrp_router_overslept(r, now);
}

enum advert_checksum vrrp_checksum_form(const struct vrrp_router *r)
{
	if (r->config.version == 2)
		return ADVERT_CHECKSUM_MESSAGE;
	if (r->config.family == ADDR_IPV6)
		return ADVERT_CHECKSUM_PSEUDO;
	return (enum advert_checksum)r->config.checksum;
}

/* `ret_addresses`: LIMIT_ADVERT_ADDRESSES of the larger family; the advert points there. */
static struct advert make_advert(const struct vrrp_router *r, uint8_t priority,
				 uint8_t *ret_addresses)
{
	const struct vrrp_config *c = &r->config;
	size_t address_size = addr_family_size(c->family);
	struct advert advert = {
		.version = c->version,
		.type = ADVERT_TYPE,
		.vrid = c->vrid,
		.priority = priority,
		.auth_type = c->auth_type,
		.checksum = (uint8_t)vrrp_checksum_form(r),
		.interval_us = c->advert_interval_us,
		.address_count = c->address_count,
		.addresses = ret_addresses,
	};

	if (c->auth_type == ADVERT_AUTH_PASS)
		advert.auth_data = c->auth_data;
	for (size_t i = 0; i < c->address_count; i++)
		memcpy(ret_addresses + address_size * i, c->addresses[i].bytes, address_size);
	return advert;
}

/* Without a signature or a number. */
static bool is_plain(const struct vrrp_config *c)
{
	return !vrrp_signs(c) && c->auth_type != ADVERT_AUTH_AH;
}

void vrrp_advert_begin(struct vrrp_router *r, uint8_t priority, const struct vrrp_clock *clock)
{
	uint8_t addresses[LIMIT_ADVERT_ADDRESSES * 16], message[LIMIT_ADVERT_PACKET];
	struct ip ip = { .source = r->source, .destination = r->config.group };
	struct advert advert;

	if (is_plain(&r->config))
		return;
	r->is_begun = true;
	if (r->config.auth_type == ADVERT_AUTH_AH) {
		vrrp_ah_begin(r, clock);
		return;
	}
	advert = make_advert(r, priority, addresses);
	advert_put(&advert, &ip, message);
	vrrp_advert_sign(r, message,
			 advert_size(advert.version, r->config.family, advert.address_count),
			 clock);
}

bool vrrp_advert_is_begun(const struct vrrp_router *r)
{
	return r->is_begun || is_plain(&r->config);
}

size_t vrrp_advert_put(const struct vrrp_router *r, uint8_t priority,
		       const struct addr *destination, uint16_t id, uint8_t *packet)
{
	const struct vrrp_config *c = &r->config;
	uint8_t addresses[LIMIT_ADVERT_ADDRESSES * 16];
	struct advert advert = make_advert(r, priority, addresses);
	struct ip ip = {
		.source = r->source, /* 7.2: the primary, or link-local, address of the link */
		.destination = *destination,
		.ttl = c->is_unicast ? c->ttl : IP_TTL_VRRP,
		.tos = IP_TOS_VRRP,
		.protocol = IP_PROTOCOL_VRRP,
		.id = id,
	};
	bool has_ah = c->auth_type == ADVERT_AUTH_AH;
	size_t header = ip_header_size(c->family) + (has_ah ? AH_SIZE : 0);
	size_t size = advert_size(c->version, c->family, c->address_count);

	check(vrrp_advert_is_begun(r));
	if (vrrp_signs(c)) {
		advert.trailer = r->trailer;
		size += ADVERT_TRAILER_SIZE;
	}
	advert_put(&advert, &ip, packet + header);
	if (has_ah) {
		vrrp_ah_put(r, &ip, size, packet + IP4_HEADER_SIZE);
		ip.protocol = IP_PROTOCOL_AH;
	}
	ip_put(&ip, header + size - ip_header_size(c->family), packet);
	return header + size;
}

/* Any number may lie there. */
int64_t vrrp_kept_interval_us(const struct vrrp_router *r, const struct vrrp_kept *kept)
{
	if (r->config.version == 3 && advert_can_carry(3, kept->master_interval_us))
		return kept->master_interval_us;
	return r->config.advert_interval_us;
}

bool vrrp_kept_usable(const struct vrrp_router *r, const struct vrrp_kept *kept, struct mono now)
{
	struct vrrp_router waiting = { .config = r->config, .priority = r->priority };
	int64_t age_most_us, latest_us;

	if (kept->state != VRRP_STATE_MASTER && kept->state != VRRP_STATE_BACKUP)
		return false;
	waiting.master_interval_us = vrrp_kept_interval_us(r, kept);
	age_most_us = vrrp_master_down_us(&waiting);
	if (kept->state == VRRP_STATE_MASTER)
		age_most_us /= 2;
	/* From the future, or never: not from this boot, or not from us. Any number may lie there:
	 * its age could be more than a number holds. (Who waits for a frame has a timer that is
	 * longer than it would be otherwise.) */
	latest_us = kept->is_unproven ? now.us + LIMIT_PROOF_US : now.us;
	return kept->last_advert.us <= latest_us && kept->last_advert.us > now.us - age_most_us;
}

void vrrp_router_keep(const struct vrrp_router *r, struct vrrp_kept *ret_kept)
{
	*ret_kept = (struct vrrp_kept){
		.state = (uint8_t)r->state,
		.master_priority = r->master_priority,
		.master = r->master,
		.last_advert = r->last_advert,
		.since = r->since,
		.master_interval_us = r->master_interval_us,
		.is_unproven = r->is_unproven,
		.is_unverified = r->is_unverified,
	};
	memcpy(ret_kept->known, r->known, sizeof(r->known));
	/* Who said farewell must not be woken up as MASTER again. */
	if (r->leaving)
		ret_kept->state = VRRP_STATE_INIT;
	/* The advert from which the running timer would have been armed: so a timer shortened by
	 * a priority 0, or left alone by a lower one, is gone on with as it was. */
	if (r->state == VRRP_STATE_BACKUP)
		ret_kept->last_advert = mono_add(r->down_at, -vrrp_master_down_us(r));
}
