/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/check.h"
#include "base/limits.h"
#include "vrrp/vrrp.h"

#include <string.h>

/* The article's second server: VRID 101, priority 100, password SECUREUN, 192.0.2.1. */

static struct addr sample_vips[2];

static inline struct addr sample_address(const char *text)
{
	struct addr a = { .family = ADDR_NONE };

	addr_parse(text, &a);
	return a;
}

static inline struct vrrp_config sample_config(void)
{
	sample_vips[0] = sample_address("192.0.2.1");
	sample_vips[1] = sample_address("192.0.2.9");
	return (struct vrrp_config){
		.version = 2,
		.family = ADDR_IPV4,
		.vrid = 101,
		.priority = 100,
		.preempt = true,
		.auth_type = ADVERT_AUTH_PASS,
		.auth_data = "SECUREUN",
		.group = advert_group(ADDR_IPV4),
		.down_adverts = 3,
		.advert_interval_us = 1000000,
		.addresses = sample_vips,
		.address_count = 1,
	};
}

static inline struct vrrp_actions sample_step(struct vrrp_router *r, enum vrrp_event_kind kind,
					      int64_t now_us)
{
	struct vrrp_event event = { .kind = kind };
	struct vrrp_actions actions;

	vrrp_router_step(r, &event, (struct mono){ now_us }, &actions);
	return actions;
}

static inline struct vrrp_router sample_router(const struct vrrp_config *config)
{
	struct addr source = sample_address("192.0.2.251");
	struct vrrp_router r;

	vrrp_router_init(&r, config, (struct mono){ 0 });
	vrrp_router_set_source(&r, &source);
	return r;
}

/* Listening since 0. */
static inline struct vrrp_router sample_backup(const struct vrrp_config *config)
{
	struct vrrp_router r = sample_router(config);

	sample_step(&r, VRRP_EVENT_STARTUP, 0);
	return r;
}

/* A packet comes: it is judged, and taken if it is good. That judging changes nothing is looked at
 * here. */
static inline enum vrrp_drop sample_hear(struct vrrp_router *r, const struct ip *ip,
					 const struct vrrp_clock *clock)
{
	struct vrrp_event event = { .kind = VRRP_EVENT_ADVERT,
				    .source = ip->source,
				    .realtime_offset_us = clock->realtime_offset_us };
	struct vrrp_router before = *r;
	struct vrrp_actions actions;
	struct advert advert;
	enum vrrp_drop drop = vrrp_accept(r, ip, clock, &advert, &event.remarks);

	check(memcmp(&before, r, sizeof(before)) == 0);
	if (drop != VRRP_DROP_NONE)
		return drop;
	event.advert = &advert;
	vrrp_router_step(r, &event, clock->now, &actions);
	return VRRP_DROP_NONE;
}

/* The packet that `r` would send, into `packet` (LIMIT_ADVERT_PACKET octets). */
static inline size_t sample_packet(const struct vrrp_router *r, uint8_t priority, uint8_t *packet)
{
	struct addr group = sample_address("224.0.0.18");

	return vrrp_advert_put(r, priority, &group, 7, packet);
}
