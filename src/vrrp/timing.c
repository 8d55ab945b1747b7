/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lengths of time of 6.1, in microseconds and without rounding to anything coarser: with
 * centiseconds two priorities that are neighbours would have the same skew and the election would
 * lose its order. The skew of version 2 never depends on the interval; that of version 3 is a part
 * of the master's interval, whatever our own is. Also here: what late and early mean for an
 * Adver_Timer. Nothing here changes a router. */
#include "vrrp/core.h"

#define SECOND_US INT64_C(1000000)
/* With 1 s adverts a wake-up is shared by all instances that are due within 2 ms; with shorter
 * intervals by less, so that the cadence a peer sees is never off by more than 1/512. */
#define EARLY_MAX_US INT64_C(2000)
#define EARLY_PART 512
/* RFC 3768 6.1: a master is down after three intervals and a skew. */
#define OVERSLEPT_ADVERTS 3

static int64_t skew_us(const struct vrrp_router *r, uint8_t priority, int64_t interval_us)
{
	return (256 - priority) * (r->config.version == 2 ? SECOND_US : interval_us) / 256;
}

int64_t vrrp_skew_us(const struct vrrp_router *r)
{
	return skew_us(r, r->priority, r->master_interval_us);
}

int64_t vrrp_master_down_us(const struct vrrp_router *r)
{
	return r->config.down_adverts * r->master_interval_us + vrrp_skew_us(r);
}

int64_t vrrp_advert_early_us(const struct vrrp_router *r)
{
	int64_t part_us = r->config.advert_interval_us / EARLY_PART;

	return part_us < EARLY_MAX_US ? part_us : EARLY_MAX_US;
}

/* Another one's Master_Down_Timer began with our last advert, which may have been an early one. As
 * below the lateness counts, too. */
bool vrrp_router_expired(const struct vrrp_router *r, struct mono now)
{
	const struct vrrp_config *c = &r->config;
	int64_t later_us = (c->down_adverts - 1) * c->advert_interval_us +
			   skew_us(r, c->expired_priority, c->advert_interval_us);

	return r->state == VRRP_STATE_MASTER && !r->leaving && c->expired_priority != 0 &&
	       !c->preempt && !vrrp_router_is_owner(r) &&
	       mono_since(r->last_advert, now) >= c->advert_interval_us + later_us &&
	       mono_since(r->advert_at, now) >= later_us - vrrp_advert_early_us(r);
}

bool vrrp_router_overslept(const struct vrrp_router *r, struct mono now)
{
	int64_t interval_us = r->config.advert_interval_us;

	/* The lateness of the timer, too: after the interval was shortened, the last advert can be
	 * many of the new intervals old without anybody having slept. */
	return (r->state == VRRP_STATE_MASTER &&
		mono_since(r->last_advert, now) >= OVERSLEPT_ADVERTS * interval_us &&
		mono_since(r->advert_at, now) >= (OVERSLEPT_ADVERTS - 1) * interval_us) ||
	       vrrp_router_expired(r, now);
}
