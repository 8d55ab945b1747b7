/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "vrrp/vrrp.h"
#include "wire/ah.h"

/* What the files of this room share and nobody else sees. */

/* RFC 3768 5.3.4: 255 by configuration, whatever trackers do to the effective priority. */
bool vrrp_router_is_owner(const struct vrrp_router *r);

/* How much earlier than its Adver_Timer an advert may go out, so that instances can share a
 * wake-up. */
int64_t vrrp_advert_early_us(const struct vrrp_router *r);

/* Of the master that was waited for; our own where none that could be was kept. */
int64_t vrrp_kept_interval_us(const struct vrrp_router *r, const struct vrrp_kept *kept);

/* RFC 3768 knows one form; over IPv6 there is one; over IPv4 version 3 has two. */
enum advert_checksum vrrp_checksum_form(const struct vrrp_router *r);

/* trailer.c: keepalived's auth_hmac. */
bool vrrp_signs(const struct vrrp_config *c);
bool vrrp_octets_equal(const uint8_t *a, const uint8_t *b, size_t size);
/* Makes `r->trailer` for this advert (`size` octets, without the trailer) from `r->source`. */
void vrrp_advert_sign(struct vrrp_router *r, const uint8_t *message, size_t size,
		      const struct vrrp_clock *clock);
enum vrrp_drop vrrp_judge_trailer(const struct vrrp_router *r, const struct ip *ip,
				  const struct advert *advert, const struct vrrp_clock *clock);
/* Of an advert that was taken. */
void vrrp_remember_sequence(struct vrrp_router *r, const struct vrrp_event *event, struct mono now);

/* ah.c: `auth_type AH`. */
/* The next advert gets a number of its own. */
void vrrp_ah_begin(struct vrrp_router *r, const struct vrrp_clock *clock);
/* Writes the header that belongs to the message of `size` octets behind it. */
void vrrp_ah_put(const struct vrrp_router *r, const struct ip *ip, size_t size, uint8_t *ah);
enum vrrp_drop vrrp_judge_ah(const struct vrrp_router *r, const struct ip *ip);
/* Of an advert that was taken. */
void vrrp_remember_ah(struct vrrp_router *r, const struct advert *advert);

/* keepalived's timer_expired_backup: late enough for a router of `expired_priority`. */
bool vrrp_router_expired(const struct vrrp_router *r, struct mono now);

/* MASTER, and the Adver_Timer is so late that a peer's Master_Down_Timer must have fired, or may
 * have as the configuration has it. */
bool vrrp_router_overslept(const struct vrrp_router *r, struct mono now);

/* The state machine: hands the event to the function of the router's state. */
void vrrp_states_step(struct vrrp_router *r, const struct vrrp_event *event, struct mono now,
		      struct vrrp_actions *actions);
