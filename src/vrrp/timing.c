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

int64_t vrrp_skew_us(const struct vrrp_router *r)
{
	int64_t whole_us = r->config.version == 2 ? SECOND_US : r->master_interval_us;

	return (256 - r->priority) * whole_us / 256;
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

bool vrrp_router_overslept(const struct vrrp_router *r, struct mono now)
{
	int64_t interval_us = r->config.advert_interval_us;

	/* The lateness of the timer, too: after the interval was shortened, the last advert can be
	 * many of the new intervals old without anybody having slept. */
	return r->state == VRRP_STATE_MASTER &&
	       mono_since(r->last_advert, now) >= OVERSLEPT_ADVERTS * interval_us &&
	       mono_since(r->advert_at, now) >= (OVERSLEPT_ADVERTS - 1) * interval_us;
}
